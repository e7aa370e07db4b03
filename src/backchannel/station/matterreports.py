"""What a face is told of a matter: how it was corrected, answered and made known.

This module must not compute anything. Texts are as their writers sent them: a face escapes them.
Times are whole seconds UTC.
"""

import msgspec

from backchannel.station.shapes import Hex, HexId


class FieldChange(msgspec.Struct, frozen=True):
    """One field that was corrected, old and new. `by_how_much` is told of places and times.

    `stands` is false where the old value was not the one that stood: then nothing is changed.
    """

    no: int
    name: str
    old: str
    new: str
    by_how_much: str
    critical: bool
    stands: bool


class CorrectionReport(msgspec.Struct, frozen=True):
    """A correction, postponement, cancellation or recall of a statement, by its own party."""

    entry: HexId
    change: str
    by: str
    party: str
    time: int
    reason: str
    undo: str
    effective: int | None
    fields: tuple[FieldChange, ...]


class ReplyReport(msgspec.Struct, frozen=True):
    """An answer by fields: [name, text] of each field that is stated.

    `answered` are the numbers of the questions that it answers; `verdict` is "valid" or another
    word with its reason.
    """

    entry: HexId
    form: str
    by: str
    party: str
    time: int
    verdict: str
    fields: tuple[tuple[str, str], ...]
    answered: tuple[int, ...]


class Unanswered(msgspec.Struct, frozen=True):
    """Which of its numbered questions a party has answered so far only in part, [number, reason],
    or declined."""

    party: str
    questions: tuple[tuple[int, str], ...]
    declined: tuple[int, ...]


class InformedReport(msgspec.Struct, frozen=True):
    """A post that was told of a statement inside a party, by whose word, and when it acknowledged;
    None for a time that is not stated."""

    party: str
    post: str
    told: int | None
    acknowledged: int | None
    by: str
    entry: HexId


class Matter(msgspec.Struct, frozen=True):
    """What was said of a statement since, by field: by its own party, by others, by either.

    `text_now` are free words as they stand after all corrections.
    """

    text_now: str = ""
    corrections: tuple[CorrectionReport, ...] = ()
    replies: tuple[ReplyReport, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    informed: tuple[InformedReport, ...] = ()


class MatterReport(msgspec.Struct, frozen=True):
    """What a desk needs that corrects or answers a statement by fields.

    `values` is the encoded list of its fields as they stand after all corrections, and these are
    the entries that a readback names; `questions` are those that it numbers, `answered` the
    numbers that our own party has answered or declined.
    """

    entry: HexId
    form: str
    values: Hex
    corrections: tuple[HexId, ...]
    questions: tuple[tuple[int, str], ...]
    answered: tuple[int, ...]
