"""A backup: the record of all lines in one file that holds no secret.

This module must not copy a key, or anything that a key of the station opens. The tables that are
copied are named one by one, so that a new table is left out until somebody has thought about it.
"""

from pathlib import Path

from backchannel.errors import OfficerError
from backchannel.store.sqlite import Database, faults, open_new_backup, sync

RECORD: dict[str, tuple[str, ...]] = {
    "line": ("line", "line_id", "party", "charter", "signatures", "version", "core"),
    "entry": (
        *("arrival", "line", "no", "seq", "entry", "mode", "type", "time", "arrived", "header"),
        *("signature", "payload", "attachments", "vector", "verdict"),
    ),
    "tally": ("line", "no", "type", "verdict", "count"),
    "content": ("arrival", "box"),
    "said": (
        *("arrival", "line", "no", "seq", "statement", "mode", "kind", "form", "addressees"),
        *("precedence", "category", "drafted", "refs", "croot", "signed", "year", "number"),
    ),
    "reference": ("line", "target", "arrival"),
    "happened": ("line", "no", "seq", "place", "kind", "subject", "body"),
    "held": ("line", "no", "holder", "upto", "holder_seq", "time"),
    "pending": ("line", "no", "seq", "entry", "arrived", "bare"),
    "branch": ("line", "no", "seq", "entry", "arrived", "bare"),
    "evidence": ("evidence", "line", "no", "seq", "reason", "body", "time"),
    "cosignature": ("line", "no", "size", "root", "credential", "signature", "entry"),
    "settled": ("line", "no", "upto"),
    "clock": ("line", "arrival"),
    "non_answer": ("line", "asked", "no", "seq", "entry", "deadline", "due"),
    "copy": ("line", "entry", "path", "way", "first", "last", "copies", "envelope"),
    "witnessed": ("line", "no", "size", "name", "key_id", "signature"),
}
"""Tables and columns in the order in which rows may be written: a parent before its children."""

LEFT_OUT = {
    "opening": "nonces of this file are of no use in another",
    "secret": "the keys of a line",
    "content_key": "the keys of words",
    "keeping": "how the keys of words stand, and a backup holds none",
    "counter": "numbers under keys that a backup does not hold",
    "outgoing": "opened by a stolen key of an epoch",
}
"""Tables that stay behind, and why. The file names its own schema and program anew."""


def backup(database: Database, target: Path) -> None:
    """Write the record as it stands at one moment into a new file, durably.

    `database` may be a reader beside a running station. The words of entries are in the backup
    as sealed boxes; their keys are not.
    Raises OfficerError("file-exists") and the errors of a disk; then no file is left behind.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    with faults(str(target)):
        if target.exists():
            raise OfficerError("file-exists", f"{target} is there already; name another file")
        unfinished.unlink(missing_ok=True)
        try:
            with open_new_backup(unfinished) as copy:
                copy_record(database, copy)
            sync(unfinished)
            unfinished.replace(target)
            sync(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)


def copy_record(database: Database, copy: Database) -> None:
    """Copy table by table, all from one moment, into a file that holds the empty tables."""
    with database.snapshot(), copy.transaction():
        for table, columns in RECORD.items():
            names = ", ".join(columns)
            places = ", ".join("?" * len(columns))
            rows = database.stream(f"SELECT {names} FROM {table}")
            copy.write_many(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
