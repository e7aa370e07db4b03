"""Private keys of roots, officers and stations: made from entropy, fingerprinted, kept at rest.

It must not draw entropy, touch a disk, or let a secret into a repr. A bundle is derived from one
32-byte entropy, so that entropy is all that needs to be kept.
"""

import unicodedata
from collections.abc import Sequence

import msgspec

from backchannel.errors import JunkError, OfficerError
from backchannel.limits import (
    PASSPHRASE_KIB_MAX,
    PASSPHRASE_KIB_MIN,
    PASSPHRASE_LANES_MAX,
    PASSPHRASE_LANES_MIN,
    PASSPHRASE_PASSES_MAX,
    PASSPHRASE_PASSES_MIN,
)
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.primitives import (
    NONCE_BYTES,
    SALT_BYTES,
    SEED_BYTES,
    XWING_PRIVATE_BYTES,
    argon2id,
    ed25519_keypair,
    gcm_siv_open,
    gcm_siv_seal,
    hkdf_expand,
    hkdf_extract,
    mldsa_public,
    tagged_hash,
    xwing_public,
)
from backchannel.wire.signing import MLDSA_SETS, Alg, Mode

FINGERPRINT_GROUPS = 12
GROUP_BYTES = 5

SEALED_MAGIC = "backchannel/1/private"
SEALED_VERSION = 1
SEALED_FIELDS = 9
# What we write: the second recommendation of RFC 9106 (WIRE-23).
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 4


class RootKeys(msgspec.Struct, frozen=True):
    """One root of a party: Ed25519 and ML-DSA-65."""

    secret: bytes
    pq_seed: bytes
    public: bytes
    pq_public: bytes

    def __repr__(self) -> str:
        return f"RootKeys(public={self.public.hex()})"


class OfficerKeys(msgspec.Struct, frozen=True):
    """An officer: Ed25519 and ML-DSA-44, or ML-DSA-65 where the mandate reaches credentials."""

    alg: Alg
    secret: bytes
    pq_seed: bytes
    public: bytes
    pq_public: bytes

    def __repr__(self) -> str:
        return f"OfficerKeys(alg={self.alg.name}, public={self.public.hex()})"


class StationKeys(msgspec.Struct, frozen=True):
    """A station in one mode: Ed25519 and ML-DSA-44. Each mode has keys of its own."""

    mode: Mode
    secret: bytes
    pq_seed: bytes
    public: bytes
    pq_public: bytes

    def __repr__(self) -> str:
        return f"StationKeys(mode={self.mode.name}, public={self.public.hex()})"


class HolderKeys(msgspec.Struct, frozen=True):
    """A trustee or custodian: Ed25519 to sign with, and X-Wing, to which shares are sealed."""

    secret: bytes
    private: bytes
    public: bytes
    pq_public: bytes

    def __repr__(self) -> str:
        return f"HolderKeys(public={self.public.hex()})"


def root_from_seed(entropy: bytes) -> RootKeys:
    """Return the keys of a root from 32 bytes of entropy (WIRE-22)."""
    return RootKeys(*_signing_pair(entropy, "root", Alg.ML_DSA_65))


def officer_from_seed(entropy: bytes, alg: Alg) -> OfficerKeys:
    """Return the keys of an officer from 32 bytes of entropy; `alg` is an ML-DSA (WIRE-22)."""
    return OfficerKeys(alg, *_signing_pair(entropy, "officer", alg))


def station_from_seed(entropy: bytes, mode: Mode) -> StationKeys:
    """Return a station's keys for one mode from 32 bytes of entropy (WIRE-22)."""
    if mode == Mode.NONE:
        raise AssertionError("a station has keys for REAL, EXERCISE and TEST only")
    return StationKeys(mode, *_signing_pair(entropy, f"station/{int(mode)}", Alg.ML_DSA_44))


def holder_from_seed(entropy: bytes) -> HolderKeys:
    """Return the keys of a trustee or custodian from 32 bytes of entropy (KEYS-37)."""
    public, secret = ed25519_keypair(_derive(entropy, f"holder/{int(Alg.ED25519)}", SEED_BYTES))
    private = _derive(entropy, "holder/x-wing", XWING_PRIVATE_BYTES)
    return HolderKeys(secret, private, public, xwing_public(private))


def prekey_from_seed(entropy: bytes) -> bytes:
    """Return an X-Wing private key, 96 bytes, from 32 bytes of entropy (WIRE-22)."""
    return _derive(entropy, "prekey", XWING_PRIVATE_BYTES)


def mailbox_private(entropy: bytes) -> bytes:
    """Return a station's X25519 private share for mailboxes, 32 bytes (WIRE-22, RELAY-1)."""
    return _derive(entropy, "station/x25519", SEED_BYTES)


def _signing_pair(entropy: bytes, owner: str, alg: Alg) -> tuple[bytes, bytes, bytes, bytes]:
    """Return secret, ML-DSA seed, public key and ML-DSA public key."""
    public, secret = ed25519_keypair(_derive(entropy, f"{owner}/{int(Alg.ED25519)}", SEED_BYTES))
    seed = _derive(entropy, f"{owner}/{int(alg)}", SEED_BYTES)
    return secret, seed, public, mldsa_public(MLDSA_SETS[alg], seed)


