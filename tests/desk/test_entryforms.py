"""Every form of the catalogue as things to type into: what a browser sends is what was meant."""

import pytest

from backchannel.cli.blank import example
from backchannel.desk.entryforms import (
    Drawing,
    Typed,
    drawn,
    faults_in,
    filled_of,
    form_fields,
)
from backchannel.desk.limits import DESK_LINES_MAX
from backchannel.desk.notices import forms_by_hand, own_fields
from backchannel.notice.catalogue import ROWS, Form, Part, catalogue, form_named, parts_of
from backchannel.notice.filling import Filled, fill
from backchannel.notice.phrasebook import phrasebook

BOOK = phrasebook("en")


def typed_example(form: Form) -> dict[str, list[str]]:
    """What a browser sends of a form that is filled in with the examples."""
    sent: dict[str, list[str]] = {}
    for field in own_fields(form):
        value = example(field)
        parts = parts_of(field)
        for n, part in enumerate(parts):
            sent |= part_typed(f"f{field.no}.{n}", part, value if len(parts) == 1 else value[n])
    return sent


def part_typed(name: str, part: Part, value: Filled) -> dict[str, list[str]]:
    """What a browser sends of one part."""
    if part.types == (ROWS,):
        return {
            f"{name}.{n}.{m}": [cell] if isinstance(cell, str) else list(cell)
            for n, row in enumerate(value)
            for m, cell in enumerate(row)
        }
    if isinstance(value, str):
        return {name: [value]}
    return {name: list(value) if part.types[0] == "enum" else ["\r\n".join(value)]}


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_what_is_typed_is_what_is_filled_in(name: str) -> None:
    form = form_named(name)
    fields = own_fields(form)
    wanted = {field.no: example(field) for field in fields}
    filled = filled_of(fields, typed_example(form))
    assert filled == wanted
    values, faults = faults_in(form, fields, filled)
    assert faults == {} and len(values) == len(fields)


@pytest.mark.parametrize("form", forms_by_hand(), ids=lambda form: form.id)
def test_an_empty_form_names_what_is_missing_and_draws_every_field(form: Form) -> None:
    fields = own_fields(form)
    _, faults = faults_in(form, fields, filled_of(fields, {}))
    assert set(faults) == {field.no for field in fields if field.required == "yes"}
    found = form_fields(Drawing(form, BOOK, {}), fields, faults)
    assert [each.no for each in found] == [field.no for field in fields]
    names = [each.anchor for each in found]
    assert len(set(names)) == len(names)


def test_words_beside_a_code_unknown_and_none_are_answers() -> None:
    form = form_named("T06")
    fields = own_fields(form)
    typed: Typed = {
        "f1.0": ["other"],
        "f1.0.other": ["salvage"],
        "f2.0": ["unknown"],
        "f3.0": ["soon"],
    }
    filled = filled_of(fields, typed)
    assert filled == {1: "other: salvage", 2: "unknown", 3: "soon"}
    values, faults = faults_in(form, fields, filled)
    assert values[1] == ("other", "salvage")
    assert "soon" in faults[3] and 4 in faults
    with pytest.raises(Exception, match="field 3"):
        fill(form, filled)


def test_rows_grow_within_bounds() -> None:
    form = form_named("T06")
    field = next(each for each in own_fields(form) if each.no == 5)
    (part,) = parts_of(field)
    for asked, count in (("", 2), ("7", 7), ("999", DESK_LINES_MAX), ("9999999", 2), ("-3", 2)):
        drawing = Drawing(form, BOOK, {"f5.0.rows": [asked]})
        assert len(drawn(drawing, field, part, "f5.0").rows) == count
