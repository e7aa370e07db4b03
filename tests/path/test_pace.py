"""Allowances and pauses, on a clock that the test turns."""

from hypothesis import given
from hypothesis import strategies as st

from backchannel.path.limits import DIAL_SECONDS_MAX, DIAL_SECONDS_MIN
from backchannel.path.pace import Allowance, dial_pause, resend_pause

LEAST, MOST = bytes(32), b"\xff" * 32


def test_an_allowance_is_a_burst_and_then_a_rate() -> None:
    """PATH-33."""
    allowance = Allowance(4, 2.0)
    assert [allowance.take(100.0) for _ in range(6)] == [True] * 4 + [False] * 2
    assert [allowance.take(100.5), allowance.take(100.5)] == [True, False]
    assert [allowance.take(102.0) for _ in range(4)] == [True] * 3 + [False]


def test_an_allowance_never_exceeds_its_burst() -> None:
    allowance = Allowance(2, 10.0)
    allowance.take(0.0)
    assert [allowance.take(1e6) for _ in range(3)] == [True, True, False]


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=200))
def test_in_the_long_run_an_allowance_is_its_rate(steps: list[float]) -> None:
    """PATH-33: no way of asking gains more than burst and rate."""
    allowance = Allowance(3, 8.0)
    now = 0.0
    used = 0
    for step in steps:
        now += step
        used += allowance.take(now)
    assert used <= 3 + 8.0 * now + 1e-6


def test_dialling_begins_at_once_and_then_slows_down() -> None:
    """PATH-13."""
    assert dial_pause(0, LEAST) == 0.0
    pauses = [dial_pause(failures, LEAST) for failures in range(1, 10)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    assert dial_pause(10**9, LEAST) == DIAL_SECONDS_MAX


def test_chance_takes_up_to_half_of_a_pause_away() -> None:
    """PATH-13."""
    assert dial_pause(1, MOST) == DIAL_SECONDS_MIN / 2
    assert dial_pause(1, b"\x80" + bytes(31)) == DIAL_SECONDS_MIN * 0.75


def test_repeating_slows_down_to_its_longest_pause() -> None:
    """PATH-53."""
    assert [resend_pause(5.0, 60.0, tries) for tries in range(1, 7)] == [5, 10, 20, 40, 60, 60]
