"""Charts: what is said is drawn, nothing comes from outside, and a drill looks like one."""

import re
from xml.etree import ElementTree

from backchannel.desk.chart.drawing import beside, chart, place_lines, stacked
from backchannel.desk.chart.shapes import Shape, shape_of, shapes_of
from backchannel.notice.catalogue import form_named
from backchannel.notice.kinds import Bounds
from backchannel.notice.shapes import read_area, read_position, read_route
from backchannel.wire.codec import Value

SQUARE = "polygon 34.50000N 017.60000E, 34.50000N 020.10000E, 35.90000N 020.10000E"
OTHER = SQUARE.replace("35.90000N", "35.54000N")
ROUTE = "start 52.00000N 170.00000E; end 58.00000N 160.00000W"


def area(text: str) -> Shape:
    shape = shape_of("6", "area", read_area(text, Bounds()))
    assert shape is not None
    return shape


def texts(svg: str) -> str:
    return " ".join(ElementTree.fromstring(svg).itertext())


def test_a_chart_is_well_formed_and_holds_nothing_a_strict_policy_refuses() -> None:
    svg = chart([area(SQUARE), area("circle 35.00000N 018.00000E 5000m")])
    ElementTree.fromstring(svg)
    assert not re.search(r"<script|style=|<style|href|on\w+=|<image|foreignObject", svg)
    assert svg.count('fill="url(#area)"') == 2
    assert "6-1" in svg and "km = " in svg and ">N<" in svg and "34°N" in svg
    assert "nan" not in svg and "inf" not in svg


def test_a_drill_is_framed_and_says_so_and_what_is_real_is_not() -> None:
    real, drill = chart([area(SQUARE)]), chart([area(SQUARE)], mode="EXERCISE")
    assert "EXERCISE" not in real and "REAL" in real and "dasharray" not in real
    assert texts(drill).count("EXERCISE") >= 4 and 'stroke-dasharray="7 7"' in drill


def test_hostile_names_are_escaped() -> None:
    shape = area(SQUARE)._replace(name='<script>&"\u202e')
    svg = chart([shape], title="</svg><a>")
    assert "<script" not in svg and "\u202e" not in svg
    assert '<script>&"\\u202e-1' in texts(svg) and "</svg><a>" in texts(svg)


def test_what_was_read_back_elsewhere_is_drawn_and_said() -> None:
    same = beside([area(SQUARE)], [area(SQUARE)])
    assert "DIFFERS" not in same
    differs = beside([area(SQUARE)], [area(OTHER)])
    assert texts(differs).count("DIFFERS 40030 m, bearing 180") == 1
    above = stacked([area(SQUARE)], [area(OTHER)])
    assert texts(above) == texts(differs) and 'viewBox="0 0 480 960"' in above
    lost = beside([area(SQUARE), area(SQUARE)._replace(name="7")], [area(SQUARE)])
    assert lost.count('stroke-dasharray="3 4"') == 1


def test_sheets_across_the_antimeridian_and_at_the_pole_have_few_lines_and_no_gap() -> None:
    route = shape_of("5", "route", read_route(ROUTE, Bounds()))
    assert route is not None
    svg = chart([route])
    assert "180°" in svg and "165°E" in svg and "165°W" in svg
    pole = chart([area("circle 88.00000N 040.00000E 600000m")])
    assert pole.count("°E<") + pole.count("°W<") <= 24


def test_each_place_of_a_notice_is_found_and_an_orbit_is_not() -> None:
    form = form_named("T01")
    values: list[Value] = [None] * len(form.fields)
    for n, field in enumerate(form.fields):
        if field.type == "area list":
            both = (read_area(SQUARE, Bounds()), "orbital")
            values[n] = both
    found = shapes_of(form, values)
    assert found and all(each.area for each in found)
    assert all(each.name.endswith(".1") for each in found)
    assert shape_of("", "position", ("x", 1)) is None
    assert shape_of("", "area", (((1, 2), (POLE_AND_MORE, 0)), None)) is None


POLE_AND_MORE = 9_000_001


def test_places_are_said_with_check_letters_and_from_a_named_place() -> None:
    point = shape_of("3", "position", read_position("59.93750N 030.30860E", Bounds()))
    assert point is not None
    assert list(place_lines([point])) == ["3  59.93750N 030.30860E YA"]
    (line,) = place_lines([point], ("harbour", (5_900_000, 3_030_860)))
    assert line.endswith("YA  104245 m, bearing 000 from harbour")
