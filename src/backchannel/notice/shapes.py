"""Fields that hold places: positions, altitudes, areas and routes (WGS 84).

What is printed is read back into the same value. This module must not draw anything. Clauses:
NOTICE-21, NOTICE-22, NOTICE-23, NOTICE-25.
"""

import re

from backchannel.errors import JunkError
from backchannel.limits import ITEMS_MAX
from backchannel.notice.kinds import Bounds, one_of, wanted
from backchannel.notice.numbers import show_instant, show_number
from backchannel.notice.places import (
    point_of,
    print_point,
    read_metres,
    read_point,
    require_shape,
)
from backchannel.notice.words import plain, show_text
from backchannel.wire.codec import Value
from backchannel.wire.moments import read_moment

FIXES = ("gnss", "survey", "map", "imagery", "verbal", "estimated")
DATUMS = ("amsl", "agl", "ellipsoid")
WAYPOINTS = ("start", "via", "stop", "hold", "end")
SURFACE, UNLIMITED, ORBITAL = "surface", "unlimited", "orbital"

POINT = r"\d+\.\d{5}[NS] \d+\.\d{5}[EW]"
POSITION = re.compile(
    rf"({POINT})(?: within (\d+m))?(?: ({'|'.join(FIXES)}))?(?: near (\S.*))?", re.ASCII
)
BAND = rf"(?:{SURFACE}|\d+m)-(?:{UNLIMITED}|\d+m) (?:{'|'.join(DATUMS)})"
AREA = re.compile(
    rf"(?:circle ({POINT}) (\d+m)|polygon ({POINT}(?:, {POINT})*))(?: ({BAND}))?", re.ASCII
)
WAYPOINT = re.compile(rf"({'|'.join(WAYPOINTS)}) ({POINT})(?: at (\S+))?", re.ASCII)


def read_distance(text: str, _: Bounds) -> Value:
    """Return whole metres."""
    return read_metres(text)


def show_distance(value: Value) -> str:
    """Return whole metres."""
    return f"{show_number(value)}m"


def read_position(text: str, _: Bounds) -> Value:
    """Return [latitude, longitude, accuracy in m, fix, named place near it], null if not stated."""
    found = POSITION.fullmatch(text)
    if found is None:
        read_point(" ".join(text.split(" ")[:2]))  # says what is wrong with the coordinates
        raise JunkError(
            "bad-place", f"got {text!a}, wanted 59.93750N 030.30860E within 50m gnss near PLACE"
        )
    accuracy = read_metres(found[2]) if found[2] else None
    return (*read_point(found[1]), accuracy, found[3], plain(found[4]) if found[4] else None)


def show_position(value: Value) -> str:
    """Return a position."""
    match value:
        case (latitude, longitude, accuracy, fix, near):
            parts = [print_point(point_of((latitude, longitude)))]
            if accuracy is not None:
                parts.append(f"within {show_distance(accuracy)}")
            if fix is not None:
                parts.append(one_of(show_text(fix), FIXES, "a fix"))
            if near is not None:
                parts.append(f"near {show_text(near)}")
            return " ".join(parts)
    raise JunkError("field-value", f"got {value!r}, wanted a position of five parts")


def read_altitude(text: str, _: Bounds) -> Value:
    """Return [metres, datum]."""
    metres, _space, datum = text.partition(" ")
    return (read_metres(metres), one_of(datum, DATUMS, "a datum"))


def show_altitude(value: Value) -> str:
    """Return a height."""
    match value:
        case (int(metres), str(datum)):
            return f"{metres}m {one_of(datum, DATUMS, 'a datum')}"
    raise JunkError("field-value", f"got {value!r}, wanted [metres, datum]")


def read_band(text: str) -> Value:
    """Return [low, high, datum]; low may be `surface`, high `unlimited`."""
    span, _space, datum = text.partition(" ")
    low_text, _dash, high_text = span.partition("-")
    low: Value = SURFACE if low_text == SURFACE else read_metres(low_text)
    high: Value = UNLIMITED if high_text == UNLIMITED else read_metres(high_text)
    require_band(low, high)
    return (low, high, datum)


def require_band(low: Value, high: Value) -> None:
    """Raise JunkError unless a band goes up."""
    if type(high) is int and high <= (low if type(low) is int else 0):
        raise JunkError("field-value", "the altitude band does not go up")


def show_band(value: Value) -> str:
    """Return a band of altitudes."""
    match value:
        case (low, high, str(datum)):
            require_band(low, high)
            low_text = SURFACE if low == SURFACE else show_distance(low)
            high_text = UNLIMITED if high == UNLIMITED else show_distance(high)
            return f"{low_text}-{high_text} {one_of(datum, DATUMS, 'a datum')}"
    raise JunkError("field-value", f"got {value!r}, wanted [low, high, datum]")


def read_area(text: str, _: Bounds) -> Value:
    """Return [centre, radius in m, band / null], [corners, band / null], or `orbital`."""
    if text == ORBITAL:
        return ORBITAL
    found = AREA.fullmatch(text)
    if found is None:
        raise JunkError(
            "bad-area",
            f"got {text!a}, wanted circle PLACE 5000m, or polygon PLACE, PLACE, PLACE; "
            "then, if it has one, a band such as surface-3000m amsl",
        )
    band = read_band(found[4]) if found[4] else None
    if found[1]:
        return (read_point(found[1]), read_metres(found[2]), band)
    corners = tuple(map(read_point, found[3].split(", ")))
    require_shape(corners)
    return (corners, band)


def show_area(value: Value) -> str:
    """Return an area."""
    if value == ORBITAL:
        return ORBITAL
    match value:
        case (centre, int(radius), band):
            text = f"circle {print_point(point_of(centre))} {show_distance(radius)}"
        case ((*corners,), band):
            points = [point_of(corner) for corner in corners]
            require_shape(points)
            text = f"polygon {', '.join(map(print_point, points))}"
        case _:
            raise JunkError("field-value", f"got {value!r}, wanted an area")
    return text if band is None else f"{text} {show_band(band)}"


def read_route(text: str, _: Bounds) -> Value:
    """Return waypoints in order: [kind, latitude, longitude, planned moment / null]."""
    steps = text.split("; ")
    if len(steps) > ITEMS_MAX:
        raise JunkError("field-value", f"{len(steps)} waypoints, at most {ITEMS_MAX}")
    found = [WAYPOINT.fullmatch(step) for step in steps]
    route = tuple(
        (one[1], *read_point(one[2]), read_moment(one[3]) if one[3] else None)
        for one in found
        if one is not None
    )
    if len(route) != len(steps):
        wrong = next(step for step, one in zip(steps, found, strict=True) if one is None)
        raise JunkError("bad-route", f"got {wrong!a}, wanted start PLACE at MOMENT; via PLACE; ...")
    return route


def show_route(value: Value) -> str:
    """Return a route."""
    wanted(value, tuple, "a list of waypoints")
    return "; ".join(map(show_waypoint, value))  # type: ignore[arg-type]


def show_waypoint(value: Value) -> str:
    """Return one waypoint."""
    match value:
        case (str(kind), latitude, longitude, moment):
            place = print_point(point_of((latitude, longitude)))
            when = f" at {show_instant(moment)}" if moment is not None else ""
            return f"{one_of(kind, WAYPOINTS, 'a kind')} {place}{when}"
    raise JunkError("field-value", f"got {value!r}, wanted a waypoint")
