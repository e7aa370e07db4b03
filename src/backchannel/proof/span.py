"""The span: a disclosure of all that was entered between two minutes. Its layout, both ways.

This module must not choose what goes into it, or judge what it holds: it knows shapes alone.
Clauses: PROOF-100 to PROOF-102, PROOF-175.

    head  = [2, line_id, mode, [no, seq, entry] / null, [no, seq, entry], made]
    piece = those of a disclosure up to number 5, and 9 | [11, no, size, [h32]]
          | [12, opening entry, [blind 32], vector] | [13, no, size, [h32]]
"""

from itertools import pairwise

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import BEACON_LEAVES_MAX, JOURNAL_NUMBER_MAX, SEQUENCE_MAX
from backchannel.proof.disclosure import (
    KIND,
    NUMBERS,
    READINGS,
    Number,
    Piece,
    identity,
    pack_piece,
    require_place,
)
from backchannel.proof.pieces import (
    Reading,
    read_piece,
    require_bytes,
    require_hash_list,
    require_whole,
)
from backchannel.wire.beacon import Reached, require_vector
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import Head
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import LineId
from backchannel.wire.primitives import HASH_BYTES

VERSION = 2
RANGE, WORDS, LOG = 11, 12, 13
# A tree of 2^48 leaves has so many whole subtrees and no more.
PEAKS = 48


class SpanHead(msgspec.Struct, frozen=True):
    """Between which two minutes; None for the beginning of the line. `made` is seconds UTC."""

    line: LineId
    mode: int
    since: Head | None
    upto: Head
    made: int


class RangePiece(msgspec.Struct, frozen=True):
    """A journal's tree at the earlier minute: the roots of its whole subtrees, largest first."""

    no: int
    size: int
    peaks: tuple[bytes, ...]


class WordsPiece(msgspec.Struct, frozen=True):
    """The words of an opening of our log: a blind for each of its leaves, and what they hide."""

    opening: bytes
    blinds: tuple[bytes, ...]
    rows: tuple[Reached, ...]


class LogPiece(msgspec.Struct, frozen=True):
    """The log of a journal before the stretch: the roots of its whole subtrees, largest first."""

    no: int
    size: int
    peaks: tuple[bytes, ...]


SpanPiece = Piece | RangePiece | WordsPiece | LogPiece


class Span(msgspec.Struct, frozen=True):
    """A span taken apart: its head, and its pieces in their order."""

    head: SpanHead
    pieces: tuple[SpanPiece, ...]


def pack_span(span: Span) -> bytes:
    """Return the bytes of a span (PROOF-100). Raises OfficerError("disclosure-too-large")."""
    return pack_file(KIND, (pack_head(span.head), *map(pack_span_piece, span.pieces)))


def pack_head(head: SpanHead) -> bytes:
    """Return the bytes of the head of a span."""
    return encode((VERSION, head.line, head.mode, head.since, head.upto, head.made))


def pack_span_piece(piece: SpanPiece) -> bytes:
    """Return the bytes of a piece. Raises OfficerError("disclosure-too-large")."""
    match piece:
        case RangePiece(no, size, peaks):
            return encode((RANGE, no, size, peaks))
        case WordsPiece(opening, blinds, rows):
            return encode((WORDS, opening, blinds, rows))
        case LogPiece(no, size, peaks):
            return encode((LOG, no, size, peaks))
    return pack_piece(piece)


def parse_span(raw: bytes) -> Span:
    """Return what a span holds; nothing of it is checked beyond its shape (PROOF-100).

    Raises JunkError with the reason.
    """
    first, *rest = parse_file(KIND, raw) or (b"",)
    head = parse_span_head(first)
    pieces = tuple(read_piece(each, SPAN_READINGS) for each in rest)
    if len(set(map(identity_in_span, pieces))) != len(pieces):
        raise JunkError("disclosure-twice", "a piece stands twice")
    numbers = [number_of(each) for each in pieces]
    if any(after < before for before, after in pairwise(numbers)):
        raise JunkError("disclosure-order", "pieces ascend by the number that they begin with")
    return Span(head, pieces)


def number_of(piece: SpanPiece) -> int:
    """Return the number that a piece begins with."""
    match piece:
        case RangePiece():
            return RANGE
        case WordsPiece():
            return WORDS
        case LogPiece():
            return LOG
    return NUMBERS[type(piece)]


def identity_in_span(piece: SpanPiece) -> tuple[Value, ...]:
    """Return what only one piece of a span may have (PROOF-100, PROOF-175). Raises JunkError."""
    match piece:
        case RangePiece(no):
            return RANGE, no
        case WordsPiece(opening):
            return WORDS, opening
        case LogPiece():
            return (LOG,)
    return identity(piece)


def parse_span_head(raw: bytes) -> SpanHead:
    """Return the head of a span. Raises JunkError("disclosure-head") (PROOF-100)."""
    match decode(raw):
        case (int(version), bytes(line), int(mode), since, upto, int(made)):
            if type(version) is not int or version != VERSION:
                raise JunkError("disclosure-head", f"got version {version!r}, wanted {VERSION}")
            if type(mode) is not int or mode not in (1, 2, 3):
                raise JunkError("disclosure-head", f"got mode {mode!r}, wanted 1 to 3")
            earlier = None if since is None else parse_place(line, since, made)
            return SpanHead(LineId(line), mode, earlier, parse_place(line, upto, made), made)
    raise JunkError("disclosure-head", "a head is [2, line, mode, minute / null, minute, made]")


def parse_place(line: bytes, value: Value, made: int) -> Head:
    """Return where a minute stands. Raises JunkError("disclosure-head")."""
    match value:
        case (int(no), int(seq), bytes(entry)):
            try:
                require_place(line, no, seq, entry, made)
            except JunkError as fault:
                raise JunkError("disclosure-head", fault.text) from None
            return no, seq, entry
    raise JunkError("disclosure-head", "a minute is [no, seq, entry]")


def read_range(values: tuple[Value, ...]) -> RangePiece:
    """Return a piece 11. Raises JunkError (PROOF-102)."""
    no, size, peaks = values
    return RangePiece(
        require_whole(no, JOURNAL_NUMBER_MAX),
        require_whole(size, SEQUENCE_MAX),
        require_hash_list(peaks, PEAKS),
    )


def read_words(values: tuple[Value, ...]) -> WordsPiece:
    """Return a piece 12. Raises JunkError (PROOF-175)."""
    opening, blinds, rows = values
    require_vector(rows)
    return WordsPiece(
        require_bytes(opening, HASH_BYTES),
        require_hash_list(blinds, BEACON_LEAVES_MAX),
        rows,  # type: ignore[arg-type]
    )


def read_log(values: tuple[Value, ...]) -> LogPiece:
    """Return a piece 13. Raises JunkError (PROOF-175)."""
    tree = read_range(values)
    return LogPiece(tree.no, tree.size, tree.peaks)


SPAN_READINGS: dict[int, tuple[int, Reading[SpanPiece]]] = {
    # A tree is rebuilt here, so no entry needs a way to a root of its own.
    **{number: reading for number, reading in READINGS.items() if number < Number.INCLUSION},
    Number.NOTE: READINGS[Number.NOTE],
    RANGE: (4, read_range),
    WORDS: (4, read_words),
    LOG: (4, read_log),
}
