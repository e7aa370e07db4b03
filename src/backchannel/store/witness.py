"""The memory of a witness: the newest checkpoint of each log that it has cosigned.

What is kept here is durable before anybody hears of it, and no size falls. This module must not
judge a checkpoint. Clauses: PROOF-71, PROOF-72.
"""

from pathlib import Path
from typing import NamedTuple

from backchannel.limits import CONTRADICTIONS_MAX
from backchannel.store import sqlite
from backchannel.store.sqlite import Database
from backchannel.store.texts import WITNESS_STEPS, named

SQL = named("witness.sql")


class Latest(NamedTuple):
    """The newest checkpoint of a log that was cosigned: the whole note, when it last was (seconds
    UTC), and how many of this log were."""

    size: int
    root: bytes
    note: bytes
    time: int
    times: int = 1


class Watched(NamedTuple):
    """How far a log is cosigned, when it was last, and how often; how many contradictions of it
    are kept."""

    origin: str
    size: int
    time: int
    times: int
    contradictions: int


def open_memory(path: Path) -> Database:
    """Open the database of a witness, for writing. Raises what `sqlite.open` raises."""
    return sqlite.open(path, steps=WITNESS_STEPS, kind=sqlite.WITNESS_FILE)


def read_memory(path: Path) -> Database:
    """Open the database of a witness for reading, whether it runs or not. Raises what
    `sqlite.open_reader` raises."""
    return sqlite.open_reader(path, steps=WITNESS_STEPS, kinds=(sqlite.WITNESS_FILE,))


def latest(database: Database, origin: str) -> Latest | None:
    """Return the newest checkpoint of a log that was cosigned, or None while there is none."""
    found = database.row(SQL["latest"], {"origin": origin})
    return None if found is None else Latest(*found)


def watched(database: Database) -> tuple[Watched, ...]:
    """Return how far each log is cosigned, by origin."""
    contradicted: dict[str, int] = dict(database.rows(SQL["contradictions"]))
    return tuple(
        Watched(origin, size, time, count, contradicted.get(origin, 0))
        for origin, size, time, count in database.rows(SQL["all-latest"])
    )


def keep_latest(database: Database, origin: str, found: Latest) -> None:
    """Keep a checkpoint as the newest of its log, durably (PROOF-71).

    That it is none is our own bug: AssertionError. Raises CustodyError if the disk failed: then
    nothing is kept, and nothing may be answered.
    """
    with database.transaction():
        kept = database.row(
            SQL["put-latest"],
            {
                "origin": origin,
                "size": found.size,
                "root": found.root,
                "note": found.note,
                "time": found.time,
            },
        )
        assert kept is not None, f"a log that fell back to size {found.size}"


def keep_contradiction(database: Database, origin: str, found: Latest, *, cosigned: bytes) -> None:
    """Keep a signed checkpoint that contradicts one that was cosigned, within a bound for each log
    (PROOF-72)."""
    with database.transaction():
        database.rows(
            SQL["add-contradiction"],
            {
                "origin": origin,
                "size": found.size,
                "root": found.root,
                "note": found.note,
                "cosigned": cosigned,
                "time": found.time,
                "most": CONTRADICTIONS_MAX,
            },
        )
