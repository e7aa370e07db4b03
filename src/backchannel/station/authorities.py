"""The authority file: a party's authority journal and its charter, as its office keeps it.

This module must not write an entry or touch a disk. A file is folded from the charter down before
anything in it is believed.

    authority file = objects: [1, party, charter, [root signature]], then the frames in order

The layout is that of CHARTER-54.
"""

import msgspec

from backchannel.charter.authority import apply_entry, open_authority
from backchannel.charter.charter import Charter
from backchannel.charter.credentials import CredentialKind
from backchannel.charter.roster import Authority, Issued, officer_named, standing_at
from backchannel.charter.signatures import (
    RootSignature,
    line_id_of,
    read_signatures,
    require_in_force,
)
from backchannel.errors import JunkError, OfficerError
from backchannel.station.charters import is_charter_file, parse_charter_file
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import parse_header
from backchannel.wire.envelope import parse_frame
from backchannel.wire.files import magic, pack_file, parse_file
from backchannel.wire.ids import CredentialId, LineId

KIND = "authority"
VERSION = 1


class AuthorityFile(msgspec.Struct, frozen=True):
    """A line's first charter with its signatures, and the frames of one party's office."""

    party: int
    charter: bytes
    signatures: tuple[RootSignature, ...]
    frames: tuple[bytes, ...] = ()


class Papers(msgspec.Struct, frozen=True):
    """What a subject must know to ask for a credential: the line, and what its office issued."""

    line: LineId
    charter: Charter
    authority: Authority | None = None


def is_authority_file(raw: bytes) -> bool:
    """Tell an authority file by its first bytes. It verifies nothing."""
    return raw.startswith(magic(KIND))


def pack_authority(file: AuthorityFile) -> bytes:
    """Return the bytes of an authority file."""
    signatures: tuple[Value, ...] = tuple(tuple(each) for each in file.signatures)
    return pack_file(KIND, (encode((VERSION, file.party, file.charter, signatures)), *file.frames))


def parse_authority(raw: bytes) -> AuthorityFile:
    """Return what an authority file holds, not yet folded. Raises JunkError."""
    first, *frames = parse_file(KIND, raw) or (b"",)
    match decode(first):
        case (1, int(party), bytes(charter), tuple(signatures)):
            return AuthorityFile(party, charter, read_signatures(signatures), tuple(frames))
        case _:
            raise JunkError("authority-file-shape", "an authority file begins with its charter")


def fold(file: AuthorityFile) -> Authority:
    """Return the journal that a file holds, every signature checked (CHARTER-47 to 49).

    Raises OfficerError("not-in-force") and JunkError.
    """
    charter = require_in_force(file.charter, file.signatures)
    if file.party >= len(charter.parties):
        raise JunkError("authority-file-party", f"the charter has no party {file.party}")
    authority = open_authority(line_id_of(file.charter), file.party, charter)
    for raw in file.frames:
        frame = parse_frame(raw)
        authority = apply_entry(authority, parse_header(frame.header), frame=frame)
    return authority


def read_papers(raw: bytes) -> Papers:
    """Return the papers in a charter file or in an authority file, which tells more.

    Raises OfficerError("not-in-force", "papers-kind") and JunkError.
    """
    if is_authority_file(raw):
        authority = fold(parse_authority(raw))
        charter = standing_at(authority, authority.seq).charter
        return Papers(authority.line_id, charter, authority)
    if not is_charter_file(raw):
        raise OfficerError("papers-kind", "wanted a signed charter, or an office's authority file")
    signed = parse_charter_file(raw)
    return Papers(signed.line, require_in_force(signed.raw, signed.signatures))


def party_named(charter: Charter, name: str) -> int:
    """Return the index of a party. Raises OfficerError("unknown-party")."""
    names = tuple(party.name for party in charter.parties)
    if name not in names:
        raise OfficerError("unknown-party", f"got {name!a}, the charter has {', '.join(names)}")
    return names.index(name)


def standing(authority: Authority) -> tuple[Issued, ...]:
    """Return all credentials that were not revoked, oldest first."""
    return tuple(
        each for each in authority.credentials.values() if each.id not in authority.revocations
    )


def posts_named(papers: Papers, names: tuple[str, ...]) -> tuple[CredentialId, ...]:
    """Return the newest standing post of each name. Raises OfficerError("unknown-post")."""
    if not names:
        return ()
    if papers.authority is None:
        raise OfficerError(
            "posts-unknown", "posts stand in the office's authority file; give that one instead"
        )
    posts = {
        each.credential.name: each.id
        for each in standing(papers.authority)
        if each.credential.kind == CredentialKind.POST
    }
    for name in names:
        if name not in posts:
            raise OfficerError("unknown-post", f"got {name!a}, the office issued {sorted(posts)}")
    return tuple(posts[name] for name in names)


def issuer_named(papers: Papers, name: str | None) -> Issued | None:
    """Return the officer under whose mandate somebody asks, or None: under the roots.

    Raises OfficerError("issuers-unknown", "unknown-officer").
    """
    if name is None:
        return None
    if papers.authority is None:
        raise OfficerError(
            "issuers-unknown", "officers stand in the office's authority file; give that instead"
        )
    return officer_named(papers.authority, name)


def issuer_of_key(authority: Authority, public: bytes) -> Issued:
    """Return the newest standing credential of an officer's key. Raises OfficerError."""
    for each in reversed(standing(authority)):
        if each.credential.ed25519 == public:
            return each
    raise OfficerError("issuer-unknown", "the office has issued nothing to the key in this file")
