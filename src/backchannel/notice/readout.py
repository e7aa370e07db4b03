"""Read-outs: a text that both parties sign, and beside it what each party alone says.

A read-out is a notice of form T19, and its answer is a decide of the same form. Who said which is
settled here from both; this module must not know which answers count, or who may give one.
Clauses: PROOF-160 to PROOF-163.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from backchannel.notice.catalogue import form_named, known_form
from backchannel.notice.filling import Filled, fill
from backchannel.notice.kinds import UNKNOWN_WORD
from backchannel.wire.codec import Value
from backchannel.wire.statement import Kind, Label

FORM = "T19"
AGREED_TEXT, OWN_TEXTS, SIGNATURES = 7, 8, 9
AGREED_LABEL, OWN_LABEL, ANSWER_LABEL = (
    int(Label.BODY) + no - 1 for no in (AGREED_TEXT, OWN_TEXTS, SIGNATURES)
)


class How(StrEnum):
    """How a party answers a read-out: field 9 of T19."""

    SIGNED = "signed"
    SIGNED_WITH_DISSENT = "signed-with-dissent"
    REFUSED = "refused"


class Offer(msgspec.Struct, frozen=True):
    """What a read-out puts forward: the text for both, and (party, text) of each party's own."""

    agreed: str
    own: tuple[tuple[str, str], ...]


class Reply(msgspec.Struct, frozen=True):
    """How a party answers, and its own text, "" for none."""

    how: str
    text: str


def is_readout(kind: int, form: str | None) -> bool:
    """Say whether a statement is a read-out that this version can read (PROOF-160)."""
    return kind == Kind.NOTICE and is_form(form)


def is_reply(kind: int, form: str | None) -> bool:
    """Say whether a statement answers a read-out (PROOF-161)."""
    return kind == Kind.DECIDE and is_form(form)


def is_form(form: str | None) -> bool:
    """Say whether a form is a version of T19 that the catalogue has."""
    return (form or "").startswith(f"{FORM}/") and known_form(form or "") is not None


# --- Drafting -------------------------------------------------------------------------------------


def offer_body(
    filled: Mapping[int, Filled], agreed: str | None, own: Sequence[tuple[str, str]]
) -> tuple[Value, ...]:
    """Return the body of a read-out. A required field that nobody filled in is *unknown*, which is
    an answer. Raises OfficerError that names a field (PROOF-160)."""
    form = form_named(FORM)
    unknown = {
        each.no: UNKNOWN_WORD for each in form.fields if each.required == "yes" and not each.answer
    }
    said: dict[int, Filled] = {AGREED_TEXT: agreed} if agreed else {}
    if own:
        said[OWN_TEXTS] = [list(each) for each in own]
    return fill(form, {**unknown, **filled, **said})


def reply_body(party: str, how: How, text: str) -> tuple[Value, ...]:
    """Return the body of an answer: one row of field 9. Raises OfficerError (PROOF-161)."""
    return fill(form_named(FORM), {SIGNATURES: [[party, str(how), text]]}, answer=True)


# --- Reading --------------------------------------------------------------------------------------


def read_offer(agreed: Value, own: Value) -> Offer:
    """Return what fields 7 and 8 say. What is no text, or no row of two, is not stated."""
    rows = own if isinstance(own, tuple) else ()
    return Offer(agreed if isinstance(agreed, str) else "", tuple(read_rows(rows)))


def read_rows(rows: Iterable[Value]) -> Iterator[tuple[str, str]]:
    """Yield the rows of field 8 that name a party and have a text."""
    for row in rows:
        match row:
            case (str(party), str(text)):
                yield party, text


def read_reply(value: Value, party: str) -> Reply | None:
    """Return what field 9 says, or None unless it is the one row of this party (PROOF-161)."""
    match value:
        case ((str(who), str(how), (str() | None) as text),) if who == party and how in list(How):
            return Reply(how, text or "")
    return None


def own_text(offer: Offer, party: str, reply: Reply | None) -> str:
    """Return what a party alone says, "" for nothing (PROOF-163).

    `reply` is None for the party that put the read-out forward. What that party wrote for another
    counts as the other's only where the other signed it, and said nothing of its own.
    """
    if reply is not None and reply.text:
        return reply.text
    if reply is not None and reply.how != How.SIGNED:
        return ""
    return "\n".join(text for who, text in offer.own if who == party)
