"""The floor: the same primitives, byte counts and commits as one message takes, and nothing else.

No codec, no objects, no checks but the cryptographic ones. Two processes over loopback, as the two
stations are: what one costs the other by sharing the machine is in both figures.

    python bench/floor.py PORT FOLDER MESSAGES      the receiver; the bench starts it

This module must not use the product but for its primitives.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

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
UNDER_WAY_MAX = 1_024
RECEIPT_BYTES = 210
ENVELOPE_BYTES, CONTENT_BYTES, STATEMENT_BYTES, HEADER_BYTES = 720, 190, 130, 150


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


def measure(folder: Path, messages: int) -> float:
    """Return messages a second, until the last has its receipt, so many of them under way."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        command = [sys.executable, __file__, port, str(folder), str(messages)]
        with subprocess.Popen(command) as receiver:
            connection, _ = server.accept()
            with connection:
                connection.recv(1)
                spent = send_all(connection, database(folder / "floor-a.db"), messages)
            if receiver.wait():
                raise RuntimeError("the receiver of the floor failed")
    return messages / spent


def send_all(peer: socket.socket, store: apsw.Connection, messages: int) -> float:
    """Send all messages in groups; return the seconds until the last is receipted."""
    began = time.perf_counter()
    receipted = 0
    for at in range(0, messages, GROUP):
        count = min(GROUP, messages - at)
        keep_group(store, at, count, send)
        peer.sendall(bytes(count * ENVELOPE_BYTES))
        while at + count - receipted > UNDER_WAY_MAX:
            receipted += receipt_from(peer)
    while receipted < messages:
        receipted += receipt_from(peer)
    return time.perf_counter() - began


def receipt_from(peer: socket.socket) -> int:
    """Return how many messages the next receipt covers; keep it as a station does."""
    receipt = peer.recv(RECEIPT_BYTES, socket.MSG_WAITALL)
    gcm_siv_open(KEY, NONCE, BOX, b"")
    ed25519_verify(PUBLIC, ENTERED, HEADER)
    return int.from_bytes(receipt[:4], "big")


def receive_all(peer: socket.socket, store: apsw.Connection, messages: int) -> None:
    """Take messages in groups of what has gathered, and give a receipt for each group."""
    received, rest = 0, b""
    while received < messages:
        rest += peer.recv(GROUP * ENVELOPE_BYTES - len(rest))
        count = len(rest) // ENVELOPE_BYTES
        if count:
            keep_group(store, received, count, receive)
            peer.sendall(count.to_bytes(4, "big") + bytes(RECEIPT_BYTES - 4))
            received, rest = received + count, rest[count * ENVELOPE_BYTES :]


def keep_group(store: apsw.Connection, at: int, count: int, work: Callable[[], None]) -> None:
    """Do the work for each of a group, sign once more, and commit."""
    for _ in range(count):
        work()
    ed25519_sign(SECRET, HEADER)
    write(store, at, count)


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


def commits_in_series(folder: Path, count: int) -> list[float]:
    """Return the seconds of three small commits one behind the other, so many times: the floor of
    a receipt."""
    connection = database(folder / f"series-{os.urandom(4).hex()}.db")
    spent = []
    for at in range(0, 3 * count, 3):
        began = time.perf_counter()
        for n in range(3):
            write(connection, at + n, 1)
        spent.append(time.perf_counter() - began)
    connection.close()
    return spent


def main() -> None:
    """Be the receiver."""
    port, folder, messages = sys.argv[1:]
    with socket.create_connection(("127.0.0.1", int(port))) as peer:
        store = database(Path(folder) / "floor-b.db")
        peer.sendall(b"+")
        receive_all(peer, store, int(messages))


if __name__ == "__main__":
    main()
