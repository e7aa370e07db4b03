"""The fields of opened content as label, name and text, for people to read.

This module must not drop what it does not know: an unknown field is shown raw, by its label.
"""

from typing import NamedTuple

from backchannel.limits import HEX_BYTES_SHOWN_MAX, MOMENT_MAX
from backchannel.notice.catalogue import Form, known_form
from backchannel.notice.filling import print_value, raw
from backchannel.notice.informed import Informed, informed_in
from backchannel.notice.relations import is_reply
from backchannel.station.reports import Field
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_moment
from backchannel.wire.statement import Content, Kind, Label, Statement

OLD_AND_NEW = "correction"
INFORMED = "informed"
ANSWER_FIELDS = (
    "about",
    "level",
    "time",
    "read back",
    "not understood",
    "authority present",
    "action",
    "next report at",
)
CHANGE_FIELDS = (
    "about",
    "change",
    OLD_AND_NEW,
    "reason",
    "what you should undo",
    "who else was told",
    "effective time",
    "authority",
    "readback required",
)
SIGN_OFF_FIELDS = ("journal and slots", "statements", "root", "post-quantum signature")
REMARK_FIELDS = ("time", "post", "remark")
BODY_FIELDS: dict[int, tuple[str, ...]] = {
    Kind.MESSAGE: ("text",),
    Kind.ACK: ANSWER_FIELDS,
    Kind.READBACK: ANSWER_FIELDS,
    Kind.PASSED: ANSWER_FIELDS,
    Kind.DECIDE: ANSWER_FIELDS,
    Kind.CORRECT: CHANGE_FIELDS,
    Kind.RECALL: CHANGE_FIELDS,
    Kind.TRANSLATE: ("text", "stage"),
    Kind.CONFIRM: REMARK_FIELDS,
    Kind.TO_PRINCIPAL: REMARK_FIELDS,
    Kind.CLOSE: REMARK_FIELDS,
    Kind.SIGN_OFF: SIGN_OFF_FIELDS,
}
READ_BACK = Label.BODY + ANSWER_FIELDS.index("read back")
TIMES = frozenset(("time", "next report at", "effective time", "action"))
# Said elsewhere on the same page, or (duress) shown only at posts that the charter names.
LEFT_OUT = frozenset((Label.DURESS, Label.LANGUAGE))


class ByForm(NamedTuple):
    """The form that tells of fields, and whether it tells of all or only of those corrected."""

    form: Form | None
    tells_all: bool


def fields_in_words(
    statement: Statement, content: Content, of: Form | None = None
) -> tuple[Field, ...]:
    """Return the fields that have a value, by label; the text of a message is told by itself.

    `of` is the form of the notice that a correction names.
    """
    kind = statement.kind
    by_form = form_telling(kind, statement.form, of)
    return tuple(
        Field(label, *field_in_words(kind, by_form, label, value))
        for label, value in enumerate(content.values, 1)
        if value is not None and label not in LEFT_OUT and not is_text(kind, label)
    )


def form_telling(kind: int, form: str | None, of: Form | None = None) -> ByForm:
    """Return the form that tells what the fields of a kind are, if any does: its own, or that of
    the notice that a correction names."""
    if kind == Kind.NOTICE or is_reply(kind, form):
        return ByForm(known_form(form or ""), True)
    return ByForm(of, False)


def field_in_words(kind: int, by_form: ByForm, label: int, value: Value) -> tuple[str, str]:
    """Return name and text of one field; those of a notice and of an answer to its fields are as
    the form says, which may not be known."""
    form, tells_all = by_form
    if tells_all and label >= Label.BODY:
        return print_value(form, label - Label.BODY + 1, value)
    name = name_of_field(kind, label)
    if name == INFORMED:
        return name, informed_in_words(value)
    if name == OLD_AND_NEW and isinstance(value, tuple):
        return name, "; ".join(change_in_words(form, row) for row in value)
    return name, in_words(name, value)


def change_in_words(form: Form | None, row: Value) -> str:
    """Return one corrected field as old and new; `form` is None for words without a form."""
    match row:
        case (int(label), old, new) if label >= Label.BODY:
            no = label - Label.BODY + 1
            field, before = print_value(form, no, old)
            field = field if form is not None else f"field {label}"
            where = "" if form is None and label == Label.BODY else f"{field}: "
            return f'{where}"{before}" is now "{print_value(form, no, new)[1]}"'
    return repr(row)


def informed_in_words(value: Value) -> str:
    """Return who was told, a post behind the other; what has no such shape is shown raw."""
    found = tuple(informed_in(value))
    if not isinstance(value, tuple) or len(found) != len(value):
        return raw(value)
    return "; ".join(map(one_informed, found))


def one_informed(each: Informed) -> str:
    """Return one post that was told, with the times that are stated."""
    said = (("told", each.told), ("acknowledged", each.acknowledged))
    times = (f"{word} {moment(time)}" for word, time in said if time is not None)
    return ", ".join((each.post, *times))


def moment(seconds: int) -> str:
    """Return a claimed time as text; others may claim what no calendar has."""
    return print_moment(seconds) if 0 <= seconds <= MOMENT_MAX else f"second {seconds}"


def is_text(kind: int, label: int) -> bool:
    """Say whether a field holds the words that a line shows beneath its first row."""
    if kind == Kind.READBACK:
        return label == READ_BACK
    return label == Label.BODY and kind in (Kind.MESSAGE, Kind.TRANSLATE)


def name_of_field(kind: int, label: int) -> str:
    """Return the name of a field of a kind; an unknown one is called by its label."""
    if label == Label.LANE:
        return "lane and handling"
    if label == Label.INFO_POSTS:
        return INFORMED
    if label < Label.BODY:
        return Label(label).name.lower().replace("_", " ")
    names = BODY_FIELDS.get(kind, ())
    place = label - Label.BODY
    return names[place] if place < len(names) else f"field {label}"


def in_words(name: str, value: Value) -> str:
    """Return a value as text: ids shortened to what names them, times as UTC, lists by commas."""
    if isinstance(value, bytes):
        if len(value) > HEX_BYTES_SHOWN_MAX:
            return f"{len(value)} bytes, {value.hex()[:12]}"
        return value.hex()[:12] if len(value) == 32 else value.hex()
    if isinstance(value, tuple):
        return ", ".join(in_words(name, each) for each in value if each is not None)
    if isinstance(value, int) and name in TIMES and 0 <= value <= MOMENT_MAX:
        return print_moment(value)
    return value if isinstance(value, str) else repr(value)
