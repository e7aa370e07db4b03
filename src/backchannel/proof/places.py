"""The places of a disclosure's pieces, by kind and range.

This module must not know what a place means. Clause: PROOF-30.
"""

from backchannel.errors import JunkError
from backchannel.wire.codec import Value


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
