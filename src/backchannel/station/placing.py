"""Whether a statement stands in its place: who says it of which other statement, by which relation.

The rule is the notice package's; what it needs is looked up here. This module must not hide what is
out of place: where it was drafted it is refused, where it arrived it is marked. Clauses: NOTICE-61,
NOTICE-62.
"""

from collections.abc import Iterable

import msgspec

from backchannel.errors import BreachError
from backchannel.line.ladder import Rung
from backchannel.line.verdicts import Said, VectorAt
from backchannel.notice.catalogue import Form, known_form
from backchannel.notice.changes import (
    Changed,
    apply,
    changes_in,
    touches_critical,
)
from backchannel.notice.kinds import Relation
from backchannel.notice.relations import (
    EFFECTIVE,
    About,
    Change,
    Saying,
    change_of,
    relation_of,
    require_relation,
)
from backchannel.station.judging import Record, opened, said_of, statement_at, verdict_of
from backchannel.station.minutesigned import signs_minute
from backchannel.store.queries import Stated
from backchannel.wire.codec import Value
from backchannel.wire.statement import Content, Kind, Label

# By these relations a statement ends the matter of the one that it names (NOTICE-65).
ENDS = {
    Relation.UPDATE: Rung.SUPERSEDED,
    Relation.CANCEL: Rung.SUPERSEDED,
    Relation.DISCONTINUE: Rung.CLOSED,
}
OUT_OF_PLACE = "out of its place"


class Correction(msgspec.Struct, frozen=True):
    """A change of a statement that counts: valid, of its own party, in its place."""

    stated: Stated
    said: Said
    content: Content
    change: Change
    fields: tuple[Changed, ...]

    @property
    def effective(self) -> int | None:
        """From when on it holds by its own word, in seconds UTC."""
        moment = self.content.field(EFFECTIVE)
        return moment if type(moment) is int else None


def about_of(record: Record, saying: Saying) -> About | None:
    """Return what a rule needs to know of the first statement that another one names, None where it
    names none of its mode that is held."""
    refs = saying.statement.refs
    found = statement_at(record, refs[0]) if refs else None
    if found is None or found.said.mode != saying.mode:
        return None
    said = found.said
    return About(said.kind, said.form, record.state.core.journals[said.no].party, said.to)


def require_placed(record: Record, saying: Saying) -> None:
    """Raise BreachError unless a statement may relate to what it names; a minute is no such."""
    if signs_minute(record, saying.statement):
        return
    require_relation(saying, about_of(record, saying))


def misplaced(record: Record, said: Said, content: Content | None) -> BreachError | None:
    """Return why a statement is out of its place; None where it is in it, or has no words here."""
    if content is None:
        return None
    try:
        require_placed(record, Saying(said.statement, content, said.party, said.mode))
    except BreachError as fault:
        return fault
    return None


def relation_in_place(record: Record, said: Said, content: Content | None) -> Relation | None:
    """Return the relation of a statement, None where it may not have it or none is known."""
    if content is None or misplaced(record, said, content) is not None:
        return None
    return relation_of(said.statement, content)


# --- What its own party changed -------------------------------------------------------------------


def corrections(
    record: Record, of: Stated, answers: Iterable[Stated], vector_at: VectorAt
) -> tuple[Correction, ...]:
    """Return the changes of a statement that count, in the order of their own times, which is the
    same at all stations (NOTICE-64)."""
    found = [
        made
        for each in answers
        if each.said.kind in (Kind.CORRECT, Kind.RECALL) and is_about(each, of)
        if (made := correction(record, of, each, vector_at)) is not None
    ]
    return tuple(sorted(found, key=order))


def order(made: Correction) -> tuple[int, int, int]:
    """Return the key that sorts corrections: time, then journal and slot."""
    return made.stated.time, made.said.no, made.said.seq


def is_about(each: Stated, of: Stated) -> bool:
    """Say whether a statement is about another: its relation is to the first that it names, and to
    no other (NOTICE-60)."""
    return each.said.refs[:1] == (of.said.entry,)


def correction(record: Record, of: Stated, each: Stated, vector_at: VectorAt) -> Correction | None:
    """Return one change of a statement, or None if it does not count."""
    said = said_of(record, each)
    party = record.state.core.journals[of.said.no].party
    if said.party != party or verdict_of(record, said, vector_at).word != "valid":
        return None
    content = opened(record, each)
    if content is None or misplaced(record, said, content) is not None:
        return None
    change = change_of(said.statement, content)
    if change is None:
        return None
    return Correction(each, said, content, change, changes_in(content))


def values_now(content: Content, made: Iterable[Correction]) -> tuple[Value, ...]:
    """Return the values of a form's fields after all corrections that count."""
    values = content.values[Label.BODY - 1 :]
    for each in made:
        values = apply(values, each.fields)
    return values


def text_now(text: str, made: Iterable[Correction]) -> str:
    """Return free words after all corrections whose old words stand there exactly once."""
    for each in made:
        for no, old, new in each.fields:
            if no != 1 or not isinstance(old, str) or not isinstance(new, str):
                continue
            if old and text.count(old) == 1:
                text = text.replace(old, new)
    return text


def undoes(of: Stated, change: Change | None, content: Content) -> bool:
    """Say whether a correction changes what is read back of a statement (NOTICE-66)."""
    if change not in (Change.CORRECT_FIELD, Change.POSTPONE):
        return False
    form: Form | None = known_form(of.said.form or "")
    if of.said.kind != Kind.NOTICE or form is None:
        return True
    return touches_critical(form, changes_in(content))
