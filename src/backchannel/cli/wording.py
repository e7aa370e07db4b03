"""Statements as lines of text: mode first in every line, words made visible, nothing by colour.

This module must not print or compute anything. What came over the line goes through `visible`.
"""

import shutil
import textwrap
from collections.abc import Iterator, Sequence

from backchannel.cli.copylines import copy_lines
from backchannel.cli.output import visible
from backchannel.desk.telling import clock_words, departures_of, moment
from backchannel.station.ladderreports import Ladder, NonAnswerReport
from backchannel.station.matterreports import (
    CorrectionReport,
    InformedReport,
    Matter,
    Unanswered,
)
from backchannel.station.reports import (
    Field,
    Judgement,
    LogLine,
    Rendering,
    Repeated,
    Signer,
    StatementReport,
)

MODE_WIDTH = len("EXERCISE")
WIDTH_MIN = 60
# A label may be as long as a row: its text has room all the same.
TEXT_WIDTH_MIN = 20
# As many digits as never meet twice in a record, and can still be read aloud.
ID_DIGITS = 12
# Said in the first row already.
PLAIN_FIELDS = frozenset(("about", "level", "time", "stage", "change"))
# Answers whose words, if any, stand beneath the statement that they answer.
ON_A_LADDER = frozenset(("ack", "readback", "confirm", "passed", "close", "translate"))
NOT_BINDING = "DOES NOT BIND"


def prefixed(mode: str, lines: Iterator[str]) -> Iterator[str]:
    """Yield lines with the mode as the first word of each: a drill cannot look real."""
    for line in lines:
        yield f"{mode:<{MODE_WIDTH}} {line}".rstrip()


def wrapped(text: str, first: str) -> Iterator[str]:
    """Yield a text from outside behind a label, in its own lines, each as wide as the terminal."""
    width = max(WIDTH_MIN, shutil.get_terminal_size().columns - MODE_WIDTH - 1)
    for line in text.split("\n"):
        rows = textwrap.wrap(
            visible(line),
            max(TEXT_WIDTH_MIN, width - len(first)),
            drop_whitespace=False,
            replace_whitespace=False,
            break_on_hyphens=False,
        )
        for row in rows or [""]:
            yield f"{first}{row}"


# --- One line of the log --------------------------------------------------------------------------


def log_lines(line: LogLine) -> Iterator[str]:
    """Yield one statement as a log shows it."""
    yield from prefixed(line.words.mode, log_body(line))


def log_body(line: LogLine) -> Iterator[str]:
    """Yield the lines of one statement before the mode is put in front.

    An answer that stands on the ladder of what it answers takes one line.
    """
    if line.words.kind in ON_A_LADDER:
        yield f"{headline(line)}  by {' and '.join(map(visible, line.words.by))}"
        yield from field_rows(line.words.fields)
        yield from verdict_lines(line.verdict)
        yield from disclosed_lines(line)
        return
    yield headline(line)
    yield from word_lines(line)
    yield from verdict_lines(line.verdict)
    for mark in line.marks:
        yield f"  ! {visible(mark)}"
    for ladder in line.ladders:
        yield f"  > {ladder_line(ladder)}"
    yield from disclosed_lines(line)


def disclosed_lines(line: LogLine) -> Iterator[str]:
    """Yield what was shown of a statement to strangers, and given to a party's own systems."""
    for each in (*line.disclosed, *line.handed_on):
        yield f"  ! {visible(each)}"


def headline(line: LogLine) -> str:
    """Return what, from whom, to whom, how fast, and when."""
    words = line.words
    what = visible(line.number) if line.number else f"{words.kind} by {visible(words.party)}"
    parts = [what, words.precedence, words.kind if line.number else about(line)]
    parts += [f"to {', '.join(map(visible, words.to))}", moment(line.time)]
    return f"{'  '.join(part for part in parts if part)}  [{line.entry[:ID_DIGITS]}]"


def about(line: LogLine) -> str:
    """Return which statements an answer is about."""
    return f"of {' and '.join(map(visible, line.about))}" if line.about else ""


def word_lines(line: LogLine) -> Iterator[str]:
    """Yield the original, then each translation beneath it, each with its language and author."""
    words = line.words
    by = f"signed by {' and '.join(map(visible, words.by))}"
    if words.text:
        yield f"  {visible(words.language)}, original, {by}"
        yield from wrapped(words.text, "  | ")
    else:
        yield f"  {by}"
    yield from field_rows(words.fields)
    for rendering in line.renderings:
        yield from rendering_lines(rendering)


def field_rows(fields: Sequence[Field]) -> Iterator[str]:
    """Yield the fields that say more than what kind of statement it is."""
    for field in fields:
        if field.name not in PLAIN_FIELDS:
            yield from wrapped(field.value, f"  {field.name}: ")


