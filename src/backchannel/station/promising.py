"""The register of promises: what notices promise, and which entry ended each promise.

This module must not say that a promise was kept or broken, or find one in free words. Clauses:
NOTICE-73, NOTICE-74.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backchannel.limits import PROMISING_NOTICES_MAX
from backchannel.line.verdicts import Said, VectorAt
from backchannel.notice.catalogue import Form, known_form
from backchannel.notice.changes import apply
from backchannel.notice.kinds import Relation
from backchannel.notice.promises import (
    Ending,
    Promise,
    State,
    holds_until,
    promises_in,
    promising_forms,
    same_promise,
    state_of,
)
from backchannel.notice.relations import is_reply, relation_of
from backchannel.station.accountreports import EndedReport, PromiseReport, PromisesReport
from backchannel.station.judging import (
    Record,
    answers_to,
    opened,
    party_name,
    said_of,
    signer_names,
    spoken,
    vectors,
    verdict_of,
)
from backchannel.station.placing import ENDS, Correction, corrections, is_about, misplaced
from backchannel.station.saying import addressees
from backchannel.store.forms import notices_of
from backchannel.store.queries import Stated
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content, Kind, Label


class Ended(NamedTuple):
    """A promise, and what withdrew it, if anything did."""

    promise: Promise
    ending: Ending | None = None
    by: str = ""


def register(record: Record, mode: Mode) -> PromisesReport:
    """Return the promises of a mode, each with what became of it."""
    custody, vector_at = record.custody, vectors(record)
    found: list[Stated] = []
    whole = True
    for form in promising_forms():
        of_form = notices_of(
            custody.database, custody.line, mode, form, limit=PROMISING_NOTICES_MAX
        )
        whole = whole and len(of_form) < PROMISING_NOTICES_MAX
        found += of_form
    promised = [each for stated in found for each in promises_of(record, stated, vector_at)]
    in_order = sorted(promised, key=lambda each: (each.time, each.entry, each.place))
    return PromisesReport(mode.name, tuple(in_order), whole)


def promises_of(
    record: Record, stated: Stated, vector_at: VectorAt, hidden: Sequence[str] = ()
) -> Iterator[PromiseReport]:
    """Yield the promises of a notice and of the answers to its fields. Of `hidden` entries nothing
    is told, and what they changed is left out."""
    answers = [a for a in answers_to(record, stated) if a.said.entry.hex() not in hidden]
    for each in (stated, *answers):
        is_answer = each is not stated
        if is_answer and not is_reply(each.said.kind, each.said.form):
            continue
        content, said = opened(record, each), said_of(record, each)
        form = known_form(each.said.form or "")
        if content is None or form is None or misplaced(record, said, content) is not None:
            continue
        about = answers if not is_answer else answers_to(record, each)
        named = [a for a in about if a.said.entry.hex() not in hidden]
        kept = followed(record, (each, form, content), named, vector_at)
        yield from reported(record, (each, said), kept, vector_at)


def followed(
    record: Record,
    of: tuple[Stated, Form, Content],
    answers: Sequence[Stated],
    vector_at: VectorAt,
) -> list[Ended]:
    """Return the promises of a statement, with what its own party did to each (NOTICE-74)."""
    stated, form, content = of
    values = content.values[Label.BODY - 1 :]
    kept = [Ended(each) for each in promises_in(form, values)]
    for made in corrections(record, stated, answers, vector_at):
        by = " and ".join(signer_names(record, made.said))
        if relation_of(made.said.statement, made.content) == Relation.CORRECT:
            values = apply(values, made.fields)
            kept = corrected(kept, promises_in(form, values), ending_of(made), by)
        else:
            kept = [ended(each, ending_of(made), by) for each in kept]
    for ending, by in said_anew(record, stated, answers, vector_at):
        kept = [ended(each, ending, by) for each in kept]
    return kept


def said_anew(
    record: Record, stated: Stated, answers: Sequence[Stated], vector_at: VectorAt
) -> Iterator[tuple[Ending, str]]:
    """Yield the messages and notices by which its own party superseded or ended a statement."""
    party = record.state.core.journals[stated.said.no].party
    for each in answers:
        if each.said.kind not in (Kind.MESSAGE, Kind.NOTICE) or not is_about(each, stated):
            continue
        change, content = said_of(record, each), opened(record, each)
        valid = verdict_of(record, change, vector_at).word == "valid"
        if content is None or not valid or misplaced(record, change, content) is not None:
            continue
        relation = relation_of(change.statement, content)
        if relation in ENDS and change.party == party:
            by = " and ".join(signer_names(record, change))
            yield Ending(each.time, str(relation), each.said.entry), by


def ending_of(made: Correction) -> Ending:
    """Return what a change ends: at its own time, or from when on it says that it holds."""
    time = max(made.stated.time, made.effective or 0)
    return Ending(time, str(made.change), made.stated.said.entry)


def ended(each: Ended, ending: Ending, by: str) -> Ended:
    """Return a promise that is withdrawn; the first withdrawal counts."""
    return each if each.ending is not None else Ended(each.promise, ending, by)


def corrected(
    kept: Sequence[Ended], now: Sequence[Promise], ending: Ending, by: str
) -> list[Ended]:
    """Return promises after a correction: one that is not among those that stand now is withdrawn,
    one that is new is added."""
    found: list[Ended] = []
    left = list(now)
    for each in kept:
        same = next((new for new in left if same_promise(each.promise, new)), None)
        if each.ending is not None or same is None:
            found.append(ended(each, ending, by))
        else:
            left.remove(same)
            found.append(Ended(same))
    return [*found, *map(Ended, left)]


def reported(
    record: Record, of: tuple[Stated, Said], kept: Sequence[Ended], vector_at: VectorAt
) -> Iterator[PromiseReport]:
    """Yield promises as a face is told."""
    stated, said = of
    binds = verdict_of(record, said, vector_at).word == "valid"
    for place, (promise, ending, by) in enumerate(kept, 1):
        yield PromiseReport(
            statement=spoken(record, stated) or f"answer {stated.said.entry.hex()[:12]}",
            entry=stated.said.entry.hex(),
            place=place,
            party=party_name(record, said.party),
            to=addressees(record, said.statement),
            by=" and ".join(signer_names(record, said)),
            time=stated.time,
            text=promise.text,
            owner=promise.owner,
            scope=promise.scope,
            expiry=promise.expiry,
            withdrawal=promise.withdrawal,
            notice_s=promise.notice_s,
            state=str(state_of(promise, ending, record.now) if binds else State.NOT_BINDING),
            ended=None
            if ending is None
            else EndedReport(ending.entry.hex(), ending.how, by, ending.time),
            holds_until=None if ending is None else holds_until(promise, ending),
        )
