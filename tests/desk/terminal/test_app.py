"""Two officers at two terminals, on two stations: real processes, real ptys, real keys."""

import asyncio
from pathlib import Path

import pytest
from tests.cli.desks import PASSPHRASE, Desk, desks
from tests.desk.terminal.glasses import Glasses, sitting
from typer.testing import CliRunner

from backchannel.cli.main import app
from backchannel.desk.terminal.cells import width
from backchannel.station.asked import LogQuery
from backchannel.station.settings import Settings, save_settings

HOSTILE = "RTL \u202eevil\u202c مرحبا 0413 " + "漢" * 90 + " " + "W" * 190 + " z" + "\u0301" * 30


@pytest.fixture(autouse=True)
def given_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the commands of the test; at a terminal it is typed."""
    monkeypatch.setenv("BACKCHANNEL_PASSPHRASE", PASSPHRASE)


def sign_on(seen: Glasses, desk: Desk) -> None:
    """Sign on as Marsh."""
    seen.until("To do now", without="Waiting")
    seen.press("o")
    seen.until("Key file")
    seen.press(*str(desk.key("marsh")), "\r", *PASSPHRASE, "\r")
    seen.until("marsh has signed on.")


def sign(seen: Glasses, desk: Desk, *others: str) -> None:
    """Sign what is before an officer, with the others whom the charter wants."""
    seen.until("Passphrase:")
    seen.press(*PASSPHRASE, "\r")
    for name in others:
        seen.until("Key file of the next officer")
        seen.press(*str(desk.key(name)), "\r")
        seen.until(f"{name}.key, release it for REAL")
        seen.press(*PASSPHRASE, "\r")
    seen.until("Released, REAL")


def a_flash_is_sent(seen: Glasses, desk: Desk) -> None:
    """Write, raise to FLASH, release by two; the passphrase is never on the screen."""
    seen.press("n")
    seen.until("DRAFT, not sent: a message, R ROUTINE")
    seen.press(*"Our boat drifts. Is it yours?", "\x10", "\x10")
    seen.until("Z FLASH")
    seen.press("\x18")
    seen.until("2 officers sign")
    seen.press("x", "\r")
    seen.until("type EMERGENCY")
    seen.press("\r")
    seen.until("2 officers sign this. Name a key file.")
    seen.press("\x1b")
    seen.until("Not released. Nothing was sent.")
    seen.until("Our boat drifts. Is it yours?")
    seen.press("\x18")
    sign(seen, desk, "first")
    assert PASSPHRASE.encode() not in seen.sent


def a_drill_is_left(seen: Glasses) -> None:
    """What is real and urgent takes the place of a drill, and keys that are typed do nothing."""
    seen.until("REAL  REAL  REAL  FLASH ALDER 0001")
    seen.until(lambda: seen.bells > 0)
    assert seen.rows[0].startswith("  REAL  Birch <> Alder")
    seen.press("q", "s")
    seen.press("\x1b")
    seen.until("To do now: 1")
    assert "Z FLASH     ack ALDER 0001" in seen.rows[3] and seen.inverse(3)


def it_is_acknowledged_and_read_back(seen: Glasses, desk: Desk) -> None:
    """Two keys and the passphrase; then a readback that is keyed anew, not pasted."""
    seen.press("a")
    seen.until("With Birch:")
    seen.press("a")
    seen.until("ACKNOWLEDGE ALDER 0001: I have received and read it. Not: I agree.")
    sign(seen, desk)
    seen.until("[#] ACKNOWLEDGED")
    seen.until("To do now: 0")
    seen.press("\t", "\r")
    seen.until("With Birch:")
    seen.press("b")
    seen.until("READ BACK ALDER 0001: key anew")
    seen.press("\x1b[200~Our boat drifts. Is it yours?\x1b[201~")
    seen.until("What was pasted was not taken.")
    seen.press(*"Our boat drifts. Is it ours?", "\x18")
    seen.until('DIFFERS at word 6: original "yours?", read back "ours?"')
    seen.until("IT DIFFERS IN 1.")
    sign(seen, desk)


def it_differs(seen: Glasses) -> None:
    """The originator sees who did what, and that the readback differs."""
    seen.until("Z FLASH     confirm ALDER 0001")
    seen.press("\r")
    seen.until("( ) shown")
    seen.until('! DIFFERS at word 6: original "yours?", read back "ours?"')
    seen.press("c")
    seen.until("CONFIRM the readback of ALDER 0001 ALTHOUGH IT DIFFERS")
    seen.press("\x1b", "\x1b")
    seen.until("To do now: 1")
    seen.press("s")
    seen.until("Silenced by marsh. Nothing was acknowledged. FLASH sounds again in 30 s.")


def hostile_words_stay_in_their_place(seen: Glasses) -> None:
    """They are whole, and the frame stands."""
    seen.press("\x1b")
    seen.until("ALDER 0002 (theirs)")
    seen.until(lambda: seen.text.count("W") >= 190)
    # The emulator leaves an empty cell behind each wide letter.
    assert seen.text.count("漢") == 90
    assert "\\u202eevil\\u202c" in seen.text and "\\u0301" in seen.text
    assert seen.rows[0].startswith("  REAL  Birch <> Alder")
    assert seen.rows[23].startswith("  REAL  A ack")
    assert all(width(row) <= 80 for row in seen.rows)
    assert "\u202e".encode() not in seen.sent


def a_form_is_sent(seen: Glasses, desk: Desk) -> None:
    """Fill a request to stop in, line by line; a wrong place is refused where it is typed."""
    seen.press("\x1b", "f")
    seen.until("Which form?")
    seen.press(*"T06-S", "\r")
    seen.until("T06-S Stop or hold request, not sent")
    seen.press(*"A field hospital.", "\r", *"59.9N 30.3E", "\x18")
    seen.until("latitude stands before longitude")
    seen.press(*["\x7f"] * 11, *"59.93750N 030.30860E", "\r", *"2026-11-22T10:00:00Z", "\r")
    seen.press(*"chief of staff; confirmed", "\r", *"30 min", "\x18")
    sign(seen, desk)
    seen.until("Birch to readback ALDER 0003")


def it_is_read_back_field_by_field(seen: Glasses, desk: Desk) -> None:
    """Each value is keyed anew and compared as a value, before it is signed."""
    seen.until("notice T06-S/1")
    seen.press("a")
    seen.until("2 where: 59.93750N 030.30860E")
    seen.press("b")
    seen.until("key each value anew")
    seen.press(*"A field hospital.")
    seen.until("[same value]")
    seen.press("\r", *"59.93570N 030.30860E")
    seen.until("** DIFFERS: 59.93570N 030.30860E (200 m off, bearing 180)")
    seen.press("\r", *"30 min", "\x18")
    seen.until("IT DIFFERS IN 1.")
    sign(seen, desk)


def the_journey(alder: Desk, birch: Desk, loop: asyncio.AbstractEventLoop) -> None:
    with sitting(alder.folder) as one, sitting(birch.folder, term="xterm") as two:
        sign_on(one, alder)
        sign_on(two, birch)
        two.press("m")
        two.until("This is EXERCISE now.")
        assert all(row.startswith("//") for row in two.rows if row)
        two.press("n", *"typing")
        a_flash_is_sent(one, alder)
        a_drill_is_left(two)
        it_is_acknowledged_and_read_back(two, birch)
        it_differs(one)
        said = alder.acts("say", HOSTILE, "--precedence", "routine")
        assert asyncio.run_coroutine_threadsafe(said, loop).result()["number"] == "ALDER 0002"
        hostile_words_stay_in_their_place(two)
        a_form_is_sent(one, alder)
        it_is_read_back_field_by_field(two, birch)
        two.press("q")
        two.until("Leave the desk?")
        two.press(*"leave", "\r")
        assert two.process.wait(60) == 0


def test_two_officers_hold_a_conversation_at_two_terminals(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await asyncio.to_thread(the_journey, alder, birch, asyncio.get_running_loop())
            page = await birch.room.station.log(LogQuery("REAL"))
            kinds = [line.words.kind for line in page.lines]
            assert kinds == ["readback", "notice", "message", "readback", "ack", "message"]

    asyncio.run(story())


def test_a_pipe_is_no_desk(tmp_path: Path) -> None:
    save_settings(tmp_path, Settings(name="one", party="Alder", listen=()))
    result = CliRunner().invoke(app, ["tui", "--station", str(tmp_path)])
    assert result.exit_code == 2 and "no-terminal" in result.output
