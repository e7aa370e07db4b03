"""The notice of which copies are made, and what in it is a place, a time, or a word for people.

Nothing is dropped in silence: what a form does not explain is refused, what is sealed for named
posts is named as withheld. This module must not know any format. Clauses: NOTICE-100, NOTICE-103.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from backchannel.errors import JunkError, OfficerError
from backchannel.notice.catalogue import ROWS, Field, Form, Part, columns_of, parts_of
from backchannel.notice.filling import print_field
from backchannel.notice.kinds import UNKNOWN
from backchannel.notice.places import Point
from backchannel.notice.shapes import ORBITAL
from backchannel.notice.values import TYPES
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_moment

SEALED = "sealed-text"
PLACES = ("position", "area", "route")
REAL = "REAL"
COPY = "Copy, not authoritative."


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """One notice of the record. `values` are those of its form's fields in order, times are in
    seconds UTC, ids hexadecimal; `time` is when it was released. `handling` is its label,
    `labelled` whether its sender gave it; `whom` is for whom the copy is, "" for nobody named.
    `recalled` is when its own party took it back, if it did.
    """

    form: Form
    values: tuple[Value, ...]
    line: str
    entry: str
    number: str
    mode: str
    party: str
    to: tuple[str, ...]
    precedence: str
    language: str
    time: int
    handling: str
    labelled: bool = True
    whom: str = ""
    recalled: int | None = None

    @property
    def mark(self) -> str:
        """What stands before every name: nothing in REAL, else the mode, so that nobody takes a
        drill for the thing itself (NOTICE-103)."""
        recalled = "RECALLED: " if self.recalled is not None else ""
        return recalled if self.mode == REAL else f"{recalled}{self.mode}: "

    @property
    def name(self) -> str:
        """The notice as people call it, behind its mark."""
        return f"{self.mark}{self.number} {self.form.title}"

    @property
    def handling_text(self) -> str:
        """The label, and whether somebody gave it."""
        return self.handling if self.labelled else f"{self.handling} (not labelled by its sender)"


class Placed(NamedTuple):
    """A place in a notice: the field, which one of the field's, its type and its value."""

    no: int
    nth: int
    name: str
    type: str
    value: Value

    @property
    def text(self) -> str:
        """The place as the form writes it."""
        return TYPES[self.type].show(self.value)


class Window(NamedTuple):
    """Since when and until when in seconds UTC; an end that nobody knows is None."""

    since: int
    until: int | None


def require_understood(original: Original) -> None:
    """Raise OfficerError("copy-not-understood") for a notice of which a field does not fit its
    form: a copy would leave it out (NOTICE-100)."""
    form, values = original.form, original.values
    try:
        for field, value in zip(form.fields, values, strict=True):
            if value is not None:
                print_field(field, value)
    except (JunkError, ValueError):
        raise OfficerError(
            "copy-not-understood",
            f"a field of this {form.code} does not fit the form; read it here, and pass it on by "
            "hand",
        ) from None


def told(original: Original) -> Iterator[tuple[Field, str]]:
    """Yield the fields that are stated, each with its text; what is sealed for named posts stays
    here (NOTICE-100)."""
    for field, value in zip(original.form.fields, original.values, strict=True):
        open_value = without_sealed(field, value)
        if open_value is not None:
            yield field, print_field(field, open_value)


def without_sealed(field: Field, value: Value) -> Value:
    """Return the value of a field without the parts that are sealed for named posts."""
    parts = parts_of(field)
    if all(SEALED not in part.types for part in parts):
        return value
    if len(parts) == 1 or type(value) is not tuple:
        return None
    left = tuple(
        None if SEALED in part.types else each for part, each in zip(parts, value, strict=True)
    )
    return None if all(each is None for each in left) else left


def withheld(original: Original) -> tuple[str, ...]:
    """Return the names of the fields of which something stays here."""
    return tuple(
        field.name
        for field, value in zip(original.form.fields, original.values, strict=True)
        if value is not None and without_sealed(field, value) != value
    )


def pairs(original: Original) -> Iterator[tuple[Field, Part, str, Value]]:
    """Yield each single value that is stated: its field, its part, the name of its column or of
    the field, and the value. Those in rows and lists come one by one."""
    for field, value in zip(original.form.fields, original.values, strict=True):
        parts = parts_of(field)
        values = (value,) if len(parts) == 1 else value
        if value is None or value is UNKNOWN or type(values) is not tuple:
            continue
        for part, each in zip(parts, values, strict=True):
            yield from singles(field, part, each)


