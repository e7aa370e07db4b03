"""Proposing minutes, and cosigning those of others and our own.

A minute follows statements, or a person's order: never a minute, a receipt or a line event, so that
nothing feeds itself. This module must not compute a root: the record is in the store. Clauses:
PROOF-20 to PROOF-23.
"""

from backchannel.errors import OfficerError
from backchannel.limits import (
    COSIGNATURES_MAX,
    MINUTE_ROWS_MAX,
    MINUTES_AN_HOUR_MAX,
    MINUTES_NAMED_MAX,
)
from backchannel.line.events import Cosigned
from backchannel.line.hours import MINUTE_ANSWERED, count, hour_of, key_of
from backchannel.line.minutes import NONE_YET
from backchannel.line.seen import fold, moved
from backchannel.line.speak import Words, append, may_speak, require_voice, tell_unopened
from backchannel.line.wanted import Cosign
from backchannel.line.windows import is_open
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId
from backchannel.wire.minute import Cosigning, Proposal, Size, pack_cosigning, pack_proposal

PROPOSE_AFTER_MS = 3_600_000
# So that in a line at rest one party proposes, and the others find their statements covered.
LATER_EACH_PARTY_MS = 120_000


def order(work: Work, mode: int) -> EntryId:
    """Propose a minute because a person asks for it. Raises OfficerError (PROOF-23)."""
    if mode not in work.current:
        raise OfficerError("no-such-mode", f"this station does not speak in mode {mode}")
    require_voice(work, mode)
    if not is_open(work.charter, mode, work.at.now):
        raise OfficerError(
            "window-closed", "no window of this mode is open now; the charter names the windows"
        )
    return propose(work, mode)


def propose_if_due(work: Work, mode: int) -> None:
    """Propose a minute if statements have long stood without a cosignature of ours (PROOF-23)."""
    minutes = work.minutes.get(mode, NONE_YET)
    patience = PROPOSE_AFTER_MS + LATER_EACH_PARTY_MS * work.party
    if not minutes.uncovered or work.at.elapsed - minutes.since < patience:
        return
    if may_speak(work, mode) and is_open(work.charter, mode, work.at.now):
        propose(work, mode)


def propose(work: Work, mode: int) -> EntryId:
    """Write a proposal that covers all that we hold in a mode. Returns its entry's id."""
    tell_first(work, mode)
    own = work.own(mode)
    named = sorted(work.minutes.get(mode, NONE_YET).unnamed.values())[:MINUTES_NAMED_MAX]
    payload = pack_proposal(Proposal(own.minutes + 1, tuple(named), sizes_of(work, mode)))
    return append(work, mode, Words(EntryType.MINUTE, payload))


def tell_first(work: Work, mode: int) -> None:
    """Say what lies here without its words, as the next entry would: it cites what we count."""
    if mode in work.unopened_news:
        tell_unopened(work, mode)


def reach(work: Work, mode: int) -> dict[int, int]:
    """Return how many slots of each journal our next entry says that we hold (PROOF-21)."""
    own = work.own(mode)
    vector = fold(own.seen, moved(work, own))
    return {own.no: own.seq + 1, **{no: seq + 1 for no, seq, _ in vector.values()}}


def sizes_of(work: Work, mode: int) -> tuple[Size, ...]:
    """Return the rows of our next proposal, ascending (PROOF-21).

    Where there are too many, our own comes first, then what has grown since our last proposal.
    """
    own = work.own(mode)
    sizes = sorted(reach(work, mode).items())
    if len(sizes) > MINUTE_ROWS_MAX:
        sizes.sort(key=lambda size: (size[0] != own.no, size[1] == own.proposed.get(size[0])))
        sizes = sorted(sizes[:MINUTE_ROWS_MAX])
    return tuple(sizes)


def to_cosign(work: Work, mode: int) -> list[Cosign]:
    """Return requests for the proposals that we hold all entries of (PROOF-22, PROOF-23).

    Who proposes again and again is answered with his newest, as often as RECORD-18 lets him.
    """
    waiting = work.minutes.get(mode, NONE_YET).open.values()
    if not waiting or not may_speak(work, mode):
        return []
    said = reach(work, mode)
    return [
        Cosign(mode, each.entry, each.sizes)
        for each in waiting
        if hour_of(work, key_of(MINUTE_ANSWERED, each.no))[1] < MINUTES_AN_HOUR_MAX
        and all(size <= min(said.get(no, 0), slots_held(work, no)) for no, size in each.sizes)
    ]


def slots_held(work: Work, no: int) -> int:
    """Return how many slots of a journal are in our record, whatever our journal says of it."""
    head = work.head_of(no)
    return 0 if head is None else head[1] + 1


def cosign(work: Work, event: Cosigned) -> None:
    """Enter our answer to a proposal, in as many entries as it takes (PROOF-22).

    An answer that is no longer wanted is thrown away, and so is one that names what our next entry
    does not say that we hold: it is then asked for again.
    """
    if not may_speak(work, event.mode):
        return
    tell_first(work, event.mode)
    wanted = {each.minute for each in to_cosign(work, event.mode)}
    waiting = work.minutes.get(event.mode, NONE_YET).open.values()
    proposer = next((each.no for each in waiting if each.entry == event.minute), None)
    if proposer is None or event.minute not in wanted:
        return
    count(work, key_of(MINUTE_ANSWERED, proposer))
    for at in range(0, len(event.rows) or 1, COSIGNATURES_MAX):
        some = event.rows[at : at + COSIGNATURES_MAX]
        payload = pack_cosigning(Cosigning(event.minute, some))
        append(work, event.mode, Words(EntryType.MINUTE, payload))
