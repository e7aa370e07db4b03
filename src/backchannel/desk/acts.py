"""What an officer does at the desk: each act opens his key once, signs, and lets go of it.

This module must not hold a rule: the station checks what is handed in. What is signed is what the
page showed, and a second officer signs the very bytes that the first one signed.
"""

from typing import Any  # fields of a plan

import msgspec

from backchannel.desk.access import Session, open_person
from backchannel.desk.draftbox import Draftbox, Waiting
from backchannel.errors import OfficerError
from backchannel.line.draftfile import add_signature
from backchannel.line.drafting import (
    T10,
    Action,
    Changing,
    Lateness,
    Level,
    Plan,
    Reason,
    ReplyWanted,
    Stage,
    answer_body,
    change_body,
    decision_body,
    readback_body,
    rekeyed_body,
    remark_body,
    translation_body,
)
from backchannel.notice.catalogue import Form
from backchannel.notice.relations import Change
from backchannel.station.asked import Entered
from backchannel.station.client import Client
from backchannel.station.planning import (
    Person,
    Terms,
    answer_plan,
    entry_of,
    is_emergency,
    others,
    own_language,
    plan_of,
    reference,
    released,
    signatures_wanted,
    signed_draft,
    with_corrections,
)
from backchannel.station.reports import DeskReport, StatementReport
from backchannel.wire.codec import Value
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.statement import Kind, Precedence

UNDO = "Disregard the earlier words."


class Said(msgspec.Struct, frozen=True):
    """What came of an act: an entry on the line, or a draft that waits for another officer."""

    entered: Entered | None = None
    draft: str = ""


class Wanted(msgspec.Struct, frozen=True):
    """A message or notice as its drafter wants it. `second` are credentials of who signs next;
    `alone` that he releases alone what wants more, where the charter allows it."""

    mode: str
    precedence: str
    kind: Kind
    body: tuple[Value, ...]
    language: str = ""
    form: Form | None = None
    refs: tuple[EntryId, ...] = ()
    reply: str = ""
    second: tuple[str, ...] = ()
    alone: bool = False
    late: tuple[Lateness, str | None] | None = None


class Signed(msgspec.Struct, frozen=True):
    """An officer's act at a desk: the station, what lies at hand there, and his open key."""

    client: Client
    desk: DeskReport
    person: Person


def sign_for(client: Client, session: Session, mode: str, passphrase: str) -> Signed:
    """Open an officer's key for one act in a mode. Raises OfficerError."""
    desk = client.desk(mode)
    return Signed(client, desk, open_person(desk, session.key, passphrase))


# --- Saying ---------------------------------------------------------------------------------------


def put_forward(act: Signed, box: Draftbox, wanted: Wanted) -> Said:
    """Sign what opens a matter: release it, or keep it for who signs next. Raises OfficerError."""
    return signed(act, box, plan_for(act, wanted), alone=wanted.alone)


def signed(act: Signed, box: Draftbox, plan: Plan, *, alone: bool) -> Said:
    """Sign what is planned: release it, or keep it for who signs next. Raises OfficerError."""
    short = signatures_wanted(act.desk, plan) - len(plan.signers)
    if short > 0 and not (alone and is_emergency(act.desk, plan)):
        raise OfficerError(
            "second-officer",
            f"{plan.precedence.name}: this wants {short} more to sign; choose the second officer",
        )
    draft = signed_draft(act.desk, plan, (act.person,))
    if len(plan.signers) > 1:
        return Said(draft=box.put(draft))
    return Said(released(act.client, draft))


def credentials(named: tuple[str, ...]) -> tuple[CredentialId, ...]:
    """Return the credentials of officers who sign next."""
    return tuple(CredentialId(bytes.fromhex(each)) for each in named)


def plan_for(act: Signed, wanted: Wanted) -> Plan:
    """Return the plan of what is wanted, its drafter the first who signs. Raises OfficerError."""
    language = own_language(act.desk, wanted.language or None)
    signers = (act.person.credential, *credentials(wanted.second))
    return plan_of(
        act.desk,
        Terms(wanted.mode, Precedence[wanted.precedence], language),
        wanted.kind,
        tuple(dict.fromkeys(signers)),
        to=others(act.desk),
        body=wanted.body,
        form=wanted.form.code if wanted.form is not None else None,
        refs=wanted.refs,
        reply_wanted=ReplyWanted(wanted.reply) if wanted.reply else None,
        lateness=wanted.late,
    )


def sign_draft(act: Signed, box: Draftbox, waiting: Waiting) -> Said:
    """Sign a draft as it lies there, and release it once all have signed. Raises OfficerError."""
    if act.person.credential.hex() not in waiting.missing:
        raise OfficerError("not-a-signer", "the draft does not wait for your signature")
    draft = add_signature(waiting.draft, act.person.credential, act.person.keys.secret)
    if len(waiting.missing) > 1:
        box.replace(waiting.letter, draft)
        return Said(draft=waiting.letter)
    entered = released(act.client, draft)
    box.discard(waiting.letter)
    return Said(entered)


