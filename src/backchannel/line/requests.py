"""What the line wants done that a pure step may not do: sealing, post-quantum signing, reading.

Requests are derived from the state each time, so nothing has to remember them across a crash.
This module must not act. Clauses: KEYS-5, KEYS-15, KEYS-18, KEYS-29, PROOF-23, PROOF-62.
"""

from itertools import islice

from backchannel.limits import (
    DIRECT_SEALS_AT_ONCE,
    FRAMES_AT_ONCE,
    OFFERS_AHEAD_MAX,
    OFFERS_AN_HOUR_MIN,
    OFFERS_SHARE,
)
from backchannel.line.beacon import to_beat
from backchannel.line.epochs import direct_info, offer_info
from backchannel.line.hours import hour_of
from backchannel.line.keeping import to_seal_days
from backchannel.line.proposals import to_cosign
from backchannel.line.recipients import newest_usable, recipients
from backchannel.line.speak import may_speak, may_use_zero, mode_of
from backchannel.line.state import Journal, LineState
from backchannel.line.wanted import (
    MatchRoots,
    ReadFrame,
    ReadSlot,
    Request,
    SealEpoch,
    SealKey,
    SignPrekey,
)
from backchannel.line.windows import is_open
from backchannel.line.work import Work


def requests(state: LineState, now: int) -> tuple[Request, ...]:
    """Return all that is wanted now, in a fixed order. `now` is the clock's claim: it labels."""
    work = Work(state)
    wanted: list[Request] = [ReadSlot(*claim) for claim in state.compare]
    wanted += [MatchRoots(each.entry, each.rows) for each in state.core.unmatched]
    for mode in sorted(state.core.own):
        if not may_speak(work, mode) or not is_open(state.charter, mode, now):
            continue
        if needs_prekey(work, mode):
            wanted.append(next_prekey(work, mode, now))
        elif needs_offer(work, mode):
            wanted.append(next_offer(work, mode))
    # A cosignature is a receipt: it is paid outside a window too.
    for mode in sorted(state.core.own):
        wanted += to_cosign(work, mode)
    wanted += to_beat(work)
    wanted += to_seal_days(work)
    wanted += frames_to_seal(work)
    return tuple(wanted)


def needs_prekey(work: Work, mode: int) -> bool:
    """Say whether our journal has no prekey, or one that has served its time (KEYS-5)."""
    held = work.hand(mode).prekeys
    if work.own(mode).prekey is None or not held:
        return True
    return work.core.elapsed - held[-1].made >= work.charter.policy.prekey_s * 1000


def next_prekey(work: Work, mode: int, now: int) -> SignPrekey:
    """Return the request for our next prekey."""
    own = work.own(mode)
    n = own.prekey.n + 1 if own.prekey else 1
    return SignPrekey(mode, n, now, now + work.charter.policy.prekey_s, own.id)


def needs_offer(work: Work, mode: int) -> bool:
    """Say whether the boxes that remain, or the time, call for a further epoch (KEYS-18).

    Ahead of half an epoch and of all that is on its way, so that a pipelined sender never waits
    for the receipt of an offer. Who asks for entries again and again spends boxes: offers have
    their bound in an hour (RECORD-18), and what finds no epoch is sealed directly.
    """
    readers = tuple(j.no for j in recipients(work, mode))
    if not readers:
        return False
    policy = work.charter.policy
    half = policy.epoch_envelopes // 2
    ripe = policy.epoch_s * 1000 // 2
    open_to_all = [e for e in work.hand(mode).epochs if e.recipients == readers]
    young = [e for e in open_to_all if work.core.elapsed - e.opened < ripe]
    left = sum(policy.epoch_envelopes - e.index for e in young)
    usable = newest_usable(work, mode)
    ahead = sum(e.epoch > (usable.epoch if usable else 0) for e in young)
    own = work.own(mode)
    under_way = own.seq - own.holds.get(own.no, -1) if usable else 0
    most = max(OFFERS_AN_HOUR_MIN, policy.quota_entries // OFFERS_SHARE)
    if hour_of(work, own.no)[2] >= most:
        return False
    return ahead < OFFERS_AHEAD_MAX and left <= half + min(under_way, OFFERS_AHEAD_MAX * half)


def next_offer(work: Work, mode: int) -> SealEpoch:
    """Return the request to seal our next epoch to everybody who may read."""
    own = work.own(mode)
    epoch = own.offered + 1
    generation = max(work.state.secrets.courier, default=0)
    to = tuple(
        (j.no, j.prekey.n, j.prekey.public, info_of(work, own, epoch, j, generation))
        for j in recipients(work, mode)
        if j.prekey
    )
    return SealEpoch(mode, epoch, to)


def info_of(work: Work, own: Journal, epoch: int, reader: Journal, generation: int) -> bytes:
    """Return the HPKE info for one reader of an offer."""
    assert reader.prekey is not None
    return offer_info(
        work.line, own.id, epoch, recipient=reader.id, n=reader.prekey.n, generation=generation
    )


def frames_to_seal(work: Work) -> list[ReadFrame | SealKey]:
    """Return requests for the first of the entries that wait: to be read back for an epoch, or
    sealed directly where there is none to wait for (KEYS-29)."""
    found: list[ReadFrame | SealKey] = []
    for no, slots in sorted(work.unsealed.items()):
        mode = mode_of(work, no)
        if not may_speak(work, mode):
            continue
        in_epoch = newest_usable(work, mode) or may_use_zero(work, mode)
        direct = [seq for seq in sorted(slots) if not in_epoch or (no, seq) in work.directly]
        if in_epoch:
            left = (seq for seq in sorted(slots) if (no, seq) not in work.directly)
            found += [ReadFrame(no, seq) for seq in islice(left, FRAMES_AT_ONCE)]
        if direct and (to := direct_recipients(work, mode)):
            found += [SealKey(no, seq, to) for seq in direct[:DIRECT_SEALS_AT_ONCE]]
    return found


def direct_recipients(work: Work, mode: int) -> tuple[tuple[int, int, bytes, bytes], ...]:
    """Return (journal no, prekey no, public, info) of everybody to whom we can seal directly."""
    sender = work.own(mode).no
    return tuple(
        (
            j.no,
            j.prekey.n,
            j.prekey.public,
            direct_info(work.line, sender, recipient=j.id, n=j.prekey.n),
        )
        for j in recipients(work, mode)
        if j.prekey
    )
