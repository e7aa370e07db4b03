"""Forms as files: what an officer may hand over, and what is refused with the line or field."""

from pathlib import Path

import pytest

from backchannel.cli.blank import blank_lines, read_filled
from backchannel.errors import OfficerError
from backchannel.notice.catalogue import form_named
from backchannel.notice.phrasebook import phrasebook


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "form-unnamed"),
        ("form = 1", "form-unnamed"),
        ('form = "T99"\n[fields]\n', "unknown-form"),
        ('form = "T01"', "fields-missing"),
        ('form = "T01"\nfields = 3', "fields-missing"),
        ('form = "T01"\n[fields]\none = "x"', "fields-missing"),
        ('form = "T01"\n[fields]\n1 = 7', "bad-form-file"),
        ('form = "T01"\n[fields]\n1 = ["a", [1]]', "bad-form-file"),
        ('form = "T01"\n[fields]\n1 = "a"\n1 = "b"', "bad-form-file"),
        ('form = "T01', "bad-form-file"),
    ],
)
def test_what_is_no_filled_form_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """NOTICE-6: nothing is guessed of a file that somebody has half filled in."""
    path = tmp_path / "form.toml"
    path.write_text(text)
    with pytest.raises(OfficerError) as fault:
        read_filled(path)
    assert fault.value.reason == reason


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "form.toml"
    path.write_bytes(b"form = \xff")
    with pytest.raises(OfficerError, match="bad-form-file"):
        read_filled(path)


def test_a_blank_form_is_read_as_one_with_nothing_in_it(tmp_path: Path) -> None:
    """NOTICE-3: whoever forgets to take the marks off has filled in nothing."""
    form = form_named("T04")
    path = tmp_path / "form.toml"
    path.write_text("\n".join(blank_lines(form, form.fields, phrasebook("en"))))
    assert read_filled(path) == (form, {})
