"""Reading notices by their form.

This module must not write, or judge what it reads. Every answer is bounded.
"""

from backchannel.store.lines import line_row
from backchannel.store.queries import Stated, stated
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.ids import LineId

SQL = named("forms.sql")


def notices_of(
    database: Database, line_id: LineId, mode: int, form: str, *, limit: int
) -> tuple[Stated, ...]:
    """Return the notices of one version of a form in a mode, newest first."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "mode": mode, "form": form, "limit": limit}
    return tuple(map(stated, database.rows(SQL["notices-of-form"], values)))
