"""The only door to cryptographic libraries: the suite BC1 as plain functions of bytes.

It must not know what the bytes mean, and it keeps nothing: no cache, no key outlives its call.
What a caller passes wrongly by our own fault is an AssertionError; what came from outside and
fails is a JunkError.
"""

import datetime
import hashlib
import hmac
from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa, mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.x509.oid import NameOID
from nacl import bindings as sodium
from nacl.exceptions import BadSignatureError

from backchannel.errors import JunkError
from backchannel.limits import FIELDS_MAX

HASH_BYTES = 32
SEED_BYTES = 32
NONCE_BYTES = 12
SIV_KEY_BYTES = 32
SALT_BYTES = 16
ED25519_PUBLIC_BYTES = 32
ED25519_SECRET_BYTES = 64
ED25519_SIGNATURE_BYTES = 64
MLKEM_PUBLIC_BYTES = 1184
MLKEM_SEED_BYTES = 64
XWING_PUBLIC_BYTES = MLKEM_PUBLIC_BYTES + 32
XWING_PRIVATE_BYTES = MLKEM_SEED_BYTES + 32
HPKE_OVERHEAD_BYTES = 1136
MLDSA_PUBLIC_BYTES = {44: 1312, 65: 1952}
MLDSA_SIGNATURE_BYTES = {44: 2420, 65: 3309}

# All that is hashed under a name (WIRE-7, WIRE-8). What is new gets a new tag here.
TAGS = (
    "archive",
    "beacon",
    "beacon-log",
    "catalogue",
    "charter",
    "content",
    "credential",
    "entry",
    "field",
    "fingerprint",
    "journal",
    "key",
    "payload",
    "share",
    "statement",
    "witnessed",
)
TAG_PREFIXES = {tag: b"backchannel/1/" + tag.encode() + b"\x00" for tag in TAGS}

MLDSA_PUBLIC: dict[int, type[mldsa.MLDSA44PublicKey | mldsa.MLDSA65PublicKey]] = {
    44: mldsa.MLDSA44PublicKey,
    65: mldsa.MLDSA65PublicKey,
}
MLDSA_PRIVATE: dict[int, type[mldsa.MLDSA44PrivateKey | mldsa.MLDSA65PrivateKey]] = {
    44: mldsa.MLDSA44PrivateKey,
    65: mldsa.MLDSA65PrivateKey,
}
HPKE_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
CURVE25519_PRIME = 2**255 - 19
LOW_ORDER_PROBE = x25519.X25519PrivateKey.from_private_bytes(bytes(32))

INNER_PAD = bytes(byte ^ 0x36 for byte in range(256))
OUTER_PAD = bytes(byte ^ 0x5C for byte in range(256))
HMAC_BLOCK_BYTES = 64
FIELD_SALT_MESSAGES = tuple(b"bc/salt" + bytes((label,)) for label in range(1, FIELDS_MAX + 1))


# --- Hashes and derivation -----------------------------------------------------------------------


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of the data, 32 bytes."""
    return hashlib.sha256(data).digest()


def tagged_hash(tag: str, data: bytes) -> bytes:
    """Return H(tag, data), 32 bytes (WIRE-7). A tag outside the list is a KeyError: our bug."""
    return hashlib.sha256(TAG_PREFIXES[tag] + data).digest()


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    """Return HMAC-SHA-256 (RFC 2104), 32 bytes (WIRE-20)."""
    return hmac.digest(key, data, "sha256")


def same_bytes(one: bytes, other: bytes) -> bool:
    """Say whether two secrets are equal, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(one, other)


class Pads(NamedTuple):
    """One HMAC key, ready for many short messages: SHA-256 states after the two pads."""

    inner: "hashlib._Hash"
    outer: "hashlib._Hash"


def hmac_pads(key: bytes) -> Pads:
    """Return the pads of a key of at most 64 bytes. They die with the caller's call."""
    if len(key) > HMAC_BLOCK_BYTES:
        raise AssertionError("a longer key is hashed first; no key of ours is so long")
    block = key.ljust(HMAC_BLOCK_BYTES, b"\x00")
    return Pads(
        hashlib.sha256(block.translate(INNER_PAD)), hashlib.sha256(block.translate(OUTER_PAD))
    )