def rendering_lines(rendering: Rendering) -> Iterator[str]:
    """Yield a translation. One that is not valid says so before its words."""
    who = f"{visible(rendering.by)}, {visible(rendering.party)}"
    yield f"  {visible(rendering.language)}, translation ({visible(rendering.stage)}), by {who}"
    yield from verdict_lines(rendering.verdict)
    yield from wrapped(rendering.text, "  | ")


def verdict_lines(verdict: Judgement) -> Iterator[str]:
    """Yield a verdict that is not plainly valid; what does not bind says so in capitals."""
    if verdict.word == "valid":
        return
    reason = f": {visible(verdict.reason)}" if verdict.reason else ""
    binding = f", {NOT_BINDING}" if verdict.word == "invalid" else ""
    yield f"  ! {verdict.word.upper()}{binding}{reason}"


def ladder_line(ladder: Ladder) -> str:
    """Return how far a statement has come with one party, and what is owed."""
    reached = next(rung for rung in ladder.rungs if rung.rung == ladder.top)
    late = ", LATE" if reached.late else ""
    due = "".join(f"; {each}" for each in (*clock_words(ladder.clocks), *silence_words(ladder)))
    said = f"{ladder.top.upper()} {moment(reached.time)} by {visible(reached.by)}{late}"
    return f"{visible(ladder.addressee)}: {said}{due}"


def silence_words(ladder: Ladder) -> Iterator[str]:
    """Yield the newest non-answer about a ladder; one that the record here refutes says so."""
    for each in ladder.non_answers[-1:]:
        refuted = "" if each.supported else ", NOT SUPPORTED by our record"
        yield f"NON-ANSWER entered: {visible(each.finding)}{refuted}"


def is_acknowledged(ladder: Ladder) -> bool:
    """Say whether an officer of the addressee has acknowledged."""
    return any(rung.rung == "acknowledged" for rung in ladder.rungs)


# --- One statement --------------------------------------------------------------------------------


def statement_lines(found: StatementReport) -> Iterator[str]:
    """Yield all there is to know of one statement."""
    yield from prefixed(found.line.words.mode, statement_body(found))


def statement_body(found: StatementReport) -> Iterator[str]:
    """Yield the lines of one statement before the mode is put in front."""
    line = found.line
    yield headline(line)
    yield from word_lines(line)
    yield ""
    reason = f" ({visible(line.verdict.reason)})" if line.verdict.reason else ""
    binding = f", {NOT_BINDING}" if line.verdict.word == "invalid" else ""
    yield f"verdict    {line.verdict.word.upper()}{binding}{reason}"
    yield f"class      {visible(line.words.category)}, {line.words.precedence}"
    for mark in line.marks:
        yield f"mark       {visible(mark)}"
    for each in line.disclosed:
        yield f"disclosed  {visible(each)}"
    for each in line.handed_on:
        yield f"handed on  {visible(each)}"
    for ladder in line.ladders:
        yield from ladder_lines(ladder)
    yield from signer_lines(found.signers, found.authority_entry)
    for repeated in found.readbacks:
        yield from repeated_lines(repeated)
    yield from matter_lines(found.matter)
    for answer in found.answers:
        yield f"answer     {headline(answer)}"
        yield from verdict_lines(answer.verdict)
        yield from field_rows(answer.words.fields)
    yield from record_lines(found)


def matter_lines(matter: Matter) -> Iterator[str]:
    """Yield what was said of a statement since, by field."""
    for made in matter.corrections:
        yield from correction_lines(made)
    for reply in matter.replies:
        verdict = "" if reply.verdict == "valid" else f"  ! {visible(reply.verdict).upper()}"
        who = f"{visible(reply.by)}, {visible(reply.party)}, at {moment(reply.time)}"
        yield f"answered   {visible(reply.form)} by {who} [{reply.entry[:ID_DIGITS]}]{verdict}"
        for name, text in reply.fields:
            yield from wrapped(text, f"  {name}: ")
    for each in matter.unanswered:
        yield from unanswered_lines(each)
    for told in matter.informed:
        yield f"informed   {informed_line(told)}"


def correction_lines(made: CorrectionReport) -> Iterator[str]:
    """Yield a change by its own party: what it was and what it is now, field by field."""
    who = f"{visible(made.by)} at {moment(made.time)} [{made.entry[:ID_DIGITS]}]"
    yield f"changed    {visible(made.change)} by {who}: {visible(made.reason)}"
    if made.effective is not None:
        yield f"  holds from {moment(made.effective)}"
    for each in made.fields:
        yield from wrapped(
            each.old, f"  {f'{each.no} {each.name}' if each.name else 'words'} was: "
        )
        yield from wrapped(each.new, "    is now: ")
        if each.by_how_much:
            yield f"    {each.by_how_much}"
        if not each.stands:
            yield "    ! what it calls the old value did not stand there: nothing is changed"
        elif each.critical:
            yield "    CRITICAL: it is read back anew"
    yield from wrapped(made.undo, "  undo: ")


