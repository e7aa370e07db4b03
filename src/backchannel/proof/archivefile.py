"""The archive file, from which holders open a period, and the file of one holder's shares.

This module must not open or judge anything. Layouts: PROOF-138, PROOF-139.

    archive = [1, line id, mode, opening entry id], then [0, frame] and [1, header, payload, box]
    shares  = [1, line id, opening entry id, credential id, [[seal entry, place, share]]], signature
"""

import msgspec

from backchannel.errors import JunkError
from backchannel.wire.codec import decode, encode
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import CredentialId, EntryId, LineId

ARCHIVE, SHARES = "archive", "shares"
VERSION = 1
FRAME, WORDS = 0, 1


class SealedWords(msgspec.Struct, frozen=True):
    """One statement as it stands, and its words in their box."""

    header: bytes
    payload: bytes
    box: bytes


class ArchiveFile(msgspec.Struct, frozen=True):
    """Frames of the party's own station, and sealed words."""

    line: LineId
    mode: int
    opening: EntryId
    frames: tuple[bytes, ...]
    words: tuple[SealedWords, ...]


class OpenedShare(msgspec.Struct, frozen=True):
    """The share of one seal that a holder has opened."""

    seal: EntryId
    place: int
    share: bytes


class SharesFile(msgspec.Struct, frozen=True):
    """What one holder gives under one opening; `signed` are the bytes that he signed."""

    line: LineId
    opening: EntryId
    holder: CredentialId
    shares: tuple[OpenedShare, ...]
    signed: bytes
    signature: bytes


def pack_archive(file: ArchiveFile) -> bytes:
    """Return the bytes of an archive file (PROOF-138)."""
    head = encode((VERSION, file.line, file.mode, file.opening))
    frames = (encode((FRAME, each)) for each in file.frames)
    words = (encode((WORDS, each.header, each.payload, each.box)) for each in file.words)
    return pack_file(ARCHIVE, (head, *frames, *words))


def parse_archive(raw: bytes) -> ArchiveFile:
    """Return an archive file, not yet judged. Raises JunkError (PROOF-138)."""
    first, *rest = parse_file(ARCHIVE, raw) or (b"",)
    frames: list[bytes] = []
    words: list[SealedWords] = []
    for each in rest:
        match decode(each):
            case (0, bytes(frame)):
                frames.append(frame)
            case (1, bytes(header), bytes(payload), bytes(box)):
                words.append(SealedWords(header, payload, box))
            case _:
                raise JunkError("archive-shape", "an archive holds frames and sealed words")
    match decode(first):
        case (1, bytes(line), (1 | 2 | 3) as mode, bytes(opening)):
            return ArchiveFile(LineId(line), mode, EntryId(opening), tuple(frames), tuple(words))
        case _:
            raise JunkError("archive-shape", "an archive begins with its line, mode and opening")


def shares_body(
    line: LineId, opening: EntryId, holder: CredentialId, shares: tuple[OpenedShare, ...]
) -> bytes:
    """Return what a holder signs for the shares that he gives (PROOF-139)."""
    rows = tuple((each.seal, each.place, each.share) for each in shares)
    return encode((VERSION, line, opening, holder, rows))


def pack_shares(signed: bytes, signature: bytes) -> bytes:
    """Return the bytes of a file of shares (PROOF-139)."""
    return pack_file(SHARES, (signed, signature))


def parse_shares(raw: bytes) -> SharesFile:
    """Return a file of shares, its signature not yet judged. Raises JunkError (PROOF-139)."""
    match parse_file(SHARES, raw):
        case (signed, signature):
            pass
        case _:
            raise JunkError("shares-shape", "a file of shares is what was signed, and a signature")
    match decode(signed):
        case (1, bytes(line), bytes(opening), bytes(holder), tuple(rows)):
            shares = tuple(map(read_share, rows))
            return SharesFile(
                LineId(line), EntryId(opening), CredentialId(holder), shares, signed, signature
            )
        case _:
            raise JunkError("shares-shape", "shares name their line, opening and holder")


def read_share(row: object) -> OpenedShare:
    """Return one share. Raises JunkError."""
    match row:
        case (bytes(seal), int(place), bytes(share)):
            return OpenedShare(EntryId(seal), place, share)
        case _:
            raise JunkError("shares-shape", "a share is [seal entry, place, share]")