def hmac_under(pads: Pads, data: bytes) -> bytes:
    """Return the same as `hmac_sha256` for the key of the pads, at 40 % of the cost."""
    inner, outer = pads.inner.copy(), pads.outer.copy()
    inner.update(data)
    outer.update(inner.digest())
    return outer.digest()


def field_salts(salt: bytes, count: int) -> tuple[bytes, ...]:
    """Return the salts, 16 bytes each, of the fields with labels 1 to `count` (RECORD-25)."""
    inner_pad, outer_pad = hmac_pads(salt)
    salts = []
    # `hmac_under` written out: the calls would cost as much as the hashes.
    for message in FIELD_SALT_MESSAGES[:count]:
        inner, outer = inner_pad.copy(), outer_pad.copy()
        inner.update(message)
        outer.update(inner.digest())
        salts.append(outer.digest()[:SALT_BYTES])
    return tuple(salts)


def field_hashes(parts: Iterable[tuple[bytes, bytes, bytes]]) -> tuple[bytes, ...]:
    """Return H("field", prefix | salt | value) of each field (RECORD-25)."""
    tag = TAG_PREFIXES["field"]
    # `tagged_hash` written out, as above.
    return tuple(
        hashlib.sha256(tag + prefix + salt + value).digest() for prefix, salt, value in parts
    )


def hkdf_extract(salt: bytes, ikm: bytes) -> bytes:
    """Return the pseudorandom key, 32 bytes (RFC 5869; WIRE-20)."""
    return hmac.digest(salt, ikm, "sha256")


def blake2s(key: bytes, data: bytes, size: int) -> bytes:
    """Return keyed BLAKE2s of `size` bytes, at most 32 (RFC 7693; PATH-70)."""
    return hashlib.blake2s(data, key=key, digest_size=size).digest()


def hkdf_expand(prk: bytes, info: bytes, length: int = HASH_BYTES) -> bytes:
    """Return `length` bytes, at most 255 blocks; more is an AssertionError (RFC 5869; WIRE-20)."""
    if length > 255 * HASH_BYTES:
        raise AssertionError(f"{length} bytes, at most {255 * HASH_BYTES}")
    block = output = hmac.digest(prk, info + b"\x01", "sha256") if length else b""
    counter = 2
    while len(output) < length:
        block = hmac.digest(prk, block + info + bytes((counter,)), "sha256")
        output += block
        counter += 1
    return output[:length]


# OpenSSL computes the lanes in a pool of threads, and two callers at once wait there for ever.
ONE_ARGON2ID = Lock()


def argon2id(passphrase: bytes, salt: bytes, *, memory_kib: int, passes: int, lanes: int) -> bytes:
    """Return a key of 32 bytes (RFC 9106, version 0x13). Costs memory and time on purpose."""
    kdf = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory_kib)
    with ONE_ARGON2ID:
        return kdf.derive(passphrase)


# --- Sealing -------------------------------------------------------------------------------------


