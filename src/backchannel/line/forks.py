"""A key that said two things: how it is found, proved, and kept.

A proof holds two signatures of the accused key and nothing else convicts. This module must not
close a line or drop a branch. Clauses: RECORD-64 to RECORD-67.
"""

from collections.abc import Iterable

import msgspec

from backchannel.errors import BreachError, JunkError
from backchannel.limits import BRANCHES_MAX, REASON_CHARACTERS_MAX
from backchannel.line.rows import BranchRow, EvidenceRow
from backchannel.line.state import Journal, LineState, Signed
from backchannel.line.work import Work
from backchannel.wire.codec import encode
from backchannel.wire.entry import Head, Header, parse_header
from backchannel.wire.envelope import Frame, parse_frame
from backchannel.wire.ids import entry_id
from backchannel.wire.payload import Fork, pack_fork
from backchannel.wire.signing import Purpose

TWO_IN_ONE_SLOT = 1
CHAINS_DO_NOT_JOIN = 2


def prove(ours: Signed, theirs: Signed) -> Fork:
    """Return the proof that two signed headers of one journal make. Raises BreachError.

    E1: one slot, two ids. E2: neighbouring slots that do not join (RECORD-64).
    """
    first, second = parse_header(ours.header), parse_header(theirs.header)
    if first.no != second.no:
        raise BreachError("fork-journals", "the two headers are of different journals")
    kind = kind_of(ours, theirs, first, second)
    proof = ((ours.header, ours.signature), (theirs.header, theirs.signature))
    return Fork(kind, proof)


def kind_of(ours: Signed, theirs: Signed, first: Header, second: Header) -> int:
    """Return E1 or E2, or raise BreachError where two headers agree (RECORD-64)."""
    if first.seq == second.seq and ours.header != theirs.header:
        return TWO_IN_ONE_SLOT
    if second.seq == first.seq + 1 and second.prev != entry_id(ours.header):
        return CHAINS_DO_NOT_JOIN
    raise BreachError("fork-unproven", "the two headers do not contradict each other")


def accused(work: Work, fork: Fork) -> int:
    """Return the number of the journal that a proof convicts. Raises BreachError or JunkError.

    Both signatures are checked against the key that the journal's own first entry names.
    """
    ours, theirs = (Signed(*part) for part in fork.proof)
    no = parse_header(ours.header).no
    journal = work.journals.get(no)
    if journal is None:
        raise BreachError("fork-unknown", f"a proof about journal {no}, not known here")
    for part in (ours, theirs):
        require_written(work, journal, part)
    if prove(ours, theirs).kind != fork.kind:
        raise BreachError("fork-kind", "the proof is not of the kind it claims")
    return no


def require_written(work: Work, journal: Journal, part: Signed) -> None:
    """Raise JunkError unless the journal's station signed a header (RECORD-3)."""
    context = work.context(Purpose.ENTRY, journal.mode)
    work.readings.require_signed(journal.public, part.signature, context, part.header)


def convict(work: Work, journal: Journal, ours: Signed, theirs: Signed) -> Fork | None:
    """Keep the proof against a journal; return it if it is the first (RECORD-65).

    Later proofs are counted as branches: the first one is enough.
    """
    fork = prove(ours, theirs)
    known = work.journals[journal.no]
    work.journals[journal.no] = msgspec.structs.replace(
        known, forked=True, branches=known.branches + 1
    )
    if known.forked:
        return None
    seq = parse_header(theirs.header).seq
    work.add(EvidenceRow(journal.no, seq, f"fork-e{fork.kind}", pack_fork(fork), work.at.now))
    return fork


def slot_in_doubt(state: LineState, heads: Iterable[Head]) -> tuple[int, int] | None:
    """Return a slot in which another station says to hold another entry than ours, if there is one.

    It is asked for, and the proof comes with it; the word of a path convicts nobody (RECORD-64,
    NT36). A journal against which we hold a proof is left out: the first one is enough.
    """
    for no, seq, head in heads:
        journal = state.core.journals.get(no)
        proved = journal.forked if journal is not None else no in state.branches
        if not proved and state.trails.get(no, {}).get(seq, head) != head:
            return no, seq
    return None


def keep_branch(work: Work, no: int, seq: int, frame: bytes) -> None:
    """Keep and show an entry that stands on another branch, BRANCHES_MAX a journal (RECORD-66)."""
    if work.journals[no].branches <= BRANCHES_MAX:
        made = entry_id(parse_frame(frame).header)
        work.add(BranchRow(no, seq, made, frame, work.at.now))


def signed_of(frame: Frame) -> Signed:
    """Return a station's header and signature. Raises JunkError for an authority's list."""
    if type(frame.signature) is not bytes:
        raise JunkError("signature-shape", "a station's entry has one signature")
    return Signed(frame.header, frame.signature)


def evidence(journal: Journal, header: Header, fault: BreachError, now: int) -> EvidenceRow:
    """Return what is kept of a breach: which slot, why, and when we met it."""
    text = encode((fault.reason, fault.text[:REASON_CHARACTERS_MAX]))
    return EvidenceRow(journal.no, header.seq, fault.reason, text, now)
