"""The record done again: every stored entry verified anew and folded by the line's own rules.

What comes out is compared with what the store holds beside the entries: index rows, verdicts and
the state (I4). This module must not trust a row because it is there, or change anything.
"""

from collections.abc import Iterable, Iterator, Sequence

from backchannel.charter.signatures import parse_signatures
from backchannel.errors import BackchannelError, CustodyError, JunkError
from backchannel.line.authority import enter
from backchannel.line.events import Moment
from backchannel.line.forks import require_written, signed_of
from backchannel.line.founding import empty_state
from backchannel.line.journal import accept
from backchannel.line.minutes import NONE_YET
from backchannel.line.openings import open_journal
from backchannel.line.readings import Read
from backchannel.line.rows import (
    ContentRow,
    CosignatureRow,
    EntryRow,
    HappenedRow,
    HeldRow,
    SaidRow,
)
from backchannel.line.speak import Words, keep
from backchannel.line.state import Core, Hand, Journal
from backchannel.line.work import Work
from backchannel.station.asked import Damage
from backchannel.store.lines import Founded
from backchannel.store.queries import Stated
from backchannel.store.sequence import Placed
from backchannel.wire.codec import decode
from backchannel.wire.entry import Header, parse_header
from backchannel.wire.ids import EntryId, entry_id, payload_hash
from backchannel.wire.primitives import sha256

AUTHORITY_NUMBERS = 16
# A check draws nothing: the keys made of this seal words that are thrown away at once.
NO_CHANCE = bytes(32)

# What of a journal's state its entries alone give. The rest is ours: counters of this run, and
# what others hold, which is compared by itself.
REBUILT = (
    *("party", "mode", "id", "public", "pq_public", "credential", "seq", "head", "last", "seen"),
    *("offered", "prekey", "addresses", "ended", "minutes", "proposed"),
    *("leaves", "beat"),
)

MINUTES_REBUILT = ("newest", "open", "unnamed")

Checkpointed = tuple[int, int, bytes, bytes]
"""What one station has cosigned once: journal no, size, root, credential."""

# The clause that a stored slot breaks, by reason; what is not named here fails its own parsing or
# signature.
CLAUSES = {
    "payload-altered": "RECORD-44",
    "payload-gone": "RECORD-44",
    "entry-altered": "RECORD-3",
    "slot-missing": "RECORD-3",
    "chain-broken": "RECORD-3",
    "words-altered": "RECORD-25",
    "row-altered": "RECORD-9",
    "state-altered": "RECORD-82",
}
SIGNATURE_CLAUSE = "RECORD-3"


def damage_of(no: int, seq: int, fault: BackchannelError) -> Damage:
    """Return what is told of a slot that is not what was accepted."""
    clause = CLAUSES.get(fault.reason, SIGNATURE_CLAUSE)
    return Damage(no, seq, clause, fault.reason, fault.text)


