"""What of a notice can be drawn: its positions, areas and routes, each with the field it stands in.

This module must not draw, and must not leave out what it cannot read: that keeps its name only.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from backchannel.desk.chart.coast import Degrees
from backchannel.desk.chart.globe import destination, straight
from backchannel.errors import JunkError
from backchannel.notice.catalogue import ROWS, Field, Form, Part, columns_of, parts_of
from backchannel.notice.places import SCALE, Point, point_of
from backchannel.wire.codec import Value

CIRCLE_STEPS = 96
DRAWN = ("position", "area", "route")


class Shape(NamedTuple):
    """One thing on a chart: how it is called, its points as they are signed, its outline, whether
    that encloses an area; of a circle its radius in m."""

    name: str
    points: tuple[Point, ...]
    outline: tuple[Degrees, ...]
    area: bool = False
    radius_m: int = 0


def degrees(point: Point) -> Degrees:
    """Return a point in degrees."""
    return point[0] / SCALE, point[1] / SCALE


def shapes_of(form: Form, values: Sequence[Value]) -> tuple[Shape, ...]:
    """Return what can be drawn of a form's values, in their order."""
    found: list[Shape] = []
    for field, value in zip(form.fields, values, strict=False):
        for n, (kind, each) in enumerate(placed(field, value), 1):
            shape = shape_of(f"{field.no}.{n}", kind, each)
            if shape is not None:
                found.append(shape)
    return tuple(found)


def placed(field: Field, value: Value) -> Iterator[tuple[str, Value]]:
    """Yield each value of a field that is a place, with its type."""
    parts = parts_of(field)
    values = (value,) if len(parts) == 1 else value if isinstance(value, tuple) else ()
    for part, each in zip(parts, values, strict=False):
        if part.types == (ROWS,):
            for row in each if isinstance(each, tuple) else ():
                cells = row if isinstance(row, tuple) else ()
                for (_, column), cell in zip(columns_of(field), cells, strict=False):
                    yield from of_part(column, cell)
        else:
            yield from of_part(part, each)


def of_part(part: Part, value: Value) -> Iterator[tuple[str, Value]]:
    """Yield the values of one part that are places, with their type."""
    kinds = [each for each in part.types if each in DRAWN]
    if kinds and value is not None:
        items = value if part.many and isinstance(value, tuple) else (value,)
        for each in items:
            yield from ((kind, each) for kind in kinds if fits(kind, each))


def fits(kind: str, value: Value) -> bool:
    """Say whether a value can be drawn as a type."""
    return shape_of("", kind, value) is not None


def shape_of(name: str, kind: str, value: Value) -> Shape | None:
    """Return a value as a shape, or None for what is no place on the earth, such as an orbit."""
    try:
        match kind, value:
            case "position", (latitude, longitude, *_):
                point = point_of((latitude, longitude))
                return Shape(name, (point,), (degrees(point),))
            case "area", (centre, int(radius), _):
                point = point_of(centre)
                return Shape(name, (point,), circle(point, radius), True, radius)
            case "area", ((*corners,), _):
                points = tuple(map(point_of, corners))
                return Shape(name, points, sides((*points, points[0])), True) if points else None
            case "route", ((str(), _, _, _), *_) if isinstance(value, tuple):
                points = tuple(point_of(each[1:3]) for each in value if isinstance(each, tuple))
                return Shape(name, points, sides(points))
    except JunkError:
        return None
    return None


def circle(centre: Point, radius_m: int) -> tuple[Degrees, ...]:
    """Return the outline of a circle on the globe."""
    turn = 2 * math.pi / CIRCLE_STEPS
    found = [destination(degrees(centre), radius_m / 1_000, n * turn) for n in range(CIRCLE_STEPS)]
    return (*found, found[0])


def sides(points: Sequence[Point]) -> tuple[Degrees, ...]:
    """Return the way along some points."""
    if len(points) == 1:
        return (degrees(points[0]),)
    found: list[Degrees] = []
    for start, end in pairwise(points):
        found += straight(degrees(start), degrees(end))
    return tuple(found)
