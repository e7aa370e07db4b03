"""Reading minutes: which there are, and who cosigned otherwise.

This module must not write, or judge what it reads. Every answer goes by an index and is bounded.
"""

from collections.abc import Iterable

import msgspec

from backchannel.limits import OTHER_ROOTS_MAX
from backchannel.line.events import OtherRoot
from backchannel.store.lines import line_row
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.ids import ID_BYTES, EntryId, LineId

SQL = named("minutes.sql")


class Minuted(msgspec.Struct, frozen=True):
    """A minute that was accepted: its arrival and slot, the time that it claims, its payload."""

    arrival: int
    no: int
    seq: int
    entry: EntryId
    mode: int
    time: int
    payload: bytes


def minutes_between(
    database: Database, line_id: LineId, *, since: int, before: int, limit: int
) -> tuple[Minuted, ...]:
    """Return minutes accepted from one arrival on and below another, the newest first."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "from": since, "before": before, "limit": limit}
    return tuple(Minuted(*row) for row in database.rows(SQL["minutes-between"], values))


def minutes_named(database: Database, line_id: LineId, prefix: str) -> tuple[Minuted, ...]:
    """Return the minutes whose ids begin with these digits, two at most."""
    digits = 2 * ID_BYTES
    values = {
        "line": line_row(database, line_id)[0],
        "low": bytes.fromhex(prefix.ljust(digits, "0")),
        "high": bytes.fromhex(prefix.ljust(digits, "f")),
    }
    return tuple(Minuted(*row) for row in database.rows(SQL["minutes-named"], values))


def other_roots(
    database: Database, line_id: LineId, checkpoints: Iterable[tuple[int, int, bytes]]
) -> tuple[OtherRoot, ...]:
    """Return who has cosigned any of these checkpoints, (journal no, size, root), with another
    root (PROOF-95)."""
    line = line_row(database, line_id)[0]
    found: list[OtherRoot] = []
    for no, size, root in checkpoints:
        values = {"line": line, "no": no, "size": size, "root": root, "limit": OTHER_ROOTS_MAX}
        found += (OtherRoot(*row) for row in database.rows(SQL["other-roots"], values))
    return tuple(found)


def slot_of(database: Database, line_id: LineId, entry: bytes) -> tuple[int, int] | None:
    """Return the journal and slot in which an accepted entry stands, or None."""
    found = database.row(SQL["slot-of"], {"line": line_row(database, line_id)[0], "entry": entry})
    return None if found is None else (found[0], found[1])


def minutes_before(
    database: Database, line_id: LineId, no: int, seq: int, *, limit: int
) -> tuple[int, ...]:
    """Return the slots of a journal below one in which minutes stand, the newest first."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "no": no, "seq": seq, "limit": limit}
    return tuple(slot for (slot,) in database.rows(SQL["minutes-before"], values))
