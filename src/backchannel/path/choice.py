"""Which of the paths to a station carry an entry now (docs/spec/path.md, section 7).

This module must not know whether anything has arrived; running time is an argument.
"""

from collections.abc import Sequence

from backchannel.path import Direction, Latency, Terms

FLASH, IMMEDIATE, PRIORITY = 1, 2, 3
QUICKEST = tuple(Latency)
PATHS_OF_PRIORITY = 2


def carries(terms: Terms) -> bool:
    """Say whether a path takes anything from this station."""
    return terms.direction != Direction.IN


def in_order(paths: Sequence[Terms]) -> tuple[Terms, ...]:
    """Return paths, the best first: by latency class, what a unit costs, rate, and number
    (PATH-60)."""
    return tuple(sorted(paths, key=worth))


def worth(terms: Terms) -> tuple[int, int, float, int]:
    """Return what a path is sorted by."""
    slowness = 1.0 / terms.rate_bps if terms.rate_bps else 0.0
    return QUICKEST.index(terms.latency), terms.cost, slowness, terms.number


def takes_part(terms: Terms, up: Sequence[Terms], precedence: int, waited_s: float) -> bool:
    """Say whether a path carries an entry that has waited for its receipt so long (PATH-60).

    `up` are the paths on which its station can be spoken to, the best first, this one among them.
    """
    if precedence == FLASH:
        return True
    place = up.index(terms)
    if precedence == IMMEDIATE:
        return not terms.cost or not place
    late = int(waited_s // up[0].clocks.patience_s)
    return place < (PATHS_OF_PRIORITY if precedence == PRIORITY else 1) + late
