"""Writing the next entry of an authority journal, as the party's office machine does.

This module must not decide who signs: it is handed the keys, and refuses an entry that would have
no effect. Layout: CHARTER-47, CHARTER-48.
"""

from collections.abc import Sequence
from typing import NamedTuple

from backchannel.charter.authority import apply_entry, require_enterable
from backchannel.charter.roster import Authority, issued
from backchannel.charter.signatures import sign_hybrid
from backchannel.wire.entry import EntryType, Head, Header, pack_header
from backchannel.wire.envelope import Attachment, AuthoritySignature, Frame
from backchannel.wire.ids import CredentialId, payload_hash
from backchannel.wire.keys import OfficerKeys, RootKeys
from backchannel.wire.signing import Context, Mode, Purpose


class Signer(NamedTuple):
    """Who signs: a root by its index or an officer by credential id, with the keys."""

    who: int | CredentialId
    keys: RootKeys | OfficerKeys


class Writing(NamedTuple):
    """What the next entry holds, when it is written, and what the office was given by then."""

    payload: bytes
    time: int
    type: int = EntryType.AUTHORITY
    attachments: tuple[Attachment, ...] = ()
    seen: tuple[Head, ...] = ()


def write_entry(
    authority: Authority, writing: Writing, signers: Sequence[Signer]
) -> tuple[Authority, Frame]:
    """Return the journal with one entry more, and that entry's frame.

    Draws the randomness of the ML-DSA library. Raises JunkError or BreachError, before anything
    is signed, for an entry that would have no effect, and JunkError below the threshold.
    """
    header = Header(
        authority.party,
        authority.seq + 1,
        authority.head,
        writing.seen,
        writing.time,
        0,
        writing.type,
        payload_hash(writing.payload),
    )
    raw = pack_header(header)
    unsigned = Frame(raw, (), writing.payload, None, writing.attachments)
    officers = tuple(
        issued(authority, CredentialId(s.who)) for s in signers if isinstance(s.who, bytes)
    )
    require_enterable(authority, header, frame=unsigned, signers=officers)
    context = Context(Purpose.AUTHORITY, authority.line_id, Mode.NONE)
    ordered = sorted(signers, key=lambda s: (isinstance(s.who, bytes), s.who))
    signatures = tuple(
        AuthoritySignature(s.who, *sign_hybrid(s.keys, context, raw)) for s in ordered
    )
    frame = Frame(raw, signatures, writing.payload, None, writing.attachments)
    return apply_entry(authority, header, frame=frame), frame
