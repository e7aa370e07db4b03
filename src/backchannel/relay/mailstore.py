"""Mailboxes in a database: one batch of requests is one transaction, durable before it is answered.

This module must not know a network, or how much room there is: that is a rule. What the database
itself is, `sqlite` and `postgres` say. Clauses: RELAY-20 to RELAY-23.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.resources import files
from typing import Any, Protocol, TypeAlias  # Any: what a database returns

from backchannel.errors import OfficerError
from backchannel.relay.limits import RELAY_EXPIRED_AT_ONCE
from backchannel.relay.mailbox import (
    NOTHING,
    Held,
    Outcome,
    Quota,
    Request,
    Stored,
    Totals,
    day_of,
    first_kept,
    require_room,
)
from backchannel.wire.limits import TAKE_HASHES_MAX, TAKEN_BYTES_MAX
from backchannel.wire.mailbox import Box, Put, Take, capsule_hash

NAME = "-- name: "
SQL_FOLDER = files("backchannel.relay") / "sql"

Value: TypeAlias = int | bytes
Row: TypeAlias = tuple[Any, ...]  # a column's type is the one in sqlite.sql


class Database(Protocol):
    """A database, as far as a relay needs one. Whatever fails in it is a CustodyError."""

    # Whether other relays may write to it too.
    shared: bool

    def transaction(self) -> AbstractContextManager[None]:
        """Do all that is asked inside, durably, or nothing of it."""
        ...

    def rows(self, name: str, values: Mapping[str, Value]) -> Sequence[Row]:
        """Return what one of the named statements finds."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def statements() -> dict[str, str]:
    """Return the statements by name, without their comments."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for text in (SQL_FOLDER / "statements.sql").read_text("utf-8").splitlines():
        if text.startswith(NAME):
            lines = found.setdefault(text.removeprefix(NAME), [])
        elif not text.startswith("--"):
            lines.append(text)
    return {name: "\n".join(lines).strip() for name, lines in found.items()}


class Mailstore:
    """The mailboxes of a relay."""

    def __init__(self, database: Database, quota: Quota) -> None:
        self._database = database
        self._quota = quota
        self.shared = database.shared

    def apply(self, requests: Sequence[Request], now: int) -> list[Outcome]:
        """Do some requests in their order, all of them durably, and return what became of each.

        Raises CustodyError: then nothing of it was done, and nothing may be answered (RELAY-20).
        """
        outcomes: list[Outcome] = []
        with self._database.transaction():
            for request in requests:
                if isinstance(request, Take):
                    outcomes.append(self._take(request))
                    continue
                try:
                    outcomes.append(self._put(request, now))
                except OfficerError as fault:
                    outcomes.append(fault)
        return outcomes

    def expire(self, now: int) -> int:
        """Drop some capsules that have waited for too long; return how many: 0, none is left
        (RELAY-22). Raises CustodyError."""
        first = first_kept(now, self._quota)
        with self._database.transaction():
            found = self._rows("expired", first=first, most=RELAY_EXPIRED_AT_ONCE)
            for box, taken in found:
                self._drop(Box(box), (taken,))
        return len(found)

    def totals(self) -> Totals:
        """Return what there is. Raises CustodyError."""
        return Totals(*self._rows("totals")[0])

    def _rows(self, name: str, **values: Value) -> Sequence[Row]:
        return self._database.rows(name, values)

    def _held(self, box: Box) -> Held:
        found = self._rows("box", box=box)
        return Held(*found[0]) if found else NOTHING

    def _put(self, put: Put, now: int) -> Stored:
        """Store a capsule, once. Raises OfficerError: "box-full", "relay-full"."""
        taken = capsule_hash(put.capsule)
        if self._rows("known", box=put.box, hash=taken):
            return Stored.KNOWN
        held, size = self._held(put.box), len(put.capsule)
        require_room(size, held, self.totals(), self._quota)
        self._rows("put-capsule", box=put.box, hash=taken, day=day_of(now), capsule=put.capsule)
        self._count(put.box, held, Held(held.capsules + 1, held.size_bytes + size))
        return Stored.NEW

    def _take(self, take: Take) -> tuple[bytes, ...]:
        """Drop what the owner has, and return what else there is: some of it, the oldest first."""
        self._drop(take.box, take.done)
        last, size = -1, 0
        for number, length in self._rows("sizes", box=take.box, most=TAKE_HASHES_MAX):
            size += length
            if size > TAKEN_BYTES_MAX:
                break
            last = number
        if last < 0:
            return ()
        return tuple(row[0] for row in self._rows("capsules", box=take.box, last=last))

    def _drop(self, box: Box, hashes: Sequence[bytes]) -> None:
        sizes = [
            row[0]
            for each in dict.fromkeys(hashes)
            for row in self._rows("drop-capsule", box=box, hash=each)
        ]
        if sizes:
            held = self._held(box)
            self._count(box, held, Held(held.capsules - len(sizes), held.size_bytes - sum(sizes)))

    def _count(self, box: Box, before: Held, after: Held) -> None:
        """Write down how much a mailbox holds now. An empty one is forgotten."""
        if after.capsules:
            self._rows("put-box", box=box, capsules=after.capsules, size_bytes=after.size_bytes)
        else:
            self._rows("drop-box", box=box)
        self._rows(
            "add-totals",
            boxes=bool(after.capsules) - bool(before.capsules),
            capsules=after.capsules - before.capsules,
            size_bytes=after.size_bytes - before.size_bytes,
        )

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()
