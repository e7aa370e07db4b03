"""A statement judged: by whose keys, under which mandate, as of which head.

A verdict depends on the causal past of the entry and on nothing else, so honest stations agree.
This module must not hide a text because of a verdict. Clauses: RECORD-90 to RECORD-97.
"""

from collections.abc import Callable
from typing import NamedTuple

from backchannel.charter.release import Release, require_released, require_signers
from backchannel.charter.roster import Authority, Revoked
from backchannel.errors import BreachError, JunkError
from backchannel.line.readings import Readings, Stated, read_stated
from backchannel.line.state import Journal
from backchannel.line.work import Work
from backchannel.wire.ids import CredentialId, LineId
from backchannel.wire.signing import Context, Mode, Purpose
from backchannel.wire.statement import Statement

GOOD, BAD, UNKNOWN = "good", "bad", "unknown"

VectorAt = Callable[[int, int], dict[int, int]]
"""The folded seen, {no: seq}, of the entry in a slot (journal no, seq); empty if not held."""


class Verdict(NamedTuple):
    """A word of the glossary, and why. Of "valid" the reason says at most how it was released."""

    word: str
    reason: str = ""


class Said(NamedTuple):
    """A statement as it stands in the record: its entry's slot, time and folded seen.

    `station` is the credential of the station that entered it.
    """

    statement: Statement
    mode: int
    party: int
    no: int
    seq: int
    time: int
    vector: dict[int, int]
    slot_verdict: str
    signed: str
    station: CredentialId | None = None


def signatures_word(work: Work, journal: Journal, stated: Stated) -> str:
    """Check the officers' signatures over a statement, as far as their keys are held.

    Returns "good", "bad", or "unknown" where a credential has not come yet (RECORD-90).
    """
    authority = work.authorities[journal.party]
    context = work.context(Purpose.STATEMENT, journal.mode)
    # A release asks before it enters a statement, and the index asks again a moment later.
    known = work.judged
    if known and known[0] is authority and known[1] is context and known[2] is stated:
        return known[3]
    word = word_of(authority, context, stated, work.readings)
    work.judged = (authority, context, stated, word)
    return word


def signatures_now(line: LineId, authority: Authority, mode: int, payload: bytes) -> str:
    """Return the word on a statement's signatures as of what is held now (RECORD-90).

    For a statement that came before its officers' credentials. Raises JunkError for a payload
    that holds no statement.
    """
    context = Context(Purpose.STATEMENT, line, Mode(mode))
    return word_of(authority, context, read_stated(payload), Readings())


def word_of(authority: Authority, context: Context, stated: Stated, readings: Readings) -> str:
    """Return "good", "bad" or "unknown" for the signatures over a statement."""
    if len(stated.signatures) != len(stated.statement.signers):
        return BAD
    for signer, signature in zip(stated.statement.signers, stated.signatures, strict=True):
        found = authority.credentials.get(signer)
        if found is None:
            return UNKNOWN
        if found.credential.ed25519 is None:
            return BAD
        try:
            readings.require_signed(found.credential.ed25519, signature, context, stated.raw)
        except JunkError:
            return BAD
    return GOOD


def judge(said: Said, authority: Authority, vector_at: VectorAt) -> Verdict:
    """Return the verdict on a statement (RECORD-91, RECORD-97, NT11 to NT14).

    Mandates are held against the time of its entry (RECORD-92); too few signers bind nobody
    (RECORD-93, NT17, NT18).

    `authority` is its author's party's authority journal as far as it is held here.
    """
    if said.slot_verdict.startswith("invalid"):
        return Verdict("invalid", said.slot_verdict.removeprefix("invalid: "))
    if said.signed == BAD:
        return Verdict("invalid", "bad-signature")
    named = said.vector.get(said.party, -1)
    if named > authority.seq:
        return Verdict("pending", "its authority journal is not held so far")
    statement = said.statement
    try:
        signers = require_signers(
            authority, named, statement=statement, mode=said.mode, moment=said.time
        )
        released = require_released(authority, named, statement=statement, signers=signers)
    except BreachError as fault:
        return Verdict("invalid", fault.reason)
    if said.signed == UNKNOWN:
        return Verdict("pending", "its signatures were not checked since the credentials came")
    word = judge_revocations(said, authority, vector_at)
    if word.word == "valid" and released == Release.EMERGENCY:
        return Verdict("valid", "emergency-release")
    return word


def judge_revocations(said: Said, authority: Authority, vector_at: VectorAt) -> Verdict:
    """Return valid, contested or invalid by the revocations that we hold (RECORD-94)."""
    past = closure(said.vector, vector_at)
    contested = Verdict("valid")
    station = () if said.station is None else (said.station,)
    for signer in (*said.statement.signers, *station):
        ended = authority.revocations.get(CredentialId(signer))
        if ended is None:
            continue
        if past.get(said.party, -1) >= ended.seq:
            return Verdict("invalid", "revoked")
        if not stands(said, ended, vector_at):
            contested = Verdict("contested", "revoked-meanwhile")
    if contested.word == "valid" and said.slot_verdict == "regressing":
        return Verdict("regressing", "seen goes back")
    return contested


def closure(vector: dict[int, int], vector_at: VectorAt) -> dict[int, int]:
    """Return the causal past of an entry, {no: seq}: the closure of seen, whatever it cites."""
    past = dict(vector)
    todo = list(past.items())
    while todo:
        no, seq = todo.pop()
        for other, upto in vector_at(no, seq).items():
            if upto > past.get(other, -1):
                past[other] = upto
                todo.append((other, upto))
    return past


def stands(said: Said, ended: Revoked, vector_at: VectorAt) -> bool:
    """Say whether a revocation leaves an entry standing that does not include it (RECORD-95).

    It names a last entry at or after it, or its office had seen another party's entry that
    includes it.
    """
    if ended.last is not None and ended.last[0] == said.no and ended.last[1] >= said.seq:
        return True
    past = closure(ended.seen, vector_at)
    return any(
        no % 16 != said.party and vector_at(no, seq).get(said.no, -1) >= said.seq
        for no, seq in past.items()
    )
