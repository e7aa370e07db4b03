"""The pieces of a disclosure by which witnesses bracket a time. Their layout, both ways.

This module must not choose what goes in, or check a signature. Clause: PROOF-76.

    piece = [9, checkpoint note bstr]
          | [10, origin, size, index, blind 32, vector, [h32]]
"""

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import ARRAY_ITEMS_MAX, SEQUENCE_MAX
from backchannel.proof.checkpoint import Checkpoint, parse_checkpoint
from backchannel.proof.note import parse_note
from backchannel.proof.pieces import require_bytes, require_hash_list, require_whole
from backchannel.wire.beacon import Reached, require_vector
from backchannel.wire.codec import Value
from backchannel.wire.primitives import HASH_BYTES


class NotePiece(msgspec.Struct, frozen=True):
    """A checkpoint of a beacon log, with the lines of witnesses below it, as a note."""

    note: bytes

    def checkpoint(self) -> Checkpoint:
        """Return what it says. Raises JunkError."""
        return parse_checkpoint(parse_note(self.note).text)


class LeafPiece(msgspec.Struct, frozen=True):
    """A leaf of a log at a size: its index, what opens it, and the hashes that lead to the root."""

    origin: str
    size: int
    index: int
    blind: bytes
    rows: tuple[Reached, ...]
    hashes: tuple[bytes, ...]


def read_note(values: tuple[Value, ...]) -> NotePiece:
    """Return a piece 9. Raises JunkError (PROOF-76)."""
    piece = NotePiece(require_bytes(values[0]))
    piece.checkpoint()
    return piece


def read_leaf(values: tuple[Value, ...]) -> LeafPiece:
    """Return a piece 10. Raises JunkError (PROOF-76)."""
    origin, size, index, blind, rows, hashes = values
    if type(origin) is not str:
        raise JunkError("disclosure-piece", "a piece 10 names its log by a text")
    require_vector(rows)
    return LeafPiece(
        origin,
        require_whole(size, SEQUENCE_MAX),
        require_whole(index, SEQUENCE_MAX),
        require_bytes(blind, HASH_BYTES),
        rows,  # type: ignore[arg-type]
        require_hash_list(hashes, ARRAY_ITEMS_MAX),
    )
