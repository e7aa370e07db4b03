"""Which of the paths that are up carry an entry."""

import pytest

from backchannel.path import Clocks, Direction, Latency, Terms
from backchannel.path.choice import carries, in_order, takes_part

DIRECT = Terms(1, "direct", "direct", Latency.FAST)
SERIAL = Terms(3, "serial 3", "serial", Latency.SLOW, rate_bps=300)
SLOWER = Terms(4, "serial 4", "serial", Latency.SLOW, rate_bps=75)
DEAR = Terms(5, "satellite", "radio", Latency.SLOW, rate_bps=2_400, cost=10)
BAG = Terms(2, "bag", "courier", Latency.COURIER)
ORDER = (DIRECT, SERIAL, SLOWER, DEAR, BAG)


def chosen(precedence: int, waited_s: float = 0.0, up: tuple[Terms, ...] = ORDER) -> list[int]:
    """The numbers of the paths that take part."""
    return [each.number for each in up if takes_part(each, up, precedence, waited_s)]


def test_paths_are_in_order_of_class_cost_and_rate() -> None:
    """PATH-60."""
    assert in_order(ORDER[::-1]) == ORDER


@pytest.mark.parametrize(
    ("precedence", "numbers"),
    [(1, [1, 3, 4, 5, 2]), (2, [1, 3, 4, 2]), (3, [1, 3]), (4, [1]), (5, [1])],
)
def test_precedence_says_how_many_paths_take_part(precedence: int, numbers: list[int]) -> None:
    """PATH-60."""
    assert chosen(precedence) == numbers


def test_a_dear_path_is_used_when_it_is_the_best_that_is_left() -> None:
    """PATH-60."""
    assert chosen(2, up=(DEAR, BAG)) == [5, 2]
    assert chosen(4, up=(DEAR, BAG)) == [5]


def test_the_next_path_joins_when_the_patience_of_the_best_is_over() -> None:
    """PATH-60."""
    assert chosen(4, 29.9) == [1]
    assert chosen(4, 30.0) == [1, 3]
    assert chosen(3, 60.0) == [1, 3, 4, 5]
    slow = Terms(9, "x", "serial", Latency.SLOW, rate_bps=300, clocks=Clocks(patience_s=600.0))
    assert chosen(4, 599.0, (slow, BAG)) == [9]


def test_a_path_that_only_hears_carries_nothing() -> None:
    """PATH-60."""
    assert carries(DIRECT)
    assert not carries(Terms(6, "x", "radio", Latency.SLOW, direction=Direction.IN))