def unanswered_lines(each: Unanswered) -> Iterator[str]:
    """Yield which questions a party has left out so far, and which it declined."""
    if each.questions:
        numbers = ", ".join(str(number) for number, _ in each.questions)
        yield f"partial    {visible(each.party)}: {numbers} not answered"
        for number, reason in each.questions:
            yield from wrapped(reason or "no reason given", f"  {number}: ")
    if each.declined:
        yield f"declined   {visible(each.party)}: {', '.join(map(str, each.declined))}"


def informed_line(told: InformedReport) -> str:
    """Return who was told inside a party, when, and whether he acknowledged."""
    when = "at a time not stated" if told.told is None else moment(told.told)
    known = (
        "not acknowledged"
        if told.acknowledged is None
        else (f"acknowledged {moment(told.acknowledged)}")
    )
    said = f"by the word of {visible(told.by)} [{told.entry[:ID_DIGITS]}]"
    return f"{visible(told.party)}, {visible(told.post)}: told {when}, {known}; {said}"


def ladder_lines(ladder: Ladder) -> Iterator[str]:
    """Yield every rung that was reached with one party: when, and by whose word."""
    yield f"ladder     with {visible(ladder.addressee)}"
    for rung in ladder.rungs:
        late = ", LATE" if rung.late else ""
        yield f"  {rung.rung:<14} {moment(rung.time)}  {visible(rung.by)}{late}"
    if not any(rung.rung == "shown" for rung in ladder.rungs) and is_acknowledged(ladder):
        yield "  (acknowledged; no screen has reported that it showed it)"
    for words in clock_words(ladder.clocks):
        yield f"  {words}"
    yield from silence_lines(ladder)


def silence_lines(ladder: Ladder) -> Iterator[str]:
    """Yield how far a statement that nobody answers was taken on, and what was entered of it."""
    for each in ladder.escalated:
        yield f"  escalated      {moment(each.time)}  {visible(each.step)}, by {visible(each.by)}"
    if ladder.silence is not None:
        entry = f"  [{ladder.silence.entry[:ID_DIGITS]}]" if ladder.silence.entry else ""
        yield f"  why            {ladder.silence.state.upper()}: {ladder.silence.text}{entry}"
    for silence in ladder.non_answers:
        yield from non_answer_lines(silence)


def non_answer_lines(silence: NonAnswerReport) -> Iterator[str]:
    """Yield a non-answer, and for each of its parts whether the record here supports it."""
    who = f"{visible(silence.by)} says of {visible(silence.party)}"
    yield f"non-answer {silence.duty} due {moment(silence.due)}: {silence.finding.upper()}"
    yield f"  entered    {moment(silence.time)}; {who}  [{silence.entry[:ID_DIGITS]}]"
    for part in silence.parts:
        word = "supported" if part.supported else "NOT SUPPORTED"
        yield f"  {part.part:<10} {word}{f': {visible(part.text)}' if part.text else ''}"


def signer_lines(signers: Sequence[Signer], entry: int) -> Iterator[str]:
    """Yield under whose mandates it was sent, as of which entry of the authority journal."""
    for each in signers:
        posts = f" ({', '.join(map(visible, each.posts))})" if each.posts else ""
        yield f"authority  {visible(each.name)}{posts}, as of authority entry {entry}"
        yield f"  may        {', '.join(each.powers) or 'nothing'}; in {' '.join(each.modes)}"
        yield f"  classes    {', '.join(map(visible, each.classes)) or 'none'}"
        yield f"  valid      {moment(each.since)} to {moment(each.until)}"
        yield f"  granted by {visible(each.granted_by)}; credential {each.credential[:ID_DIGITS]}"
        if each.revoked is not None:
            yield f"  REVOKED at {moment(each.revoked)}"


def repeated_lines(repeated: Repeated) -> Iterator[str]:
    """Yield a readback and where it departs; never that it is the same (NT31)."""
    entry = repeated.entry[:ID_DIGITS]
    yield f"readback   by {visible(repeated.by)} at {moment(repeated.time)} [{entry}]"
    yield from verdict_lines(repeated.verdict)
    yield from wrapped(repeated.text, "  | ")
    if repeated.outdated:
        yield "  ! OUTDATED: what it repeats was corrected; a new readback is due"
    yield from departures_of(repeated)


def record_lines(found: StatementReport) -> Iterator[str]:
    """Yield where the statement stands in the record."""
    for each in found.repeats:
        yield f"repeated   in entry {each[:ID_DIGITS]}"
    yield f"drafted    {moment(found.drafted)}; arrived {moment(found.line.arrived)}"
    yield f"slot       journal {found.journal}, slot {found.seq}"
    yield f"entry      {found.line.entry}"
    yield f"statement  {found.statement}"
    yield f"words      {found.croot}"
    yield from copy_lines(found.copies, found.receipts)
