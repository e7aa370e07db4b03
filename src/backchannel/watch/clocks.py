"""The clocks of one statement with one addressee: what is due, when it began, whether it was met.

A clock that takes a time runs on running time, which no hand can set; the moments beside it are
labels for people. One that ends at a moment named in the words ends there by the calendar. This
module must not read a clock or decide what is done about a late answer. Clauses: NOTICE-82 to
NOTICE-88, NOTICE-94.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

import msgspec

from backchannel.charter.paths import Latency, Path
from backchannel.charter.policy import LONG_TEXT_WORDS, Clocks
from backchannel.notice.catalogue import Form
from backchannel.notice.rekeying import critical_fields
from backchannel.notice.timing import Asks, Timing, moment_of, timing_of
from backchannel.wire.codec import Value
from backchannel.wire.statement import Kind, Precedence

# What a statement can ask for in its words (common field 0.22), as far as clocks care.
NOTHING, ACK, READBACK, ANSWER = "none", "ack", "readback", "answer"
MS = 1_000


class Duty(IntEnum):
    """What is due. The numbers stand in non-answers (RECORD-126), so they never change."""

    HELD = 1
    ACKNOWLEDGEMENT = 2
    READBACK = 3
    OPERATING = 4
    ANSWER = 5
    REPORT = 6


class Point(NamedTuple):
    """When something happened: as its writer labels it, seconds UTC, and in ms of running time."""

    label: int
    running: int


class Terms(NamedTuple):
    """What a statement says that clocks depend on: `wanted` is common field 0.22, None without one.
    `body` are its fields from 1 on, `words` counts its free text."""

    kind: int
    precedence: int
    form: Form | None = None
    wanted: str | None = None
    body: tuple[Value, ...] = ()
    words: int = 0


class Course(NamedTuple):
    """How it went on with one addressee so far: labels in seconds UTC, None for what has not been.

    `acknowledged` is the first thing that an officer there did with it; `stands_by` the moment that
    the first *stand by* named; `ended` when it was closed, recalled or superseded. `ways` are the
    paths to him that were up when it was entered.
    """

    entered: Point
    held: Point | None = None
    acknowledged: int | None = None
    read_back: int | None = None
    passed: int | None = None
    decided: int | None = None
    reported: int | None = None
    stands_by: int | None = None
    ended: int | None = None
    ways: tuple[Path, ...] = ()


class Clock(msgspec.Struct, frozen=True):
    """One clock. `since` is None until it begins, and `due` with it unless a moment was named.

    `running_s` is how long it takes, None where it ends at a moment. `met` is when.
    """

    duty: Duty
    since: Point | None
    due: int | None
    running_s: int | None
    met: int | None = None
    ended: int | None = None

    @property
    def open(self) -> bool:
        """Whether it still waits."""
        return self.met is None and self.ended is None

    @property
    def late(self) -> bool:
        """Whether it was met after its time, by the labels."""
        return self.met is not None and self.due is not None and self.met > self.due


def left_ms(clock: Clock, *, now: int, running: int) -> int | None:
    """Return how many ms an open clock has left, negative once it is overdue (NOTICE-87).

    `now` is the calendar in seconds UTC, `running` the running time in ms. None while it has not
    begun.
    """
    if clock.since is None or clock.due is None:
        return None
    if clock.running_s is None:
        return (clock.due - now) * MS
    return clock.running_s * MS - (running - clock.since.running)


def clocks_of(terms: Terms, targets: Clocks, course: Course) -> tuple[Clock, ...]:
    """Return the clocks of a statement with one addressee, in the order of their numbers.

    `targets` are the charter's for its precedence. Only messages and notices have any (NOTICE-82).
    """
    if terms.kind not in (Kind.MESSAGE, Kind.NOTICE):
        return ()
    wanted = {
        Duty.HELD: Timing(held_seconds(targets, course.ways)),
        Duty.ACKNOWLEDGEMENT: ack_timing(terms, targets),
        Duty.READBACK: readback_timing(terms, targets),
        Duty.OPERATING: timing_of(terms.form, Asks.OPERATING),
        Duty.ANSWER: answer_timing(terms, targets),
        Duty.REPORT: timing_of(terms.form, Asks.REPORT),
    }
    found = (clock_of(duty, timing, terms, course) for duty, timing in wanted.items() if timing)
    return tuple(each for each in found if each is not None)


def held_seconds(targets: Clocks, ways: Iterable[Path]) -> int:
    """Return how long a receipt may take by the best of some paths. Without any nothing is on its
    way that a longer time would wait for, so that of a fast one counts (NOTICE-94)."""
    return min((seconds_by(targets, each) for each in ways), default=targets.held_fast_s)


def seconds_by(targets: Clocks, way: Path) -> int:
    """Return how long a receipt may take by one path (CHARTER-12)."""
    if way.latency == Latency.COURIER and way.travel_s:
        return way.travel_s
    column = {Latency.FAST: targets.held_fast_s, Latency.SLOW: targets.held_slow_s}
    return column.get(Latency(way.latency), targets.held_mail_s)


def ack_timing(terms: Terms, targets: Clocks) -> Timing | None:
    """Return when an acknowledgement is due: above ROUTINE always, else if asked for (NOTICE-83).

    A form's own time replaces that of the precedence; a long text takes longer to read.
    """
    own = timing_of(terms.form, Asks.ACK)
    if terms.wanted == NOTHING:
        return None
    if own is not None:
        return own
    if terms.wanted is None and terms.precedence >= Precedence.ROUTINE:
        return None
    long = terms.words > LONG_TEXT_WORDS
    return Timing(targets.ack_long_s if long else targets.ack_s)


def readback_timing(terms: Terms, targets: Clocks) -> Timing | None:
    """Return when a readback is due: asked for, or of a form with critical fields (NOTICE-84)."""
    critical = terms.form is not None and bool(critical_fields(terms.form))
    if terms.wanted not in (None, READBACK) or (terms.wanted is None and not critical):
        return None
    own = timing_of(terms.form, Asks.READBACK)
    if own is not None:
        return own
    return None if targets.readback_s is None else Timing(targets.readback_s)


def answer_timing(terms: Terms, targets: Clocks) -> Timing | None:
    """Return when an answer is due: by the form, or as the readback if only asked for
    (NOTICE-85)."""
    own = timing_of(terms.form, Asks.ANSWER)
    if own is not None or terms.wanted != ANSWER:
        return own
    return Timing(targets.readback_s or targets.ack_s)


def clock_of(duty: Duty, timing: Timing, terms: Terms, course: Course) -> Clock | None:
    """Return one clock, or None where the words name no moment for it.

    *Held* and the originator's own report run from the entry, all others from *held* (NOTICE-86).
    """
    since = course.entered if duty in (Duty.HELD, Duty.REPORT) else course.held
    met, ended = met_at(duty, course), course.ended
    if duty == Duty.ANSWER and course.stands_by is not None:
        return Clock(duty, since, course.stands_by, None, met, ended)
    if timing.field is None:
        due = None if since is None else since.label + timing.seconds
        return Clock(duty, since, due, timing.seconds, met, ended)
    assert terms.form is not None, "only a form names a field"
    moment = moment_of(terms.form, timing, terms.body, sent=course.entered.label)
    return None if moment is None else Clock(duty, since, moment, None, met, ended)


def met_at(duty: Duty, course: Course) -> int | None:
    """Return when a duty was met, None so far."""
    return {
        Duty.HELD: None if course.held is None else course.held.label,
        Duty.ACKNOWLEDGEMENT: course.acknowledged,
        Duty.READBACK: course.read_back,
        Duty.OPERATING: course.passed,
        Duty.ANSWER: course.decided,
        Duty.REPORT: course.reported,
    }[duty]


def missing_lead(terms: Terms, entered: int) -> int | None:
    """Return by how many seconds a notice came later than its form asks, None if in time or if the
    form asks for no lead (NOTICE-88). It is never refused for that."""
    timing = timing_of(terms.form, Asks.LEAD)
    if timing is None or terms.form is None:
        return None
    latest = moment_of(terms.form, timing, terms.body, sent=entered)
    return entered - latest if latest is not None and entered > latest else None
