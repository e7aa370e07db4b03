"""The directory of posts: who can be reached for what, as far as that was proved by a test.

An entry is what a party says of its own post; that somebody answers there only an answered test
shows, and what was shown grows old. This module must not look at a clock. Clauses: NOTICE-160 to
NOTICE-163.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from backchannel.watch.trials import Outcome, Trial, outcome

FORM = "T20-D/1"
LISTED, WITHDRAWN = "listed", "withdrawn"
PROVEN_BY = (Outcome.GOOD, Outcome.LATE)


class Listing(NamedTuple):
    """A notice about a post as it was entered: by whom and when, what it says, until when."""

    party: int
    no: int
    seq: int
    time: int
    entry: bytes
    kind: str
    post: str
    deputies: tuple[str, ...] = ()
    reach: str = ""
    subjects: tuple[str, ...] = ()
    until: int | None = None


class State(StrEnum):
    """How an entry stands."""

    PROVED = "proved"
    UNPROVED = "never proved"
    LAPSED = "lapsed"
    MISSING = "missing"


class Post(NamedTuple):
    """A post of a party: its entry, None where there is none, how it stands, and when somebody
    answered a test from it last, seconds UTC."""

    party: int
    post: str
    listing: Listing | None
    state: State
    proved: int | None
    required_for: tuple[str, ...] = ()


def directory(
    listings: Iterable[Listing],
    trials: Iterable[Trial],
    required: dict[str, str],
    *,
    parties: int,
    proof_s: int,
    now: int,
) -> tuple[Post, ...]:
    """Return all posts that are listed or required, by party and name, each as it stands now
    (NOTICE-160 to NOTICE-162). `required` is the post of each subject of the charter."""
    standing: dict[tuple[int, str], Listing] = {}
    for each in sorted(listings, key=lambda one: (one.time, one.no, one.seq)):
        if each.kind == LISTED:
            standing[each.party, each.post] = each
        elif each.kind == WITHDRAWN:
            standing.pop((each.party, each.post), None)
    proofs = proofs_of(trials)
    wanted = {(party, post) for party in range(parties) for post in required.values()}
    return tuple(
        Post(
            *key,
            standing.get(key),
            state_of(standing.get(key), proofs.get(key), proof_s=proof_s, now=now),
            proofs.get(key),
            tuple(subject for subject, post in required.items() if post == key[1]),
        )
        for key in sorted(wanted | standing.keys())
    )


def proofs_of(trials: Iterable[Trial]) -> dict[tuple[int, str], int]:
    """Return when each post last answered a test: signed by one who fills it (NOTICE-161)."""
    found: dict[tuple[int, str], int] = {}
    for each in trials:
        if each.post is not None and each.fills and outcome(each) in PROVEN_BY:
            assert each.answered is not None, "what was answered has a time"
            key = (each.called, each.post)
            found[key] = max(each.answered, found.get(key, 0))
    return found


def state_of(listing: Listing | None, proved: int | None, *, proof_s: int, now: int) -> State:
    """Return how an entry stands (NOTICE-162)."""
    if listing is None:
        return State.MISSING
    if listing.until is not None and listing.until <= now:
        return State.LAPSED
    if proved is None:
        return State.UNPROVED
    return State.PROVED if now < proved + proof_s else State.LAPSED


class Reached(NamedTuple):
    """Whom to reach at a party for a subject: the post that answers for it and the deputies of its
    entry, each as it stands."""

    post: Post
    deputies: tuple[Post, ...]

    @property
    def first(self) -> Post | None:
        """The first of them that was proved, None if none was."""
        return next((p for p in (self.post, *self.deputies) if p.state == State.PROVED), None)


def reach(posts: Sequence[Post], subject: str) -> tuple[Reached, ...]:
    """Return whom to reach for a subject of the charter or of an entry, party by party
    (NOTICE-163)."""
    known = {(each.party, each.post): each for each in posts}
    found = []
    for each in posts:
        named = each.listing.subjects if each.listing is not None else ()
        if subject.casefold() in [one.casefold() for one in (*each.required_for, *named)]:
            found.append(Reached(each, deputies_of(known, each)))
    return tuple(found)


def deputies_of(known: dict[tuple[int, str], Post], post: Post) -> tuple[Post, ...]:
    """Return the deputies of a post; one that is not listed is missing."""
    names = post.listing.deputies if post.listing is not None else ()
    return tuple(
        known.get((post.party, name), Post(post.party, name, None, State.MISSING, None))
        for name in names
    )
