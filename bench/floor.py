"""The floor: the same primitives, byte counts, rows and commits as one message takes, no more.

No codec, no objects, no checks but the cryptographic ones, no TLS. The rows go into the product's
own tables by its own statements; what stands in them has the right length and means nothing. Two
processes over loopback, as the two stations are: what one costs the other by sharing the machine is
in both figures.

    python bench/floor.py PORT FOLDER MESSAGES      the receiver; the bench starts it

This module must not use the product but for its primitives and its tables.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from backchannel.store.sqlite import open as open_database
from backchannel.store.texts import named
from backchannel.wire.ed25519 import require_strict
from backchannel.wire.primitives import (
    ed25519_keypair,
    ed25519_sign,
    ed25519_verify,
    field_hashes,
    field_salts,
    gcm_siv_open,
    gcm_siv_seal,
    gcm_siv_seal_each,
    hkdf_expand,
    tagged_hash,
)

SQL = named("lines.sql")
LINE, SENDER, RECEIVER, MODE = 1, 16, 17, 3
FIELDS = 21
GROUP = 256
UNDER_WAY_MAX = 1_024
# Measured on the line, for a text of 130 bytes between two stations.
ENVELOPE_BYTES, CONTENT_BYTES, STATEMENT_BYTES, HEADER_BYTES, RECEIPT_BYTES = 514, 175, 82, 84, 210
CORE_BYTES, SECRETS_BYTES = 22_000, 1_400


class Kept(NamedTuple):
    """What is kept of one message."""

    entry: bytes
    statement: bytes
    croot: bytes
    box: bytes
    envelope: bytes = b""


class Keeper:
    """A database of the product's with one line in it, and how far its state and slots go."""

    def __init__(self, path: Path) -> None:
        self.store = open_database(path)
        self.version = 0
        self.kept = 0
        with self.store.transaction():
            founded = {**STATE, "party": 0, "charter": b"", "signatures": b"", "version": 0}
            self.store.rows(SQL["found-line"], founded)

    def keep(self, group: Sequence[Kept], held: int = 0) -> None:
        """Write the state and the rows of a group in one transaction. Who sends keeps envelopes,
        and lets go of those that receipts cover: all below slot `held`."""
        self.version += 1
        placed = list(enumerate(group, self.kept))
        wrapped = gcm_siv_seal_each(KEY, [(NONCE, KEY, b"")] * len(group))
        with self.store.transaction():
            self.store.rows(SQL["advance-line"], {**STATE, "version": self.version})
            self.store.rows(SQL["put-secret"], {"line": LINE, "box": SECRETS})
            self.write("add-entry", [entry_row(n, one) for n, one in placed])
            self.write("add-said", [said_row(n, one) for n, one in placed])
            self.write("add-content", [(n + 1, one.box) for n, one in placed])
            self.write("add-content-key", list(enumerate(wrapped, self.kept + 1)))
            sent = [(n, one) for n, one in placed if one.envelope]
            self.write("put-outgoing", [(LINE, SENDER, n, 4, one.envelope) for n, one in sent])
            self.write("add-happened", [happened_row(n, one) for n, one in sent])
            if held:
                self.write("add-held", [(LINE, RECEIVER, self.version, SENDER, held - 1, 0)])
                self.write("drop-outgoing", [(LINE, SENDER, held - 1)])
                self.write("put-settled", [(LINE, SENDER, held - 1)])
        self.kept += len(group)

    def write(self, name: str, rows: Sequence[tuple[int | str | bytes, ...]]) -> None:
        """Run one of the product's statements for each row."""
        self.store.write_many(SQL[name], rows)


def entry_row(n: int, one: Kept) -> tuple[int | str | bytes, ...]:
    """Return the row of an entry in slot n."""
    place = (n + 1, LINE, SENDER, n, one.entry, MODE)
    return (*place, 1, n, n, HEADER, ENTERED, PAYLOAD, b"", b"", "")


def said_row(n: int, one: Kept) -> tuple[int | str | bytes, ...]:
    """Return the row of what is looked up of a statement in slot n."""
    place = (n + 1, LINE, SENDER, n, one.statement, MODE)
    return (*place, 1, "", 2, 4, 0, n, b"", one.croot, "", 2026, n + 1)


def happened_row(n: int, one: Kept) -> tuple[int | bytes, ...]:
    """Return the row of the line event that a message was sent."""
    return (LINE, SENDER, 0, n, 1, one.entry, bytes(37))


