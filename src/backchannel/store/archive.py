"""The archive in the store: which content keys are still to be sealed, and which may go.

This module must not write, or decide that a key goes. Every answer is bounded by the caller's
limit, or comes a page at a time.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backchannel.limits import ARCHIVE_ENTRIES_AT_ONCE
from backchannel.store.lines import line_row
from backchannel.store.sealing import content_key, wrap_of
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.ids import EntryId, LineId

SQL = named("archive.sql")


class ContentKey(NamedTuple):
    """The key of an entry's words: slot, entry id, and 32 bytes. Lives for one answer."""

    no: int
    seq: int
    entry: EntryId
    key: bytes


class Kept(NamedTuple):
    """A content key that is sealed and still held: since when it was met, and since when it was
    found that nobody waits for the words (ms of running time)."""

    entry: EntryId
    met: int | None
    over: int | None


class Counts(NamedTuple):
    """Content keys held, how many are sealed, and the first UTC day with one that is not."""

    held: int
    sealed: int
    first_unsealed: int | None


class Found(NamedTuple):
    """An archive seal or an opening as it was entered."""

    arrival: int
    no: int
    seq: int
    entry: EntryId
    mode: int
    time: int
    payload: bytes


def unsealed_day(database: Database, line_id: LineId, mode: int, *, today: int) -> int | None:
    """Return the first UTC day but today with a content key of a mode that no seal holds."""
    line = line_row(database, line_id)[0]
    found = database.row(SQL["unsealed-day"], {"line": line, "mode": mode, "today": today})
    return None if found is None else int(found[0])


def unsealed_keys(
    database: Database, line_id: LineId, mode: int, *, day: int, limit: int, wrap_key: bytes
) -> tuple[ContentKey, ...]:
    """Return content keys of a UTC day that no seal holds, ascending by journal and slot.

    Raises CustodyError("content-unopened").
    """
    line, wrap = line_row(database, line_id)[0], wrap_of(line_id, wrap_key)
    values = {"line": line, "mode": mode, "day": day, "limit": limit}
    return tuple(
        ContentKey(no, seq, EntryId(entry), content_key(wrap, entry, wrapped))
        for no, seq, entry, wrapped in database.rows(SQL["unsealed-keys"], values)
    )


def to_look_at(database: Database, line_id: LineId, *, limit: int) -> tuple[Kept, ...]:
    """Return sealed content keys that are held, those first that were not looked at for longest."""
    line = line_row(database, line_id)[0]
    found = database.rows(SQL["to-look-at"], {"line": line, "limit": limit})
    return tuple(
        Kept(EntryId(entry), None if met < 0 else met, None if over < 0 else over)
        for entry, met, over in found
    )


def is_over(database: Database, line_id: LineId, entry: bytes) -> bool:
    """Say whether nobody waits any more for the words of an entry: so it was found, or their key
    is gone."""
    line = line_row(database, line_id)[0]
    found = database.row(SQL["is-kept"], {"line": line, "entry": entry})
    return found is None or found[0] >= 0


def kept_count(database: Database, line_id: LineId) -> Counts:
    """Return how the content keys of a line stand."""
    found = database.row(SQL["kept-count"], {"line": line_row(database, line_id)[0]})
    assert found is not None
    return Counts(*found)


def kind_of(database: Database, line_id: LineId, entry: bytes) -> int | None:
    """Return the kind of the statement in an entry, or None for no statement of this record."""
    line = line_row(database, line_id)[0]
    found = database.row(SQL["kind-of"], {"line": line, "entry": entry})
    return None if found is None else int(found[0])


def archive_entries(
    database: Database, line_id: LineId, kind: int, *, party: int
) -> Iterator[Found]:
    """Yield all archive seals (type 7) or openings (type 10) of a party in the order of acceptance,
    those alone that their station was entitled to."""
    values = {"line": line_row(database, line_id)[0], "type": kind, "party": party}
    after = 0
    while page := database.rows(
        SQL["archive-entries"], {**values, "after": after, "limit": ARCHIVE_ENTRIES_AT_ONCE}
    ):
        for row in page:
            yield Found(*row)
        after = page[-1][0]


def box_of(database: Database, line_id: LineId, entry: bytes) -> bytes | None:
    """Return the sealed words of an entry, or None where they are not held."""
    line = line_row(database, line_id)[0]
    found = database.row(SQL["box"], {"line": line, "entry": entry})
    return None if found is None else bytes(found[0])


def wash(database: Database) -> None:
    """Cut off the log of past writes: an erased key must not be found in it (KEYS-36).

    What a reader beside us still needs stays until the next time.
    """
    database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
