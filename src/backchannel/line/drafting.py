"""From an officer's words to the bytes that are signed, and from opened content back to words.

This module must not sign anything or decide who may. It lays out the body of every kind that free
text needs, labels from 21 on, after the common fields (RECORD-24):

    message           text
    ack, passed       [entry id, croot], level, [time]                       fields 1 to 3 of T10
    readback          the same, then [[field no, value]]                     field 4
    decide            the same, then null, null, null, [action, time/null]   field 7
    correct, recall   [entry id, croot], kind, [[label, old, new]], [reason, text/null], undo,
                      then null, effective time/null, null, yes/null          fields of T11
    translate         text, stage
    other kinds       time, post/null, remark/null
"""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from backchannel.charter.handling import Handling, lane_value
from backchannel.charter.rules import FORM_VERSION_MARK, Cover, ReleaseRule
from backchannel.errors import OfficerError
from backchannel.limits import LANGUAGE_CHARACTERS_MAX, TEXT_BYTES_MAX
from backchannel.notice.relations import Change
from backchannel.wire.codec import Value
from backchannel.wire.entry import Head
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.statement import (
    Content,
    Kind,
    Label,
    Precedence,
    Statement,
    content_root,
    pack_content,
    pack_statement,
)

NO_DURESS = 0
YES = "yes"
TEXT = int(Label.BODY)
T10 = "T10/1"


class Level(StrEnum):
    """How far an answer goes: field 2 of T10. Acknowledging is never agreeing."""

    ACKNOWLEDGED = "acknowledged"
    READ_BACK = "read-back"
    OPERATING = "operating"
    DECIDED = "decided"


class Action(StrEnum):
    """What was decided: field 7 of T10. DECISION_BY is *stand by*: it moves a clock and no rung."""

    WILL_COMPLY = "will-comply"
    CANNOT = "cannot"
    REFUSED = "refused"
    DECISION_BY = "decision-by"


class Presence(StrEnum):
    """The level of authority that is there: field 6 of T10."""

    WATCH_OFFICER = "watch-officer"
    COMMANDER = "commander"
    MINISTER = "minister"
    HEAD = "head"


class Stage(StrEnum):
    """How much care a translation has had."""

    MACHINE = "machine"
    SIGHT = "sight"
    ROUGH = "rough"
    OFFICIAL = "official"


class Reason(StrEnum):
    """Why something is corrected or recalled: field 4 of T11."""

    HUMAN_ERROR = "human-error"
    WRONG_FORM = "wrong-form"
    WRONG_PLACE = "wrong-place"
    CHANGED_PLAN = "changed-plan"
    COMPROMISE = "compromise"


class ReplyWanted(StrEnum):
    """What a statement asks for: common field 0.22. Without it, its precedence says."""

    NONE = "none"
    ACK = "ack"
    READBACK = "readback"
    ANSWER = "answer"


class Changing(NamedTuple):
    """What is done to an earlier statement, why, what to undo, and from when on (seconds UTC)."""

    change: Change
    reason: Reason
    undo: str
    effective: int | None = None


class Lateness(StrEnum):
    """Why a notice comes later than its form asks: common field 0.32."""

    JUST_LEARNED = "just-learned"
    CHANGED_PLAN = "changed-plan"
    ERROR = "error"


