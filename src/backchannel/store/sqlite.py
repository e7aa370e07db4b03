"""SQLite: one database file, opened, guarded, upgraded, and used in transactions.

This module must not know what is stored; it is the only one that may import the library. What the
library reports is told apart here by whose fault it is, and what is ours to mend says how.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import apsw

from backchannel.errors import CustodyError, OfficerError
from backchannel.store.texts import STEPS, numbered
from backchannel.store.troubles import (
    damaged,
    failed,
    full,
    of_the_system,
    read_only,
    running,
    unreachable,
)

DISTRIBUTION = "backchannel-line"
LIBRARY_MIN = (3, 51, 3)
"""Earlier ones can spoil a database when two connections write or checkpoint (WAL reset)."""

STATION_FILE = 0x42434C31  # "BCL1"
BACKUP_FILE = 0x42434C42  # "BCLB"
WITNESS_FILE = 0x42434C57  # "BCLW"
RECORDS = (STATION_FILE, BACKUP_FILE)
NO_FILE = 0

BUSY_MS = 5_000
"""A reader in another process holds us up for moments only."""

CACHE_KIB = 16_384
"""A full group and the index pages that it touches: SQLite's own 2 MiB would write some twice."""

COUNT_BYTES = 8
OPENING_BYTES = 4

Value = None | int | float | str | bytes
Values = tuple[Value, ...] | Mapping[str, Value]
Row = tuple[Any, ...]  # STRICT tables: a column's type is the one in its schema file


