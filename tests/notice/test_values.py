"""Every type of a form's fields: what is read is printed the same, and what is wrong says why."""

import pytest

from backchannel.errors import JunkError
from backchannel.notice.kinds import Bounds
from backchannel.notice.places import bearing, distance_m, read_point, require_shape
from backchannel.notice.values import TYPES, read_value
from backchannel.wire.codec import decode, encode

BOUNDS = Bounds(("space", "other-code"), ("MW", "kV"), 60)
TEXTS = [
    *((name, each.example) for name, each in TYPES.items() if each.example),
    ("enum", "space"),
    ("enum", "other: a balloon"),
    ("enum-set", "space, other: a balloon"),
    ("count", "12"),
    ("count", "12 estimated"),
    ("count", "10-15"),
    ("quantity", "-0.05 kV"),
    ("utc-window", "2026-12-01T10:00:00Z to unknown"),
    ("position", "00.00000N 180.00000E"),
    ("position", "33.45694S 070.64827W near Santiago"),
    ("area", "orbital"),
    ("area", "polygon 01.00000N 001.00000E, 01.00000N 002.00000E, 02.00000N 001.50000E"),
    ("area", "circle 01.00000N 001.00000E 5m surface-unlimited agl"),
    ("route", "via 01.00000S 001.00000W"),
    ("contact-post", "duty officer"),
    ("sealed-text", "doctor / medic: three patients"),
]
CORNERS = ("01.00000N 001", "02.00000N 002", "01.00000N 002", "02.00000N 001")
POLYGON = "polygon " + ", ".join(f"{corner}.00000E" for corner in CORNERS)
REFUSED = [
    ("text", "  ", "field-value"),
    ("text", "x" * 61, "field-too-long"),
    ("text", "bell \x07", "control-character"),
    ("word", "more than three words", "field-value"),
    ("code", "two words", "field-value"),
    ("language", "English", "field-value"),
    ("enum", "rocket", "unknown-code"),
    ("enum-set", "space, space", "field-value"),
    ("yes-no", "maybe", "unknown-code"),
    ("confidence", "sure", "unknown-code"),
    ("number", "007", "field-value"),
    ("number", "-1", "field-value"),
    ("number", str(2**48 + 1), "field-value"),
    ("count", "15-10", "field-value"),
    ("count", "about 10", "field-value"),
    ("quantity", "3.50 MW", "field-value"),
    ("quantity", "3 furlong", "unknown-code"),
    ("bearing", "360", "field-value"),
    ("distance", "5km", "bad-distance"),
    ("distance", "40075018m", "bad-distance"),
    ("utc-instant", "2026-12-01T10:00:60Z", "bad-moment"),
    ("utc-instant", "2026-12-01T10:00:00+01:00", "bad-moment"),
    ("utc-window", "2026-12-01T10:00:00Z to 2026-12-01T10:00:00Z", "window-order"),
    ("duration", "soon", "bad-duration"),
    ("position", "030.30860E 59.93750N", "bad-place"),
    ("position", "59.9375 30.3086", "bad-place"),
    ("position", "91.00000N 030.30860E", "bad-place"),
    ("position", "59.93750N 30.30860E", "bad-place"),
    ("position", "59.93750N 030.30860E about", "bad-place"),
    ("altitude", "300m feet", "unknown-code"),
    ("area", POLYGON, "area-crossed"),
    ("area", "polygon 01.00000N 001.00000E, 02.00000N 002.00000E", "area-corners"),
    ("area", "polygon " + ", ".join(["01.00000N 001.00000E"] * 3), "area-corners"),
    (
        "area",
        "polygon 01.00000N 179.00000E, 01.00000N 179.00000W, 02.00000N 179.50000E",
        "area-antimeridian",
    ),
    ("area", "circle 01.00000N 001.00000E 5m 300m-200m agl", "field-value"),
    ("area", "square", "bad-area"),
    ("route", "somewhere 01.00000N 001.00000E", "bad-route"),
    ("contact-post", "desk (fax 12)", "field-value"),
    ("sealed-text", "no posts", "field-value"),
    ("ref", "BORA 0413", "field-value"),
    ("bearing", "270", "field-value"),
    ("speed", "12.5", "field-value"),
    ("contact-post", "desk (hours 0600", "field-value"),
    ("contact-post", "desk (hours \x07)", "control-character"),
    ("sealed-text", "doctor\x1b / medic: words", "control-character"),
    ("position", "59.93750N 030.30860E near \x07", "control-character"),
    ("hash", "0" * 64 + " plan\x07 application/pdf 18", "control-character"),
    ("speed", "12,5 m/s", "field-value"),
    ("quantity", "3.5", "field-value"),
    ("enum", "other: ", "field-value"),
    ("utc-window", "2026-12-01T10:00:00Z", "field-value"),
    ("utc-instant", "2026-02-29T10:00:00Z", "bad-moment"),
    ("hash", "0" * 64, "field-value"),
]


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_what_is_read_is_printed_the_same(name: str, text: str) -> None:
    """NOTICE-10: one way to write each value, on the line and on paper."""
    bounds = Bounds(BOUNDS.codes, (), 0)
    value = read_value(name, text, bounds)
    assert TYPES[name].show(decode(encode(value))) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "text", "reason"), REFUSED)
def test_what_is_wrong_says_why(name: str, text: str, reason: str) -> None:
    """NOTICE-11, NOTICE-12; NOTICE-20, NOTICE-21, NOTICE-22, NOTICE-23, NOTICE-24, NOTICE-25:
    nothing is guessed, no axis is swapped, and no area crosses itself."""
    with pytest.raises(JunkError) as fault:
        read_value(name, text, BOUNDS)
    assert fault.value.reason == reason


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize(
    "value", [-1, 2**60, b"x", (), (1,), ((), ()), ("other",), (1, 2, 3, 4, 5), {1: 2}]
)
def test_what_came_over_the_line_is_printed_or_refused(name: str, value: object) -> None:
    """NOTICE-5: a value that does not fit never stops a desk."""
    try:
        text = TYPES[name].show(value)  # type: ignore[arg-type]
    except JunkError:
        return
    assert isinstance(text, str)


def test_an_area_may_touch_no_side_of_its_own() -> None:
    """NOTICE-24: a corner upon another side is a crossing, too."""
    corners = [(0, 0), (0, 4), (2, 2), (0, 2)]
    with pytest.raises(JunkError, match="crosses"):
        require_shape(corners)
    require_shape([(0, 0), (0, 4), (4, 4), (4, 0)])


def test_distance_and_bearing_are_those_of_the_sphere() -> None:
    """NOTICE-33: against published figures; a degree of a great circle is 111.195 km."""
    equator, east = read_point("00.00000N 000.00000E"), read_point("00.00000N 001.00000E")
    assert round(distance_m(equator, east)) == 111_195
    assert bearing(equator, east) == 90
    assert bearing(east, equator) == 270
    pole = read_point("90.00000N 000.00000E")
    assert round(distance_m(equator, pole)) == 10_007_557
    assert bearing(equator, pole) == 0
