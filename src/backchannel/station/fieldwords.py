"""The fields of opened content as label, name and text, for people to read.

This module must not drop what it does not know: an unknown field is shown raw, by its label.
"""

from backchannel.limits import HEX_BYTES_SHOWN_MAX, MOMENT_MAX
from backchannel.notice.catalogue import known_form
from backchannel.notice.filling import print_value
from backchannel.notice.readout import is_reply
from backchannel.station.reports import Field
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_moment
from backchannel.wire.statement import Content, Kind, Label, Statement

OLD_AND_NEW = "correction"
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


def fields_in_words(statement: Statement, content: Content) -> tuple[Field, ...]:
    """Return the fields that have a value, by label; the text of a message is told by itself."""
    kind = statement.kind
    return tuple(
        Field(label, *field_in_words(kind, statement.form, label, value))
        for label, value in enumerate(content.values, 1)
        if value is not None and label not in LEFT_OUT and not is_text(kind, label)
    )


def field_in_words(kind: int, form: str | None, label: int, value: Value) -> tuple[str, str]:
    """Return name and text of one field; those of a notice, and of the answer
    to a read-out, are as the form says."""
    if label >= Label.BODY and (kind == Kind.NOTICE or is_reply(kind, form)):
        return print_value(known_form(form or ""), label - Label.BODY + 1, value)
    name = name_of_field(kind, label)
    return name, in_words(name, value)


def change_in_words(row: Value) -> str:
    """Return one corrected field as old and new."""
    match row:
        case (int(label), str(old), str(new)):
            where = "" if label == Label.BODY else f"field {label}: "
            return f'{where}"{old}" is now "{new}"'
    return repr(row)


def is_text(kind: int, label: int) -> bool:
    """Say whether a field holds the words that a line shows beneath its first row."""
    if kind == Kind.READBACK:
        return label == READ_BACK
    return label == Label.BODY and kind in (Kind.MESSAGE, Kind.TRANSLATE)


def name_of_field(kind: int, label: int) -> str:
    """Return the name of a field of a kind; an unknown one is called by its label."""
    if label == Label.LANE:
        return "lane and handling"
    if label < Label.BODY:
        return Label(label).name.lower().replace("_", " ")
    names = BODY_FIELDS.get(kind, ())
    place = label - Label.BODY
    return names[place] if place < len(names) else f"field {label}"


def in_words(name: str, value: Value) -> str:
    """Return a value as text: ids shortened to what names them, times as UTC, lists by commas."""
    if name == OLD_AND_NEW and isinstance(value, tuple):
        return "; ".join(map(change_in_words, value))
    if isinstance(value, bytes):
        if len(value) > HEX_BYTES_SHOWN_MAX:
            return f"{len(value)} bytes, {value.hex()[:12]}"
        return value.hex()[:12] if len(value) == 32 else value.hex()
    if isinstance(value, tuple):
        return ", ".join(in_words(name, each) for each in value if each is not None)
    if isinstance(value, int) and name in TIMES and 0 <= value <= MOMENT_MAX:
        return print_moment(value)
    return value if isinstance(value, str) else repr(value)
