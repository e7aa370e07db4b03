"""KML: the order of its schema, its axes, and descriptions that a viewer draws as HTML."""

from html.parser import HTMLParser
from xml.etree.ElementTree import Element

from tests.notice.copies.originals import (
    HOSTILE,
    LAUNCH,
    MOVEMENT,
    drill,
    original,
    texts,
    tree,
)

from backchannel.notice.copies.formats import write_copy
from backchannel.notice.copies.kml import NAMESPACE
from backchannel.notice.copies.original import Original

# KML 2.2, AbstractFeatureType and PlacemarkType: what stands before what.
ORDER = ["name", "description", "TimeSpan", "ExtendedData"]
SHAPES = {"Point", "LineString", "Polygon", "MultiGeometry"}


class Tags(HTMLParser):
    """The tags that a viewer would draw."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)


def document(notice: Original) -> Element:
    """The copy, as a tree."""
    return tree(write_copy("kml", notice))


def placemarks(root: Element) -> list[Element]:
    """Its placemarks."""
    return list(root.iter(f"{{{NAMESPACE}}}Placemark"))


def names(parent: Element) -> list[str]:
    """The names of the children."""
    return [each.tag.removeprefix(f"{{{NAMESPACE}}}") for each in parent]


def first(root: Element, name: str) -> str:
    """The first text of a name."""
    return next(root.iter(f"{{{NAMESPACE}}}{name}")).text or ""


def test_each_place_is_a_placemark_in_the_order_of_the_schema() -> None:
    """NOTICE-107."""
    root = document(original())
    assert root.tag == f"{{{NAMESPACE}}}kml"
    made = placemarks(root)
    assert [names(each)[-1] for each in made] == ["Point", "Polygon", "Polygon"]
    for each in made:
        assert names(each)[:-1] == ORDER and names(each)[-1] in SHAPES
    assert len({each.get("id") for each in made}) == 3
    assert first(made[0], "coordinates") == "30.30860,59.93750"
    assert first(made[2], "coordinates").startswith("10.00000,10.00000 ")
    assert (first(root, "begin"), first(root, "end")) == (
        "2026-12-01T10:00:00Z",
        "2026-12-01T14:00:00Z",
    )


def test_values_stand_beside_a_placemark() -> None:
    """NOTICE-103, NOTICE-107."""
    data = {
        each.get("name"): first(each, "value")
        for each in placemarks(document(drill()))[1].iter(f"{{{NAMESPACE}}}Data")
    }
    assert data["mode"] == "EXERCISE" and data["radius_m"] == "5000"
    assert data["handling"] == "TLP:GREEN" and data["copy"] == "Copy, not authoritative."


def test_a_drill_is_called_one_and_what_was_recalled_is_drawn_no_more() -> None:
    """NOTICE-103."""
    root = document(drill(recalled=1_796_090_400))
    assert first(root, "name").startswith("RECALLED: EXERCISE: ")
    for each in placemarks(root):
        assert first(each, "name").startswith("RECALLED: EXERCISE: ")
        assert not set(names(each)) & SHAPES


def test_routes_and_circles_across_the_meridian() -> None:
    """NOTICE-105, NOTICE-107."""
    (way,) = placemarks(document(original("T04", MOVEMENT)))
    assert first(way, "coordinates") == "32.56000,15.50000 32.60000,15.60000 32.70000,15.70000"
    far = original("T01", {**LAUNCH, 6: ["circle 59.93750N 179.99000E 5000m"]})
    assert names(placemarks(document(far))[1])[-1] == "MultiGeometry"
    north = original("T01", {**LAUNCH, 6: ["circle 89.99000N 000.00000E 5000m"]})
    assert names(placemarks(document(north))[1])[-1] == "Point"
    one = original("T04", {**MOVEMENT, 4: ["hold 15.50000N 032.56000E"]})
    assert names(placemarks(document(one))[0])[-1] == "Point"


def test_a_description_holds_no_markup_from_outside() -> None:
    """NOTICE-106: it is HTML to a viewer."""
    root = document(original("T01", {**LAUNCH, 2: '<img src=x onerror="x">'}, party=HOSTILE))
    for each in root.iter(f"{{{NAMESPACE}}}description"):
        assert Tags(each.text or "").tags == {"br"}
    assert not any(c in each for each in texts(root) for c in "\u202e\u2066\x1b\r")
    plain = [each.tag for each in document(original()).iter()]
    assert [each.tag for each in root.iter()] == plain
