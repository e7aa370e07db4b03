"""The erasure code against reference numbers, and against every loss of small objects."""

import random
from itertools import combinations

import pytest

from backchannel.path.erasure import coefficient, decode, encode, inverse, multiply
from backchannel.path.symbols import count_symbols

SOURCES = tuple(bytes(range(at, at + 24)) for at in (0, 24, 48))
REFERENCE = {
    3: "3c47cab1cdb63b40dba02d562a51dca7afd459225e25a8d3",
    37: "b10dd4687bc71ea2ea568f33209c45f98f33ea5645f9209c",
    255: "b9c5413d5428acd0b6ca4e325b27a3dff68a0e721b67e39f",
}


def test_the_field() -> None:
    """PATH-71."""
    assert (inverse(2), inverse(3), inverse(0x53)) == (0x8E, 0xF4, 0x8C)
    assert multiply(0x53, 0xCA) == 0x8F
    assert all(multiply(each, inverse(each)) == 1 for each in range(1, 256))
    assert multiply(0, 7) == multiply(7, 0) == 0


def test_the_reference_symbols() -> None:
    """PATH-72."""
    assert [coefficient(3, j) for j in range(3)] == [0xF4, 0x8E, 0x01]
    assert [coefficient(37, j) for j in range(3)] == [0x56, 0x60, 0x8A]
    assert [coefficient(255, j) for j in range(3)] == [0xFD, 0x7E, 0xFF]
    assert {i: encode(SOURCES, i).hex() for i in REFERENCE} == REFERENCE
    assert [encode(SOURCES, i) for i in range(3)] == list(SOURCES)


def test_any_three_of_256_coefficient_rows_can_be_solved() -> None:
    """PATH-72: all 2,763,520 triples, by their determinants; 1,000 of them by decoding."""
    rows = [tuple(int(i == j) for j in range(3)) for i in range(3)]
    rows += [tuple(coefficient(i, j) for j in range(3)) for i in range(3, 256)]
    products = [[multiply(a, b) for b in range(256)] for a in range(256)]
    singular = 0
    for (a, b, c), (d, e, f) in combinations(rows, 2):
        # The cross product; a third row is bad if it is at a right angle to it.
        x = products[b][f] ^ products[c][e]
        y = products[c][d] ^ products[a][f]
        z = products[a][e] ^ products[b][d]
        px, py, pz = products[x], products[y], products[z]
        singular += sum(not px[g] ^ py[h] ^ pz[k] for g, h, k in rows) - 2
    assert singular == 0
    symbols = [encode(SOURCES, i) for i in range(256)]
    chance = random.Random(1)
    for _ in range(1_000):
        chosen = chance.sample(range(256), 3)
        assert decode({i: symbols[i] for i in chosen}, 3) == SOURCES


@pytest.mark.parametrize("k", [1, 2, 12, 27, 127])
def test_any_k_symbols_give_the_object_back(k: int) -> None:
    """PATH-72."""
    chance = random.Random(k)
    sources = tuple(chance.randbytes(24) for _ in range(k))
    for _ in range(8):
        chosen = chance.sample(range(256), k)
        assert decode({i: encode(sources, i) for i in chosen}, k) == sources


# bytes, K, frames of 2, 3 and 6 symbols: sizes may only shrink.
TABLE = [
    *[(41, 2, (1, 1, 1)), (87, 4, (2, 2, 1)), (114, 5, (3, 2, 1)), (140, 6, (3, 2, 1))],
    *[(209, 9, (5, 3, 2)), (213, 9, (5, 3, 2)), (225, 10, (5, 4, 2)), (287, 12, (6, 4, 2))],
    *[(331, 14, (7, 5, 3)), (367, 16, (8, 6, 3)), (375, 16, (8, 6, 3)), (441, 19, (10, 7, 4))],
    *[(645, 27, (14, 9, 5)), (1_275, 54, (27, 18, 9)), (2_426, 102, (51, 34, 17))],
]


@pytest.mark.parametrize(("size", "k", "frames"), TABLE)
def test_objects_take_no_more_symbols_than_the_table_says(
    size: int, k: int, frames: tuple[int, ...]
) -> None:
    """PATH-73."""
    assert count_symbols(size) <= k
    assert tuple(-(-count_symbols(size) // n) for n in (2, 3, 6)) <= frames
