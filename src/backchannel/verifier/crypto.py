"""Hashes, fingerprints and signatures, over the library `cryptography` and by rules of our own.

The library alone accepts keys under which one signature fits every text; what it is handed here
has passed WIRE-11 and WIRE-12 first. This module must not know who may sign what.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backchannel.verifier.cbor import Refusal, Value, encode

try:
    from cryptography.hazmat.primitives.asymmetric import mldsa
except ImportError:
    # An older library: whoever asks for ML-DSA is told so, which is no verdict.
    mldsa = None  # type: ignore[assignment]

ED25519, ML_DSA_44, ML_DSA_65 = -19, -48, -49
PROTECTED: Final = {ED25519: b"\xa1\x01\x32", ML_DSA_44: b"\xa1\x01\x38\x2f"}
PROTECTED[ML_DSA_65] = b"\xa1\x01\x38\x30"
PUBLIC_BYTES: Final = {ML_DSA_44: 1_312, ML_DSA_65: 1_952}
SIGNATURE_BYTES: Final = {ML_DSA_44: 2_420, ML_DSA_65: 3_309}
XWING_BYTES = 1_216
KEM_BYTES = 1_184
KEM_PRIME = 3_329
NO_MODE = 0

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
TORSION_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
LOW_ORDER_Y: Final = frozenset({0, 1, P - 1, P, P + 1, TORSION_Y, P - TORSION_Y})
LOW_ORDER_U: Final = frozenset({
    0, 1, P - 1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
})  # fmt: skip

Point = tuple[int, int, int, int]


class CannotCheckError(Exception):
    """The library lacks an algorithm, so nothing can be concluded."""


def tagged(tag: str, data: bytes) -> bytes:
    """Return H(tag, data) (WIRE-7)."""
    return hashlib.sha256(b"backchannel/1/" + tag.encode() + b"\0" + data).digest()


def fingerprint(line: bytes | None, roots: list[tuple[bytes, bytes]]) -> str:
    """Return the 60 digits by which roots are compared (WIRE-21)."""
    pairs: list[Value] = [[ed25519, ml_dsa] for ed25519, ml_dsa in roots]
    key, made = tagged("fingerprint", encode([line, pairs])), b""
    block = b""
    for count in (1, 2):
        block = hmac.digest(key, block + b"digits" + bytes([count]), "sha256")
        made += block
    groups = (int.from_bytes(made[n : n + 5], "big") % 100_000 for n in range(0, 60, 5))
    return "".join(f"{group:05}" for group in groups)


def covered(purpose: str, line: bytes, mode: int, alg: int, payload: bytes) -> bytes:
    """Return what a signature covers (WIRE-9, WIRE-10)."""
    context = b"backchannel/1/" + purpose.encode() + b"\0" + line + bytes([mode])
    parts: tuple[Value, ...] = ("Signature1", PROTECTED[alg], context, payload)
    return b"\x84" + b"".join(map(encode, parts))


def require_point(raw: bytes, what: str) -> None:
    """Raise Refusal for a point of low order or in a second spelling (WIRE-11)."""
    y = int.from_bytes(raw, "little") & ((1 << 255) - 1)
    if y in LOW_ORDER_Y:
        raise Refusal(f"low-order-{what}", "a signature under it would fit every text")
    if y >= P:
        raise Refusal(f"non-canonical-{what}", "a second spelling of another point")


def require_ed25519(public: bytes, signature: bytes, message: bytes) -> None:
    """Raise Refusal unless an Ed25519 signature holds (WIRE-12)."""
    if len(public) != 32:
        raise Refusal("key-length", f"{len(public)} bytes, wanted 32")
    require_point(public, "key")
    if len(signature) != 64:
        raise Refusal("signature-length", f"{len(signature)} bytes, wanted 64")
    require_point(signature[:32], "nonce-point")
    if int.from_bytes(signature[32:], "little") >= L:
        raise Refusal("scalar-range", "the second half of a signature is too large")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Refusal("bad-signature", "the Ed25519 signature does not hold") from None
    except UnsupportedAlgorithm:
        raise CannotCheckError("Ed25519") from None


def require_ml_dsa(alg: int, public: bytes, signature: bytes, message: bytes) -> None:
    """Raise Refusal unless an ML-DSA signature holds (WIRE-14)."""
    if len(public) != PUBLIC_BYTES[alg]:
        raise Refusal("key-length", f"{len(public)} bytes, wanted {PUBLIC_BYTES[alg]}")
    if len(signature) != SIGNATURE_BYTES[alg]:
        raise Refusal("signature-length", f"{len(signature)} bytes, not {SIGNATURE_BYTES[alg]}")
    if mldsa is None:
        raise CannotCheckError("ML-DSA")
    try:
        family = mldsa.MLDSA44PublicKey if alg == ML_DSA_44 else mldsa.MLDSA65PublicKey
        family.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Refusal("bad-signature", "the ML-DSA signature does not hold") from None
    except UnsupportedAlgorithm:
        raise CannotCheckError("ML-DSA") from None


def admit_ml_dsa(alg: int, public: bytes) -> None:
    """Raise Refusal for a key that cannot be enrolled (WIRE-15)."""
    if len(public) != PUBLIC_BYTES[alg]:
        raise Refusal("key-length", f"{len(public)} bytes, wanted {PUBLIC_BYTES[alg]}")
    if not any(public[32:]):
        raise Refusal("zero-key", "anybody can sign under it")


def admit_xwing(public: bytes) -> None:
    """Raise Refusal for a key that nothing can be sealed to (WIRE-17)."""
    if len(public) != XWING_BYTES:
        raise Refusal("key-length", f"{len(public)} bytes, wanted {XWING_BYTES}")
    share = int.from_bytes(public[KEM_BYTES:], "little")
    if share >= P:
        raise Refusal("non-canonical-share")
    for at in range(0, KEM_BYTES - 32, 3):
        three = int.from_bytes(public[at : at + 3], "little")
        if three & 0xFFF >= KEM_PRIME or three >> 12 >= KEM_PRIME:
            raise Refusal("bad-kem-key", "a coefficient is too large")
    if share in LOW_ORDER_U:
        raise Refusal("low-order-share")


@lru_cache(maxsize=4096)
def admit_ed25519(public: bytes) -> None:
    """Raise Refusal for a key that cannot be enrolled (WIRE-13)."""
    if len(public) != 32:
        raise Refusal("key-length", f"{len(public)} bytes, wanted 32")
    require_point(public, "key")
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    x = root_of_curve(y)
    if x is None:
        raise Refusal("off-curve-key")
    # The sign of x does not matter: a point and its negative have one order.
    left = times((x, y, 1, x * y % P), L)
    if left[0] % P or (left[1] - left[2]) % P:
        raise Refusal("mixed-order-key")


def root_of_curve(y: int) -> int | None:
    """Return an x for which (x, y) lies on the curve, if there is one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return None if (x * x - square) % P else x


def times(point: Point, factor: int) -> Point:
    """Return a multiple of a point, in extended coordinates. Nothing here is secret."""
    result: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = plus(result, point)
        point = plus(point, point)
        factor >>= 1
    return result


def plus(left: Point, right: Point) -> Point:
    """Return the sum of two points (RFC 8032, section 5.1.4)."""
    a = (left[1] - left[0]) * (right[1] - right[0]) % P
    b = (left[1] + left[0]) * (right[1] + right[0]) % P
    c = 2 * left[3] * right[3] * D % P
    d = 2 * left[2] * right[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
