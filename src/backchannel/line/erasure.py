"""Keys that have served are erased: prekeys, epochs and the keys of skipped boxes.

Running time alone ages a key, never the clock; the newest prekey stays whatever its age. This
module must not erase what is still owed. Clauses: KEYS-31 to KEYS-33.
"""

from backchannel.line.recipients import newest_usable
from backchannel.line.seen import listeners
from backchannel.line.state import InEpoch, OwnPrekey
from backchannel.line.work import Work

GRACE_MS = 72 * 3_600_000
# However long a counterpart is silent, what it seals to an older prekey opens for so long.
SILENCE_MS = 30 * 24 * 3_600_000


def erase_old_keys(work: Work, mode: int) -> None:
    """Erase what the rules of a mode no longer let us need."""
    erase_prekeys(work, mode)
    erase_former(work, mode)
    erase_own_epochs(work, mode)
    erase_incoming(work, mode)


def erase_prekeys(work: Work, mode: int) -> None:
    """Erase the private parts that no sender needs: whose successor all use, or that are too old.

    A prekey is not too old while a live station may know of no newer one: cut off for a week, it
    seals to what it held by then, and would otherwise never be heard again (KEYS-31).
    """
    prekeys = work.hand(mode).prekeys
    kept = tuple(p for p in prekeys[:-1] if is_needed(work, mode, p))
    if len(kept) + 1 < len(prekeys):
        work.set_hand(mode, prekeys=(*kept, prekeys[-1]))


def erase_former(work: Work, mode: int) -> None:
    """Erase the prekeys of our ended journals when they are old and every live station knows one of
    the new journal, or when they are too old."""
    former = work.hand(mode).former
    if not former:
        return
    own = work.own(mode)
    known = all(newest_known(work, j.holds.get(own.no, -1), mode) for j in listeners(work, mode))
    kept = {
        no: prekeys
        for no, prekeys in former.items()
        if prekeys and work.at.elapsed - prekeys[-1].made < (GRACE_MS if known else SILENCE_MS)
    }
    if kept != former:
        work.set_hand(mode, former=kept)


def is_needed(work: Work, mode: int, prekey: OwnPrekey) -> bool:
    """Say whether somebody may still seal to an older prekey of ours."""
    others = listeners(work, mode)
    age = work.at.elapsed - prekey.made
    if age < GRACE_MS:
        return True  # whoever comes back on a disk of yesterday seals to what he knew then
    if prekey.n < min((j.uses for j in others), default=0) or age >= SILENCE_MS:
        return False
    if age < work.charter.policy.prekey_s * 1000 + GRACE_MS:
        return True
    own = work.own(mode)
    return any(newest_known(work, j.holds.get(own.no, -1), mode) <= prekey.n for j in others)


def newest_known(work: Work, seq: int, mode: int) -> int:
    """Return the number of our newest prekey among the slots up to `seq`; 0 if there is none."""
    return max((p.n for p in work.hand(mode).prekeys if p.seq <= seq), default=0)


def erase_own_epochs(work: Work, mode: int) -> None:
    """Erase the chains of epochs older than the one we send in, and of those whose time is over
    (KEYS-32)."""
    usable = newest_usable(work, mode)
    oldest = usable.epoch if usable is not None else 0
    life = work.charter.policy.epoch_s * 1000
    epochs = work.hand(mode).epochs
    kept = tuple(e for e in epochs if e.epoch >= oldest and work.at.elapsed - e.opened < life)
    if len(kept) < len(epochs):
        work.set_hand(mode, epochs=kept)


def erase_incoming(work: Work, mode: int) -> None:
    """Erase others' epochs that ended long ago, with the keys of skipped boxes (KEYS-33)."""
    life = work.charter.policy.epoch_s * 1000 + GRACE_MS
    for journal in work.journals.values():
        chains = work.incoming.get(journal.no)
        if journal.mode == mode and chains:
            kept = {e: c for e, c in chains.items() if not is_over(work, e, c, max(chains), life)}
            if len(kept) < len(chains):
                work.incoming[journal.no] = kept


def is_over(work: Work, epoch: int, chain: InEpoch, newest: int, life: int) -> bool:
    """Say whether another's epoch has a successor and has outlived its time."""
    return epoch < newest and work.at.elapsed - chain.opened >= life
