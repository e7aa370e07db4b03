"""Our beacon logs as the record has them, and what witnesses have cosigned of them.

A log is no table: it is read from the entries that can open its leaves, so no leaf can be published
whose opening is lost. This module must not judge a cosignature. Clauses: PROOF-60, PROOF-74.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backchannel.limits import ENTRIES_AT_ONCE
from backchannel.proof.note import NoteSignature
from backchannel.store.lines import line_row
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.beacon import Beat, parse_beat
from backchannel.wire.ids import EntryId, LineId

SQL = named("witnessed.sql")


class Opening(NamedTuple):
    """An entry that can open leaves of its journal's log: its slot, its id, what it says."""

    seq: int
    entry: EntryId
    beat: Beat


class Witnessed(NamedTuple):
    """A cosignature of a log's checkpoint at a size, as a line of its note."""

    size: int
    line: NoteSignature


def openings(
    database: Database, line_id: LineId, no: int, *, after_seq: int = -1
) -> tuple[Opening, ...]:
    """Return the openings of a journal behind a slot, a page of them, in the order of slots."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "no": no, "after": after_seq, "limit": ENTRIES_AT_ONCE}
    return tuple(
        Opening(seq, EntryId(entry), parse_beat(payload))
        for seq, entry, payload in database.rows(SQL["openings"], values)
    )


def opening_before(database: Database, line_id: LineId, no: int, seq: int) -> Opening | None:
    """Return the last opening of a journal before a slot that counts, if there is one."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "no": no, "before": seq}
    for at, entry, payload in database.rows(SQL["opening-before"], values):
        return Opening(at, EntryId(entry), parse_beat(payload))
    return None


def witnessed_at(database: Database, line_id: LineId, no: int, size: int) -> tuple[Witnessed, ...]:
    """Return all cosignatures of a log at a size."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "no": no, "size": size}
    return tuple(as_line(*row) for row in database.rows(SQL["witnessed-at"], values))


def sizes_from(database: Database, line_id: LineId, no: int, size: int) -> Iterator[int]:
    """Yield the sizes of a log that anybody has cosigned, from one on, ascending."""
    line = line_row(database, line_id)[0]
    while True:
        values = {"line": line, "no": no, "from": size}
        ((found,),) = database.rows(SQL["size-from"], values)
        if found is None:
            return
        yield found
        size = found + 1


def sizes_below(database: Database, line_id: LineId, no: int, size: int) -> Iterator[int]:
    """Yield the sizes of a log that anybody has cosigned, below one, the largest first."""
    line = line_row(database, line_id)[0]
    while True:
        values = {"line": line, "no": no, "below": size}
        ((found,),) = database.rows(SQL["size-below"], values)
        if found is None:
            return
        yield found
        size = found


def witnessed_size(
    database: Database, line_id: LineId, no: int, *, name: str, key_id: bytes
) -> int:
    """Return the largest size of a log that a key has cosigned, 0 for none."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "no": no, "name": name, "key_id": key_id}
    ((size,),) = database.rows(SQL["witnessed-size"], values)
    return int(size)


def keep_witnessed(database: Database, line_id: LineId, no: int, found: Witnessed) -> None:
    """Keep a cosignature, durably. A second one of a key for a size changes nothing."""
    line = line_row(database, line_id)[0]
    name, key_id, signature = found.line.name, found.line.key_id, found.line.signature
    values = {"line": line, "no": no, "size": found.size, "name": name, "key_id": key_id}
    with database.transaction():
        database.rows(SQL["add-witnessed"], {**values, "signature": signature})


def as_line(size: int, name: str, key_id: bytes, signature: bytes) -> Witnessed:
    """Return a row of the table as it was kept."""
    return Witnessed(size, NoteSignature(name, key_id, signature))
