"""The disclosure: one file by which a stranger checks one statement. Its layout, both ways.

This module must not choose what goes into it, or judge what it holds: it knows shapes alone.
Clauses: PROOF-30 to PROOF-32.

    head  = [1, line_id, mode, [no, seq, entry], made]
    piece = [1, charter, [charter signature]] | [2, authority frame]
          | [3, header, signature 64, payload / null]
          | [4, entry, [[label, salt 16, value]], [commitment]]
          | [5, no, size, root, [[credential, ML-DSA-44 signature]]] | [6, no, seq, size, [h32]]
          | [8, entry of a sign-off, index, [h32]] | [9, ...] | [10, ...]    in proof.witnessed
"""

from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import msgspec

from backchannel.charter.signatures import RootSignature, read_signatures
from backchannel.errors import JunkError, OfficerError
from backchannel.limits import (
    ARRAY_ITEMS_MAX,
    FIELDS_MAX,
    JOURNAL_NUMBER_MAX,
    OBJECT_BYTES_MAX,
    SEQUENCE_MAX,
)
from backchannel.proof.pieces import (
    Reading,
    read_piece,
    require_bytes,
    require_hash_list,
    require_rows,
    require_whole,
)
from backchannel.proof.witnessed import LeafPiece, NotePiece, read_leaf, read_note
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import Head, require_counts, require_hash, require_number
from backchannel.wire.envelope import SIGNATURE_BYTES, parse_frame
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import CredentialId, EntryId, LineId
from backchannel.wire.payload import MLDSA44_SIGNATURE_BYTES
from backchannel.wire.primitives import field_salts
from backchannel.wire.statement import SALT_BYTES, Content, commitments

KIND = "disclosure"
VERSION = 1


class Number(IntEnum):
    """With what a piece begins."""

    CHARTER = 1
    AUTHORITY = 2
    ENTRY = 3
    FIELDS = 4
    CHECKPOINT = 5
    INCLUSION = 6
    SIGN_OFF = 8
    NOTE = 9
    LEAF = 10


class DisclosureHead(msgspec.Struct, frozen=True):
    """What is disclosed, and when the file was made, seconds UTC by its maker's clock."""

    line: LineId
    mode: int
    slot: Head
    made: int


class CharterPiece(msgspec.Struct, frozen=True):
    """The charter and the signatures of its roots."""

    charter: bytes
    signatures: tuple[RootSignature, ...]


class AuthorityPiece(msgspec.Struct, frozen=True):
    """One entry of an authority journal as a frame."""

    frame: bytes


class EntryPiece(msgspec.Struct, frozen=True):
    """One entry of a station; a link has no payload."""

    header: bytes
    signature: bytes
    payload: bytes | None


class OpenedField(NamedTuple):
    """A field that is opened: its label, the salt of this field alone, its value."""

    label: int
    salt: bytes
    value: Value


class FieldsPiece(msgspec.Struct, frozen=True):
    """What of the content of an entry is opened, and the commitments to all of its fields."""

    entry: EntryId
    opened: tuple[OpenedField, ...]
    commitments: tuple[bytes, ...]


class CheckpointPiece(msgspec.Struct, frozen=True):
    """The root of a journal's tree at a size, and who has cosigned it."""

    no: int
    size: int
    root: bytes
    cosignatures: tuple[tuple[CredentialId, bytes], ...]


class InclusionPiece(msgspec.Struct, frozen=True):
    """The hashes that lead from a slot to the root of a tree."""

    no: int
    seq: int
    size: int
    hashes: tuple[bytes, ...]


class SignOffPiece(msgspec.Struct, frozen=True):
    """The hashes that lead from the statement, at an index, to the root of a sign-off."""

    entry: EntryId
    index: int
    hashes: tuple[bytes, ...]


Piece = (
    CharterPiece | AuthorityPiece | EntryPiece | FieldsPiece | CheckpointPiece
    | InclusionPiece | SignOffPiece | NotePiece | LeafPiece
)  # fmt: skip


class Disclosure(msgspec.Struct, frozen=True):
    """A disclosure taken apart: its head, and its pieces in their order."""

    head: DisclosureHead
    pieces: tuple[Piece, ...]


# --- Making ---------------------------------------------------------------------------------------


def open_fields(entry: EntryId, content: Content, labels: tuple[int, ...]) -> FieldsPiece:
    """Return what opens some fields of a content: their own salts, and no other (PROOF-32).

    Raises OfficerError("no-such-field").
    """
    count = len(content.values)
    for label in labels:
        if not 0 < label <= count:
            raise OfficerError("no-such-field", f"got field {label}, this content has {count}")
    salts = field_salts(content.salt, count)
    opened = tuple(
        OpenedField(label, salts[label - 1], content.values[label - 1]) for label in labels
    )
    encoded = tuple(map(encode, content.values))
    return FieldsPiece(entry, opened, commitments(content.salt, encoded))


