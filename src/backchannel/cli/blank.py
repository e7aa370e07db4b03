"""Forms as files that an officer fills in: printed blank, and read when they are filled.

This module must not know what a field means: the catalogue does.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from backchannel.errors import OfficerError
from backchannel.notice.catalogue import ROWS, Field, Form, Part, columns_of, form_named, parts_of
from backchannel.notice.filling import Filled
from backchannel.notice.kinds import UNKNOWN_WORD
from backchannel.notice.phrasebook import Phrasebook
from backchannel.notice.phrasing import listed
from backchannel.notice.values import TYPES
from backchannel.station.files import read_file
from backchannel.station.settings import toml

REQUIRED = {"yes": "required", "if": "required in some cases", "no": "optional"}


def blank_lines(
    form: Form,
    fields: Sequence[Field],
    book: Phrasebook,
    filled: Mapping[int, Filled] | None = None,
) -> Iterator[str]:
    """Yield a form to be filled in, each field with an example that stands behind a mark, or with
    what a file has filled in. What explains it is in the language of the book; what is filled in
    is not (NOTICE-10)."""
    given = filled or {}
    yield f"# {book.line(titled(form, book))}"
    yield f"# {book.line(book.say('blank_how', unknown=UNKNOWN_WORD))}"
    yield f'form = "{form.id}"'
    yield ""
    yield "[fields]"
    for field in fields:
        yield ""
        yield f"# {book.line(headline(field, book))}"
        if field.codes:
            yield f"#   {book.line(book.say('codes', codes=codes_in_words(form, field, book)))}"
        if field.note:
            yield f"#   {book.line(book.notes[field.note])}"
        if field.no in given:
            yield f"{field.no} = {toml(given[field.no])}"
        else:
            yield f"# {field.no} = {json.dumps(example(field), ensure_ascii=False)}"


def titled(form: Form, book: Phrasebook) -> str:
    """Return a form's code and title."""
    return f"{book.isolated(form.code)}  {book.titles[form.id]}"


def headline(field: Field, book: Phrasebook) -> str:
    """Return number, name and marks of a field."""
    marks = [book.words[REQUIRED[field.required]]]
    marks += [book.words["critical: it is read back"]] if field.critical else []
    marks += [book.words["the other party's"]] if field.answer else []
    return f"{field.no} {book.fields[field.name]} ({listed(book, marks, 'cells')})"


def codes_in_words(form: Form, field: Field, book: Phrasebook) -> str:
    """Return the codes that a field may have, each with its words if they say more."""
    codes = [code_in_words(code, form, book) for code in field.codes]
    return listed(book, [*codes, book.isolated("other: TEXT")])


def code_in_words(code: str, form: Form, book: Phrasebook) -> str:
    """Return a code, as it is filled in, and its words."""
    words = book.code(code, form.id)
    plain = words is None or words == code.replace("-", " ")
    return book.isolated(code) if plain else f"{book.isolated(code)} ({words})"


def example(field: Field) -> Filled:
    """Return what a filled field looks like."""
    parts = [part_example(field, part) for part in parts_of(field)]
    return parts[0] if len(parts) == 1 else parts


def part_example(field: Field, part: Part) -> Filled:
    """Return what one part looks like: a text, a list, or one row."""
    if part.types == (ROWS,):
        return [[part_example(field, column) for _, column in columns_of(field)]]
    one = TYPES[part.types[0]].example or field.codes[0]
    if part.types[0] == "quantity" and field.units:
        one = f"1 {field.units[0]}"
    return [one] if part.many else one


def read_filled(path: Path) -> tuple[Form, dict[int, Filled]]:
    """Return the form that a file names, and its fields by number. Raises OfficerError."""
    found = parsed(path)
    named = found.get("form")
    if not isinstance(named, str):
        raise OfficerError("form-unnamed", f'{path}: it begins with form = "T01", or another')
    fields = found.get("fields")
    if not isinstance(fields, dict) or not all(each.isdecimal() for each in fields):
        raise OfficerError("fields-missing", f"{path}: fields stand by number under [fields]")
    for no, value in fields.items():
        require_texts(path, no, value)
    return form_named(named), {int(no): value for no, value in fields.items()}


def parsed(path: Path) -> dict[str, object]:
    """Return a file's tables. Raises OfficerError("bad-form-file")."""
    try:
        return tomllib.loads(read_file(path).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise OfficerError("bad-form-file", f"{path}: {fault}") from None


def require_texts(path: Path, no: str, value: object) -> None:
    """Raise OfficerError unless a field is a text, or texts within lists."""
    if isinstance(value, list):
        for each in value:
            require_texts(path, no, each)
    elif not isinstance(value, str):
        raise OfficerError(
            "bad-form-file", f"{path}, field {no}: got {value!r}, wanted text between quotes"
        )
