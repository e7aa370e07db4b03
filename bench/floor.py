"""The floor: the same primitives, byte counts and commits as one message takes, and nothing else.

No codec, no objects, no checks but the cryptographic ones, one process, no network. Two stations
work side by side, so a message takes as long as the slower of the two. This module must not use
the product but for its primitives.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import apsw

from backchannel.wire.primitives import (
    ed25519_keypair,
    ed25519_sign,
    ed25519_verify,
    field_salts,
    gcm_siv_open,
    gcm_siv_seal,
    hkdf_expand,
    tagged_hash,
)

FIELDS = 21
GROUP = 256
ENVELOPE_BYTES, CONTENT_BYTES, STATEMENT_BYTES, HEADER_BYTES = 720, 190, 130, 150


class Floor(NamedTuple):
    """Seconds of work for one message at the sender and at the receiver, commits included."""

    sender_s: float
    receiver_s: float

    @property
    def per_second(self) -> float:
        """Return the messages a second of two stations that work side by side."""
        return 1 / max(self.sender_s, self.receiver_s)


def commit_to(content: bytes) -> None:
    """Commit to every field of a content."""
    commitments = [
        tagged_hash("field", salt + content[:9]) for salt in field_salts(bytes(16), FIELDS)
    ]
    tagged_hash("content", b"".join(commitments))


def database(path: Path) -> apsw.Connection:
    """Return an empty database, durable as the product's is."""
    connection = apsw.Connection(str(path))
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    for table in "abcd":
        connection.execute(f"CREATE TABLE {table} (k INTEGER PRIMARY KEY, v BLOB) STRICT")
    return connection


def write(connection: apsw.Connection, at: int, count: int) -> None:
    """Write four rows for each of a group of messages in one transaction."""
    with connection:
        for table, size in zip("abcd", (500, CONTENT_BYTES, 150, ENVELOPE_BYTES), strict=True):
            rows = [(at + n, bytes(size)) for n in range(count)]
            connection.executemany(f"INSERT INTO {table} (k, v) VALUES (?, ?)", rows)


def measure(folder: Path, messages: int) -> Floor:
    """Return what a message costs at least, from so many of them in groups of GROUP."""
    return Floor(
        timed(database(folder / "floor-a.db"), messages, send),
        timed(database(folder / "floor-b.db"), messages, receive),
    )


PUBLIC, SECRET = ed25519_keypair(bytes(32))
STATEMENT, HEADER, CONTENT = bytes(STATEMENT_BYTES), bytes(HEADER_BYTES), bytes(CONTENT_BYTES)
FRAME = bytes(ENVELOPE_BYTES - 16)
SIGNED, ENTERED = ed25519_sign(SECRET, STATEMENT), ed25519_sign(SECRET, HEADER)
KEY, NONCE = bytes(32), bytes(12)
BOX = gcm_siv_seal(KEY, NONCE, FRAME, b"")


def keep_content() -> None:
    """Seal the words for the disk, and their key under the station's."""
    gcm_siv_seal(KEY, NONCE, CONTENT, b"")
    gcm_siv_seal(KEY, NONCE, KEY, b"")


def send() -> None:
    """What the sender's station does for one message."""
    ed25519_verify(PUBLIC, SIGNED, STATEMENT)
    commit_to(CONTENT)
    tagged_hash("payload", STATEMENT + SIGNED)
    ed25519_sign(SECRET, HEADER)
    hkdf_expand(hkdf_expand(KEY, b"next"), b"msg")
    gcm_siv_seal(KEY, NONCE, FRAME, b"")
    keep_content()


def receive() -> None:
    """What the receiver's station does for one message, its share of a receipt included."""
    hkdf_expand(hkdf_expand(KEY, b"next"), b"msg")
    gcm_siv_open(KEY, NONCE, BOX, b"")
    ed25519_verify(PUBLIC, ENTERED, HEADER)
    ed25519_verify(PUBLIC, SIGNED, STATEMENT)
    tagged_hash("payload", STATEMENT + SIGNED)
    commit_to(CONTENT)
    keep_content()


def timed(connection: apsw.Connection, messages: int, work: Callable[[], None]) -> float:
    """Return the seconds that one message takes, worked and committed in groups."""
    began = time.perf_counter()
    for at in range(0, messages, GROUP):
        count = min(GROUP, messages - at)
        for _ in range(count):
            work()
        ed25519_sign(SECRET, HEADER)
        write(connection, at, count)
    spent = time.perf_counter() - began
    connection.close()
    return spent / messages


def commits_in_series(folder: Path, count: int) -> float:
    """Return the seconds of three small commits one behind the other: the floor of a receipt."""
    connection = database(folder / f"series-{os.urandom(4).hex()}.db")
    began = time.perf_counter()
    for n in range(3 * count):
        write(connection, n, 1)
    spent = time.perf_counter() - began
    connection.close()
    return spent / count
