"""A log that a test keeps by itself, and a witness that watches it."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cast import NOW, seed

from backchannel.proof.checkpoint import Checkpoint, checkpoint_text
from backchannel.proof.levels import Levels
from backchannel.proof.note import Note, NoteSignature
from backchannel.proof.submission import pack_submission
from backchannel.proof.vkey import Algorithm, VerifierKey, cosign_at, witness_key
from backchannel.station.keyring import WitnessSecret
from backchannel.store.witness import open_memory
from backchannel.wire.primitives import ed25519_keypair, ed25519_sign
from backchannel.witness.keeper import Keeper

WITNESS = WitnessSecret("witness.example/1", seed("witness"))
WITNESS_KEY = witness_key(WITNESS.name, WITNESS.seed)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> int:
        return self.time

    def running(self) -> float:
        return 0.0

    def entropy(self) -> bytes:
        return seed("entropy")


class Log:
    """A log with an ML-DSA-44 key, which signs whatever a test wants."""

    def __init__(self, origin: str = "log.example/1", leaves: int = 20, taste: str = "") -> None:
        self.origin = origin
        self.seed = seed(f"log {origin}")
        self.key = witness_key(origin, self.seed)
        self.levels = Levels(seed(f"leaf {taste} {n}") for n in range(leaves))

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, self.levels.root(size))

    def note(self, size: int, root: bytes | None = None) -> Note:
        checkpoint = Checkpoint(self.origin, size, self.levels.root(size) if root is None else root)
        body = cosign_at(self.seed, self.origin, checkpoint, 0)
        line = NoteSignature(self.origin, self.key.key_id(), body)
        return Note(checkpoint_text(checkpoint), (line,))

    def submission(self, old: int, size: int) -> bytes:
        proof = self.levels.consistency(min(old, size), size)
        return pack_submission(old, proof if old < size else (), self.note(size))


class EdwardsLog(Log):
    """A log that signs notes with Ed25519, as most public ones do."""

    def __init__(self, origin: str = "log.example/ed") -> None:
        super().__init__(origin)
        public, self.secret = ed25519_keypair(self.seed)
        self.key = VerifierKey(origin, Algorithm.ED25519, public)

    def note(self, size: int, root: bytes | None = None) -> Note:
        text = checkpoint_text(self.checkpoint(size))
        signature = ed25519_sign(self.secret, text.encode())
        return Note(text, (NoteSignature(self.origin, self.key.key_id(), signature),))


@contextmanager
def keeper_of(folder: Path, *logs: Log, clock: Clock | None = None) -> Iterator[Keeper]:
    """A witness that was told of some logs, with a memory in a folder."""
    with open_memory(folder / "witness.db") as memory:
        yield Keeper(WITNESS, [each.key for each in logs], memory, clock or Clock())


def encoded(raw: bytes) -> str:
    """Bytes as a note spells them."""
    return base64.b64encode(raw).decode()
