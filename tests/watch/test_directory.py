"""The directory: an entry is no proof, a proof grows old, and nobody is named without one."""

import pytest

from backchannel.watch.directory import (
    LISTED,
    WITHDRAWN,
    Listing,
    Post,
    State,
    directory,
    reach,
)
from backchannel.watch.trials import Trial, TrialKind

ALDER, BIRCH = 0, 1
DAY_S = 86_400
ENTRY = Listing(BIRCH, 17, 1, 100, b"e", LISTED, "duty officer", ("chief of watch",))
CHIEF = ENTRY._replace(post="chief of watch", deputies=())
TEST = Trial(b"t", 1, TrialKind.RANDOM, "direct-1", ALDER, BIRCH, 200, "bottle", due=500)
PROOF = TEST._replace(answered=250, word="bottle", result="good", post="duty officer", fills=True)


def posts(
    listings: list[Listing], trials: list[Trial], now: int, required: dict[str, str] | None = None
) -> tuple[Post, ...]:
    return directory(listings, trials, required or {}, parties=2, proof_s=DAY_S, now=now)


@pytest.mark.parametrize(
    ("listings", "trials", "now", "state"),
    [
        ([ENTRY], [], 300, State.UNPROVED),
        ([ENTRY], [PROOF], 300, State.PROVED),
        ([ENTRY], [PROOF], 250 + DAY_S, State.LAPSED),
        (
            [ENTRY],
            [PROOF, PROOF._replace(entered=900, answered=950, due=999)],
            900 + DAY_S,
            "proved",
        ),
        ([ENTRY._replace(until=300)], [PROOF], 300, State.LAPSED),
        ([ENTRY], [PROOF._replace(answered=501)], 600, State.PROVED),
        ([ENTRY], [PROOF._replace(word="candle")], 600, State.UNPROVED),
        ([ENTRY], [PROOF._replace(fills=False)], 600, State.UNPROVED),
        ([ENTRY], [PROOF._replace(called=ALDER)], 600, State.UNPROVED),
        ([ENTRY], [PROOF._replace(result="garbled")], 600, State.UNPROVED),
    ],
)
def test_how_a_post_stands(
    listings: list[Listing], trials: list[Trial], now: int, state: State
) -> None:
    """NOTICE-161, NOTICE-162."""
    (found,) = posts(listings, trials, now)
    assert found.state == state


def test_the_newest_entry_of_a_post_counts() -> None:
    """NOTICE-160."""
    newer = ENTRY._replace(time=200, deputies=("deputy",))
    (found,) = posts([newer, ENTRY], [], 300)
    assert found.listing == newer
    gone = newer._replace(time=300, kind=WITHDRAWN)
    assert posts([gone, newer, ENTRY], [], 400) == ()
    assert len(posts([gone._replace(party=ALDER), ENTRY], [], 400)) == 1


def test_for_every_subject_somebody_is_named_or_nobody_is() -> None:
    """NOTICE-162, NOTICE-163: what is required and not entered is missing."""
    required = {"boats adrift": "duty officer"}
    chief = PROOF._replace(post="chief of watch")
    found = reach(posts([ENTRY, CHIEF], [chief], 300, required), "Boats adrift")
    assert [(each.post.party, each.post.state) for each in found] == [
        (ALDER, State.MISSING),
        (BIRCH, State.UNPROVED),
    ]
    assert found[0].first is None
    assert found[1].first is not None and found[1].first.post == "chief of watch"
    assert [each.state for each in found[1].deputies] == [State.PROVED]
    assert reach(posts([ENTRY], [], 300, required), "weather") == ()
    own = ENTRY._replace(subjects=("weather",))
    (only,) = reach(posts([own], [PROOF], 300), "weather")
    assert only.first is not None and only.first.post == "duty officer"
    assert [each.state for each in only.deputies] == [State.MISSING]
