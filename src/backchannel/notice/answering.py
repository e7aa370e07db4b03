"""Answering by fields: the fields that a form leaves to the other party, and numbered questions.

The desk fills in which questions a reply leaves out, so that a part cannot pass for the whole. This
module must not decide whose reply counts. Clauses: NOTICE-69 to NOTICE-71.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from backchannel.errors import OfficerError
from backchannel.notice.catalogue import Field, Form, columns_of
from backchannel.notice.filling import Filled, fill
from backchannel.notice.kinds import NONE_WORD
from backchannel.notice.relations import T17
from backchannel.wire.codec import Value
from backchannel.wire.statement import Content, Label

# Fields of T17.
REFERENCE, ANSWER, COMPLETENESS = 1, 2, 5
FULL, PARTIAL, DECLINE = "answer", "partial", "decline"
NUMBER, QUESTION = "number", "question"


class Asked(NamedTuple):
    """The numbers of the questions that a notice asks, and those not answered by our party yet."""

    numbers: tuple[int, ...]
    left: tuple[int, ...]


def questions_of(form: Form | None, values: Sequence[Value]) -> dict[int, str]:
    """Return the questions that a notice numbers, in its order."""
    field = next((each for each in form.fields if asks(each)), None) if form else None
    rows = values[field.no - 1] if field is not None and field.no <= len(values) else None
    found: dict[int, str] = {}
    for row in rows if isinstance(rows, tuple) else ():
        match row:
            case (int(number), str(text)):
                found[number] = text
    return found


def asks(field: Field) -> bool:
    """Say whether a field holds numbered questions."""
    return [name for name, _ in columns_of(field)] == [NUMBER, QUESTION]


def answer_fields(form: Form) -> tuple[Field, ...]:
    """Return the fields of a form that the other party fills in."""
    return tuple(field for field in form.fields if field.answer)


# --- Drafting -------------------------------------------------------------------------------------


def reply(
    form: Form, filled: Mapping[int, Filled], *, about: str, asked: Asked
) -> tuple[Value, ...]:
    """Return the values of a reply (T17) to the statement in entry `about`, in hexadecimal.

    Without numbers in field 1 it answers all questions that are left; field 5 gets a row for each
    of them that is left out and has none (NOTICE-70). Raises OfficerError.
    """
    numbers = numbers_in(form, filled.get(REFERENCE), about, asked)
    left_out = [each for each in asked.left if each not in numbers]
    reasons = reasons_in(filled.get(COMPLETENESS))
    for number in reasons:
        if number not in map(str, left_out):
            raise OfficerError(
                "question-answered",
                f"{form.code} field {COMPLETENESS} names question {number}, which is not left out",
            )
    rows = [[str(each), reasons.get(str(each), "")] for each in left_out]
    whole = {
        **filled,
        REFERENCE: [about, [str(each) for each in numbers] or NONE_WORD],
        COMPLETENESS: rows or NONE_WORD,
    }
    values = fill(form, whole)
    require_said(form, values[ANSWER - 1], left_out)
    return values


def numbers_in(form: Form, filled: Filled | None, about: str, asked: Asked) -> list[int]:
    """Return the numbers of the questions that field 1 answers. Raises OfficerError."""
    match filled:
        case None:
            return list(asked.left)
        case [str(entry), *rest] if entry in ("", about) and len(rest) <= 1:
            named = rest[0] if rest and rest[0] else [str(each) for each in asked.left]
            named = [] if named == NONE_WORD else [named] if isinstance(named, str) else named
        case _:
            raise OfficerError(
                "answer-about",
                f"{form.code} field {REFERENCE} names another statement; leave it out",
            )
    known = {str(each): each for each in asked.numbers}
    for each in named:
        if each not in known:
            raise OfficerError(
                "unknown-question", f"got question {each!r}, wanted one of {', '.join(known)}"
            )
    return [known[str(each)] for each in named]


def reasons_in(filled: Filled | None) -> dict[str, str]:
    """Return why questions are left out, by number, as field 5 was filled in."""
    if filled is None or isinstance(filled, str):
        return {}
    return {
        str(row[0]): str(row[1]) for row in filled if not isinstance(row, str) and len(row) == 2
    }


def require_said(form: Form, answer: Value, left_out: Sequence[int]) -> None:
    """Raise OfficerError where a reply calls itself full and leaves questions out."""
    word = answer[0] if isinstance(answer, tuple) else answer
    numbers = ", ".join(map(str, left_out))
    if word == FULL and left_out:
        raise OfficerError(
            "answer-partial",
            f"questions {numbers} are not answered: {form.code} field {ANSWER} is {PARTIAL}, and "
            "field 6 says until when the rest comes",
        )


# --- Reading --------------------------------------------------------------------------------------


def answered_in(form: str | None, content: Content) -> tuple[str, tuple[int, ...]]:
    """Return what a reply calls itself, and the questions that it answers; "" for another form."""
    if (form or "").partition("/")[0] != T17:
        return "", ()
    match content.field(Label.BODY), content.field(Label.BODY + ANSWER - 1):
        case (_, tuple(numbers)), (str(word), *_):
            return word, tuple(each for each in numbers if type(each) is int)
    return "", ()


def left_out_in(content: Content) -> Iterator[tuple[int, str]]:
    """Yield the questions that a reply leaves out, each with its reason, "" for none."""
    rows = content.field(Label.BODY + COMPLETENESS - 1)
    for row in rows if isinstance(rows, tuple) else ():
        match row:
            case (int(number), reason):
                yield number, reason if isinstance(reason, str) else ""
