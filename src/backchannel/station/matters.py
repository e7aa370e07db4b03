"""A matter as one reads it: how a statement was corrected, answered by fields, and made known.

This module must not drop what was corrected, and must not count what is not valid or out of its
place: that is shown with its mark. Clauses: NOTICE-63 to NOTICE-72.
"""

from collections.abc import Iterator, Sequence

from backchannel.line.opened import text_of
from backchannel.line.verdicts import VectorAt
from backchannel.notice.answering import DECLINE, answered_in, left_out_in, questions_of
from backchannel.notice.catalogue import Form, known_form
from backchannel.notice.changes import Changed, apply, fits
from backchannel.notice.filling import print_value, raw
from backchannel.notice.informed import informed_in
from backchannel.notice.rekeying import critical_fields, offset
from backchannel.notice.relations import CHANGE_ROWS, is_reply
from backchannel.station.judging import (
    Record,
    answers_to,
    opened,
    party_name,
    said_of,
    signer_names,
    verdict_of,
)
from backchannel.station.matterreports import (
    CorrectionReport,
    FieldChange,
    InformedReport,
    Matter,
    MatterReport,
    ReplyReport,
    Unanswered,
)
from backchannel.station.placing import (
    OUT_OF_PLACE,
    Correction,
    corrections,
    is_about,
    misplaced,
    text_now,
    values_now,
)
from backchannel.store.queries import Stated
from backchannel.wire.codec import Value, encode
from backchannel.wire.statement import Content, Label

REASON, UNDO = CHANGE_ROWS + 1, CHANGE_ROWS + 2


def form_of(stated: Stated) -> Form | None:
    """Return the form of a notice or an answer by fields, None where none is known."""
    return known_form(stated.said.form or "")


def answers_about(record: Record, stated: Stated) -> tuple[Stated, ...]:
    """Return the statements whose relation is to this one, oldest first (NOTICE-60)."""
    return tuple(each for each in answers_to(record, stated) if is_about(each, stated))


def matter_report(record: Record, stated: Stated, vector_at: VectorAt) -> MatterReport:
    """Return what a desk needs that corrects or answers a statement by fields."""
    content, answers = opened(record, stated), answers_about(record, stated)
    made = corrections(record, stated, answers, vector_at)
    values = values_now(content, made) if content is not None else ()
    done: set[int] = set()
    for party, form, words in replies_that_count(record, answers, vector_at):
        if party == record.state.party:
            done.update(answered_in(form, words)[1])
    return MatterReport(
        entry=stated.said.entry.hex(),
        form=stated.said.form or "",
        values=encode(values).hex(),
        corrections=tuple(each.stated.said.entry.hex() for each in made),
        questions=tuple(questions_of(form_of(stated), values).items()),
        answered=tuple(sorted(done)),
    )


def matter_of(
    record: Record, stated: Stated, made: Sequence[Correction], vector_at: VectorAt
) -> Matter:
    """Return what was said of a statement since, by field; `made` are its corrections."""
    content, answers = opened(record, stated), answers_to(record, stated)
    about = answers_about(record, stated)
    values = values_now(content, made) if content is not None else ()
    return Matter(
        text_now="" if content is None else text_now(text_of(stated.said.kind, content), made),
        corrections=() if content is None else tuple(changed(record, stated, content, made)),
        replies=tuple(replies(record, about, vector_at)),
        unanswered=tuple(unanswered(record, (stated, values), about, vector_at)),
        informed=tuple(informed(record, (stated, *answers), vector_at)),
    )


# --- Corrections ----------------------------------------------------------------------------------


def changed(
    record: Record, stated: Stated, content: Content, made: Sequence[Correction]
) -> Iterator[CorrectionReport]:
    """Yield what the own party of a statement changed, old and new beside each other."""
    form = form_of(stated)
    values = content.values[Label.BODY - 1 :]
    for each in made:
        yield CorrectionReport(
            entry=each.stated.said.entry.hex(),
            change=str(each.change),
            by=" and ".join(signer_names(record, each.said)),
            party=party_name(record, each.said.party),
            time=each.stated.time,
            reason=in_words(each.content.field(REASON)),
            undo=in_words(each.content.field(UNDO)),
            effective=each.effective,
            fields=tuple(field_change(form, values, one) for one in each.fields),
        )
        values = apply(values, each.fields)


