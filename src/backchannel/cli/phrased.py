"""A statement in the words of a language: what is agreed is said, what was written stays.

Mode first in every line, as everywhere. This module must not translate, and must not print. What
came over the line goes through `visible` before anything is put around it. Clauses: NOTICE-42,
NOTICE-49, NOTICE-50.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from backchannel.cli.output import visible
from backchannel.cli.wording import ID_DIGITS, is_acknowledged, prefixed, silence_lines, wrapped
from backchannel.desk.telling import clock_words, moment
from backchannel.notice.catalogue import Form, form_named
from backchannel.notice.locales import language_in
from backchannel.notice.phrasebook import TAGS, Phrasebook
from backchannel.notice.phrasing import Reader, listed
from backchannel.notice.rendering import render
from backchannel.station.clocking import DUTY_WORDS
from backchannel.station.ladderreports import Ladder
from backchannel.station.reports import Field, Judgement, Rendering, StatementReport, Words
from backchannel.watch.clocks import Duty
from backchannel.wire.codec import Value, decode
from backchannel.wire.statement import Label

InLanguage = Annotated[
    str | None,
    typer.Option("--in", metavar="LANG", help=f"In the words of a language: {', '.join(TAGS)}."),
]
NOTICE = "notice"
ANSWERS = ("ack", "readback", "passed", "decide")
CHANGES = ("correct", "recall")
ACKNOWLEDGEMENT = DUTY_WORDS[Duty.ACKNOWLEDGEMENT]


def phrased_lines(found: StatementReport, book: Phrasebook) -> Iterator[str]:
    """Yield a statement as its reader's phrasebook says it, its translations and its ladder."""
    yield from prefixed(found.line.words.mode, phrased_body(found, book))


def phrased_body(found: StatementReport, book: Phrasebook) -> Iterator[str]:
    """Yield the lines of a statement before the mode is put in front."""
    line, words = found.line, found.line.words
    kind = book.kinds.get(words.kind.replace(" ", "-"), visible(words.kind))
    head = [said(book, book.modes[words.mode], words.mode)]
    head += [said(book, book.precedences[words.precedence], words.precedence), kind]
    head += [book.isolated(visible(line.number))] if line.number else []
    yield book.line(f"{'  '.join(head)}  {book.isolated(f'[{line.entry[:ID_DIGITS]}]')}")
    party, to = visible(words.party), names(book, words.to)
    yield book.line(f"{book.say('from_to', party=party, names=to)}  {when(book, line.time)}")
    for each in line.about:
        yield book.line(book.say("about", name=visible(each)))
    yield from verdict_lines(book, line.verdict)
    yield book.line(
        book.say("original", language=named(book, words.language), names=names(book, words.by))
    )
    yield from content_lines(book, words, found.content)
    for rendering in line.renderings:
        yield from rendering_lines(book, rendering)
    for each in (*line.marks, *line.disclosed, *line.handed_on):
        yield f"  ! {visible(each)}"
    for ladder in line.ladders:
        yield from map(book.line, ladder_lines(book, ladder))


def content_lines(book: Phrasebook, words: Words, content: str) -> Iterator[str]:
    """Yield what the statement itself says: its text, or its fields. Those of a notice that came
    without its values are shown as the station words them, for nothing is left out."""
    if words.text:
        yield from wrapped(words.text, "  | ")
    values = decode(bytes.fromhex(content)) if content and words.kind == NOTICE else None
    for field in words.fields:
        if field.label < Label.BODY or values is None:
            yield from map(book.line, plain_field(book, words, field))
    if isinstance(values, tuple):
        yield from notice_lines(book, words.form, values[Label.BODY - 1 :], words.language)


def notice_lines(
    book: Phrasebook, form: str, values: Sequence[Value], language: str
) -> Iterator[str]:
    """Yield a form and its fields, free text in the language in which it was written."""
    yield from render(Reader(book, visible, language), form, values)


def plain_field(book: Phrasebook, words: Words, field: Field) -> Iterator[str]:
    """Yield a common field, or one of an answer: its name in words, its value as it came."""
    name = visible(field.name)
    form = answer_form(words.kind)
    if field.label < Label.BODY:
        name = book.labels.get(field.name, name)
    elif form is not None and (of_form := form.field(field.label - Label.BODY + 1)) is not None:
        name = book.fields[of_form.name]
    value = visible(field.value)
    in_words = book.code(field.value, form.id) if form is not None else None
    yield f"  {book.say('stated', name=name, value=said(book, in_words, value))}"


def answer_form(kind: str) -> Form | None:
    """Return the form whose fields an answer has: T10 or T11 (RECORD-24)."""
    if kind in ANSWERS:
        return form_named("T10")
    return form_named("T11") if kind in CHANGES else None


def rendering_lines(book: Phrasebook, rendering: Rendering) -> Iterator[str]:
    """Yield a translation that hangs from the original: by whom, with how much care."""
    stage = book.stages.get(rendering.stage, visible(rendering.stage))
    language = named(book, rendering.language)
    by, party = visible(rendering.by), visible(rendering.party)
    yield book.line(book.say("translation", language=language, stage=stage, name=by, party=party))
    yield from verdict_lines(book, rendering.verdict)
    yield from wrapped(rendering.text, "  | ")


def verdict_lines(book: Phrasebook, verdict: Judgement) -> Iterator[str]:
    """Yield a verdict that is not plainly valid, with its reason as the station gives it."""
    if verdict.word == "valid":
        return
    parts = [said(book, book.verdicts.get(verdict.word), verdict.word.upper())]
    parts += [book.words["does not bind"]] if verdict.word == "invalid" else []
    parts += [book.isolated(visible(verdict.reason))] if verdict.reason else []
    yield book.line(f"  ! {listed(book, parts)}")


def ladder_lines(book: Phrasebook, ladder: Ladder) -> Iterator[str]:
    """Yield every rung reached with one party, and what is owed."""
    party = visible(ladder.addressee)
    for rung in ladder.rungs:
        word = book.rungs.get(rung.rung, visible(rung.rung))
        by = visible(rung.by)
        yield f"  {book.say('rung', party=party, rung=word, moment=moment(rung.time), by=by)}"
    if ladder.ack_due is not None and not is_acknowledged(ladder):
        owed = "ack_overdue" if ladder.overdue else "ack_due"
        yield f"  {book.say(owed, party=party, moment=moment(ladder.ack_due))}"
    others = [each for each in ladder.clocks if each.duty != ACKNOWLEDGEMENT]
    for words in clock_words(others):
        yield f"  {words}"
    yield from silence_lines(ladder)


# --- Words ----------------------------------------------------------------------------------------


def said(book: Phrasebook, words: str | None, signed: str) -> str:
    """Return words with the code behind them that they stand for; the code alone without words."""
    if words is None or words == signed:
        return book.isolated(signed)
    return f"{words} ({book.isolated(signed)})"


def names(book: Phrasebook, found: Sequence[str]) -> str:
    """Return names in one line."""
    return listed(book, [book.isolated(visible(each)) for each in found])


def named(book: Phrasebook, tag: str) -> str:
    """Return the name of a language, or that none was named."""
    return visible(language_in(book.cldr, tag)) if tag else book.sentences["unnamed_language"]


def when(book: Phrasebook, seconds: int) -> str:
    """Return a moment as it stands in the record."""
    return book.isolated(moment(seconds))
