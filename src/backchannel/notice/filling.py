"""A form filled in: from text to the values that are signed, and from values back to text.

A field of one part is a text, of several an array of texts, of rows an array of arrays; an empty
text is a part that is not stated. This module must not drop what it does not know: what a newer
version of a form added is shown raw. Clauses: NOTICE-3 to NOTICE-7, NOTICE-67, NOTICE-68.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from backchannel.errors import JunkError, OfficerError
from backchannel.limits import ITEMS_MAX
from backchannel.notice.catalogue import ROWS, Condition, Field, Form, Part, columns_of, parts_of
from backchannel.notice.kinds import NONE, NONE_WORD, UNKNOWN, UNKNOWN_WORD
from backchannel.notice.values import TYPES, read_value
from backchannel.wire.codec import Value

NOT_STATED = "not stated"

Filled: TypeAlias = str | Sequence["Filled"]
"""What an officer fills in: text, or texts within texts."""


def fill(form: Form, filled: Mapping[int, Filled], *, answer: bool = False) -> tuple[Value, ...]:
    """Return the values of a form's fields in order, from its field 1; null is not stated.

    Of a form that opens a matter all required fields must be there, and none that the other party
    fills in; of an answer the reverse (NOTICE-7). Raises OfficerError that names the field.
    """
    for no in filled:
        field = form.field(no)
        if field is None:
            raise OfficerError("unknown-field", f"{form.code} has no field {no}")
        if field.answer != answer:
            whose = "the other party's to fill in" if field.answer else "no field of an answer"
            raise OfficerError("field-of-others", f"{form.code} field {no} is {whose}")
    values = tuple(value_in(form, field, filled.get(field.no)) for field in form.fields)
    for field, value in zip(form.fields, values, strict=True):
        if value is None and field.required == "yes" and field.answer == answer:
            raise OfficerError(
                "field-missing", f"{label(form, field)}: fill it in, or write {UNKNOWN_WORD}"
            )
        if value is None and field.when is not None and is_due(field.when, values):
            raise OfficerError(
                "field-missing", f"{label(form, field)}: it is due, {field.note or 'as filled in'}"
            )
    return values


def is_due(when: Condition, values: Sequence[Value]) -> bool:
    """Say whether another field is filled in so that a field is due (NOTICE-68)."""
    value = values[when.field - 1]
    return (value[0] if isinstance(value, tuple) and value else value) in when.codes


def value_in(form: Form, field: Field, filled: Filled | None) -> Value:
    """Return the value of one field. Raises OfficerError that names it (NOTICE-6)."""
    try:
        value = None if filled is None else read_field(field, filled)
    except JunkError as fault:
        raise OfficerError(fault.reason, f"{label(form, field)}: {fault.text}") from None
    if value is UNKNOWN and field.known:
        raise OfficerError("field-unknown", f"{label(form, field)}: this must be known")
    return value


def label(form: Form, field: Field) -> str:
    """Return how a field is spoken of."""
    return f"{form.code} field {field.no} ({field.name})"


def read_field(field: Field, filled: Filled) -> Value:
    """Return a field's value from what was filled in (NOTICE-3, NOTICE-4). Raises JunkError."""
    if filled == UNKNOWN_WORD:
        return UNKNOWN
    parts = parts_of(field)
    if len(parts) == 1:
        return read_part(field, parts[0], filled)
    if isinstance(filled, str) or len(filled) > len(parts):
        raise JunkError("field-shape", f"wanted a list of: {field.type}")
    values = [read_part(field, *pair) for pair in zip(parts, filled, strict=False)]
    values += [None] * (len(parts) - len(values))
    return None if all(value is None for value in values) else tuple(values)


