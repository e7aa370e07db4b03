"""Requests: what a step may not do itself, because it draws chance or reads the store.

They are derived from the state each time (`line.requests`), and each answer is an event. This
module must hold no rule.
"""

import msgspec

from backchannel.wire.ids import EntryId, JournalId
from backchannel.wire.minute import Size


class SealEpoch(msgspec.Struct, frozen=True):
    """Draw a seed and seal it for each (journal no, prekey no, X-Wing public, HPKE info)."""

    mode: int
    epoch: int
    recipients: tuple[tuple[int, int, bytes, bytes], ...]


class SealKey(msgspec.Struct, frozen=True):
    """Draw a fresh key for the entry in a slot, and seal it in the same way."""

    no: int
    seq: int
    recipients: tuple[tuple[int, int, bytes, bytes], ...]


class SignPrekey(msgspec.Struct, frozen=True):
    """Sign a new prekey, number n, with the station's ML-DSA-44 key."""

    mode: int
    n: int
    since: int
    until: int
    journal_id: bytes


class Cosign(msgspec.Struct, frozen=True):
    """Cosign the trees of journals at these sizes, ascending, with the station's ML-DSA-44 key."""

    mode: int
    minute: EntryId
    sizes: tuple[Size, ...]


class MatchRoots(msgspec.Struct, frozen=True):
    """Read who has cosigned the checkpoints of a minute, (journal no, size, root), with other
    roots."""

    minute: EntryId
    rows: tuple[tuple[int, int, bytes], ...]


class ReadRoots(msgspec.Struct, frozen=True):
    """Look up how far we hold each journal, and the roots there, for our beacon's leaves from index
    `n` on (Beaten)."""

    n: int


class SealDay(msgspec.Struct, frozen=True):
    """Draw an archive key, wrap the content keys of a UTC day and a mode under it, and seal a share
    for each holder: the n-th archive seal of journal `no` (DaySealed)."""

    mode: int
    no: int
    n: int
    day: int
    journal: JournalId


class ReadSlot(msgspec.Struct, frozen=True):
    """Read the entry in a slot, to compare it with a frame that claims the same slot."""

    no: int
    seq: int
    frame: bytes


class ReadFrame(msgspec.Struct, frozen=True):
    """Read back our entry in a slot, with its content, to be sealed in an epoch (AskedAgain)."""

    no: int
    seq: int


Request = (
    SealEpoch
    | SealKey
    | SignPrekey
    | Cosign
    | MatchRoots
    | ReadRoots
    | SealDay
    | ReadSlot
    | ReadFrame
)
