"""Functions of the product replaced for one simulated run, wherever a module has imported them.

The libraries of HPKE and ML-DSA draw chance that no seed repeats; their stand-ins draw none and are
quick. They must not protect anything: whoever knows a public key could forge and open. Nothing
outside a simulation may use this module, and what was replaced is put back.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any  # a replaced function takes whatever the product's own takes

import msgspec

from backchannel.errors import JunkError
from backchannel.line import erasure
from backchannel.wire import ed25519, primitives
from backchannel.wire.primitives import (
    HPKE_OVERHEAD_BYTES,
    MLDSA_PUBLIC_BYTES,
    MLDSA_SIGNATURE_BYTES,
)

Replaced = Callable[..., Any]  # see above
Changes = Mapping[Replaced, Replaced]

PRODUCT = "backchannel."
ENCAPSULATED_BYTES = HPKE_OVERHEAD_BYTES - 16
NONCE = bytes(12)
# Seventy-two hours after its end a key is erased; a run lasts minutes.
GRACE_MS = 300_000


@contextmanager
def replaced(changes: Changes) -> Iterator[None]:
    """Let every module of the product that holds one of these functions hold another instead."""
    wanted = {id(old): new for old, new in changes.items()}
    found: list[tuple[ModuleType, str, Replaced]] = []
    for module in [m for name, m in sorted(sys.modules.items()) if name.startswith(PRODUCT)]:
        names = vars(module)
        found += [(module, name, names[name]) for name in names if id(names[name]) in wanted]
    try:
        for module, name, old in found:
            setattr(module, name, wanted[id(old)])
        yield
    finally:
        for module, name, old in found:
            setattr(module, name, old)


@contextmanager
def hurried() -> Iterator[None]:
    """Let keys be erased within the minutes that a run takes."""
    usual = erasure.GRACE_MS
    erasure.GRACE_MS = GRACE_MS
    try:
        yield
    finally:
        erasure.GRACE_MS = usual


def stretched(secret: bytes, length: int) -> bytes:
    """Return so many bytes that depend on a secret and on nothing else."""
    return hashlib.shake_256(secret).digest(length)


def digest(*parts: bytes) -> bytes:
    """Return a hash of several byte strings, in which none can pass for a part of another."""
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.digest()


class Libraries:
    """Stand-ins for what is slow or draws chance. They remember what they have worked out."""

    def __init__(self) -> None:
        self._publics: dict[bytes, bytes] = {}
        self._pq_publics: dict[tuple[int, bytes], bytes] = {}
        self._good: set[tuple[bytes, bytes, bytes]] = set()
        self._admitted: set[bytes] = set()
        self._seal = primitives.gcm_siv_seal
        self._open = primitives.gcm_siv_open
        self._verify = primitives.ed25519_verify
        self._admit = ed25519.admit_key

    def changes(self) -> dict[Replaced, Replaced]:
        """Return what to replace with what."""
        return {
            primitives.hpke_seal: self.hpke_seal,
            primitives.hpke_open: self.hpke_open,
            primitives.mldsa_sign: self.mldsa_sign,
            primitives.mldsa_verify: self.mldsa_verify,
            primitives.ed25519_verify: self.ed25519_verify,
            ed25519.admit_key: self.admit_key,
        }

    def hpke_seal(self, public: bytes, plaintext: bytes, info: bytes) -> bytes:
        """Return a seal of the product's length that `hpke_open` opens; no chance is drawn."""
        encapsulated = stretched(digest(public, plaintext, info), ENCAPSULATED_BYTES)
        return encapsulated + self._seal(digest(public, encapsulated), NONCE, plaintext, info)

    def hpke_open(self, private: bytes, sealed: bytes, info: bytes) -> bytes:
        """Return the plaintext. Raises JunkError("not-authentic") like the product's own."""
        if private not in self._publics:
            self._publics[private] = primitives.xwing_public(private)
        encapsulated, box = sealed[:ENCAPSULATED_BYTES], sealed[ENCAPSULATED_BYTES:]
        key = digest(self._publics[private], encapsulated)
        return self._open(key, NONCE, box, info)

    def mldsa_sign(self, alg: int, seed: bytes, message: bytes) -> bytes:
        """Return bytes of a signature's length that `mldsa_verify` takes for one."""
        if (alg, seed) not in self._pq_publics:
            self._pq_publics[alg, seed] = primitives.mldsa_public(alg, seed)
        return signature_of(alg, self._pq_publics[alg, seed], message)

    def mldsa_verify(self, alg: int, public: bytes, signature: bytes, message: bytes) -> None:
        """Raise JunkError unless `mldsa_sign` made the signature with this key."""
        if len(public) != MLDSA_PUBLIC_BYTES[alg]:
            raise JunkError("key-length", f"{len(public)} bytes, wanted {MLDSA_PUBLIC_BYTES[alg]}")
        if signature != signature_of(alg, public, message):
            raise JunkError("bad-signature", f"the ML-DSA-{alg} signature does not hold")

    def ed25519_verify(self, public: bytes, signature: bytes, message: bytes) -> None:
        """Raise JunkError unless the signature holds; what held once is not worked out again."""
        if (public, signature, message) not in self._good:
            self._verify(public, signature, message)
            self._good.add((public, signature, message))

    def admit_key(self, public: bytes) -> None:
        """Raise JunkError unless a key may be enrolled; one that may is not looked at again."""
        if public not in self._admitted:
            self._admit(public)
            self._admitted.add(public)


def signature_of(alg: int, public: bytes, message: bytes) -> bytes:
    """Return what stands in for an ML-DSA signature."""
    return stretched(digest(public, message), MLDSA_SIGNATURE_BYTES[alg])


class Box(msgspec.Struct, frozen=True):
    """One AES-GCM-SIV box: who made it, under what, of what."""

    station: str
    key: bytes
    nonce: bytes
    plaintext: bytes
    aad: bytes


class Boxes:
    """Every box that the product makes, by its bytes: the judges open with it what was sent."""

    def __init__(self) -> None:
        self.station = ""
        """Whose turn it is: the world says so before it lets a station act."""
        self.made: dict[bytes, Box] = {}
        self._seal = primitives.gcm_siv_seal

    def changes(self) -> dict[Replaced, Replaced]:
        """Return what to replace with what."""
        return {primitives.gcm_siv_seal: self.gcm_siv_seal}

    def gcm_siv_seal(self, key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
        """Return the product's own box, and remember it."""
        box = self._seal(key, nonce, plaintext, aad)
        self.made[box] = Box(self.station, key, nonce, plaintext, aad)
        return box
