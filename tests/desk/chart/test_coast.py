"""The file of land: it is read as it was packed, and land is where land is."""

from hypothesis import given
from hypothesis import strategies as st

from backchannel.desk.chart.coast import land, pack_rings, unpack_rings

STEPS = st.tuples(st.integers(-18_000, 18_000), st.integers(-9_000, 9_000))


@given(st.lists(st.lists(STEPS, max_size=20), max_size=5))
def test_rings_come_back_as_they_were_packed(rings: list[list[tuple[int, int]]]) -> None:
    found = list(unpack_rings(pack_rings(rings)))
    assert found == [tuple((y / 100, x / 100) for x, y in ring) for ring in rings]


def test_the_land_is_that_of_the_earth() -> None:
    def lies_inland(latitude: float, longitude: float) -> bool:
        inside = False
        for ring in land():
            for (y1, x1), (y2, x2) in zip(ring, (*ring[1:], ring[0]), strict=True):
                if (y1 > latitude) != (y2 > latitude):
                    crossing = x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)
                    inside ^= crossing > longitude
        return inside

    assert len(land()) == 1_420
    for inland in ((48.8, 2.3), (-15.8, -47.9), (55.7, 37.6), (-80.0, 20.0)):
        assert lies_inland(*inland)
    for at_sea in ((0.0, -30.0), (35.0, 18.0), (80.0, 0.0)):
        assert not lies_inland(*at_sea)
