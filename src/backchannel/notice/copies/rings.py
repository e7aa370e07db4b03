"""Circles and areas as rings of corners, the way maps take them.

A ring is closed, goes round counterclockwise, and is cut where it meets the 180th meridian. This
module must not round a place that the notice gives: only corners of drawn circles are computed.
Clauses: NOTICE-105. Source: RFC 7946, sections 3.1.6 and 3.1.9.
"""

import math
from collections.abc import Sequence

from backchannel.notice.places import EARTH_M, HALF_TURN, POLE, SCALE, Point

CIRCLE_CORNERS = 64
METRES_PER_DEGREE = EARTH_M * math.pi / 180


def area_rings(corners: Sequence[Point]) -> list[list[Point]]:
    """Return the ring of an area; its sides cross no 180th meridian (NOTICE-24)."""
    return [closed(list(corners))]


def circle_rings(centre: Point, radius_m: int) -> list[list[Point]]:
    """Return the rings that bound a circle: one, two where it crosses the 180th meridian, none
    where it holds a pole, which no ring on a flat map bounds, or has no size."""
    reach = radius_m / METRES_PER_DEGREE * SCALE
    if radius_m == 0 or abs(centre[0]) + reach >= POLE:
        return []
    corners = [around(centre, radius_m, n) for n in range(CIRCLE_CORNERS)]
    here = clipped(clipped(corners, HALF_TURN, -1), -HALF_TURN, 1)
    beyond_east = [(n, e - 2 * HALF_TURN) for n, e in clipped(corners, HALF_TURN, 1)]
    beyond_west = [(n, e + 2 * HALF_TURN) for n, e in clipped(corners, -HALF_TURN, -1)]
    return [closed(each) for each in (here, beyond_east, beyond_west) if turned(each)]


def around(centre: Point, radius_m: int, n: int) -> Point:
    """Return the n-th corner of a circle, its longitude not yet brought back into one turn."""
    north, east = (math.radians(each / SCALE) for each in centre)
    way, turn = radius_m / EARTH_M, 2 * math.pi * n / CIRCLE_CORNERS
    high = math.asin(
        math.sin(north) * math.cos(way) + math.cos(north) * math.sin(way) * math.cos(turn)
    )
    aside = math.atan2(
        math.sin(turn) * math.sin(way) * math.cos(north),
        math.cos(way) - math.sin(north) * math.sin(high),
    )
    return round(math.degrees(high) * SCALE), round(math.degrees(east + aside) * SCALE)


def clipped(ring: Sequence[Point], meridian: int, side: int) -> list[Point]:
    """Return the part of a convex ring on one side of a meridian (Sutherland and Hodgman 1974):
    `side` is -1 for west of it, 1 for east."""
    found: list[Point] = []
    for start, end in zip(ring, (*ring[1:], *ring[:1]), strict=True):
        first, second = (side * (each[1] - meridian) >= 0 for each in (start, end))
        if first:
            found.append(start)
        if first != second:
            found.append((north_at(start, end, meridian), meridian))
    return found


def north_at(start: Point, end: Point, meridian: int) -> int:
    """Return the latitude at which a side crosses a meridian, on a straight line."""
    share = (meridian - start[1]) / (end[1] - start[1])
    return round(start[0] + share * (end[0] - start[0]))


def closed(ring: list[Point]) -> list[Point]:
    """Return a ring counterclockwise and closed: its last corner is its first, none else stands
    twice in a row."""
    ring = [each for n, each in enumerate(ring) if each != ring[n - 1]]
    if turned(ring) < 0:
        ring = [ring[0], *reversed(ring[1:])]
    return [*ring, ring[0]]


def turned(ring: Sequence[Point]) -> int:
    """Return twice the area of a ring that is not closed, below nought if it goes clockwise."""
    sides = zip(ring, (*ring[1:], *ring[:1]), strict=True)
    return sum(a[1] * b[0] - b[1] * a[0] for a, b in sides)