class Reference(NamedTuple):
    """The entry that an answer is about, and the words that its writer had before him."""

    entry: EntryId
    croot: bytes


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All that goes into one statement. `drafted` is in seconds UTC; `body` is labels from 21."""

    kind: Kind
    to: int
    precedence: Precedence
    category: int
    drafted: int
    signers: tuple[CredentialId, ...]
    body: tuple[Value, ...]
    language: str
    form: str | None = None
    basis: tuple[Head, ...] = ()
    refs: tuple[EntryId, ...] = ()
    to_posts: tuple[str, ...] = ()
    reply_wanted: ReplyWanted | None = None
    relation: str | None = None
    informed: Value = None
    remarks: str | None = None
    handling: Handling | None = None
    lane: str | None = None
    lateness: tuple[Lateness, str | None] | None = None


class Drafted(msgspec.Struct, frozen=True):
    """The bytes that officers sign, and the content that they commit to."""

    statement: bytes
    content: bytes


def compose(plan: Plan, salt: bytes) -> Drafted:
    """Return the bytes of a statement; `salt` is 16 fresh random bytes (RECORD-20, RECORD-24).

    Raises OfficerError for a text that cannot be sent as it is.
    """
    values = (*common_values(plan), *plan.body)
    require_room(sum(map(text_bytes, values)))
    content = pack_content(Content(salt, values))
    statement = Statement(
        plan.kind,
        plan.form,
        plan.to,
        plan.precedence,
        plan.category,
        plan.drafted,
        plan.signers,
        plan.basis,
        plan.refs,
        content_root(content),
    )
    return Drafted(pack_statement(statement), content)


def common_values(plan: Plan) -> tuple[Value, ...]:
    """Return the values at labels 1 to 20. Raises OfficerError."""
    if not 0 < len(plan.language) <= LANGUAGE_CHARACTERS_MAX or not plan.language.isascii():
        raise OfficerError("language-tag", f"got {plan.language!a}, wanted a tag such as en or fr")
    values: dict[int, Value] = {Label.DURESS: NO_DURESS, Label.LANGUAGE: plan.language}
    if plan.to_posts:
        values[Label.TO_POSTS] = plan.to_posts
    if plan.reply_wanted is not None:
        values[Label.REPLY_WANTED] = (str(plan.reply_wanted), None)
    if plan.handling is not None or plan.lane is not None:
        values[Label.LANE] = lane_value(plan.lane, plan.handling)
    if plan.relation is not None:
        values[Label.RELATION] = plan.relation
    if plan.informed is not None:
        values[Label.INFO_POSTS] = plan.informed
    if plan.remarks is not None:
        values[Label.REMARKS] = sendable(plan.remarks)
    if plan.lateness is not None:
        why, words = plan.lateness
        values[Label.LATENESS] = (str(why), None if words is None else sendable(words))
    return tuple(values.get(label) for label in range(1, Label.BODY))


def sendable(text: str) -> str:
    """Return a text as it came, if it may be sent. Raises OfficerError with the place.

    Nothing is mended in silence: what officers sign is what they typed.
    """
    if not text.strip():
        raise OfficerError("empty-text", "there is no text; type it, or give - and pipe it in")
    try:
        size = len(text.encode())
    except UnicodeEncodeError as fault:
        raise OfficerError(
            "text-not-unicode", f"character {fault.start + 1} is half of a character; type it again"
        ) from None
    require_room(size)
    for number, line in enumerate(text.split("\n"), 1):
        for place, character in enumerate(line, 1):
            if unicodedata.category(character) == "Cc":
                raise OfficerError(
                    "control-character",
                    f"line {number}, character {place} is U+{ord(character):04X}, which no screen "
                    "shows as text; take it out",
                )
    return text


def require_room(size: int) -> None:
    """Raise OfficerError unless so many bytes of text fit into one statement."""
    if size > TEXT_BYTES_MAX:
        raise OfficerError(
            "text-too-long",
            f"got {size} bytes, wanted at most {TEXT_BYTES_MAX}; send it in several messages",
        )


def text_bytes(value: Value) -> int:
    """Return how many bytes the texts in a value take."""
    if isinstance(value, str):
        return len(value.encode())
    return sum(map(text_bytes, value)) if isinstance(value, tuple) else 0


# --- Bodies ---------------------------------------------------------------------------------------


def message_body(text: str) -> tuple[Value, ...]:
    """Return the body of a message. Raises OfficerError."""
    return (sendable(text),)


def answer_body(
    about: Reference, level: Level, time: int, present: Presence | None = None
) -> tuple[Value, ...]:
    """Return the body of an ack or a passed: who answers what, how far, when, in whose presence."""
    body = (tuple(about), str(level), (time,))
    return body if present is None else (*body, None, None, str(present))


def readback_body(about: Reference, time: int, text: str) -> tuple[Value, ...]:
    """Return the body of a readback of free text, keyed anew. Raises OfficerError."""
    return (*answer_body(about, Level.READ_BACK, time), ((TEXT, sendable(text)),))


def rekeyed_body(about: Reference, time: int, values: Mapping[int, Value]) -> tuple[Value, ...]:
    """Return the body of a readback of a notice: its critical fields by number, keyed anew."""
    rows = tuple((TEXT + no - 1, value) for no, value in sorted(values.items()))
    return (*answer_body(about, Level.READ_BACK, time), rows)


def decision_body(
    about: Reference,
    time: int,
    action: Action,
    by: int | None = None,
    present: Presence | None = None,
) -> tuple[Value, ...]:
    """Return the body of a decide. Raises OfficerError("decision-time")."""
    if (action == Action.DECISION_BY) != (by is not None):
        raise OfficerError(
            "decision-time", "decision-by needs the time by which you decide, the others have none"
        )
    said = (str(action), by)
    there = None if present is None else str(present)
    return (*answer_body(about, Level.DECIDED, time), None, None, there, said)


def correction_body(
    about: Reference, change: tuple[str, str], *, reason: Reason, undo: str
) -> tuple[Value, ...]:
    """Return the body of a correct of free text: the old words and the new. Raises OfficerError."""
    old, new = (sendable(each) for each in change)
    return change_body(about, Changing(Change.CORRECT_FIELD, reason, undo), ((TEXT, old, new),))


def change_body(
    about: Reference, made: Changing, rows: Value = None, *, readback: bool = False
) -> tuple[Value, ...]:
    """Return the body of a correct or a recall, fields 1 to 9 of T11 (NOTICE-63).

    `rows` are [label, old, new]; `readback` says that one is due anew. Raises OfficerError.
    """
    body = (tuple(about), str(made.change), rows, (str(made.reason), None), sendable(made.undo))
    if made.effective is None and not readback:
        return body
    return (*body, None, made.effective, None, YES if readback else None)


def recall_body(
    about: Reference, *, false_alarm: bool, reason: Reason, undo: str
) -> tuple[Value, ...]:
    """Return the body of a recall. Raises OfficerError."""
    change = Change.FALSE_ALARM if false_alarm else Change.SENT_IN_ERROR
    return change_body(about, Changing(change, reason, undo))


def translation_body(text: str, stage: Stage) -> tuple[Value, ...]:
    """Return the body of a translate; its language is a common field. Raises OfficerError."""
    return (sendable(text), str(stage))


def remark_body(time: int, post: str | None = None) -> tuple[Value, ...]:
    """Return the body of a confirm or a close; what is remarked is a common field."""
    return (time, post, None)


# --- Choosing a class -----------------------------------------------------------------------------


def class_for(
    rules: tuple[ReleaseRule, ...], kind: Kind, form: str | None, precedence: Precedence
) -> int:
    """Return the class that a statement counts as if its drafter names none.

    The rule that takes no power of its own and asks for the fewest people, the first of equals.
    Raises OfficerError("no-class").
    """
    name = (form or "").partition(FORM_VERSION_MARK)[0]
    fitting = [
        (rule.signatures[precedence - 1], number)
        for number, rule in enumerate(rules)
        if not rule.powers and any(covers(each, kind, name) for each in rule.covers)
    ]
    if not fitting:
        raise OfficerError("no-class", f"the charter lets nobody send a {kind.name.lower()}")
    return min(fitting)[1]


def covers(cover: Cover, kind: Kind, form: str) -> bool:
    """Say whether a cover of a rule takes in a kind and a form without version."""
    return cover.kind == kind and (not cover.forms or form in cover.forms)
