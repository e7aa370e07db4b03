"""Reading minutes: which there are, and who cosigned otherwise.

This module must not write, or judge what it reads. Every answer goes by an index and is bounded.
"""

from collections.abc import Iterable

from backchannel.limits import OTHER_ROOTS_MAX
from backchannel.line.events import OtherRoot
from backchannel.store.lines import line_row
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.ids import LineId

SQL = named("minutes.sql")


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
    found = database.row(
        SQL["slot-of"], {"line": line_row(database, line_id)[0], "entry": entry}
    )
    return None if found is None else (found[0], found[1])


def minutes_before(
    database: Database, line_id: LineId, no: int, seq: int, *, limit: int
) -> tuple[int, ...]:
    """Return the slots of a journal below one in which minutes stand, the newest first."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "no": no, "seq": seq, "limit": limit}
    return tuple(slot for (slot,) in database.rows(SQL["minutes-before"], values))
