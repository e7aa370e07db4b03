"""Quotations and findings: sentences compared to the letter, and what is found of a public claim.

A finding is a notice of form T17 about one statement. This module must not make a text alike before
it is compared, and must not judge who may find what. Clauses: PROOF-167, PROOF-169.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from backchannel.errors import OfficerError
from backchannel.notice.catalogue import form_named, known_form
from backchannel.notice.filling import fill
from backchannel.notice.kinds import UNKNOWN_WORD
from backchannel.wire.codec import Value
from backchannel.wire.statement import Content, Kind, Label

FORM = "T17"
REFERENCE_LABEL, ROWS_LABEL = int(Label.BODY), int(Label.BODY) + 2
ANSWER = "answer"
RECORD = "record"
END = re.compile("[.!?…]+[\"'”’»)\\]]*(?= |$)|[。！？｡]+[」』”’）]*")


class Word(StrEnum):
    """What is found of a sentence that is claimed in public: field 3 of T17."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    NOT_IN_RECORD = "not-in-record"


class Found(msgspec.Struct, frozen=True):
    """What a finding says of one sentence as it is claimed; `record` is the sentence of the record
    that contradicts it, "" for none."""

    word: Word
    claimed: str
    record: str = ""


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, each without the blanks around it (PROOF-167)."""
    pieces: list[str] = []
    for line in text.split("\n"):
        at = 0
        for end in END.finditer(line):
            pieces.append(line[at : end.end()])
            at = end.end()
        pieces.append(line[at:])
    return tuple(each for each in (piece.strip(" ") for piece in pieces) if each)


def sentences_in(content: Content) -> Iterator[str]:
    """Yield the sentences of all words of a statement, at any depth of its fields."""
    for value in content.values[Label.BODY - 1 :]:
        for text in texts_in(value):
            yield from sentences(text)


def texts_in(value: Value) -> Iterator[str]:
    """Yield every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_in(each)


def fault_of(found: Found, known: Sequence[str]) -> str:
    """Return what the sentences of a statement do not bear out of a finding, or nothing."""
    if found.word == Word.NOT_IN_RECORD:
        holding = (each for each in known if found.claimed in each)
        return next((f"it stands there: {each}" for each in holding), "")
    wanted = found.record if found.word == Word.CONTRADICTED else found.claimed
    if not wanted:
        return "no sentence of the record is named"
    if wanted in known:
        return ""
    part = next((each for each in known if wanted in each), None)
    if part is not None:
        return f"it is a part of a sentence there: {part}"
    return "it does not stand there, whole and to the letter"


# --- Drafting -------------------------------------------------------------------------------------


def require_borne_out(found: Sequence[Found], known: Sequence[str]) -> None:
    """Raise OfficerError unless the words that are held bear each row of a finding out."""
    for each in found:
        fault = fault_of(each, known)
        if fault and each.word == Word.NOT_IN_RECORD:
            raise OfficerError("quoted", f"{each.claimed!a}: {fault}")
        if fault:
            raise OfficerError("not-quoted", f"{(each.record or each.claimed)!a}: {fault}")


def finding_body(entry: bytes, source: str, found: Sequence[Found]) -> tuple[Value, ...]:
    """Return the body of a finding about the statement of an entry. Raises OfficerError."""
    rows: list[list[str]] = []
    for each in found:
        rows.append([str(each.word), each.claimed])
        if each.record:
            rows.append([RECORD, each.record])
    numbers = [str(n) for n in range(1, len(found) + 1)]
    return fill(
        form_named(FORM),
        {1: [entry.hex(), numbers], 2: [ANSWER, source], 3: [rows], 5: UNKNOWN_WORD},
    )


# --- Reading --------------------------------------------------------------------------------------


def read_finding(kind: int, form: str | None, content: Content) -> tuple[Found, ...]:
    """Return what a statement finds of a public claim; nothing where it is no finding."""
    if kind != Kind.NOTICE or form != f"{FORM}/1" or known_form(form) is None:
        return ()
    field = content.field(ROWS_LABEL)
    rows = field[0] if isinstance(field, tuple) and field else None
    found: list[Found] = []
    for row in rows if isinstance(rows, tuple) else ():
        match row:
            case (str(word), str(text)) if word in list(Word):
                found.append(Found(Word(word), text))
            case ("record", str(text)) if found and found[-1].word == Word.CONTRADICTED:
                found[-1] = Found(Word.CONTRADICTED, found[-1].claimed, text)
            case _:
                return ()
    return tuple(found)
