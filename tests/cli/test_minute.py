"""A minute ordered at a terminal, and what status says of who has cosigned it."""

import asyncio
from pathlib import Path

import pytest
from tests.cli.desks import desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import run

from backchannel.cli.lamps import minute_line
from backchannel.station.reports import CosignerReport, MinuteReport

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

    run(story())


def test_what_lacks_and_what_differs_is_said() -> None:
    """PROOF-23: a cosignature that is missing is shown as missing."""
    some = (("Alder", 4, 0), ("Birch", 2, 0), ("Cedar", 4, 1), ("Dogwood", 0, 0))
    cosigners = tuple(CosignerReport("one", *each) for each in some)
    line = minute_line(MinuteReport("ab" * 32, 16, 7, 1_795_355_000, 4, cosigners))
    assert line.startswith("minute 7 of journal 16, ")
    assert "cosigned by Alder (one), Cedar (one); Birch (one): 2 of 4 checkpoints" in line
    assert "Cedar (one) HAS 1 OTHER ROOTS" in line
    assert line.endswith("missing: Dogwood (one)")
    nobody = minute_line(MinuteReport("ab" * 32, 16, 7, 1_795_355_000, 4, cosigners[3:]))
    assert "cosigned by nobody yet; missing: Dogwood (one)" in nobody
