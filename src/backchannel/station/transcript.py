"""A stretch of the record as one file: charter, authority journals, and the frames of one mode.

This module must not leave an entry out of a stretch, and must not put a key into it. The words are
in it in clear: whoever has the file can read and check them.

    transcript = objects: [1, charter, [charter signature]], then [0, authority frame] and
                 [1, station frame with content], in the order in which they were accepted
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import msgspec

from backchannel.charter.signatures import parse_signatures
from backchannel.errors import OfficerError
from backchannel.limits import ENTRIES_AT_ONCE, FILE_OBJECTS_MAX
from backchannel.store.lines import Founded
from backchannel.store.sequence import Placed, entries_after, founding_of
from backchannel.store.sqlite import Database, open_reader
from backchannel.wire.codec import Value, encode
from backchannel.wire.envelope import pack_frame
from backchannel.wire.files import LENGTH_BYTES, magic
from backchannel.wire.ids import LineId

KIND = "transcript"
VERSION = 1
AUTHORITY_FRAME, STATION_FRAME = 0, 1
AUTHORITY_NUMBERS = 16


class Span(msgspec.Struct, frozen=True):
    """One mode, and the claimed times of its entries, both ends included, seconds UTC."""

    mode: int
    since: int
    until: int


def transcript(
    path: Path, line: LineId, span: Span, *, wrap_key: bytes
) -> Generator[bytes, None, None]:
    """Yield the file piece by piece, read beside a station that may be running.

    Raises OfficerError("span-empty", "span-too-long") before the first piece, and CustodyError.
    """
    with open_reader(path) as database:
        require_span(database, line, span)
        founded, _ = founding_of(database, line)
        yield magic(KIND) + sized(founding_object(founded))
        for page in pages(database, line, wrap_key):
            yield b"".join(sized(frame_object(each)) for each in page if belongs(each, span))


def require_span(database: Database, line: LineId, span: Span) -> None:
    """Raise OfficerError unless a stretch has entries and fits into a file."""
    found = [each for page in pages(database, line, None) for each in page if belongs(each, span)]
    if not any(each.no >= AUTHORITY_NUMBERS for each in found):
        raise OfficerError("span-empty", "no entry of this mode lies between these times")
    if len(found) >= FILE_OBJECTS_MAX:
        raise OfficerError(
            "span-too-long",
            f"got {len(found)} entries, wanted fewer than {FILE_OBJECTS_MAX}; "
            "take a shorter stretch",
        )


def pages(database: Database, line: LineId, wrap_key: bytes | None) -> Iterator[tuple[Placed, ...]]:
    """Yield all entries of a line in the order in which they were accepted."""
    after = 0
    while page := entries_after(
        database, line, after=after, limit=ENTRIES_AT_ONCE, wrap_key=wrap_key
    ):
        yield page
        after = page[-1].arrival


def belongs(placed: Placed, span: Span) -> bool:
    """Say whether an entry is in a stretch: authority journals are whole, or nothing is checked."""
    if placed.no < AUTHORITY_NUMBERS:
        return True
    return placed.mode == span.mode and span.since <= placed.time <= span.until


def founding_object(founded: Founded) -> bytes:
    """Return the charter with its signatures, as the first object."""
    signatures: tuple[Value, ...] = tuple(
        tuple(each) for each in parse_signatures(founded.signatures)
    )
    return encode((VERSION, founded.charter, signatures))


def frame_object(placed: Placed) -> bytes:
    """Return one entry as an object."""
    kind = AUTHORITY_FRAME if placed.no < AUTHORITY_NUMBERS else STATION_FRAME
    return encode((kind, pack_frame(placed.frame)))


def sized(data: bytes) -> bytes:
    """Return an object with its length before it."""
    return len(data).to_bytes(LENGTH_BYTES, "big") + data
