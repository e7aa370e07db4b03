"""Putting a file into a form: where a place goes, what stays out, and which message is meant."""

import pytest
from tests.notice.copies.originals import (
    CIRCLE,
    HARBOUR,
    LAUNCH,
    MOVEMENT,
    TRIANGLE,
    WAY,
    WINDOW,
    drill,
    original,
)
from tests.notice.copies.test_capin import cap

from backchannel.errors import JunkError, OfficerError
from backchannel.notice.catalogue import form_named
from backchannel.notice.copies.formats import write_copy
from backchannel.notice.copies.found import Found, Place
from backchannel.notice.copies.prefill import prefill
from backchannel.notice.copies.reading import read_copy
from backchannel.notice.filling import fill


@pytest.mark.parametrize("name", ["cap", "geojson"])
def test_a_copy_of_a_form_fills_in_that_form_again(name: str) -> None:
    """NOTICE-116: the same places in the same fields."""
    made = prefill(form_named("T01"), read_copy(write_copy(name, drill())))
    assert made.filled[6] == [CIRCLE, TRIANGLE] and made.filled[4] == WINDOW
    assert made.left == ()
    assert made.filled.get(5) == (HARBOUR if name == "geojson" else None)
    completed = {**LAUNCH, **made.filled}
    assert fill(form_named("T01"), completed) == original().values


def test_a_route_goes_into_the_list_of_routes() -> None:
    """NOTICE-116."""
    found = read_copy(write_copy("geojson", original("T04", MOVEMENT)))
    assert prefill(form_named("T04"), found).filled == {3: WINDOW, 4: [WAY]}


def test_a_place_of_another_form_goes_to_the_first_field_with_room() -> None:
    """NOTICE-116: of its type; what finds none is named."""
    found = read_copy(write_copy("geojson", drill()))
    made = prefill(form_named("T12"), found)
    assert made.filled == {4: ["", "", CIRCLE]}
    assert [each.text for each in made.left] == [HARBOUR, TRIANGLE]


def test_a_place_whose_field_does_not_take_it_is_left() -> None:
    """NOTICE-116: the file may name any field, and is not believed."""
    form = form_named("T01")
    for field in (1, 99, 0):
        place = Place("area", CIRCLE, "T01/1", field)
        assert prefill(form, Found((place,), "", ())) == ({}, (place,))


def test_a_text_is_never_a_place_and_an_answer_is_not_ours() -> None:
    """NOTICE-116."""
    made = prefill(form_named("T09"), Found((Place("position", HARBOUR),), WINDOW, ()))
    assert made.filled == {1: ["", "", HARBOUR, ""]}


def test_no_more_goes_into_a_field_than_it_holds() -> None:
    """NOTICE-116."""
    places = tuple(Place("area", f"circle 10.00000N 010.00000E {n}m") for n in range(1, 4))
    made = prefill(form_named("T06"), Found(places, "", ()))
    assert made.filled == {4: places[0].text, 7: places[1].text}
    assert made.left == places[2:]


def test_a_file_is_what_it_holds_and_not_what_it_is_called() -> None:
    """NOTICE-113."""
    assert (
        read_copy(b'\xef\xbb\xbf {"type":"Point","coordinates":[1,1]}').places[0].type == "position"
    )
    assert read_copy(b"\n" + cap("<circle>1,1 1</circle>")).places[0].type == "area"
    with pytest.raises(JunkError, match="bad-xml"):
        read_copy(b"name,lat,lon\n")


def test_of_several_messages_one_must_be_named() -> None:
    """NOTICE-115: each is judged by itself."""
    good, bad = cap("<circle>1,1 1</circle>"), cap().replace(b"Public", b"All")
    both = b"<box>" + good + bad + b"</box>"
    assert len(read_copy(both, 1).places) == 1
    with pytest.raises(JunkError, match="cap-word"):
        read_copy(both, 2)
    for nth in (None, 0, 3):
        with pytest.raises(OfficerError, match="which-message"):
            read_copy(both, nth)