class Database:
    """One open database. It has one user at a time: no two threads may be inside it at once."""

    def __init__(
        self, connection: apsw.Connection, path: str, closing: ExitStack, *, opening: int = 0
    ) -> None:
        self.path = path
        self._connection = connection
        self._closing = closing
        self._opening = opening
        self._nonces = 0

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let go of its lock. Doing it twice is no harm."""
        with faults(self.path):
            self._closing.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside becomes durable together at the end, or none of it.

        Raises CustodyError if the disk failed or is full; then nothing was written, and the next
        transaction works as soon as the disk does.
        """
        with faults(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                # SQLite has already rolled back after some errors.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside stands at one moment, whatever is written meanwhile."""
        with faults(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")

    def rows(self, text: str, values: Values = ()) -> list[Row]:
        """Return all rows that a statement yields. Raises CustodyError if the disk failed."""
        with faults(self.path):
            return self._connection.execute(text, values).fetchall()

    def row(self, text: str, values: Values = ()) -> Row | None:
        """Return the only row that a statement yields, or None. Raises CustodyError."""
        found = self.rows(text, values)
        return found[0] if found else None

    def stream(self, text: str) -> Iterator[Row]:
        """Yield row after row of a table that may not fit into memory. Raises CustodyError."""
        with faults(self.path):
            yield from self._connection.execute(text)

    def write_many(self, text: str, rows: Iterable[tuple[Value, ...]]) -> None:
        """Run a statement once for each row. Raises CustodyError if the disk failed."""
        with faults(self.path):
            self._connection.executemany(text, rows)

    def fresh_nonce(self) -> bytes:
        """Return 12 bytes that this file never gave out before.

        The number of this opening is durable before the first of them, and the count goes on
        within it: a commit that failed and is tried again gets another one. Only a disk that was
        put back can repeat them. Then AES-GCM-SIV still shows no more than whether two boxes hold
        the same bytes for the same purpose.
        """
        assert self._opening, "a file that is not open for writing seals nothing"
        self._nonces += 1
        return self._opening.to_bytes(OPENING_BYTES, "big") + self._nonces.to_bytes(
            COUNT_BYTES, "big"
        )


def open(
    path: Path,
    *,
    vfs: str | None = None,
    exclusive: bool = False,
    steps: Traversable = STEPS,
    kind: int = STATION_FILE,
) -> Database:
    """Open a station's database for writing, or a witness's, and make or upgrade it if need be.

    `exclusive` keeps the file locked and needs no shared memory; `vfs` names a file system of
    SQLite's own, which must be exclusive. `steps` is the folder of the schema of this `kind`.

    Raises OfficerError: "station-running", "database-read-only", "database-unreachable",
    "database-newer", "not-our-database", "backup-opened". Raises CustodyError: "database-damaged",
    "disk-full", "disk-failed", "library-too-old", "no-write-ahead-log".
    """
    require_library(apsw.sqlite_lib_version())
    with ExitStack() as closing:
        if vfs is None:
            closing.enter_context(sole_writer(path))
        with faults(str(path)):
            connection = apsw.Connection(str(path), vfs=vfs)
            closing.callback(connection.close)
            if exclusive:
                # Before anything is read: only so does WAL do without shared memory.
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            else:
                connection.set_busy_timeout(BUSY_MS)
            schema = numbered(steps)
            known = require_ours(connection, str(path), len(schema), kind)
            configure(connection, str(path))
            if 0 < known < len(schema) and vfs is None:
                keep_copy(connection, path, known)
            upgrade(connection, schema, known, kind)
            opening = count_opening(connection)
        return Database(connection, str(path), closing.pop_all(), opening=opening)


def open_reader(path: Path, *, steps: Traversable = STEPS, kinds: Row = RECORDS) -> Database:
    """Open a station's database or a backup for reading, beside a station that may be running.

    Raises OfficerError: "no-database", "database-older", "database-newer", "not-our-database",
    "database-unreachable". Raises CustodyError: "database-damaged", "disk-failed",
    "library-too-old".
    """
    require_library(apsw.sqlite_lib_version())
    if not path.is_file():
        raise OfficerError("no-database", f"there is no file {path}; check the path")
    with ExitStack() as closing, faults(str(path)):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        closing.callback(connection.close)
        connection.set_busy_timeout(BUSY_MS)
        newest = len(numbered(steps))
        kind, schema = connection.pragma("application_id"), connection.pragma("user_version")
        if kind not in kinds:
            raise OfficerError("not-our-database", f"{path} is a database of another program")
        require_not_newer(connection, str(path), newest)
        if schema < newest:
            raise OfficerError(
                "database-older",
                f"{path} has schema {schema}, this program reads {newest}: use version "
                f"{writer_of(connection)}, or open the database once for writing",
            )
        return Database(connection, str(path), closing.pop_all())


def open_new_backup(path: Path) -> Database:
    """Make an empty backup file with the newest schema: one file, which needs no folder to read.

    Raises what `open` raises for the library and the disk. The file must not be there yet.
    """
    require_library(apsw.sqlite_lib_version())
    with ExitStack() as closing, faults(str(path)):
        make_private(path)
        connection = apsw.Connection(str(path))
        closing.callback(connection.close)
        upgrade(connection, numbered(STEPS), 0, STATION_FILE)
        connection.execute(
            f"PRAGMA application_id = {BACKUP_FILE};"
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF"
        )
        return Database(connection, str(path), closing.pop_all())


def require_sound(database: Database) -> None:
    """Raise CustodyError("database-damaged") unless every page of the file is in order.

    Reads the whole file: for `check`, and for a start after an unclean stop.
    """
    (found,) = database.rows("PRAGMA integrity_check(1)")[0]
    if found != "ok":
        raise damaged(database.path, str(found))


def require_library(found: str) -> None:
    """Raise CustodyError unless SQLite is free of the WAL-reset bug."""
    numbers = tuple(int(part) for part in found.split("."))
    if numbers < LIBRARY_MIN:
        wanted = ".".join(map(str, LIBRARY_MIN))
        raise CustodyError(
            "library-too-old",
            f"SQLite {found} can lose what it stored; install apsw with SQLite {wanted} or newer",
        )


def require_ours(connection: apsw.Connection, path: str, newest: int, wanted: int) -> int:
    """Return the schema number of a database of a kind, 0 for a new one, without changing it.

    Raises OfficerError for another program's database, a backup, and a newer schema.
    """
    kind = connection.pragma("application_id")
    if kind == BACKUP_FILE:
        raise OfficerError(
            "backup-opened",
            f"{path} is a backup: it holds no keys, and a station never goes on from one. "
            "Restore the station instead",
        )
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()[0]
    if kind != wanted and (kind != NO_FILE or tables):
        raise OfficerError(
            "not-our-database", f"{path} is a database of another program; check the path"
        )
    require_not_newer(connection, path, newest)
    return int(connection.pragma("user_version"))


def require_not_newer(connection: apsw.Connection, path: str, newest: int) -> None:
    """Raise OfficerError("database-newer") if a later program changed the schema."""
    schema = connection.pragma("user_version")
    if schema > newest:
        raise OfficerError(
            "database-newer",
            f"{path} has schema {schema}, this program knows {newest}: it was written by version "
            f"{writer_of(connection)}; use that version or a later one",
        )


def writer_of(connection: apsw.Connection) -> str:
    """Return the version of the program that made the newest schema of a file."""
    found = connection.execute("SELECT version FROM program ORDER BY schema DESC LIMIT 1")
    return str(found.fetchall()[0][0])


def configure(connection: apsw.Connection, path: str) -> None:
    """Set how the file is written. Raises CustodyError if its file system can't do it."""
    mode = connection.pragma("journal_mode", "wal")
    if mode != "wal":
        raise CustodyError(
            "no-write-ahead-log",
            f"the file system of {path} allows journal mode {mode} only; use a local disk",
        )
    connection.execute(
        "PRAGMA synchronous = FULL;"  # durable before anything is said
        "PRAGMA foreign_keys = ON;"
        "PRAGMA secure_delete = ON;"  # what is deleted is overwritten
        f"PRAGMA cache_size = -{CACHE_KIB};"
        "PRAGMA temp_store = MEMORY;"  # no row leaves the file
        "PRAGMA trusted_schema = OFF;"
        "PRAGMA cell_size_check = ON"
    )


def upgrade(connection: apsw.Connection, schema: tuple[str, ...], known: int, kind: int) -> None:
    """Apply the steps that a file lacks, each in a transaction of its own."""
    # A step may make a table anew beside the old one; the whole is looked over before it counts.
    connection.execute("PRAGMA foreign_keys = OFF")
    for number, text in enumerate(schema[known:], known + 1):
        with connection:
            connection.execute(text)
            connection.execute(
                "INSERT INTO program (schema, version) VALUES (?, ?)",
                (number, version(DISTRIBUTION)),
            )
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            assert not broken, f"schema step {number} leaves rows without their parents: {broken}"
            connection.execute(f"PRAGMA user_version = {number}; PRAGMA application_id = {kind}")
    connection.execute("PRAGMA foreign_keys = ON")


def count_opening(connection: apsw.Connection) -> int:
    """Count this opening of a file for writing, durably; return its number, from 1."""
    counted = connection.execute("UPDATE opening SET count = count + 1 RETURNING count")
    number: Row = counted.fetchall()[0]
    return int(number[0])


def keep_copy(connection: apsw.Connection, path: Path, schema: int) -> None:
    """Copy the whole file beside itself before its schema changes. The copy holds the secrets."""
    copy = path.with_name(f"{path.name}.schema-{schema:04}")
    # A copy that is there was made by an upgrade that did not come to its end.
    copy.unlink(missing_ok=True)
    make_private(copy)
    connection.execute("VACUUM INTO ?", (str(copy),))
    sync(copy)
    sync(path.parent)


@contextmanager
def sole_writer(path: Path) -> Iterator[None]:
    """Hold the right to write a database. Raises OfficerError("station-running") if another does.

    The lock is on a file beside it, which stays: SQLite's own locks end for the whole process
    when any descriptor of the database is closed. The database is made here if it is missing,
    readable by its owner alone.
    """
    with faults(str(path)):
        make_private(path)
        lock = path.with_name(f"{path.name}-lock")
        make_private(lock)
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise running(str(path)) from None
        yield
    finally:
        os.close(descriptor)


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read, unless it is there."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def faults(path: str) -> Iterator[None]:
    """Turn what the library and the system report into our errors, by whose fault it is.

    A broken constraint is our own bug: AssertionError.
    """
    try:
        yield
    except apsw.ConstraintError as fault:
        raise AssertionError(f"a row broke a rule of its table: {fault}") from fault
    except apsw.FullError as fault:
        raise full(path) from fault
    except (apsw.CorruptError, apsw.NotADBError) as fault:
        raise damaged(path, str(fault)) from fault
    except (apsw.BusyError, apsw.LockedError) as fault:
        raise running(path) from fault
    except (apsw.ReadOnlyError, apsw.PermissionsError) as fault:
        raise read_only(path) from fault
    except apsw.CantOpenError as fault:
        raise unreachable(path, str(fault)) from fault
    except apsw.IOError as fault:
        raise failed(path, str(fault)) from fault
    except OSError as fault:
        raise of_the_system(path, fault) from fault
