"""The database of a relay in one SQLite file, written by one relay.

This module must not know what the rows mean. What was committed outlives the plug (RELAY-20).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import apsw

from backchannel.errors import CustodyError, OfficerError
from backchannel.relay.mailstore import SQL_FOLDER, Row, Value, statements

# "bcR" and a number: other programs' files are left alone.
APPLICATION = 0x62635201
SCHEMA = 1
# Without the fault in resetting the log that older ones have.
LIBRARY_MIN = (3, 51, 3)


class SqliteDatabase:
    """The database file of a relay, open for writing."""

    shared = False

    def __init__(self, path: Path) -> None:
        """Open a file, and make it if need be. Raises CustodyError("relay-store"), OfficerError:
        "relay-running", "relay-database"."""
        self._path = path
        self._statements = statements()
        if tuple(map(int, apsw.sqlite_lib_version().split("."))) < LIBRARY_MIN:
            raise CustodyError("relay-store", "install apsw with SQLite 3.51.3 or newer")
        with self._faults():
            self._connection = connection = apsw.Connection(str(path))
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._claim(connection)
            connection.execute(
                "PRAGMA journal_mode = WAL;"
                "PRAGMA synchronous = FULL;"  # durable before it is answered
                "PRAGMA secure_delete = ON;"  # what was fetched is overwritten
                "PRAGMA temp_store = MEMORY;"
                "PRAGMA trusted_schema = OFF"
            )
        path.chmod(0o600)

    def _claim(self, connection: apsw.Connection) -> None:
        """Lock the file, and make the tables in a new one. Raises OfficerError."""
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except apsw.BusyError:
            text = f"another relay runs on {self._path}: end it first"
            raise OfficerError("relay-running", text) from None
        kind, schema = connection.pragma("application_id"), connection.pragma("user_version")
        if (kind, schema) == (0, 0):
            connection.execute((SQL_FOLDER / "sqlite.sql").read_text("utf-8"))
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {SCHEMA}")
        elif (kind, schema) != (APPLICATION, SCHEMA):
            connection.execute("ROLLBACK")
            text = f"{self._path} is of another program, or of another version of this one"
            raise OfficerError("relay-database", text)
        connection.execute("COMMIT")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all that is asked inside, durably, or nothing of it. Raises CustodyError."""
        with self._faults():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:  # whatever it was, nothing may be half done
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, name: str, values: Mapping[str, Value]) -> list[Row]:
        """Return what one of the named statements finds. Raises CustodyError."""
        with self._faults():
            return self._connection.execute(self._statements[name], values).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except apsw.FullError:
            raise CustodyError("relay-store", f"no room on the disk of {self._path}") from None
        except apsw.ConstraintError as fault:
            raise AssertionError(f"a row broke a rule of its table: {fault}") from fault
        except apsw.Error as fault:
            raise CustodyError("relay-store", f"{self._path}: {fault}") from fault
