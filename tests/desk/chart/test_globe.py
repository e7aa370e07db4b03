"""The sheet: distances and directions from its middle are true, wherever that is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.desk.chart.globe import EARTH_KM, View, destination, straight, view_of
from backchannel.notice.places import bearing, distance_m

LATITUDES, LONGITUDES = st.floats(-89, 89), st.floats(-180, 180)
PLACES = st.tuples(LATITUDES, LONGITUDES)


@given(PLACES, PLACES)
def test_distance_and_direction_from_the_middle_are_those_of_the_notice(
    centre: tuple[float, float], place: tuple[float, float]
) -> None:
    ours, theirs = (tuple(round(each * 100_000) for each in p) for p in (centre, place))
    distance, direction = View(centre, 1_000.0).sight(place)
    wanted = distance_m(ours, theirs)  # type: ignore[arg-type]
    assert distance * EARTH_KM * 1_000 == pytest.approx(wanted, abs=5)
    if 10_000 < wanted < 19_000_000:
        found = math.degrees(direction) % 360
        off = (found - bearing(ours, theirs) + 180) % 360 - 180  # type: ignore[arg-type]
        assert abs(off) < 1


@given(PLACES, st.floats(1, 5_000), st.floats(0, 6.28))
def test_who_goes_so_far_in_a_direction_is_seen_there(
    place: tuple[float, float], km: float, direction: float
) -> None:
    distance, seen = View(place, 100.0).sight(destination(place, km, direction))
    assert distance * EARTH_KM == pytest.approx(km, rel=1e-6, abs=1e-3)
    assert math.cos(seen - direction) == pytest.approx(1, abs=1e-6)


def test_all_places_lie_on_the_sheet_across_the_antimeridian_and_around_a_pole() -> None:
    for places in (
        [(52.0, 170.0), (58.0, -160.0)],
        [(88.0, 0.0), (88.0, 120.0), (88.0, -120.0)],
        [(59.9, 30.3)],
    ):
        view = view_of(places)
        for each in places:
            assert math.hypot(*view.flat(each)) < 0.8
    assert view_of([(59.9, 30.3)]).reach_km == 25
    assert abs(view_of([(52.0, 170.0), (52.0, -170.0)]).centre[1]) == pytest.approx(180)


def test_a_side_goes_the_shorter_way_around() -> None:
    way = list(straight((10.0, 179.0), (12.0, -179.0), 4))
    assert [round(each[1], 6) for each in way] == [179.0, 179.5, -180.0, -179.5, -179.0]


def test_land_far_away_is_left_out_and_land_around_encloses_the_sheet() -> None:
    island = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
    assert View((50.0, 100.0), 500.0).shore(island) == []
    wide = [(-40.0, -40.0), (-40.0, 40.0), (40.0, 40.0), (40.0, -40.0)]
    view = View((0.0, 0.0), 4_000.0)
    assert max(math.hypot(*each) for each in view.shore(wide)) <= 2.01
