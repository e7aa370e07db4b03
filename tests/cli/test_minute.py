"""A minute ordered at a terminal, and what status says of who has cosigned it."""

import asyncio
from pathlib import Path

import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import agreed, run

from backchannel.cli.lamps import minute_line, minute_lines
from backchannel.station.minutereports import CosignerReport, MinuteReport

SEVENTH = (16, 7, 1_795_355_000, 4)
pytestmark = pytest.mark.usefixtures("quick_seals")


def test_an_officer_orders_a_minute_and_status_shows_who_has_cosigned(tmp_path: Path) -> None:
    """PROOF-23."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await refused(alder, "no-officer", "minute")
            told = await alder.acts("minute")
            assert told == {"entered": True, "text": "REAL: minute done"}
            wanted = "cosigned by Alder (Alder one REAL), Birch (Birch one REAL)"
            while wanted not in (text := await birch.done("status")):
                await asyncio.sleep(0.01)
            assert "minute 1 of journal 16" in text
            assert "missing" not in text
            status = await birch.told("status")
            assert status["modes"][0]["minute"]["checkpoints"] == 4
            assert status["modes"][1]["minute"] is None
            await log_and_show_have_it(alder, birch)

    run(story())


async def log_and_show_have_it(alder: Desk, birch: Desk) -> None:
    """PROOF-23: who proposed, who cosigned; between the statements, in the order of acceptance."""
    before = await birch.acts("say", "Before the minute.")
    await agreed(alder.room, birch.room)
    await alder.acts("minute")
    await agreed(alder.room, birch.room)
    after = await birch.acts("say", "After the minute.")
    await agreed(alder.room, birch.room)
    for desk in (alder, birch):
        page = await desk.told("log")
        (second, first) = page["minutes"]
        assert (first["n"], second["n"], second["party"]) == (1, 2, "Alder")
        text = await desk.done("log")
        places = [text.index(each[:12]) for each in (before["entry"], second["entry"])]
        assert places == sorted(places) and text.index(after["entry"][:12]) > places[1]
        line = "REAL     minute 2 by Alder  journal 16  4 checkpoints"
        assert line in text
        shown = await desk.done("show", second["entry"][:12])
        assert shown.startswith(line)
        assert "  Birch (Birch one REAL): cosigned\n" in shown
        assert (await desk.told("show", second["entry"])) == second
        assert (await desk.told("log", "--mode", "exercise"))["minutes"] == []
        older = await desk.told("log", "--limit", "1")
        assert older["minutes"] == []
        assert (await desk.told("log", "--before", older["before"]))["minutes"] == [second, first]
    await refused(alder, "no-such-entry", "show", "0" * 64)


def test_what_lacks_and_what_differs_is_said() -> None:
    """PROOF-23: a cosignature that is missing is shown as missing."""
    some = (("Alder", 4, 0), ("Birch", 2, 0), ("Cedar", 4, 1), ("Dogwood", 0, 0))
    cosigners = tuple(CosignerReport("one", *each) for each in some)
    line = minute_line(MinuteReport("ab" * 32, 5, "REAL", "Al\x1bder", *SEVENTH, cosigners))
    assert line.startswith("minute 7 of journal 16, ")
    assert "cosigned by Alder (one), Cedar (one); Birch (one): 2 of 4 checkpoints" in line
    assert "Cedar (one) HAS 1 OTHER ROOTS" in line
    assert line.endswith("missing: Dogwood (one)")
    nobody = minute_line(MinuteReport("ab" * 32, 5, "REAL", "Al\x1bder", *SEVENTH, cosigners[3:]))
    assert "cosigned by nobody yet; missing: Dogwood (one)" in nobody


def test_a_minute_in_the_log() -> None:
    """PROOF-23: a line each; a name from the line cannot steer a terminal."""
    some = (("Alder", 4, 0), ("Birch", 2, 1), ("Dogwood", 0, 0))
    cosigners = tuple(CosignerReport("one", *each) for each in some)
    lines = list(minute_lines(MinuteReport("ab" * 32, 5, "REAL", "Al\x1bder", *SEVENTH, cosigners)))
    assert lines[0].startswith("REAL     minute 7 by Al\\x1bder  journal 16  4 checkpoints  20")
    assert lines[0].endswith("[abababababab]")
    assert lines[1:] == [
        "REAL       Alder (one): cosigned",
        "REAL       Birch (one): cosigned 2 of 4, 1 WITH OTHER ROOTS THAN OURS",
        "REAL       Dogwood (one): MISSING: has not cosigned",
    ]


def test_officers_of_both_sign_a_minute_and_who_has_not_is_said(tmp_path: Path) -> None:
    """PROOF-172, PROOF-173: beside what the stations have cosigned."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            mine = ("sign-minute", "--officer", alder.key("marsh"))
            await refused(alder, "no-minute-yet", *mine)
            await alder.acts("say", "Before the minute.")
            await alder.acts("minute")
            await agreed(alder.room, birch.room)
            minute = (await birch.told("status"))["modes"][0]["minute"]
            assert [each["by"] for each in minute["officers"]] == [[], []]
            assert "Birch: MISSING: no officer has signed" in await alder.done("status")
            result = await alder.type(*mine)
            assert result.exit_code == 0, result.output
            assert "minute 1 by Alder" in result.stderr
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                text = await desk.done("show", minute["entry"])
                assert "REAL       Alder: signed by marsh (duty officer), 20" in text
                assert "REAL       Birch: MISSING: no officer has signed" in text
                assert f"of minute {minute['entry'][:12]}" in await desk.done("log")
            await birch.acts("sign-minute", minute["entry"][:12], by="first")
            await birch.acts("sign-minute", by="marsh")
            await agreed(alder.room, birch.room)
            text = await alder.done("status")
            assert "Birch: signed by first, 20" in text and "no officer has signed" not in text
            await alder.acts("signoff", "--yes", by="marsh")

    run(story())
