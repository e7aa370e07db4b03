"""A whole form in the words of a language, line by line.

This module must not translate: it says what agreed words there are for codes, labels and values,
and leaves all else as it came. Clauses: NOTICE-5, NOTICE-42, NOTICE-46, NOTICE-49.
"""

from collections.abc import Iterator, Sequence

from backchannel.errors import JunkError
from backchannel.notice.catalogue import ROWS, Field, Form, Part, columns_of, known_form, parts_of
from backchannel.notice.filling import raw, single
from backchannel.notice.kinds import UNKNOWN, UNKNOWN_WORD
from backchannel.notice.phrasing import Reader, listed, value_in_words
from backchannel.wire.codec import Value


def render(reader: Reader, code: str, values: Sequence[Value]) -> Iterator[str]:
    """Yield a form and its fields as lines. `values` are those of the fields from number 1.

    Never raises: what does not fit the form, or belongs to another one, is shown raw (NOTICE-5).
    """
    book = reader.book
    form = known_form(code)
    if form is None:
        yield book.line(book.say("unknown_form", form=reader.visible(code)))
    else:
        yield book.line(f"{book.isolated(form.code)}  {book.titles[form.id]}")
    unstated = 0
    for no, value in enumerate(values, 1):
        field = form.field(no) if form else None
        if value is None and (field is None or not field.critical or field.answer):
            unstated += field is not None and not field.answer
            continue
        yield from map(book.line, field_lines(reader, form, field, no, value))
    if unstated:
        yield book.line(book.count("unstated", unstated))


def field_lines(
    reader: Reader, form: Form | None, field: Field | None, no: int, value: Value
) -> Iterator[str]:
    """Yield one field: its name, and a line for each of its values if there are several."""
    book = reader.book
    if form is None or field is None:
        where = book.say("field", no=str(no))
        yield f"  {book.say('stated', name=where, value=reader.visible(raw(value)))}"
        return
    name = f"{no} {book.fields[field.name]}"
    try:
        texts = list(texts_of(reader, form, field, value))
    except JunkError:
        name = book.say("misfit", name=name)
        texts = [reader.visible(raw(value))]
    if len(texts) == 1:
        yield f"  {book.say('stated', name=name, value=texts[0])}"
        return
    yield f"  {name}"
    for text in texts:
        yield f"    - {book.isolated(text)}"


def texts_of(reader: Reader, form: Form, field: Field, value: Value) -> Iterator[str]:
    """Yield the values of a field in words. Raises JunkError for one that does not fit."""
    parts = parts_of(field)
    if value is None:
        yield reader.book.words["not stated"]
    elif value is UNKNOWN:
        yield reader.book.words[UNKNOWN_WORD]
    elif len(parts) == 1:
        yield from part_texts(reader, form, field, parts[0], value)
    elif type(value) is tuple and len(value) == len(parts):
        for part, each in zip(parts, value, strict=True):
            if each is not None:
                yield from part_texts(reader, form, field, part, each)
    else:
        raise JunkError("field-value", f"wanted {len(parts)} parts")


def part_texts(reader: Reader, form: Form, field: Field, part: Part, value: Value) -> Iterator[str]:
    """Yield one part: a value, each of a list, or each row. Raises JunkError."""
    if not part.many or value is UNKNOWN:
        yield value_in_words(reader, form.id, part, value)
        return
    if type(value) is not tuple:
        raise JunkError("field-value", "wanted a list")
    for each in value:
        if part.types == (ROWS,):
            yield row_text(reader, form, field, each)
        else:
            yield value_in_words(reader, form.id, single(part), each)


def row_text(reader: Reader, form: Form, field: Field, row: Value) -> str:
    """Return one row: the columns that are stated, each with its name. Raises JunkError."""
    columns = columns_of(field)
    if type(row) is not tuple or len(row) != len(columns):
        raise JunkError("field-value", f"wanted rows of {len(columns)}")
    cells = [
        reader.book.say(
            "stated",
            name=reader.book.columns[name],
            value=value_in_words(reader, form.id, part, cell),
        )
        for (name, part), cell in zip(columns, row, strict=True)
        if cell is not None
    ]
    return listed(reader.book, cells, "cells")
