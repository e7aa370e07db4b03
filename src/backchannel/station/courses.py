"""How a statement went on with one addressee, as its clocks are reckoned from the record.

This module must not decide when something is due: it gathers moments, and the clocks' rules reckon.
"""

from backchannel.line.ageing import running_at
from backchannel.line.ladder import Facts, Rung, Step
from backchannel.line.opened import reply_wanted_of, text_of
from backchannel.line.verdicts import Said
from backchannel.notice.catalogue import known_form
from backchannel.station.judging import Record, first_receipt, running_of
from backchannel.station.pathwords import ways_to
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.watch.clocks import Clock, Course, Point, Terms, clocks_of, left_ms
from backchannel.wire.statement import Content, Kind, Label

# Whatever an officer of the addressee has done with a statement shows that he has heard it.
HEARD = (Rung.ACKNOWLEDGED, Rung.READ_BACK, Rung.PASSED, Rung.DECIDED)
ENDED = (Rung.CLOSED, Rung.RECALLED, Rung.SUPERSEDED)
FOLLOWS = (Kind.MESSAGE, Kind.NOTICE, Kind.CORRECT)
MS = 1_000


def terms_of(said: Said, content: Content | None) -> Terms:
    """Return what a statement says that clocks depend on; without its words its precedence
    speaks."""
    statement = said.statement
    if content is None:
        return Terms(statement.kind, statement.precedence)
    return Terms(
        statement.kind,
        statement.precedence,
        known_form(statement.form or ""),
        reply_wanted_of(content),
        content.values[Label.BODY - 1 :],
        len(text_of(statement.kind, content).split()),
    )


def clocks_with(
    record: Record, stated: Stated, terms: Terms, facts: Facts, steps: tuple[Step, ...]
) -> tuple[Clock, ...]:
    """Return the clocks of a statement with one addressee, from the rungs that were reached."""
    targets = record.state.charter.policy.clocks_at(terms.precedence)
    entered = entered_at(record, stated)
    times = {step.rung: step.time for step in steps}
    course = Course(
        entered=entered,
        held=held_point(record, stated, facts.addressee, entered),
        acknowledged=min((times[rung] for rung in HEARD if rung in times), default=None),
        read_back=times.get(Rung.READ_BACK),
        passed=times.get(Rung.PASSED),
        decided=times.get(Rung.DECIDED),
        reported=facts.followed,
        stands_by=facts.stands_by,
        ended=min((times[rung] for rung in ENDED if rung in times), default=None),
        ways=ways_to(record, stated, facts.addressee),
    )
    return clocks_of(terms, targets, course)


def entered_at(record: Record, stated: Stated) -> Point:
    """Return when a statement was entered; of another's, no later than it came here."""
    said = stated.said
    running = running_at(record.state.core, said.no, said.seq, stated.arrived)
    return Point(stated.time, running - max(0, stated.arrived - stated.time) * MS)


def held_point(record: Record, stated: Stated, party: int, entered: Point) -> Point | None:
    """Return when the addressee's first receipt says that it holds a statement: not before it was
    entered, and not after that receipt came (NOTICE-86)."""
    points = [
        point
        for journal in record.state.core.journals.values()
        if (journal.party, journal.mode) == (party, stated.said.mode)
        if (point := receipt_point(record, journal.no, stated, entered)) is not None
    ]
    return min(points, default=None)


def receipt_point(record: Record, holder: int, stated: Stated, entered: Point) -> Point | None:
    """Return when a journal first says that it holds a statement."""
    receipt = first_receipt(record, holder, stated.said.no, stated.said.seq)
    if receipt is None:
        return None
    custody = record.custody
    found = queries.slot(custody.database, custody.line, holder, receipt.seq)
    assert found is not None, "what says that it holds an entry is in the record"
    label = min(max(receipt.time, entered.label), max(found.arrived, entered.label))
    came = running_at(record.state.core, holder, receipt.seq, found.arrived)
    return Point(label, max(entered.running, came - (found.arrived - label) * MS))


def left_of(record: Record, clock: Clock) -> int | None:
    """Return how many ms a clock has left now, negative once overdue; None if it does not run."""
    return left_ms(clock, now=record.now, running=running_of(record)) if clock.open else None


def overdue(record: Record, clock: Clock) -> bool:
    """Say whether a clock has run out unmet."""
    left = left_of(record, clock)
    return left is not None and left < 0
