"""Whole forms in every language: nothing dropped, nothing raised, nothing that turns a line."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backchannel.cli.blank import example
from backchannel.notice.catalogue import Form, catalogue, form_named
from backchannel.notice.filling import fill
from backchannel.notice.kinds import UNKNOWN
from backchannel.notice.phrasebook import FSI, PDI, RLI, TAGS, phrasebook
from backchannel.notice.phrasing import Reader
from backchannel.notice.rendering import render
from backchannel.wire.codec import Value

SPEC = Path(__file__).parents[2] / "docs" / "spec" / "notice.md"
FORMS = list(catalogue().values())
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**48), 2**48) | some.text(max_size=8)
    | some.binary(max_size=8) | some.sampled_from(["gnss", "amsl", "other", "unknown", "start"]),
    lambda inner: some.lists(inner, max_size=6).map(tuple),
    max_leaves=12,
)  # fmt: skip


def read_in(tag: str, code: str, values: tuple[Value, ...], language: str = "en") -> list[str]:
    """A form as its reader sees it, text from outside as it came."""
    return list(render(Reader(phrasebook(tag), str, language), code, values))


def filled(form: Form, *, answer: bool = False) -> tuple[Value, ...]:
    """The values of a form whose every field has the example of its blank."""
    fields = {field.no: example(field) for field in form.fields if field.answer == answer}
    return fill(form, fields, answer=answer)


def assert_balanced(line: str) -> None:
    """NOTICE-46: every isolate is closed in its own line, and nothing else turns text."""
    depth = 0
    for character in line:
        depth += (character in (FSI, RLI)) - (character == PDI)
        assert depth >= 0, line
        others = unicodedata.category(character) == "Cf" and character not in (FSI, RLI, PDI)
        assert not others, line
    assert depth == 0, line


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("form", FORMS, ids=[form.id for form in FORMS])
def test_every_form_is_read_in_every_language(form: Form, tag: str) -> None:
    """NOTICE-49: all fields, by their names, whoever fills them in."""
    book = phrasebook(tag)
    for answer in (False, True):
        lines = read_in(tag, form.code, filled(form, answer=answer))
        assert form.code in lines[0] and book.titles[form.id] in lines[0]
        text = "\n".join(lines)
        for field in form.fields:
            if field.answer == answer:
                assert f"{field.no} {book.fields[field.name]}" in text
        for line in lines:
            assert_balanced(line)
            assert not any(c.isdigit() and not c.isascii() for c in line.replace("³", ""))
            assert (book.direction == "rtl") == (line[0] == RLI)


@pytest.mark.parametrize("tag", TAGS)
def test_nothing_of_one_language_is_left_in_another(tag: str) -> None:
    """Whoever reads in a language finds no label of the English form in it."""
    if tag == "en":
        return
    english, book = phrasebook("en"), phrasebook(tag)
    for section in ("fields", "notes", "sentences"):
        ours: dict[str, str] = getattr(book, section)
        theirs: dict[str, str] = getattr(english, section)
        same = {key for key in ours if ours[key] == theirs[key] and " " in ours[key]}
        alike = {"stated", "list", "cells", "moment", "waypoint_at", "estimate"}
        assert same - alike <= {"K1, K3", "phrase-matched, claimed-not-verified"}, section


def test_the_specification_shows_what_is_printed() -> None:
    """NOTICE-49: the stop request of its example, in Russian."""
    place = (1550000, 3256000, 100, "imagery", "Old Bridge")
    values = ("a hospital", place, 1796119200, ("duty officer", "likely"), 1800)
    printed = "\n".join(read_in("ru", "T06-S/1", values))
    assert f"```\n{printed}\n```" in SPEC.read_text()


def test_what_is_not_stated_is_counted_and_what_is_critical_is_named() -> None:
    """NOTICE-48: a critical field that was left out is read as not stated."""
    form = form_named("T06")
    required = {field.no: example(field) for field in form.fields if field.required == "yes"}
    lines = read_in("fr", form.code, fill(form, required))
    assert "  5 vos personnes ou unités que nous savons présentes\u00a0: non indiqué" in lines
    assert lines[-1] == "2 autres champs ne sont pas indiqués."


def test_what_does_not_fit_is_raw_and_said_to_be() -> None:
    """NOTICE-48: a misfit, a field of a newer form, a form that is not known."""
    form = form_named("T06-S")
    values = (*filled(form)[:4], "soon", None, None, "new")
    lines = read_in("es", form.code, values)
    assert "  5 se ruega suspender (no se ajusta al formulario; tal como llegó): soon" in lines
    assert lines[-1] == "  campo 8: new"
    assert read_in("es", "T99/1", (UNKNOWN,)) == [
        "El formulario T99/1 no se conoce aquí; campos tal como llegaron.",
        "  campo 1: True",
    ]


@pytest.mark.parametrize(
    ("form", "no", "value", "shown"),
    [
        ("T01", 12, "abc", "abc"),
        ("T05", 1, "noon", "noon"),
        ("T05", 1, (1796119200,), "[1796119200]"),
        ("T01", 8, (("ALDER", 500),), "[[ALDER, 500]]"),
        ("T01", 8, ("ALDER",), "[ALDER]"),
        ("T01", 6, (("a", 1),), "[[a, 1]]"),
    ],
)
def test_a_value_of_another_shape_is_raw(form: str, no: int, value: Value, shown: str) -> None:
    """NOTICE-48: a text in place of a list, too few parts, a row with too few columns."""
    lines = read_in("en", f"{form}/1", (*(None,) * (no - 1), value))
    (line,) = [each for each in lines if each.startswith(f"  {no} ")]
    assert line.endswith(f" (does not fit the form; as received): {shown}")


def test_several_values_stand_in_lines_of_their_own() -> None:
    form = form_named("T03")
    lines = read_in("en", form.code, filled(form))
    at = lines.index("  5 position verified by whom, how, when")
    assert lines[at + 1] == "    - duty officer"
    assert lines[at + 2] == "    - satellite fix (GNSS)"


@given(
    form=some.sampled_from(FORMS),
    tag=some.sampled_from(TAGS),
    language=some.text(max_size=6),
    values=some.lists(VALUES, max_size=20),
)
def test_nothing_that_arrives_stops_it(
    form: Form, tag: str, language: str, values: list[Value]
) -> None:
    """NOTICE-49: a form is shown whatever stands in it."""
    assert read_in(tag, form.code, tuple(values), language)
