"""Evidence that this station holds, and the file by which a stranger judges it.

What is kept against a key is a note; the proof is gathered from the record when it is asked for.
This module must not write, and must not hand over words: evidence has none. Clauses: PROOF-80,
PROOF-81, PROOF-94, PROOF-187.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backchannel.charter.roster import Issued
from backchannel.errors import CustodyError, JunkError, OfficerError
from backchannel.limits import (
    ENTRIES_AT_ONCE,
    EVIDENCE_SHOWN_MAX,
    MINUTES_LOOKED_BACK_MAX,
    PARTIES_MAX,
)
from backchannel.line.rows import EvidenceRow
from backchannel.proof.disclosure import EntryPiece
from backchannel.proof.evidence import Accusation, Lie, Piece, RivalPiece, pack_evidence
from backchannel.proof.selecting import Slot
from backchannel.station.disclosing import authority_pieces, charter_piece
from backchannel.station.gathering import first_naming, first_that, frame_at
from backchannel.station.judging import Record, party_name
from backchannel.station.reports import EvidenceReport, Proof
from backchannel.store import queries
from backchannel.store.minutes import minutes_before, slot_of
from backchannel.store.queries import Evidence
from backchannel.store.sequence import vector_of
from backchannel.store.witnessed import opening_before
from backchannel.wire.beacon import parse_beat
from backchannel.wire.codec import decode
from backchannel.wire.entry import parse_header
from backchannel.wire.envelope import pack_frame, parse_frame
from backchannel.wire.ids import entry_id
from backchannel.wire.minute import Proposal, parse_minute
from backchannel.wire.payload import parse_fork
from backchannel.wire.signing import Mode


class Case(NamedTuple):
    """A proof before it is gathered: what it says, entries by slot with or without payload, a
    journal that goes in from slot 0 to another, and pieces that are in no journal here."""

    said: Accusation
    slots: tuple[tuple[Slot, bool], ...] = ()
    chain: Slot | None = None
    beside: tuple[Piece, ...] = ()


# --- The list -------------------------------------------------------------------------------------


def evidence_report(record: Record) -> EvidenceReport:
    """Return what is kept against keys, newest first, and which of it a file can prove."""
    custody = record.custody
    found = queries.evidence(custody.database, custody.line, limit=EVIDENCE_SHOWN_MAX)
    return EvidenceReport(tuple(proof_report(record, each) for each in found))


def proof_report(record: Record, kept: Evidence) -> Proof:
    """Return one note in words."""
    row = kept.row
    case = case_of(record, row)
    journal = record.state.core.journals.get(row.no)
    party = journal.party if journal is not None else row.no % PARTIES_MAX
    issued = station_of(record, row.no)
    return Proof(
        number=kept.evidence,
        journal=row.no,
        seq=row.seq,
        reason=row.reason,
        time=row.time,
        party=party_name(record, party),
        station="" if issued is None else issued.credential.name,
        mode="OFFICE" if journal is None else Mode(journal.mode).name,
        proves="" if case is None else case.said.lie.name.lower().replace("_", "-"),
    )


def station_of(record: Record, no: int) -> Issued | None:
    """Return the credential of a journal's station; none of an authority journal."""
    journal = record.state.core.journals.get(no)
    if journal is None:
        return None
    return record.state.authorities[journal.party].credentials.get(journal.credential)


# --- The file -------------------------------------------------------------------------------------


def evidence_file(record: Record, name: str) -> bytes:
    """Return the file that proves what a note says.

    Raises OfficerError: "no-such-evidence", "evidence-convicts-nobody", "evidence-too-large".
    """
    kept = evidence_named(record, name)
    case = case_of(record, kept.row)
    if case is None:
        raise OfficerError(
            "evidence-convicts-nobody",
            f"{kept.evidence} ({kept.row.reason}) is no proof to a stranger: it does not show one "
            "key sign two things that exclude each other",
        )
    custody = record.custody
    return pack_evidence(custody.line, case.said, record.now, pieces_of(record, case))


def evidence_named(record: Record, name: str) -> Evidence:
    """Return a note by its number. Raises OfficerError("no-such-evidence")."""
    custody = record.custody
    if name.isascii() and name.isdigit() and len(name) < 16:
        before = int(name) + 1
        found = queries.evidence(custody.database, custody.line, limit=1, before=before)
        if found and found[0].evidence == int(name):
            return found[0]
    raise OfficerError("no-such-evidence", f"got {name!a}; backchannel evidence list has them")


