"""What is done when nobody answers, and when each step has its turn."""

from hypothesis import given
from hypothesis import strategies as some

from backchannel.watch.clocks import Clock, Duty, Point
from backchannel.watch.escalation import Step, next_turn_ms, steps_due

ACK = Clock(Duty.ACKNOWLEDGEMENT, Point(0, 0), 60, 60)
ANSWER = Clock(Duty.ANSWER, Point(0, 0), 60, 60)


def test_each_step_waits_as_long_as_the_clock() -> None:
    """RECORD-133, RECORD-134: the third party is the last, and only where the charter names one."""
    for overdue_ms, count in ((0, 0), (1, 1), (60_000, 1), (60_001, 2), (120_001, 3), (10**9, 3)):
        assert steps_due(ACK, overdue_ms=overdue_ms, third_party=True) == tuple(Step)[:count]
    assert Step.THIRD_PARTY not in steps_due(ACK, overdue_ms=10**9, third_party=False)
    assert steps_due(ANSWER, overdue_ms=10**9, third_party=True) == ()


def test_a_clock_that_ends_at_a_moment_gave_the_time_up_to_it() -> None:
    """RECORD-133."""
    moment = Clock(Duty.ACKNOWLEDGEMENT, Point(100, 0), 400, None)
    for overdue_ms, count in ((1, 1), (300_000, 1), (300_001, 2)):
        assert len(steps_due(moment, overdue_ms=overdue_ms, third_party=True)) == count
    passed = Clock(Duty.ACKNOWLEDGEMENT, Point(500, 0), 400, None)
    assert len(steps_due(passed, overdue_ms=1, third_party=True)) == len(Step)


@given(overdue_ms=some.integers(1, 300_000), third_party=some.booleans())
def test_the_next_turn_is_when_one_more_step_is_due(overdue_ms: int, third_party: bool) -> None:
    """RECORD-133: whoever looks then, and not before, misses nothing."""
    now = steps_due(ACK, overdue_ms=overdue_ms, third_party=third_party)
    wait = next_turn_ms(ACK, overdue_ms=overdue_ms, third_party=third_party)
    if wait is None:
        assert len(now) == len(Step) - (not third_party)
        return
    then = steps_due(ACK, overdue_ms=overdue_ms + wait, third_party=third_party)
    before = steps_due(ACK, overdue_ms=overdue_ms + wait - 1, third_party=third_party)
    assert (len(before), len(then)) == (len(now), len(now) + 1)
