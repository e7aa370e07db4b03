"""Who holds a statement by which entry, and what its journal had seen by then, out of the record.

This module must not choose what goes into a file. Clauses: PROOF-49, PROOF-51.
"""

from collections.abc import Callable, Iterator

from backchannel.errors import CustodyError
from backchannel.line.state import LineState
from backchannel.proof.selecting import Cited, Held, Slot
from backchannel.station.judging import Record, first_receipt
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.store.sequence import vector_of
from backchannel.wire.entry import parse_header
from backchannel.wire.envelope import Frame


def frame_at(record: Record, slot: Slot) -> Frame:
    """Return the frame in a slot. Raises CustodyError("slot-missing")."""
    found = queries.slot(record.custody.database, record.custody.line, *slot)
    if found is None:
        raise CustodyError("slot-missing", f"journal {slot[0]} lacks slot {slot[1]}; run check")
    return found.frame


def addressed(state: LineState, stated: Stated) -> tuple[int, ...]:
    """Return the parties that a statement is to."""
    return tuple(party for party in state.authorities if stated.said.to & 1 << party)


def first_naming(record: Record, no: int, seq: int, other: int) -> int:
    """Return the slot, up to one, by which a journal had seen as much of another as at that one."""
    database, line = record.custody.database, record.custody.line

    def seen(slot: int) -> int:
        return vector_of(database, line, no, slot).get(other, -1)

    newest = seen(seq)
    return first_that(seq, lambda slot: seen(slot) >= newest)


def first_that(last: int, holds: Callable[[int], bool]) -> int:
    """Return the first number up to the last of which something holds that holds ever after."""
    low, high = 0, last
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def held_by(record: Record, stated: Stated, party: int) -> Iterator[Held]:
    """Yield the first entry of each of a party's journals whose seen covers a statement."""
    no, seq = stated.said.no, stated.said.seq
    for journal in record.state.core.journals.values():
        if journal.party != party or journal.mode != stated.said.mode:
            continue
        receipt = first_receipt(record, journal.no, no, seq)
        # A receipt may count before its own entry joins its journal.
        if receipt is None or receipt.seq > journal.seq:
            continue
        holder = (journal.no, receipt.seq)
        for head in parse_header(frame_at(record, holder).header).seen:
            if head[0] == no and head[1] >= seq:
                yield Held(holder, head[1], receipt.time)


def cited_by(record: Record, stated: Stated) -> Iterator[Cited]:
    """Yield the newest entry of each other party's journals that a statement's journal had seen by
    then, and the slot of the header that names it."""
    custody, core = record.custody, record.state.core
    no, seq = stated.said.no, stated.said.seq
    for other in vector_of(custody.database, custody.line, no, seq):
        journal = core.journals.get(other)
        if journal is None or journal.party == core.journals[no].party:
            continue
        slot = first_naming(record, no, seq, other)
        for head in parse_header(frame_at(record, (no, slot)).header).seen:
            there = queries.slot(custody.database, custody.line, other, head[1])
            if head[0] == other and there is not None and there.entry == head[2]:
                yield Cited((other, head[1]), slot, there.time)