def pieces_of(record: Record, case: Case) -> Iterator[Piece]:
    """Yield all pieces of a proof, in their order. No entry goes in twice (PROOF-81)."""
    yield charter_piece(record)
    yield from authority_pieces(record)
    whole = dict(case.slots)
    if case.chain is not None and case.chain[0] >= PARTIES_MAX:
        no, upto = case.chain
        yield from chain_pieces(record, no, upto, whole)
        whole = {slot: each for slot, each in whole.items() if slot[0] != no or slot[1] > upto}
    for slot, worded in sorted(whole.items()):
        yield entry_piece(record, slot, worded)
    yield from case.beside


def chain_pieces(
    record: Record, no: int, upto: int, whole: dict[Slot, bool]
) -> Iterator[EntryPiece]:
    """Yield the entries of a journal from slot 0 to one, without payload but where it is wanted."""
    custody = record.custody
    for start in range(0, upto + 1, ENTRIES_AT_ONCE):
        limit = min(ENTRIES_AT_ONCE, upto + 1 - start)
        for each in queries.entries(
            custody.database, custody.line, no, from_seq=start, limit=limit
        ):
            frame = each.frame
            assert isinstance(frame.signature, bytes), "a station's entry has one signature"
            payload = frame.payload if whole.get((no, each.seq)) else None
            yield EntryPiece(frame.header, frame.signature, payload)


def entry_piece(record: Record, slot: Slot, worded: bool) -> EntryPiece:
    """Return one entry of a station, with its payload or without."""
    frame = frame_at(record, slot)
    assert isinstance(frame.signature, bytes), "a station's entry has one signature"
    return EntryPiece(frame.header, frame.signature, frame.payload if worded else None)


# --- What a note proves ---------------------------------------------------------------------------


def case_of(record: Record, row: EvidenceRow) -> Case | None:
    """Return the proof that a note leads to, or None where it convicts nobody."""
    if row.reason in ("fork-e1", "fork-e2"):
        return fork_case(record, row)
    if row.reason == "fork-e7":
        return decree_case(record, row)
    if row.reason == "two-roots":
        return pair_case(record, row)
    if row.reason == "other-root":
        return root_case(record, row)
    if row.reason in ("minute-number", "minute-shrinks"):
        return proposal_case(record, row)
    if row.reason in ("beacon-number", "beacon-period"):
        return leaves_case(record, row)
    if row.reason == "regressing":
        return seen_case(record, row)
    return None


def accused(record: Record, no: int) -> bytes:
    """Return the credential of the station that writes a journal."""
    return record.state.core.journals[no].credential


def fork_case(record: Record, row: EvidenceRow) -> Case:
    """Return the proof of a fork: both headers are in the note itself (E1, E2)."""
    fork = parse_fork(row.body)
    pieces = tuple(EntryPiece(header, signature, None) for header, signature in fork.proof)
    ids = tuple(entry_id(each.header) for each in pieces)
    said = Accusation(Lie(fork.kind), accused(record, row.no), ids)
    return Case(said, beside=pieces)


def decree_case(record: Record, row: EvidenceRow) -> Case | None:
    """Return the proof that an office signed beside its own journal (E7)."""
    frame = parse_frame(row.body)
    custody = record.custody
    header = parse_header(frame.header)
    for seq in (header.seq, header.seq - 1):
        ours = queries.slot(custody.database, custody.line, row.no, seq) if seq >= 0 else None
        if ours is not None and ours.entry not in (header.prev, entry_id(frame.header)):
            said = Accusation(Lie.TWO_DECREES, row.no, (ours.entry, entry_id(frame.header)))
            return Case(said, beside=(RivalPiece(pack_frame(frame)),))
    return None


def pair_case(record: Record, row: EvidenceRow) -> Case:
    """Return the proof that two minutes of a station cosign two roots (E3)."""
    custody = record.custody
    _, _, minutes = noted(row)
    found = (slot_of(custody.database, custody.line, each) for each in minutes)
    said = Accusation(Lie.TWO_ROOTS, accused(record, row.no), minutes)
    return Case(said, tuple((slot, True) for slot in found if slot is not None))


def noted(row: EvidenceRow) -> tuple[int, int, tuple[bytes, ...]]:
    """Return the checkpoint that a note is about, and the minutes that cosign it."""
    match decode(row.body):
        case (int(no), int(size), *minutes):
            return no, size, tuple(each for each in minutes if isinstance(each, bytes))
    raise CustodyError("slot-missing", "a note about a checkpoint is not what was kept; run check")


