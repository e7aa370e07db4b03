"""Looking at the line from a terminal, as a tired officer does."""

import asyncio
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import typer.testing
from tests.cli.desks import Desk, desks, lone_desk, quick_seals  # noqa: F401
from tests.station.house import PAUSE_S, Room, run
from tests.station.test_api import events_of

from backchannel.cli.main import app
from backchannel.station.settings import Settings, save_settings
from backchannel.wire.payload import Happening

HOUR_S = 3_600


async def silence_entered(room: Room, entry: str) -> None:
    """Wait until a room's record says that nobody answered."""
    while not (await room.shows(entry)).line.ladders[0].non_answers:
        await asyncio.sleep(PAUSE_S)


@pytest.mark.usefixtures("quick_seals")
def test_the_log_has_the_newest_last_and_both_languages_together(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            first = (await alder.acts("say", "Good morning."))["entry"]
            await birch.room.shows(first)
            await birch.acts("translate", "ALDER 0001", "Bonjour.", "--language", "fr")
            await birch.acts("say", "Bonjour aussi.")
            while len(await alder.room.lines()) < 3:
                await alder.room.shows(first)
            log = await alder.done("log")
            blocks = log.strip().split("\n\n")
            assert [block.splitlines()[0][9:19] for block in blocks] == [
                "ALDER 0001", "translate ", "BIRCH 0001",
            ]  # fmt: skip
            original, rendering = (log.index(text) for text in ("| Good morning.", "| Bonjour."))
            assert original < rendering < log.index("BIRCH 0001")
            assert "fr, translation (sight), by first, Birch" in log
            one = await alder.told("log", "--limit", "1")
            assert len(one["lines"]) == 1 and one["before"]
            result = await alder.type("log", "--limit", "1")
            assert f"--before {one['before']}" in result.stderr

    run(story())


@pytest.mark.usefixtures("quick_seals")
def test_the_mode_is_the_first_word_of_every_line(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            for mode in ("real", "exercise", "test"):
                words = f"A text of {mode}\nin two lines, the second of which is so long that no "
                words += "terminal can show it in one row and it must be wrapped somewhere here."
                await alder.acts("say", words, "--mode", mode)
                log = await alder.done("log", "--mode", mode)
                said = [line for line in log.splitlines() if line]
                assert len(said) > 4
                assert {line.split()[0] for line in said} == {mode.upper()}
                shown = await alder.done("show", log.split("[")[1][:12])
                assert {line.split()[0] for line in shown.splitlines()} == {mode.upper()}

    run(story())


@pytest.mark.usefixtures("quick_seals")
def test_text_from_outside_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """NT66: what another station let through is escaped here."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = (await birch.room.say("left \u202eright \u2066x\\x1b")).entry
            await alder.room.shows(entry)
            for printed in (await alder.done("log"), await alder.done("show", entry[:9])):
                assert "left \\u202eright \\u2066x\\\\x1b" in printed
                assert "\u202e" not in printed
            raw = await alder.done("log", "--json")
            assert raw.isascii()
            assert json.loads(raw)["lines"][0]["words"]["text"] == "left \u202eright \u2066x\\x1b"

    run(story())


@pytest.mark.usefixtures("quick_seals")
def test_one_statement_is_told_in_full(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = (await alder.acts("say", "Stay.", "--precedence", "flash", by="marsh"))["entry"]
            await birch.room.shows(entry)
            await birch.acts("ack", "ALDER 0001", "--remark", "staying", by="marsh")
            await alder.room.reaches(entry, "acknowledged")
            shown = await alder.done("show", "ALDER 0001")
            for wanted in (
                "verdict    VALID (emergency-release)",
                "mark       emergency-release: one officer released it",
                "class      inform, FLASH",
                "ladder     with Birch",
                "  acknowledged   2026-11-22T13:4",
                "marsh (duty officer)",
                "(acknowledged; no screen has reported that it showed it)",
                "authority  marsh (duty officer), as of authority entry 6",
                "  granted by roots",
                "  remarks: staying",
                f"entry      {entry}",
                "slot       journal 16, slot ",
            ):
                assert wanted in shown, wanted
            assert (await alder.told("show", "ALDER 0001"))["line"]["entry"] == entry

    run(story())


@pytest.mark.usefixtures("quick_seals")
def test_what_does_not_bind_and_what_is_overdue_say_so_in_capitals(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = (await alder.acts("say", "Answer me.", "--precedence", "flash"))["entry"]
            await birch.room.shows(entry)
            await alder.room.reaches(entry, "held")
            assert "acknowledgement due in " in await alder.done("log")
            assert "acknowledgement by Birch in " in await alder.done("due")
            assert "acknowledgement by Birch (we) in " in await birch.done("due")
            alder.room.clock.skipped_s = HOUR_S
            assert "ACKNOWLEDGEMENT OVERDUE by 59 min" in await alder.done("log")
            assert "  ACKNOWLEDGEMENT OVERDUE by" in await alder.done("show", "ALDER 0001")
            assert "acknowledgement by Birch OVERDUE by 59 min" in await alder.done("due")
            await silence_entered(alder.room, entry)
            shown = await alder.done("show", "ALDER 0001")
            assert "non-answer acknowledgement due" in shown and "HELD, NOT SHOWN" in shown
            assert "answer     supported: none that its writer had seen" in shown
            assert "acknowledgement by Birch is overdue." in await alder.done("status")
            listed = await alder.told("due", "--limit", "1")
            assert [each["clock"]["overdue"] for each in listed["clocks"]] == [True]

    run(story())


@pytest.mark.usefixtures("quick_seals")
def test_looking_is_not_shown(tmp_path: Path) -> None:
    """Not on a pipe, not without a key, and the log never."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = (await alder.acts("say", "Look."))["entry"]
            await birch.room.shows(entry)
            await birch.done("log")
            await birch.done("show", "ALDER 0001")
            await birch.done("show", "ALDER 0001", "--officer", birch.key("marsh"))
            assert events_of(birch.room, Happening.SHOWN, entry) == []

    run(story())


async def on_a_terminal(desk: Desk, *words: object) -> tuple[str, int]:
    """Type a command whose stdout and stderr are a terminal; return what it printed, and how it
    ended."""
    argv = [*map(str, words), "--station", str(desk.folder)]
    terminal, its_end = os.openpty()
    reading = asyncio.create_task(asyncio.to_thread(read_all, terminal))
    with os.fdopen(its_end, "w") as there, redirect_stdout(there), redirect_stderr(there):
        code = await asyncio.to_thread(ended, argv)
    return await reading, code


def ended(argv: list[str]) -> int:
    """Run a command as the program does, and return with which code it ends."""
    try:
        app(argv)
    except SystemExit as end:
        assert isinstance(end.code, int)
        return end.code
    raise AssertionError("a command ends the program")


def read_all(terminal: int) -> str:
    """Read a terminal until its other end is closed."""
    raw = b""
    try:
        while piece := os.read(terminal, 4096):
            raw += piece
    except OSError:
        pass
    finally:
        os.close(terminal)
    return raw.decode().replace("\r\n", "\n")


@pytest.mark.usefixtures("quick_seals")
def test_a_text_drawn_on_a_terminal_before_an_officer_is_shown(tmp_path: Path) -> None:
    """The posts are those of his credential, and it is entered once."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = (await alder.room.say("Look at this.")).entry
            await birch.room.shows(entry)
            printed, _ = await on_a_terminal(birch, "show", "ALDER 0001")
            assert "| Look at this." in printed
            assert events_of(birch.room, Happening.SHOWN, entry) == []
            command = ("show", "ALDER 0001", "--officer", birch.key("marsh"))
            printed, code = await on_a_terminal(birch, *command)
            assert (code, "entered as shown" in printed) == (0, True), printed
            await alder.room.reaches(entry, "shown")
            printed, _ = await on_a_terminal(birch, *command)
            assert "entered before" in printed
            assert len(events_of(birch.room, Happening.SHOWN, entry)) == 1
            (event,) = events_of(birch.room, Happening.SHOWN, entry)
            assert b"duty officer" in event.body

    run(story())


@pytest.mark.usefixtures("quick_seals")
def test_status_tells_modes_stations_and_lamps(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            status = await alder.done("status")
            for wanted in (
                "Alder and Birch: Alder at 2026-11-22T13:43:2",
                "REAL     may speak; journal 16 at slot ",
                "EXERCISE may speak",
                "manned: no",
                "REAL     Birch one REAL of Birch: connected; holds ours up to slot ",
                "NOTE    There is no hot window yet",
            ):
                assert wanted in status, wanted
            told = await alder.told("status")
            assert told["party"] == "Alder"

    run(story())


@pytest.mark.usefixtures("quick_seals")
def test_a_lonely_station_says_what_it_waits_for_and_the_doctor_ends_with_one(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with lone_desk(tmp_path) as alder:
            status = await alder.done("status")
            assert "REAL     STILL ASKING for " in status
            assert "NO CONNECTION" in status
            result = await alder.type("doctor")
            assert result.exit_code == 1
            lines = result.stdout.splitlines()
            assert lines[0].startswith("ALARM   Birch, station Birch one REAL: no connection")
            assert any(line.startswith("WARNING REAL: the station asks") for line in lines)
            levels = [line.split()[0] for line in lines if not line.startswith(" ")]
            order = ["ALARM", "WARNING", "NOTE", "GOOD"]
            assert levels == sorted(levels, key=order.index)
            result = await alder.type("doctor", "--json")
            assert (result.exit_code, json.loads(result.stdout)["findings"][0]["level"]) == (
                1, "alarm",
            )  # fmt: skip

    run(story())


@pytest.mark.usefixtures("quick_seals")
def test_the_doctor_of_a_calm_line_ends_with_zero(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            assert "GOOD    Birch, station Birch one REAL: connected." in await alder.done("doctor")

    run(story())


@pytest.mark.usefixtures("quick_seals")
def test_where_no_station_answers_a_script_may_try_again(tmp_path: Path) -> None:
    save_settings(tmp_path, Settings(name="one", party="Alder", listen=()))
    runner = typer.testing.CliRunner(env={"BACKCHANNEL_STATION": str(tmp_path)})
    for command in ("status", "log", "check"):
        result = runner.invoke(app, [command])
        assert result.exit_code == 3
        assert "[no-station-answers]" in result.stderr
        assert "backchannel station run" in result.stderr
