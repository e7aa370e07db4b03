"""Quotations and findings: does this sentence stand in the record, whole and to the letter?

(PROOF-167 to PROOF-170.) Nothing is made alike before it is compared. This module must not say that
a sentence was never said: it sees what the file opens, and no more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backchannel.verifier.answering import naming, opened_value, require_answer
from backchannel.verifier.bundle import Disclosure, Entry
from backchannel.verifier.cbor import Refusal, Value
from backchannel.verifier.evidence import Evidence
from backchannel.verifier.readouts import NOTICE, is_reply, signed_by

TRANSLATE, BODY = 12, 21
FORM, ROWS = "T17/1", 23
CONFIRMED, CONTRADICTED, ABSENT = "confirmed", "contradicted", "not-in-record"
# Behind a full stop a blank follows, or the end; behind that of Chinese or Japanese nothing need.
END = re.compile("[.!?…]+[\"'”’»)\\]]*(?= |$)|[。！？｡]+[」』”’）]*")


@dataclass(frozen=True)
class Sentence:
    """A sentence of an opened text, and where it stands."""

    text: str
    where: str


@dataclass(frozen=True)
class Found:
    """What a finding says of one sentence: as it is claimed, a word, and the sentence of the record
    that it is held against, "" for none."""

    claimed: str
    word: str
    record: str


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each without the blanks around it (PROOF-167)."""
    found = []
    for line in text.split("\n"):
        at = 0
        for end in END.finditer(line):
            found.append(line[at : end.end()])
            at = end.end()
        found.append(line[at:])
    return [each for each in (piece.strip(" ") for piece in found) if each]


def texts_in(value: Value, where: str) -> Iterator[tuple[str, str]]:
    """Yield every text in a value of a field, with its place. What stands in a row is told with the
    row's first text: whom it is about."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, list):
        first = value[0] if value and isinstance(value[0], str) else ""
        for n, each in enumerate(value, 1):
            about = f" ({first})" if first and n > 1 else ""
            yield from texts_in(each, f"{where}, place {n}{about}")


def opened_sentences(given: Disclosure, evidence: Evidence, entry: Entry) -> Iterator[Sentence]:
    """Yield the sentences of all words that are opened: of the statement, then of renderings of it
    and answers to it that hold by themselves (PROOF-168)."""
    own = evidence.said(entry)
    yield from sentences_of(given, entry, signed_by(evidence, own))
    for each, statement in naming(given, evidence, entry):
        if statement.kind == TRANSLATE or is_reply(statement):
            try:
                said = require_answer(evidence, each, evidence.writer(entry.header.no).mode)
            except Refusal:
                continue
            what = "the rendering" if statement.kind == TRANSLATE else "the answer"
            yield from sentences_of(given, each, f"{what} by {signed_by(evidence, said)}")


def sentences_of(given: Disclosure, entry: Entry, by: str) -> Iterator[Sentence]:
    """Yield the sentences of the words of one entry that are opened."""
    opened = given.opened.get(entry.header.id)
    for each in opened.fields if opened else ():
        if each.label >= BODY:
            for where, text in texts_in(each.value, f"field {each.label}"):
                for n, sentence in enumerate(sentences(text), 1):
                    yield Sentence(sentence, f"{where}, sentence {n}, of {by}")


def require_quoted(given: Disclosure, evidence: Evidence, entry: Entry, quoted: str) -> str:
    """Return where a sentence stands. Raises Refusal unless it stands there whole (PROOF-168)."""
    known = list(opened_sentences(given, evidence, entry))
    if not known:
        raise Refusal("not-opened", "the file opens no words of this statement")
    for each in known:
        if each.text == quoted:
            return f"it stands in {each.where}"
    for each in known:
        if quoted in each.text:
            text = f"it is a part of what stands in {each.where}: {each.text}"
            raise Refusal("part-of-a-sentence", text)
    raise Refusal("not-found", "it stands nowhere in the words that the file opens")


# --- Findings -------------------------------------------------------------------------------------


def findings_of(
    given: Disclosure, evidence: Evidence, entry: Entry
) -> Iterator[tuple[Entry, Found]]:
    """Yield the rows of the findings that a file shows beside a statement (PROOF-169)."""
    for each, statement in naming(given, evidence, entry):
        if statement.kind == NOTICE and statement.form == FORM:
            for row in rows_of(opened_value(given, each, ROWS)):
                yield each, row


def rows_of(value: Value) -> list[Found]:
    """Return what field 3 of a finding says; nothing where it is none (PROOF-169)."""
    rows = value[0] if isinstance(value, list) and value else None
    found: list[Found] = []
    for row in rows if isinstance(rows, list) else ():
        match row:
            case [("confirmed" | "contradicted" | "not-in-record") as word, str(text)]:
                found.append(Found(text, word, text if word == CONFIRMED else ""))
            case ["record", str(text)] if found and found[-1].word == CONTRADICTED:
                found[-1] = Found(found[-1].claimed, CONTRADICTED, text)
            case _:
                return []
    return found


def require_found(
    given: Disclosure, evidence: Evidence, entry: Entry, finding: tuple[Entry, Found]
) -> str:
    """Return what of a finding is proven, and whose word the rest is. Raises Refusal."""
    other, found = finding
    by = signed_by(evidence, require_answer(evidence, other, evidence.standing(entry).mode))
    if found.word == ABSENT:
        require_absent(given, evidence, entry, found.claimed)
        return f"found by {by}: it stands nowhere in this entry; no other entry was looked at"
    if not found.record:
        raise Refusal("no-record-named", f"{by} names no sentence that contradicts it")
    where = require_quoted(given, evidence, entry, found.record)
    if found.word == CONFIRMED:
        return f"found by {by}: {where}"
    return f"{where}: {found.record}; that this contradicts it is the word of {by}"


def require_absent(given: Disclosure, evidence: Evidence, entry: Entry, claimed: str) -> None:
    """Raise Refusal unless all words of a statement are opened, and a sentence is not in them."""
    opened = given.opened.get(entry.header.id)
    labels = {each.label for each in opened.fields} if opened else set()
    wanted = range(BODY, len(opened.commitments) + 1) if opened else range(1)
    if not labels >= set(wanted):
        raise Refusal("words-hidden", "not all words of this entry are opened")
    for each in opened_sentences(given, evidence, entry):
        if claimed in each.text:
            raise Refusal("found", f"it stands in {each.where}: {each.text}")