def root_case(record: Record, row: EvidenceRow) -> Case | None:
    """Return the proof that a station cosigned a root which the entries that it wrote, or says to
    hold, do not have (E3); none if it says to hold others than we do."""
    no, size, (minute, *_) = noted(row)
    custody = record.custody
    of = record.state.core.journals.get(no)
    if of is not None and of.credential == accused(record, row.no):
        carrier, upto = (no, size - 1), size - 1
    else:
        carrier = (row.no, carrier_slot(record, row.no, row.seq, no, size))
        named = parse_header(frame_at(record, carrier).header).seen
        upto, head = next(((seq, h) for other, seq, h in named if other == no), (-1, b""))
        ours = queries.slot(custody.database, custody.line, no, upto) if upto >= 0 else None
        if ours is None or ours.entry != head:
            return None
    place = slot_of(custody.database, custody.line, minute)
    by = queries.slot(custody.database, custody.line, *carrier)
    if place is None or by is None:
        return None
    said = Accusation(Lie.OTHER_ROOT, accused(record, row.no), (minute, by.entry, no, size))
    return Case(said, ((carrier, False), (place, True)), chain=(no, upto))


def carrier_slot(record: Record, by: int, seq: int, no: int, size: int) -> int:
    """Return the first slot of a journal that names a head of another at or beyond a size."""
    custody = record.custody

    def reaches(slot: int) -> bool:
        return vector_of(custody.database, custody.line, by, slot).get(no, -1) >= size - 1

    return first_that(seq, reaches)


def proposal_case(record: Record, row: EvidenceRow) -> Case | None:
    """Return the proof that a proposal counts or reaches less than an earlier one (E4)."""
    custody = record.custody
    wrong = proposal_at(record, (row.no, row.seq))
    before = minutes_before(
        custody.database, custody.line, row.no, row.seq, limit=MINUTES_LOOKED_BACK_MAX
    )
    for seq in before:
        earlier = proposal_at(record, (row.no, seq))
        if earlier is None or wrong is None:
            continue
        reached = dict(earlier.sizes)
        shrinks = any(size < reached.get(no, 0) for no, size in wrong.sizes)
        if wrong.n <= earlier.n or shrinks:
            ids = tuple(entry_id(frame_at(record, (row.no, n)).header) for n in (seq, row.seq))
            said = Accusation(Lie.TWO_PROPOSALS, accused(record, row.no), ids)
            return Case(said, (((row.no, seq), True), ((row.no, row.seq), True)))
    return None


def proposal_at(record: Record, slot: Slot) -> Proposal | None:
    """Return the proposal in a slot; None if what stands there is none."""
    try:
        said = parse_minute(frame_at(record, slot).payload or b"")
    except JunkError:
        return None
    return said if isinstance(said, Proposal) else None


def leaves_case(record: Record, row: EvidenceRow) -> Case | None:
    """Return the proof that an opening gives its log a second leaf for a place or a period (E6);
    none where it only leaves some out."""
    custody = record.custody
    earlier = opening_before(custody.database, custody.line, row.no, row.seq)
    frame = frame_at(record, (row.no, row.seq))
    said = parse_beat(frame.payload or b"")
    if earlier is None:
        return None
    first, leaves = said.period - len(said.leaves) + 1, earlier.beat.n + len(earlier.beat.leaves)
    if said.n >= leaves and first > earlier.beat.period:
        return None
    ids = earlier.entry, entry_id(frame.header)
    case = Accusation(Lie.TWO_LEAVES, accused(record, row.no), ids)
    return Case(case, (((row.no, earlier.seq), True), ((row.no, row.seq), True)))


def seen_case(record: Record, row: EvidenceRow) -> Case | None:
    """Return the proof that an entry takes back what an earlier one said to hold (E5)."""
    custody = record.custody
    last = row.seq - 1
    held = vector_of(custody.database, custody.line, row.no, last)
    for no, seq, entry in parse_header(frame_at(record, (row.no, row.seq)).header).seen:
        if seq > held.get(no, -1):
            continue
        carrier = row.no, first_naming(record, row.no, last, no)
        named = parse_header(frame_at(record, carrier).header).seen
        if any(no == n and (seq < s or entry != e) for n, s, e in named if n == no):
            ids = tuple(
                entry_id(frame_at(record, slot).header) for slot in (carrier, (row.no, row.seq))
            )
            said = Accusation(Lie.SEEN_BACK, accused(record, row.no), ids)
            return Case(said, ((carrier, False), ((row.no, row.seq), False)))
    return None
