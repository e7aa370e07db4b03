"""What a station and a relay say to each other, and how a mailbox is named and claimed.

This module must not know who owns a mailbox, or look into a capsule. Clauses: RELAY-1 to RELAY-16;
docs/spec/relay.md has the same picture with its rules:

    put   = key id 8 || box 32 || capsule || tag 32
    take  = key id 8 || box 32 || u16 wait || [hash 16] || proof 32 || tag 32
    taken = [u32 length || capsule]
"""

from collections.abc import Iterable
from typing import NamedTuple, NewType

import msgspec

from backchannel.errors import JunkError
from backchannel.wire.limits import CAPSULE_BYTES, TAKE_HASHES_MAX, TAKE_WAIT_SECONDS_MAX
from backchannel.wire.primitives import (
    HASH_BYTES,
    SEED_BYTES,
    hkdf_expand,
    hkdf_extract,
    hmac_sha256,
    same_bytes,
    sha256,
    x25519_agree,
    x25519_public,
)

Box = NewType("Box", bytes)

BOX_BYTES = 32
PASS_BYTES = 32
KEY_ID_BYTES = 8
CAPSULE_HASH_BYTES = 16
LENGTH_BYTES = 4
WAIT_BYTES = 2
TAG_BYTES = HASH_BYTES
PROOF_BYTES = HASH_BYTES
# A capsule that is shorter than this cannot be in a put, nor a take.
HEAD_BYTES = KEY_ID_BYTES + BOX_BYTES

PUT, TAKE = b"\x01", b"\x02"


class Put(NamedTuple):
    """A capsule for a mailbox."""

    box: Box
    capsule: bytes


class Take(NamedTuple):
    """A request of an owner: what lies in the mailbox but for what has the hashes `done`, which
    may go; to be answered within `wait_s` seconds."""

    box: Box
    wait_s: int
    done: tuple[bytes, ...]


class Mailbox(msgspec.Struct, frozen=True):
    """A mailbox of one direction, relay and period, and the factor that blinds its owner's key."""

    box: Box
    blind: bytes

    def __repr__(self) -> str:
        return f"Mailbox(box={self.box.hex()})"


def pair_root(private: bytes, theirs: bytes, line: bytes) -> bytes:
    """Return what two stations of a line have in common and nobody else, 32 bytes (RELAY-3).

    Raises JunkError("low-order-share") for a mailbox key of theirs that must not be used.
    """
    return hkdf_extract(line, x25519_agree(private, theirs))


def mailbox_of(root: bytes, *, sender: bytes, owner: bytes, path: int, period: int) -> Mailbox:
    """Return the mailbox that `sender` fills and `owner` empties; both by mailbox key (RELAY-4).

    `path` is the number that the charter gave the relay, `period` the day since 1970.
    """
    place = sender + owner + path.to_bytes(2, "big") + period.to_bytes(4, "big")
    blind = hkdf_expand(root, b"bc/box" + place, SEED_BYTES)
    return Mailbox(Box(x25519_agree(blind, owner)), blind)


def key_id(relay_key: bytes) -> bytes:
    """Return how a request names the relay key that it was made for (RELAY-11)."""
    return sha256(relay_key)[:KEY_ID_BYTES]


def capsule_hash(capsule: bytes) -> bytes:
    """Return how an owner names a capsule that it has (RELAY-14)."""
    return sha256(capsule)[:CAPSULE_HASH_BYTES]


def pack_put(put: Put, *, relay_key: bytes, word: bytes) -> bytes:
    """Return a put; `word` is the pass of the relay (RELAY-12, RELAY-13)."""
    said = key_id(relay_key) + put.box + put.capsule
    return said + hmac_sha256(word, PUT + relay_key + said)


def pack_take(
    take: Take, mailbox: Mailbox, private: bytes, *, relay_key: bytes, word: bytes
) -> bytes:
    """Return a take with the proof that its sender owns the mailbox (RELAY-14, RELAY-15).

    Raises JunkError("low-order-share") for a relay key that no honest relay has.
    """
    said = key_id(relay_key) + take.box + take.wait_s.to_bytes(WAIT_BYTES, "big")
    said += b"".join(take.done)
    shared = x25519_agree(private, x25519_agree(mailbox.blind, relay_key))
    said += hmac_sha256(_claim_key(shared), TAKE + relay_key + said)
    return said + hmac_sha256(word, TAKE + relay_key + said)


