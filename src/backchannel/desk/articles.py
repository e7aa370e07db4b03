"""Statements as a conversation: two languages side by side, and how far each has come.

What a machine did is a hollow circle; what a person did is a filled square with his name. This
module must not hide a text because of a verdict, and must not translate.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec
from markupsafe import Markup

from backchannel.desk.marking import date_time_group, isolated, marked
from backchannel.errors import JunkError
from backchannel.notice.catalogue import known_form
from backchannel.notice.filling import raw
from backchannel.notice.locales import language_in
from backchannel.notice.phrasebook import TAGS, book_of
from backchannel.notice.phrasing import Reader
from backchannel.notice.rendering import texts_of
from backchannel.station.ladderreports import Ladder
from backchannel.station.reports import Judgement, LogLine, Rendering
from backchannel.wire.codec import Value, decode
from backchannel.wire.statement import Label
from backchannel.wire.visible import visible

SPOKEN = ("message", "notice")
# On the ladder, or beneath, of what they answer.
BESIDE = frozenset(("ack", "readback", "confirm", "passed", "close", "translate"))
# Rungs that a station reaches by itself.
MACHINE = frozenset(("sent", "held", "shown"))
STAGE_ORDER = ("official", "rough", "sight", "machine")

Opened = Callable[[str], str]
"""Returns the opened values of a statement, encoded, as hexadecimal; "" for what is not open."""


class Step(msgspec.Struct, frozen=True):
    """One mark of a rail: a machine's fact or a person's act, reached or waited for. `word` is a
    rung, or with `waits` what is due."""

    word: str
    human: bool
    done: bool
    who: str = ""
    time: int | None = None
    late: bool = False
    waits: bool = False
    left_s: int | None = None


class Rail(msgspec.Struct, frozen=True):
    """How far a statement has come with one party."""

    party: str
    steps: tuple[Step, ...]
    silences: tuple[str, ...]


class Row(msgspec.Struct, frozen=True):
    """One field of a notice in the words of a language."""

    name: str
    texts: tuple[Markup, ...]
    critical: bool = False


class Cell(msgspec.Struct, frozen=True):
    """A statement in one language: the original, a translation, agreed words, or nothing yet."""

    language: str
    what: str
    text: Markup = Markup()
    title: str = ""
    rows: tuple[Row, ...] = ()
    unstated: Markup = Markup()
    by: str = ""
    party: str = ""
    stage: str = ""
    verdict: Judgement | None = None


class Article(msgspec.Struct, frozen=True):
    """One statement as it stands in the conversation."""

    line: LogLine
    cells: tuple[Cell, ...]
    rails: tuple[Rail, ...]
    moment: str
    waits: bool
    kind: str = ""

    @property
    def spoken(self) -> bool:
        """Whether it is a statement of its own, with words or fields."""
        return self.line.words.kind in SPOKEN


def conversation(
    lines: Sequence[LogLine], languages: Sequence[str], opened: Opened
) -> tuple[Article, ...]:
    """Return statements oldest first, answers that stand on a ladder left out."""
    shown = (each for each in reversed(lines) if each.words.kind not in BESIDE)
    return tuple(article(each, languages, opened) for each in shown)


def article(line: LogLine, languages: Sequence[str], opened: Opened) -> Article:
    """Return one statement with a cell for each language."""
    rails = tuple(rail(each) for each in line.ladders)
    return Article(
        line=line,
        cells=tuple(cells(line, languages, opened)) if line.words.kind in SPOKEN else (),
        rails=rails,
        moment=date_time_group(line.time),
        waits=any(step.waits for each in rails for step in each.steps),
        kind=line.words.kind.replace(" ", "-"),
    )


# --- Words in two languages -----------------------------------------------------------------------


def cells(line: LogLine, languages: Sequence[str], opened: Opened) -> Iterator[Cell]:
    """Yield what stands in each column: the original stands in that of its own language."""
    words = line.words
    values = values_of(opened(line.entry)) if words.kind == "notice" else None
    home = column_of(words.language, languages, ours=words.ours)
    for n, language in enumerate(languages):
        if values is not None and base(language) in TAGS:
            notice = Noticed(words.form, words.language, values)
            what = "original" if n == home else "agreed"
            by = " and ".join(words.by)
            yield notice_cell(notice, base(language), what=what, by=by, party=words.party)
        elif n == home or values is not None:
            yield original_cell(line)
        else:
            yield translated_cell(line.renderings, language)


def column_of(language: str, languages: Sequence[str], *, ours: bool) -> int:
    """Return in which column an original stands; one in a third language in its writer's."""
    for n, each in enumerate(languages):
        if base(each) == base(language):
            return n
    return 0 if ours else len(languages) - 1


