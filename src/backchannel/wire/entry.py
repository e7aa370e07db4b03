"""The entry: one slot of a journal. Parsing and printing of its header and its small payloads.

This module must not judge an entry: whether a signature counts or a slot is free is the line's
affair. Layouts: RECORD-1 to RECORD-12.

    header = [1, journal no, seq, prev, [[no, seq, head]], time, uncertainty, type, payload hash]
"""

from enum import IntEnum

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import JOURNAL_NUMBER_MAX, KEY_NUMBER_MAX, SEQUENCE_MAX
from backchannel.wire.codec import Value, decode, encode

Head = tuple[int, int, bytes]

VERSION = 1
HASH_BYTES = 32


class EntryType(IntEnum):
    """What an entry holds. Numbers are fixed for all versions; unknown ones are kept opaque."""

    STATEMENT = 1
    RECEIPT = 2
    PREKEY = 3
    OFFER = 4
    AUTHORITY = 5
    MINUTE = 6
    ARCHIVE_SEAL = 7
    SUCCESSION = 8
    FORK = 9
    OPENING = 10
    LINE_EVENTS = 11
    TIME_EVIDENCE = 12
    AMENDMENT = 13
    BEACON_OPENING = 14
    NON_ANSWER = 15


class Header(msgspec.Struct, frozen=True, gc=False):
    """The signed head of an entry. Times are seconds UTC, as the writer claims them."""

    no: int
    seq: int
    prev: bytes
    seen: tuple[Head, ...]
    time: int
    uncertainty: int
    type: int
    payload_hash: bytes


def pack_header(header: Header) -> bytes:
    """Return the one encoding of a header (RECORD-1)."""
    return encode(
        (
            VERSION,
            header.no,
            header.seq,
            header.prev,
            header.seen,
            header.time,
            header.uncertainty,
            header.type,
            header.payload_hash,
        )
    )


def parse_header(raw: bytes) -> Header:
    """Return the header in `raw`. Raises JunkError with the reason (RECORD-1, RECORD-2)."""
    fields = decode(raw)
    if type(fields) is not tuple or len(fields) != 9:
        raise JunkError("header-shape", "a header is an array of nine")
    version, no, seq, prev, seen, time, uncertainty, kind, digest = fields
    if version != VERSION or type(version) is not int:
        raise JunkError("header-version", f"got version {version!r}, this line speaks 1")
    require_number(no)
    require_counts(seq, time, uncertainty, kind)
    require_hash(prev)
    require_hash(digest)
    return Header(no, seq, prev, parse_heads(seen), time, uncertainty, kind, digest)  # type: ignore[arg-type]


def require_counts(*values: Value) -> None:
    """Raise JunkError unless each value is a whole number from 0 to 2^48 (RECORD-2)."""
    for value in values:
        if type(value) is not int or not 0 <= value <= SEQUENCE_MAX:
            raise JunkError("count-range", "counts, times and kinds lie between 0 and 2^48")


def require_number(value: Value) -> None:
    """Raise JunkError unless the value is a journal number, 0 to 65,535 (RECORD-2)."""
    if type(value) is not int or not 0 <= value <= JOURNAL_NUMBER_MAX:
        raise JunkError("journal-number", "journal numbers lie between 0 and 65535")


def require_key_number(value: Value) -> None:
    """Raise JunkError unless the value is a number of a prekey or epoch, 1 to 2^32 - 1 (KEYS-2)."""
    if type(value) is not int or not 0 < value <= KEY_NUMBER_MAX:
        raise JunkError("key-number", "prekeys and epochs count from 1 to 2^32 - 1")


def require_hash(value: Value) -> None:
    """Raise JunkError unless the value is 32 bytes (RECORD-1)."""
    if type(value) is not bytes or len(value) != HASH_BYTES:
        raise JunkError("hash-length", "a hash is 32 bytes")


def parse_heads(value: Value) -> tuple[Head, ...]:
    """Return a list of heads, ascending by number and each number once (RECORD-5).

    Raises JunkError.
    """
    if type(value) is not tuple:
        raise JunkError("heads-shape", "heads are an array")
    before = -1
    for head in value:
        if type(head) is not tuple or len(head) != 3:
            raise JunkError("heads-shape", "a head is [journal no, seq, hash]")
        no, seq, digest = head
        require_number(no)
        require_counts(seq)
        require_hash(digest)
        if no <= before:  # type: ignore[operator]
            raise JunkError("heads-order", "heads ascend by journal number, each number once")
        before = no  # type: ignore[assignment]
    return value  # type: ignore[return-value]
