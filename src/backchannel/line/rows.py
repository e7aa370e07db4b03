"""All that a step may ask to be kept or sent.

A row is a value, never a callback. This module must hold no rule.
"""

import msgspec

from backchannel.wire.ids import CredentialId, EntryId, StatementId


class EntryRow(msgspec.Struct, frozen=True, gc=False):
    """An accepted entry, ours or another's. `vector` is its folded seen, {no: seq}.

    `signature` is the encoded signature; `verdict` is what acceptance concluded of the slot
    ("" where nothing is to be said, else a verdict word with its reason).
    """

    no: int
    seq: int
    entry: EntryId
    mode: int
    type: int
    time: int
    arrived: int
    header: bytes
    signature: bytes
    payload: bytes | None
    attachments: bytes
    vector: bytes
    verdict: str


class ContentRow(msgspec.Struct, frozen=True, gc=False):
    """The words of one entry, sealed under a key of their own of 32 bytes."""

    entry: EntryId
    box: bytes
    key: bytes


class SaidRow(msgspec.Struct, frozen=True, gc=False):
    """What is looked up of a statement. `signed`: "good", "bad", or "unknown" signers."""

    no: int
    seq: int
    entry: EntryId
    statement: StatementId
    mode: int
    kind: int
    form: str | None
    to: int
    precedence: int
    category: int
    drafted: int
    refs: tuple[EntryId, ...]
    croot: bytes
    signed: str


class HappenedRow(msgspec.Struct, frozen=True, gc=False):
    """One line event: its kind, the entry it speaks of, if any, and its encoded values."""

    no: int
    seq: int
    place: int
    kind: int
    subject: bytes | None
    body: bytes


class HeldRow(msgspec.Struct, frozen=True, gc=False):
    """Journal `by` said, in its entry `by_seq`, that it holds journal `of` up to `upto`."""

    by: int
    by_seq: int
    of: int
    upto: int
    time: int


class ArchivedRow(msgspec.Struct, frozen=True, gc=False):
    """The content key of an entry lies wrapped in the archive seal that stands in this slot."""

    entry: EntryId
    no: int
    seq: int


class KeptRow(msgspec.Struct, frozen=True, gc=False):
    """A content key stays, and was looked at: when it was first met, and when its matter was found
    over, if it is (ms of running time)."""

    entry: EntryId
    met: int
    over: int | None
    looked: int


class KeyGone(msgspec.Struct, frozen=True, gc=False):
    """The content key of an entry is erased here: only its wrap is left."""

    entry: EntryId


class PendingRow(msgspec.Struct, frozen=True):
    """A verified frame behind a gap: shown with a mark, not covered by receipts."""

    no: int
    seq: int
    entry: EntryId
    frame: bytes
    arrived: int


class PendingGone(msgspec.Struct, frozen=True):
    """A pending frame was accepted, or proved to stand on another branch."""

    no: int
    seq: int


class BranchRow(msgspec.Struct, frozen=True):
    """An entry on another branch of a forked journal: kept and shown, never merged."""

    no: int
    seq: int
    entry: EntryId
    frame: bytes
    arrived: int


class EvidenceRow(msgspec.Struct, frozen=True):
    """Something a key signed, or did, that must not be forgotten."""

    no: int
    seq: int
    reason: str
    body: bytes
    time: int


class CosignatureRow(msgspec.Struct, frozen=True, gc=False):
    """A station's ML-DSA-44 signature over the checkpoint of journal `no`: its first `size` entries
    have this root. `entry` is the minute that holds it."""

    no: int
    size: int
    root: bytes
    credential: CredentialId
    signature: bytes
    entry: EntryId


class NonAnswerRow(msgspec.Struct, frozen=True, gc=False):
    """A non-answer in a slot: the statement that was asked, the number of the deadline, and when it
    passed."""

    no: int
    seq: int
    entry: EntryId
    asked: EntryId
    deadline: int
    due: int


class OutgoingRow(msgspec.Struct, frozen=True, gc=False):
    """An envelope to send, the same bytes until a signed seen covers its slot."""

    no: int
    seq: int
    precedence: int
    envelope: bytes


class ResealedRow(msgspec.Struct, frozen=True):
    """An envelope made anew on request. Not kept: who still lacks the entry asks again."""

    no: int
    seq: int
    precedence: int
    envelope: bytes


class Settled(msgspec.Struct, frozen=True):
    """All live stations hold a journal up to here: its envelopes may go."""

    no: int
    upto: int


Row = (
    EntryRow
    | ContentRow
    | SaidRow
    | ArchivedRow
    | KeptRow
    | KeyGone
    | HappenedRow
    | HeldRow
    | PendingRow
    | PendingGone
    | BranchRow
    | EvidenceRow
    | CosignatureRow
    | NonAnswerRow
    | OutgoingRow
    | ResealedRow
    | Settled
)
