"""The erasure code: any K different symbols of an object give it back (docs/spec/symbols.md).

Systematic Cauchy Reed-Solomon over GF(256), polynomial 0x11d. This module must not know what a
symbol holds, how long it is, or where it came from.
"""

from collections.abc import Mapping, Sequence
from functools import cache

POLYNOMIAL = 0x11D
INDEXES = 256


def powers() -> tuple[int, ...]:
    """Return the powers of 2 in the field, from 0 to 254."""
    found, value = [], 1
    for _ in range(INDEXES - 1):
        found.append(value)
        value <<= 1
        value ^= POLYNOMIAL if value & INDEXES else 0
    return tuple(found)


POWERS = powers()
LOGS = {value: log for log, value in enumerate(POWERS)}


def multiply(a: int, b: int) -> int:
    """Return a product in the field (PATH-71)."""
    if not a or not b:
        return 0
    return POWERS[(LOGS[a] + LOGS[b]) % (INDEXES - 1)]


def inverse(a: int) -> int:
    """Return 1/a in the field (PATH-71). Raises KeyError for 0, which has none."""
    return POWERS[-LOGS[a] % (INDEXES - 1)]


def coefficient(index: int, source: int) -> int:
    """Return what source symbol j is multiplied by in symbol i: 1/(i xor j) (PATH-72)."""
    return inverse(index ^ source)


@cache
def products(factor: int) -> bytes:
    """Return the products of a factor with 0 to 255, as bytes.translate takes them."""
    return bytes(multiply(factor, each) for each in range(INDEXES))


def add_product(row: int, symbol: bytes, factor: int) -> int:
    """Return a row, as a number, plus a multiple of a symbol."""
    return row ^ int.from_bytes(symbol.translate(products(factor)), "big")


def encode(sources: Sequence[bytes], index: int) -> bytes:
    """Return symbol `index`, 0 to 255, of an object whose K source symbols are given (PATH-72)."""
    if index < len(sources):
        return sources[index]
    row = 0
    for j, source in enumerate(sources):
        row = add_product(row, source, coefficient(index, j))
    return row.to_bytes(len(sources[0]), "big")


def decode(symbols: Mapping[int, bytes], k: int) -> tuple[bytes, ...]:
    """Return the K source symbols from K or more different ones, all equally long (PATH-72)."""
    assert len(symbols) >= k, f"{len(symbols)} symbols are fewer than {k}"
    missing = [j for j in range(k) if j not in symbols]
    repairs = [i for i in sorted(symbols) if i >= k][: len(missing)]
    size = len(next(iter(symbols.values())))
    rows = []
    for i in repairs:
        row = int.from_bytes(symbols[i], "big")
        for j in range(k):
            if j in symbols:
                row = add_product(row, symbols[j], coefficient(i, j))
        rows.append(row.to_bytes(size, "big"))
    solved = solve([[coefficient(i, j) for j in missing] for i in repairs], rows)
    found = dict(zip(missing, solved, strict=True))
    return tuple(found[j] if j in found else symbols[j] for j in range(k))


def solve(matrix: list[list[int]], rows: list[bytes]) -> list[bytes]:
    """Return x of matrix · x = rows. A square part of a Cauchy matrix always has a solution."""
    for place in range(len(rows)):
        scale = inverse(matrix[place][place])
        matrix[place] = [multiply(scale, each) for each in matrix[place]]
        rows[place] = rows[place].translate(products(scale))
        for other in range(len(rows)):
            factor = matrix[other][place]
            if other != place and factor:
                matrix[other] = [
                    a ^ multiply(factor, b)
                    for a, b in zip(matrix[other], matrix[place], strict=True)
                ]
                row = add_product(int.from_bytes(rows[other], "big"), rows[place], factor)
                rows[other] = row.to_bytes(len(rows[place]), "big")
    return rows
