"""The ladder of a statement for each addressee, from what the record holds.

This module must not climb by itself: it gathers facts, and the line's table climbs. When an
acknowledgement is due is shown here; it is entered by the line alone.
"""

from typing import NamedTuple

from backchannel.charter.policy import LONG_TEXT_WORDS
from backchannel.limits import EVENTS_SHOWN_MAX
from backchannel.line.drafting import (
    ReplyWanted,
    croot_named,
    reply_wanted_of,
    text_of,
)
from backchannel.line.ladder import Answer, Facts, Step, climb, top
from backchannel.line.ladder import Rung as Reached
from backchannel.line.verdicts import Said, VectorAt, Verdict
from backchannel.notice.relations import change_of, relation_of, stands_by
from backchannel.station.judging import (
    Record,
    first_receipt,
    opened,
    party_name,
    said_of,
    signer_names,
    verdict_of,
)
from backchannel.station.placing import ENDS, OUT_OF_PLACE, is_about, misplaced, undoes
from backchannel.station.reports import Ladder, Rung
from backchannel.store import queries
from backchannel.store.queries import Happened, Stated
from backchannel.wire.codec import decode
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import Happening
from backchannel.wire.statement import Content, Kind, Precedence

# What these verdicts say is shown; the statement was duly released all the same.
RELEASED = ("valid", "contested", "regressing")


class Asked(NamedTuple):
    """A statement with its verdict, its words if they are held, and the answers of its mode."""

    stated: Stated
    said: Said
    verdict: Verdict
    content: Content | None
    answers: tuple[Stated, ...]


def ladders(record: Record, asked: Asked, vector_at: VectorAt) -> tuple[Ladder, ...]:
    """Return the ladder of a statement for each party that it is to."""
    stated, said = asked.stated, asked.said
    events = happened(record, stated.said.entry)
    answers = tuple(
        answer(record, each, stated, vector_at)
        for each in asked.answers
        if not only_stands_by(record, each)
    )
    return tuple(
        ladder(
            record,
            asked,
            Facts(
                entry=stated.said.entry,
                croot=stated.said.croot,
                author=said.party,
                addressee=party,
                mode=said.mode,
                drafted=stated.said.drafted,
                released=stated.time if asked.verdict.word in RELEASED else None,
                sent=sent_at(record, events, said.party),
                held=held_at(record, said, party),
                shown=shown_at(record, events, party, stated.said.croot),
                answers=answers,
            ),
        )
        for party in range(len(record.state.charter.parties))
        if said.statement.to & 1 << party
    )


def only_stands_by(record: Record, each: Stated) -> bool:
    """Say whether an answer is a decision that is still to come."""
    if each.said.kind != Kind.DECIDE:
        return False
    content = opened(record, each)
    return content is not None and stands_by(said_of(record, each).statement, content)


def answer(record: Record, each: Stated, stated: Stated, vector_at: VectorAt) -> Answer:
    """Return one answer as the ladder takes it; one out of its place counts for nothing."""
    said = said_of(record, each)
    verdict = verdict_of(record, said, vector_at).word
    named, ends, corrects = None, None, False
    content = opened(record, each)
    if misplaced(record, said, content) is not None:
        verdict = OUT_OF_PLACE
    elif content is not None:
        named = croot_named(content, stated.said.entry)
        if is_about(each, stated):
            ends = ending(said, content)
            corrects = undoes(stated, change_of(said.statement, content), content)
    return Answer(
        each.said.kind,
        each.said.entry,
        said.party,
        said.mode,
        each.time,
        verdict,
        named,
        each.said.refs,
        " and ".join(signer_names(record, said)),
        ends,
        corrects,
    )


def ending(said: Said, content: Content) -> Reached | None:
    """Return the rung by which a statement ends the matter of the one that it names (NOTICE-65)."""
    relation = relation_of(said.statement, content)
    return None if relation is None else ENDS.get(relation)


# --- Machines' words ------------------------------------------------------------------------------


def happened(record: Record, entry: EntryId) -> tuple[Happened, ...]:
    """Return the line events that speak of an entry, a bounded number."""
    custody = record.custody
    return queries.happened(custody.database, custody.line, entry, limit=EVENTS_SHOWN_MAX)


