"""Evidence: one file by which a stranger sees that a key signed what no honest key signs.

Its layout, as it is made. This module must not choose what goes into it, or judge what it holds.
Clauses: PROOF-80, PROOF-81.

    head  = [1, line_id, kind, accused, matter, made]
    piece = pieces 1 to 3 of a disclosure | [7, authority frame]
"""

from collections.abc import Iterable
from enum import IntEnum

import msgspec

from backchannel.errors import OfficerError
from backchannel.limits import FILE_OBJECTS_MAX
from backchannel.proof.disclosure import AuthorityPiece, CharterPiece, EntryPiece, pack_piece
from backchannel.wire.codec import encode
from backchannel.wire.files import pack_file
from backchannel.wire.ids import LineId

KIND = "evidence"
VERSION = 1
RIVAL = 7


class Lie(IntEnum):
    """The kinds of evidence: what a key did that no honest one does (PROOF-85 to PROOF-91,
    PROOF-185)."""

    TWO_ENTRIES = 1
    BROKEN_CHAIN = 2
    TWO_ROOTS = 3
    OTHER_ROOT = 4
    TWO_PROPOSALS = 5
    SEEN_BACK = 6
    TWO_DECREES = 7
    TWO_LEAVES = 8


class Accusation(msgspec.Struct, frozen=True):
    """Whom a file accuses of what: a credential, or the index of a party for its office.

    `matter` are the ids of the two entries that contradict each other, for OTHER_ROOT also a
    journal's number and a size.
    """

    lie: Lie
    accused: bytes | int
    matter: tuple[bytes | int, ...]


class RivalPiece(msgspec.Struct, frozen=True):
    """An entry of an authority journal, as a frame, beside the one that stands there."""

    frame: bytes


Piece = CharterPiece | AuthorityPiece | EntryPiece | RivalPiece


def pack_evidence(line: LineId, said: Accusation, made: int, pieces: Iterable[Piece]) -> bytes:
    """Return the bytes of a file of evidence; `made` is the maker's clock (PROOF-80).

    Raises OfficerError("evidence-too-large").
    """
    head = encode((VERSION, line, said.lie, said.accused, said.matter, made))
    objects = [head, *map(pack_any, pieces)]
    if len(objects) > FILE_OBJECTS_MAX:
        raise OfficerError(
            "evidence-too-large",
            f"{len(objects)} objects, a file takes {FILE_OBJECTS_MAX}; the chain is too long, and "
            "a shorter journal has to carry the proof",
        )
    return pack_file(KIND, objects)


def pack_any(piece: Piece) -> bytes:
    """Return the bytes of a piece (PROOF-81)."""
    if isinstance(piece, RivalPiece):
        return encode((RIVAL, piece.frame))
    return pack_piece(piece)
