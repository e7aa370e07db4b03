"""The ladder of one statement for one addressee: each rung with the signed bytes it rests on.

Rungs are derived and kept nowhere; a higher rung fills in no lower one. This module must not
read what a path reports as a rung. Clauses: RECORD-100 to RECORD-108, NOTICE-65, NOTICE-66.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from backchannel.wire.statement import Kind


class Rung(IntEnum):
    """The states of a statement, lowest first; then the side exits that stage 1 knows."""

    DRAFTED = 1
    RELEASED = 2
    SENT = 3
    HELD = 4
    SHOWN = 5
    ACKNOWLEDGED = 6
    READ_BACK = 7
    CONFIRMED = 8
    PASSED = 9
    DECIDED = 10
    CLOSED = 11
    RECALLED = 12
    SUPERSEDED = 13


class Answer(NamedTuple):
    """A statement that names the one whose ladder this is, as it was judged here.

    `ends` is the rung by which it ends the matter, if its relation does; `undoes` is whether it
    corrects what is read back.
    """

    kind: int
    entry: bytes
    party: int
    mode: int
    time: int
    verdict: str
    croot_named: bytes | None
    refs: tuple[bytes, ...]
    by: str
    ends: Rung | None = None
    undoes: bool = False


class Facts(NamedTuple):
    """All that the record says about one statement, for one addressee.

    Times are seconds UTC as their writers claim them. `held` is the time of the first entry of
    theirs whose seen covers the statement, `shown` that of their shown line event. `stands_by` is
    until when their first *stand by* asks to wait, `followed` when the author said more about it:
    they climb no rung, and move a clock.
    """

    entry: bytes
    croot: bytes
    author: int
    addressee: int
    mode: int
    drafted: int
    released: int | None
    sent: int | None
    held: int | None
    shown: int | None
    answers: tuple[Answer, ...]
    stands_by: int | None = None
    followed: int | None = None


class Step(NamedTuple):
    """One rung that was reached: when, by whose word, and the entry that says so, if a person's."""

    rung: Rung
    time: int
    by: str
    entry: bytes | None = None


# Kind of answer: the rung it climbs, and whether the addressee says it (else the originator).
RUNG_OF: dict[int, tuple[Rung, bool]] = {
    Kind.ACK: (Rung.ACKNOWLEDGED, True),
    Kind.READBACK: (Rung.READ_BACK, True),
    Kind.CONFIRM: (Rung.CONFIRMED, False),
    Kind.PASSED: (Rung.PASSED, True),
    Kind.DECIDE: (Rung.DECIDED, True),
    Kind.RECALL: (Rung.RECALLED, False),
}
NAMES_THE_WORDS = (Kind.ACK, Kind.READBACK)


def climb(facts: Facts) -> tuple[Step, ...]:
    """Return the rungs that a statement has reached with one addressee, lowest first.

    None fills in another (RECORD-101), *shown* least of all (RECORD-102). The first answer
    reaches a rung (RECORD-107).
    """
    steps = [Step(Rung.DRAFTED, facts.drafted, "the drafter")]
    for rung, time, by in (
        (Rung.RELEASED, facts.released, "their officers"),
        (Rung.SENT, facts.sent, "the originator's station"),
        (Rung.HELD, facts.held, "the addressee's station"),
        (Rung.SHOWN, facts.shown, "the addressee's station"),
    ):
        if time is not None:
            steps.append(Step(rung, time, by))
    for answer in facts.answers:
        step = rung_of(facts, answer)
        if step is not None and all(s.rung != step.rung for s in steps):
            steps.append(step)
    return tuple(sorted(steps, key=lambda step: step.rung))


def rung_of(facts: Facts, answer: Answer) -> Step | None:
    """Return the rung that an answer climbs, or None if it climbs none (NT30, NT32, NT75, NT77).

    It counts only if it is valid, of the same mode and from the right side (RECORD-103,
    RECORD-104), and names this entry; acknowledgement and readback its croot too (RECORD-105).
    """
    if answer.verdict != "valid" or answer.mode != facts.mode:
        return None
    if answer.kind == Kind.CLOSE and answer.party in (facts.author, facts.addressee):
        return Step(Rung.CLOSED, answer.time, answer.by, answer.entry)
    if answer.ends is not None:
        return Step(answer.ends, answer.time, answer.by, answer.entry)
    rung, from_addressee = RUNG_OF.get(answer.kind, (None, False))
    side = facts.addressee if from_addressee else facts.author
    if rung is None or answer.party != side:
        return None
    if answer.kind in NAMES_THE_WORDS and answer.croot_named != facts.croot:
        return None
    if answer.kind == Kind.READBACK and is_undone(facts, answer):
        return None
    if answer.kind == Kind.CONFIRM and not confirms(facts, answer):
        return None
    return Step(rung, answer.time, answer.by, answer.entry)


def confirms(facts: Facts, answer: Answer) -> bool:
    """Say whether a confirm names a readback of this addressee that no correct undoes
    (RECORD-106)."""
    named = [
        a
        for a in counted(facts)
        if a.kind == Kind.READBACK and a.party == facts.addressee and a.entry in answer.refs
    ]
    return bool(named) and not any(is_undone(facts, each) for each in named)


def is_undone(facts: Facts, readback: Answer) -> bool:
    """Say whether the author has corrected what a readback repeats: it names the readback, or
    changes what is read back, which the readback does not name (NOTICE-66)."""
    return any(
        readback.entry in each.refs or (each.undoes and each.entry not in readback.refs)
        for each in counted(facts)
        if each.kind == Kind.CORRECT and each.party == facts.author
    )


def counted(facts: Facts) -> tuple[Answer, ...]:
    """Return the answers that are valid and of the statement's mode (RECORD-104)."""
    return tuple(a for a in facts.answers if a.verdict == "valid" and a.mode == facts.mode)


def top(steps: Iterable[Step]) -> Rung:
    """Return the highest rung that was reached."""
    return max(step.rung for step in steps)