class Replay:
    """The line as its entries make it, up to the last one that was handed over."""

    def __init__(self, founded: Founded, core: Core) -> None:
        """Raises BackchannelError for a charter that is not in force."""
        state = empty_state(founded.charter, parse_signatures(founded.signatures), founded.party)
        if state.line != founded.line:
            raise JunkError("other-charter", "the stored charter does not have the id of the line")
        if not core.journals.keys() >= set(core.own.values()):
            raise CustodyError("state-altered", "the state writes in a journal that it lacks")
        self.work = Work(state)
        self.core = core
        self.own = {core.journals[no].credential for no in core.own.values()}
        # No key is needed to fold what was accepted; what would be opened again stays sealed.
        for mode, no in core.own.items():
            self.work.hands[mode] = Hand(core.journals[no].credential, b"", b"")
        self.vectors: dict[tuple[int, int], bytes] = {}
        self.held: set[HeldRow] = set()
        self.happened: set[HappenedRow] = set()
        self.cosigned: dict[Checkpointed, bytes] = {}
        self.newer: set[EntryId] = set()
        self.unopened: dict[int, list[bytes]] = {}

    def is_newer(self, placed: Placed) -> bool:
        """Say whether an entry was accepted after the state that is compared was read."""
        journal = self.core.journals.get(placed.no)
        station = placed.no >= AUTHORITY_NUMBERS
        return station and (journal is None or placed.seq > journal.seq)

    def take(self, placed: Placed, stated: Stated | None, *, opened: bool) -> None:
        """Verify one entry, fold it, and hold its rows against the stored ones.

        `opened` says whether the words of entries were opened, so that they can be compared.
        Raises BackchannelError for what is not as it was accepted.
        """
        got = self.read(placed)
        self.work.begin(Moment(0, 0, NO_CHANCE))
        self.fold(got)
        rows, self.work.rows = self.work.rows, []
        compare_entry(placed, rows)
        compare_statement(stated, rows)
        words = opened and placed.frame.content is not None  # else their key was erased
        if words and not any(isinstance(row, ContentRow) for row in rows):
            raise CustodyError("words-altered", "the stored words do not fit their statement")
        if stated is not None and not placed.worded and got.header.no not in self.work.ours:
            self.unopened.setdefault(placed.mode, []).append(placed.entry)
        self.held.update(row for row in rows if isinstance(row, HeldRow))
        self.happened.update(row for row in rows if isinstance(row, HappenedRow))
        for row in rows:
            if isinstance(row, CosignatureRow):
                self.cosigned.setdefault(checkpointed(row), proved_by(row))
        self.vectors[placed.no, placed.seq] = placed.vector

    def read(self, placed: Placed) -> Read:
        """Return a stored entry taken apart. Raises CustodyError or JunkError."""
        frame = placed.frame
        header = parse_header(frame.header)
        same_slot = (header.no, header.seq) == (placed.no, placed.seq)
        if not same_slot or entry_id(frame.header) != placed.entry:
            raise CustodyError("entry-altered", "another entry stands in this slot")
        if frame.payload is None:
            raise CustodyError("payload-gone", "its payload is not there any more")
        if payload_hash(frame.payload) != header.payload_hash:
            raise CustodyError("payload-altered", "the payload is not the one that it names")
        return Read(b"", frame, header, placed.entry)

    def fold(self, got: Read) -> None:
        """Do to the copy what accepting the entry did to the line. Raises BackchannelError."""
        if got.header.no < AUTHORITY_NUMBERS:
            enter(self.work, self.work.authorities[got.header.no], got)
            return
        journal = self.work.journals.get(got.header.no)
        if journal is None:
            journal = open_journal(self.work, got.frame, got.header)
        require_next(journal, got.header)
        signed = signed_of(got.frame)
        require_written(self.work, journal, signed)
        if journal.credential not in self.own:
            accept(self.work, journal, got, signed)
            return
        self.work.ours.add(journal.no)
        if not journal.ended:  # what others give back of an old journal comes after the new one
            self.work.current[journal.mode] = journal.no
        words = Words(
            got.header.type, got.frame.payload or b"", got.frame.content, got.frame.attachments
        )
        keep(self.work, journal, got.header, signed, words)
        # What others give back of our own journal is accepted like theirs, receipts and all.
        seen = got.header.seen
        self.held.update(HeldRow(journal.no, got.header.seq, *h[:2], got.header.time) for h in seen)

    def vector_at(self, no: int, seq: int) -> dict[int, int]:
        """Return the folded seen of a slot, {no: seq}; empty if it is not held."""
        raw = self.vectors.get((no, seq))
        return decode(raw) if raw is not None else {}  # type: ignore[return-value]

    def compare_state(
        self, receipts: Iterable[HeldRow], events: Iterable[HappenedRow]
    ) -> Iterator[Damage]:
        """Yield where the state, or what is looked up, is not what the entries give (I4)."""
        for no, stored in sorted(self.core.journals.items()):
            yield from journal_damage(self.work.journals.get(no), stored, no in self.work.ours)
        if self.work.current != self.core.own:
            yield state_damage(0, 0, "the state writes in other journals than the entries")
        for mode, no in sorted(self.core.own.items()):
            if set(self.core.journals[no].unopened) != set(self.unopened.get(mode, ())):
                yield state_damage(no, 0, "the list of unopened entries is not what is held")
        for receipt in sorted(set(receipts) - self.held, key=lambda r: (r.by, r.by_seq)):
            if self.covers(receipt.by, receipt.by_seq):
                yield row_damage(receipt.by, receipt.by_seq, "a receipt that no entry gives")
        for event in sorted(set(events) - self.happened, key=lambda e: (e.no, e.seq)):
            if self.covers(event.no, event.seq):
                yield row_damage(event.no, event.seq, "a line event that no entry holds")

    def compare_minutes(self, cosignatures: Iterable[CosignatureRow]) -> Iterator[Damage]:
        """Yield where minutes and cosignatures are not what the entries give (I4, PROOF-22)."""
        for mode in sorted(self.work.minutes.keys() | self.core.minutes.keys()):
            rebuilt = self.work.minutes.get(mode, NONE_YET)
            stored = self.core.minutes.get(mode, NONE_YET)
            same = all(getattr(rebuilt, name) == getattr(stored, name) for name in MINUTES_REBUILT)
            # A station that could not cosign yet did not note which statements wait for it.
            if not same or not stored.uncovered.items() <= rebuilt.uncovered.items():
                no = stored.newest.no if stored.newest is not None else 0
                yield state_damage(no, 0, "the minutes of a mode are not what the entries give")
        found = set()
        for row in cosignatures:
            found.add(checkpointed(row))
            known = self.cosigned.get(checkpointed(row))
            if known != proved_by(row) and row.entry not in self.newer:
                yield row_damage(row.no, row.size - 1, "a cosignature that no minute holds")
        for no, size, _, _ in sorted(self.cosigned.keys() - found):
            yield row_damage(no, size - 1, "a cosignature in a minute is not looked up")

    def covers(self, no: int, seq: int) -> bool:
        """Say whether a slot lies within what was done again."""
        journal = self.core.journals.get(no)
        return no < AUTHORITY_NUMBERS or (journal is not None and seq <= journal.seq)


