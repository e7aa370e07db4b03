"""Signatures over objects: what exactly is signed, and that it cannot be taken for something else.

It must not know what an object says or who may sign it. The signed bytes are the `Sig_structure`
of COSE (RFC 9052, 4.4), so any COSE library can check a signature that we made.
"""

from enum import IntEnum, StrEnum

import msgspec

from backchannel.wire.codec import bytes_head, encode
from backchannel.wire.ed25519 import require_strict
from backchannel.wire.primitives import (
    ed25519_sign,
    ed25519_verify,
    mldsa_sign,
    mldsa_verify,
)

LINE_ID_BYTES = 32
COSE_ALG_LABEL = 1


class Mode(IntEnum):
    """Whether it counts. NONE is for objects that belong to no mode."""

    NONE = 0
    REAL = 1
    EXERCISE = 2
    TEST = 3


class Alg(IntEnum):
    """Signature algorithms by their COSE numbers (RFC 9864, RFC 9964)."""

    ED25519 = -19
    ML_DSA_44 = -48
    ML_DSA_65 = -49


class Purpose(StrEnum):
    """What a signature is for: the complete list of signed objects (WIRE-10)."""

    CHARTER = "charter"
    AUTHORITY = "authority"
    POSSESSION = "possession"
    STATEMENT = "statement"
    ENTRY = "entry"
    PREKEY = "prekey"
    MINUTE = "minute"
    SIGN_OFF = "sign-off"
    QUERY = "query"
    ANSWER = "answer"
    SHARE = "share"


# These are made inside a journal, whose mode their context carries; all others carry NONE.
MODED = frozenset((Purpose.STATEMENT, Purpose.ENTRY, Purpose.PREKEY, Purpose.QUERY, Purpose.ANSWER))
MLDSA_SETS = {Alg.ML_DSA_44: 44, Alg.ML_DSA_65: 65}


class Context(msgspec.Struct, frozen=True, cache_hash=True):
    """What a signature is bound to besides the object's bytes (WIRE-10)."""

    purpose: Purpose
    line_id: bytes
    mode: Mode

    def __post_init__(self) -> None:
        if len(self.line_id) != LINE_ID_BYTES:
            raise AssertionError(f"line id of {len(self.line_id)} bytes, wanted {LINE_ID_BYTES}")
        if (self.purpose in MODED) != (self.mode != Mode.NONE):
            raise AssertionError(f"no {self.purpose} has mode {self.mode.name}")


def protected_header(alg: Alg) -> bytes:
    """Return the COSE protected header {1: alg}."""
    return encode({COSE_ALG_LABEL: int(alg)})


def external_aad(context: Context) -> bytes:
    """Return the bytes that bind purpose, line and mode (WIRE-10)."""
    name = b"backchannel/1/" + context.purpose.encode() + b"\x00"
    return name + context.line_id + bytes((context.mode,))


def sig_structure(protected: bytes, aad: bytes, payload: bytes) -> bytes:
    """Return the COSE Sig_structure of one signature (RFC 9052, 4.4; WIRE-9)."""
    before = encode(("Signature1", protected, aad, b""))[: -len(bytes_head(0))]
    return before + bytes_head(len(payload)) + payload


def _constant_prefix(purpose: Purpose, alg: Alg) -> bytes:
    """Return the bytes of a Sig_structure before the line id: the same for all lines and modes."""
    mode = Mode.REAL if purpose in MODED else Mode.NONE
    empty = Context(purpose, bytes(LINE_ID_BYTES), mode)
    whole = sig_structure(protected_header(alg), external_aad(empty), b"")
    return whole[: -LINE_ID_BYTES - 1 - len(bytes_head(0))]


# Derived from the plain form above, never typed: building one costs thirty times a look-up.
PREFIXES = {(purpose, alg): _constant_prefix(purpose, alg) for purpose in Purpose for alg in Alg}
MODE_BYTES = tuple(bytes((mode,)) for mode in Mode)


def to_be_signed(context: Context, alg: Alg, payload: bytes) -> bytes:
    """Return the bytes that a signature covers (WIRE-9, WIRE-10)."""
    prefix = PREFIXES[context.purpose, alg] + context.line_id + MODE_BYTES[context.mode]
    return prefix + bytes_head(len(payload)) + payload


def sign(secret: bytes, context: Context, payload: bytes) -> bytes:
    """Return an Ed25519 signature of 64 bytes by a secret key of 64 bytes."""
    return ed25519_sign(secret, to_be_signed(context, Alg.ED25519, payload))


def require_signature(public: bytes, signature: bytes, context: Context, payload: bytes) -> None:
    """Raise JunkError unless an Ed25519 signature holds under the strict profile (WIRE-12)."""
    require_strict(public, signature)
    ed25519_verify(public, signature, to_be_signed(context, Alg.ED25519, payload))


def sign_pq(alg: Alg, seed: bytes, context: Context, payload: bytes) -> bytes:
    """Return an ML-DSA signature by a seed of 32 bytes. Draws the library's randomness."""
    return mldsa_sign(MLDSA_SETS[alg], seed, to_be_signed(context, alg, payload))


def require_pq(alg: Alg, public: bytes, signature: bytes, context: Context, payload: bytes) -> None:
    """Raise JunkError unless an ML-DSA signature holds (WIRE-14)."""
    mldsa_verify(MLDSA_SETS[alg], public, signature, to_be_signed(context, alg, payload))
