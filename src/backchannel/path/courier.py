"""The path by hand: capsules for a stick, one for each bag, and what came back on one.

The same envelopes make the same capsules, so that a hand-over that broke off is gone on with and
writes no file twice. This module must not touch a disk, or take a bag for carried.
Clauses: RELAY-40 to RELAY-43.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from backchannel.errors import JunkError
from backchannel.path.capsules import ROOM_BYTES, capsule_key, open_capsule, seal_capsule
from backchannel.path.messages import Parcel, frame, parse
from backchannel.path.postbag import OwnBox
from backchannel.wire.mailbox import pair_root
from backchannel.wire.primitives import NONCE_BYTES, hkdf_expand, sha256, x25519_public

NONCE_LABEL = b"bc/bag"


class Bag(NamedTuple):
    """The keys of the capsules that go to another station, and of those that come from it."""

    out: bytes
    back: bytes


def make_bag(theirs: bytes, own: OwnBox) -> Bag:
    """Return the keys of both directions (RELAY-5). Raises JunkError("low-order-share")."""
    root, ours = pair_root(own.private, theirs, own.line), x25519_public(own.private)
    out = capsule_key(root, sender=ours, owner=theirs)
    return Bag(out, capsule_key(root, sender=theirs, owner=ours))


def pack_bag(bag: Bag, envelopes: Iterable[bytes]) -> Iterator[bytes]:
    """Yield capsules that hold some envelopes in their order, as full as can be (RELAY-41).

    The same envelopes make the same capsules: the nonce comes from what is inside.
    """
    for frames in filled(envelopes):
        nonce = hkdf_expand(bag.out, NONCE_LABEL + sha256(frames), NONCE_BYTES)
        yield seal_capsule(bag.out, nonce, frames)


def filled(envelopes: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the frames of one capsule after the other."""
    gathered = b""
    for envelope in envelopes:
        framed = frame(Parcel(envelope))
        if gathered and len(gathered) + len(framed) > ROOM_BYTES:
            yield gathered
            gathered = b""
        gathered += framed
    if gathered:
        yield gathered


def open_bag(bags: Sequence[Bag], capsule: bytes) -> tuple[int, tuple[bytes, ...]]:
    """Return whose bag a capsule is out of, by its place among some, and its envelopes (RELAY-42).

    Raises JunkError: "capsule-size", "not-authentic" for one that is nobody's of them; and what
    `parse` raises.
    """
    for place, bag in enumerate(bags):
        try:
            opened = open_capsule(bag.back, capsule)
        except JunkError as junk:
            if junk.reason != "not-authentic":
                raise
            continue
        messages = map(parse, opened)
        return place, tuple(each.envelope for each in messages if isinstance(each, Parcel))
    raise JunkError("not-authentic", "no station of the line has sealed this capsule for us")
