"""Fields filled in at a terminal: one line each, whatever shape the form wants."""

import pytest

from backchannel.desk.terminal.fields import filled_of, hint
from backchannel.errors import OfficerError
from backchannel.notice.catalogue import Field
from backchannel.notice.filling import read_field


def field(type_: str, **given: object) -> Field:
    """A field of a form."""
    made = {"no": 1, "name": "a field", "type": type_, "required": "yes", **given}
    return Field(**made)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("type_", "line", "filled"),
    [
        ("text ≤ 120", "One; two | three.", "One; two | three."),
        ("post, confidence", "chief of staff; confirmed", ["chief of staff", "confirmed"]),
        ("post list", "chief of staff | duty officer", ["chief of staff", "duty officer"]),
        ("post list", "none", "none"),
        ("post list", '["a; b", "c"]', ["a; b", "c"]),
        ("post, confidence", "chief of staff", ["chief of staff"]),
    ],
)
def test_a_line_becomes_what_the_form_takes(type_: str, line: str, filled: object) -> None:
    found = filled_of(field(type_), line)
    assert found == filled
    read_field(field(type_), found)


def test_rows_are_cut_at_strokes_and_semicolons() -> None:
    rows = field("rows", columns=("who: post", "when: utc-instant"))
    line = "chief of staff; 2026-11-22T10:00:00Z | envoy; 2026-11-22T11:00:00Z"
    assert filled_of(rows, line) == [
        ["chief of staff", "2026-11-22T10:00:00Z"],
        ["envoy", "2026-11-22T11:00:00Z"],
    ]
    assert hint(rows).startswith("rows (who: post; when: utc-instant); required.")


@pytest.mark.parametrize("line", ["[", '["a"', "[1, 2"])
def test_a_list_that_is_none_is_refused_where_it_is_typed(line: str) -> None:
    with pytest.raises(OfficerError) as fault:
        filled_of(field("post list"), line)
    assert fault.value.reason == "field-shape"
