"""Non-answers: what ours is to cite, and whether the record supports what any of them finds.

A finding is recomputed from the record each time it is shown, up to where its writer says that it
had looked; it is believed nowhere. This module must not enter one. Clauses: RECORD-127,
RECORD-130, RECORD-131.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backchannel.limits import NON_ANSWER_ROWS_MAX
from backchannel.line.ladder import Facts, Step
from backchannel.line.silence import newest_of
from backchannel.station.clocking import DUTY_WORDS
from backchannel.station.judging import (
    ID_DIGITS,
    Record,
    first_receipt,
    own_journals,
    party_name,
    vectors,
)
from backchannel.station.ladderreports import NonAnswerReport, PartReport
from backchannel.store import queries
from backchannel.store.clocks import Kept, newest_receipt, non_answers
from backchannel.store.queries import Happened, Stated
from backchannel.watch.clocks import Clock, Duty
from backchannel.wire.codec import decode
from backchannel.wire.ids import EntryId
from backchannel.wire.moments import print_moment
from backchannel.wire.nonanswer import (
    Covered,
    Finding,
    Life,
    NonAnswer,
    Sent,
    deadline_no,
    parse_non_answer,
)
from backchannel.wire.payload import Happening

FINDINGS = {
    Finding.NOT_DELIVERED: "not delivered",
    Finding.NOT_SHOWN: "held, not shown",
    Finding.NOT_ACKNOWLEDGED: "shown, not acknowledged",
}
# Duties whose silence is one of the three findings.
PROVABLE = (Duty.HELD, Duty.ACKNOWLEDGEMENT, Duty.ANSWER)


class Matter(NamedTuple):
    """A statement and one addressee: the line events that speak of it, its clocks, the slots of the
    answers by which an officer there has heard it, and the entries that say so."""

    stated: Stated
    facts: Facts
    steps: tuple[Step, ...]
    events: tuple[Happened, ...]
    clocks: tuple[Clock, ...]
    heard: tuple[Stated, ...]


def duty_word(duty: int) -> str:
    """Return a duty in words; one of a later version by its number."""
    return DUTY_WORDS[Duty(duty)] if duty in list(Duty) else f"duty {duty}"


# --- Judging --------------------------------------------------------------------------------------


def non_answers_to(record: Record, matter: Matter) -> tuple[NonAnswerReport, ...]:
    """Return the non-answers about a matter, each held against the record (RECORD-130)."""
    custody = record.custody
    found = non_answers(custody.database, custody.line, matter.stated.said.entry)
    return tuple(
        judged(record, matter, each, said)
        for each in found
        if (said := parse_non_answer(each.payload)).addressee == matter.facts.addressee
    )


def judged(record: Record, matter: Matter, kept: Kept, said: NonAnswer) -> NonAnswerReport:
    """Return one non-answer with the verdict on each of its parts."""
    parts = tuple(parts_of(record, matter, kept, said))
    journal = record.state.core.journals[kept.no]
    return NonAnswerReport(
        entry=kept.entry.hex(),
        by=party_name(record, journal.party),
        party=party_name(record, said.addressee),
        duty=duty_word(said.duty),
        due=said.due,
        time=kept.time,
        finding=FINDINGS[said.finding],
        supported=all(each.supported for each in parts),
        parts=parts,
    )


def parts_of(record: Record, matter: Matter, kept: Kept, said: NonAnswer) -> Iterator[PartReport]:
    """Yield each part of a non-answer and whether our record supports it (RECORD-130, NT79)."""
    journal = record.state.core.journals[kept.no]
    right = (journal.party, journal.mode) == (matter.facts.author, matter.facts.mode)
    whole = right and not kept.verdict
    yield PartReport("writer", whole, kept.verdict or ("" if right else "not the originator's"))
    yield deadline_part(matter, kept, said)
    looked = vectors(record)(kept.no, kept.seq)
    yield delivery_part(record, matter, said, looked)
    yield shown_part(record, matter, said, looked)
    yield answer_part(matter, looked)


def deadline_part(matter: Matter, kept: Kept, said: NonAnswer) -> PartReport:
    """Return whether there was such a deadline, and it had passed by the writer's own clock."""
    clock = next((each for each in matter.clocks if each.duty == said.duty), None)
    if clock is None or clock.due is None:
        # Where it was never held, no clock of its officers began: only delivery was due.
        return PartReport("deadline", False, "nothing of this kind was due")
    if said.due < clock.due:
        return PartReport("deadline", False, f"it was due at {print_moment(clock.due)}")
    if kept.time < said.due:
        return PartReport("deadline", False, "it had not passed when this was entered")
    return PartReport("deadline", True, f"passed at {print_moment(said.due)}")