def _derive(entropy: bytes, label: str, length: int) -> bytes:
    if len(entropy) != SEED_BYTES:
        raise AssertionError(f"{len(entropy)} bytes of entropy, wanted {SEED_BYTES}")
    return hkdf_expand(hkdf_extract(b"backchannel/1/keys", entropy), label.encode(), length)


def fingerprint(line_id: bytes | None, root_keys: Sequence[tuple[bytes, bytes]]) -> str:
    """Return 12 groups of 5 digits for roots compared by voice or in person (WIRE-21).

    `root_keys` are (Ed25519 32, ML-DSA-65 1952) in the charter's order; `line_id` is None as long
    as the line has no charter.
    """
    made_of = encode((line_id, tuple(root_keys)))
    digits = hkdf_expand(
        tagged_hash("fingerprint", made_of), b"digits", FINGERPRINT_GROUPS * GROUP_BYTES
    )
    groups = (digits[at : at + GROUP_BYTES] for at in range(0, len(digits), GROUP_BYTES))
    return " ".join(f"{int.from_bytes(group, 'big') % 100_000:05}" for group in groups)


def seal_private(
    passphrase: str, plaintext: bytes, *, salt: bytes, nonce: bytes, label: str
) -> bytes:
    """Return plaintext sealed under a passphrase, with what a reader needs to open it (WIRE-23).

    `salt` (16 bytes) and `nonce` (12) are fresh for each call. `label` says what is inside and is
    readable without the passphrase. Raises OfficerError("empty-passphrase", "passphrase-text").
    """
    if len(salt) != SALT_BYTES or len(nonce) != NONCE_BYTES:
        raise AssertionError(f"salt of {SALT_BYTES} and nonce of {NONCE_BYTES} bytes wanted")
    outside = (SEALED_MAGIC, SEALED_VERSION, label, salt, MEMORY_KIB, PASSES, LANES, nonce)
    key = argon2id(
        _passphrase_bytes(passphrase), salt, memory_kib=MEMORY_KIB, passes=PASSES, lanes=LANES
    )
    return encode((*outside, gcm_siv_seal(key, nonce, plaintext, encode(outside))))


def open_private(passphrase: str, sealed: bytes, *, label: str) -> bytes:
    """Return the plaintext of a sealed private key (WIRE-23, WIRE-24).

    Raises JunkError for a file that is none of ours, OfficerError("other-label") for one that
    holds something else, and OfficerError("wrong-passphrase").
    """
    fields = decode(sealed)
    if type(fields) is not tuple or len(fields) != SEALED_FIELDS or fields[0] != SEALED_MAGIC:
        raise JunkError("not-a-sealed-key", "the file is no private key of Backchannel")
    if type(fields[1]) is not int or fields[1] != SEALED_VERSION:
        raise JunkError("sealed-key-version", f"version {fields[1]!r}, wanted {SEALED_VERSION}")
    found, salt, memory, passes, lanes, nonce, box = fields[2:]
    if type(salt) is not bytes or len(salt) != SALT_BYTES:
        raise JunkError("sealed-key-salt", f"wanted a salt of {SALT_BYTES} bytes")
    if type(nonce) is not bytes or len(nonce) != NONCE_BYTES:
        raise JunkError("sealed-key-nonce", f"wanted a nonce of {NONCE_BYTES} bytes")
    if type(box) is not bytes:
        raise JunkError("sealed-key-box", "wanted a byte string")
    if found != label:
        raise OfficerError("other-label", f"the file holds {found!r}, wanted {label!r}")
    cost = _require_cost(memory, passes, lanes)
    key = argon2id(
        _passphrase_bytes(passphrase), salt, memory_kib=cost[0], passes=cost[1], lanes=cost[2]
    )
    try:
        return gcm_siv_open(key, nonce, box, encode(fields[:-1]))
    except JunkError:
        raise OfficerError(
            "wrong-passphrase", "the passphrase does not open it, or the file was changed"
        ) from None


def _require_cost(memory: Value, passes: Value, lanes: Value) -> tuple[int, int, int]:
    """Return the parameters of Argon2id. Raises JunkError outside the bounds (WIRE-24)."""
    if type(memory) is not int or type(passes) is not int or type(lanes) is not int:
        raise JunkError("sealed-key-cost", "memory, passes and lanes are numbers")
    if not PASSPHRASE_KIB_MIN <= memory <= PASSPHRASE_KIB_MAX:
        raise JunkError("sealed-key-memory", f"{memory} KiB, wanted 64 MiB to 1 GiB")
    if not PASSPHRASE_PASSES_MIN <= passes <= PASSPHRASE_PASSES_MAX:
        raise JunkError("sealed-key-passes", f"{passes} passes, wanted 3 to 16")
    if not PASSPHRASE_LANES_MIN <= lanes <= PASSPHRASE_LANES_MAX:
        raise JunkError("sealed-key-lanes", f"{lanes} lanes, wanted 1 to 16")
    return memory, passes, lanes


def _passphrase_bytes(passphrase: str) -> bytes:
    """Return UTF-8 of the text in form NFC: the same letters from every keyboard (WIRE-23)."""
    if not passphrase:
        raise OfficerError("empty-passphrase", "a sealed key needs a passphrase")
    try:
        return unicodedata.normalize("NFC", passphrase).encode()
    except UnicodeEncodeError:
        raise OfficerError("passphrase-text", "the passphrase is no Unicode text") from None
