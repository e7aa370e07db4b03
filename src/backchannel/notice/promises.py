"""What a notice promises: the promise, its owner, scope and expiry, and how it may be withdrawn.

A field holds promises if its form gives it a column for them. This module must not say whether a
promise was kept, or find one in free words. Clauses: NOTICE-73, NOTICE-74.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from backchannel.errors import JunkError
from backchannel.notice.catalogue import Field, Form, catalogue, columns_of
from backchannel.notice.filling import print_field, raw
from backchannel.wire.codec import Value

# Columns by what they say; the first name that a form has counts.
TEXTS = ("promise", "guarantee")
OWNERS = ("owner", "post")
EXPIRY, WITHDRAWAL, NOTICE = "expiry", "withdrawal", "notice"
SCOPE = "scope"


class State(StrEnum):
    """What has become of a promise."""

    OPEN = "open"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    NOT_BINDING = "not binding"


class Promise(NamedTuple):
    """One promise as it was stated; times in seconds UTC, None or "" where it was not stated."""

    text: str
    owner: str = ""
    scope: str = ""
    expiry: int | None = None
    withdrawal: str = ""
    notice_s: int | None = None


class Ending(NamedTuple):
    """What withdrew a promise: since when by its own word, and in which way."""

    time: int
    how: str
    entry: bytes


def promising_forms() -> tuple[str, ...]:
    """Return the forms that have a field for promises, as statements name them."""
    return tuple(form.code for form in catalogue().values() if any(map(promises, form.fields)))


def promises(field: Field) -> bool:
    """Say whether a field holds promises."""
    return any(name in TEXTS for name, _ in columns_of(field))


def promises_in(form: Form, values: Sequence[Value]) -> tuple[Promise, ...]:
    """Return the promises of a notice in the order in which it states them (NOTICE-73)."""
    scope = scope_of(form, values)
    return tuple(
        made._replace(scope=scope)
        for field in form.fields
        if promises(field) and field.no <= len(values)
        for made in promises_of(field, values[field.no - 1])
    )


def promises_of(field: Field, value: Value) -> Iterator[Promise]:
    """Yield the promises of one field; what does not fit the form is told raw, never dropped."""
    names = [name for name, _ in columns_of(field)]
    for row in value if isinstance(value, tuple) else ():
        if not isinstance(row, tuple) or len(row) != len(names):
            yield Promise(raw(row))
            continue
        found = dict(zip(names, row, strict=True))
        yield Promise(
            text=words(found, TEXTS),
            owner=words(found, OWNERS),
            expiry=number(found.get(EXPIRY)),
            withdrawal=words(found, (WITHDRAWAL,)),
            notice_s=number(found.get(NOTICE)),
        )


def words(found: dict[str, Value], names: Iterable[str]) -> str:
    """Return what stands in the first of these columns that there is."""
    value = next((found[name] for name in names if name in found), None)
    return "" if value is None else raw(value)


def number(value: Value) -> int | None:
    """Return a whole number, None for anything else: unknown is no time."""
    return value if type(value) is int else None


def scope_of(form: Form, values: Sequence[Value]) -> str:
    """Return what a notice says of the scope of its promises."""
    field = next((each for each in form.fields if each.name == SCOPE), None)
    if field is None or field.no > len(values) or values[field.no - 1] is None:
        return ""
    try:
        return print_field(field, values[field.no - 1])
    except JunkError:
        return raw(values[field.no - 1])


# --- What became of it ----------------------------------------------------------------------------


def holds_until(promise: Promise, ending: Ending) -> int:
    """Return until when a promise holds that is withdrawn: its notice runs from the withdrawal."""
    return ending.time + (promise.notice_s or 0)


def state_of(promise: Promise, ending: Ending | None, now: int) -> State:
    """Return what has become of a promise that binds (NOTICE-74)."""
    if ending is not None and now >= holds_until(promise, ending):
        return State.WITHDRAWN
    if promise.expiry is not None and now >= promise.expiry:
        return State.EXPIRED
    return State.OPEN


def same_promise(one: Promise, other: Promise) -> bool:
    """Say whether two rows state one promise, whatever else about it was corrected."""
    return (one.text, one.owner) == (other.text, other.owner)