# --- Answering ------------------------------------------------------------------------------------


def acknowledge(act: Signed, about: StatementReport) -> Said:
    """Acknowledge: received and read. It is not to agree. Raises OfficerError."""
    body = answer_body(reference(about), Level.ACKNOWLEDGED, act.desk.now, None)
    return answer(act, about, Kind.ACK, body=body)


def read_back(act: Signed, about: StatementReport, text: str) -> Said:
    """Repeat a message, as it was keyed anew. Raises OfficerError."""
    body = readback_body(reference(about), act.desk.now, text)
    return answer(act, about, Kind.READBACK, body=body, refs=with_corrections(about))


def read_fields_back(act: Signed, about: StatementReport, keyed: dict[int, Value]) -> Said:
    """Repeat the critical fields of a notice, as they were keyed anew. Raises OfficerError."""
    body = rekeyed_body(reference(about), act.desk.now, keyed)
    return answer(act, about, Kind.READBACK, body=body, refs=with_corrections(about))


def confirm(act: Signed, about: StatementReport, readback: str) -> Said:
    """Confirm a readback of our own statement, which the officer has compared. Raises
    OfficerError for one whose fields differ, or which was corrected since (NOTICE-34)."""
    found = next((each for each in about.readbacks if each.entry == readback), None)
    if found is None:
        raise OfficerError("no-readback", "nobody has validly read this statement back")
    if found.outdated or (found.fields and found.departures):
        raise OfficerError(
            "readback-differs",
            "a critical field was read back otherwise, or corrected since: have it read back again",
        )
    refs = (entry_of(about), EntryId(bytes.fromhex(readback)))
    return answer(act, about, Kind.CONFIRM, body=remark_body(act.desk.now), refs=refs)


def decide(act: Signed, about: StatementReport, action: str, by: int | None) -> Said:
    """Say what was decided; *decision-by* is stand by. Raises OfficerError."""
    if action not in list(Action):
        raise OfficerError("unknown-action", f"got {action!a}, wanted one of {', '.join(Action)}")
    body = decision_body(reference(about), act.desk.now, Action(action), by, None)
    return answer(act, about, Kind.DECIDE, body=body, form=T10)


def pass_on(act: Signed, about: StatementReport) -> Said:
    """Say that a statement was passed to the operating level. Raises OfficerError."""
    body = answer_body(reference(about), Level.OPERATING, act.desk.now)
    return answer(act, about, Kind.PASSED, body=body)


def close(act: Signed, about: StatementReport) -> Said:
    """Close the matter that a statement opened. Raises OfficerError."""
    return answer(act, about, Kind.CLOSE, body=remark_body(act.desk.now))


def translate(act: Signed, about: StatementReport, text: str, *, language: str, stage: str) -> Said:
    """Hang a translation on a statement, under the officer's own name. Raises OfficerError."""
    if stage not in list(Stage):
        raise OfficerError("unknown-stage", f"got {stage!a}, wanted one of {', '.join(Stage)}")
    body = translation_body(text, Stage(stage))
    return answer(act, about, Kind.TRANSLATE, body=body, language=language)


def take_back(act: Signed, about: StatementReport, box: Draftbox, wanted: "TakenBack") -> Said:
    """Cancel, end or recall our own statement as a whole. Raises OfficerError."""
    if wanted.change not in TAKEN_BACK or wanted.reason not in list(Reason):
        raise OfficerError("unknown-change", "choose what is done, and why")
    kind, done = TAKEN_BACK[wanted.change]
    body = change_body(reference(about), Changing(done, Reason(wanted.reason), UNDO, None))
    signers = (act.person.credential, *credentials(wanted.second))
    plan = answer_plan(act.desk, about, kind, tuple(dict.fromkeys(signers)), body=body)
    return signed(act, box, plan, alone=wanted.alone)


class TakenBack(msgspec.Struct, frozen=True):
    """How a statement is taken back, and why; `second` and `alone` as of what is said anew."""

    change: str
    reason: str
    second: tuple[str, ...] = ()
    alone: bool = False


TAKEN_BACK = {
    "sent-in-error": (Kind.RECALL, Change.SENT_IN_ERROR),
    "false-alarm": (Kind.RECALL, Change.FALSE_ALARM),
    "cancel": (Kind.CORRECT, Change.CANCEL),
    "end-early": (Kind.CORRECT, Change.END_EARLY),
}


def answer(
    act: Signed,
    about: StatementReport,
    kind: Kind,
    **fields: Any,  # each of the type that Plan names
) -> Said:
    """Sign and release an answer. Raises OfficerError, also where it wants another officer."""
    plan = answer_plan(act.desk, about, kind, (act.person.credential,), **fields)
    if signatures_wanted(act.desk, plan) > 1:
        raise OfficerError(
            "second-officer", "the charter wants two officers for this answer: use two desks"
        )
    return Said(released(act.client, signed_draft(act.desk, plan, (act.person,))))
