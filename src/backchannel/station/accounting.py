"""An account of one statement: the five questions that oversight asks, each from the record.

Which exact words, on whose authority, who was present, who was informed, what was promised. This
module must not answer a question that the record does not: it says that it is silent. Clause:
NOTICE-75.
"""

from collections.abc import Iterator, Sequence

from backchannel.line.verdicts import VectorAt
from backchannel.notice.catalogue import columns_of, known_form
from backchannel.notice.filling import print_value, raw
from backchannel.station.accountreports import (
    AccountReport,
    LearntReport,
    PresentReport,
    PromiseReport,
)
from backchannel.station.judging import (
    Record,
    answers_to,
    opened,
    party_name,
    said_of,
    signer_names,
    verdict_of,
)
from backchannel.station.promising import promises_of
from backchannel.station.reading import statement_report
from backchannel.station.reports import LogLine, StatementReport
from backchannel.store.queries import Stated
from backchannel.wire.statement import Content, Kind, Label

# By these somebody of the addressee learnt of a statement.
LEARNT = ("held", "shown", "acknowledged", "read back", "passed", "decided")
# Field 6 of T10, in the statements that carry its fields.
PRESENT = Label.BODY + 5
WITH_T10 = (Kind.ACK, Kind.READBACK, Kind.PASSED, Kind.DECIDE)
# Names of fields that say who was there, and on whose authority something is said.
PRESENT_FIELD, AUTHORITY_WORD = "present", "authority"


def account(record: Record, stated: Stated, vector_at: VectorAt) -> AccountReport:
    """Return the account of a statement."""
    report = statement_report(record, stated, (), vector_at)
    content, line = opened(record, stated), report.line
    there = tuple(present(record, stated, content, vector_at))
    promised = tuple(promises_of(record, stated, vector_at))
    authority = tuple(authority_said(stated, content))
    return AccountReport(
        entry=line.entry,
        number=line.number,
        time=line.time,
        words=line.words,
        text_now=report.matter.text_now,
        verdict=line.verdict,
        signers=report.signers,
        authority_entry=report.authority_entry,
        authority=authority,
        present=there,
        learnt=tuple(learnt(line)),
        informed=report.matter.informed,
        promised=promised,
        marks=line.marks,
        silent=tuple(silent(report, (authority, there), promised)),
    )


def authority_said(stated: Stated, content: Content | None) -> Iterator[str]:
    """Yield what a statement itself says of its authority: common field, and fields of its form."""
    if content is None:
        return
    common = content.field(Label.AUTHORITY)
    if common is not None:
        yield raw(common)
    yield from fields_of(stated, content, AUTHORITY_WORD)


def fields_of(stated: Stated, content: Content, word: str) -> Iterator[str]:
    """Yield the fields of a notice whose name begins with a word, a row at a time."""
    form = known_form(stated.said.form or "") if stated.said.kind == Kind.NOTICE else None
    for field in form.fields if form is not None else ():
        label = Label.BODY + field.no - 1
        if field.name.startswith(word) and content.field(label) is not None:
            text = print_value(form, field.no, content.field(label))[1]
            yield from text.split("\n") if columns_of(field) else [text]


def present(
    record: Record, stated: Stated, content: Content | None, vector_at: VectorAt
) -> Iterator[PresentReport]:
    """Yield who was there: by a read-out's own rows, and by what those who answered said."""
    if content is not None:
        said = said_of(record, stated)
        by = " and ".join(signer_names(record, said))
        for text in fields_of(stated, content, PRESENT_FIELD):
            yield PresentReport(party_name(record, said.party), text, by, stated.said.entry.hex())
    for each in answers_to(record, stated):
        said, words = said_of(record, each), opened(record, each)
        if words is None or each.said.kind not in WITH_T10 or is_by_form(each):
            continue
        level = words.field(PRESENT)
        if isinstance(level, str) and verdict_of(record, said, vector_at).word == "valid":
            by = " and ".join(signer_names(record, said))
            yield PresentReport(party_name(record, said.party), level, by, each.said.entry.hex())


def is_by_form(stated: Stated) -> bool:
    """Say whether an answer has fields of another form than T10."""
    return (stated.said.form or "T10").partition("/")[0] != "T10"


def learnt(line: LogLine) -> Iterator[LearntReport]:
    """Yield the rungs by which each addressee learnt of a statement."""
    for ladder in line.ladders:
        for rung in ladder.rungs:
            if rung.rung in LEARNT:
                yield LearntReport(ladder.addressee, rung.rung, rung.time, rung.by)


def silent(
    report: StatementReport,
    said: tuple[Sequence[str], Sequence[PresentReport]],
    promised: Sequence[PromiseReport],
) -> Iterator[str]:
    """Yield what the record does not answer."""
    authority, there = said
    words = report.line.words
    if not words.text and not words.fields:
        yield "Its words are not held here."
    if not authority:
        yield "It states no authority beyond the mandates of those who signed it."
    if not there:
        yield "Nobody is named as present but those who signed."
    if not report.matter.informed:
        yield "Neither party has put on record whom of its own it told."
    if not promised:
        yield "It states no promise in a field for promises; free words are for people to read."
