"""The database of a relay in PostgreSQL, which several relays may share, each on its own machine.

This module must not take a server that answers before it has stored, and must not know what the
rows mean. A server that goes away is found again by the next transaction. Clause: RELAY-20.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg.rows import TupleRow

from backchannel.errors import CustodyError, OfficerError
from backchannel.relay.mailstore import SQL_FOLDER, Row, Value, statements

SCHEMA = 1
# Any number that no other program of that database uses.
LOCK = 0x62635201
CONNECT_S = 10
# What an answer rests on: a commit that lies on the disk, and on the standby's if there is one.
DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
}
KEPT_SHORT = "-c statement_timeout=20000 -c lock_timeout=10000"
Connection = psycopg.Connection[TupleRow]


class PostgresDatabase:
    """The database of a relay at a PostgreSQL server."""

    shared = True

    def __init__(self, place: str) -> None:
        """Connect, and make the tables if need be. `place` is what libpq calls a connection URI.

        Raises OfficerError: "relay-database", "relay-not-durable"; CustodyError("relay-store").
        """
        self._place = place
        self._statements = {
            name: re.sub(r":(\w+)", r"%(\1)s", text) for name, text in statements().items()
        }
        with faults():
            self._connection = self._connect()

    def _connect(self) -> Connection:
        connection = psycopg.connect(self._place, connect_timeout=CONNECT_S, options=KEPT_SHORT)
        try:
            require_durable(connection)
            make_tables(connection)
        except BaseException:  # whatever it was, nobody uses this connection
            connection.close()
            raise
        return connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all that is asked inside, durably, or nothing of it. Raises CustodyError.

        Relays that share the database take turns, so that no two count one mailbox at once.
        """
        with faults():
            if self._connection.closed:
                self._connection = self._connect()
            with self._connection.transaction():
                self._connection.execute("SELECT FROM total WHERE one = 1 FOR UPDATE")
                yield

    def rows(self, name: str, values: Mapping[str, Value]) -> list[Row]:
        """Return what one of the named statements finds. Raises CustodyError."""
        with faults():
            # The texts are our own, with one kind of place for values.
            found = self._connection.execute(self._statements[name].encode(), values)
            return found.fetchall() if found.description else []

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()


def require_durable(connection: Connection) -> None:
    """Raise OfficerError("relay-not-durable") if the server may answer before it has stored."""
    for name, wanted in DURABLE.items():
        row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
        found = row[0] if row else ""
        if found not in wanted:
            raise OfficerError(
                "relay-not-durable",
                f"the server has {name} = {found}, wanted {' or '.join(wanted)}: it could answer "
                "for what a power cut takes away",
            )
    connection.commit()


def make_tables(connection: Connection) -> None:
    """Make the tables in an empty database. Raises OfficerError("relay-database")."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        made = connection.execute("SELECT to_regclass('relay_schema')").fetchone()
        if made == (None,):
            connection.execute((SQL_FOLDER / "postgres.sql").read_bytes())
        row = connection.execute("SELECT number FROM relay_schema").fetchone()
        if row != (SCHEMA,):
            raise OfficerError("relay-database", f"schema {row}, this program knows {SCHEMA}")


@contextmanager
def faults() -> Iterator[None]:
    """Turn what the library reports into our errors. A broken constraint is our own bug."""
    try:
        yield
    except psycopg.IntegrityError as fault:
        raise AssertionError(f"a row broke a rule of its table: {fault}") from fault
    except psycopg.Error as fault:
        raise CustodyError("relay-store", f"PostgreSQL: {fault}".strip()) from fault
