"""A notice form as things to type into: one way of drawing for all forms of the catalogue.

What a browser sends comes back as what `notice.filling` reads. This module must not hold a form,
and must not fill in what nobody typed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from backchannel.desk.limits import DESK_LINES_MAX
from backchannel.errors import OfficerError
from backchannel.notice.catalogue import ROWS, Field, Form, Part, columns_of, parts_of
from backchannel.notice.filling import Filled, value_in
from backchannel.notice.kinds import NONE_WORD, UNKNOWN_WORD
from backchannel.notice.phrasebook import Phrasebook
from backchannel.notice.values import TYPES
from backchannel.notice.words import CONFIDENCES, YES_NO
from backchannel.wire.codec import Value

OTHER = "other"
ROWS_AT_FIRST = 2
MISSING = "missing"
CLOSED = {"yes-no": YES_NO, "confidence": CONFIDENCES}
LONG = ("text", "area", "route")

Typed = Mapping[str, Sequence[str]]
"""What a browser sent: texts by the names of inputs."""


class Choice(NamedTuple):
    """One code that can be chosen, and its words."""

    code: str
    words: str


class Input(msgspec.Struct, frozen=True):
    """One thing to type or choose: "text", "lines", "choice", "choices" or "rows". `other` is what
    stands beside choices for what no code covers; `more` how many rows to draw next."""

    name: str
    kind: str
    value: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()
    chosen: tuple[str, ...] = ()
    other: str = ""
    open: bool = False
    heads: tuple[str, ...] = ()
    rows: tuple[tuple["Input", ...], ...] = ()


class FormField(msgspec.Struct, frozen=True):
    """One field of a form to be filled in. `fault` is what is wrong with it."""

    no: int
    name: str
    required: bool
    critical: bool
    note: str
    inputs: tuple[Input, ...]
    fault: str = ""

    @property
    def anchor(self) -> str:
        """The name of the first thing to type into."""
        first_input = self.inputs[0]
        return first_input.rows[0][0].name if first_input.rows else first_input.name


class Drawing(NamedTuple):
    """What every part of a drawn form needs: the form, the words, and what was typed so far."""

    form: Form
    book: Phrasebook
    typed: Typed

    def first(self, name: str) -> str:
        """Return what was typed into one input, "" for nothing."""
        return first(self.typed, name)


# --- Drawing --------------------------------------------------------------------------------------


def form_fields(
    drawing: Drawing, fields: Sequence[Field], faults: Mapping[int, str]
) -> tuple[FormField, ...]:
    """Return the fields of a form with what was typed so far, and what is wrong with it."""
    return tuple(form_field(drawing, field, faults.get(field.no, "")) for field in fields)


def form_field(drawing: Drawing, field: Field, fault: str) -> FormField:
    """Return one field to be filled in."""
    book = drawing.book
    return FormField(
        no=field.no,
        name=book.fields[field.name],
        required=field.required == "yes",
        critical=field.critical,
        note=book.notes[field.note] if field.note else "",
        inputs=tuple(
            drawn(drawing, field, part, f"f{field.no}.{n}")
            for n, part in enumerate(parts_of(field))
        ),
        fault=fault,
    )


def drawn(drawing: Drawing, field: Field, part: Part, name: str) -> Input:
    """Return what one part is typed into."""
    kind = part.types[0]
    if kind == ROWS:
        return drawn_rows(drawing, field, name)
    if kind in ("enum", "enum-set"):
        choices = tuple(
            Choice(code, drawing.book.code(code, drawing.form.id) or code) for code in field.codes
        )
        several = kind == "enum-set" or part.many
        return Input(
            name,
            "choices" if several else "choice",
            choices=choices,
            chosen=tuple(drawing.typed.get(name, ())),
            other=drawing.first(f"{name}.other"),
            open=True,
        )
    if kind in CLOSED:
        choices = tuple(Choice(code, drawing.book.words[code]) for code in CLOSED[kind])
        return Input(name, "choice", choices=choices, chosen=(drawing.first(name),))
    example = TYPES[kind].example
    if kind == "quantity" and field.units:
        example = f"1 {field.units[0]}"
    long = part.many or kind in LONG
    return Input(name, "lines" if long else "text", drawing.first(name), example)


def drawn_rows(drawing: Drawing, field: Field, name: str) -> Input:
    """Return a table to type into."""
    columns = columns_of(field)
    rows = tuple(
        tuple(drawn(drawing, field, part, f"{name}.{n}.{m}") for m, (_, part) in enumerate(columns))
        for n in range(rows_typed(drawing.typed, name))
    )
    heads = tuple(drawing.book.columns[head] for head, _ in columns)
    return Input(name, "rows", heads=heads, rows=rows)


def rows_typed(typed: Typed, name: str) -> int:
    """Return how many rows to draw: as many as the page asks for, within bounds."""
    wanted = first(typed, f"{name}.rows")
    count = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 4 else 0
    return min(max(count, ROWS_AT_FIRST), DESK_LINES_MAX)


def first(typed: Typed, name: str) -> str:
    """Return what was typed into one input, "" for nothing."""
    return next(iter(typed.get(name, ())), "")


# --- Reading --------------------------------------------------------------------------------------


def filled_of(fields: Sequence[Field], typed: Typed) -> dict[int, Filled]:
    """Return what was filled in, by the number of the field; what is empty is left out."""
    found = {field.no: filled_field(field, typed) for field in fields}
    return {no: value for no, value in found.items() if stated(value)}


def stated(value: Filled) -> bool:
    """Say whether there is any text in what was filled in."""
    return bool(value) if isinstance(value, str) else any(map(stated, value))


def filled_field(field: Field, typed: Typed) -> Filled:
    """Return what was filled into one field; one word for the whole of it if that is all."""
    values = [
        part_filled(field, part, f"f{field.no}.{n}", typed)
        for n, part in enumerate(parts_of(field))
    ]
    alone = len(values) == 1 or (values[0] == UNKNOWN_WORD and not any(map(stated, values[1:])))
    return values[0] if alone else values


def part_filled(field: Field, part: Part, name: str, typed: Typed) -> Filled:
    """Return what was typed into one part."""
    kind = part.types[0]
    if kind == ROWS:
        rows = list(rows_filled(field, name, typed))
        return UNKNOWN_WORD if rows and rows[0][0] == UNKNOWN_WORD else rows
    if kind in ("enum", "enum-set"):
        return chosen_of(part, name, typed)
    text = first(typed, name).replace("\r\n", "\n").strip()
    if not part.many:
        return text
    lines = [each.strip() for each in text.split("\n") if each.strip()]
    # Each is an answer for the whole list.
    return lines[0] if lines in ([NONE_WORD], [UNKNOWN_WORD]) else lines


def rows_filled(field: Field, name: str, typed: Typed) -> Iterator[list[Filled]]:
    """Yield the rows of a field that were typed into."""
    for n in range(rows_typed(typed, name)):
        row = [
            part_filled(field, part, f"{name}.{n}.{m}", typed)
            for m, (_, part) in enumerate(columns_of(field))
        ]
        if any(map(stated, row)):
            yield row


def chosen_of(part: Part, name: str, typed: Typed) -> Filled:
    """Return the codes that were chosen, with what was written beside them."""
    other = first(typed, f"{name}.other").strip()
    chosen = [each for each in typed.get(name, ()) if each and each != OTHER]
    if other:
        chosen.append(f"{OTHER}: {other}")
    if part.many:
        return chosen
    return ", ".join(chosen) if part.types[0] == "enum-set" else "".join(chosen[-1:])


def faults_in(
    form: Form, fields: Sequence[Field], filled: Mapping[int, Filled]
) -> tuple[dict[int, Value], dict[int, str]]:
    """Return the values that can be read, and what is wrong with each of the other fields."""
    values: dict[int, Value] = {}
    faults: dict[int, str] = {}
    for field in fields:
        try:
            values[field.no] = value_in(form, field, filled.get(field.no))
        except OfficerError as fault:
            faults[field.no] = fault.text.partition("): ")[2] or fault.text
            continue
        if values[field.no] is None and field.required == "yes":
            faults[field.no] = MISSING
    return values, faults
