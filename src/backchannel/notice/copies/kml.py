"""Notices as KML 2.2 (OGC 07-147r2): one placemark for each place.

A viewer draws a description as HTML, so text is made safe for that too. This module must not draw
in another colour what is only told by it: mode and name stand in the words. Clauses: NOTICE-103,
NOTICE-105, NOTICE-106.
"""

from html import escape
from xml.etree.ElementTree import Element

from backchannel.notice.copies.geojson import (
    common,
    features_of,
    place_properties,
    window_of,
)
from backchannel.notice.copies.mapping import mapping_of, require_mapped
from backchannel.notice.copies.original import Original, Placed, waypoints_of, words_of
from backchannel.notice.copies.rings import area_rings, circle_rings
from backchannel.notice.copies.xmlout import document, element, leaf
from backchannel.notice.places import SCALE, Point, point_of
from backchannel.wire.moments import print_moment

NAMESPACE = "http://www.opengis.net/kml/2.2"


def write_kml(original: Original) -> bytes:
    """Return a notice as a KML document. Raises OfficerError("no-copy-of-form")."""
    require_mapped(original, mapping_of(original.form).map, "KML")
    return document(
        element(
            "kml",
            element(
                "Document",
                leaf("name", original.name),
                leaf("description", html_of(original)),
                *(placemark(original, each) for each in features_of(original)),
            ),
            xmlns=NAMESPACE,
        )
    )


def html_of(original: Original) -> str:
    """Return a notice in words as HTML that holds nothing but text."""
    return escape(words_of(original)).replace("\n", "<br/>")


def placemark(original: Original, placed: Placed | None) -> Element:
    """Return one place. One that was taken back has no place any more."""
    no, nth = (placed.no, placed.nth) if placed else (0, 0)
    stands = placed is not None and original.recalled is None
    data = common(original)
    if placed is not None and stands:
        data |= place_properties(placed)
    rows = {name: value for name, value in data.items() if isinstance(value, str | int)}
    return element(
        "Placemark",
        leaf("name", f"{original.mark}{original.number} {placed.name if placed else 'no place'}"),
        leaf("description", html_of(original)),
        span(original),
        element("ExtendedData", *(datum(name, str(value)) for name, value in rows.items())),
        shape(placed) if placed is not None and stands else None,
        id=f"backchannel.{original.entry}.{no}.{nth}",
    )


def datum(name: str, value: str) -> Element:
    """Return one value beside a placemark."""
    return element("Data", element("value", text=value), name=name)


def span(original: Original) -> Element | None:
    """Return the time of a notice, as far as it is stated."""
    window = window_of(original)
    if window is None:
        return None
    end = print_moment(window.until) if window.until is not None else None
    return element("TimeSpan", leaf("begin", print_moment(window.since)), leaf("end", end))


def shape(placed: Placed) -> Element:
    """Return the geometry of a place; a circle that cannot be drawn is its centre (NOTICE-105)."""
    match placed.type, placed.value:
        case "position", (int(north), int(east), _, _, _):
            return spot((north, east))
        case "route", route:
            way = [each.point for each in waypoints_of(route)]
            return spot(way[0]) if len(way) == 1 else element("LineString", coordinates(way))
        case "area", ((int(), int()) as centre, int(radius), _):
            rings = circle_rings(point_of(centre), radius)
            return polygons(rings) if rings else spot(point_of(centre))
        case "area", (tuple(corners), _):
            return polygons(area_rings([point_of(each) for each in corners]))
    raise AssertionError(f"a place of type {placed.type}")


def spot(point: Point) -> Element:
    """Return a point."""
    return element("Point", coordinates([point]))


def polygons(rings: list[list[Point]]) -> Element:
    """Return rings as a polygon, or as several."""
    drawn = [
        element("Polygon", element("outerBoundaryIs", element("LinearRing", coordinates(ring))))
        for ring in rings
    ]
    return drawn[0] if len(drawn) == 1 else element("MultiGeometry", *drawn)


def coordinates(points: list[Point]) -> Element:
    """Return points as KML orders them: longitude, then latitude, in degrees."""
    text = " ".join(f"{east / SCALE:.5f},{north / SCALE:.5f}" for north, east in points)
    return element("coordinates", text=text)
