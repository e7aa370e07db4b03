"""Pieces of a file: arrays that begin with a number, whose places have kinds and ranges.

This module must not know which numbers there are: whoever reads brings a table. Clause: PROOF-30.
"""

from collections.abc import Callable
from typing import TypeVar

from backchannel.errors import JunkError
from backchannel.wire.codec import Value, decode

T = TypeVar("T")
Reading = Callable[[tuple[Value, ...]], T]
"""What reads the places of a piece behind its number."""


def read_piece(raw: bytes, readings: dict[int, tuple[int, Reading[T]]]) -> T:
    """Return one piece of those that a table knows. Raises JunkError as `parse_piece` does."""
    fields = decode(raw)
    if type(fields) is not tuple or not fields or type(fields[0]) is not int:
        raise JunkError("disclosure-piece", "a piece is [number, ...]")
    reading = readings.get(fields[0])
    if reading is None:
        wanted = ", ".join(f"{each:d}" for each in readings)
        raise JunkError("disclosure-piece", f"got number {fields[0]}, wanted {wanted}")
    count, read = reading
    if len(fields) != count:
        raise JunkError("disclosure-piece", f"a piece {fields[0]} is an array of {count}")
    return read(fields[1:])


def require_whole(value: Value, at_most: int) -> int:
    """Return the value if it is a whole number up to a bound. Raises JunkError."""
    if type(value) is not int or not 0 <= value <= at_most:
        raise JunkError("disclosure-piece", f"got {value!r}, wanted 0 to {at_most}")
    return value


def require_bytes(value: Value, length: int | None = None) -> bytes:
    """Return the value if it is bytes of a length, or of any. Raises JunkError."""
    if type(value) is not bytes or length not in (None, len(value)):
        raise JunkError("disclosure-piece", f"wanted {length or ''} bytes")
    return value


def require_rows(value: Value, width: int, at_most: int) -> tuple[tuple[Value, ...], ...]:
    """Return a list of at most so many arrays of one width. Raises JunkError."""
    if type(value) is not tuple or len(value) > at_most:
        raise JunkError("disclosure-piece", f"wanted a list of at most {at_most}")
    for row in value:
        if type(row) is not tuple or len(row) != width:
            raise JunkError("disclosure-piece", f"wanted arrays of {width}")
    return value  # type: ignore[return-value]


def require_hash_list(value: Value, at_most: int) -> tuple[bytes, ...]:
    """Return a list of at most so many hashes. Raises JunkError."""
    if type(value) is not tuple or len(value) > at_most:
        raise JunkError("disclosure-piece", f"wanted a list of at most {at_most} hashes")
    return tuple(require_bytes(each, 32) for each in value)
