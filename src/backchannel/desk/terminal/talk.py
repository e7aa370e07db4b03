"""The conversation: each statement in its own words, its translations beneath, how far it has come.

What a machine says is a hollow circle, what a person did a filled square with a name, so nobody
takes *held* for *read*. This module must not shorten words, and must not draw a statement that does
not bind like one that does. Where original and translation stand beside each other elsewhere, they
stand one above the other here: 38 columns would break every third line.
"""

from collections.abc import Iterator, Sequence

from backchannel.desk.telling import clock_words, departures_of, moment
from backchannel.desk.terminal.cells import Glass, Look, Row, labelled, said
from backchannel.desk.terminal.inbox import PROSIGNS, spoken
from backchannel.station.ladderreports import Ladder, Rung
from backchannel.station.matterreports import CorrectionReport, Matter
from backchannel.station.reports import (
    Field,
    Judgement,
    LogLine,
    Rendering,
    Repeated,
    StatementReport,
)

# Answers that stand on the ladder of what they answer.
ON_A_LADDER = frozenset(("ack", "readback", "confirm", "passed", "close", "translate"))
PLAIN_FIELDS = frozenset(("about", "level", "time", "stage", "change"))
MACHINES = frozenset(("sent", "held", "shown"))
# Who signed stands above the words already.
SIGNED = frozenset(("drafted", "released"))
MACHINE, PERSON = "( )", "[#]"
EDGE = 2


def conversation(glass: Glass, lines: Sequence[LogLine]) -> Iterator[tuple[str, Row]]:
    """Yield the rows of statements, oldest first, each with the entry that it belongs to."""
    for line in lines:
        if line.words.kind in ON_A_LADDER and line.verdict.word == "valid":
            continue
        for row in statement_rows(glass, line):
            yield line.entry, row
        yield line.entry, Row()


def statement_rows(glass: Glass, line: LogLine) -> Iterator[Row]:
    """Yield one statement as the conversation shows it."""
    yield Row(headline(glass, line), Look.BOLD)
    yield from word_rows(glass, line)
    for mark in line.marks:
        yield from rows(glass, mark, "  ! ")
    for ladder in line.ladders:
        yield from ladder_row(glass, ladder)


def headline(glass: Glass, line: LogLine) -> str:
    """Return what, from whom, how fast and when; of a drill with its word at both ends."""
    words = line.words
    mode = "" if words.mode == "REAL" else words.mode
    what = f"{words.kind} {words.form}" if words.form else words.kind
    sign = f"{PROSIGNS.get(words.precedence, '?')} {words.precedence}"
    whose = "ours" if words.ours else "theirs"
    to = ", ".join(words.to)
    parts = [mode, f"{spoken(line)} ({whose})", sign, what, f"to {to}", moment(line.time), mode]
    return said(glass, "  ".join(part for part in parts if part))


def word_rows(glass: Glass, line: LogLine) -> Iterator[Row]:
    """Yield original and translations, each with its language and author; what is not in order
    stands between two stop signs."""
    words = line.words
    stops = tuple(verdict_rows(glass, line.verdict))
    yield from stops
    by = " and ".join(words.by)
    if words.text:
        yield from rows(glass, f"{words.language}, ORIGINAL, signed by {by}", "  ")
        yield from rows(glass, words.text, "  | ")
    else:
        yield from rows(glass, f"signed by {by}", "  ")
    yield from field_rows(glass, words.fields)
    for rendering in line.renderings:
        yield from rendering_rows(glass, rendering)
    yield from stops


def rendering_rows(glass: Glass, each: Rendering) -> Iterator[Row]:
    """Yield a translation, whose it is and with how much care it was made."""
    head = f"{each.language}, translation ({each.stage}), by {each.by}, {each.party}"
    yield from rows(glass, head, "  ")
    yield from verdict_rows(glass, each.verdict)
    yield from rows(glass, each.text, "  : ")


def field_rows(glass: Glass, fields: Sequence[Field]) -> Iterator[Row]:
    """Yield the fields that say more than what kind of statement it is."""
    for field in fields:
        if field.name not in PLAIN_FIELDS:
            name = said(glass, field.name)
            yield from labelled(
                *(glass, field.value, f"  {name}: ", " " * (len(name) + 4)), glass.columns - EDGE
            )


def verdict_rows(glass: Glass, verdict: Judgement) -> Iterator[Row]:
    """Yield a verdict that is not plainly valid."""
    if verdict.word != "valid":
        binding = ", DOES NOT BIND" if verdict.word == "invalid" else ""
        reason = f": {verdict.reason}" if verdict.reason else ""
        text = f"{verdict.word.upper()}{binding}{reason}"
        yield from rows(glass, text, "  !STOP! ", look=Look.BOLD)


def rung_words(rung: Rung) -> str:
    """Return one rung: whose word it is, what, when."""
    late = ", LATE" if rung.late else ""
    if rung.rung in MACHINES:
        return f"{MACHINE} {rung.rung} {at(rung.time)} {rung.by}{late}"
    return f"{PERSON} {rung.rung.upper()} {at(rung.time)} by {rung.by}{late}"


