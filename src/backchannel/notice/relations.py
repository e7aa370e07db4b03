"""How a statement relates to the one that it names, and who may use which relation.

Whoever may not is told so where he drafts; what arrives all the same is shown, and changes nothing.
This module must not look a statement up, and must not judge a signature. Clauses: NOTICE-60 to
NOTICE-62.
"""

from enum import StrEnum
from typing import NamedTuple

from backchannel.errors import BreachError
from backchannel.notice.catalogue import known_form
from backchannel.notice.kinds import Relation
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content, Kind, Label, Statement

T10, T17 = "T10", "T17"
# Of a change (T11): reference, kind, rows, reason, undo, who was told, effective time.
CHANGE_KIND, CHANGE_ROWS, EFFECTIVE = Label.BODY + 1, Label.BODY + 2, Label.BODY + 6
ACTION = Label.BODY + 6
# Either party of such a window may stop it, in mode REAL (NOTICE-61).
STOPPED_BY_EITHER = ("T02-X", "T15-W")


class Change(StrEnum):
    """What is changed: field 2 of T11."""

    CORRECT_FIELD = "correct-field"
    REPLACE = "replace"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    END_EARLY = "end-early"
    SENT_IN_ERROR = "recall-sent-in-error"
    FALSE_ALARM = "false-alarm"


class About(NamedTuple):
    """What a rule needs to know of the statement that another one names."""

    kind: int
    form: str | None
    party: int
    to: int


class Saying(NamedTuple):
    """A statement with its words, who says it, and in which mode."""

    statement: Statement
    content: Content
    party: int
    mode: int


OF_KIND: dict[int, Relation] = {
    Kind.ACK: Relation.ACKNOWLEDGE,
    Kind.READBACK: Relation.ACKNOWLEDGE,
    Kind.PASSED: Relation.ACKNOWLEDGE,
    Kind.CONFIRM: Relation.CONFIRM,
}
OF_CHANGE = {
    Change.CORRECT_FIELD: Relation.CORRECT,
    Change.POSTPONE: Relation.CORRECT,
    Change.REPLACE: Relation.UPDATE,
    Change.CANCEL: Relation.CANCEL,
    Change.END_EARLY: Relation.DISCONTINUE,
    Change.SENT_IN_ERROR: Relation.RECALL,
    Change.FALSE_ALARM: Relation.RECALL,
}
CHANGES_OF_KIND: dict[int, frozenset[Change]] = {
    Kind.CORRECT: frozenset(Change) - {Change.SENT_IN_ERROR, Change.FALSE_ALARM},
    Kind.RECALL: frozenset((Change.SENT_IN_ERROR, Change.FALSE_ALARM)),
}
OF_ACTION = {
    "will-comply": Relation.COMPLY,
    "cannot": Relation.REJECT,
    "refused": Relation.REJECT,
}
# What a message or a notice may say of itself; the others have kinds of their own.
STATED = frozenset(
    (
        *(Relation.ORIGINAL, Relation.ADD, Relation.UPDATE, Relation.RELATE),
        *(Relation.CONFIRM, Relation.DISCONTINUE),
    )
)
ANYBODYS = frozenset((Relation.ORIGINAL, Relation.RELATE))
ORIGINATORS = frozenset(
    (
        *(Relation.ADD, Relation.UPDATE, Relation.CORRECT, Relation.CANCEL),
        *(Relation.DISCONTINUE, Relation.RECALL),
    )
)


def relation_of(statement: Statement, content: Content) -> Relation | None:
    """Return how a statement relates to what it names, None where nothing says (NOTICE-60)."""
    kind = statement.kind
    if kind in (Kind.MESSAGE, Kind.NOTICE):
        stated = content.field(Label.RELATION)
        if stated is None:
            return Relation.ORIGINAL
        return next((each for each in STATED if each == stated), None)
    if kind in CHANGES_OF_KIND:
        change = change_of(statement, content)
        return None if change is None else OF_CHANGE[change]
    if kind == Kind.DECIDE:
        return decided(statement, content)
    return OF_KIND.get(kind)


