"""The strict profile of Ed25519: which keys may be enrolled, which signatures may be looked at.

It must not verify the equation itself; both libraries that do agree once these rules are met.
"""

from backchannel.errors import JunkError
from backchannel.wire.primitives import ed25519_require_prime_order

POINT_BYTES = 32
SIGNATURE_BYTES = 64

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
ORDER_TOP = ORDER >> 248
CURVE_D = -121665 * pow(121666, -1, PRIME) % PRIME
SIGN_BIT = 1 << 255

# y coordinates of the eight points whose order divides 8 (WIRE-11). Two of them have order 1 and
# 2, y = 0 belongs to two of order 4, and ORDER_8_Y and its negative to the four of order 8.
ORDER_8_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
LOW_ORDER_Y = frozenset((0, 1, PRIME - 1, ORDER_8_Y, PRIME - ORDER_8_Y))


def _low_order_encodings() -> frozenset[bytes]:
    """Return the 14 encodings of low-order points: both signs, y reduced and not."""
    spellings = {y + extra for y in LOW_ORDER_Y for extra in (0, PRIME) if y + extra < SIGN_BIT}
    return frozenset(
        (y | sign).to_bytes(POINT_BYTES, "little") for y in spellings for sign in (0, SIGN_BIT)
    )


LOW_ORDER_ENCODINGS = _low_order_encodings()


def admit_key(public: bytes) -> None:
    """Raise JunkError unless a public key may be enrolled (WIRE-13).

    Reasons: "key-length", "low-order-key", "non-canonical-key", "off-curve-key",
    "mixed-order-key". Run once for each key, at enrolment: it costs far more than a signature.
    """
    require_point(public, "key")
    y = int.from_bytes(public, "little") & ~SIGN_BIT
    # x^2 = (y^2 - 1) / (d y^2 + 1) must be a square (RFC 8032, 5.1.3), by Euler's criterion.
    x_squared = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    if pow(x_squared, (PRIME - 1) // 2, PRIME) != 1:
        raise JunkError("off-curve-key", "no point of the curve has this encoding")
    ed25519_require_prime_order(public)


def require_strict(public: bytes, signature: bytes) -> None:
    """Raise JunkError for a key or signature that is refused before the equation (WIRE-12).

    Reasons: those of `require_point` for the key and for R, "signature-length", "scalar-range".
    """
    require_point(public, "key")
    if len(signature) != SIGNATURE_BYTES:
        raise JunkError("signature-length", f"{len(signature)} bytes, wanted {SIGNATURE_BYTES}")
    require_point(signature[:POINT_BYTES], "nonce-point")
    # A top byte below that of the order settles it; the long comparison is for hostile bytes.
    if signature[-1] >= ORDER_TOP and int.from_bytes(signature[POINT_BYTES:], "little") >= ORDER:
        raise JunkError("scalar-range", "S is not below the group order: a second spelling")


def require_point(encoded: bytes, what: str) -> None:
    """Raise JunkError unless 32 bytes encode a point in its only spelling, not of low order.

    Reasons: "{what}-length", "low-order-{what}", "non-canonical-{what}" (WIRE-11).
    """
    if len(encoded) != POINT_BYTES:
        raise JunkError(f"{what}-length", f"{len(encoded)} bytes, wanted {POINT_BYTES}")
    if encoded in LOW_ORDER_ENCODINGS:
        raise JunkError(f"low-order-{what}", "it would fit signatures nobody made")
    # Only y = 1 and y = -1 have x = 0, where a set sign bit is a second spelling; both are of low
    # order and refused above. So a point is canonical when y is below the prime.
    # The prime's top byte is 0x7f, so nearly every point shows at once that it lies below.
    if encoded[-1] & 0x7F == 0x7F and int.from_bytes(encoded, "little") & ~SIGN_BIT >= PRIME:
        raise JunkError(f"non-canonical-{what}", "y is not below the prime: a second spelling")
