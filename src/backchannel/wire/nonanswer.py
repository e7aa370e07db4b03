"""The payload of a non-answer: an originator's station says that a deadline has passed in silence.

This module must not believe a finding: it is recomputed from what the payload cites. Layout:
RECORD-125, RECORD-126.

    [asked h32, deadline, due, finding, shown h32 / null,
     [[path, entry h32]], [[no, seq, head h32, entry h32]], [[entry h32, time]], [[path, time]]]
"""

from enum import IntEnum
from typing import NamedTuple

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import NON_ANSWER_ROWS_MAX, PARTIES_MAX
from backchannel.wire.codec import Value, encode
from backchannel.wire.entry import require_counts, require_hash, require_number
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import require_array

FIELDS = 9


class Finding(IntEnum):
    """How far a statement came before its deadline passed. Numbers are fixed for all versions."""

    NOT_DELIVERED = 0
    NOT_SHOWN = 1
    NOT_ACKNOWLEDGED = 2


class Sent(NamedTuple):
    """A path that took the statement, and the line event of ours that says so."""

    path: int
    event: EntryId


class Covered(NamedTuple):
    """How far a station of the addressee holds our journal `no`, by its entry `carrying`."""

    no: int
    seq: int
    head: EntryId
    carrying: EntryId


class Life(NamedTuple):
    """The newest entry of a station of the addressee that we hold, and when it came."""

    entry: EntryId
    arrived: int


class NonAnswer(msgspec.Struct, frozen=True):
    """That a statement was not answered in time. `due` is in seconds UTC; `deadline` names what was
    due and from whom; `cells` are (path id, time of the last authentic thing that came by it)."""

    asked: EntryId
    deadline: int
    due: int
    finding: Finding
    shown: EntryId | None = None
    sent: tuple[Sent, ...] = ()
    seen: tuple[Covered, ...] = ()
    life: tuple[Life, ...] = ()
    cells: tuple[tuple[int, int], ...] = ()

    @property
    def addressee(self) -> int:
        """The party that did not answer."""
        return self.deadline % PARTIES_MAX

    @property
    def duty(self) -> int:
        """What was due, by its number (NOTICE-82)."""
        return self.deadline // PARTIES_MAX


def deadline_no(duty: int, party: int) -> int:
    """Return the number of a deadline: what is due, and from which party (RECORD-126)."""
    return PARTIES_MAX * duty + party


def pack_non_answer(said: NonAnswer) -> bytes:
    """Return the payload of a type 15 entry (RECORD-125)."""
    rows = (said.sent, said.seen, said.life, said.cells)
    head = (said.asked, said.deadline, said.due, int(said.finding), said.shown)
    return encode((*head, *(tuple(map(tuple, each)) for each in rows)))


def parse_non_answer(payload: bytes) -> NonAnswer:
    """Return what a type 15 entry says. Raises JunkError (RECORD-125, RECORD-126)."""
    fields = require_array(payload, FIELDS, "non-answer-shape")
    asked, deadline, due, finding, shown, sent, seen, life, cells = fields
    require_hash(asked)
    require_counts(deadline, due, finding)
    if finding not in list(Finding) or (shown is not None) != (finding == Finding.NOT_ACKNOWLEDGED):
        raise JunkError(
            "non-answer-finding", "findings are 0 to 2, and 2 alone names the entry that says shown"
        )
    if shown is not None:
        require_hash(shown)
    for path, event in rows_of(sent, 2):
        require_counts(path)
        require_hash(event)
    for no, seq, head, carrying in rows_of(seen, 4):
        require_number(no)
        require_counts(seq)
        require_hash(head)
        require_hash(carrying)
    for entry, arrived in rows_of(life, 2):
        require_hash(entry)
        require_counts(arrived)
    for row in rows_of(cells, 2):
        require_counts(*row)
    return NonAnswer(
        asked,  # type: ignore[arg-type]
        deadline,  # type: ignore[arg-type]
        due,  # type: ignore[arg-type]
        Finding(finding),
        shown,  # type: ignore[arg-type]
        tuple(Sent(*row) for row in rows_of(sent, 2)),  # type: ignore[arg-type]
        tuple(Covered(*row) for row in rows_of(seen, 4)),  # type: ignore[arg-type]
        tuple(Life(*row) for row in rows_of(life, 2)),  # type: ignore[arg-type]
        rows_of(cells, 2),  # type: ignore[arg-type]
    )


def rows_of(value: Value, length: int) -> tuple[tuple[Value, ...], ...]:
    """Return the rows of a list, each so long. Raises JunkError("non-answer-shape")."""
    if type(value) is not tuple or len(value) > NON_ANSWER_ROWS_MAX:
        raise JunkError(
            "non-answer-shape", f"a non-answer has four lists of at most {NON_ANSWER_ROWS_MAX} rows"
        )
    for row in value:
        if type(row) is not tuple or len(row) != length:
            raise JunkError("non-answer-shape", f"a row of this list is an array of {length}")
    return value  # type: ignore[return-value]