def read_part(field: Field, part: Part, filled: Filled) -> Value:
    """Return one part: a value, a list, or rows. Raises JunkError."""
    if not filled:
        return None
    if filled == UNKNOWN_WORD:
        return UNKNOWN
    if not part.many:
        if not isinstance(filled, str):
            raise JunkError("field-shape", f"wanted one text of type {' or '.join(part.types)}")
        return read_one(field, part, filled)
    # An answer, and not the same as one that is missing (NOTICE-67).
    if filled == NONE_WORD:
        return NONE
    if isinstance(filled, str) or len(filled) > ITEMS_MAX:
        raise JunkError(
            "field-shape", f"wanted a list of at most {ITEMS_MAX}, or the word {NONE_WORD}"
        )
    if part.types == (ROWS,):
        return tuple(read_row(field, row) for row in filled)
    return tuple(read_part(field, single(part), each) for each in filled)


def single(part: Part) -> Part:
    """Return the part of which a list holds several."""
    return Part(part.types, part.most)


def read_row(field: Field, row: Filled) -> Value:
    """Return one row of a field. Raises JunkError."""
    columns = columns_of(field)
    if isinstance(row, str) or len(row) != len(columns):
        names = ", ".join(name for name, _ in columns)
        raise JunkError("field-shape", f"wanted rows of {len(columns)}: {names}")
    return tuple(read_part(field, part, cell) for (_, part), cell in zip(columns, row, strict=True))


def read_one(field: Field, part: Part, text: str) -> Value:
    """Return one value; of several types the first that reads it counts. Raises JunkError."""
    faults = []
    for name in part.types:
        try:
            return read_value(name, text, field.bounds(part))
        except JunkError as fault:
            faults.append(fault)
    raise faults[0]


# --- Showing --------------------------------------------------------------------------------------


def print_value(form: Form | None, no: int, value: Value) -> tuple[str, str]:
    """Return name and text of a field. Never raises: what does not fit the form, or belongs to a
    newer one, is shown raw (NOTICE-5)."""
    field = form.field(no) if form else None
    if field is None:
        return f"field {no}", raw(value)
    if value is None:
        return f"{no} {field.name}", NOT_STATED
    try:
        return f"{no} {field.name}", print_field(field, value)
    except JunkError:
        return f"{no} {field.name} (does not fit the form)", raw(value)


def raw(value: Value) -> str:
    """Return any value as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return f"[{', '.join(map(raw, value))}]"
    return value if isinstance(value, str) else repr(value)


def print_field(field: Field, value: Value) -> str:
    """Return the value of a field as text. Raises JunkError for one that does not fit."""
    if value is UNKNOWN:
        return UNKNOWN_WORD
    parts = parts_of(field)
    if len(parts) == 1:
        return print_part(field, parts[0], value)
    if type(value) is not tuple or len(value) != len(parts):
        raise JunkError("field-value", f"wanted {len(parts)} parts")
    texts = [
        print_part(field, part, each)
        for part, each in zip(parts, value, strict=True)
        if each is not None
    ]
    return " | ".join(texts)


def print_part(field: Field, part: Part, value: Value) -> str:
    """Return one part as text. Raises JunkError."""
    if value is UNKNOWN:
        return UNKNOWN_WORD
    if not part.many:
        return print_one(part, value)
    if type(value) is not tuple:
        raise JunkError("field-value", "wanted a list")
    if value == NONE:
        return NONE_WORD
    if part.types == (ROWS,):
        return "\n".join(print_row(field, row) for row in value)
    return "\n".join(print_part(field, single(part), each) for each in value)


def print_row(field: Field, row: Value) -> str:
    """Return one row as text: the columns that are stated, each with its name. Raises JunkError."""
    columns = columns_of(field)
    if type(row) is not tuple or len(row) != len(columns):
        raise JunkError("field-value", f"wanted rows of {len(columns)}")
    return "; ".join(
        f"{name}: {print_part(field, part, cell)}"
        for (name, part), cell in zip(columns, row, strict=True)
        if cell is not None
    )


def print_one(part: Part, value: Value) -> str:
    """Return one value as text, by the first of its types that it fits. Raises JunkError."""
    faults = []
    for name in part.types:
        try:
            return TYPES[name].show(value)
        except JunkError as fault:
            faults.append(fault)
    raise faults[0]
