"""The statement: what officers sign, committed field by field, and the content it commits to.

This module must not know who may say what. Layouts: RECORD-20 to RECORD-32.

    statement = [kind, form / null, to bitmap, precedence, class, drafted, [credential id],
                 basis heads, [entry id], croot]
    content   = [salt 16, [value]]        the place in the list is the label, from 1
"""

from enum import IntEnum

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import (
    FIELDS_MAX,
    PARTIES_MAX,
    REFS_MAX,
    SIGNERS_MAX,
)
from backchannel.limits import (
    FORM_CHARACTERS_MAX as FORM_CHARACTERS_MAX,
)
from backchannel.wire.codec import ARRAY_HEADS, Value, bytes_head, decode, decode_nested, encode
from backchannel.wire.entry import Head, parse_heads, require_counts, require_hash
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.primitives import HASH_BYTES, field_hashes, field_salts, tagged_hash

SALT_BYTES = 16
ED25519_SIGNATURE_BYTES = 64
HASH_HEAD = bytes_head(HASH_BYTES)


class Kind(IntEnum):
    """What a statement does."""

    MESSAGE = 1
    NOTICE = 2
    ACK = 3
    READBACK = 4
    CONFIRM = 5
    CORRECT = 6
    TO_PRINCIPAL = 7
    PASSED = 8
    DECIDE = 9
    CLOSE = 10
    RECALL = 11
    TRANSLATE = 12
    CALL_OPEN = 13
    CALL_CLOSE = 14
    SIGN_OFF = 15
    WARRANT = 16


class Precedence(IntEnum):
    """How fast, not how important."""

    FLASH = 1
    IMMEDIATE = 2
    PRIORITY = 3
    ROUTINE = 4
    DEFERRED = 5


class Label(IntEnum):
    """Places of the common fields in every content (RECORD-24). From BODY on, the kind's own."""

    DURESS = 1
    LANGUAGE = 2
    TO_POSTS = 3
    VALID = 4
    PRECEDENCE_INFO = 5
    FROM = 6
    INFO_POSTS = 7
    ROSTER = 8
    NUMBER = 9
    LEGAL_BASIS = 10
    RELATION = 11
    SUBJECT = 12
    TITLE = 13
    LANE = 14
    AUTHORITY = 15
    REPLY_WANTED = 16
    CONFIDENCE = 17
    REMARKS = 18
    ATTACHMENTS = 19
    LATENESS = 20
    BODY = 21


class Statement(msgspec.Struct, frozen=True, gc=False):
    """What officers sign. `category` is the index of a release rule in the charter's policy."""

    kind: int
    form: str | None
    to: int
    precedence: int
    category: int
    drafted: int
    signers: tuple[CredentialId, ...]
    basis: tuple[Head, ...]
    refs: tuple[EntryId, ...]
    croot: bytes


class Content(msgspec.Struct, frozen=True, gc=False):
    """The sealed words of a statement: a salt of 16 bytes and the values by label, from 1."""

    salt: bytes
    values: tuple[Value, ...]

    def field(self, label: int) -> Value:
        """Return the value at a label, or None where the content is shorter."""
        return self.values[label - 1] if label <= len(self.values) else None


def pack_statement(statement: Statement) -> bytes:
    """Return the bytes that officers sign (RECORD-20)."""
    return encode(
        (
            int(statement.kind),
            statement.form,
            statement.to,
            int(statement.precedence),
            statement.category,
            statement.drafted,
            statement.signers,
            statement.basis,
            statement.refs,
            statement.croot,
        )
    )


