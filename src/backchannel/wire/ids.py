"""Names made of hashes: what each id is the hash of (WIRE, table of ids).

This module must not learn what an id is used for.
"""

from typing import NewType

from backchannel.wire.primitives import tagged_hash

CharterId = NewType("CharterId", bytes)
LineId = NewType("LineId", bytes)
JournalId = NewType("JournalId", bytes)
EntryId = NewType("EntryId", bytes)
StatementId = NewType("StatementId", bytes)
CredentialId = NewType("CredentialId", bytes)

ID_BYTES = 32
AUTHORITY_KIND = 0
NO_KEY_NO_NONCE = bytes(48)


def charter_id(charter: bytes) -> CharterId:
    """Return the id of a charter's bytes. The id of a line's first charter is its line id."""
    return CharterId(tagged_hash("charter", charter))


def journal_id(line_id: LineId, party: int, kind: int, *, public: bytes, nonce: bytes) -> JournalId:
    """Return the id of a station's journal; `kind` is its mode, `public` 32, `nonce` 16 bytes."""
    return JournalId(tagged_hash("journal", line_id + bytes((party, kind)) + public + nonce))


def authority_journal_id(line_id: LineId, party: int) -> JournalId:
    """Return the id of a party's authority journal, which the charter alone gives."""
    made_of = line_id + bytes((party, AUTHORITY_KIND)) + NO_KEY_NO_NONCE
    return JournalId(tagged_hash("journal", made_of))


def entry_id(header: bytes) -> EntryId:
    """Return the id of an entry: the hash of its header bytes."""
    return EntryId(tagged_hash("entry", header))


def payload_hash(payload: bytes) -> bytes:
    """Return the hash by which a header names its payload."""
    return tagged_hash("payload", payload)


def statement_id(line_id: LineId, mode: int, statement: bytes) -> StatementId:
    """Return the id of a statement: it covers line and mode, so neither can be exchanged."""
    return StatementId(tagged_hash("statement", line_id + bytes((mode,)) + statement))


def credential_id(body: bytes) -> CredentialId:
    """Return the id of a credential: the hash of its issue body."""
    return CredentialId(tagged_hash("credential", body))


def key_id(public: bytes) -> bytes:
    """Return the hash by which a credential names an ML-DSA or HPKE public key."""
    return tagged_hash("key", public)
