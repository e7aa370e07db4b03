"""Where land is: rings of Natural Earth (public domain), packed small by `tools/coast.py`.

    file = zlib(ring*)    ring = count, (step east, step north)*    in hundredths of a degree,
                          all numbers as LEB128, steps zigzag

This module must not draw, and must not be taken for a chart to steer by: a step is a kilometre.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

FILE = "land.bin"
STEP = 100
Degrees = tuple[float, float]
"""Latitude and longitude in degrees."""


@cache
def land() -> tuple[tuple[Degrees, ...], ...]:
    """Return the rings of all land, read once."""
    raw = zlib.decompress((files("backchannel.desk.chart") / FILE).read_bytes())
    return tuple(unpack_rings(raw))


def pack_rings(rings: Iterable[Sequence[tuple[int, int]]]) -> bytes:
    """Return rings of [longitude, latitude] in hundredths of a degree as bytes."""
    out = bytearray()
    for ring in rings:
        out += packed(len(ring))
        x = y = 0
        for east, north in ring:
            out += packed(zigzag(east - x)) + packed(zigzag(north - y))
            x, y = east, north
    return bytes(out)


def unpack_rings(raw: bytes) -> Iterator[tuple[Degrees, ...]]:
    """Yield the rings in `raw`."""
    numbers = unpacked(raw)
    for count in numbers:
        x = y = 0
        ring = []
        for _ in range(count):
            x += unzigzag(next(numbers))
            y += unzigzag(next(numbers))
            ring.append((y / STEP, x / STEP))
        yield tuple(ring)


def zigzag(number: int) -> int:
    """Return a number without sign: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return number * 2 if number >= 0 else -number * 2 - 1


def unzigzag(number: int) -> int:
    """Return the number that was zigzagged."""
    return -(number // 2) - 1 if number & 1 else number // 2


def packed(number: int) -> bytes:
    """Return a number as LEB128."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def unpacked(raw: bytes) -> Iterator[int]:
    """Yield the numbers in `raw`."""
    number = place = 0
    for byte in raw:
        number |= (byte & 0x7F) << place
        place += 7
        if byte < 0x80:
            yield number
            number = place = 0