def pack_disclosure(disclosure: Disclosure) -> bytes:
    """Return the bytes of a disclosure (PROOF-30).

    Raises OfficerError("disclosure-too-large") if a piece of it is more than one object may be.
    """
    head = disclosure.head
    first = encode((VERSION, head.line, head.mode, head.slot, head.made))
    return pack_file(KIND, (first, *map(pack_piece, disclosure.pieces)))


def pack_piece(piece: Piece) -> bytes:
    """Return the bytes of a piece (PROOF-31). Raises OfficerError("disclosure-too-large")."""
    try:
        return encode(values_of(piece))
    except AssertionError:
        # Another station may have sent content as deep or as long as one object takes.
        raise OfficerError(
            "disclosure-too-large",
            f"one piece would be deeper or longer than the {OBJECT_BYTES_MAX} bytes of an object; "
            "open fewer fields",
        ) from None


def values_of(piece: Piece) -> tuple[Value, ...]:
    """Return a piece as it is encoded."""
    match piece:
        case CharterPiece(charter=charter, signatures=signatures):
            return (Number.CHARTER, charter, tuple(tuple(each) for each in signatures))
        case AuthorityPiece(frame=frame):
            return (Number.AUTHORITY, frame)
        case EntryPiece(header=header, signature=signature, payload=payload):
            return (Number.ENTRY, header, signature, payload)
        case FieldsPiece(entry=entry, opened=opened, commitments=committed):
            return (Number.FIELDS, entry, opened, committed)
        case CheckpointPiece(no=no, size=size, root=root, cosignatures=cosignatures):
            return (Number.CHECKPOINT, no, size, root, cosignatures)
        case InclusionPiece(no=no, seq=seq, size=size, hashes=hashes):
            return (Number.INCLUSION, no, seq, size, hashes)
        case SignOffPiece(entry=entry, index=index, hashes=hashes):
            return (Number.SIGN_OFF, entry, index, hashes)
        case NotePiece(note=note):
            return (Number.NOTE, note)
        case LeafPiece():
            return (Number.LEAF, *msgspec.structs.astuple(piece))


# --- Reading --------------------------------------------------------------------------------------


def parse_disclosure(raw: bytes) -> Disclosure:
    """Return what a disclosure holds; nothing of it is checked beyond its shape (PROOF-30).

    Raises JunkError with the reason.
    """
    first, *rest = parse_file(KIND, raw) or (b"",)
    head = parse_head(first)
    pieces = tuple(map(parse_piece, rest))
    if len(set(map(identity, pieces))) != len(pieces):
        raise JunkError("disclosure-twice", "a piece stands twice")
    numbers = [NUMBERS[type(piece)] for piece in pieces]
    if any(after < before for before, after in pairwise(numbers)):
        raise JunkError("disclosure-order", "pieces ascend by the number that they begin with")
    return Disclosure(head, pieces)


def identity(piece: Piece) -> tuple[Value, ...]:
    """Return what only one piece of a disclosure may have (PROOF-30). Raises JunkError."""
    match piece:
        case CharterPiece():
            return (Number.CHARTER,)
        case AuthorityPiece(frame=frame):
            return (Number.AUTHORITY, parse_frame(frame).header)
        case EntryPiece(header=header):
            return (Number.ENTRY, header)
        case FieldsPiece(entry=entry):
            return (Number.FIELDS, entry)
        case CheckpointPiece(no=no, size=size, root=root):
            return (Number.CHECKPOINT, no, size, root)
        case InclusionPiece(no=no, seq=seq, size=size):
            return (Number.INCLUSION, no, seq, size)
        case SignOffPiece(entry=entry):
            return (Number.SIGN_OFF, entry)
        case NotePiece():
            return (Number.NOTE, *msgspec.structs.astuple(piece.checkpoint()))
        case LeafPiece(origin=origin, size=size, index=index):
            return (Number.LEAF, origin, size, index)


def parse_head(raw: bytes) -> DisclosureHead:
    """Return the head of a disclosure. Raises JunkError (PROOF-30)."""
    match decode(raw):
        case (int(version), bytes(line), int(mode), (int(no), int(seq), bytes(entry)), int(made)):
            if type(version) is not int or version != VERSION:
                raise JunkError("disclosure-head", f"got version {version!r}, wanted {VERSION}")
            if type(mode) is not int or mode not in (1, 2, 3):
                raise JunkError("disclosure-head", f"got mode {mode!r}, wanted 1 to 3")
            try:
                require_place(line, no, seq, entry, made)
            except JunkError as fault:
                raise JunkError("disclosure-head", fault.text) from None
            return DisclosureHead(LineId(line), mode, (no, seq, entry), made)
    raise JunkError("disclosure-head", "a head is [1, line, mode, [no, seq, entry], made]")


