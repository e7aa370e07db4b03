"""Secrets of 32 bytes in shares, M of n, over GF(2^8): fewer than M say nothing at all.

This module must not draw chance, know who holds a share, or say whether a secret is the right one:
what was split is committed to elsewhere (PROOF-133). The field is that of AES, x^8+x^4+x^3+x+1, and
it is computed without tables, so that no secret is an index. Clauses: PROOF-131, PROOF-132.
"""

from collections.abc import Mapping

from backchannel.errors import JunkError
from backchannel.limits import READERS_MAX
from backchannel.wire.primitives import hkdf_expand

SECRET_BYTES = 32
REDUCTION = 0x11B


def multiply(a: int, b: int) -> int:
    """Return the product of two elements of the field."""
    product = 0
    for _ in range(8):
        product ^= -(b & 1) & a
        a = a << 1 ^ -(a >> 7) & REDUCTION
        b >>= 1
    return product


def inverse(a: int) -> int:
    """Return the inverse of an element, a^254; that of 0 would be 0, and nobody may ask for it."""
    if not a:
        raise AssertionError("0 has no inverse")
    power = a
    for _ in range(6):
        power = multiply(multiply(power, power), a)
    return multiply(power, power)


def split(secret: bytes, *, threshold: int, holders: int, entropy: bytes) -> tuple[bytes, ...]:
    """Return the shares of places 1 to `holders`, 32 bytes each; `threshold` of them are enough.

    `entropy`, 32 bytes, serves one splitting and no other use. Raises AssertionError (PROOF-132).
    """
    if len(secret) != SECRET_BYTES or not 1 <= threshold <= holders <= READERS_MAX:
        raise AssertionError(f"{threshold} of {holders}, {len(secret)} bytes")
    terms = [secret]
    terms += [hkdf_expand(entropy, b"bc/shamir" + bytes((n,))) for n in range(1, threshold)]
    return tuple(share_at(place, terms) for place in range(1, holders + 1))


def share_at(place: int, terms: list[bytes]) -> bytes:
    """Return the values at a place of the polynomials with these terms, the constant ones first."""
    share = bytes(SECRET_BYTES)
    for term in reversed(terms):
        share = bytes(
            multiply(value, place) ^ each for value, each in zip(share, term, strict=True)
        )
    return share


def combine(shares: Mapping[int, bytes], place: int = 0) -> bytes:
    """Return the secret that shares by place give; or the share of another place, which they imply.

    They must be as many as were wanted when it was split: of fewer, or with a false one among them,
    it is a secret that nobody split. Raises JunkError("share-shape") (PROOF-132).
    """
    if not shares or not all(1 <= each <= READERS_MAX for each in shares):
        raise JunkError("share-shape", f"a share stands at a place from 1 to {READERS_MAX}")
    if any(len(share) != SECRET_BYTES for share in shares.values()):
        raise JunkError("share-shape", f"a share has {SECRET_BYTES} bytes")
    found = bytes(SECRET_BYTES)
    for x, share in shares.items():
        weight = weight_of(x, shares, place)
        found = bytes(
            sum_ ^ multiply(weight, each) for sum_, each in zip(found, share, strict=True)
        )
    return found


def weight_of(x: int, among: Mapping[int, bytes], place: int) -> int:
    """Return what the share at x counts for at a place (Lagrange)."""
    weight = 1
    for other in among:
        if other != x:
            weight = multiply(weight, multiply(place ^ other, inverse(x ^ other)))
    return weight
