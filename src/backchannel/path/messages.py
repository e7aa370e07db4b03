"""The messages of two stations on a direct path: packed, parsed, taken off a stream.

This module must not read an envelope, believe a head, or set memory aside by a claimed length.
docs/spec/path.md has the same picture with its rules:

    frame   = u32 length || message             length 0: a greeting
    message = [0, time, [[no, seq, head 32]]]   heads
            | [1, envelope]                     parcel
            | [2, no, from, to, reason]         want
            | [3, query, signature 64]
            | [4, answer, signature 64]

>>> frame(Want(no=17, first=4, last=9, reason=WantReason.MISSING)).hex()
'00000006850211040900'
"""

import itertools
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import TypeAlias

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import (
    ENVELOPE_BYTES_MAX,
    JOURNAL_NUMBER_MAX,
    MESSAGE_BYTES_MAX,
    SEQUENCE_MAX,
    TIME_MAX,
    WANT_ENTRIES_MAX,
)
from backchannel.wire.codec import Encodable, Value, bytes_head, decode, encode

Head: TypeAlias = tuple[int, int, bytes]

LENGTH_BYTES = 4
HEAD_HASH_BYTES = 32
SIGNATURE_BYTES = 64

# What both sides write first when the handshake is done (PATH-21).
GREETING = bytes(LENGTH_BYTES)


class Kind(IntEnum):
    """The first element of a message (PATH-3)."""

    HEADS = 0
    PARCEL = 1
    WANT = 2
    QUERY = 3
    ANSWER = 4


class WantReason(IntEnum):
    """Why entries are asked for."""

    MISSING = 0
    UNOPENED = 1


class Heads(msgspec.Struct, frozen=True):
    """How far the sender holds each journal without a gap, and what time its clock shows."""

    time: int
    heads: tuple[Head, ...]


class Parcel(msgspec.Struct, frozen=True, gc=False):
    """One envelope, as opaque bytes."""

    envelope: bytes


class Want(msgspec.Struct, frozen=True):
    """Please send the entries `first` to `last`, both included, of journal `no`."""

    no: int
    first: int
    last: int
    reason: WantReason


class Query(msgspec.Struct, frozen=True):
    """A signed question of a restarted station, as opaque bytes."""

    query: bytes
    signature: bytes


class Answer(msgspec.Struct, frozen=True):
    """The signed answer to a query, as opaque bytes."""

    answer: bytes
    signature: bytes


Message: TypeAlias = Heads | Parcel | Want | Query | Answer


def frame(message: Message) -> bytes:
    """Return a message with its length in front, as it goes onto the stream (PATH-1, PATH-2)."""
    if isinstance(message, Parcel):
        # Joined by hand: nearly every message is one, and its bytes are copied once only.
        envelope = message.envelope
        assert 0 < len(envelope) <= ENVELOPE_BYTES_MAX, f"an envelope of {len(envelope)} bytes"
        head = b"\x82\x01" + bytes_head(len(envelope))
        return (len(head) + len(envelope)).to_bytes(LENGTH_BYTES, "big") + head + envelope
    body = encode(_fields(message))
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def _fields(message: Heads | Want | Query | Answer) -> tuple[Encodable, ...]:
    if isinstance(message, Heads):
        return (int(Kind.HEADS), message.time, message.heads)
    if isinstance(message, Want):
        return (int(Kind.WANT), message.no, message.first, message.last, int(message.reason))
    if isinstance(message, Query):
        return (int(Kind.QUERY), message.query, message.signature)
    return (int(Kind.ANSWER), message.answer, message.signature)


def parse(raw: bytes) -> Message:
    """Return the message in `raw`, which is without its length.

    Raises JunkError: what the codec refuses under the codec's reasons, and the rest under those of
    PATH-3 to PATH-7.
    """
    fields = decode(raw)
    if type(fields) is not tuple or not fields or type(fields[0]) is not int:
        raise JunkError("message-shape", "a message is an array that begins with its kind")
    reader = READERS.get(fields[0])
    if reader is None:
        raise JunkError("message-kind", f"got kind {fields[0]}, wanted 0 to {max(READERS)}")
    return reader(fields)


def _parse_heads(fields: tuple[Value, ...]) -> Heads:
    """PATH-4."""
    if len(fields) != 3 or type(fields[2]) is not tuple:
        raise JunkError("heads-shape", "heads are [0, time, [[no, seq, head]]]")
    time = _count(fields[1], TIME_MAX, "heads-time")
    heads = tuple(map(_parse_head, fields[2]))
    numbers = [no for no, _, _ in heads]
    if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
        raise JunkError("heads-order", "journal numbers ascend, each of them once")
    return Heads(time, heads)


