"""Rings: closed, counterclockwise, cut at the 180th meridian, as wide as their circle."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.notice.copies.rings import CIRCLE_CORNERS, area_rings, circle_rings
from backchannel.notice.places import HALF_TURN, SCALE, Point, distance_m

CENTRES = st.tuples(st.integers(-89 * SCALE, 89 * SCALE), st.integers(-HALF_TURN, HALF_TURN))


def twice_the_area(ring: list[Point]) -> int:
    """Twice the signed area of a closed ring, by the shoelace formula: positive goes round left."""
    sides = pairwise(ring)
    return sum(a[1] * b[0] - b[1] * a[0] for a, b in sides)


@given(CENTRES, st.integers(1, 5_000_000))
def test_every_ring_of_a_circle_is_one_that_maps_take(centre: Point, radius: int) -> None:
    """NOTICE-105."""
    rings = circle_rings(centre, radius)
    assert len(rings) <= 2
    for ring in rings:
        assert ring[0] == ring[-1] and len(ring) >= 4
        assert twice_the_area(ring) > 0
        assert all(abs(east) <= HALF_TURN for _, east in ring)
        assert all(abs(a[1] - b[1]) <= HALF_TURN for a, b in pairwise(ring))


@given(CENTRES, st.integers(200, 500_000))
def test_the_corners_of_a_circle_lie_on_it(centre: Point, radius: int) -> None:
    """NOTICE-105: but for those that the cut has made."""
    corners = {each for ring in circle_rings(centre, radius) for each in ring}
    uncut = [each for each in corners if abs(each[1]) != HALF_TURN]
    assert all(abs(distance_m(centre, each) - radius) < 2 + radius * 1e-5 for each in uncut)


def test_a_circle_on_the_meridian_is_two_rings_that_touch_it() -> None:
    """NOTICE-105: RFC 7946, 3.1.9."""
    east, west = circle_rings((0, HALF_TURN), 50_000)
    assert max(each[1] for each in east) == HALF_TURN
    assert min(each[1] for each in west) == -HALF_TURN
    assert {len(east), len(west)} == {CIRCLE_CORNERS // 2 + 2}


@pytest.mark.parametrize(
    ("centre", "radius"),
    [((90 * SCALE, 0), 1), ((89 * SCALE, 0), 112_000), ((-(90 * SCALE), 5), 9), ((0, 0), 0)],
)
def test_a_circle_around_a_pole_and_one_without_size_are_not_drawn(
    centre: Point, radius: int
) -> None:
    """NOTICE-105."""
    assert circle_rings(centre, radius) == []


def test_an_area_keeps_its_corners_and_is_turned_left() -> None:
    """NOTICE-105."""
    corners = [(0, 0), (10, 0), (10, 10)]
    (ring,) = area_rings(corners)
    assert twice_the_area(ring) > 0 and set(ring) == set(corners)
    assert area_rings(list(reversed(corners)))[0][0] == (10, 10)
