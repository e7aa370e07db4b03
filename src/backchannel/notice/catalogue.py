"""The forms T01 to T20: which fields each has, of which types, required or critical.

A form is a file under `forms/`; adding one is adding a file. They are read once, when the program
starts, as part of it. This module must not hold a form in code. Clauses: NOTICE-1, NOTICE-2.
"""

import re
import struct
import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from backchannel.errors import OfficerError
from backchannel.notice.kinds import Bounds, Relation
from backchannel.notice.values import TYPES
from backchannel.wire.primitives import tagged_hash

FORMS = files("backchannel.notice") / "forms"
TEST_TEXTS = files("backchannel.notice") / "tests.toml"
PART = re.compile(r"(?P<types>[a-z-]+(?: or [a-z-]+)*)(?: ≤ (?P<most>\d+))?(?P<many> list)?")
COLUMN = re.compile(r"(?P<name>[^:]+): (?P<part>.+)")
ROWS = "rows"


class Part(msgspec.Struct, frozen=True):
    """One value of a field, or a list of them. Of several types the first that reads it counts."""

    types: tuple[str, ...]
    most: int = 0
    many: bool = False


class Condition(msgspec.Struct, frozen=True):
    """When a field is due: the first part of another one is one of these codes (NOTICE-68)."""

    field: int
    codes: tuple[str, ...]


class Gate(msgspec.Struct, frozen=True):
    """An answer that is allowed only after a rung: these codes of a field (NOTICE-93)."""

    field: int
    codes: tuple[str, ...]
    rung: str


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form, as its file says it. `answer`: it is due from the other party."""

    no: int
    name: str
    type: str
    required: str
    unit: str = ""
    critical: bool = False
    answer: bool = False
    known: bool = False
    codes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    note: str = ""
    when: Condition | None = None

    @property
    def units(self) -> tuple[str, ...]:
        """The units that a quantity may have; none means any."""
        return tuple(self.unit.split(", ")) if self.unit else ()

    def bounds(self, part: Part) -> Bounds:
        """Return what the form says of one part's values."""
        return Bounds(self.codes, self.units, part.most)


"""How a statement stands to an earlier one; a form's file names those that it may have."""


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one form. `signatures` are how many people release it unless the charter says
    otherwise; `emergency`: one may. `lane` is where it travels, None for what is about the line
    itself. `clocks` are its own times (`notice.timing`)."""

    id: str
    version: int
    title: str
    relations: tuple[Relation, ...]
    precedence: str
    signatures: int
    emergency: bool = False
    lane: str | None = None
    clocks: dict[str, str] = {}
    fields: tuple[Field, ...] = msgspec.field(name="field")
    gates: tuple[Gate, ...] = msgspec.field(name="gate", default=())

    @property
    def code(self) -> str:
        """The form as a statement names it."""
        return f"{self.id}/{self.version}"

    def field(self, no: int) -> Field | None:
        """Return the field of a number, or None."""
        return next((each for each in self.fields if each.no == no), None)


@cache
def catalogue() -> dict[str, Form]:
    """Return the newest version of each form, by its id."""
    found = [
        msgspec.convert(tomllib.loads(file.read_text("utf-8")), Form)
        for file in FORMS.iterdir()
        if file.name.endswith(".toml")
    ]
    return {form.id: form for form in sorted(found, key=lambda form: (form.id, form.version))}


@cache
def catalogue_hash() -> bytes:
    """Return the hash by which a charter names the forms and the test texts (NOTICE-91)."""
    named = {file.name: file.read_bytes() for file in (*FORMS.iterdir(), TEST_TEXTS)}
    raw = b""
    for name, content in sorted(named.items()):
        if name.endswith(".toml"):
            raw += struct.pack(">I", len(name)) + name.encode()
            raw += struct.pack(">I", len(content)) + content
    return tagged_hash("catalogue", raw)


@cache
def parts_of(field: Field) -> tuple[Part, ...]:
    """Return the parts of a field in order; rows are a part of their own."""
    return tuple(
        Part((ROWS,), many=True) if text == ROWS else part_of(text)
        for text in field.type.split(", ")
    )


@cache
def columns_of(field: Field) -> tuple[tuple[str, Part], ...]:
    """Return the name and the part of each column of a field's rows."""
    found = [COLUMN.fullmatch(text) for text in field.columns]
    return tuple((one["name"], part_of(one["part"])) for one in found if one)


def part_of(text: str) -> Part:
    """Return the part that a form's file names; one it cannot name is a bug of the file."""
    found = PART.fullmatch(text)
    assert found, f"{text!r} is no type of a field"
    types = tuple(found["types"].split(" or "))
    assert all(each in TYPES for each in types), f"{text!r} names a type that there is not"
    return Part(types, int(found["most"] or 0), bool(found["many"]))


def known_form(code: str) -> Form | None:
    """Return the form that a statement names, or None for one that this version does not know."""
    form = catalogue().get(code.partition("/")[0])
    return form if form is not None and form.code == code else None


def form_named(code: str) -> Form:
    """Return a form by its id, with or without its version. Raises OfficerError("unknown-form")."""
    name, _, version = code.partition("/")
    form = catalogue().get(name.upper())
    if form is None or version not in ("", str(form.version)):
        known = ", ".join(catalogue())
        raise OfficerError("unknown-form", f"got {code!a}, wanted one of {known}")
    return form