def at(seconds: int) -> str:
    """Return the time of day of a moment; the head of the statement has its date."""
    return moment(seconds).partition("T")[2] or moment(seconds)


def ladder_row(glass: Glass, ladder: Ladder) -> Iterator[Row]:
    """Yield how far a statement has come with one party: the machines' words in one row, each act
    of a person in its own, then what is due."""
    machines = [f"{MACHINE} {e.rung} {at(e.time)}" for e in ladder.rungs if e.rung in MACHINES]
    yield from rows(glass, f"{ladder.addressee}: {'  '.join(machines) or 'not sent yet'}", "  > ")
    for rung in ladder.rungs:
        if rung.rung not in MACHINES and rung.rung not in SIGNED:
            yield from rows(glass, rung_words(rung), "  > ")
    for words in clock_words(ladder.clocks):
        yield from rows(glass, words, "  > ")
    for each in ladder.non_answers[-1:]:
        refuted = "" if each.supported else ", NOT SUPPORTED by our record"
        yield from rows(glass, f"NON-ANSWER entered: {each.finding}{refuted}", "  > ")


# --- One statement --------------------------------------------------------------------------------


def whole(glass: Glass, found: StatementReport) -> Iterator[Row]:
    """Yield all that an officer needs who answers a statement."""
    yield Row(headline(glass, found.line), Look.BOLD)
    yield from word_rows(glass, found.line)
    yield from below(glass, found)


def below(glass: Glass, found: StatementReport) -> Iterator[Row]:
    """Yield what stands beneath the words of a statement."""
    yield Row("-" * (glass.columns - 2 * EDGE))
    for mark in (*found.line.marks, *found.line.disclosed, *found.line.handed_on):
        yield from rows(glass, mark, "! ")
    yield Row(f"{MACHINE} a machine says so    {PERSON} a person did it")
    for ladder in found.line.ladders:
        yield Row(f"With {said(glass, ladder.addressee)}:")
        for rung in ladder.rungs:
            yield from rows(glass, rung_words(rung), "  ")
        for words in clock_words(ladder.clocks):
            yield from rows(glass, words, "  ... ", look=Look.BOLD)
        for each in ladder.escalated:
            yield from rows(glass, f"escalated {moment(each.time)}: {each.step}", "  ")
        for silence in ladder.non_answers:
            yield from rows(glass, f"NON-ANSWER by {silence.by}: {silence.finding}", "  ")
    for repeated in found.readbacks:
        yield from readback_rows(glass, repeated)
    yield from matter_rows(glass, found.matter)
    for signer in found.signers:
        posts = ", ".join(signer.posts)
        ended = "" if signer.revoked is None else f"; REVOKED {moment(signer.revoked)}"
        yield from rows(glass, f"signed by {signer.name} ({posts}){ended}", "")
    yield from rows(glass, f"class {found.line.words.category}; entry {found.line.entry}", "")


def readback_rows(glass: Glass, repeated: Repeated) -> Iterator[Row]:
    """Yield a readback and where it departs; never that it is the same (NT31)."""
    yield from rows(glass, f"read back by {repeated.by} at {moment(repeated.time)}", f"{PERSON} ")
    yield from verdict_rows(glass, repeated.verdict)
    yield from rows(glass, repeated.text, "  | ")
    if repeated.outdated:
        yield Row("  ! OUTDATED: what it repeats was corrected; a new readback is due", Look.BOLD)
    for line in departures_of(repeated):
        yield from rows(glass, line, "", look=Look.BOLD)


def matter_rows(glass: Glass, matter: Matter) -> Iterator[Row]:
    """Yield what was said of a statement since, by field."""
    for made in matter.corrections:
        yield from correction_rows(glass, made)
    for reply in matter.replies:
        head = f"answered with {reply.form} by {reply.by}, {reply.party}, {moment(reply.time)}"
        yield from rows(glass, head, f"{PERSON} ")
        for name, text in reply.fields:
            yield from rows(glass, f"{name}: {text}", "    ")
    for told in matter.informed:
        yield from rows(glass, f"{told.party}, {told.post} was told, says {told.by}", f"{PERSON} ")


def correction_rows(glass: Glass, made: CorrectionReport) -> Iterator[Row]:
    """Yield a change by a statement's own party: what it was and what it is now."""
    head = f"CHANGED ({made.change}) by {made.by} at {moment(made.time)}: {made.reason}"
    yield from rows(glass, head, f"{PERSON} ", look=Look.BOLD)
    for each in made.fields:
        yield from rows(glass, f"{each.name or 'words'} was: {each.old}", "    ")
        yield from rows(glass, f"is now: {each.new} {each.by_how_much}", "    ")
        if not each.stands:
            yield Row("    ! what it calls the old value did not stand there: nothing is changed")
    yield from rows(glass, f"undo: {made.undo}", "    ")


def rows(glass: Glass, text: str, label: str, look: Look = Look.PLAIN) -> Iterator[Row]:
    """Yield text behind a label that stands before each of its rows where it marks what it is."""
    later = label if label.strip() in ("|", ":") else " " * len(label)
    yield from labelled(glass, text, label, later, glass.columns - EDGE, look)
