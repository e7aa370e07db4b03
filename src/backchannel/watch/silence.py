"""Why nobody answered, as far as the record can tell: five states, never one in place of another.

Each rests on something that was signed, or on the lack of it. This module must not guess: what the
record cannot tell apart stays apart from nothing. Clause: NOTICE-150.
"""

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Why a statement has no answer."""

    DECLINED = "declined"
    SUSPENDED = "suspended"
    PATH_DOWN = "path down"
    UNDER_WAY = "under way"
    UNMANNED = "unmanned"
    UNANSWERED = "unanswered"


class Signs(NamedTuple):
    """What the record has about a statement that is overdue with one addressee: the entries that
    say so, None where there is none.

    `declined` is an answer that refuses; `suspended` the notice by which the addressee closed the
    lane; `down` our line event that no path to them is up; `held` their receipt; `shown` their line
    event that a desk drew it; `manned` the notice by which somebody of theirs is on watch, `left`
    that by which the last one left.
    """

    declined: bytes | None = None
    suspended: bytes | None = None
    down: bytes | None = None
    held: bytes | None = None
    shown: bytes | None = None
    manned: bytes | None = None
    left: bytes | None = None


class Silence(NamedTuple):
    """A state, the entry that shows it, and what that entry is."""

    state: State
    evidence: bytes | None
    text: str


def classify(signs: Signs) -> Silence:
    """Return why a statement has no answer: the first that applies (NOTICE-150)."""
    if signs.declined is not None:
        return Silence(State.DECLINED, signs.declined, "their officer declined it")
    if signs.suspended is not None:
        return Silence(State.SUSPENDED, signs.suspended, "they suspended its lane by a notice")
    if signs.held is None and signs.down is not None:
        return Silence(State.PATH_DOWN, signs.down, "no path to them is up, and no receipt came")
    if signs.held is None:
        return Silence(State.UNDER_WAY, None, "no receipt came, and no path was entered as down")
    if signs.manned is None:
        evidence = signs.left or signs.held
        text = "their watch was left to nobody" if signs.left else "nobody signed on to their watch"
        return Silence(State.UNMANNED, evidence, f"their station holds it, and {text}")
    if signs.shown is not None:
        return Silence(State.UNANSWERED, signs.shown, "a desk of theirs showed it; nobody answered")
    return Silence(State.UNANSWERED, signs.held, "their station holds it, their room is manned")
