"""GeoJSON: what RFC 7946 asks for, read by a plain reader of JSON."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.notice.copies.originals import (
    CIRCLE,
    ENTRY,
    HARBOUR,
    HOSTILE,
    LAUNCH,
    MOVEMENT,
    drill,
    original,
)

from backchannel.notice.copies.formats import write_copy
from backchannel.notice.copies.original import Original


def collection(notice: Original) -> Any:
    """The copy, as JSON."""
    return json.loads(write_copy("geojson", notice))


def positions(coordinates: Any) -> Iterator[list[float]]:
    """Every position within coordinates."""
    if isinstance(coordinates[0], int | float):
        yield coordinates
    else:
        for each in coordinates:
            yield from positions(each)


def test_each_place_is_a_feature_with_longitude_first() -> None:
    """NOTICE-107: RFC 7946, 3.1.1."""
    made = collection(original())
    assert made["type"] == "FeatureCollection"
    point, circle, triangle = made["features"]
    assert point["geometry"] == {"type": "Point", "coordinates": [30.3086, 59.9375]}
    assert circle["geometry"]["type"] == "Polygon"
    ring = [[10.0, 10.0], [11.0, 11.0], [10.0, 11.0], [10.0, 10.0]]
    assert triangle["geometry"] == {"type": "Polygon", "coordinates": [ring]}
    assert [each["id"] for each in made["features"]] == [
        f"{ENTRY}.5.1",
        f"{ENTRY}.6.1",
        f"{ENTRY}.6.2",
    ]
    for feature in made["features"]:
        for east, north in positions(feature["geometry"]["coordinates"]):
            assert -180 <= east <= 180 and -90 <= north <= 90


def test_what_a_shape_cannot_say_stands_beside_it() -> None:
    """NOTICE-107: accuracy, fix, radius, band, times."""
    point, circle, _ = (each["properties"] for each in collection(original())["features"])
    assert (point["accuracy_m"], point["fix"], point["place"]) == (50, "gnss", HARBOUR)
    assert (circle["radius_m"], circle["centre"]) == (5000, [30.3086, 59.9375])
    assert circle["altitude_low"] == "surface" and circle["altitude_high"] == 3000
    assert circle["altitude_datum"] == "amsl" and circle["place"] == CIRCLE
    assert circle["from"] == "2026-12-01T10:00:00Z" and circle["until"] == "2026-12-01T14:00:00Z"


def test_a_route_is_a_line_with_its_times() -> None:
    """NOTICE-107."""
    (way,) = collection(original("T04", MOVEMENT))["features"]
    line = [[32.56, 15.5], [32.6, 15.6], [32.7, 15.7]]
    assert way["geometry"] == {"type": "LineString", "coordinates": line}
    assert way["properties"]["planned"] == ["2026-12-01T10:00:00Z", None, None]
    assert way["properties"]["waypoints"] == ["start", "via", "end"]


def test_a_route_of_one_step_is_a_point() -> None:
    """NOTICE-107: a line has two positions, RFC 7946, 3.1.4."""
    one = {**MOVEMENT, 4: ["hold 15.50000N 032.56000E"]}
    (way,) = collection(original("T04", one))["features"]
    assert way["geometry"] == {"type": "Point", "coordinates": [32.56, 15.5]}


def test_a_circle_across_the_meridian_is_drawn_in_two() -> None:
    """NOTICE-105."""
    far = {**LAUNCH, 6: ["circle 59.93750N 179.99000E 5000m"]}
    geometry = collection(original("T01", far))["features"][1]["geometry"]
    assert geometry["type"] == "MultiPolygon" and len(geometry["coordinates"]) == 2


def test_a_circle_around_a_pole_is_its_centre() -> None:
    """NOTICE-105: and its radius stands beside it."""
    north = {**LAUNCH, 6: ["circle 89.99000N 000.00000E 5000m"]}
    feature = collection(original("T01", north))["features"][1]
    assert feature["geometry"] == {"type": "Point", "coordinates": [0.0, 89.99]}
    assert feature["properties"]["radius_m"] == 5000


def test_a_drill_is_called_one_in_every_feature() -> None:
    """NOTICE-103."""
    made = collection(drill())
    assert made["backchannel"]["mode"] == "EXERCISE"
    for feature in made["features"]:
        assert feature["properties"]["name"].startswith("EXERCISE: ")
        assert feature["properties"]["mode"] == "EXERCISE"
    real = collection(original())["features"][0]["properties"]
    assert real["name"] == "ALDER 0001 launch place" and real["mode"] == "REAL"


def test_what_was_recalled_is_drawn_no_more() -> None:
    """NOTICE-103: the same ids, and no place."""
    made = collection(drill(recalled=1_796_090_400))
    assert [each["geometry"] for each in made["features"]] == [None] * 3
    assert [each["id"] for each in made["features"]] == [
        each["id"] for each in collection(drill())["features"]
    ]
    for feature in made["features"]:
        assert feature["properties"]["name"].startswith("RECALLED: EXERCISE: ")
        assert feature["properties"]["recalled"] == "2026-12-01T02:00:00Z"
        assert "place" not in feature["properties"]


def test_text_from_outside_stays_text() -> None:
    """NOTICE-106: what turns text round or cannot be seen is spelled out."""
    notice = original(party=HOSTILE, to=(HOSTILE,), whom=HOSTILE)
    raw = write_copy("geojson", notice).decode()
    assert not any(each in raw for each in "\u202e\u2066\x1b\r")
    assert "\\\\u202egnp.exe" in raw
    assert len(json.loads(raw)["features"]) == 3


@pytest.mark.parametrize("mode", ["REAL", "EXERCISE", "TEST"])
def test_only_the_mode_real_has_no_mark(mode: str) -> None:
    """NOTICE-103."""
    name = collection(original(mode=mode))["features"][0]["properties"]["name"]
    assert name.startswith("ALDER" if mode == "REAL" else f"{mode}: ALDER")
