"""The oversight pack as data: what the station says of a period, and what follows from it.

This module must not read a record, or say that something is proven: that is for the verifier, from
the span beside it. Clauses: PROOF-120, PROOF-121, PROOF-123.
"""

from collections.abc import Iterator
from typing import Any  # a JSON object

import msgspec

from backchannel.limits import MOMENT_MAX
from backchannel.oversight.holding import not_held_fast
from backchannel.station.ladderreports import Ladder, Rung
from backchannel.station.packs import Pack, Packed
from backchannel.station.reports import Words
from backchannel.wire.moments import print_moment

FORMAT = "backchannel/1/oversight-pack"
ID_DIGITS = 12
KINDS_OF_PROMISE = frozenset(("message", "notice"))
PROMISING_FORMS = frozenset(("T08", "T19"))
PROMISES = "promises"
# By these somebody of the addressee learnt of a statement; the others are acts of either side.
LEARNT = ("held", "shown", "acknowledged", "read back", "passed", "decided")
# Their own ladders would say no more than that a station holds an answer.
ANSWERS = frozenset(("ack", "readback", "confirm", "passed", "close", "translate"))
PERSONS_RUNGS = ("acknowledged", "read back")
PROMISES_NOTE = (
    "The register follows what notices state in a field for promises: open, expired or withdrawn "
    "when the pack was made, and by which entry. Nothing here says that a promise was kept. A "
    "promise in free words cannot be told from other words, so every message and notice is listed "
    "as well, whether its class asks for the power to commit, and who of the other party "
    "acknowledged it."
)
ALWAYS_UNKNOWN = (
    "What was said by voice: calls are not carried by this version of the line.",
    "Who else was in the room: the record names who signed, and no others who were present.",
    "What was prepared: drafts, notes and advice before a release are not entered.",
    "Who was told off the line: the record holds what was addressed on it, and nothing else.",
    "Whether a person read a text: held and shown are the word of machines.",
)


class Informed(msgspec.Struct, frozen=True):
    """Somebody learnt of a statement: at which time, by which rung, by whose word."""

    time: int
    statement: str
    addressee: str
    rung: str
    by: str
    late: bool


class Promise(msgspec.Struct, frozen=True):
    """A message or notice that could be held up as a promise, and who has acknowledged it."""

    statement: str
    entry: str
    time: int
    party: str
    to: tuple[str, ...]
    by: tuple[str, ...]
    commits: bool
    form: str
    promised: str
    text: str
    hidden: bool
    acknowledged: tuple[str, ...]
    marks: tuple[str, ...]


class Evidence(msgspec.Struct, frozen=True):
    """The file that can be verified: its name, its length and its SHA-256."""

    file: str
    bytes: int
    sha256: str


class Folder(msgspec.Struct, frozen=True):
    """All that a pack says, as it is written in JSON."""

    format: str
    evidence: Evidence
    informed: tuple[Informed, ...]
    promises: tuple[Promise, ...]
    promises_note: str
    unknown: tuple[str, ...]
    station: Pack


def folder_of(pack: Pack, evidence: Evidence) -> Folder:
    """Return what a pack says, with what follows from the word of the station."""
    return Folder(
        format=FORMAT,
        evidence=evidence,
        informed=tuple(sorted(informed(pack), key=lambda each: (each.time, each.statement))),
        promises=tuple(promises(pack)),
        promises_note=PROMISES_NOTE,
        unknown=tuple(unknown(pack)),
        station=pack,
    )


def as_json(folder: Folder) -> dict[str, Any]:  # a JSON object
    """Return a pack as a JSON object."""
    return msgspec.to_builtins(folder)  # type: ignore[no-any-return]


def called(each: Packed) -> str:
    """Return how a statement is spoken of: its number, or its kind and how its id begins."""
    line = each.report.line
    return line.number or f"{line.words.kind} {line.entry[:ID_DIGITS]}"


def moment(seconds: int) -> str:
    """Return a claimed time as text; others may claim what no calendar has."""
    return print_moment(seconds) if 0 <= seconds <= MOMENT_MAX else f"second {seconds}"


# --- Who was informed -----------------------------------------------------------------------------


def informed(pack: Pack) -> Iterator[Informed]:
    """Yield who learnt of each statement and when, as far as a ladder says."""
    for each in pack.statements:
        if each.report.line.words.kind in ANSWERS:
            continue
        for ladder in each.report.line.ladders:
            for rung in ladder.rungs:
                if rung.rung in LEARNT:
                    yield Informed(
                        rung.time, called(each), ladder.addressee, rung.rung, rung.by, rung.late
                    )
        if each.report.line.words.kind in KINDS_OF_PROMISE:
            yield from told_inside(each)


