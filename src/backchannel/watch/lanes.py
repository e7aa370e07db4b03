"""Lanes: which of them are suspended, by whom, from when on.

A party may close its subject areas by a signed notice; one that the charter protects takes two, and
the charter's delay. This module must not look at a clock, or hold back what was received. Clauses:
NOTICE-141, NOTICE-142.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

FORM = "T20/1"


class Turn(StrEnum):
    """What a notice of form T20 does to a lane: its field 1."""

    SUSPEND = "suspend-lane"
    RESUME = "resume-lane"


class LaneNotice(NamedTuple):
    """A notice about a lane as it was entered: by whom, when, from when on it is to count and
    until when, if it says so. Seconds UTC."""

    party: int
    no: int
    seq: int
    time: int
    entry: bytes
    turn: str
    lane: str
    since: int
    until: int | None


class Suspension(NamedTuple):
    """A lane that a party has suspended or announced to: `since` is None until the second notice of
    a protected lane; `first` is when the party first said so."""

    lane: str
    party: int
    first: int
    since: int | None
    until: int | None
    entry: bytes


def suspensions(
    notices: Iterable[LaneNotice], delays: dict[str, int]
) -> dict[tuple[str, int], Suspension]:
    """Return what each party has suspended, as all notices leave it (NOTICE-141, NOTICE-142).

    `delays` are the lanes of the charter with their notice in seconds; no other is looked at.
    """
    found: dict[tuple[str, int], Suspension] = {}
    for each in sorted(notices, key=lambda one: (one.time, one.no, one.seq)):
        key = (each.lane, each.party)
        if each.lane not in delays:
            continue
        if each.turn == Turn.RESUME:
            found.pop(key, None)
        elif each.turn == Turn.SUSPEND:
            found[key] = suspended_by(each, found.get(key), delays[each.lane])
    return found


def suspended_by(notice: LaneNotice, before: Suspension | None, delay_s: int) -> Suspension:
    """Return what a notice comes to: a protected lane closes by the second one, and not before its
    delay has passed since the first (NOTICE-142)."""
    first = notice.time if before is None else before.first
    since: int | None = max(notice.since, notice.time)
    if delay_s:
        since = None if before is None else max(notice.since, notice.time, first + delay_s)
    if before is not None and before.since is not None and since is not None:
        since = min(since, before.since)
    return Suspension(notice.lane, notice.party, first, since, notice.until, notice.entry)


def closed(found: Iterable[Suspension], lane: str | None, now: int) -> Suspension | None:
    """Return the suspension that closes a lane now, or any lane if none is named; None if it is
    open."""
    return next(
        (
            each
            for each in found
            if lane in (None, each.lane)
            and each.since is not None
            and each.since <= now
            and (each.until is None or now < each.until)
        ),
        None,
    )
