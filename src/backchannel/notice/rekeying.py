"""Readback of a notice: its critical fields keyed anew, and each place where they differ.

Values are compared, not texts: of a place it says how far off and in which direction, of a time by
how much. Words in a field are compared by an officer; no machine calls them a match. This module
must not fill in what was not keyed. Clauses: NOTICE-30 to NOTICE-33.
"""

from collections.abc import Callable, Mapping, Sequence

from backchannel.errors import JunkError, OfficerError
from backchannel.limits import MOMENT_MAX
from backchannel.notice.catalogue import Field, Form, parts_of
from backchannel.notice.filling import NOT_STATED, Filled, print_field, raw, value_in
from backchannel.notice.kinds import alike
from backchannel.notice.places import bearing, distance_m, point_of
from backchannel.notice.readback import Difference
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_duration

Measured = Callable[[Value, Value], str]
"""What says by how much a repeated value differs from the original."""


def critical_fields(form: Form) -> tuple[Field, ...]:
    """Return the fields that a receiver keys anew: critical, and the sender's to fill in."""
    return tuple(field for field in form.fields if field.critical and not field.answer)


def rekey(form: Form, filled: Mapping[int, Filled]) -> dict[int, Value]:
    """Return the values of fields keyed anew, by number. Raises OfficerError (NOTICE-31)."""
    wanted = {field.no: field for field in critical_fields(form)}
    for no in filled:
        if no not in wanted:
            known = ", ".join(map(str, wanted))
            raise OfficerError(
                "not-critical", f"{form.code} field {no} is not read back; these are: {known}"
            )
    return {no: value_in(form, wanted[no], text) for no, text in sorted(filled.items())}


def compare(
    form: Form, values: Sequence[Value], keyed: Mapping[int, Value]
) -> tuple[Difference, ...]:
    """Return the critical fields whose value was keyed otherwise, in order (NOTICE-32).

    A field that was left out counts as read back "not stated".
    """
    found = []
    for field in critical_fields(form):
        original = values[field.no - 1] if field.no <= len(values) else None
        repeated = keyed.get(field.no)
        if not alike(original, repeated):
            said = shown(field, repeated) + offset(field, original, repeated)
            found.append(Difference(field.no, shown(field, original), said))
    return tuple(found)


def shown(field: Field, value: Value) -> str:
    """Return a value as text, whatever it is."""
    if value is None:
        return NOT_STATED
    try:
        return print_field(field, value)
    except JunkError:
        return raw(value)


def offset(field: Field, original: Value, repeated: Value) -> str:
    """Return by how much two places or times differ, or nothing (NOTICE-33)."""
    for name, measured in OFFSETS.items():
        part = next((part for part in parts_of(field) if name in part.types), None)
        if part is not None:
            ours, theirs = part_at(field, original, name), part_at(field, repeated, name)
            return each_offset(measured, ours, theirs) if part.many else measured(ours, theirs)
    return ""


def each_offset(measured: Measured, original: Value, repeated: Value) -> str:
    """Return by how much the values of two lists of one length differ, each with its number."""
    if type(original) is not tuple or type(repeated) is not tuple:
        return ""
    if len(original) != len(repeated):
        return f" ({len(repeated)} in place of {len(original)})"
    found = map(measured, original, repeated)
    return "".join(f" no. {n}{text}" for n, text in enumerate(found, 1) if text)


def part_at(field: Field, value: Value, name: str) -> Value:
    """Return the part of a type in a field's value."""
    parts = parts_of(field)
    if len(parts) == 1:
        return value
    place = next(n for n, part in enumerate(parts) if name in part.types)
    return value[place] if type(value) is tuple and len(value) > place else None


def place_offset(original: Value, repeated: Value) -> str:
    """Return how far and in which direction a repeated position lies from the original."""
    if type(original) is not tuple or type(repeated) is not tuple:
        return ""
    try:
        ours, theirs = point_of(original[:2]), point_of(repeated[:2])
    except JunkError:
        return ""
    if ours == theirs:
        return ""
    return f" ({round(distance_m(ours, theirs))} m off, bearing {bearing(ours, theirs)})"


def area_offset(original: Value, repeated: Value) -> str:
    """Return how far the centre of a repeated circle lies off, or the worst corner of a polygon of
    as many corners."""
    pairs = list(zip(points_of(original), points_of(repeated), strict=False))
    if not pairs or len(points_of(original)) != len(points_of(repeated)):
        return ""
    try:
        return place_offset(*max(pairs, key=lambda pair: distance_m(*map(point_of, pair))))
    except JunkError:
        return ""


def points_of(area: Value) -> tuple[Value, ...]:
    """Return the centre of a circle, the corners of a polygon, nothing of anything else."""
    match area:
        case (centre, int(), _):
            return (centre,)
        case ((*corners,), _):
            return tuple(corners)
    return ()


def time_offset(original: Value, repeated: Value) -> str:
    """Return by how much a repeated moment is late or early."""
    if type(original) is not int or type(repeated) is not int or original == repeated:
        return ""
    if max(original, repeated) > MOMENT_MAX:
        return ""
    way = "later" if repeated > original else "earlier"
    return f" ({print_duration(abs(repeated - original))} {way})"


def window_offset(original: Value, repeated: Value) -> str:
    """Return by how much start and end of a repeated window differ."""
    if type(original) is not tuple or type(repeated) is not tuple:
        return ""
    both = zip(("start", "end"), original, repeated, strict=False)
    found = [(name, time_offset(one, other)) for name, one, other in both]
    return "".join(f" {name}{text}" for name, text in found if text)


OFFSETS: dict[str, Measured] = {
    "position": place_offset,
    "area": area_offset,
    "utc-instant": time_offset,
    "utc-window": window_offset,
}