def checkpointed(row: CosignatureRow) -> Checkpointed:
    """Return what a cosignature is looked up by."""
    return row.no, row.size, row.root, row.credential


def proved_by(row: CosignatureRow) -> bytes:
    """Return what a cosignature is compared by: a signature is long, and there are many."""
    return sha256(row.signature + row.entry)


def require_next(journal: Journal, header: Header) -> None:
    """Raise CustodyError unless an entry is the next of its journal (RECORD-3)."""
    if header.seq != journal.seq + 1:
        raise CustodyError("slot-missing", f"slot {journal.seq + 1} of this journal is not there")
    if header.prev != journal.head:
        raise CustodyError("chain-broken", "it does not follow the entry before it")


def compare_entry(placed: Placed, rows: Sequence[object]) -> None:
    """Raise CustodyError unless an entry's row says what the entry itself says."""
    made = next(row for row in rows if isinstance(row, EntryRow))
    said = (placed.mode, placed.type, placed.time, placed.verdict, placed.vector)
    if said != (made.mode, made.type, made.time, made.verdict, made.vector):
        raise CustodyError("row-altered", "its row in the store says otherwise than itself")


def compare_statement(stated: Stated | None, rows: Sequence[object]) -> None:
    """Raise CustodyError unless what is looked up of a statement is what it says."""
    made = next((row for row in rows if isinstance(row, SaidRow)), None)
    if (stated.said if stated is not None else None) != made:
        raise CustodyError("row-altered", "what is looked up of this statement is not what it says")


def journal_damage(rebuilt: Journal | None, stored: Journal, ours: bool) -> Iterator[Damage]:
    """Yield where a journal's state is not what its entries make of it (I4)."""
    if rebuilt is None or rebuilt.seq < stored.seq:
        held = -1 if rebuilt is None else rebuilt.seq
        missing = CustodyError("slot-missing", f"the state goes on to slot {stored.seq}")
        yield damage_of(stored.no, held + 1, missing)
        return
    for name in REBUILT:
        if getattr(rebuilt, name) != getattr(stored, name):
            yield state_damage(stored.no, stored.seq, f"{name} is not what the entries give")
    if rebuilt.forked and not stored.forked:
        yield state_damage(stored.no, stored.seq, "a fork that the record proves is left out")
    # Of our own journals it says what all hold, which the order of others' receipts decides.
    if not ours and any(seq > rebuilt.holds.get(no, -1) for no, seq in stored.holds.items()):
        yield state_damage(stored.no, stored.seq, "a receipt that no entry gives")


def state_damage(no: int, seq: int, text: str) -> Damage:
    """Return that the stored state is not what the entries give."""
    return damage_of(no, seq, CustodyError("state-altered", text))


def row_damage(no: int, seq: int, text: str) -> Damage:
    """Return that a row of the store is not what the entries give."""
    return damage_of(no, seq, CustodyError("row-altered", text))