def change_of(statement: Statement, content: Content) -> Change | None:
    """Return what a correct or a recall does, or None for one that no form names."""
    found = content.field(CHANGE_KIND)
    known = CHANGES_OF_KIND.get(statement.kind, frozenset())
    return next((each for each in known if each == found), None)


def decided(statement: Statement, content: Content) -> Relation | None:
    """Return what a decision does: it replies by its form, or says what will be done."""
    if is_reply(statement.kind, statement.form):
        return Relation.REPLY
    match content.field(ACTION):
        case (str(action), _):
            return OF_ACTION.get(action)
    return None


def is_reply(kind: int, form: str | None) -> bool:
    """Say whether a statement answers by fields: those of a reply, or of the form answered."""
    return kind == Kind.DECIDE and (form or "").partition("/")[0] not in ("", T10)


def stands_by(statement: Statement, content: Content) -> bool:
    """Say whether a decision only names the time of one that is to come: it climbs no rung."""
    if not is_reply(statement.kind, statement.form):
        match content.field(ACTION):
            case (str(action), _):
                return action == "decision-by"
        return False
    match content.field(Label.BODY + 1):
        case (str(answer), _):
            return (statement.form or "").partition("/")[0] == T17 and answer == "partial"
    return False


def decided_by(content: Content) -> int | None:
    """Return the moment that a *stand by* names, None for every other decide."""
    match content.field(ACTION):
        case ("decision-by", int(moment)):
            return moment
    return None


# --- Who may --------------------------------------------------------------------------------------


def require_relation(saying: Saying, about: About | None) -> None:
    """Raise BreachError unless a statement may relate to `about`, the first one that it names.

    `about` is None where it names none, or one that is not held (NOTICE-61, NOTICE-62).
    """
    statement, content = saying.statement, saying.content
    relation = relation_of(statement, content)
    if relation is None:
        require_no_relation(statement, content)
        return
    if relation == Relation.ORIGINAL:
        return
    if about is None:
        raise BreachError(
            "relation-unknown",
            f"a {relation} names the statement that it is about, and that must be held here",
        )
    require_party(saying, relation, about)
    require_form(statement, relation, about)


def require_no_relation(statement: Statement, content: Content) -> None:
    """Raise BreachError where a relation is stated that this kind of statement does not have."""
    kind = statement.kind
    wrong = kind in (*CHANGES_OF_KIND, Kind.MESSAGE, Kind.NOTICE)
    if wrong:
        stated = content.field(CHANGE_KIND if kind in CHANGES_OF_KIND else Label.RELATION)
        raise BreachError("relation-word", f"{stated!r} is no relation of this kind of statement")


def require_party(saying: Saying, relation: Relation, about: About) -> None:
    """Raise BreachError("relation-party") unless this relation is this party's (NOTICE-61)."""
    if relation in ANYBODYS:
        return
    form = (about.form or "").partition("/")[0]
    stops = relation == Relation.DISCONTINUE and saying.mode == Mode.REAL
    if stops and form in STOPPED_BY_EITHER and saying.statement.kind == Kind.NOTICE:
        return
    confirms_readback = relation == Relation.CONFIRM and saying.statement.kind == Kind.CONFIRM
    if relation in ORIGINATORS or confirms_readback:
        if saying.party != about.party:
            raise BreachError(
                "relation-party", f"a {relation} is for the party that said it, and for no other"
            )
    elif not about.to & 1 << saying.party or saying.party == about.party:
        raise BreachError("relation-party", f"a {relation} is for a party that it was said to")


def require_form(statement: Statement, relation: Relation, about: About) -> None:
    """Raise BreachError unless the form of a notice has this relation (NOTICE-62)."""
    form = known_form(about.form or "")
    named = (statement.form or "").partition("/")[0]
    if is_reply(statement.kind, statement.form) and named != T17 and statement.form != about.form:
        raise BreachError(
            "relation-form",
            f"{statement.form} answers no {about.form or 'statement in free words'}",
        )
    if about.kind != Kind.NOTICE or form is None or named == T17:
        return
    if relation not in form.relations:
        raise BreachError(
            "relation-form", f"{form.code} has no {relation}, but {', '.join(form.relations)}"
        )
