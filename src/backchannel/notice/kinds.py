"""What all types of a form's fields have in common: bounds from the form, a way in, a way out.

This module must not know which types there are. Clauses: NOTICE-4, NOTICE-10, NOTICE-60.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from backchannel.errors import JunkError
from backchannel.wire.codec import Value, encode

UNKNOWN = True
UNKNOWN_WORD = "unknown"
NONE: tuple[Value, ...] = ()
NONE_WORD = "none"


class Relation(StrEnum):
    """What a statement does to the one that it names."""

    ORIGINAL = "original"
    REPLY = "reply"
    ADD = "add"
    UPDATE = "update"
    CORRECT = "correct"
    CANCEL = "cancel"
    DISCONTINUE = "discontinue"
    RELATE = "relate"
    CONFIRM = "confirm"
    ACKNOWLEDGE = "acknowledge"
    COMPLY = "comply"
    REJECT = "reject"
    RECALL = "recall"


class Bounds(NamedTuple):
    """What a field's form says of its values: codes, units, and how many characters."""

    codes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    most: int = 0


class Type(NamedTuple):
    """How one type is read from text and printed; both raise JunkError. And what it looks like."""

    read: Callable[[str, Bounds], Value]
    show: Callable[[Value], str]
    example: str


def alike(one: Value, other: Value) -> bool:
    """Say whether two values are the same: to Python, unknown and 1 would be."""
    return encode(one) == encode(other)


def one_of(text: str, codes: Sequence[str], what: str) -> str:
    """Return a word of a list. Raises JunkError("unknown-code")."""
    if text not in codes:
        raise JunkError("unknown-code", f"got {text!a}, wanted {what}: {', '.join(codes)}")
    return text


def wanted(value: object, kind: type, what: str) -> None:
    """Raise JunkError("field-value") unless a value from outside has a type."""
    if type(value) is not kind:
        raise JunkError("field-value", f"got {value!r}, wanted {what}")
