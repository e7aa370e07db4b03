"""Correcting a notice field by field: which values change, from what to what, and what stands now.

Nothing is overwritten: a value that was corrected is shown beside the one that replaced it. This
module must not decide whose correction counts. Clauses: NOTICE-63 to NOTICE-65.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from backchannel.errors import OfficerError
from backchannel.notice.catalogue import Field, Form, parts_of
from backchannel.notice.filling import Filled, label, value_in
from backchannel.notice.kinds import alike
from backchannel.notice.rekeying import critical_fields, part_at
from backchannel.notice.relations import CHANGE_ROWS, Change
from backchannel.wire.codec import Value
from backchannel.wire.statement import Content, Label

TIMES = ("utc-window", "utc-instant")


class Changed(NamedTuple):
    """One field that is changed: its number in the form, the value it had and the one it gets."""

    no: int
    old: Value
    new: Value


def changes_in(content: Content) -> tuple[Changed, ...]:
    """Return the fields that a change names; rows of no such shape are left out (NOTICE-63)."""
    rows = content.field(CHANGE_ROWS)
    return tuple(
        Changed(row[0] - Label.BODY + 1, row[1], row[2])
        for row in (rows if isinstance(rows, tuple) else ())
        if isinstance(row, tuple) and len(row) == 3
        if type(row[0]) is int and row[0] >= Label.BODY
    )


def rows_of(changes: Iterable[Changed]) -> Value:
    """Return changes as they stand in a statement: [label, old, new], labels ascending."""
    return tuple((Label.BODY + no - 1, old, new) for no, old, new in sorted(changes, key=first))


def first(change: Changed) -> int:
    """Return the number of the field that is changed."""
    return change.no


def apply(values: Sequence[Value], changes: Iterable[Changed]) -> tuple[Value, ...]:
    """Return the values of a form after a correction. A row whose old value is not the one that
    stands changes nothing (NOTICE-64)."""
    found = list(values)
    for no, old, new in changes:
        if fits(found, Changed(no, old, new)):
            found[no - 1] = new
    return tuple(found)


def fits(values: Sequence[Value], change: Changed) -> bool:
    """Say whether the old value of a change is the one that stands."""
    return change.no <= len(values) and alike(values[change.no - 1], change.old)


def touches_critical(form: Form, changes: Iterable[Changed]) -> bool:
    """Say whether a correction changes what is read back, so that it is due anew (NOTICE-66)."""
    critical = {field.no for field in critical_fields(form)}
    return any(change.no in critical for change in changes)


# --- Drafting -------------------------------------------------------------------------------------


def correction(
    form: Form, values: Sequence[Value], filled: Mapping[int, Filled], kind: Change
) -> tuple[Changed, ...]:
    """Return the changes from the values that stand to those that are filled in.

    Raises OfficerError that names the field.
    """
    found = tuple(changes_from(form, values, filled))
    if not found:
        raise OfficerError("nothing-changed", "every field is as it stands; nothing is corrected")
    if kind == Change.POSTPONE:
        for change in found:
            require_later(form, change)
    return found


def changes_from(
    form: Form, values: Sequence[Value], filled: Mapping[int, Filled]
) -> Iterator[Changed]:
    """Yield the fields whose new value differs from the one that stands. Raises OfficerError."""
    for no, given in sorted(filled.items()):
        field = form.field(no)
        if field is None:
            raise OfficerError("unknown-field", f"{form.code} has no field {no}")
        if field.answer:
            raise OfficerError(
                "field-of-others", f"{label(form, field)} is the other party's to fill in"
            )
        old = values[no - 1] if no <= len(values) else None
        new = value_in(form, field, given)
        if new is None and field.required == "yes":
            raise OfficerError("field-missing", f"{label(form, field)}: it must be stated")
        if not alike(new, old):
            yield Changed(no, old, new)


def require_later(form: Form, change: Changed) -> None:
    """Raise OfficerError unless a field is a time, and moves to a later one (NOTICE-65)."""
    field = form.field(change.no)
    assert field is not None, "a change names a field of the form"
    old, new = (start_of(field, value) for value in (change.old, change.new))
    if old is None or new is None or new <= old:
        raise OfficerError(
            "not-later", f"{label(form, field)}: a postponement names a later time; correct it"
        )


def start_of(field: Field, value: Value) -> int | None:
    """Return the moment of a field, or the start of its window; None where it has neither."""
    for name in TIMES:
        if any(name in part.types and not part.many for part in parts_of(field)):
            found = part_at(field, value, name)
            moment = found[0] if isinstance(found, tuple) and found else found
            return moment if type(moment) is int else None
    return None
