"""A draft that goes from desk to desk until enough officers have signed it, as a file.

This module must not sign, or believe that a file says what it said on the last desk: the words are
held against the statement each time. It holds words in clear; it is no object of the line.

    draft file = objects: [1, line id, mode], statement, content, [[credential id, signature 64]]
"""

import msgspec

from backchannel.errors import JunkError, OfficerError
from backchannel.wire.codec import decode, encode
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import CredentialId, LineId
from backchannel.wire.signing import Context, Mode, Purpose, require_signature, sign
from backchannel.wire.statement import (
    ED25519_SIGNATURE_BYTES,
    Content,
    Statement,
    content_root,
    parse_content,
    parse_statement,
)

KIND = "draft"
PARTS = 4


class Draft(msgspec.Struct, frozen=True):
    """A statement with its words, and the signatures that it has so far."""

    line: LineId
    mode: Mode
    statement: bytes
    content: bytes
    signatures: dict[CredentialId, bytes] = {}


def pack_draft(draft: Draft) -> bytes:
    """Return the bytes of a draft file."""
    signed = tuple(sorted(draft.signatures.items()))
    head = encode((1, draft.line, int(draft.mode)))
    return pack_file(KIND, (head, draft.statement, draft.content, encode(signed)))


def parse_draft(raw: bytes) -> Draft:
    """Return the draft in a file. Raises JunkError, also where the words were changed (NT20)."""
    parts = parse_file(KIND, raw)
    if len(parts) != PARTS:
        raise JunkError("draft-shape", f"a draft file has {PARTS} parts, got {len(parts)}")
    head, statement, content, signed = parts
    match decode(head), decode(signed):
        case (1, bytes(line), (1 | 2 | 3) as mode), tuple(rows):
            signatures = dict(read_signature(row) for row in rows)
        case _:
            raise JunkError("draft-shape", "a draft file begins with its line and mode")
    draft = Draft(LineId(line), Mode(mode), statement, content, signatures)
    read_words(draft)
    return draft


def read_signature(row: object) -> tuple[CredentialId, bytes]:
    """Return who signed, and the signature. Raises JunkError."""
    match row:
        case (bytes(credential), bytes(signature)) if len(signature) == ED25519_SIGNATURE_BYTES:
            return CredentialId(credential), signature
    raise JunkError("draft-signature", "a signature of a draft is [credential id, 64 bytes]")


def read_words(draft: Draft) -> tuple[Statement, Content]:
    """Return statement and content. Raises JunkError("draft-altered") if they do not fit."""
    statement = parse_statement(draft.statement)
    if content_root(draft.content) != statement.croot:
        raise JunkError(
            "draft-altered", "the words are not those that the statement commits to; draft it anew"
        )
    return statement, parse_content(draft.content)


def add_signature(draft: Draft, signer: CredentialId, secret: bytes) -> Draft:
    """Return the draft signed by one officer more, over the very bytes that the first signed.

    Raises OfficerError("not-a-signer") if the statement does not list him.
    """
    if signer not in parse_statement(draft.statement).signers:
        raise OfficerError(
            "not-a-signer", "the draft names other officers as its signers; draft it anew with you"
        )
    signature = sign(secret, context_of(draft), draft.statement)
    return msgspec.structs.replace(draft, signatures={**draft.signatures, signer: signature})


def require_draft_signature(draft: Draft, signer: CredentialId, public: bytes) -> None:
    """Raise JunkError unless the officer with this key has signed the draft (NT19)."""
    signature = draft.signatures.get(signer)
    if signature is None:
        raise JunkError("draft-unsigned", "this officer has not signed the draft")
    require_signature(public, signature, context_of(draft), draft.statement)


def context_of(draft: Draft) -> Context:
    """Return what an officer's signature over the draft is bound to."""
    return Context(Purpose.STATEMENT, draft.line, draft.mode)


def missing(draft: Draft) -> tuple[CredentialId, ...]:
    """Return the listed signers who have not signed yet, in the order of the statement."""
    signers = parse_statement(draft.statement).signers
    return tuple(each for each in signers if each not in draft.signatures)


def signatures_in_order(draft: Draft) -> tuple[bytes, ...]:
    """Return signatures in the order of the signers. Raises OfficerError("draft-unfinished")."""
    lacking = len(missing(draft))
    if lacking:
        raise OfficerError(
            "draft-unfinished", f"{lacking} of the officers named in the draft have not signed it"
        )
    return tuple(draft.signatures[each] for each in parse_statement(draft.statement).signers)
