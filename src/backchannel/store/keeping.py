"""Content keys as they come, are found in an archive seal, are looked at, and go.

This module must not decide that a key goes: it writes what a step asked for, within the
transaction of its caller.
"""

from backchannel.line.rows import ArchivedRow, KeptRow, KeyGone
from backchannel.store.sqlite import Database
from backchannel.store.texts import named

SQL = named("archive.sql")


def add_keeping(database: Database, arrivals: list[int]) -> None:
    """Note that words came, whose key is to be sealed one day."""
    database.write_many(SQL["add-keeping"], [(arrival,) for arrival in arrivals])


def change_keeping(
    database: Database,
    line: int,
    *,
    archived: list[ArchivedRow],
    kept: list[KeptRow],
    gone: list[KeyGone],
) -> None:
    """Write where keys were sealed and when they were looked at, and erase those that go."""
    sealed = [(each.no, each.seq, line, each.entry) for each in archived]
    database.write_many(SQL["put-archived"], sealed)
    looked = [
        (each.met, -1 if each.over is None else each.over, each.looked, line, each.entry)
        for each in kept
    ]
    database.write_many(SQL["put-kept"], looked)
    entries = [(line, each.entry) for each in gone]
    database.write_many(SQL["drop-content-key"], entries)
    database.write_many(SQL["drop-keeping"], entries)
