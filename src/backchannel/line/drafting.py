"""From an officer's words to the bytes that are signed, and from opened content back to words.

This module must not sign anything or decide who may. It lays out the body of every kind that free
text needs, labels from 21 on, after the common fields (RECORD-24):

    message           text
    ack, passed       [entry id, croot], level, [time]                       fields 1 to 3 of T10
    readback          the same, then [[field no, value]]                     field 4
    decide            the same, then null, null, null, [action, time/null]   field 7
    correct, recall   [entry id, croot], kind, [[field no, old, new]], [reason, text/null], undo
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
TEXT = int(Label.BODY)
ACTION = TEXT + 6
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
    remarks: str | None = None
    handling: Handling | None = None
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
    if plan.handling is not None:
        values[Label.LANE] = lane_value(plan.handling)
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


def answer_body(about: Reference, level: Level, time: int) -> tuple[Value, ...]:
    """Return the body of an ack or a passed: who answers what, how far, and when."""
    return (tuple(about), str(level), (time,))


def readback_body(about: Reference, time: int, text: str) -> tuple[Value, ...]:
    """Return the body of a readback of free text, keyed anew. Raises OfficerError."""
    return (*answer_body(about, Level.READ_BACK, time), ((TEXT, sendable(text)),))


def rekeyed_body(about: Reference, time: int, values: Mapping[int, Value]) -> tuple[Value, ...]:
    """Return the body of a readback of a notice: its critical fields by number, keyed anew."""
    rows = tuple((TEXT + no - 1, value) for no, value in sorted(values.items()))
    return (*answer_body(about, Level.READ_BACK, time), rows)


def decision_body(
    about: Reference, time: int, action: Action, by: int | None = None
) -> tuple[Value, ...]:
    """Return the body of a decide. Raises OfficerError("decision-time")."""
    if (action == Action.DECISION_BY) != (by is not None):
        raise OfficerError(
            "decision-time", "decision-by needs the time by which you decide, the others have none"
        )
    said = (str(action), by)
    return (*answer_body(about, Level.DECIDED, time), None, None, None, said)


def correction_body(
    about: Reference, change: tuple[str, str], *, reason: Reason, undo: str
) -> tuple[Value, ...]:
    """Return the body of a correct: `change` is the old words and the new. Raises OfficerError."""
    old, new = (sendable(each) for each in change)
    rows = ((TEXT, old, new),)
    return (tuple(about), "correct-field", rows, (str(reason), None), sendable(undo))


def recall_body(
    about: Reference, *, false_alarm: bool, reason: Reason, undo: str
) -> tuple[Value, ...]:
    """Return the body of a recall. Raises OfficerError."""
    kind = "false-alarm" if false_alarm else "recall-sent-in-error"
    return (tuple(about), kind, None, (str(reason), None), sendable(undo))


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


# --- Reading --------------------------------------------------------------------------------------


def reference_of(content: Content) -> Reference | None:
    """Return what an answer says it is about, or None where its first field is no reference."""
    match content.field(TEXT):
        case (bytes(entry), bytes(croot)):
            return Reference(EntryId(entry), croot)
    return None


def croot_named(content: Content, entry: EntryId) -> bytes | None:
    """Return the croot that an answer names beside this entry; None for another entry (NT30)."""
    reference = reference_of(content)
    return reference.croot if reference is not None and reference.entry == entry else None


def language_of(content: Content) -> str:
    """Return the language of a statement's words, or nothing."""
    language = content.field(Label.LANGUAGE)
    return language if isinstance(language, str) else ""


def reply_wanted_of(content: Content) -> str | None:
    """Return what a statement asks for, or None where its precedence says."""
    match content.field(Label.REPLY_WANTED):
        case (str(wanted), _):
            return wanted
    return None


def lateness_of(content: Content) -> str:
    """Return why a notice comes late, as its writer says; nothing if he does not."""
    match content.field(Label.LATENESS):
        case (str(why), str(words)):
            return f"{why}: {words}"
        case (str(why), None):
            return why
    return ""


def text_of(kind: int, content: Content) -> str:
    """Return the words of a message, a readback or a translation; nothing for other kinds."""
    if kind in (Kind.MESSAGE, Kind.TRANSLATE):
        text = content.field(TEXT)
        return text if isinstance(text, str) else ""
    if kind == Kind.READBACK:
        match content.field(TEXT + 3):
            case ((int(label), str(text)),) if label == TEXT:
                return text
    return ""


def rekeyed_of(content: Content) -> dict[int, Value]:
    """Return the fields of a notice that a readback repeats, by number; rows of no such shape are
    left out."""
    rows = content.field(TEXT + 3)
    found: dict[int, Value] = {}
    for row in rows if isinstance(rows, tuple) else ():
        match row:
            case (int(label), value) if label >= TEXT:
                found[label - TEXT + 1] = value
    return found


def stands_by(content: Content) -> bool:
    """Say whether a decide only names the time of the decision: it moves a clock and no rung."""
    match content.field(ACTION):
        case (str(action), _):
            return action == Action.DECISION_BY
    return False


def decided_by(content: Content) -> int | None:
    """Return the moment that a *stand by* names, None for every other decide."""
    match content.field(ACTION):
        case (Action.DECISION_BY, int(moment)):
            return moment
    return None


def stage_of(content: Content) -> str:
    """Return the stage of a translation, or nothing."""
    stage = content.field(TEXT + 1)
    return stage if isinstance(stage, str) else ""