def told_inside(each: Packed) -> Iterator[Informed]:
    """Yield who was told inside a party, by its own word (NOTICE-72)."""
    for told in each.report.matter.informed:
        known = "" if told.acknowledged is None else f", acknowledged {moment(told.acknowledged)}"
        unsaid = "" if told.told is not None else ", time not stated"
        time = each.report.line.time if told.told is None else told.told
        rung = f"told: {told.post}{known}{unsaid}"
        yield Informed(time, called(each), told.party, rung, told.by, late=False)


# --- What was promised ----------------------------------------------------------------------------


def promises(pack: Pack) -> Iterator[Promise]:
    """Yield every message and notice with who acknowledged it."""
    for each in pack.statements:
        line = each.report.line
        if line.words.kind not in KINDS_OF_PROMISE:
            continue
        yield Promise(
            statement=called(each),
            entry=line.entry,
            time=line.time,
            party=line.words.party,
            to=line.words.to,
            by=line.words.by,
            commits=each.commits,
            form=line.words.form,
            promised=stated_in(line.words),
            text=line.words.text,
            hidden=each.hidden,
            acknowledged=tuple(
                f"{ladder.addressee}: {rung.rung} by {rung.by}, {moment(rung.time)}"
                for ladder in line.ladders
                for rung in persons(ladder)
            ),
            marks=line.marks,
        )


def stated_in(words: Words) -> str:
    """Return what a notice states as promises, "" for what has no such field."""
    if words.form.partition("/")[0] not in PROMISING_FORMS:
        return ""
    return "; ".join(each.value for each in words.fields if each.name == PROMISES)


def persons(ladder: Ladder) -> Iterator[Rung]:
    """Yield the rungs that a person reached."""
    return (each for each in ladder.rungs if each.rung in PERSONS_RUNGS)


# --- What could not be known ----------------------------------------------------------------------


def unknown(pack: Pack) -> Iterator[str]:
    """Yield what this pack does not answer, in sentences (PROOF-123)."""
    yield from ALWAYS_UNKNOWN
    if pack.since is None:
        yield "Nothing lies before this pack: it begins with the line."
    else:
        yield f"What was entered before {moment(pack.since.time)}: another pack covers it."
    if pack.upto.time < pack.asked_until:
        yield (
            f"What was entered after {moment(pack.upto.time)}: asked was until "
            f"{moment(pack.asked_until)}, but no minute after that is cosigned by all parties."
        )
    if not_held_fast(pack):
        yield "Whether all parties together changed the record since: no witness holds it fast."
    yield from unread(pack)
    yield from open_ends(pack)
    check = pack.check
    for fork in check.forks:
        yield f"Which of two things holds: {fork} has said both."
    for gap in check.gaps:
        yield f"What lies in a gap: {gap}."
    if check.damage is not None:
        yield f"What our own record held: {check.summary}"


def unread(pack: Pack) -> Iterator[str]:
    """Yield of which statements no words are here."""
    never = [each for each in pack.statements if unopened(each)]
    hidden = [each for each in pack.statements if each.hidden and not unopened(each)]
    if hidden:
        yield f"The words of {len(hidden)} statements, which are hidden: {names(hidden)}."
    if never:
        yield f"The words of {len(never)} statements, which never came here: {names(never)}."


def unopened(each: Packed) -> bool:
    """Say whether the words of a statement never came to this station."""
    return any(mark.startswith("unopened") for mark in each.report.line.marks)


def open_ends(pack: Pack) -> Iterator[str]:
    """Yield which messages and notices nobody acknowledged, and what is not duly released."""
    waiting = [
        each
        for each in pack.statements
        if each.report.line.words.kind in KINDS_OF_PROMISE
        and not all(any(persons(ladder)) for ladder in each.report.line.ladders)
    ]
    if waiting:
        yield f"Whether anybody understood {names(waiting)}: nobody acknowledged."
    doubted = [each for each in pack.statements if each.report.line.verdict.word != "valid"]
    for each in doubted:
        verdict = each.report.line.verdict
        yield f"Whether {called(each)} binds anybody: {verdict.word} {verdict.reason}".rstrip()


def names(some: list[Packed]) -> str:
    """Return how statements are spoken of, with commas between."""
    return ", ".join(map(called, some))
