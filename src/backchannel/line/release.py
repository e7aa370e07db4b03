"""Entering what officers have released: their own station checks before anybody else does.

This module must not silence an officer: it refuses only what could not bind, and says why.
Clauses: RECORD-26 to RECORD-31.
"""

from backchannel.charter.release import require_addressed, require_released, require_signers
from backchannel.errors import BreachError, JunkError, OfficerError
from backchannel.limits import WORDS_BYTES_MAX
from backchannel.line.events import Released
from backchannel.line.readings import Stated
from backchannel.line.speak import Words, append
from backchannel.line.verdicts import BAD, UNKNOWN, signatures_word
from backchannel.line.windows import is_open
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import Statement, pack_signed


def release(work: Work, event: Released) -> EntryId:
    """Enter a released statement, and return its entry's id. Raises OfficerError (RECORD-28)."""
    if event.mode not in work.current:
        raise OfficerError("no-such-mode", f"this station does not speak in mode {event.mode}")
    if not is_open(work.charter, event.mode, work.at.now):
        raise OfficerError(
            "window-closed", "no window of this mode is open now; the charter names the windows"
        )
    try:
        stated = require_whole(work, event)
    except (JunkError, BreachError) as fault:
        raise OfficerError(fault.reason, fault.text) from None
    require_room(event)
    payload = pack_signed(event.statement, event.signatures)
    # What we have packed ourselves need not be read back.
    work.readings.payloads[payload] = stated
    words = Words(
        EntryType.STATEMENT,
        payload,
        event.content,
        event.attachments,
        stated.statement.precedence,
    )
    return append(work, event.mode, words)


def require_room(event: Released) -> None:
    """Raise OfficerError unless a statement fits one frame with all around it (RECORD-32)."""
    beside = sum(len(data) for _, _, data in event.attachments)
    size = len(event.statement) + len(event.content) + beside
    if size > WORDS_BYTES_MAX:
        raise OfficerError(
            "statement-too-long", f"{size} bytes, at most {WORDS_BYTES_MAX}: say it in two"
        )


def require_whole(work: Work, event: Released) -> Stated:
    """Return the statement with its signatures, if its words fit and its signers may release it.

    Raises JunkError or BreachError (RECORD-29, RECORD-30, NT17 to NT20).
    """
    statement = work.readings.statement(event.statement)
    if work.readings.root(event.content) != statement.croot:
        raise BreachError("content-root", "the words are not those that the officers signed")
    require_addressed(statement, party=work.party, parties=len(work.charter.parties))
    stated = Stated(event.statement, event.signatures, statement)
    require_signatures(work, event.mode, stated)
    require_mandates(work, statement, event.mode)
    return stated


def require_signatures(work: Work, mode: int, stated: Stated) -> None:
    """Raise BreachError unless each listed officer's key signed these very bytes."""
    word = signatures_word(work, work.own(mode), stated)
    if word == UNKNOWN:
        raise BreachError("unknown-officer", "a signer has no credential in our authority journal")
    if word == BAD:
        raise BreachError("bad-signature", "a signature does not fit the statement and its signer")


def require_mandates(work: Work, statement: Statement, mode: int) -> None:
    """Raise BreachError unless the signers' mandates hold now and suffice (CHARTER-60 to 63).

    Now is our clock's word (RECORD-31).
    """
    authority, now = work.authorities[work.party], work.at.now
    # A batch asks the same of the same officers many times over.
    asked = (
        *(authority.seq, now, mode, statement.kind, statement.form, statement.category),
        *(statement.precedence, statement.signers),
    )
    if asked in work.mandated:
        return
    signers = require_signers(authority, authority.seq, statement=statement, mode=mode, moment=now)
    require_released(authority, authority.seq, statement=statement, signers=signers)
    work.mandated.add(asked)
