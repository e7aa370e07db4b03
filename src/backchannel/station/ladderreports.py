"""What a station says of ladders, of clocks and of non-answers, as faces are told.

This module must hold no rule.
"""

import msgspec

from backchannel.station.shapes import HexId


class ClockReport(msgspec.Struct, frozen=True):
    """One clock of a statement: what is due from which party, since when it runs and until when,
    seconds UTC. `left_s` is what an open one has left in running time, negative once it is overdue;
    None while it has not begun. `met` is when it was met."""

    duty: str
    by: str
    since: int | None
    due: int | None
    left_s: int | None
    open: bool
    overdue: bool
    met: int | None
    late: bool


class PartReport(msgspec.Struct, frozen=True):
    """One thing that a non-answer says, whether the record here supports it, and what it finds."""

    part: str
    supported: bool
    text: str


class NonAnswerReport(msgspec.Struct, frozen=True):
    """A non-answer in the record: what was due from whom, when that ran out, how far the statement
    had come by its writer's finding, and whether our record supports each part."""

    entry: HexId
    by: str
    party: str
    duty: str
    due: int
    time: int
    finding: str
    supported: bool
    parts: tuple[PartReport, ...]


class EscalationReport(msgspec.Struct, frozen=True):
    """A step that was taken because nobody answered, and when."""

    step: str
    time: int
    by: str


class SilenceReport(msgspec.Struct, frozen=True):
    """Why a statement has no answer, what shows it, and the entry that does, if one does."""

    state: str
    text: str
    entry: HexId | None


class Rung(msgspec.Struct, frozen=True):
    """One rung of a ladder: when, by whose word, and the entry of a person's word."""

    rung: str
    time: int
    by: str
    entry: HexId | None
    late: bool


class Ladder(msgspec.Struct, frozen=True):
    """How far a statement has come with one party, and by when what is due. `ack_due` is None where
    no ack is waited for."""

    addressee: str
    rungs: tuple[Rung, ...]
    top: str
    ack_due: int | None
    overdue: bool
    clocks: tuple[ClockReport, ...] = ()
    non_answers: tuple[NonAnswerReport, ...] = ()
    escalated: tuple[EscalationReport, ...] = ()
    silence: SilenceReport | None = None


class DueReport(msgspec.Struct, frozen=True):
    """One open clock among all: the statement that it belongs to, how that is spoken of, and
    whether what is due is ours to do."""

    entry: HexId
    number: str
    mode: str
    precedence: str
    author: str
    ours: bool
    clock: ClockReport


class DuesReport(msgspec.Struct, frozen=True):
    """The clocks that run, the soonest first and overdue ones before them. `open` is how many there
    are in all, `reading` how many statements are still to be looked at after a start."""

    now: int
    clocks: tuple[DueReport, ...]
    open: int
    reading: int
