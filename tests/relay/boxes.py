"""Mailboxes of two rooms at a relay, and requests for them."""

from tests.cast import seed

from backchannel.relay.mailbox import Quota
from backchannel.wire.mailbox import (
    Mailbox,
    Put,
    Take,
    mailbox_of,
    pack_put,
    pack_take,
    pair_root,
)
from backchannel.wire.primitives import sha256, x25519_public

LINE = seed("line")
ALDER, BIRCH, CEDAR = (seed(f"mailbox of {name}") for name in ("alder", "birch", "cedar"))
WORD = seed("pass")
DAY = 20_000
NOW = DAY * 86_400 + 3_600
QUOTA = Quota(box_capsules=8, box_bytes=200_000, all_bytes=400_000, keep_days=3)


def to_birch(period: int = DAY) -> Mailbox:
    """The mailbox that Alder fills and Birch empties."""
    root = pair_root(ALDER, x25519_public(BIRCH), LINE)
    return mailbox_of(
        root, sender=x25519_public(ALDER), owner=x25519_public(BIRCH), path=2, period=period
    )


def capsule(number: int, size: int = 4_096) -> bytes:
    """A capsule that looks like any other."""
    return b"".join(sha256(b"%d %d" % (number, at)) for at in range(size // 32))


def put(number: int, relay_key: bytes, *, size: int = 4_096, word: bytes = WORD) -> bytes:
    """A put of a capsule for Birch."""
    return pack_put(Put(to_birch().box, capsule(number, size)), relay_key=relay_key, word=word)


def take(
    relay_key: bytes, *, wait_s: int = 0, done: tuple[bytes, ...] = (), private: bytes = BIRCH
) -> bytes:
    """A take of Birch's, or of somebody who would like to be Birch."""
    box = to_birch()
    return pack_take(Take(box.box, wait_s, done), box, private, relay_key=relay_key, word=WORD)
