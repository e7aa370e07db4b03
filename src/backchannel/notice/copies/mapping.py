"""Which form goes into which format, and what its fields mean there: data, from `mapping.toml`.

A form that has no line for a format has no place in it, on purpose. This module must not hold a
mapping in code. Clause: NOTICE-104.
"""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from backchannel.errors import OfficerError
from backchannel.notice.catalogue import Form
from backchannel.notice.copies.original import Original, enum_words

FILE = files("backchannel.notice.copies") / "mapping.toml"
ELSE = "else"


class Only(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field that must have one of some codes."""

    field: int
    codes: tuple[str, ...]


class InCap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form as a CAP message: values of its `info`, the fields it tells, those that are areas."""

    event: str
    category: tuple[str, ...]
    certainty: str
    tell: tuple[int, ...]
    places: tuple[int, ...] = ()
    response: tuple[str, ...] = ()
    only: Only | None = None


class Points(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Types of a point in Cursor on Target, by the code of a field; `else` for all others."""

    types: dict[str, str]
    field: int = 0


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Whiteflag sign: its letter, its subject by the code of a field, the fields with places.
    A `structure` stands on the ground, else it is an area."""

    letter: str
    subjects: dict[str, str]
    places: tuple[int, ...]
    field: int = 0
    structure: bool = False


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where one form goes. `window`: the field with the time; `calendar`: those that go into one.
    `map`: whether its places go on a map."""

    window: int = 0
    map: bool = False
    calendar: tuple[int, ...] = ()
    points: Points = Points({ELSE: "b-m-p-s-m"})
    cap: InCap | None = None
    whiteflag: tuple[Sign, ...] = ()


@cache
def mappings() -> dict[str, Mapping]:
    """Return the mapping of each form that has one, by its code with its version."""
    return msgspec.convert(tomllib.loads(FILE.read_text("utf-8")), dict[str, Mapping])


def mapping_of(form: Form) -> Mapping:
    """Return where a form goes: nowhere, if nobody said so."""
    return mappings().get(form.code, Mapping())


def by_code(original: Original, field: int, words: dict[str, str]) -> str | None:
    """Return the word for the first code of a field that has one, or that for all others."""
    codes = enum_words(original, field) if field else ()
    return next((words[code] for code in codes if code in words), words.get(ELSE))


def require_mapped(original: Original, mapped: object, name: str) -> None:
    """Raise OfficerError("no-copy-of-form") unless a form has a place in a format (NOTICE-104)."""
    if not mapped:
        raise OfficerError(
            "no-copy-of-form",
            f"{original.form.code} has no place in {name}; docs/spec/export.md says which form "
            "goes where",
        )