def require_place(line: bytes, no: int, seq: int, entry: bytes, made: int) -> None:
    """Raise JunkError unless the parts of a head have their ranges."""
    require_hash(line)
    require_number(no)
    require_hash(entry)
    require_counts(seq, made)


def parse_piece(raw: bytes) -> Piece:
    """Return one piece. Raises JunkError("disclosure-piece"), or what its parts are refused for."""
    return read_piece(raw, READINGS)


def read_charter(values: tuple[Value, ...]) -> CharterPiece:
    """Return a piece 1. Raises JunkError."""
    charter, signatures = values
    return CharterPiece(require_bytes(charter), read_signatures(signatures))


def read_authority(values: tuple[Value, ...]) -> AuthorityPiece:
    """Return a piece 2. Raises JunkError."""
    return AuthorityPiece(require_bytes(values[0]))


def read_entry(values: tuple[Value, ...]) -> EntryPiece:
    """Return a piece 3. Raises JunkError."""
    header, signature, payload = values
    return EntryPiece(
        require_bytes(header),
        require_bytes(signature, SIGNATURE_BYTES),
        None if payload is None else require_bytes(payload),
    )


def read_fields(values: tuple[Value, ...]) -> FieldsPiece:
    """Return a piece 4. Raises JunkError."""
    entry, rows, committed = values
    opened = []
    for label, salt, value in require_rows(rows, 3, FIELDS_MAX):
        if type(label) is not int or not 0 < label <= FIELDS_MAX:
            raise JunkError("disclosure-piece", f"got label {label!r}, wanted 1 to {FIELDS_MAX}")
        opened.append(OpenedField(label, require_bytes(salt, SALT_BYTES), value))
    return FieldsPiece(
        EntryId(require_bytes(entry, 32)),
        tuple(opened),
        require_hash_list(committed, FIELDS_MAX),
    )


def read_checkpoint(values: tuple[Value, ...]) -> CheckpointPiece:
    """Return a piece 5. Raises JunkError."""
    no, size, root, rows = values
    cosignatures = tuple(
        (CredentialId(require_bytes(who, 32)), require_bytes(signature, MLDSA44_SIGNATURE_BYTES))
        for who, signature in require_rows(rows, 2, ARRAY_ITEMS_MAX)
    )
    return CheckpointPiece(
        require_whole(no, JOURNAL_NUMBER_MAX),
        require_whole(size, SEQUENCE_MAX),
        require_bytes(root, 32),
        cosignatures,
    )


def read_inclusion(values: tuple[Value, ...]) -> InclusionPiece:
    """Return a piece 6. Raises JunkError."""
    no, seq, size, hashes = values
    return InclusionPiece(
        require_whole(no, JOURNAL_NUMBER_MAX),
        require_whole(seq, SEQUENCE_MAX),
        require_whole(size, SEQUENCE_MAX),
        require_hash_list(hashes, ARRAY_ITEMS_MAX),
    )


def read_sign_off(values: tuple[Value, ...]) -> SignOffPiece:
    """Return a piece 8. Raises JunkError."""
    entry, index, hashes = values
    return SignOffPiece(
        EntryId(require_bytes(entry, 32)),
        require_whole(index, SEQUENCE_MAX),
        require_hash_list(hashes, ARRAY_ITEMS_MAX),
    )


# How many places a piece has, its number included, and what reads the rest.
READINGS: dict[int, tuple[int, Reading[Piece]]] = {
    Number.CHARTER: (3, read_charter),
    Number.AUTHORITY: (2, read_authority),
    Number.ENTRY: (4, read_entry),
    Number.FIELDS: (4, read_fields),
    Number.CHECKPOINT: (5, read_checkpoint),
    Number.INCLUSION: (5, read_inclusion),
    Number.SIGN_OFF: (4, read_sign_off),
    Number.NOTE: (2, read_note),
    Number.LEAF: (7, read_leaf),
}
NUMBERS: dict[type, Number] = {
    CharterPiece: Number.CHARTER,
    AuthorityPiece: Number.AUTHORITY,
    EntryPiece: Number.ENTRY,
    FieldsPiece: Number.FIELDS,
    CheckpointPiece: Number.CHECKPOINT,
    InclusionPiece: Number.INCLUSION,
    SignOffPiece: Number.SIGN_OFF,
    NotePiece: Number.NOTE,
    LeafPiece: Number.LEAF,
}
