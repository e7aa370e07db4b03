"""Cursor on Target: one event a line, and a drill that is one four times over."""

from xml.etree.ElementTree import Element

import pytest
from tests.notice.copies.originals import (
    CALL,
    HOSTILE,
    LAUNCH,
    MOVEMENT,
    SITE,
    drill,
    original,
    texts,
    tree,
)

from backchannel.errors import OfficerError
from backchannel.notice.copies.formats import write_copy
from backchannel.notice.copies.original import Original

# Base event schema 2.0: what every event has.
WANTED = {"version", "uid", "type", "how", "time", "start", "stale"}


def events(notice: Original) -> list[Element]:
    """The copy, line by line."""
    made = [tree(each) for each in write_copy("cot", notice).splitlines()]
    for each in made:
        assert each.tag == "event" and set(each.attrib) >= WANTED
        assert [child.tag for child in each] == ["point", "detail"]
        assert set(each[0].attrib) == {"lat", "lon", "hae", "ce", "le"}
        assert each.attrib["start"] <= each.attrib["stale"]
    assert len({each.attrib["uid"] for each in made}) == len(made)
    return made


def test_each_place_is_an_event_on_a_line() -> None:
    """NOTICE-109."""
    point, circle, triangle = events(original())
    assert [each.attrib["type"] for each in (point, circle, triangle)] == [
        "b-m-p-s-m",
        "u-d-c-c",
        "u-d-f",
    ]
    assert point[0].attrib["lat"] == "59.93750" and point[0].attrib["lon"] == "30.30860"
    assert point[0].attrib["ce"] == "50.0" and point[0].attrib["hae"] == "9999999.0"
    ellipse = next(circle.iter("ellipse")).attrib
    assert ellipse == {"major": "5000.0", "minor": "5000.0", "angle": "360"}
    links = [each.attrib["point"] for each in triangle.iter("link")]
    assert links[0] == links[-1] == "10.00000,10.00000" and len(links) == 4
    assert triangle[0].attrib["lat"] == "10.50000"
    assert point.attrib["start"] == "2026-12-01T10:00:00Z"
    assert point.attrib["stale"] == "2026-12-01T14:00:00Z"


@pytest.mark.parametrize(
    ("mode", "opex", "how"),
    [
        ("REAL", "o-backchannel", "h-e"),
        ("EXERCISE", "e-backchannel", "m-s"),
        ("TEST", "s-backchannel", "m-s"),
    ],
)
def test_a_drill_is_one_in_every_place_that_a_tool_may_look_at(
    mode: str, opex: str, how: str
) -> None:
    """NOTICE-103, NOTICE-109."""
    for each in events(original(mode=mode)):
        assert (each.attrib["opex"], each.attrib["how"]) == (opex, how)
        begins = "ALDER" if mode == "REAL" else f"{mode}: "
        assert next(each.iter("contact")).attrib["callsign"].startswith(begins)
        assert (next(each.iter("remarks")).text or "").startswith(begins)
        assert next(each.iter("backchannel")).attrib["mode"] == mode


def test_a_route_has_its_waypoints_and_a_hospital_its_type() -> None:
    """NOTICE-104, NOTICE-109."""
    (way,) = events(original("T04", MOVEMENT))
    assert way.attrib["type"] == "b-m-r"
    steps = [each.attrib for each in way.iter("link")]
    assert [each["callsign"] for each in steps] == ["1 start", "2 via", "3 end"]
    assert {each["type"] for each in steps} == {"b-m-p-w"}
    (site,) = events(original("T03", SITE))
    assert site.attrib["type"] == "a-n-G-I-X-H"
    (other,) = events(original("T03", {**SITE, 3: "water"}))
    assert other.attrib["type"] == "a-n-G-I"


def test_an_event_without_an_end_is_drawn_for_a_day() -> None:
    """NOTICE-109."""
    launch = {**LAUNCH, 4: "2026-12-01T10:00:00Z to unknown"}
    assert events(original("T01", launch))[0].attrib["stale"] == "2026-12-02T10:00:00Z"
    assert events(seen_some_day())[0].attrib["start"] == "2026-12-01T00:00:00Z"


def seen_some_day() -> Original:
    """An observation whose time nobody states."""
    query = {
        1: ["a ship", "", "10.00000N 010.00000E", ""],
        2: "near",
        3: [["1", "why"]],
        4: ["", "x"],
    }
    return original("T09", query)  # type: ignore[arg-type]


def test_what_was_recalled_is_stale_since_then() -> None:
    """NOTICE-103: and it keeps its uid."""
    before, after = events(drill()), events(drill(recalled=1_796_122_800))
    assert [each.attrib["uid"] for each in before] == [each.attrib["uid"] for each in after]
    assert {each.attrib["stale"] for each in after} == {"2026-12-01T11:00:00Z"}
    early = events(drill(recalled=1_796_083_260))[0].attrib
    assert early["start"] == "2026-12-01T00:00:00Z" and early["stale"] == "2026-12-01T00:01:00Z"


def test_text_from_outside_stays_text_on_its_line() -> None:
    """NOTICE-106."""
    for each in events(original(party=HOSTILE, whom=HOSTILE, to=(HOSTILE,))):
        assert {child.tag for child in each.iter()} <= {
            *("event", "point", "detail", "contact", "shape", "ellipse", "link", "remarks"),
            "backchannel",
        }
        assert not any(c in text for text in texts(each) for c in "\u202e\u2066\x1b\r")


def test_a_notice_without_a_place_is_no_event() -> None:
    """NOTICE-109."""
    with pytest.raises(OfficerError, match="no-place-stated"):
        write_copy("cot", original("T01", {**LAUNCH, 5: "Western Sea", 6: "unknown"}))
    with pytest.raises(OfficerError, match="no-copy-of-form"):
        write_copy("cot", original("T18", CALL))
