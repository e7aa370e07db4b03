"""What goes into a disclosure of a statement that was not answered in time: non-answers to it, and
the entries by which a stranger judges them.

This module must not judge a finding, and must show of the other party no more than each finding
needs. Clauses: PROOF-190, PROOF-191.
"""

from collections.abc import Mapping
from typing import NamedTuple

from backchannel.limits import LINKS_MAX
from backchannel.proof.selecting import (
    TOLD_TO_STRANGERS,
    Held,
    Slot,
    Slots,
    choose_delivery,
    with_links,
)
from backchannel.station.gathering import addressed, cited_by, held_by
from backchannel.station.judging import Record
from backchannel.station.rungs import happened
from backchannel.store import queries
from backchannel.store.clocks import Kept, non_answers
from backchannel.store.queries import Stated
from backchannel.store.sequence import vector_of
from backchannel.wire.ids import EntryId
from backchannel.wire.nonanswer import Finding, NonAnswer, parse_non_answer
from backchannel.wire.payload import parse_line_events

AUTHORITY_NUMBERS = 16


class Asked(NamedTuple):
    """A statement, who holds it by which entries, and up to where its own journal had seen others
    by then, with the slot that says so."""

    stated: Stated
    held: tuple[Held, ...]
    known: Mapping[int, tuple[int, int]]


def non_answers_in(record: Record, stated: Stated) -> tuple[Kept, ...]:
    """Return the non-answers to a statement by its own party that are no breach."""
    custody, journals = record.custody, record.state.core.journals
    own = journals[stated.said.no]
    return tuple(
        each
        for each in non_answers(custody.database, custody.line, stated.said.entry)
        if not each.verdict
        and (journals[each.no].party, journals[each.no].mode) == (own.party, own.mode)
    )


def unanswered_slots(record: Record, asked: Asked, kept: Kept) -> Slots:
    """Return the entries that a non-answer needs; none where they are too many."""
    said = parse_non_answer(kept.payload)
    custody = record.custody
    vector = vector_of(custody.database, custody.line, kept.no, kept.seq)
    life = {
        no: seq
        for no, seq in vector.items()
        if no >= AUTHORITY_NUMBERS and no % AUTHORITY_NUMBERS == said.addressee
    }
    slots: Slots = {(kept.no, kept.seq): True}
    slots |= dict.fromkeys(life.items(), False)
    if said.finding == Finding.NOT_DELIVERED:
        return with_absence(slots, asked, life)
    within = [each for each in asked.held if each.holder[1] <= life.get(each.holder[0], -1)]
    receipt = choose_delivery(asked.stated.said.seq, within)
    if receipt is None:
        return {}
    with_links(slots, asked.stated.said.no, asked.stated.said.seq, receipt)
    if said.finding == Finding.NOT_ACKNOWLEDGED:
        shown = shown_slot(record, asked, said, life)
        return {} if shown is None else slots | {shown: True}
    return slots


def with_absence(slots: Slots, asked: Asked, life: Mapping[int, int]) -> Slots:
    """Add what shows that no entry of theirs was a receipt: their links back to one that cannot
    know the statement, and those of its own journal from where that is named (PROOF-191)."""
    no, seq = asked.stated.said.no, asked.stated.said.seq
    for journal, last in life.items():
        low, by = asked.known.get(journal, (0, seq))
        if seq - by > LINKS_MAX:
            low, by = 0, seq
        if last - low > LINKS_MAX:
            return {}
        for slot in (*((journal, n) for n in range(low, last)), *((no, n) for n in range(by, seq))):
            slots.setdefault(slot, False)
    return slots


def shown_slot(
    record: Record, asked: Asked, said: NonAnswer, life: Mapping[int, int]
) -> Slot | None:
    """Return where the entry stands by which a desk of theirs drew the words; None where it says
    what is no stranger's affair."""
    custody = record.custody
    for event in happened(record, asked.stated.said.entry):
        no, seq = event.row.no, event.row.seq
        found = queries.slot(custody.database, custody.line, no, seq)
        if found is None or EntryId(found.entry) != said.shown or seq > life.get(no, -1):
            continue
        events = parse_line_events(found.frame.payload or b"")
        return (no, seq) if {each.kind for each in events} <= TOLD_TO_STRANGERS else None
    return None


def silent_slots(record: Record, stated: Stated) -> Slots:
    """Return the non-answers to a statement, and what they need (PROOF-190)."""
    found = non_answers_in(record, stated)
    if not found:
        return {}
    held = tuple(
        n for party in addressed(record.state, stated) for n in held_by(record, stated, party)
    )
    known = {each.slot[0]: (each.slot[1], each.by) for each in cited_by(record, stated)}
    slots: Slots = {}
    for each in found:
        for slot, whole in unanswered_slots(record, Asked(stated, held, known), each).items():
            slots[slot] = slots.get(slot, False) or whole
    return slots