def gcm_siv_seal(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Return AES-256-GCM-SIV ciphertext and 16 bytes of tag (RFC 8452; WIRE-19)."""
    return read_siv_key(key).encrypt(nonce, plaintext, aad)


def gcm_siv_seal_each(key: bytes, parts: Iterable[tuple[bytes, bytes, bytes]]) -> list[bytes]:
    """Return the boxes of (nonce, plaintext, aad) under one key, which is set up once."""
    seal = read_siv_key(key).encrypt
    return [seal(*part) for part in parts]


def gcm_siv_open(key: bytes, nonce: bytes, box: bytes, aad: bytes) -> bytes:
    """Return the plaintext. Raises JunkError("not-authentic") (WIRE-19)."""
    try:
        return read_siv_key(key).decrypt(nonce, box, aad)
    except InvalidTag:
        raise JunkError("not-authentic", "wrong key, or changed bytes") from None


def read_siv_key(key: bytes) -> AESGCMSIV:
    """Return the library's cipher. Raises JunkError: some keys come out of other boxes."""
    # The library would take 16 or 24 bytes, and then it is another cipher.
    if len(key) != SIV_KEY_BYTES:
        raise JunkError("key-length", f"{len(key)} bytes, wanted {SIV_KEY_BYTES}")
    return AESGCMSIV(key)


def hpke_seal(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Return enc (1120 bytes), ciphertext and tag under an X-Wing public key (WIRE-18).

    Draws its own randomness. Raises JunkError for a key that must not be used.
    """
    return HPKE_SUITE.encrypt(plaintext, require_xwing_public(public), info)


def hpke_open(private: bytes, sealed: bytes, info: bytes) -> bytes:
    """Return the plaintext. Raises JunkError("not-authentic"), whatever was wrong (WIRE-18)."""
    try:
        return HPKE_SUITE.decrypt(sealed, read_xwing_private(private), info)
    except InvalidTag:
        raise JunkError("not-authentic", "wrong key or info, or changed bytes") from None


def xwing_public(private: bytes) -> bytes:
    """Return the public key, 1216 bytes, of a private key of 96 bytes (WIRE-16)."""
    kem, share = split_xwing_private(private)
    return kem.public_key().public_bytes_raw() + share.public_key().public_bytes_raw()


def split_xwing_private(
    private: bytes,
) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
    """Return the ML-KEM-768 and X25519 private keys of 64-byte seed and 32-byte scalar."""
    if len(private) != XWING_PRIVATE_BYTES:
        raise AssertionError(f"private key of {len(private)} bytes, wanted {XWING_PRIVATE_BYTES}")
    seed, scalar = private[:MLKEM_SEED_BYTES], private[MLKEM_SEED_BYTES:]
    return (
        mlkem.MLKEM768PrivateKey.from_seed_bytes(seed),
        x25519.X25519PrivateKey.from_private_bytes(scalar),
    )


def read_xwing_private(private: bytes) -> hpke.MLKEM768X25519PrivateKey:
    """Return the library's key of a private key of 96 bytes."""
    return hpke.MLKEM768X25519PrivateKey(*split_xwing_private(private))


def require_xwing_public(public: bytes) -> hpke.MLKEM768X25519PublicKey:
    """Return the library's key. Raises JunkError unless it may be sealed to (WIRE-17, NT6)."""
    if len(public) != XWING_PUBLIC_BYTES:
        raise JunkError("key-length", f"{len(public)} bytes, wanted {XWING_PUBLIC_BYTES}")
    if int.from_bytes(public[MLKEM_PUBLIC_BYTES:], "little") >= CURVE25519_PRIME:
        raise JunkError("non-canonical-share", "the X25519 share is not below the prime")
    try:
        kem = mlkem.MLKEM768PublicKey.from_public_bytes(public[:MLKEM_PUBLIC_BYTES])
    except ValueError:
        raise JunkError("bad-kem-key", "an ML-KEM coefficient is not below 3329") from None
    share = x25519.X25519PublicKey.from_public_bytes(public[MLKEM_PUBLIC_BYTES:])
    try:
        # Every private scalar is a multiple of 8, so any of them takes a share of low order to
        # zero, and the library does not hand out zero.
        LOW_ORDER_PROBE.exchange(share)
    except ValueError:
        raise JunkError("low-order-share", "the X25519 share makes a constant secret") from None
    return hpke.MLKEM768X25519PublicKey(kem, share)


def x25519_public(private: bytes) -> bytes:
    """Return the public share, 32 bytes, of a private one (RFC 7748)."""
    return x25519.X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def x25519_agree(private: bytes, public: bytes) -> bytes:
    """Return what two shares have in common, 32 bytes (RFC 7748). The scalar is clamped.

    Raises JunkError("low-order-share") for a share that makes a constant secret.
    """
    try:
        share = x25519.X25519PublicKey.from_public_bytes(public)
        return x25519.X25519PrivateKey.from_private_bytes(private).exchange(share)
    except ValueError:
        raise JunkError("low-order-share", "the X25519 share makes a constant secret") from None


# --- Signatures ----------------------------------------------------------------------------------


def ed25519_keypair(seed: bytes) -> tuple[bytes, bytes]:
    """Return the public key (32) and the secret key (64: seed, public) of a seed of 32 bytes."""
    return sodium.crypto_sign_seed_keypair(seed)


def ed25519_sign(secret: bytes, message: bytes) -> bytes:
    """Return a signature of 64 bytes (RFC 8032, pure Ed25519)."""
    if len(secret) != ED25519_SECRET_BYTES:
        raise AssertionError(f"secret key of {len(secret)} bytes, wanted {ED25519_SECRET_BYTES}")
    return sodium.crypto_sign(message, secret)[:ED25519_SIGNATURE_BYTES]


def ed25519_verify(public: bytes, signature: bytes, message: bytes) -> None:
    """Raise JunkError unless the signature holds under the strict profile (WIRE-12)."""
    # The library reads 32 and 64 bytes whatever it is given.
    if len(public) != ED25519_PUBLIC_BYTES:
        raise JunkError("key-length", f"{len(public)} bytes, wanted {ED25519_PUBLIC_BYTES}")
    if len(signature) != ED25519_SIGNATURE_BYTES:
        raise JunkError("signature-length", f"{len(signature)} bytes, wanted 64")
    try:
        sodium.crypto_sign_open(signature + message, public)
    except BadSignatureError:
        raise JunkError("bad-signature", "the Ed25519 signature does not hold") from None


def ed25519_require_prime_order(public: bytes) -> None:
    """Raise JunkError for a point of the curve that is outside the prime-order group (WIRE-13)."""
    if not sodium.crypto_core_ed25519_is_valid_point(public):
        raise JunkError("mixed-order-key", "the key has a component of low order")


def mldsa_public(alg: int, seed: bytes) -> bytes:
    """Return the ML-DSA public key of a seed of 32 bytes; `alg` is 44 or 65 (FIPS 204)."""
    return MLDSA_PRIVATE[alg].from_seed_bytes(seed).public_key().public_bytes_raw()


def mldsa_sign(alg: int, seed: bytes, message: bytes) -> bytes:
    """Return an ML-DSA signature, empty context, hedged by the library's own randomness."""
    return MLDSA_PRIVATE[alg].from_seed_bytes(seed).sign(message)


def mldsa_verify(alg: int, public: bytes, signature: bytes, message: bytes) -> None:
    """Raise JunkError unless the ML-DSA signature holds under the empty context (WIRE-14)."""
    if len(public) != MLDSA_PUBLIC_BYTES[alg]:
        raise JunkError("key-length", f"{len(public)} bytes, wanted {MLDSA_PUBLIC_BYTES[alg]}")
    if len(signature) != MLDSA_SIGNATURE_BYTES[alg]:
        raise JunkError("signature-length", f"{len(signature)} bytes")
    try:
        MLDSA_PUBLIC[alg].from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        raise JunkError("bad-signature", f"the ML-DSA-{alg} signature does not hold") from None


def require_mldsa_public(alg: int, public: bytes) -> None:
    """Raise JunkError unless an ML-DSA public key may be enrolled (WIRE-15)."""
    if len(public) != MLDSA_PUBLIC_BYTES[alg]:
        raise JunkError("key-length", f"{len(public)} bytes, wanted {MLDSA_PUBLIC_BYTES[alg]}")
    if not any(public[32:]):
        raise JunkError("zero-key", "t1 is zero: anyone can sign under this key")


# --- Certificates --------------------------------------------------------------------------------


def make_certificate(seed: bytes) -> tuple[bytes, bytes]:
    """Return a self-signed certificate and its Ed25519 private key, both DER (WIRE-25).

    Peers pin the certificate's hash, so it names nobody and never ends: no clock can expire it.
    """
    key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "backchannel")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2000, 1, 1))
        .not_valid_after(datetime.datetime(9999, 12, 31, 23, 59, 59))
        .sign(key, None)
    )
    return certificate.public_bytes(serialization.Encoding.DER), key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
