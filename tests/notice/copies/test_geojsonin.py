"""GeoJSON from outside: our copies come back as they were, and what is hostile is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.notice.copies.originals import LAUNCH, MOVEMENT, SITE, WAY, drill, original
from tests.notice.copies.test_capin import AREAS

from backchannel.errors import JunkError
from backchannel.limits import COPY_FEATURES_MAX, COPY_FILE_BYTES_MAX
from backchannel.notice.copies.formats import write_copy
from backchannel.notice.copies.geojsonin import read_geojson
from backchannel.notice.copies.original import Original, places_of


def drawn(geometry: Any, **properties: Any) -> bytes:
    """A feature of another program."""
    feature = {"type": "Feature", "geometry": geometry, "properties": properties or None}
    return json.dumps(feature).encode()


def shape(kind: str, coordinates: Any) -> bytes:
    """A bare geometry."""
    return json.dumps({"type": kind, "coordinates": coordinates}).encode()


def collected(features: bytes) -> bytes:
    """A collection of features as they stand."""
    return b'{"type":"FeatureCollection","features":[' + features + b"]}"


def square(west: float = 10.0) -> list[list[float]]:
    """A closed ring, longitude first."""
    return [[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]


@pytest.mark.parametrize(
    "notice", [original(), original("T03", SITE), original("T04", MOVEMENT), drill()]
)
def test_what_we_write_comes_back_as_it_was(notice: Original) -> None:
    """NOTICE-114: every place with its field, accuracy, band, times and name near it."""
    found = read_geojson(write_copy("geojson", notice))
    assert [(each.type, each.text, each.field) for each in found.places] == [
        (each.type, each.text, each.no) for each in places_of(notice)
    ]
    assert found.window == "2026-12-01T10:00:00Z to 2026-12-01T14:00:00Z"
    assert f"mode: {notice.mode}" in found.words


@given(st.lists(AREAS, min_size=1, max_size=3, unique=True))
def test_every_circle_comes_back_as_it_was(areas: list[str]) -> None:
    """NOTICE-114: across the 180th meridian and around the poles too."""
    found = read_geojson(write_copy("geojson", original("T01", {**LAUNCH, 6: areas})))
    assert [each.text for each in found.places[1:]] == areas


def test_a_program_may_save_our_copy_with_more_decimals() -> None:
    """NOTICE-114: to the fifth it says the same."""
    made = json.loads(write_copy("geojson", original()))
    made["features"][0]["geometry"]["coordinates"] = [30.308600000000002, 59.93749999999999]
    assert len(read_geojson(json.dumps(made).encode()).places) == 3


def swap(coordinates: Any) -> Any:
    """Coordinates with their axes swapped."""
    if isinstance(coordinates[0], int | float):
        return [coordinates[1], coordinates[0]]
    return [swap(each) for each in coordinates]


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_swapped_axes_of_our_copies_are_found(nth: int) -> None:
    """NOTICE-114: the words beside the drawing say otherwise."""
    made = json.loads(write_copy("geojson", original()))
    geometry = made["features"][nth]["geometry"]
    if nth == 2:
        geometry["coordinates"][0][1] = [11.0, 10.5]
    else:
        geometry["coordinates"] = swap(geometry["coordinates"])
    with pytest.raises(JunkError, match="places-differ"):
        read_geojson(json.dumps(made).encode())


def test_swapped_axes_of_others_are_found_where_no_latitude_is_so_large() -> None:
    """NOTICE-113."""
    with pytest.raises(JunkError, match="swapped"):
        read_geojson(shape("Point", [51.5, -120.25]))


def test_shapes_of_others_are_read_longitude_first() -> None:
    """NOTICE-113: to the fifth decimal, never through a float."""
    raw = drawn(
        {"type": "Point", "coordinates": [30.3085950000001, 59.9374949999, 12]}, name="here"
    )
    found = read_geojson(raw)
    assert [(each.type, each.text) for each in found.places] == [
        ("position", "59.93749N 030.30860E")
    ]
    assert found.words == ("name: here",) and found.window == ""
    line = read_geojson(shape("LineString", [[1, 2], [3, 4], [5, 6]]))
    assert [each.text for each in line.places] == [
        "start 02.00000N 001.00000E; via 04.00000N 003.00000E; end 06.00000N 005.00000E"
    ]
    area = read_geojson(shape("MultiPolygon", [[square()], [square(-20)]]))
    assert [each.text[:28] for each in area.places] == [
        "polygon 00.00000N 010.00000E",
        "polygon 00.00000N 020.00000W",
    ]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{" + b" " * COPY_FILE_BYTES_MAX + b"}", "copy-too-large"),
        (b"{", "bad-json"),
        (b"\xff{}", "bad-json"),
        (b"[" * 100_000, "bad-json"),
        (b'{"a":1e99999999999999999999}', "bad-json"),
        (b"[]", "geojson-shape"),
        (b'{"type":"Point","type":"Point","coordinates":[1,1]}', "json-name-twice"),
        (b'{"type":"FeatureCollection"}', "geojson-shape"),
        (b'{"type":"FeatureCollection","features":[1]}', "geojson-shape"),
        (collected(b"{}," * COPY_FEATURES_MAX + b"{}"), "copy-too-many"),
        (b'{"type":"FeatureCollection","features":[],"crs":{}}', "geojson-crs"),
        (b'{"type":"Point","coordinates":[NaN,1]}', "bad-place"),
        (b'{"type":"Point","coordinates":[1,Infinity]}', "bad-place"),
        (b'{"type":"Point","coordinates":[1,1e400]}', "bad-place"),
        (b'{"type":"Point","coordinates":["1","1"]}', "bad-place"),
        (b'{"type":"Point","coordinates":[1]}', "bad-place"),
        (shape("Point", [181, 0]), "bad-place"),
        (shape("LineString", [[1, 2]]), "bad-route"),
        (shape("LineString", [[1, 2]] * 65), "bad-route"),
        (shape("MultiPoint", [[1, 2]] * 65), "copy-too-many"),
        (shape("GeometryCollection", []), "geojson-geometry"),
        (shape("Polygon", [square(), square()]), "area-holes"),
        (shape("Polygon", [[[0, 0], [0, 1], [1, 1]]]), "area-open"),
        (shape("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]), "area-crossed"),
        (shape("Polygon", [[[179, 0], [-179, 0], [-179, 1], [179, 0]]]), "area-antimeridian"),
        (shape("Polygon", [[[0, 0]] * 100_001]), "area-corners"),
        (shape("Polygon", [[[0, 0], [0, 0.000001], [0, 0]]]), "area-corners"),
    ],
)  # fmt: skip
def test_what_is_hostile_or_none_is_refused(raw: bytes, reason: str) -> None:
    """NOTICE-112, NOTICE-113."""
    with pytest.raises(JunkError, match=reason):
        read_geojson(raw)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "position", "place": "near here"},
        {"kind": "area", "place": "circle 59.93750N 030.30860E 5000m"},
        {"kind": "word", "place": "here"},
        {"kind": "position", "place": "59.93750N 030.30860E near \u202eereh"},
    ],
)
def test_words_beside_a_drawing_that_are_another_place_are_refused(said: dict[str, Any]) -> None:
    """NOTICE-114."""
    point = {"type": "Point", "coordinates": [30.3086, 59.9375]}
    with pytest.raises(JunkError, match=r"bad-place|places-differ|control-character"):
        read_geojson(drawn(point, form="T01/1", field=5, **said))


def test_a_window_that_is_none_is_left_out() -> None:
    """NOTICE-116."""
    point = {"type": "Point", "coordinates": [1, 1]}
    raw = drawn(point, **{"from": "2026-12-01T10:00:00Z", "until": "yesterday"})
    assert read_geojson(raw).window == ""
    open_end = drawn(point, **{"from": "2026-12-01T10:00:00Z"})
    assert read_geojson(open_end).window == "2026-12-01T10:00:00Z to unknown"


def test_neighbours_that_rounding_brings_together_are_one_corner() -> None:
    """NOTICE-113."""
    ring = [[0, 0], [1, 0], [1.000001, 0], [1, 1], [0.000001, 0], [0, 0]]
    (place,) = read_geojson(shape("Polygon", [ring])).places
    assert place.text.count(",") == 2 and place.text.startswith("polygon 00.00000N 000.00000E, ")


def test_a_route_of_ours_keeps_its_times() -> None:
    """NOTICE-114."""
    (way,) = read_geojson(write_copy("geojson", original("T04", MOVEMENT))).places
    assert way.text == WAY
