"""The earth on a flat sheet: seen from above one point, distance and direction from it are true.

An azimuthal equidistant projection has neither an antimeridian nor a pole where it breaks (Snyder,
*Map Projections*, USGS 1395, chapter 25). This module must not draw.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backchannel.desk.chart.coast import Degrees

EARTH_KM = 6_371.0088
XY = tuple[float, float]
FAR = math.pi
# A pixel of a sheet is 0.004 of its half.
FINE = 0.003
ARC_STEP = math.radians(10)


class View(NamedTuple):
    """A sheet: the point above which one looks, and how far it reaches to each side, in km."""

    centre: Degrees
    reach_km: float

    def sight(self, place: Degrees) -> tuple[float, float]:
        """Return distance in radians and direction in radians east of north, from the centre."""
        lat0, lon0 = map(math.radians, self.centre)
        lat, lon = map(math.radians, place)
        ahead, aside = math.cos(lat) * math.cos(lon - lon0), math.cos(lat) * math.sin(lon - lon0)
        north = math.cos(lat0) * math.sin(lat) - math.sin(lat0) * ahead
        up = math.sin(lat0) * math.sin(lat) + math.cos(lat0) * ahead
        return math.atan2(math.hypot(north, aside), up), math.atan2(aside, north)

    def flat(self, place: Degrees) -> XY:
        """Return where a place lies: from -1 to 1 within reach, east and south positive."""
        return self._at(*self.sight(place))

    def _at(self, distance: float, direction: float) -> XY:
        scale = distance * EARTH_KM / self.reach_km
        return scale * math.sin(direction), -scale * math.cos(direction)

    def shore(self, ring: Sequence[Degrees]) -> list[XY]:
        """Return a ring of land, what lies far outside drawn in to a rim around the sheet. Nothing
        for a ring that is outside as a whole."""
        rim = min(2.0 * self.reach_km / EARTH_KM, FAR)
        seen = [self.sight(each) for each in ring]
        if all(distance >= rim for distance, _ in seen):
            return []
        out: list[XY] = []
        before: float | None = None
        for distance, direction in seen:
            if distance < rim:
                before = None
                out.append(self._at(distance, direction))
                continue
            if before is not None:
                out += [self._at(rim, each) for each in between(before, direction)]
            out.append(self._at(rim, direction))
            before = direction
        return thinned(out)


def thinned(points: Sequence[XY]) -> list[XY]:
    """Return points without those that nobody could tell from the one before."""
    out = list(points[:1])
    for x, y in points[1:]:
        if abs(x - out[-1][0]) + abs(y - out[-1][1]) >= FINE:
            out.append((x, y))
    return out


def between(start: float, end: float) -> Iterator[float]:
    """Yield directions on the shorter way from one to another, so no chord cuts the sheet."""
    turn = (end - start + math.pi) % (2 * math.pi) - math.pi
    steps = int(abs(turn) // ARC_STEP)
    for n in range(1, steps + 1):
        yield start + turn * n / (steps + 1)


def destination(place: Degrees, distance_km: float, direction: float) -> Degrees:
    """Return where one is after so many km in a direction, radians east of north (Snyder 5-5)."""
    lat, lon = map(math.radians, place)
    c = distance_km / EARTH_KM
    north = math.sin(lat) * math.cos(c) + math.cos(lat) * math.sin(c) * math.cos(direction)
    east = math.sin(direction) * math.sin(c) * math.cos(lat)
    end = math.asin(max(-1.0, min(1.0, north)))
    turned = lon + math.atan2(east, math.cos(c) - math.sin(lat) * math.sin(end))
    return math.degrees(end), (math.degrees(turned) + 540) % 360 - 180


def view_of(places: Sequence[Degrees]) -> View:
    """Return a sheet that shows all places, with room around them; 25 km to each side at least.

    Its centre is that of the places on the globe, so that neither pole nor antimeridian moves it.
    """
    vectors = [
        (math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a))
        for a, b in ((math.radians(lat), math.radians(lon)) for lat, lon in places)
    ]
    x, y, z = (sum(axis) / len(vectors) for axis in zip(*vectors, strict=True))
    centre = (math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x)))
    farthest = max(View(centre, 1.0).sight(each)[0] for each in places) * EARTH_KM
    return View(centre, max(25.0, farthest * 1.35))


def straight(start: Degrees, end: Degrees, steps: int = 24) -> Iterator[Degrees]:
    """Yield the side of an area as NOTICE-24 means it, straight in latitude and longitude; of a
    route the shorter way around, across the antimeridian if that is it."""
    turn = (end[1] - start[1] + 180) % 360 - 180
    for n in range(steps + 1):
        part = n / steps
        longitude = start[1] + turn * part
        yield start[0] + (end[0] - start[0]) * part, (longitude + 540) % 360 - 180
