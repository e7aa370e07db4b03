"""Reading what was handed on by one journal.

This module must not write, or judge what it reads. Every answer is bounded.
"""

from backchannel.limits import HANDED_ON_LOOKED_BACK_MAX
from backchannel.store.lines import line_row
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.ids import LineId

SQL = named("handed.sql")


def handed_by(database: Database, line_id: LineId, no: int, seq: int) -> tuple[bytes, ...]:
    """Return the values of the line events by which a journal handed on, ascending, from so many
    slots before `seq` on as are looked back."""
    since = max(0, seq - HANDED_ON_LOOKED_BACK_MAX)
    values = {
        "line": line_row(database, line_id)[0],
        "no": no,
        "since": since,
        "limit": HANDED_ON_LOOKED_BACK_MAX,
    }
    return tuple(row[1] for row in database.rows(SQL["handed-by"], values))
