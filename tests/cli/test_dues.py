"""What is due, as an officer asks for it, and a notice that comes later than it should."""

import asyncio
from pathlib import Path

import pytest
from tests.cli.desks import desks, quick_seals  # noqa: F401
from tests.station.house import PAUSE_S, run

from backchannel.wire.moments import spelled

PLACE = "59.93750N 030.30860E"
LATE = f"""
form = "T01"
[fields]
1 = "sounding"
2 = "weather rocket"
3 = "1"
4 = "2026-11-22T15:00:00Z to 2026-11-22T16:00:00Z"
5 = "{PLACE} within 50m gnss"
6 = ["circle {PLACE} 5000m surface-unlimited amsl"]
7 = "15 deg"
14 = "range officer (call sign KITE)"
"""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (200, "3 min 20 s"), (7_205, "2 h 5 s"), (90_000, "1 d 1 h")],
)
def test_a_duration_is_spelled_by_its_two_largest_units(seconds: int, words: str) -> None:
    assert spelled(seconds) == words


@pytest.mark.usefixtures("quick_seals")
def test_a_calm_line_has_nothing_due(tmp_path: Path) -> None:
    """NOTICE-90."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            result = await alder.type("due")
            assert (result.exit_code, result.stdout) == (0, "")
            assert "Nothing is due." in result.stderr

    run(story())


@pytest.mark.usefixtures("quick_seals")
def test_a_late_notice_says_why_and_goes_out(tmp_path: Path) -> None:
    """NOTICE-88, NOTICE-89: it is asked for a reason, and shown as late at both desks."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            form = tmp_path / "launch.toml"
            form.write_text(LATE)
            words = ("notice", form, "--yes")
            for name in ("first", "second"):
                words += ("--officer", alder.key(name))
            bare = await alder.type(*words)
            assert bare.exit_code and "22 h 43 min are missing" in bare.stderr
            wrong = await alder.type(*words, "--late", "forgot")
            assert wrong.exit_code and "wanted one of just-learned" in wrong.stderr
            await alder.done(*words, "--late", "changed-plan: the wind")
            for desk in (alder, birch):
                while "late: 22 h 43 min less notice than" not in await desk.done("log"):
                    await asyncio.sleep(PAUSE_S)
                assert "changed-plan: the wind" in await desk.done("log")

    run(story())
