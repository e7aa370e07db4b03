"""The ladder of a statement for each addressee, from what the record holds.

This module must not climb by itself: it gathers facts, and the line's table climbs.
"""

from typing import NamedTuple

from backchannel.limits import EVENTS_SHOWN_MAX
from backchannel.line.ladder import Answer, Facts, Step, climb, top
from backchannel.line.ladder import Rung as Reached
from backchannel.line.opened import croot_named
from backchannel.line.verdicts import Said, VectorAt, Verdict
from backchannel.notice.relations import change_of, decided_by, relation_of, stands_by
from backchannel.station.clocking import DUTY_OF, clock_report, escalations
from backchannel.station.courses import FOLLOWS, HEARD, clocks_with, overdue, terms_of
from backchannel.station.holding import held_by
from backchannel.station.judging import (
    RELEASED,
    Record,
    first_receipt,
    opened,
    party_name,
    said_of,
    signer_names,
    verdict_of,
)
from backchannel.station.ladderreports import Ladder, Rung
from backchannel.station.placing import ENDS, OUT_OF_PLACE, is_about, misplaced, undoes
from backchannel.station.silence import Matter, non_answers_to
from backchannel.station.silences import silence_report
from backchannel.store import queries
from backchannel.store.queries import Happened, Stated
from backchannel.watch.clocks import Clock, Duty
from backchannel.wire.codec import decode
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import Happening
from backchannel.wire.statement import Content, Kind


class Asked(NamedTuple):
    """A statement with its verdict, its words if they are held, and the answers of its mode."""

    stated: Stated
    said: Said
    verdict: Verdict
    content: Content | None
    answers: tuple[Stated, ...]


def ladders(record: Record, asked: Asked, vector_at: VectorAt) -> tuple[Ladder, ...]:
    """Return the ladder of a statement for each party that it is to."""
    return tuple(ladder(record, asked, each) for each in matters(record, asked, vector_at))


def matters(record: Record, asked: Asked, vector_at: VectorAt) -> tuple[Matter, ...]:
    """Return all that the record says of a statement, for each party that it is to."""
    events = happened(record, asked.stated.said.entry)
    terms = terms_of(asked.said, asked.content)
    found = []
    for facts in facts_of(record, asked, events, vector_at):
        steps = climb(facts)
        # What does not bind asks for nothing.
        binding = asked.verdict.word != "invalid"
        clocks = clocks_with(record, asked.stated, terms, facts, steps) if binding else ()
        heard = {s.entry for s in steps if s.rung in HEARD}
        answers = tuple(each for each in asked.answers if each.said.entry in heard)
        found.append(Matter(asked.stated, facts, steps, events, clocks, answers))
    return tuple(found)


def facts_of(
    record: Record, asked: Asked, events: tuple[Happened, ...], vector_at: VectorAt
) -> tuple[Facts, ...]:
    """Return the facts that a ladder is climbed with, for each party that a statement is to."""
    stated, said = asked.stated, asked.said
    given = [(each, answer(record, each, stated, vector_at)) for each in asked.answers]
    waits = standing_by(record, asked.answers)
    answers = tuple(each for _, each in given if each.entry not in waits)
    return tuple(
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
            stands_by=next(
                (waits[a.entry] for _, a in given if a.entry in waits and counts(a, party)), None
            ),
            followed=min(
                (a.time for a in answers if a.kind in FOLLOWS and counts(a, said.party)),
                default=None,
            ),
        )
        for party in range(len(record.state.charter.parties))
        if said.statement.to & 1 << party
    )


def counts(answer: Answer, party: int) -> bool:
    """Say whether an answer is a valid one of a party."""
    return answer.party == party and answer.verdict == "valid"


def standing_by(record: Record, answers: tuple[Stated, ...]) -> dict[bytes, int | None]:
    """Return the answers that only name the time of a decision, each with that time."""
    found: dict[bytes, int | None] = {}
    for each in answers:
        content = opened(record, each) if each.said.kind == Kind.DECIDE else None
        if content is not None and stands_by(said_of(record, each).statement, content):
            found[each.said.entry] = decided_by(content)
    return found


def answer(record: Record, each: Stated, stated: Stated, vector_at: VectorAt) -> Answer:
    """Return one answer as the ladder takes it; one out of its place counts for nothing."""
    said = said_of(record, each)
    verdict = verdict_of(record, said, vector_at).word
    named, ends, corrects = None, None, False
    content = opened(record, each)
    if misplaced(record, said, content) is not None or held_by(record, said) is not None:
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


def ladder(record: Record, asked: Asked, matter: Matter) -> Ladder:
    """Return the ladder that some facts climb, with its clocks and what was entered about them."""
    facts, clocks, steps = matter.facts, matter.clocks, matter.steps
    ack = next((each for each in clocks if each.duty == Duty.ACKNOWLEDGEMENT and each.open), None)
    return Ladder(
        addressee=party_name(record, facts.addressee),
        rungs=tuple(rung(record, asked.said, facts, step, clocks) for step in steps),
        top=rung_word(top(steps)),
        ack_due=ack.due if ack is not None else None,
        overdue=ack is not None and overdue(record, ack),
        clocks=tuple(clock_report(record, asked.said, facts.addressee, each) for each in clocks),
        non_answers=non_answers_to(record, matter),
        escalated=escalations(record, matter.events),
        silence=silence_report(record, asked.said, asked.content, matter),
    )


def rung(record: Record, said: Said, facts: Facts, step: Step, clocks: tuple[Clock, ...]) -> Rung:
    """Return one rung as a face is told."""
    duty = DUTY_OF.get(step.rung)
    return Rung(
        rung_word(step.rung),
        step.time,
        by_whom(record, said, facts, step),
        step.entry.hex() if step.entry is not None else None,
        any(each.late for each in clocks if each.duty == duty),
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
