"""Shares of a secret: the field exhaustively, every subset, and what fewer shares leave open."""

from itertools import combinations

import pytest

from backchannel.errors import JunkError
from backchannel.wire.shamir import SECRET_BYTES, combine, inverse, multiply, split

SECRET = bytes(range(SECRET_BYTES))
ENTROPY = b"\x07" * 32


def long_division(a: int, b: int) -> int:
    """The product by the book: of polynomials over GF(2), and the rest of a division by 0x11B."""
    product = 0
    for bit in range(8):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(14, 7, -1):
        if product >> bit & 1:
            product ^= 0x11B << (bit - 8)
    return product


def test_every_product_is_that_of_the_field() -> None:
    """PROOF-131: all 65,536 of them."""
    assert all(multiply(a, b) == long_division(a, b) for a in range(256) for b in range(256))


def test_every_element_but_zero_has_its_inverse() -> None:
    """PROOF-131: all 255 of them."""
    assert all(multiply(a, inverse(a)) == 1 for a in range(1, 256))
    with pytest.raises(AssertionError, match="0 has no inverse"):
        inverse(0)


def test_the_examples_of_the_cipher_that_shares_the_field() -> None:
    """PROOF-131: FIPS 197, 4.2 has both."""
    assert multiply(0x57, 0x83) == 0xC1
    assert multiply(0x57, 0x13) == 0xFE


@pytest.mark.parametrize(("threshold", "holders"), [(1, 1), (1, 3), (2, 3), (3, 5), (5, 5)])
def test_each_subset_that_is_large_enough_combines_and_no_smaller_one(
    threshold: int, holders: int
) -> None:
    """PROOF-132, NT50."""
    shares = dict(
        enumerate(split(SECRET, threshold=threshold, holders=holders, entropy=ENTROPY), 1)
    )
    for size in range(1, holders + 1):
        for places in combinations(shares, size):
            found = combine({place: shares[place] for place in places})
            assert (found == SECRET) == (size >= threshold)


def test_the_largest_circle() -> None:
    """PROOF-132: sixteen of sixteen, and any further share follows from them."""
    shares = dict(enumerate(split(SECRET, threshold=15, holders=16, entropy=ENTROPY), 1))
    some = {place: shares[place] for place in range(1, 16)}
    assert combine(some) == SECRET
    assert combine(some, 16) == shares[16]


def test_one_share_less_fits_every_secret() -> None:
    """PROOF-132: what M - 1 shares leave open is everything. For each value of a byte there is a
    last share with which they combine to it."""
    known = split(SECRET, threshold=2, holders=2, entropy=ENTROPY)[0]
    found = {combine({1: known, 2: bytes((last,)) * SECRET_BYTES})[0] for last in range(256)}
    assert found == set(range(256))


def test_chance_decides_the_shares_and_not_the_secret() -> None:
    """PROOF-132."""
    one, other = (split(SECRET, threshold=2, holders=2, entropy=bytes((n,)) * 32) for n in range(2))
    assert one != other
    assert combine({1: one[0], 2: one[1]}) == combine({1: other[0], 2: other[1]}) == SECRET
    assert combine({1: one[0], 2: other[1]}) != SECRET


@pytest.mark.parametrize(
    "shares", [{}, {0: SECRET}, {17: SECRET}, {1: SECRET[1:]}, {1: SECRET, 2: SECRET + b"\x00"}]
)
def test_what_is_no_share_is_refused(shares: dict[int, bytes]) -> None:
    """PROOF-132."""
    with pytest.raises(JunkError) as refused:
        combine(shares)
    assert refused.value.reason == "share-shape"


@pytest.mark.parametrize(
    ("secret", "threshold", "holders"),
    [(SECRET[1:], 1, 1), (SECRET, 0, 1), (SECRET, 2, 1), (SECRET, 1, 17)],
)
def test_what_cannot_be_split_is_our_own_fault(secret: bytes, threshold: int, holders: int) -> None:
    """PROOF-132."""
    with pytest.raises(AssertionError, match="of"):
        split(secret, threshold=threshold, holders=holders, entropy=ENTROPY)