def delivery_part(
    record: Record, matter: Matter, said: NonAnswer, looked: dict[int, int]
) -> PartReport:
    """Return whether the addressee had given a receipt by the entries that the writer had seen."""
    slot = (matter.stated.said.no, matter.stated.said.seq)
    covered = [
        no
        for no in theirs(record, matter)
        if (receipt := first_receipt(record, no, *slot)) is not None
        and receipt.seq <= looked.get(no, -1)
    ]
    if said.finding == Finding.NOT_DELIVERED:
        text = f"journal {covered[0]} had given a receipt" if covered else "no receipt of theirs"
        return PartReport("delivery", not covered, text)
    return PartReport("delivery", bool(covered), "held by them" if covered else "no receipt")


def theirs(record: Record, matter: Matter) -> tuple[int, ...]:
    """Return the journals of the addressee in the mode of the statement."""
    facts = matter.facts
    return tuple(
        journal.no
        for journal in record.state.core.journals.values()
        if (journal.party, journal.mode) == (facts.addressee, facts.mode)
    )


def shown_part(
    record: Record, matter: Matter, said: NonAnswer, looked: dict[int, int]
) -> PartReport:
    """Return whether a desk of the addressee had drawn it by then, as the finding says."""
    shown = [
        each for each in shown_events(record, matter) if each.row.seq <= looked.get(each.row.no, -1)
    ]
    if said.finding != Finding.NOT_ACKNOWLEDGED:
        return PartReport("shown", not shown, "their desk had shown it" if shown else "no word")
    cited = said.shown in [entry_at(record, each.row.no, each.row.seq) for each in shown]
    return PartReport("shown", cited, "their station says so" if cited else "no such word")


def answer_part(matter: Matter, looked: dict[int, int]) -> PartReport:
    """Return whether the writer had seen no answer by then; if he had, his own `seen` convicts him
    (RECORD-131)."""
    for each in matter.heard:
        if each.said.seq <= looked.get(each.said.no, -1):
            digits = each.said.entry.hex()[:ID_DIGITS]
            return PartReport("answer", False, f"E5: its writer had seen the answer {digits}")
    return PartReport("answer", True, "none that its writer had seen")


def shown_events(record: Record, matter: Matter) -> Iterator[Happened]:
    """Yield the line events by which the addressee says that a desk of theirs drew these words."""
    mine = set(theirs(record, matter))
    for event in matter.events:
        if event.row.kind == Happening.SHOWN and event.row.no in mine:
            match decode(event.row.body):
                case (_, bytes(croot), *_) if croot == matter.facts.croot:
                    yield event


def entry_at(record: Record, no: int, seq: int) -> EntryId:
    """Return the entry that stands in a slot which we hold."""
    custody = record.custody
    found = queries.slot(custody.database, custody.line, no, seq)
    assert found is not None, f"slot {seq} of journal {no} is in the record"
    return found.entry


# --- Gathering ------------------------------------------------------------------------------------


def gather(record: Record, matter: Matter, clock: Clock) -> NonAnswer:
    """Return what our non-answer to a matter is to say, as of what is held now (RECORD-127)."""
    assert clock.due is not None, "only what was due is not answered"
    shown = next(shown_events(record, matter), None)
    held = matter.facts.held is not None
    finding = (
        Finding.NOT_DELIVERED
        if not held
        else Finding.NOT_SHOWN
        if shown is None
        else Finding.NOT_ACKNOWLEDGED
    )
    return NonAnswer(
        asked=matter.stated.said.entry,
        deadline=deadline_no(clock.duty, matter.facts.addressee),
        due=clock.due,
        finding=finding,
        shown=entry_at(record, shown.row.no, shown.row.seq) if held and shown is not None else None,
        sent=tuple(sent_rows(record, matter))[:NON_ANSWER_ROWS_MAX],
        seen=tuple(covered_rows(record, matter))[-NON_ANSWER_ROWS_MAX:],
        life=tuple(life_rows(record, matter)),
    )


def sent_rows(record: Record, matter: Matter) -> Iterator[Sent]:
    """Yield the line events of ours that say which paths took the statement."""
    ours = own_journals(record.state)
    for event in matter.events:
        if event.row.kind == Happening.SENT and event.row.no in ours:
            match decode(event.row.body):
                case (_, (int(path), *_)):
                    yield Sent(path, entry_at(record, event.row.no, event.row.seq))


def covered_rows(record: Record, matter: Matter) -> Iterator[Covered]:
    """Yield how far each station of the addressee says that it holds our journal."""
    custody, no = record.custody, matter.stated.said.no
    for holder in sorted(theirs(record, matter)):
        found = newest_receipt(custody.database, custody.line, no, holder)
        if found is not None:
            upto, carrying = found
            yield Covered(no, upto, entry_at(record, no, upto), entry_at(record, holder, carrying))


def life_rows(record: Record, matter: Matter) -> Iterator[Life]:
    """Yield the newest entry of each station of the addressee, and when it came here."""
    custody, core = record.custody, record.state.core
    held = {
        no: (no, core.journals[no].seq, core.journals[no].head) for no in theirs(record, matter)
    }
    arrived = {each.entry: each.arrived for each in queries.heads(custody.database, custody.line)}
    for entry in newest_of(held, matter.facts.addressee):
        yield Life(entry, arrived[entry])
