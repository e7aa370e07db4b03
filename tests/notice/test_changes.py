"""Corrections of fields: what stands after them, and the bytes in which they travel."""

import re
from pathlib import Path

import pytest

from backchannel.errors import OfficerError
from backchannel.line.drafting import Changing, Reason, Reference, change_body
from backchannel.notice.catalogue import catalogue, form_named
from backchannel.notice.changes import (
    Changed,
    apply,
    changes_in,
    correction,
    rows_of,
    touches_critical,
)
from backchannel.notice.filling import fill, print_value
from backchannel.notice.informed import informed_in, read_informed
from backchannel.notice.kinds import UNKNOWN
from backchannel.notice.rekeying import compare
from backchannel.notice.relations import Change
from backchannel.wire.codec import decode, encode
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import Content

PAGE = Path(__file__).parents[2] / "docs" / "spec" / "notice.md"
STOP = form_named("T06-S")
HOSPITAL = {
    1: "a hospital",
    2: "15.50000N 032.56000E within 100m imagery near Old Bridge",
    3: "2026-12-01T10:00:00Z",
    4: ["duty officer", "likely"],
    5: "30 min",
}


def printed(name: str) -> str:
    """The bytes that the page prints behind a name."""
    found = re.search(rf"^{name}\b.*?\s([0-9a-f]{{8,}}(?:\n +[0-9a-f]+)*)$", PAGE.read_text(), re.M)
    assert found, name
    return re.sub(r"\s", "", found[1])


def test_the_correction_of_the_page_is_what_a_station_signs() -> None:
    """NOTICE-63: one hour instead of thirty minutes."""
    values = fill(STOP, HOSPITAL)
    changes = correction(STOP, values, {5: "1 h"}, Change.CORRECT_FIELD)
    assert changes == (Changed(5, 1800, 3600),)
    made = Changing(Change.CORRECT_FIELD, Reason.HUMAN_ERROR, "Hold for an hour.")
    about = Reference(EntryId(b"\x11" * 32), b"\x22" * 32)
    body = change_body(about, made, rows_of(changes), readback=touches_critical(STOP, changes))
    assert encode(body[1:]).hex() == printed("correct")
    content = Content(b"s" * 16, (*(None,) * 20, *decode(encode(body))))  # type: ignore[misc]
    assert changes_in(content) == changes
    assert apply(values, changes)[4] == 3600


def test_who_was_told_travels_as_the_page_says() -> None:
    """NOTICE-72."""
    rows = read_informed(["battery 3; 2026-12-01T10:00:00Z", "minister"])
    assert encode(rows).hex() == printed("informed")
    assert [tuple(each) for each in informed_in(rows)] == [
        ("battery 3", 1796119200, None),
        ("minister", None, None),
    ]
    assert list(informed_in((("x",), 7, (1, None, None)))) == [] and read_informed([]) is None


def test_none_is_an_answer_and_is_not_what_was_left_out() -> None:
    """NOTICE-67."""
    form = form_named("T08")
    filled = {
        1: "x", 2: "none", 3: "x", 4: ["all"], 5: "x", 6: "none", 7: "none",
    }  # fmt: skip
    values = fill(form, filled)
    assert values[6] == () and print_value(form, 7, values[6])[1] == "none"
    with pytest.raises(OfficerError, match="field-missing"):
        fill(form, {**filled, 7: []})


def test_unknown_is_no_number() -> None:
    """NOTICE-32, NOTICE-64: to Python, true and 1 are one; to an officer they are not."""
    form = form_named("T16")
    values = (1, *(None,) * 8)
    assert apply(values, [Changed(1, UNKNOWN, 2)]) == values
    assert [each.word for each in compare(form, values, {1: UNKNOWN})] == [1]


def test_only_what_another_field_decides_is_a_condition() -> None:
    """NOTICE-68: it names a field of its form, and codes that this field can have."""
    found = 0
    for form in catalogue().values():
        for field in form.fields:
            if field.when is not None:
                other = form.field(field.when.field)
                assert other is not None and field.required == "if"
                assert set(field.when.codes) <= set(other.codes or ("yes", "no"))
                found += 1
    assert found == 9
