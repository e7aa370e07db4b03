"""The forms: what each file says can be filled in, signed, and shown again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backchannel.cli.blank import blank_lines, example
from backchannel.errors import OfficerError
from backchannel.limits import FIELDS_MAX, FORM_CHARACTERS_MAX
from backchannel.notice.catalogue import (
    Form,
    catalogue,
    columns_of,
    form_named,
    known_form,
    parts_of,
)
from backchannel.notice.filling import Filled, fill, print_value
from backchannel.notice.kinds import UNKNOWN
from backchannel.notice.phrasebook import phrasebook
from backchannel.wire.codec import decode, encode
from backchannel.wire.statement import Label, Precedence

FORMS = list(catalogue().values())
IDS = [form.id for form in FORMS]
WANTED = [
    *(f"T{n:02}" for n in range(1, 21)),
    *("T02-X", "T06-S", "T15-W", "T20-D", "T20-W"),
]
T06 = {
    1: "strike",
    2: "not-directed-at-you",
    3: "2026-12-01T10:00:00Z to 2026-12-01T14:00:00Z",
    4: "circle 59.93750N 030.30860E 5000m surface-3000m amsl",
    8: "duty officer (call sign KITE)",
}


def test_all_forms_are_there() -> None:
    """NOTICE-1: twenty, and four that belong to one of them."""
    assert sorted(WANTED) == IDS


@pytest.mark.parametrize("form", FORMS, ids=IDS)
def test_a_form_is_well_made(form: Form) -> None:
    """NOTICE-2: numbered from 1 without gaps, in one content; every word in its file is known."""
    assert [field.no for field in form.fields] == list(range(1, len(form.fields) + 1))
    assert len(form.fields) + Label.BODY - 1 <= FIELDS_MAX
    assert len(form.code) <= FORM_CHARACTERS_MAX
    assert form.precedence in [each.name for each in Precedence]
    assert known_form(form.code) is form
    for field in form.fields:
        assert field.required in ("yes", "if", "no")
        assert len(columns_of(field)) == len(field.columns)
        assert not {"other", "unknown"} & set(field.codes)
        types = [name for part in parts_of(field) for name in part.types]
        types += [name for _, part in columns_of(field) for name in part.types]
        assert ("rows" in types) == bool(field.columns)
        assert any(name.startswith("enum") for name in types) == bool(field.codes), field.name


@pytest.mark.parametrize("form", FORMS, ids=IDS)
def test_its_own_examples_fill_it(form: Form) -> None:
    """NOTICE-3: what the blank form shows is what it takes, and it is shown the same again."""
    own = {field.no: example(field) for field in form.fields if not field.answer}
    values = fill(form, own)
    assert decode(encode(values)) == values
    for no, value in enumerate(values, 1):
        name, text = print_value(form, no, value)
        assert "does not fit" not in name
        assert (text == "not stated") == (no not in own)
    theirs = {field.no: example(field) for field in form.fields if field.answer}
    if theirs:
        assert any(value is not None for value in fill(form, theirs, answer=True))


@pytest.mark.parametrize("form", FORMS, ids=IDS)
def test_a_blank_form_names_each_field(form: Form) -> None:
    """NOTICE-3."""
    printed = "\n".join(blank_lines(form, form.fields, phrasebook("en")))
    assert re.findall(r"^# (\d+) = ", printed, re.MULTILINE) == [str(f.no) for f in form.fields]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({3: None}, "field-missing"),
        ({3: "unknown"}, "field-unknown"),
        ({4: "unknown"}, "field-unknown"),
        ({99: "x"}, "unknown-field"),
        ({1: ["strike"]}, "field-shape"),
        ({1: "war"}, "unknown-code"),
        ({5: [["59.93750N 030.30860E", "12"]]}, "field-shape"),
        ({5: "many"}, "field-shape"),
        ({3: "2026-12-01T14:00:00Z to 2026-12-01T10:00:00Z"}, "window-order"),
    ],
)
def test_a_form_that_is_filled_in_wrongly_says_which_field(
    change: dict[int, Filled | None], reason: str
) -> None:
    """NOTICE-6: whose fault it is and what to do; nothing is signed."""
    filled = {no: text for no, text in {**T06, **change}.items() if text is not None}
    with pytest.raises(OfficerError) as fault:
        fill(form_named("T06"), filled)
    assert fault.value.reason == reason
    assert "T06/1" in fault.value.text


def test_unknown_and_other_are_answers() -> None:
    """NOTICE-4: a required field may be unknown where its form does not say that it is known."""
    filled = {**T06, 1: "other: a flare", 2: "unknown"}
    values = fill(form_named("T06"), filled)
    assert values[0] == ("other", "a flare") and values[1] is UNKNOWN
    assert print_value(form_named("T06"), 2, True) == ("2 not directed at you", "unknown")


def test_nobody_fills_in_what_the_other_party_says() -> None:
    """NOTICE-7."""
    with pytest.raises(OfficerError, match="other party's"):
        fill(form_named("T03"), {15: "yes"})
    with pytest.raises(OfficerError, match="no field of an answer"):
        fill(form_named("T03"), {2: "KX-1"}, answer=True)


def test_a_newer_form_is_shown_raw() -> None:
    """NOTICE-5: never dropped, whatever a newer version or another program has put there."""
    assert known_form("T06/2") is None and known_form("T99/1") is None
    assert print_value(None, 3, (1, "x", b"\1")) == ("field 3", "[1, x, 01]")
    name, text = print_value(form_named("T06"), 3, "tomorrow")
    assert name == "3 window (does not fit the form)" and text == "tomorrow"
    assert print_value(form_named("T06"), 40, 7) == ("field 40", "7")


def test_an_unknown_form_is_refused_with_those_there_are() -> None:
    """NOTICE-1."""
    for code in ("T99", "T01/2", "", "../T01"):
        with pytest.raises(OfficerError, match="T06-S"):
            form_named(code)


LEAVES = some.none() | some.booleans() | some.integers(0, 2**40) | some.text() | some.binary()
VALUES = some.recursive(LEAVES, lambda inner: some.lists(inner, max_size=4).map(tuple))


@given(some.sampled_from(FORMS), some.integers(1, 20), VALUES)
def test_whatever_came_is_shown(form: Form, no: int, value: object) -> None:
    """NOTICE-5: no value from outside stops a desk."""
    name, text = print_value(form, no, value)  # type: ignore[arg-type]
    assert name and isinstance(text, str)
