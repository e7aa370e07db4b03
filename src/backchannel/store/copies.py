"""By which paths an entry came, and by which it left: what this station saw of its copies.

This module must not be read as a proof of anything, and must not hold what a rule needs.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from backchannel.store.lines import line_row
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.ids import LineId

SQL = named("copies.sql")


class Way(IntEnum):
    """Whether copies came, or were taken by a path to be sent."""

    CAME = 0
    SENT = 1


class Times(NamedTuple):
    """Copies on one path: its number, our clock at the first and at the last, how many."""

    path: int
    first: int
    last: int
    copies: int


class Copy(NamedTuple):
    """The copies of one entry on one path, as they are kept."""

    path: int
    way: int
    first: int
    last: int
    copies: int


def add_copies(
    database: Database,
    line_id: LineId,
    *,
    came: Iterable[tuple[bytes, bytes, Times]],
    again: Iterable[tuple[bytes, Times]],
    sent: Iterable[tuple[int, int, Times]],
) -> None:
    """Add what was seen of copies: an entry with the hash of the envelope that held it, the hash of
    an envelope that was opened before, the slot of what was sent. Raises CustodyError.
    """
    line = line_row(database, line_id)[0]
    with database.transaction():
        database.write_many(SQL["add-came"], ((line, e, *times, h) for e, h, times in came))
        database.write_many(SQL["add-again"], ((line, h, *times) for h, times in again))
        database.write_many(SQL["add-sent"], ((line, no, seq, *times) for no, seq, times in sent))


def copies_of(database: Database, line_id: LineId, entry: bytes) -> tuple[Copy, ...]:
    """Return the copies of an entry on all paths: what came, then what was sent."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "entry": entry}
    return tuple(Copy(*row) for row in database.rows(SQL["copies-of"], values))


def counter(database: Database, line_id: LineId, path: int, party: int) -> int:
    """Return the lowest number that a party may still use, or be heard with; 0 at first."""
    line = line_row(database, line_id)[0]
    row = database.row(SQL["counter"], {"line": line, "path": path, "party": party})
    return int(row[0]) if row is not None else 0


def put_counter(database: Database, line_id: LineId, path: int, party: int, *, next_: int) -> None:
    """Keep how far a party has counted, durably; it never goes back. Raises CustodyError."""
    line = line_row(database, line_id)[0]
    with database.transaction():
        database.write_many(SQL["put-counter"], [(line, path, party, next_)])
