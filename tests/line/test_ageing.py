"""Running time of what came earlier, through steps of the clock and stops."""

from hypothesis import given, settings
from hypothesis import strategies as some
from tests.cast import ALDER
from tests.exchange import open_line

from backchannel.limits import MARKS_MAX
from backchannel.line.ageing import running_at
from backchannel.line.events import Started
from backchannel.wire.signing import Mode


@settings(deadline=None)
@given(
    steps=some.lists(
        some.tuples(some.integers(1, 900), some.sampled_from((0, 0, 3_600, -3_600, 5))), max_size=6
    )
)
def test_an_entry_is_as_old_as_the_time_that_ran(steps: list[tuple[int, int]]) -> None:
    """NOTICE-87, RECORD-80: whatever was done to the clock before and after."""
    exchange = open_line()
    alder, clock = exchange.stations[ALDER], exchange.clock
    said = []
    for runs_s, set_s in steps:
        clock.now += set_s
        exchange.say(ALDER, "one more")
        row = alder.entries[alder.own().no, alder.own().seq]
        said.append((row, clock.elapsed))
        clock.pass_s(runs_s)
    for row, elapsed in said:
        found = running_at(alder.state.core, row.no, row.seq, row.arrived)
        assert abs(found - elapsed) <= 2_000 * len(steps)


def test_what_is_older_than_all_marks_is_dated_back_by_the_clock() -> None:
    exchange = open_line()
    alder, clock = exchange.stations[ALDER], exchange.clock
    entry = alder.entries[alder.own().no, 0]
    for _ in range(MARKS_MAX + 1):
        clock.now += 100
        alder.pass_time()
    assert len(alder.state.core.marks) == MARKS_MAX
    oldest = alder.state.core.marks[0]
    found = running_at(alder.state.core, entry.no, entry.seq, entry.arrived)
    assert found == oldest.elapsed - 1_000 * (oldest.now - entry.arrived)


def test_a_start_is_remembered() -> None:
    """RECORD-132."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    exchange.clock.pass_s(77)
    alder.do(Started(at=exchange.clock.moment(), clean=True, mark=None))
    assert alder.state.core.began == exchange.clock.elapsed
    assert Mode.REAL in alder.state.core.asking
