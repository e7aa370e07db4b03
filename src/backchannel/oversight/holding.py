"""What witnesses hold fast of a pack, in sentences; or plainly that nobody but the parties does.

This module must not say that something is proven: the verifier does, from the span. Clauses:
PROOF-182, PROOF-123.
"""

from backchannel.limits import MOMENT_MAX
from backchannel.station.packs import LeafPoint, Pack
from backchannel.wire.moments import print_moment

NOBODY = (
    "Nobody but the parties holds it fast: the charter names no witnesses, or none for this mode. "
    "All parties together could have signed another record since."
)


def held_fast(pack: Pack) -> str:
    """Return what witnesses hold fast of a pack."""
    watched = pack.watched
    if watched is None:
        return NOBODY
    asked = f"The charter names {', '.join(watched.witnesses)}; a quorum is {watched.quorum}."
    if watched.upto is None:
        return (
            f"{asked} No quorum of them has cosigned two leaves of the beacon of {watched.party} "
            "between these minutes, so nobody but the parties holds it fast yet."
        )
    since = "the beginning of the line" if watched.since is None else leaf_words(watched.since)
    return (
        f"{asked} From {since} to {leaf_words(watched.upto)}, what the station of {watched.party} "
        "held is held fast by them too: nothing of it can be left out or put in later, not even by "
        f"all parties together. Between lie {watched.checkpoints} checkpoints that a quorum has "
        "cosigned."
    )


def leaf_words(leaf: LeafPoint) -> str:
    """Return how a leaf is spoken of."""
    made = "" if leaf.made_after is None else f"made after {moment(leaf.made_after)} and "
    names = " and ".join(leaf.cosigners)
    return f"the leaf of period {leaf.period} ({made}cosigned by {moment(leaf.stood_by)}: {names})"


def moment(seconds: int) -> str:
    """Return a time of witnesses as text; they may say what no calendar has."""
    return print_moment(seconds) if 0 <= seconds <= MOMENT_MAX else f"second {seconds}"


def not_held_fast(pack: Pack) -> bool:
    """Say whether nobody but the parties holds a pack fast."""
    return pack.watched is None or pack.watched.upto is None
