"""Sealing a day for the archive: what a step asks for and may not do itself.

The archive key is drawn for one answer and is in no state, no row and no file; when the answer is
made nothing here can open what was sealed (KEYS-34, KEYS-35). This module must not drop a key.
"""

from typing import TYPE_CHECKING

import msgspec

from backchannel.charter.oversight import Readers, circles_of
from backchannel.limits import SEAL_WRAPS_MAX
from backchannel.line.events import DaySealed, Moment
from backchannel.line.state import LineState
from backchannel.line.wanted import SealDay
from backchannel.store import archive
from backchannel.store.archive import ContentKey
from backchannel.wire.archive import (
    Circle,
    Place,
    Seal,
    SealedShare,
    Wrapped,
    key_check,
    pack_seal,
    share_commitment,
    share_info,
    wrap_key,
)
from backchannel.wire.ids import LineId
from backchannel.wire.primitives import hpke_seal
from backchannel.wire.shamir import split

if TYPE_CHECKING:
    from backchannel.station.runner import Custody


class Material(msgspec.Struct, frozen=True):
    """What an archive seal is made of: the keys of one day, the holders, and for each circle 32
    bytes of chance of its own."""

    line: LineId
    keys: tuple[ContentKey, ...]
    circles: tuple[Readers, ...]
    chance: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"Material({len(self.keys)} keys)"


def material_of(
    custody: "Custody", state: LineState, request: SealDay, *, chance: tuple[bytes, ...]
) -> Material:
    """Return what the seal of a day is made of. Raises CustodyError if a key does not open."""
    keys = archive.unsealed_keys(
        custody.database,
        custody.line,
        request.mode,
        day=request.day,
        limit=SEAL_WRAPS_MAX,
        wrap_key=custody.wrap_key,
    )
    return Material(custody.line, keys, circles_of(state.charter.oversight, state.party), chance)


def seal_day(request: SealDay, at: Moment, material: Material, *, key: bytes) -> DaySealed:
    """Return the archive seal of a day under a key of 32 bytes that is forgotten with this call
    (RECORD-117, KEYS-34)."""
    line, n, day = material.line, request.n, request.day
    circles = tuple(
        seal_circle(Place(line, request.journal, n, each.role, 0), each, key, entropy)
        for each, entropy in zip(material.circles, material.chance, strict=False)
    )
    wraps = tuple(
        Wrapped(no, seq, wrap_key(key, line, day, entry=entry, content_key=content_key))
        for no, seq, entry, content_key in material.keys
    )
    seal = Seal(n, day, key_check(line, request.journal, n, key), circles, wraps)
    return DaySealed(
        at=at,
        mode=request.mode,
        no=request.no,
        n=n,
        payload=pack_seal(seal),
        entries=tuple(each.entry for each in material.keys),
    )


def seal_circle(at: Place, readers: Readers, key: bytes, entropy: bytes) -> Circle:
    """Return a share of the archive key for each reader of a role, sealed (PROOF-133)."""
    holders = readers.readers
    shares = split(key, threshold=readers.threshold, holders=len(holders), entropy=entropy)
    key_ids = readers.key_ids()
    sealed = []
    for n, (holder, share) in enumerate(zip(holders, shares, strict=True)):
        place = at._replace(place=n + 1)
        box = hpke_seal(holder.public, share, share_info(place))
        sealed.append(SealedShare(key_ids[n], share_commitment(place, share), box))
    return Circle(readers.role, readers.threshold, tuple(sealed))
