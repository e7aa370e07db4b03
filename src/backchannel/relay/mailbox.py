"""The rules of a relay: what it is asked, what it takes in, and what must go.

This module must not store or wait. Clauses: RELAY-20 to RELAY-23.
"""

from enum import Enum
from typing import NamedTuple, TypeAlias

from backchannel.errors import OfficerError
from backchannel.wire.mailbox import Put, Take

DAY_S = 86_400

Request: TypeAlias = Put | Take


class Quota(NamedTuple):
    """What a relay holds at most: capsules and bytes of one mailbox, bytes of all; and for how
    many days a capsule waits."""

    box_capsules: int
    box_bytes: int
    all_bytes: int
    keep_days: int


class Held(NamedTuple):
    """How much there is of something."""

    capsules: int
    size_bytes: int


class Totals(NamedTuple):
    """All that a relay holds."""

    boxes: int
    capsules: int
    size_bytes: int


NOTHING = Held(0, 0)


class Stored(Enum):
    """A put that is durable, whose capsule the mailbox did not hold before, or did."""

    NEW = "new"
    KNOWN = "known"


Outcome: TypeAlias = Stored | OfficerError | tuple[bytes, ...]
"""What became of a request: of a put, or why there is no room; the capsules for a take."""


def day_of(now: int) -> int:
    """Return the day of a time in seconds UTC. A relay keeps no finer time (RELAY-23)."""
    return now // DAY_S


def first_kept(now: int, quota: Quota) -> int:
    """Return the oldest day of which capsules are kept (RELAY-22)."""
    return day_of(now) - quota.keep_days


def require_room(size_bytes: int, box: Held, everything: Totals, quota: Quota) -> None:
    """Raise OfficerError unless a capsule of so many bytes fits: "box-full", "relay-full"
    (RELAY-21)."""
    if box.capsules >= quota.box_capsules or box.size_bytes + size_bytes > quota.box_bytes:
        raise OfficerError("box-full", "the mailbox is full until its owner empties it")
    if everything.size_bytes + size_bytes > quota.all_bytes:
        raise OfficerError("relay-full", "the relay is full; its operator can give it more room")
