"""Who is on watch: what the notices of form T20-W of one mode come to, party by party.

An officer says it under his own signature; that he sits there nobody can prove. This module must
not look at a clock, and must not count what somebody says of a post that he does not fill.
Clauses: NOTICE-120 to NOTICE-125.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

FORM = "T20-W/1"


class Turn(StrEnum):
    """What a notice of the watch says."""

    ON = "on"
    HAND_OVER = "hand-over"
    OFF = "off"


class Hand(NamedTuple):
    """An officer behind a notice: his credential's id and name, and the posts that he fills."""

    credential: bytes
    name: str
    posts: tuple[str, ...]


class Change(NamedTuple):
    """A notice of the watch, as it was entered: by whom, of which post, and what it says of it.

    `no` and `seq` are the entry's slot, `time` is the entry's, in seconds UTC as its station claims
    it. `hands` are its signers in
    their order. `principal_s` is within how many seconds a principal can be there.
    """

    party: int
    no: int
    seq: int
    time: int
    entry: bytes
    turn: str
    post: str
    since: int
    hands: tuple[Hand, ...]
    level: str | None = None
    principal_s: int | None = None
    due: int | None = None
    open: int = 0


class Duty(NamedTuple):
    """How a post stands: who is on watch there, or None since somebody left it to nobody."""

    change: Change
    officer: Hand | None


def duties(changes: Iterable[Change]) -> dict[tuple[int, str], Duty]:
    """Return each party's posts that were ever manned, as they stand after all changes.

    Rooms that hold the same entries say the same, in whatever order these came (NOTICE-121).
    """
    found: dict[tuple[int, str], Duty] = {}
    for change in in_order(changes):
        if counts(change):
            found[change.party, change.post] = Duty(change, who_takes(change))
    return found


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Return changes by their times. Within a journal the slots decide: an entry counts as no
    earlier than any before it there, whatever its clock said."""
    latest: dict[int, int] = {}
    timed = []
    for change in sorted(changes, key=lambda each: (each.no, each.seq)):
        latest[change.no] = max(change.time, latest.get(change.no, 0))
        timed.append((latest[change.no], change.no, change.seq, change))
    return [each[-1] for each in sorted(timed, key=lambda each: each[:3])]


def who_takes(change: Change) -> Hand | None:
    """Return who is on watch after a change: of a hand-over the second who signed (NOTICE-123)."""
    return None if change.turn == Turn.OFF else change.hands[-1]


def counts(change: Change) -> bool:
    """Say whether a change moves the watch: everybody who signed fills the post, and a hand-over
    has both officers, who are not one (NOTICE-122, NOTICE-123)."""
    wanted = 2 if change.turn == Turn.HAND_OVER else 1
    signers = {each.credential for each in change.hands}
    fill = all(change.post in each.posts for each in change.hands)
    return change.turn in list(Turn) and len(signers) == len(change.hands) == wanted and fill
