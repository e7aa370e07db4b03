"""Read-outs: which text all parties signed, and what one of them alone says (PROOF-165, PROOF-166).

This module must not say that an answer which is not shown was never given.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from backchannel.verifier.answering import naming, opened_value, require_answer
from backchannel.verifier.bundle import Disclosure, Entry
from backchannel.verifier.cbor import Refusal, Value
from backchannel.verifier.evidence import Evidence, Said
from backchannel.verifier.record import Statement

NOTICE, DECIDE = 2, 9
FORM = "T19/1"
AGREED_TEXT, OWN_TEXTS, SIGNATURES = 27, 28, 29
SIGNED, DISSENT, REFUSED = "signed", "signed-with-dissent", "refused"


@dataclass(frozen=True)
class Reply:
    """How officers of a party answered a read-out: by whom, how, and their own text."""

    by: str
    how: str
    text: str


def is_readout(statement: Statement) -> bool:
    """Whether a statement is a read-out (PROOF-160)."""
    return statement.kind == NOTICE and statement.form == FORM


def is_reply(statement: Statement) -> bool:
    """Whether a statement answers a read-out (PROOF-161)."""
    return statement.kind == DECIDE and statement.form == FORM


def require_agreed(given: Disclosure, evidence: Evidence, entry: Entry) -> str:
    """Return who signed the text for all. Raises Refusal unless every party did (PROOF-165)."""
    said = evidence.said(entry)
    text = opened_value(given, entry, AGREED_TEXT)
    if not isinstance(text, str) or not text:
        raise Refusal("no-agreed-text", "the file opens no text that all could have signed")
    told = [signed_by(evidence, said)]
    for party in evidence.addressees(said.statement):
        replies = require_replies(given, evidence, entry, party)
        agreeing = {each.how != REFUSED for each in replies}
        name = evidence.party_name(party)
        if len(agreeing) > 1:
            raise Refusal("answers-differ", f"{name} has signed it, and has refused it")
        if agreeing == {False}:
            raise Refusal("refused", f"{name} has refused it")
        told.append(f"{name} ({replies[0].by})")
    return f"the text in field {AGREED_TEXT} is signed by {' and by '.join(told)}"


def require_own_words(given: Disclosure, evidence: Evidence, entry: Entry, notes: list[str]) -> str:
    """Return which parties say something alone, and note what. Raises Refusal (PROOF-166)."""
    said = evidence.said(entry)
    found: dict[str, list[str]] = {}
    for party in (said.writer.party, *evidence.addressees(said.statement)):
        texts = list(own_texts(given, evidence, said, party))
        if texts:
            found[evidence.party_name(party)] = texts
    if not found:
        raise Refusal("no-own-words", "the file opens nothing that one party alone says")
    notes += (f"{name} alone: {text}" for name, texts in found.items() for text in texts)
    return f"each alone and for itself: {', '.join(found)}"


def own_texts(given: Disclosure, evidence: Evidence, said: Said, party: int) -> Iterator[str]:
    """Yield what one party alone says, each text once (PROOF-163)."""
    name = evidence.party_name(party)
    named = list(named_in(opened_value(given, said.entry, OWN_TEXTS), name))
    if party == said.writer.party:
        yield from named
        return
    try:
        replies = require_replies(given, evidence, said.entry, party)
    except Refusal:
        return
    texts = [each.text for each in replies if each.text]
    if any(each.how == SIGNED and not each.text for each in replies):
        texts += named
    yield from dict.fromkeys(texts)


def named_in(rows: Value, name: str) -> Iterator[str]:
    """Yield the texts of the rows of field 8 that name a party."""
    for row in rows if isinstance(rows, list) else ():
        match row:
            case [str(who), str(text)] if who == name:
                yield text


def require_replies(given: Disclosure, evidence: Evidence, entry: Entry, party: int) -> list[Reply]:
    """Return the answers of a party that hold. Raises Refusal if there is none (PROOF-165)."""
    name = evidence.party_name(party)
    found, fault = [], Refusal("not-answered")
    for each, statement in naming(given, evidence, entry):
        if each.header.no % 16 != party or not is_reply(statement):
            continue
        try:
            said = require_answer(evidence, each, evidence.writer(entry.header.no).mode)
        except Refusal as wrong:
            fault = wrong
            continue
        row = row_of(opened_value(given, each, SIGNATURES), name)
        if row is not None:
            found.append(Reply(officers_of(said), *row))
    if not found:
        text = f"no answer of {name} that holds is shown"
        raise Refusal(fault.reason, f"{text}; {fault.text}" if fault.text else text)
    return found


def row_of(value: object, name: str) -> tuple[str, str] | None:
    """Return how field 9 says that a party answers, and its own text; None for another row."""
    match value:
        case [
            [who, (("signed" | "signed-with-dissent" | "refused") as how), (str() | None) as own]
        ]:
            return (how, own or "") if who == name else None
    return None


def officers_of(said: Said) -> str:
    """Return the names of the officers who signed a statement."""
    return ", ".join(it.name for it in said.signers)


def signed_by(evidence: Evidence, said: Said) -> str:
    """Return a party and its officers who signed a statement."""
    return f"{evidence.party_name(said.writer.party)} ({officers_of(said)})"