def sent_at(record: Record, events: tuple[Happened, ...], author: int) -> int | None:
    """Return when the author's station first said that a path took the statement."""
    journals = record.state.core.journals
    return min(
        (
            event.time
            for event in events
            if event.row.kind == Happening.SENT and journals[event.row.no].party == author
        ),
        default=None,
    )


def shown_at(
    record: Record, events: tuple[Happened, ...], addressee: int, croot: bytes
) -> int | None:
    """Return when the addressee's station first said that a desk drew these very words (NT76)."""
    journals = record.state.core.journals
    times = [
        event.time
        for event in events
        if event.row.kind == Happening.SHOWN
        and journals[event.row.no].party == addressee
        and croot_shown(event) == croot
    ]
    return min(times, default=None)


def croot_shown(event: Happened) -> bytes | None:
    """Return the croot that a shown line event names."""
    match decode(event.row.body):
        case (_, bytes(croot), *_):
            return croot
    return None


def held_at(record: Record, said: Said, addressee: int) -> int | None:
    """Return the time of the addressee's first entry whose seen covers the statement."""
    times = [
        receipt.time
        for journal in record.state.core.journals.values()
        if journal.party == addressee and journal.mode == said.mode
        if (receipt := first_receipt(record, journal.no, said.no, said.seq)) is not None
    ]
    return min(times, default=None)


# --- The report -----------------------------------------------------------------------------------


def ladder(record: Record, asked: Asked, facts: Facts) -> Ladder:
    """Return the ladder that some facts climb."""
    steps = climb(facts)
    said = asked.said
    due = ack_due(record, said, asked.content, facts.held)
    # Whatever an officer has done with it ends the waiting; so does a recall.
    waiting = top(steps) < Reached.ACKNOWLEDGED
    return Ladder(
        addressee=party_name(record, facts.addressee),
        rungs=tuple(rung(record, said, facts, step, due) for step in steps),
        top=rung_word(top(steps)),
        ack_due=due if waiting else None,
        overdue=waiting and due is not None and record.now > due,
    )


def rung(record: Record, said: Said, facts: Facts, step: Step, due: int | None) -> Rung:
    """Return one rung as a face is told."""
    late = step.rung == Reached.ACKNOWLEDGED and due is not None and step.time > due
    return Rung(
        rung_word(step.rung),
        step.time,
        by_whom(record, said, facts, step),
        step.entry.hex() if step.entry is not None else None,
        late,
    )


def rung_word(reached: Reached) -> str:
    """Return the word of the glossary for a rung."""
    return reached.name.lower().replace("_", " ")


def by_whom(record: Record, said: Said, facts: Facts, step: Step) -> str:
    """Return whose word a rung rests on."""
    if step.rung == Reached.DRAFTED:
        return signer_names(record, said)[0]
    if step.rung == Reached.RELEASED:
        return " and ".join(signer_names(record, said))
    if step.rung == Reached.SENT:
        return f"station of {party_name(record, facts.author)}"
    if step.rung in (Reached.HELD, Reached.SHOWN):
        return f"station of {party_name(record, facts.addressee)}"
    return step.by


def ack_due(record: Record, said: Said, content: Content | None, held: int | None) -> int | None:
    """Return by when an acknowledgement is due, None where none is asked for or nothing is held.

    What the statement asks for holds; without a word there, an ack above ROUTINE (CHARTER-12).
    """
    statement = said.statement
    if held is None or statement.kind not in (Kind.MESSAGE, Kind.NOTICE):
        return None
    wanted = reply_wanted_of(content) if content is not None else None
    asks_nothing = wanted is None and statement.precedence >= Precedence.ROUTINE
    if asks_nothing or wanted == ReplyWanted.NONE:
        return None
    clocks = record.state.charter.policy.clocks_at(statement.precedence)
    words = len(text_of(statement.kind, content).split()) if content is not None else 0
    return held + (clocks.ack_long_s if words > LONG_TEXT_WORDS else clocks.ack_s)
