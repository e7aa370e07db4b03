"""The opening of beacon leaves: which leaves a station's public log got, and what they hide.

Parsing and printing of the payload and the content of a type 14 entry. This module must not judge
what an opening says. Layout: PROOF-60, PROOF-61.

    payload = [n, period, [leaf h32], [quote h32]]
    content = [[blind 32], vector]
    vector  = [[no, size, root h32]]
    leaf    = H("beacon", blind || vector)
"""

from itertools import pairwise

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import BEACON_LEAVES_MAX, BEACON_QUOTES_MAX, BEACON_ROWS_MAX
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import require_counts, require_hash, require_number
from backchannel.wire.primitives import HASH_BYTES, tagged_hash

Reached = tuple[int, int, bytes]
"""A journal's number, the size of its tree, and the root."""


class Beat(msgspec.Struct, frozen=True):
    """What an opening says to all: the index of its first leaf in the log, the period of its last
    one, the leaves, and hashes of witnesses' cosignatures that the writer held."""

    n: int
    period: int
    leaves: tuple[bytes, ...]
    quotes: tuple[bytes, ...]


class Vector(msgspec.Struct, frozen=True):
    """What the leaves of one opening hide: a blind for each, and rows ascending by journal."""

    blinds: tuple[bytes, ...]
    rows: tuple[Reached, ...]


def pack_beat(beat: Beat) -> bytes:
    """Return the payload of an opening (PROOF-60)."""
    return encode((beat.n, beat.period, beat.leaves, beat.quotes))


def pack_vector(vector: Vector) -> bytes:
    """Return the content of an opening (PROOF-61)."""
    return encode((vector.blinds, vector.rows))


def leaf_of(blind: bytes, rows: tuple[Reached, ...]) -> bytes:
    """Return the leaf that hides a vector behind a blind of 32 bytes (PROOF-61)."""
    return tagged_hash("beacon", blind + encode(rows))


def leaves_of(vector: Vector) -> tuple[bytes, ...]:
    """Return the leaves that a content opens, in order."""
    return tuple(leaf_of(blind, vector.rows) for blind in vector.blinds)


def quote_of(line: str) -> bytes:
    """Return the hash by which an opening quotes a cosignature, given as its line (PROOF-60)."""
    return tagged_hash("witnessed", line.encode())


def parse_beat(payload: bytes) -> Beat:
    """Return what a type 14 entry says. Raises JunkError (PROOF-60)."""
    fields = decode(payload)
    if type(fields) is not tuple or len(fields) != 4:
        raise JunkError("beacon-shape", "an opening is an array of four")
    n, period, leaves, quotes = fields
    require_counts(n, period)
    require_list(leaves, BEACON_LEAVES_MAX)
    if not leaves:
        raise JunkError("beacon-shape", "an opening has at least one leaf")
    require_list(quotes, BEACON_QUOTES_MAX)
    if any(not before < after for before, after in pairwise(quotes)):  # type: ignore[arg-type, operator]
        raise JunkError("beacon-shape", "quotes ascend, each once")
    return Beat(n, period, leaves, quotes)  # type: ignore[arg-type]


def parse_vector(content: bytes) -> Vector:
    """Return what the content of a type 14 entry says. Raises JunkError (PROOF-61)."""
    fields = decode(content)
    if type(fields) is not tuple or len(fields) != 2:
        raise JunkError("beacon-shape", "the content of an opening is an array of two")
    blinds, rows = fields
    require_list(blinds, BEACON_LEAVES_MAX)
    require_vector(rows)
    return Vector(blinds, rows)  # type: ignore[arg-type]


def require_vector(rows: Value) -> None:
    """Raise JunkError unless these are the rows of a vector (PROOF-61)."""
    if type(rows) is not tuple or len(rows) > BEACON_ROWS_MAX:
        raise JunkError("beacon-shape", f"a vector is an array of at most {BEACON_ROWS_MAX} rows")
    before = -1
    for row in rows:
        if type(row) is not tuple or len(row) != 3:
            raise JunkError("beacon-shape", "a row of a vector is an array of three")
        no, size, root = row
        require_number(no)
        require_counts(size)
        require_hash(root)
        if not size or no <= before:  # type: ignore[operator]
            raise JunkError("beacon-shape", "rows ascend by journal, each once, none is empty")
        before = no  # type: ignore[assignment]


def require_list(values: Value, most: int) -> None:
    """Raise JunkError unless this is an array of at most so many values of 32 bytes."""
    if type(values) is not tuple or len(values) > most:
        raise JunkError("beacon-shape", f"wanted an array of at most {most}")
    if any(type(each) is not bytes or len(each) != HASH_BYTES for each in values):
        raise JunkError("beacon-shape", f"wanted values of {HASH_BYTES} bytes")


def require_opens(vector: Vector, beat: Beat) -> None:
    """Raise JunkError unless a content opens the leaves of a payload (PROOF-61)."""
    if leaves_of(vector) != beat.leaves:
        raise JunkError("beacon-opening", "the content does not open these leaves")
