"""Open clocks and non-answers: read, and the clocks that have ended taken away.

This module must not decide whether a clock has ended. Of what others have written only a bounded
number is read.
"""

from collections.abc import Iterable

import msgspec

from backchannel.limits import NON_ANSWERS_SHOWN_MAX
from backchannel.store.lines import line_row
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.ids import EntryId, LineId

SQL = named("clocks.sql")


class OpenClock(msgspec.Struct, frozen=True, gc=False):
    """A message or notice of which a clock may be open; `arrived` is our clock's label."""

    arrival: int
    entry: EntryId
    no: int
    seq: int
    precedence: int
    arrived: int


class Kept(msgspec.Struct, frozen=True):
    """A non-answer as it stands in its slot; `time` is what its writer's entry claims."""

    no: int
    seq: int
    entry: EntryId
    deadline: int
    due: int
    time: int
    payload: bytes
    verdict: str


def open_clocks(database: Database, line_id: LineId) -> tuple[OpenClock, ...]:
    """Return the statements with open clocks, in the order in which they were accepted."""
    line = line_row(database, line_id)[0]
    return tuple(OpenClock(*row) for row in database.rows(SQL["open-clocks"], {"line": line}))


def end_clocks(database: Database, line_id: LineId, arrivals: Iterable[int]) -> None:
    """Take statements off, all of whose clocks have ended."""
    line = line_row(database, line_id)[0]
    with database.transaction():
        database.write_many(SQL["end-clock"], [(line, arrival) for arrival in arrivals])


def non_answers(database: Database, line_id: LineId, asked: bytes) -> tuple[Kept, ...]:
    """Return the non-answers to a statement, ascending by journal and slot, a bounded number."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "asked": asked, "limit": NON_ANSWERS_SHOWN_MAX}
    return tuple(Kept(*row) for row in database.rows(SQL["non-answers"], values))


def deadlines_entered(
    database: Database, line_id: LineId, asked: bytes, party: int
) -> frozenset[int]:
    """Return the numbers of the deadlines that a party has called unanswered."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "asked": asked, "party": party}
    return frozenset(no for (no,) in database.rows(SQL["deadlines-entered"], values))


def steps_taken(database: Database, line_id: LineId, entry: bytes, party: int) -> tuple[bytes, ...]:
    """Return the bodies of the line events by which a party has taken a statement on."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "subject": entry, "party": party}
    return tuple(body for (body,) in database.rows(SQL["steps-taken"], values))


def newest_receipt(
    database: Database, line_id: LineId, no: int, holder: int
) -> tuple[int, int] | None:
    """Return how far a journal says that it holds journal `no`, and in which slot it says so."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "no": no, "holder": holder}
    found = database.row(SQL["newest-receipt"], values)
    return None if found is None else (found[0], found[1])
