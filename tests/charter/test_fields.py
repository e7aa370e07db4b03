"""Readers of decoded values: each refusal has its reason and begins with the path of the field."""

from collections.abc import Callable

import pytest
from tests.charter.people import reason_of

from backchannel.charter import fields
from backchannel.errors import JunkError

REFUSED: list[tuple[str, Callable[[], object], str]] = [
    ("text for a number", lambda: fields.whole("7", "f", 0, 9), "wrong-type"),
    ("true for a number", lambda: fields.whole(True, "f", 0, 9), "wrong-type"),
    ("too small", lambda: fields.whole(0, "f", 1, 9), "out-of-range"),
    ("too large", lambda: fields.whole(10, "f", 1, 9), "out-of-range"),
    ("two for a yes or no", lambda: fields.flag(2, "f"), "out-of-range"),
    ("text for bytes", lambda: fields.octets("ab", "f", 2), "wrong-type"),
    ("three bytes for two", lambda: fields.octets(b"abc", "f", 2), "wrong-length"),
    ("bytes for a text", lambda: fields.text(b"ab", "f", 9), "wrong-type"),
    ("empty text", lambda: fields.text("", "f", 9), "wrong-length"),
    ("long text", lambda: fields.text("a" * 10, "f", 9), "wrong-length"),
    ("space in front", lambda: fields.text(" a", "f", 9), "unsafe-text"),
    ("map for a list", lambda: fields.rows({}, "f", 0, 9), "wrong-type"),
    ("list too short", lambda: fields.rows((), "f", 1, 9), "wrong-length"),
    ("list too long", lambda: fields.rows((1, 2), "f", 0, 1), "wrong-length"),
    ("array of another length", lambda: fields.row((1,), "f", 2), "wrong-length"),
    ("list for a map", lambda: fields.keyed((), "f", 2), "wrong-type"),
    ("key 3 of 2", lambda: fields.keyed({1: 0, 2: 0, 3: 0}, "f", 2), "unknown-key"),
    ("key 2 of 2 missing", lambda: fields.keyed({1: 0}, "f", 2), "missing-key"),
    ("twice the same", lambda: fields.ascending((1, 1), "f"), "not-ascending"),
    ("going down", lambda: fields.numbers((2, 1), "f", 0, 9, most=2), "not-ascending"),
    ("more than the most", lambda: fields.numbers((1, 2), "f", 0, 9, most=1), "wrong-length"),
    ("a name twice", lambda: fields.each_once(("a", "a"), "f"), "twice"),
]


@pytest.mark.parametrize(("name", "call", "reason"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_value_is_refused_for_its_own_reason(
    name: str, call: Callable[[], object], reason: str
) -> None:
    """CHARTER-2."""
    with pytest.raises(JunkError, match=f"^{reason}: f") as refused:
        call()
    assert refused.value.reason == reason


def test_what_fits_is_returned_as_it_is() -> None:
    assert fields.whole(9, "f", 0, 9) == 9
    assert fields.whole(-1, "f", -1, 0) == -1
    assert fields.octets(b"ab", "f", 2) == b"ab"
    assert fields.text("a b", "f", 3) == "a b"
    assert fields.row((1, 2), "f", 2) == (1, 2)
    assert fields.keyed({2: "b", 1: "a"}, "f", 2) == ("a", "b")
    assert fields.numbers((1, 5), "f", 1, 5, most=2) == (1, 5)
    assert fields.each_once(("a", "b"), "f") == ("a", "b")
    assert (fields.flag(0, "f"), fields.flag(1, "f")) == (False, True)


@pytest.mark.parametrize(
    "letter", "\x00\x1f\x7f\x9f\u00ad\u061c\u200b\u200f\u2028\u202e\u2066\ufeff\U000e0041"
)
def test_a_letter_that_cannot_be_seen_is_refused(letter: str) -> None:
    """CHARTER-4, NT66."""
    assert reason_of(lambda: fields.text(f"a{letter}b", "f", 9), JunkError) == "unsafe-text"


@pytest.mark.parametrize(
    "text", ["Ольха", "白樺 2", "حور", "Bouleau d'été", "duty officer (night)"]
)
def test_letters_of_every_script_are_accepted(text: str) -> None:
    """CHARTER-4."""
    assert fields.text(text, "f", 64) == text


def test_a_check_below_gets_the_path_of_its_field() -> None:
    with (
        pytest.raises(JunkError, match=r"^deep: party\[2\]: what is wrong"),
        fields.named("party[2]"),
    ):
        raise JunkError("deep", "what is wrong")


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (None, "null"),
        (True, "true or false"),
        (1, "a number"),
        (b"", "bytes"),
        ("", "text"),
        ((), "a list"),
        ({}, "a map"),
    ],
)
def test_every_type_has_a_word(value: object, word: str) -> None:
    assert fields.kind_of(value) == word  # type: ignore[arg-type]
