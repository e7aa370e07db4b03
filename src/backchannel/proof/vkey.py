"""Verifier keys of C2SP: a name with a public key, as operators hand it to each other as one word.

    name+<key id, 8 hex digits>+base64(algorithm || public key)

This module must not know what a key is trusted for. Source: C2SP signed-note, tlog-cosignature.
Clauses: PROOF-64, PROOF-65.
"""

import base64
import re
from enum import IntEnum

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import KEY_NAME_BYTES_MAX
from backchannel.proof.checkpoint import Checkpoint, plain_base64
from backchannel.proof.cosignature import PARAMETER_SET, cosigned_bytes
from backchannel.proof.note import KEY_ID_BYTES, NoteSignature
from backchannel.wire.primitives import (
    ED25519_PUBLIC_BYTES,
    MLDSA_PUBLIC_BYTES,
    ed25519_verify,
    mldsa_public,
    mldsa_sign,
    mldsa_verify,
    sha256,
)

TIMESTAMP_BYTES = 8
LATEST = (1 << 63) - 1
KEY_ID = re.compile(r"[0-9a-f]{8}")


class Algorithm(IntEnum):
    """The signature types of C2SP that can stand under a checkpoint."""

    ED25519 = 1
    ED25519_COSIGNATURE = 4
    MLDSA44_COSIGNATURE = 6


KEY_BYTES = {
    Algorithm.ED25519: ED25519_PUBLIC_BYTES,
    Algorithm.ED25519_COSIGNATURE: ED25519_PUBLIC_BYTES,
    Algorithm.MLDSA44_COSIGNATURE: MLDSA_PUBLIC_BYTES[PARAMETER_SET],
}


class VerifierKey(msgspec.Struct, frozen=True):
    """Who signs, with which algorithm, and the raw public key."""

    name: str
    algorithm: Algorithm
    public: bytes

    def key_id(self) -> bytes:
        """Return the four bytes by which a note names this key."""
        kind = bytes((self.algorithm,))
        return sha256(self.name.encode() + b"\n" + kind + self.public)[:KEY_ID_BYTES]

    def text(self) -> str:
        """Return the key as one word, as `parse_key` reads it."""
        encoded = base64.b64encode(bytes((self.algorithm,)) + self.public).decode()
        return f"{self.name}+{self.key_id().hex()}+{encoded}"

    def wrote(self, line: NoteSignature) -> bool:
        """Say whether a signature line names this key. It proves nothing yet."""
        return line.name == self.name and line.key_id == self.key_id()


def require_name(name: str) -> None:
    """Raise JunkError unless this is the name of a key, of 1 to 255 bytes (PROOF-64)."""
    if not 0 < len(name.encode()) <= KEY_NAME_BYTES_MAX:
        raise JunkError("key-name", f"a name has 1 to {KEY_NAME_BYTES_MAX} bytes")
    if "+" in name or any(each.isspace() or ord(each) < 0x20 for each in name):
        raise JunkError("key-name", "a name has no blank, no control character and no +")


def witness_key(name: str, seed: bytes) -> VerifierKey:
    """Return the key of a witness that cosigns with an ML-DSA-44 seed of 32 bytes."""
    public = mldsa_public(PARAMETER_SET, seed)
    return VerifierKey(name, Algorithm.MLDSA44_COSIGNATURE, public)


def parse_key(text: str) -> VerifierKey:
    """Return the key that a word names. Raises JunkError (PROOF-64).

    >>> parse_key(VerifierKey("a.example/w", Algorithm.ED25519, bytes(32)).text()).name
    'a.example/w'
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not KEY_ID.fullmatch(parts[1]):
        raise JunkError("verifier-key", "a verifier key is name+8 hex digits+base64")
    name, said, encoded = parts
    require_name(name)
    raw = plain_base64(encoded, "verifier-key")
    try:
        algorithm = Algorithm(raw[0] if raw else 0)
    except ValueError:
        raise JunkError("key-algorithm", "wanted a key of type 1, 4 or 6") from None
    if len(raw) - 1 != KEY_BYTES[algorithm]:
        raise JunkError("key-length", f"{len(raw) - 1} bytes, wanted {KEY_BYTES[algorithm]}")
    key = VerifierKey(name, algorithm, raw[1:])
    if key.key_id().hex() != said:
        raise JunkError("verifier-key", "its id is not that of its name and key")
    return key


def require_signed(key: VerifierKey, line: NoteSignature, text: str, checkpoint: Checkpoint) -> int:
    """Return the time that a signature line claims, 0 for none, if the line holds under a key.

    `text` is the whole text of the note, `checkpoint` what it says. Raises JunkError (PROOF-65).
    """
    if not key.wrote(line):
        raise JunkError("cosignature-key", "the line names another key")
    if key.algorithm == Algorithm.ED25519:
        ed25519_verify(key.public, line.signature, text.encode())
        return 0
    when = time_in(line)
    signature = line.signature[TIMESTAMP_BYTES:]
    if when > LATEST:
        raise JunkError("cosignature-time", "a time lies below 2^63")
    if key.algorithm == Algorithm.ED25519_COSIGNATURE:
        ed25519_verify(key.public, signature, timed(when, text))
        return when
    if len(checkpoint.origin.encode()) > KEY_NAME_BYTES_MAX:
        raise JunkError("key-name", f"an origin that is cosigned has {KEY_NAME_BYTES_MAX} bytes")
    signed = cosigned_bytes(key.name, checkpoint, when)
    mldsa_verify(PARAMETER_SET, key.public, signature, signed)
    return when


def time_in(line: NoteSignature) -> int:
    """Return the time that a line of a cosignature claims, seconds UTC. It proves nothing yet."""
    return int.from_bytes(line.signature[:TIMESTAMP_BYTES], "big")


def timed(when: int, text: str) -> bytes:
    """Return what an Ed25519 cosignature covers (C2SP tlog-cosignature)."""
    return f"cosignature/v1\ntime {when}\n{text}".encode()


def cosign_at(seed: bytes, name: str, checkpoint: Checkpoint, when: int) -> bytes:
    """Return the body of a witness's signature line: the time and an ML-DSA-44 signature over it.

    Draws the library's randomness. Who calls it has checked that the log only grew (PROOF-70).
    """
    signed = cosigned_bytes(name, checkpoint, when)
    return when.to_bytes(TIMESTAMP_BYTES, "big") + mldsa_sign(PARAMETER_SET, seed, signed)
