"""Places on the earth: points, shapes and routes as text and as values (NOTICE-20, NOTICE-24).

A coordinate carries its letter, so that nobody can swap the axes. This module must not guess: what
could mean two places is refused.

>>> read_point("59.93750N 030.30860E")
(5993750, 3030860)
>>> print_point((5993750, 3030860))
'59.93750N 030.30860E'
"""

import math
import re
from collections.abc import Iterator, Sequence

from backchannel.errors import JunkError
from backchannel.limits import CORNERS_MAX, METRES_MAX

Point = tuple[int, int]
"""Latitude and longitude in 1e-5 degree, north and east positive (WGS 84)."""

SCALE = 100_000
POLE, HALF_TURN = 90 * SCALE, 180 * SCALE
COORDINATE = re.compile(r"(\d{1,3})\.(\d{5})([NSEW])", re.ASCII)
METRES = re.compile(r"(\d{1,8})m", re.ASCII)

# Mean radius of the earth in metres (IUGG). A sphere is off by 0.56 % at most, which is enough to
# say how far apart two readings of one place are.
EARTH_M = 6_371_008.8
CORNERS_MIN = 3


def read_point(text: str) -> Point:
    """Return a point of the form `59.93750N 030.30860E`. Raises JunkError("bad-place")."""
    parts = text.split(" ")
    if len(parts) != 2:
        raise JunkError("bad-place", f"got {text!a}, wanted a place such as 59.93750N 030.30860E")
    return (
        read_coordinate(parts[0], "NS", POLE),
        read_coordinate(parts[1], "EW", HALF_TURN),
    )


def read_coordinate(text: str, letters: str, most: int) -> int:
    """Return one coordinate in 1e-5 degree. Raises JunkError("bad-place")."""
    found = COORDINATE.fullmatch(text)
    if found is None or found[3] not in letters:
        raise JunkError(
            "bad-place",
            f"got {text!a}, wanted degrees with five decimals and one of {' '.join(letters)}; "
            "latitude stands before longitude",
        )
    size = int(found[1]) * SCALE + int(found[2])
    if size > most:
        raise JunkError("bad-place", f"{text} lies beyond {most // SCALE} degrees")
    value = -size if found[3] == letters[1] else size
    if print_coordinate(value, letters) != text:
        raise JunkError("bad-place", f"{text!a} is written {print_coordinate(value, letters)}")
    return value


def print_point(point: Point) -> str:
    """Return a point as text."""
    return f"{print_coordinate(point[0], 'NS')} {print_coordinate(point[1], 'EW')}"


def print_coordinate(value: int, letters: str) -> str:
    """Return one coordinate as text. Latitudes have two digits before the point, longitudes three
    (ISO 6709), so that neither is mistaken for the other."""
    degrees, rest = divmod(abs(value), SCALE)
    width = 2 if letters == "NS" else 3
    return f"{degrees:0{width}}.{rest:05}{letters[value < 0]}"


def point_of(value: object) -> Point:
    """Return a point of a value that came over the line. Raises JunkError("bad-place")."""
    match value:
        case (int(latitude), int(longitude)) if (
            abs(latitude) <= POLE and abs(longitude) <= HALF_TURN
        ):
            return latitude, longitude
    raise JunkError("bad-place", "a point is [latitude, longitude] in 1e-5 degree")


def read_metres(text: str) -> int:
    """Return whole metres of a text such as 500m. Raises JunkError("bad-distance")."""
    found = METRES.fullmatch(text)
    if found is None or int(found[1]) > METRES_MAX:
        raise JunkError("bad-distance", f"got {text!a}, wanted metres such as 500m")
    return int(found[1])


def require_shape(corners: Sequence[Point]) -> None:
    """Raise JunkError unless corners bound one area: 3 to 64 of them, no side crossing another, no
    side across the 180th meridian, and no corner twice (NOTICE-24)."""
    if not CORNERS_MIN <= len(corners) <= CORNERS_MAX:
        raise JunkError("area-corners", f"got {len(corners)} corners, wanted 3 to {CORNERS_MAX}")
    if len(set(corners)) != len(corners):
        raise JunkError("area-corners", "a corner stands twice; the last one closes by itself")
    sides = tuple(zip(corners, (*corners[1:], corners[0]), strict=True))
    for start, end in sides:
        if abs(start[1] - end[1]) > HALF_TURN:
            raise JunkError(
                "area-antimeridian",
                f"the side from {print_point(start)} crosses the 180th meridian; give two areas, "
                "one on each side of it",
            )
    for first, second in crossings(sides):
        raise JunkError(
            "area-crossed",
            f"the side from {print_point(first)} crosses the side from {print_point(second)}; "
            "give the corners in the order in which one walks around",
        )


def crossings(sides: Sequence[tuple[Point, Point]]) -> Iterator[tuple[Point, Point]]:
    """Yield the starts of sides that meet although they are not neighbours."""
    for n, (a, b) in enumerate(sides):
        for m in range(n + 2, len(sides)):
            if n == 0 and m == len(sides) - 1:
                continue  # the last side ends where the first begins
            c, d = sides[m]
            if meet(a, b, c, d):
                yield a, c


def meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Say whether the sides a-b and c-d have a point in common."""
    turns = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)]
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(not way and between(*three) for way, three in zip(turns, ends, strict=True))


def turn(a: Point, b: Point, c: Point) -> int:
    """Return 1, 0 or -1: whether the way a-b-c turns left, not at all, or right."""
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (area > 0) - (area < 0)


def between(a: Point, b: Point, c: Point) -> bool:
    """Say whether c, which lies on the line through a and b, lies between them."""
    return all(min(a[n], b[n]) <= c[n] <= max(a[n], b[n]) for n in (0, 1))


def distance_m(a: Point, b: Point) -> float:
    """Return the distance in metres on a sphere (haversine; Sinnott 1984)."""
    (north_a, east_a), (north_b, east_b) = radians(a), radians(b)
    chord = (
        math.sin((north_b - north_a) / 2) ** 2
        + math.cos(north_a) * math.cos(north_b) * math.sin((east_b - east_a) / 2) ** 2
    )
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(chord)))


def bearing(a: Point, b: Point) -> int:
    """Return in which direction b lies from a: whole degrees true, 0 to 359."""
    (north_a, east_a), (north_b, east_b) = radians(a), radians(b)
    east = math.sin(east_b - east_a) * math.cos(north_b)
    north = math.cos(north_a) * math.sin(north_b) - math.sin(north_a) * math.cos(
        north_b
    ) * math.cos(east_b - east_a)
    return round(math.degrees(math.atan2(east, north))) % 360


def radians(point: Point) -> tuple[float, float]:
    """Return a point in radians."""
    return math.radians(point[0] / SCALE), math.radians(point[1] / SCALE)