def _parse_head(value: Value) -> Head:
    if type(value) is not tuple or len(value) != 3:
        raise JunkError("head-shape", "a head is [journal number, seq, hash]")
    no = _count(value[0], JOURNAL_NUMBER_MAX, "head-journal")
    seq = _count(value[1], SEQUENCE_MAX, "head-seq")
    return no, seq, _octets(value[2], HEAD_HASH_BYTES, "head-hash")


def _parse_parcel(fields: tuple[Value, ...]) -> Parcel:
    """PATH-5."""
    if len(fields) != 2 or type(fields[1]) is not bytes:
        raise JunkError("parcel-shape", "a parcel is [1, envelope]")
    envelope = fields[1]
    if not 0 < len(envelope) <= ENVELOPE_BYTES_MAX:
        raise JunkError(
            "envelope-size", f"got {len(envelope)} bytes, wanted 1 to {ENVELOPE_BYTES_MAX}"
        )
    return Parcel(envelope)


def _parse_want(fields: tuple[Value, ...]) -> Want:
    """PATH-6."""
    if len(fields) != 5:
        raise JunkError("want-shape", "a want is [2, no, from, to, reason]")
    no = _count(fields[1], JOURNAL_NUMBER_MAX, "want-journal")
    first = _count(fields[2], SEQUENCE_MAX, "want-seq")
    last = _count(fields[3], SEQUENCE_MAX, "want-seq")
    reason = _count(fields[4], max(WantReason), "want-reason")
    if last < first:
        raise JunkError("want-range", f"{first} to {last} runs backwards")
    if last - first >= WANT_ENTRIES_MAX:
        raise JunkError("want-many", f"{last - first + 1} entries, at most {WANT_ENTRIES_MAX}")
    return Want(no, first, last, WantReason(reason))


def _parse_query(fields: tuple[Value, ...]) -> Query:
    return Query(*_parse_signed(fields))


def _parse_answer(fields: tuple[Value, ...]) -> Answer:
    return Answer(*_parse_signed(fields))


def _parse_signed(fields: tuple[Value, ...]) -> tuple[bytes, bytes]:
    """Return what a query and an answer have in common: bytes, and a signature (PATH-7)."""
    if len(fields) != 3 or type(fields[1]) is not bytes or not fields[1]:
        raise JunkError("signed-shape", "queries and answers are [kind, bytes, signature]")
    return fields[1], _octets(fields[2], SIGNATURE_BYTES, "signature-length")


def _count(value: Value, most: int, reason: str) -> int:
    """Return an integer from 0 to `most`; `true` is none. Raises JunkError(reason)."""
    if type(value) is not int or not 0 <= value <= most:
        raise JunkError(reason, f"wanted a whole number from 0 to {most}")
    return value


def _octets(value: Value, length: int, reason: str) -> bytes:
    """Return a byte string of exactly this length. Raises JunkError(reason)."""
    if type(value) is not bytes or len(value) != length:
        raise JunkError(reason, f"wanted {length} bytes")
    return value


READERS: dict[int, Callable[[tuple[Value, ...]], Message]] = {
    Kind.HEADS: _parse_heads,
    Kind.PARCEL: _parse_parcel,
    Kind.WANT: _parse_want,
    Kind.QUERY: _parse_query,
    Kind.ANSWER: _parse_answer,
}


class Splitter:
    """Takes whole messages off a stream that comes in pieces of any size.

    Between calls it holds at most one unfinished frame, and never more than was really sent.
    """

    def __init__(self) -> None:
        self._held = bytearray()

    def messages(self, piece: bytes) -> Iterator[bytes]:
        """Yield what `piece` completes, without lengths; a greeting is empty bytes.

        Raises JunkError("frame-too-long") where a frame claims more than MESSAGE_BYTES_MAX: what
        follows it has no known beginning, so the stream is of no more use (PATH-2).
        """
        held = self._held
        held += piece
        at = 0
        try:
            while len(held) - at >= LENGTH_BYTES:
                length = int.from_bytes(held[at : at + LENGTH_BYTES], "big")
                if length > MESSAGE_BYTES_MAX:
                    raise JunkError(
                        "frame-too-long", f"{length} bytes claimed, at most {MESSAGE_BYTES_MAX}"
                    )
                end = at + LENGTH_BYTES + length
                if len(held) < end:
                    return
                message = bytes(held[at + LENGTH_BYTES : end])
                at = end
                yield message
        finally:
            del held[:at]