def field_change(form: Form | None, values: Sequence[Value], change: Changed) -> FieldChange:
    """Return one corrected field as a face is told. Words of a message have no form."""
    field = form.field(change.no) if form is not None else None
    if field is None:
        stands = form is None
        old, new = in_words(change.old), in_words(change.new)
        return FieldChange(change.no, "", old, new, "", stands, stands)
    assert form is not None, "a field is of a form"
    return FieldChange(
        no=change.no,
        name=field.name,
        old=print_value(form, change.no, change.old)[1],
        new=print_value(form, change.no, change.new)[1],
        by_how_much=offset(field, change.old, change.new).strip(),
        critical=field in critical_fields(form),
        stands=fits(values, change),
    )


def in_words(value: Value) -> str:
    """Return a value in words: what is not stated is nothing, of a pair the part that is stated."""
    if isinstance(value, tuple):
        return ": ".join(raw(each) for each in value if each is not None)
    return "" if value is None else raw(value)


# --- Answers by field -----------------------------------------------------------------------------


def replies(
    record: Record, answers: Sequence[Stated], vector_at: VectorAt
) -> Iterator[ReplyReport]:
    """Yield the answers by field, in the order in which they were accepted."""
    for each in answers:
        said = said_of(record, each)
        content = opened(record, each)
        if content is None or not is_reply(each.said.kind, each.said.form):
            continue
        verdict = verdict_of(record, said, vector_at)
        fault = misplaced(record, said, content)
        word = f"{verdict.word} {verdict.reason}".strip() if fault is None else OUT_OF_PLACE
        form = form_of(each)
        yield ReplyReport(
            entry=each.said.entry.hex(),
            form=each.said.form or "",
            by=" and ".join(signer_names(record, said)),
            party=party_name(record, said.party),
            time=each.time,
            verdict=word,
            fields=tuple(
                print_value(form, no, value)
                for no, value in enumerate(content.values[Label.BODY - 1 :], 1)
                if value is not None
            ),
            answered=answered_in(each.said.form, content)[1],
        )


def unanswered(
    record: Record,
    asked: tuple[Stated, Sequence[Value]],
    answers: Sequence[Stated],
    vector_at: VectorAt,
) -> Iterator[Unanswered]:
    """Yield, for each party that has replied, the questions that it left out or declined
    (NOTICE-71). `asked` is the notice with its values as they stand."""
    stated, values = asked
    questions = questions_of(form_of(stated), values)
    for party in range(len(record.state.charter.parties)):
        said: set[int] = set()
        declined: set[int] = set()
        reasons: dict[int, str] = {}
        counted = [c for c in replies_that_count(record, answers, vector_at) if c[0] == party]
        for _, form, content in counted:
            word, numbers = answered_in(form, content)
            (declined if word == DECLINE else said).update(numbers)
            reasons.update(left_out_in(content))
        if counted and questions:
            rest = [(n, reasons.get(n, "")) for n in questions if n not in said | declined]
            yield Unanswered(party_name(record, party), tuple(rest), tuple(sorted(declined - said)))


def replies_that_count(
    record: Record, answers: Sequence[Stated], vector_at: VectorAt
) -> Iterator[tuple[int, str | None, Content]]:
    """Yield party, form and words of each valid reply in its place."""
    for each in answers:
        said = said_of(record, each)
        content = opened(record, each)
        if content is None or not is_reply(each.said.kind, each.said.form):
            continue
        valid = verdict_of(record, said, vector_at).word == "valid"
        if valid and misplaced(record, said, content) is None:
            yield said.party, each.said.form, content


# --- Who was told ---------------------------------------------------------------------------------


def informed(
    record: Record, statements: Sequence[Stated], vector_at: VectorAt
) -> Iterator[InformedReport]:
    """Yield who was told inside each party, by the lists in a statement and in those that name it,
    as far as they are valid (NOTICE-72)."""
    for each in statements:
        content = opened(record, each)
        said = said_of(record, each)
        if content is None or verdict_of(record, said, vector_at).word != "valid":
            continue
        for row in informed_in(content.field(Label.INFO_POSTS)):
            yield InformedReport(
                party=party_name(record, said.party),
                post=row.post,
                told=row.told,
                acknowledged=row.acknowledged,
                by=" and ".join(signer_names(record, said)),
                entry=each.said.entry.hex(),
            )