def parse_statement(raw: bytes) -> Statement:
    """Return the statement in `raw`. Raises JunkError (RECORD-20, RECORD-21)."""
    fields = decode(raw)
    if type(fields) is not tuple or len(fields) != 10:
        raise JunkError("statement-shape", "a statement is an array of ten")
    kind, form, to, precedence, category, drafted, signers, basis, refs, croot = fields
    require_counts(kind, to, precedence, category, drafted)
    if form is not None and (type(form) is not str or not 0 < len(form) <= FORM_CHARACTERS_MAX):
        raise JunkError("statement-form", "a form is null or a text of 1 to 32 characters")
    if not Precedence.FLASH <= precedence <= Precedence.DEFERRED:  # type: ignore[operator]
        raise JunkError("statement-precedence", f"got {precedence!r}, wanted 1 to 5")
    if not 0 < to < 2**PARTIES_MAX:  # type: ignore[operator]
        raise JunkError("statement-to", "a statement names at least one party of sixteen")
    require_ids(signers, SIGNERS_MAX)
    if not signers:
        raise JunkError("statement-unsigned", "a statement lists at least one signer")
    if len(set(signers)) != len(signers):  # type: ignore[arg-type]
        raise JunkError("statement-signer-twice", "each signer is listed once")
    require_ids(refs, REFS_MAX)
    require_hash(croot)
    heads = parse_heads(basis)
    values = (kind, form, to, precedence, category, drafted, signers, heads, refs, croot)
    return Statement(*values)  # type: ignore[arg-type]


def require_ids(value: Value, at_most: int) -> None:
    """Raise JunkError unless the value is a list of at most so many ids of 32 bytes (RECORD-22)."""
    if type(value) is not tuple or len(value) > at_most:
        raise JunkError("id-list", f"wanted a list of at most {at_most} ids")
    for each in value:
        require_hash(each)


def pack_signed(statement: bytes, signatures: tuple[bytes, ...]) -> bytes:
    """Return the payload of a statement entry: the bytes, and a signature for each signer."""
    return encode((statement, signatures))


def parse_signed(payload: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Return a statement's bytes and its signatures of 64 bytes (RECORD-23). Raises JunkError."""
    fields = decode(payload)
    if type(fields) is not tuple or len(fields) != 2 or type(fields[0]) is not bytes:
        raise JunkError("signed-shape", "a signed statement is [statement, [signature]]")
    statement, signatures = fields
    if type(signatures) is not tuple:
        raise JunkError("signed-shape", "signatures are an array")
    for each in signatures:
        if type(each) is not bytes or len(each) != ED25519_SIGNATURE_BYTES:
            raise JunkError("signature-length", "an officer's signature is 64 bytes")
    return statement, signatures  # type: ignore[return-value]


def pack_content(content: Content) -> bytes:
    """Return the bytes that are sealed (RECORD-24)."""
    return encode((content.salt, content.values))


def parse_content(raw: bytes) -> Content:
    """Return the content in `raw`. Raises JunkError (RECORD-24)."""
    return read_content(raw)[0]


def content_root(raw: bytes) -> bytes:
    """Return the croot that content bytes commit to (RECORD-25). Raises JunkError."""
    return read_content(raw)[1]


def read_content(raw: bytes) -> tuple[Content, bytes]:
    """Return content and its croot, made of the very bytes that were read. Raises JunkError."""
    outer, fields = decode_nested(raw, 1)
    if len(outer) != 2 or type(outer[0]) is not bytes or len(outer[0]) != SALT_BYTES:
        raise JunkError("content-shape", "content is [salt of 16 bytes, [value]]")
    salt, values = outer[0], outer[1]
    if type(values) is not tuple or not 0 < len(values) <= FIELDS_MAX:
        raise JunkError("content-fields", f"content has 1 to {FIELDS_MAX} fields")
    return Content(salt, values), root_of(commitments(salt, fields))


def commitments(salt: bytes, fields: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return the commitment to each encoded field, labels ascending from 1 (RECORD-25).

    c_i = H("field", [label, salt_i, value]) with salt_i = HMAC(salt, "bc/salt" | label)[:16].
    """
    salts = field_salts(salt, len(fields))
    return field_hashes(zip(FIELD_PREFIXES, salts, fields, strict=False))


def root_of(commitments_in_order: tuple[bytes, ...]) -> bytes:
    """Return croot = H("content", [c_1 .. c_n]) (RECORD-25)."""
    # The encoding of a list of hashes, joined by hand: each has the same head.
    hashes = HASH_HEAD + HASH_HEAD.join(commitments_in_order)
    return tagged_hash("content", ARRAY_HEADS[len(commitments_in_order)] + hashes)


def field_prefix(label: int) -> bytes:
    """Return the encoding of [label, salt, value] up to the salt's first byte."""
    return encode((label, bytes(SALT_BYTES), None))[: -1 - SALT_BYTES]


FIELD_PREFIXES = tuple(field_prefix(label) for label in range(1, FIELDS_MAX + 1))
