"""Places from GeoJSON (RFC 7946): what other programs draw, and what our own copies hold.

Numbers are read as they are written, never through a float. This module must not guess which axis
comes first: the standard says longitude. Clauses: NOTICE-113, NOTICE-114.
"""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any  # whatever JSON can hold

from backchannel.errors import JunkError
from backchannel.limits import COPY_FEATURES_MAX, COPY_FILE_BYTES_MAX, ITEMS_MAX
from backchannel.notice.copies.found import (
    Found,
    Place,
    differs,
    found,
    own_place,
    point,
    polygon,
    require_few_corners,
)
from backchannel.notice.copies.geojson import Json, geometry_of
from backchannel.notice.kinds import UNKNOWN_WORD, Bounds
from backchannel.notice.places import Point, print_point
from backchannel.notice.values import TYPES

# What other programs put beside a drawing for people.
NAMES = ("name", "title", "description", "mode", "handling")
FIFTH = Decimal("0.00001")


def read_geojson(raw: bytes) -> Found:
    """Return what a file of GeoJSON says. Raises JunkError."""
    top = parsed(raw)
    if "crs" in top:
        raise JunkError(
            "geojson-crs", "it names a coordinate system of its own; save it as WGS 84 (RFC 7946)"
        )
    features = list(features_in(top))
    places = [place for each in features for place in places_in(each)]
    words = [word for each in features for word in words_in(each)]
    window = next((text for each in features if (text := window_in(each))), "")
    return found(places, window, tuple(dict.fromkeys(words)))


def parsed(raw: bytes) -> Json:
    """Return the object of a text of JSON. Raises JunkError: "copy-too-large", "bad-json"."""
    if len(raw) > COPY_FILE_BYTES_MAX:
        raise JunkError("copy-too-large", f"got {len(raw)} bytes, at most {COPY_FILE_BYTES_MAX}")
    try:
        made = json.loads(
            raw.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=Decimal,
            object_pairs_hook=once,
        )
    except (ValueError, InvalidOperation, RecursionError) as fault:
        raise JunkError("bad-json", f"it is no JSON: {type(fault).__name__}") from None
    return object_of(made)


def once(pairs: list[tuple[str, Any]]) -> Json:  # whatever JSON can hold
    """Return an object in which no name stands twice. Raises JunkError("json-name-twice")."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise JunkError("json-name-twice", "an object has a name twice: programs read it otherwise")
    return made


def object_of(value: object) -> Json:
    """Return a value that is an object. Raises JunkError("geojson-shape")."""
    if not isinstance(value, dict):
        raise JunkError("geojson-shape", "wanted an object of GeoJSON")
    return value


def list_of(value: object) -> list[Any]:  # whatever JSON can hold
    """Return a value that is a list. Raises JunkError("geojson-shape")."""
    if not isinstance(value, list):
        raise JunkError("geojson-shape", "wanted a list of coordinates or features")
    return value


def features_in(top: Json) -> Iterator[Json]:
    """Yield the features of an object; a bare geometry is one. Raises JunkError."""
    if top.get("type") == "FeatureCollection":
        features = list_of(top.get("features"))
        if len(features) > COPY_FEATURES_MAX:
            raise JunkError(
                "copy-too-many", f"got {len(features)} features, at most {COPY_FEATURES_MAX}"
            )
        yield from map(object_of, features)
    elif top.get("type") == "Feature":
        yield top
    else:
        yield {"type": "Feature", "geometry": top, "properties": None}


def properties_of(feature: Json) -> Json:
    """Return what stands beside the drawing of a feature."""
    return object_of(feature.get("properties") or {})


def words_in(feature: Json) -> Iterator[str]:
    """Yield what a feature says in words."""
    for name in NAMES:
        text = properties_of(feature).get(name)
        if isinstance(text, str) and text:
            yield f"{name}: {text}"


def window_in(feature: Json) -> str:
    """Return the window that a copy of ours names, "" for none that can be read."""
    said = properties_of(feature)
    text = f"{said.get('from')} to {said.get('until', UNKNOWN_WORD)}"
    try:
        TYPES["utc-window"].read(text, Bounds())
    except JunkError:
        return ""
    return text


def places_in(feature: Json) -> Iterator[Place]:
    """Yield the places of a feature: as our copy writes it, else as drawn. Raises JunkError."""
    said, geometry = properties_of(feature), feature.get("geometry")
    if geometry is None:
        return
    match said.get("form"), said.get("field"), said.get("kind"), said.get("place"):
        case str(form), Decimal() as no, str(kind), str(text):
            placed = own_place(form, int(no), kind, text)
            if rounded(geometry) != rounded(geometry_of(placed)):
                raise differs(placed)
            yield Place(kind, text, form, int(no))
        case _:
            yield from drawn(object_of(geometry))


def rounded(value: Any) -> Any:  # whatever JSON can hold
    """Return a geometry with its numbers to the fifth decimal, as programs save them again."""
    if isinstance(value, Decimal | float | int):
        number = Decimal(str(value))
        return number.quantize(FIFTH) if abs(number) <= 360 else number
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list) else value


def drawn(geometry: Json) -> Iterator[Place]:
    """Yield the places that a geometry draws. Raises JunkError("geojson-geometry")."""
    kind, coordinates = geometry.get("type"), list_of(geometry.get("coordinates"))
    several = isinstance(kind, str) and kind.startswith("Multi")
    if several and len(coordinates) > ITEMS_MAX:
        raise JunkError("copy-too-many", f"got {len(coordinates)} places, at most {ITEMS_MAX}")
    name = kind.removeprefix("Multi") if isinstance(kind, str) else ""
    if name not in DRAWN:
        raise JunkError("geojson-geometry", f"got {kind!a}, wanted {', '.join(DRAWN)}")
    for each in coordinates if several else [coordinates]:
        yield DRAWN[name](list_of(each))


def spot(coordinates: list[Any]) -> Place:  # whatever JSON can hold
    """Return a point as a position."""
    return Place("position", print_point(position(coordinates)))


def way(coordinates: list[Any]) -> Place:  # whatever JSON can hold
    """Return a line as a route. Raises JunkError("bad-route")."""
    if not 2 <= len(coordinates) <= ITEMS_MAX:
        raise JunkError("bad-route", f"got {len(coordinates)} waypoints, wanted 2 to {ITEMS_MAX}")
    points = [print_point(position(each)) for each in coordinates]
    kinds = ["start", *["via"] * (len(points) - 2), "end"]
    return Place("route", "; ".join(map(" ".join, zip(kinds, points, strict=True))))


def ground(coordinates: list[Any]) -> Place:  # whatever JSON can hold
    """Return a polygon as an area. Raises JunkError("area-holes") and as `polygon` does."""
    if len(coordinates) != 1:
        raise JunkError(
            "area-holes", f"got {len(coordinates)} rings, wanted 1: an area has no holes here"
        )
    ring = list_of(coordinates[0])
    require_few_corners(len(ring))
    return Place("area", polygon([position(each) for each in ring]))


DRAWN = {"Point": spot, "LineString": way, "Polygon": ground}


def position(value: object) -> Point:
    """Return a point of [longitude, latitude] or one with a height. Raises JunkError."""
    match value:
        case [Decimal() as east, Decimal() as north] | [Decimal() as east, Decimal() as north, _]:
            return point(north, east)
    raise JunkError("bad-place", "a position of GeoJSON is [longitude, latitude] in degrees")