def base(language: str) -> str:
    """Return the first part of a language tag, in small letters."""
    return language.partition("-")[0].lower()


def values_of(content: str) -> tuple[Value, ...] | None:
    """Return the fields of an opened notice from its field 1; None if it is not open."""
    found = decode(bytes.fromhex(content)) if content else None
    return found[Label.BODY - 1 :] if isinstance(found, tuple) else None


def original_cell(line: LogLine) -> Cell:
    """Return the words as they were signed; a notice whose values are not here, as it came."""
    words = line.words
    rows = tuple(Row(each.name, (marked(each.value),)) for each in words.fields)
    return Cell(
        language=words.language,
        what="original" if words.text or rows else "unopened",
        text=marked(words.text),
        rows=rows if words.kind == "notice" else (),
        by=" and ".join(words.by),
        party=words.party,
    )


def translated_cell(renderings: Sequence[Rendering], language: str) -> Cell:
    """Return the translation with the most care in a language, the newest of several; or none."""
    fitting = [each for each in renderings if base(each.language) == base(language)]
    if not fitting:
        return Cell(language=language, what="untranslated")
    best = min(reversed(fitting), key=lambda each: (each.verdict.word != "valid", care(each.stage)))
    return Cell(
        language=best.language,
        what="translation",
        text=marked(best.text),
        by=best.by,
        party=best.party,
        stage=best.stage,
        verdict=best.verdict if best.verdict.word != "valid" else None,
    )


def care(stage: str) -> int:
    """Return how little care a translation has had; 0 is official."""
    return STAGE_ORDER.index(stage) if stage in STAGE_ORDER else len(STAGE_ORDER)


class Noticed(msgspec.Struct, frozen=True):
    """What a notice says: its form as a statement names it, its language, its fields from 1."""

    form: str
    language: str
    values: tuple[Value, ...]


def notice_cell(
    notice: Noticed, tag: str, *, what: str = "agreed", by: str = "", party: str = ""
) -> Cell:
    """Return a notice in the words that a phrasebook has for it (NOTICE-42)."""
    reader = Reader(book_of(tag), visible, notice.language)
    form = known_form(notice.form)
    unstated = 0
    rows: list[Row] = []
    for no, value in enumerate(notice.values, 1):
        field = form.field(no) if form else None
        if value is None and (field is None or not field.critical or field.answer):
            unstated += field is not None and not field.answer
            continue
        rows.append(row(reader, notice.form, no, value))
    book = reader.book
    return Cell(
        language=tag,
        what=what,
        title=book.titles[form.id] if form else notice.form,
        rows=tuple(rows),
        unstated=isolated(book.count("unstated", unstated)) if unstated else Markup(),
        by=by,
        party=party,
    )


def row(reader: Reader, code: str, no: int, value: Value) -> Row:
    """Return one field in words; what does not fit the form as it came (NOTICE-5)."""
    form = known_form(code)
    field = form.field(no) if form else None
    if form is None or field is None:
        return Row(f"{no}", (marked(raw(value)),))
    try:
        texts = tuple(isolated(each) for each in texts_of(reader, form, field, value))
    except JunkError:
        texts = (marked(raw(value)),)
    return Row(f"{no} {reader.book.fields[field.name]}", texts, field.critical)


def language_name(tag: str, reading: str) -> str:
    """Return the name of a language in the words of another one; its tag without a book."""
    return language_in(book_of(reading).cldr, tag) if tag else ""


# --- How far it has come --------------------------------------------------------------------------


def rail(ladder: Ladder) -> Rail:
    """Return a ladder as marks: what was reached, then what is waited for."""
    steps = [
        Step(
            word=rung.rung,
            human=rung.rung not in MACHINE,
            done=True,
            who=rung.by,
            time=rung.time,
            late=rung.late,
        )
        for rung in ladder.rungs
        # Who released it has drafted it, or has read it in full.
        if rung.rung != "drafted" or len(ladder.rungs) == 1
    ]
    steps += [
        Step(
            word=clock.duty,
            human=clock.duty != "receipt",
            done=False,
            time=clock.due,
            late=clock.overdue,
            waits=True,
            left_s=clock.left_s,
        )
        for clock in ladder.clocks
        if clock.open and clock.left_s is not None
    ]
    silences = tuple(each.finding for each in ladder.non_answers if each.supported)
    return Rail(ladder.addressee, tuple(steps), silences)