def singles(field: Field, part: Part, value: Value) -> Iterator[tuple[Field, Part, str, Value]]:
    """Yield the single values in one part."""
    if value is None or value is UNKNOWN:
        return
    if part.types == (ROWS,):
        assert type(value) is tuple, "the form was held against it"
        for row in value:
            assert type(row) is tuple, "the form was held against it"
            for (name, column), cell in zip(columns_of(field), row, strict=True):
                if cell is not None and cell is not UNKNOWN:
                    yield field, column, f"{field.name}, {name}", cell
        return
    each = value if part.many else (value,)
    assert type(each) is tuple, "the form was held against it"
    for one in each:
        if one is not None and one is not UNKNOWN:
            yield field, part, field.name, one


def places_of(original: Original) -> tuple[Placed, ...]:
    """Return all places of a notice, in the order of its fields."""
    found: list[Placed] = []
    counted: dict[int, int] = {}
    for field, part, name, value in pairs(original):
        kind = type_of(part, value)
        if kind in PLACES and value != ORBITAL:
            counted[field.no] = counted.get(field.no, 0) + 1
            found.append(Placed(field.no, counted[field.no], name, kind, value))
    return tuple(found)


class Waypoint(NamedTuple):
    """One step of a route: its kind, its point, when it is planned in seconds UTC, if it is."""

    kind: str
    point: Point
    moment: int | None


def waypoints_of(route: Value) -> tuple[Waypoint, ...]:
    """Return the waypoints of a route that was held against its form."""
    assert type(route) is tuple, "the form was held against it"
    return tuple(map(waypoint_of, route))


def waypoint_of(step: Value) -> Waypoint:
    """Return one waypoint."""
    match step:
        case (str(kind), int(north), int(east), (int() | None) as moment):
            return Waypoint(kind, (north, east), moment)
    raise AssertionError("the form was held against it")


def type_of(part: Part, value: Value) -> str:
    """Return which type of a part a value is of: the first that prints it."""
    for name in part.types:
        try:
            TYPES[name].show(value)
        except JunkError:
            continue
        return name
    raise AssertionError("the form was held against it")


def windows_of(original: Original, nos: tuple[int, ...]) -> tuple[tuple[str, Window], ...]:
    """Return the windows and moments in some fields, each with the name of where it stands."""
    found = []
    for field, part, name, value in pairs(original):
        if field.no in nos and (window := window_in(part, value)):
            found.append((name, window))
    return tuple(found)


def window_in(part: Part, value: Value) -> Window | None:
    """Return the window that a value is; a moment begins one whose end nobody knows."""
    match part.types, value:
        case ("utc-window",), (int(since), True):
            return Window(since, None)
        case ("utc-window",), (int(since), int(until)):
            return Window(since, until)
        case ("utc-instant",), int(since):
            return Window(since, None)
    return None


def words_of(original: Original, nos: tuple[int, ...] = ()) -> str:
    """Return a notice in words, a line for each field that is told; of `nos`, if given, only."""
    lines = [
        f"{field.name}: {text}" for field, text in told(original) if not nos or field.no in nos
    ]
    return "\n".join((*lines, *notes(original)))


def notes(original: Original) -> tuple[str, ...]:
    """Return what every copy says of itself in words (NOTICE-103)."""
    said = [
        f"{COPY} {original.mark}{original.number} of {original.party} to "
        f"{', '.join(original.to)}, released {print_moment(original.time)}, "
        f"entry {original.entry}, mode {original.mode}.",
        f"Handling: {original.handling_text}.",
    ]
    if original.whom:
        said.append(f"Given to: {original.whom}.")
    said += [f"Withheld, sealed for named posts: {name}." for name in withheld(original)]
    if original.form.id in ("T03", "T04"):
        said.append("No guarantee of safety.")
    return tuple(said)


def enum_words(original: Original, no: int) -> tuple[str, ...]:
    """Return the codes that a field has, wherever in it they stand."""
    found: list[str] = []
    for field, part, _name, value in pairs(original):
        if field.no == no and part.types in (("enum",), ("enum-set",)):
            found += codes_in(value, part.types[0])
    return tuple(found)


def codes_in(value: Value, kind: str) -> list[str]:
    """Return the codes in a value of an enum or of a set of them; `other` has a text beside it."""
    if kind == "enum-set" and type(value) is tuple:
        return [code for each in value for code in codes_in(each, "enum")]
    match value:
        case str(code) | (str(code), str()):
            return [code]
    return []