def measure(folder: Path, messages: int) -> float:
    """Return messages a second, until the last has its receipt, so many of them under way."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        command = [sys.executable, __file__, port, str(folder), str(messages)]
        with subprocess.Popen(command) as receiver:
            connection, _ = server.accept()
            with connection:
                connection.recv(1)
                spent = send_all(connection, Keeper(folder / "floor-a.db"), messages)
            if receiver.wait():
                raise RuntimeError("the receiver of the floor failed")
    return messages / spent


def send_all(peer: socket.socket, keeper: Keeper, messages: int) -> float:
    """Send all messages in groups; return the seconds until the last receipt is kept."""
    began = time.perf_counter()
    held = 0
    for at in range(0, messages, GROUP):
        group = made_of(min(GROUP, messages - at), at, send)
        keeper.keep(group, held)
        peer.sendall(b"".join(one.envelope for one in group))
        while at + len(group) - held > UNDER_WAY_MAX:
            held += receipt_from(peer)
    while held < messages:
        held += receipt_from(peer)
    keeper.keep((), held)
    return time.perf_counter() - began


def receipt_from(peer: socket.socket) -> int:
    """Return how many messages the next receipt covers."""
    receipt = peer.recv(RECEIPT_BYTES, socket.MSG_WAITALL)
    gcm_siv_open(KEY, NONCE, BOX, b"")
    verify(ENTERED, HEADER)
    return int.from_bytes(receipt[:4], "big")


def receive_all(peer: socket.socket, keeper: Keeper, messages: int) -> None:
    """Take messages in groups of what has gathered, and give a receipt for each group."""
    rest = b""
    while keeper.kept < messages:
        rest += peer.recv(GROUP * ENVELOPE_BYTES - len(rest))
        count = len(rest) // ENVELOPE_BYTES
        if count:
            keeper.keep(made_of(count, keeper.kept, receive))
            peer.sendall(count.to_bytes(4, "big") + bytes(RECEIPT_BYTES - 4))
            rest = rest[count * ENVELOPE_BYTES :]


def made_of(count: int, at: int, work: Callable[[bytes], Kept]) -> list[Kept]:
    """Do the work for each of a group, and sign once more: a receipt, or a line event."""
    ed25519_sign(SECRET, HEADER)
    return [work(n.to_bytes(8, "big") + HEADER[8:]) for n in range(at, at + count)]


PUBLIC, SECRET = ed25519_keypair(bytes(32))
STATEMENT, HEADER, CONTENT = bytes(STATEMENT_BYTES), bytes(HEADER_BYTES), bytes(CONTENT_BYTES)
CORE, SECRETS = bytes(CORE_BYTES), bytes(SECRETS_BYTES)
STATE: dict[str, bytes | int] = {"line_id": bytes(32), "core": CORE}
FRAME = bytes(ENVELOPE_BYTES - 16)
SIGNED, ENTERED = ed25519_sign(SECRET, STATEMENT), ed25519_sign(SECRET, HEADER)
PAYLOAD = STATEMENT + SIGNED
KEY, NONCE = bytes(32), bytes(12)
BOX = gcm_siv_seal(KEY, NONCE, FRAME, b"")


def verify(signature: bytes, message: bytes) -> None:
    """Check a signature under the strict profile."""
    require_strict(PUBLIC, signature)
    ed25519_verify(PUBLIC, signature, message)


def commit_to(content: bytes) -> bytes:
    """Commit to every field of a content."""
    value = content[: CONTENT_BYTES // FIELDS]
    parts = ((b"", salt, value) for salt in field_salts(bytes(16), FIELDS))
    return tagged_hash("content", b"".join(field_hashes(parts)))


def kept_of(header: bytes, envelope: bytes = b"") -> Kept:
    """Make the ids and the commitments, and seal the words for the disk."""
    tagged_hash("payload", PAYLOAD)
    box = gcm_siv_seal(hkdf_expand(KEY, header), NONCE, CONTENT, b"")
    return Kept(
        tagged_hash("entry", header),
        tagged_hash("statement", header),
        commit_to(CONTENT),
        box,
        envelope,
    )


def send(header: bytes) -> Kept:
    """What the sender's station does for one message."""
    verify(SIGNED, STATEMENT)
    ed25519_sign(SECRET, header)
    hkdf_expand(hkdf_expand(KEY, b"next"), b"msg")
    return kept_of(header, gcm_siv_seal(KEY, NONCE, FRAME, b""))


def receive(header: bytes) -> Kept:
    """What the receiver's station does for one message."""
    hkdf_expand(hkdf_expand(KEY, b"next"), b"msg")
    gcm_siv_open(KEY, NONCE, BOX, b"")
    verify(ENTERED, HEADER)
    verify(SIGNED, STATEMENT)
    return kept_of(header)


def commits_in_series(folder: Path, count: int) -> list[float]:
    """Return the seconds of three commits of one message behind each other, so many times: the
    floor of a receipt."""
    keeper = Keeper(folder / f"series-{os.urandom(4).hex()}.db")
    spent = []
    for at in range(0, 3 * count, 3):
        one = made_of(3, at, send)
        began = time.perf_counter()
        for each in one:
            keeper.keep((each,))
        spent.append(time.perf_counter() - began)
    keeper.store.close()
    return spent


def main() -> None:
    """Be the receiver."""
    port, folder, messages = sys.argv[1:]
    with socket.create_connection(("127.0.0.1", int(port))) as peer:
        keeper = Keeper(Path(folder) / "floor-b.db")
        peer.sendall(b"+")
        receive_all(peer, keeper, int(messages))


if __name__ == "__main__":
    main()
