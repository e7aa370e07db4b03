"""Notices as Cursor on Target events, version 2.0: one event for each place, one line each.

This module must not give what is rehearsed the look of what is real: `opex`, `how`, the call sign
and the remarks all say it. Clauses: NOTICE-103, NOTICE-105, NOTICE-109. Source: MITRE, Cursor on
Target message router user's guide and event schema; types and drawings as ATAK writes them.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from backchannel.errors import OfficerError
from backchannel.notice.copies.geojson import window_of
from backchannel.notice.copies.mapping import by_code, mapping_of, require_mapped
from backchannel.notice.copies.original import (
    Original,
    Placed,
    Waypoint,
    Window,
    places_of,
    waypoints_of,
    words_of,
)
from backchannel.notice.copies.xmlout import element, leaf, line
from backchannel.notice.places import SCALE, Point, point_of
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_moment

OPERATION = {"REAL": "o-backchannel", "EXERCISE": "e-backchannel", "TEST": "s-backchannel"}
ESTIMATED, SIMULATED = "h-e", "m-s"
NOT_KNOWN = "9999999.0"
AREA, CIRCLE, ROUTE, WAYPOINT = "u-d-f", "u-d-c-c", "b-m-r", "b-m-p-w"
# An event that does not say when it ends is drawn for a day.
STALE_S = 86_400


def write_cot(original: Original) -> bytes:
    """Return a notice as events, each on a line of its own, as a stream of them is sent.

    Raises OfficerError: "no-copy-of-form", "no-place-stated".
    """
    require_mapped(original, mapping_of(original.form).map, "Cursor on Target")
    places = places_of(original)
    if not places:
        raise OfficerError("no-place-stated", "the notice states no place: there is no event of it")
    return b"".join(line(event(original, each)) for each in places)


def event(original: Original, placed: Placed) -> Element:
    """Return one place as an event; one that was taken back is stale since then."""
    window = window_of(original) or Window(original.time, None)
    since = min(window.since, original.time) if original.recalled is not None else window.since
    until = window.until if window.until is not None else max(since, original.time) + STALE_S
    stale = until if original.recalled is None else max(original.recalled, since)
    kind, centre, error, drawn = shape(original, placed)
    name = f"{original.mark}{original.number} {placed.name}"
    return element(
        "event",
        point(centre, error),
        element(
            "detail",
            element("contact", callsign=name),
            *drawn,
            leaf("remarks", f"{original.name}\n{words_of(original)}"),
            element(
                "backchannel",
                mode=original.mode,
                statement=original.entry,
                form=original.form.code,
                handling=original.handling_text,
            ),
        ),
        version="2.0",
        uid=uid(original, placed),
        type=kind,
        how=ESTIMATED if original.mode == "REAL" else SIMULATED,
        time=print_moment(original.time),
        start=print_moment(since),
        stale=print_moment(stale),
        opex=OPERATION[original.mode],
        access=original.handling,
    )


def uid(original: Original, placed: Placed) -> str:
    """Return the name of an event, the same each time."""
    return f"backchannel.{original.entry}.{placed.no}.{placed.nth}"


def shape(
    original: Original, placed: Placed
) -> tuple[str, Point, Value, tuple[Element | None, ...]]:
    """Return the type of a place, its centre, its error in metres, and how it is drawn."""
    mapped = mapping_of(original.form).points
    match placed.type, placed.value:
        case "position", (int(north), int(east), accuracy, _, _):
            return str(by_code(original, mapped.field, mapped.types)), (north, east), accuracy, ()
        case "area", ((int(), int()) as middle, int(radius), _):
            drawn = element(
                "shape",
                element("ellipse", major=f"{radius}.0", minor=f"{radius}.0", angle="360"),
            )
            return CIRCLE, point_of(middle), None, (drawn,)
        case "area", (tuple(corners), _):
            points = [point_of(each) for each in corners]
            links = [element("link", point=pair(each)) for each in (*points, points[0])]
            return AREA, centre_of(points), None, tuple(links)
        case "route", route:
            steps = waypoints_of(route)
            return ROUTE, steps[0].point, None, drawn_way(uid(original, placed), steps)
    raise AssertionError(f"a place of type {placed.type}")


def drawn_way(name: str, steps: Sequence[Waypoint]) -> tuple[Element, ...]:
    """Return the points of a route in order, each called by its kind."""
    return tuple(
        element(
            "link",
            uid=f"{name}.{n}",
            type=WAYPOINT,
            relation="c",
            point=pair(each.point),
            callsign=f"{n} {each.kind}",
        )
        for n, each in enumerate(steps, 1)
    )


def centre_of(points: Sequence[Point]) -> Point:
    """Return the middle between the outermost corners."""
    north, east = ([each[axis] for each in points] for axis in (0, 1))
    return (min(north) + max(north)) // 2, (min(east) + max(east)) // 2


def point(place: Point, error: Value) -> Element:
    """Return where an event is. Heights are above the ellipsoid, and none is known."""
    return element(
        "point",
        lat=f"{place[0] / SCALE:.5f}",
        lon=f"{place[1] / SCALE:.5f}",
        hae=NOT_KNOWN,
        ce=f"{error}.0" if type(error) is int else NOT_KNOWN,
        le=NOT_KNOWN,
    )


def pair(place: Point) -> str:
    """Return a point as a drawing has it: latitude, then longitude, in degrees."""
    return f"{place[0] / SCALE:.5f},{place[1] / SCALE:.5f}"