def _claim_key(shared: bytes) -> bytes:
    return hkdf_extract(b"bc/claim", shared)


class Admission(NamedTuple):
    """What a relay reads requests with: its key of this start, and the passes that it accepts."""

    private: bytes
    public: bytes
    words: tuple[bytes, ...]


def make_admission(private: bytes, words: Iterable[bytes]) -> Admission:
    """Return what a relay reads requests with, from 32 fresh random bytes."""
    return Admission(private, x25519_public(private), tuple(words))


def parse_put(raw: bytes, admission: Admission) -> Put:
    """Return a put. Raises JunkError: "relay-key", "relay-pass", "capsule-size" (RELAY-13)."""
    said = _require_admitted(raw, PUT, admission)
    box, capsule = Box(said[KEY_ID_BYTES:HEAD_BYTES]), said[HEAD_BYTES:]
    if len(capsule) not in CAPSULE_BYTES:
        raise JunkError("capsule-size", f"{len(capsule)} bytes, wanted one of {CAPSULE_BYTES}")
    return Put(box, capsule)


def parse_take(raw: bytes, admission: Admission) -> Take:
    """Return a take whose sender owns the mailbox.

    Raises JunkError: "relay-key", "relay-pass", "take-shape", "take-wait", "take-many",
    "not-the-owner", "low-order-share" (RELAY-14, RELAY-15).
    """
    said = _require_admitted(raw, TAKE, admission)
    request, proof = said[:-PROOF_BYTES], said[-PROOF_BYTES:]
    hashes = request[HEAD_BYTES + WAIT_BYTES :]
    if len(request) < HEAD_BYTES + WAIT_BYTES or len(hashes) % CAPSULE_HASH_BYTES:
        raise JunkError("take-shape", f"a take of {len(raw)} bytes")
    box = Box(request[KEY_ID_BYTES:HEAD_BYTES])
    wait_s = int.from_bytes(request[HEAD_BYTES : HEAD_BYTES + WAIT_BYTES], "big")
    if wait_s > TAKE_WAIT_SECONDS_MAX:
        raise JunkError("take-wait", f"{wait_s} s, at most {TAKE_WAIT_SECONDS_MAX}")
    done = tuple(
        hashes[at : at + CAPSULE_HASH_BYTES] for at in range(0, len(hashes), CAPSULE_HASH_BYTES)
    )
    if len(done) > TAKE_HASHES_MAX:
        raise JunkError("take-many", f"{len(done)} hashes, at most {TAKE_HASHES_MAX}")
    key = _claim_key(x25519_agree(admission.private, box))
    if not same_bytes(proof, hmac_sha256(key, TAKE + admission.public + request)):
        raise JunkError("not-the-owner", "the proof does not go with the mailbox")
    return Take(box, wait_s, done)


def _require_admitted(raw: bytes, kind: bytes, admission: Admission) -> bytes:
    """Return a request without its tag. Raises JunkError (RELAY-11, RELAY-12)."""
    said, tag = raw[:-TAG_BYTES], raw[-TAG_BYTES:]
    if len(said) < HEAD_BYTES:
        raise JunkError("request-shape", f"{len(raw)} bytes are no request")
    if said[:KEY_ID_BYTES] != key_id(admission.public):
        raise JunkError("relay-key", "the request was made for another start of the relay")
    made = [hmac_sha256(word, kind + admission.public + said) for word in admission.words]
    if not any(same_bytes(tag, each) for each in made):
        raise JunkError("relay-pass", "the request was not made with a pass of this relay")
    return said


def pack_taken(capsules: Iterable[bytes]) -> bytes:
    """Return the answer to a take (RELAY-14)."""
    return b"".join(len(each).to_bytes(LENGTH_BYTES, "big") + each for each in capsules)


def parse_taken(raw: bytes) -> tuple[bytes, ...]:
    """Return the capsules in the answer to a take. Raises JunkError: "taken-shape",
    "capsule-size" (RELAY-14)."""
    found = []
    at = 0
    while at < len(raw):
        length = int.from_bytes(raw[at : at + LENGTH_BYTES], "big")
        if length not in CAPSULE_BYTES:
            raise JunkError("capsule-size", f"{length} bytes, wanted one of {CAPSULE_BYTES}")
        end = at + LENGTH_BYTES + length
        if end > len(raw):
            raise JunkError("taken-shape", "the answer ends within a capsule")
        found.append(raw[at + LENGTH_BYTES : end])
        at = end
    return tuple(found)
