"""The record in the order in which it was accepted: for checking it, passing it on, following it.

This module must not write, or judge what it reads. A page has at most as many entries as its
caller asks for; the last arrival of a page is the cursor for the next.
"""

from collections.abc import Iterator

import msgspec

from backchannel.limits import ENTRIES_AT_ONCE
from backchannel.line.rows import CosignatureRow, HappenedRow, HeldRow
from backchannel.line.state import Core
from backchannel.store.lines import Founded, frame_of, line_row, parse_core
from backchannel.store.queries import NEWEST, Stated, stated
from backchannel.store.sealing import open_content, with_content, wrap_of
from backchannel.store.sqlite import Database, Row
from backchannel.store.texts import named
from backchannel.wire.codec import decode
from backchannel.wire.envelope import Frame
from backchannel.wire.ids import EntryId, LineId

SQL = named("sequence.sql")


class Placed(msgspec.Struct, frozen=True):
    """An accepted entry at its place in the order, as its row holds it.

    `entry` is the id under which it is looked up, `vector` its folded seen, encoded. `worded` says
    whether content is held; it is in the frame if a wrap key was given.
    """

    arrival: int
    no: int
    seq: int
    entry: EntryId
    mode: int
    type: int
    time: int
    arrived: int
    verdict: str
    vector: bytes
    worded: bool
    frame: Frame


class Minuted(msgspec.Struct, frozen=True):
    """A proposal of a minute as it was entered; the time is the writer's."""

    no: int
    seq: int
    entry: EntryId
    time: int
    payload: bytes


def founding_of(database: Database, line_id: LineId) -> tuple[Founded, Core]:
    """Return what founded a line, and its state without secrets. Raises OfficerError."""
    _, party, charter, signatures, _, core = line_row(database, line_id)
    return Founded(line_id, party, charter, signatures), parse_core(core)


def entries_after(
    database: Database,
    line_id: LineId,
    *,
    after: int,
    limit: int,
    wrap_key: bytes | None = None,
) -> tuple[Placed, ...]:
    """Return accepted entries of all journals behind an arrival, in order.

    Raises CustodyError("content-unopened") if the wrap key is not the right one.
    """
    found = ask(database, line_id, "entries-after", after=after, limit=limit)
    return tuple(placed(row, line_id, wrap_key) for row in found)


def statements_after(
    database: Database, line_id: LineId, *, after: int, limit: int, upto: int = NEWEST
) -> tuple[Stated, ...]:
    """Return statements behind an arrival, in order, up to another one."""
    found = ask(database, line_id, "statements-after", after=after, limit=limit, upto=upto)
    return tuple(map(stated, found))


def numbered(database: Database, line_id: LineId, no: int, number: int) -> tuple[Stated, ...]:
    """Return the statements of a journal that have a number within it, the newest year first."""
    found = ask(database, line_id, "numbered", no=no, number=number)
    return tuple(map(stated, found))


def vector_of(database: Database, line_id: LineId, no: int, seq: int) -> dict[int, int]:
    """Return the folded seen of the entry in a slot, {no: seq}; empty if it is not held."""
    found = ask(database, line_id, "vector", no=no, seq=seq)
    return decode(found[0][0]) if found else {}  # type: ignore[return-value]


def receipts(database: Database, line_id: LineId) -> frozenset[HeldRow]:
    """Return every receipt that is looked up for the ladder."""
    return frozenset(HeldRow(*row) for row in ask(database, line_id, "receipts"))


def happenings(database: Database, line_id: LineId) -> frozenset[HappenedRow]:
    """Return every line event that is looked up."""
    return frozenset(
        HappenedRow(no, seq, place, kind, subject or None, body)
        for no, seq, place, kind, subject, body in ask(database, line_id, "happenings")
    )


def proposals(database: Database, line_id: LineId, mode: int) -> Iterator[Minuted]:
    """Yield the valid proposals of minutes of a mode, in the order in which they were accepted."""
    after, limit = 0, ENTRIES_AT_ONCE
    while page := ask(database, line_id, "proposals-after", after=after, mode=mode, limit=limit):
        for _, *row in page:
            yield Minuted(*row)
        after = page[-1][0]


def all_cosignatures(database: Database, line_id: LineId) -> Iterator[CosignatureRow]:
    """Yield every cosignature that is looked up, in the order in which they were kept."""
    after, limit = 0, ENTRIES_AT_ONCE
    while page := ask(database, line_id, "cosignatures-after", after=after, limit=limit):
        for _, *row in page:
            yield CosignatureRow(*row)
        after = page[-1][0]


def ask(database: Database, line_id: LineId, name: str, **values: int) -> list[Row]:
    """Return the rows of a named query about one line. Raises OfficerError("no-such-line")."""
    return database.rows(SQL[name], {"line": line_row(database, line_id)[0], **values})


def placed(row: Row, line_id: LineId, wrap_key: bytes | None) -> Placed:
    """Return an entry from a row of the query `entries-after`."""
    arrival, no, seq, entry, mode, kind, time, arrived, verdict, vector, *parts, box, wrapped = row
    frame = frame_of(*parts)
    if wrap_key is not None and box is not None and wrapped is not None:
        words = open_content(wrap_of(line_id, wrap_key), entry, box=box, wrapped=wrapped)
        frame = with_content(frame, words)
    return Placed(
        *(arrival, no, seq, entry, mode, kind, time, arrived, verdict, vector),
        box is not None,
        frame,
    )
