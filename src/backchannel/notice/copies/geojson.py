"""Notices as GeoJSON (RFC 7946): one feature for each place.

This module must not write what it is given as anything but text. Clauses: NOTICE-103, NOTICE-105,
NOTICE-107.
"""

from typing import Any  # whatever JSON can hold

from backchannel.notice.copies.jsonout import json_bytes
from backchannel.notice.copies.mapping import mapping_of, require_mapped
from backchannel.notice.copies.original import (
    COPY,
    Original,
    Placed,
    Window,
    notes,
    places_of,
    told,
    waypoints_of,
    windows_of,
    withheld,
)
from backchannel.notice.copies.rings import area_rings, circle_rings
from backchannel.notice.places import SCALE, Point, point_of
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_moment

Json = dict[str, Any]  # an object of JSON


def write_geojson(original: Original) -> bytes:
    """Return a notice as a feature collection. Raises OfficerError("no-copy-of-form")."""
    require_mapped(original, mapping_of(original.form).map, "GeoJSON")
    made = {
        "type": "FeatureCollection",
        "features": [feature(original, each) for each in features_of(original)],
        "backchannel": {
            **common(original),
            "notes": list(notes(original)),
            "fields": {
                str(field.no): {"name": field.name, "text": text} for field, text in told(original)
            },
            "withheld": list(withheld(original)),
        },
    }
    return json_bytes(made)


def features_of(original: Original) -> tuple[Placed | None, ...]:
    """Return the places of a notice; without any, one feature that is nowhere."""
    return places_of(original) or (None,)


def common(original: Original) -> Json:
    """Return what every feature says of its notice (NOTICE-103)."""
    made: Json = {
        "mode": original.mode,
        "copy": COPY,
        "number": original.number,
        "line": original.line,
        "statement": original.entry,
        "form": original.form.code,
        "title": original.form.title,
        "party": original.party,
        "to": list(original.to),
        "precedence": original.precedence,
        "language": original.language,
        "released": print_moment(original.time),
        "handling": original.handling_text,
    }
    if original.whom:
        made["given_to"] = original.whom
    if original.recalled is not None:
        made["recalled"] = print_moment(original.recalled)
    window = window_of(original)
    if window is not None:
        made["from"] = print_moment(window.since)
        if window.until is not None:
            made["until"] = print_moment(window.until)
    return made


def window_of(original: Original) -> Window | None:
    """Return the time of a notice as its mapping names it, if it states one."""
    found = windows_of(original, (mapping_of(original.form).window,))
    return found[0][1] if found else None


def feature(original: Original, placed: Placed | None) -> Json:
    """Return one place as a feature. One that was taken back has no place any more."""
    no, nth = (placed.no, placed.nth) if placed else (0, 0)
    where = placed.name if placed else "no place"
    properties: Json = {
        "name": f"{original.mark}{original.number} {where}",
        **common(original),
        "field": no,
        "nth": nth,
    }
    geometry = None
    if placed is not None and original.recalled is None:
        properties |= place_properties(placed)
        geometry = geometry_of(placed)
    return {
        "type": "Feature",
        "id": f"{original.entry}.{no}.{nth}",
        "geometry": geometry,
        "properties": properties,
    }


def place_properties(placed: Placed) -> Json:
    """Return what a geometry cannot say of a place."""
    made: Json = {"place": placed.text, "kind": placed.type}
    match placed.type, placed.value:
        case "position", (_, _, accuracy, fix, _):
            made |= {"accuracy_m": accuracy, "fix": fix}
        case "area", ((int(), int()) as centre, int(radius), band):
            made |= {"centre": position(point_of(centre)), "radius_m": radius} | band_of(band)
        case "area", (_, band):
            made |= band_of(band)
        case "route", route:
            planned = [each.moment for each in waypoints_of(route)]
            made["planned"] = [None if each is None else print_moment(each) for each in planned]
            made["waypoints"] = [each.kind for each in waypoints_of(route)]
    return made


def band_of(band: Value) -> Json:
    """Return a band of altitudes as properties, metres or a word, and the datum."""
    match band:
        case (low, high, str(datum)):
            return {"altitude_low": low, "altitude_high": high, "altitude_datum": datum}
    return {}


def geometry_of(placed: Placed) -> Json | None:
    """Return the geometry of a place; a circle that cannot be drawn is its centre (NOTICE-105)."""
    match placed.type, placed.value:
        case "position", (int(north), int(east), _, _, _):
            return {"type": "Point", "coordinates": position((north, east))}
        case "route", route:
            line = [position(each.point) for each in waypoints_of(route)]
            if len(line) == 1:
                return {"type": "Point", "coordinates": line[0]}
            return {"type": "LineString", "coordinates": line}
        case "area", ((int(), int()) as centre, int(radius), _):
            rings = circle_rings(point_of(centre), radius)
            if not rings:
                return {"type": "Point", "coordinates": position(point_of(centre))}
            return polygons(rings)
        case "area", (tuple(corners), _):
            return polygons(area_rings([point_of(each) for each in corners]))
    raise AssertionError(f"a place of type {placed.type}")


def polygons(rings: list[list[Point]]) -> Json:
    """Return rings as a polygon, or as several."""
    drawn = [[[position(each) for each in ring]] for ring in rings]
    if len(drawn) == 1:
        return {"type": "Polygon", "coordinates": drawn[0]}
    return {"type": "MultiPolygon", "coordinates": drawn}


def position(point: Point) -> list[float]:
    """Return a point as GeoJSON orders it: longitude, then latitude, in degrees."""
    return [point[1] / SCALE, point[0] / SCALE]
