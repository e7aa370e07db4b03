"""A span of a station that seals its days: a stranger sees for whom."""

from pathlib import Path
from typing import Any

from tests.station.house import agreed, rooms, run
from tests.station.spanned import roots
from tests.station.test_disclosing import minuted
from tests.station.test_sweeping import sealed, watched

from backchannel.charter.policy import DAY_S
from backchannel.limits import TIME_MAX
from backchannel.station.judging import Record
from backchannel.station.spanning import SpanWanted, span_of
from backchannel.verifier.__main__ import verify
from backchannel.wire.signing import Mode


def test_a_stranger_sees_for_whom_a_day_was_sealed(tmp_path: Path) -> None:
    """PROOF-101, PROOF-188: the seals of both rooms go in, and hold."""

    async def story() -> None:
        async with rooms(tmp_path, watched()) as (alder, birch):
            await alder.say("The convoy leaves at dawn.")
            await agreed(alder, birch)
            for room in (alder, birch):
                room.clock.skipped_s += DAY_S
                await sealed(room)
            await agreed(alder, birch)
            await minuted(alder, birch)
            record = Record(alder.runner.custody, alder.runner.state, alder.clock.now())
            found = span_of(record, SpanWanted(Mode.REAL, b"", 0, TIME_MAX, (), ""))
            told: dict[str, Any]
            _, told, _ = verify(found.raw, roots())
            claims = {each["claim"]: each for each in told["claims"]}
            assert claims["sealed"]["reason"] == ""
            notes = claims["sealed"]["notes"]
            assert any("for 2 of 3 trustees and 1 of 1 custodians" in each for each in notes)
            assert any(each.endswith("for 1 of 1 custodians") for each in notes)

    run(story())
