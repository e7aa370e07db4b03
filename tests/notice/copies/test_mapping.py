"""The mapping as data: forms and fields that there are, and codes that the formats have."""

import re

import pytest
from tests.notice.copies.originals import CALL, SITE, original

from backchannel.errors import OfficerError
from backchannel.notice.catalogue import ROWS, Field, Form, catalogue, columns_of, parts_of
from backchannel.notice.copies.capin import CATEGORIES, INFO
from backchannel.notice.copies.formats import FORMATS, write_copy
from backchannel.notice.copies.mapping import ELSE, Mapping, by_code, mappings
from backchannel.notice.copies.original import PLACES

FORMS = {form.code: form for form in catalogue().values()}
MAPPED = sorted(mappings().items())
# CAP 1.2, section 3.2.2.
RESPONSES = {
    *("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear"),
    "None",
}
LETTERS = {"P": "[0-6][0-9]", "D": "[0-9A-E][0-9A-F]", "I": "[0-6][0-9A-F]", "M": "[0-8][0-9A-F]"}
LETTERS |= {"Q": "[12]0"}


def types_of(field: Field) -> set[str]:
    """The types of a field's values, those in rows too."""
    parts = [part for part in parts_of(field) if part.types != (ROWS,)]
    parts += [part for _, part in columns_of(field)]
    return {name for part in parts for name in part.types}


def field(form: Form, no: int) -> Field:
    """A field that there must be."""
    found = form.field(no)
    assert found is not None and not found.answer, f"{form.code} field {no}"
    return found


@pytest.mark.parametrize(("code", "mapping"), MAPPED)
def test_a_mapping_names_fields_of_the_right_kind(code: str, mapping: Mapping) -> None:
    """NOTICE-104."""
    form = FORMS[code]
    for no in (mapping.window, *mapping.calendar):
        assert types_of(field(form, no)) & {"utc-window", "utc-instant"}
    for sign in mapping.whiteflag:
        assert all(types_of(field(form, no)) & {*PLACES} for no in sign.places)
        require_codes(form, sign.field, tuple(sign.subjects))
        assert all(re.fullmatch(LETTERS[sign.letter], each) for each in sign.subjects.values())
    require_codes(form, mapping.points.field, tuple(mapping.points.types))
    assert ELSE in mapping.points.types
    assert mapping.map == any(types_of(each) & {*PLACES} for each in form.fields) or not mapping.map


@pytest.mark.parametrize(("code", "mapping"), [each for each in MAPPED if each[1].cap])
def test_a_cap_message_says_what_the_standard_has(code: str, mapping: Mapping) -> None:
    """NOTICE-104, NOTICE-108."""
    form, cap = FORMS[code], mapping.cap
    assert cap is not None
    assert cap.category and set(cap.category) <= set(CATEGORIES)
    assert set(cap.response) <= RESPONSES and cap.certainty in INFO["certainty"]
    assert all(field(form, no) for no in cap.tell)
    assert all(types_of(field(form, no)) & {*PLACES} for no in cap.places)
    if cap.only is not None:
        require_codes(form, cap.only.field, cap.only.codes)


def require_codes(form: Form, no: int, codes: tuple[str, ...]) -> None:
    """Codes of a mapping are codes of the form."""
    known = set(field(form, no).codes) if no else set()
    assert set(codes) - {ELSE} <= known, (form.code, no)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_form_without_a_place_in_a_format_is_refused(name: str) -> None:
    """NOTICE-104: no reassurance goes onto a map or into a public warning."""
    reassurance = original(
        "T08",
        {
            1: "our exercise",
            2: [["we exercise", "confirmed"]],
            3: "we do not cross",
            4: ["all forces", "circle 59.93750N 030.30860E 5000m", ""],
            5: "none",
            6: [["duty officer", "duty officer", "2026-12-01T10:00:00Z"]],
            7: [["we call first", "duty officer", "unknown", "by call", "1 h"]],
        },
    )
    with pytest.raises(OfficerError, match="no-copy-of-form"):
        write_copy(name, reassurance)


def test_a_site_is_in_no_public_warning_and_a_call_on_no_map() -> None:
    """NOTICE-104: on purpose."""
    for name, notice in (("cap", original("T03", SITE)), ("kml", original("T18", CALL))):
        with pytest.raises(OfficerError, match="no-copy-of-form"):
            write_copy(name, notice)
    with pytest.raises(OfficerError, match="unknown-format"):
        write_copy("xlsx", original())


def test_the_first_code_that_has_a_word_counts() -> None:
    site = original("T03", SITE)
    assert by_code(site, 3, {"hospital": "H", ELSE: "x"}) == "H"
    assert by_code(site, 3, {"water": "W", ELSE: "x"}) == "x"
    assert by_code(site, 3, {"water": "W"}) is None
    assert by_code(site, 0, {ELSE: "x"}) == "x"
