"""Reading the line events that say which paths came up and went down.

This module must not write, or judge what it reads. Every answer is bounded.
"""

from typing import NamedTuple

from backchannel.limits import PATH_EVENTS_LOOKED_BACK_MAX, PATH_EVENTS_READ_MAX
from backchannel.store.lines import line_row
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.codec import decode
from backchannel.wire.ids import EntryId, LineId

SQL = named("paths.sql")


class PathEvent(NamedTuple):
    """A path that came up or went down: the entry that says so and its time, the number of the
    path, and the station at its other end by the beginning of its certificate's hash."""

    seq: int
    entry: EntryId
    time: int
    path: int
    station: str
    up: bool


def path_events(database: Database, line_id: LineId, no: int, seq: int) -> tuple[PathEvent, ...]:
    """Return what a journal said of its paths up to a slot, newest first, from so many slots before
    it on as are looked back."""
    values = {
        "line": line_row(database, line_id)[0],
        "no": no,
        "seq": seq,
        "since": max(0, seq - PATH_EVENTS_LOOKED_BACK_MAX),
        "limit": PATH_EVENTS_READ_MAX,
    }
    found = []
    for slot, entry, time, body in database.rows(SQL["path-events"], values):
        match decode(body):
            case (int(path), str(station), int(up)):
                found.append(PathEvent(slot, EntryId(entry), time, path, station, bool(up)))
    return tuple(found)
