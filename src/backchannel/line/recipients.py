"""Who can open what we send: the live stations that may read, and the epochs they hold.

This module must not seal anything. Clauses: KEYS-15 to KEYS-17, KEYS-29.
"""

from itertools import groupby

from backchannel.charter.credentials import MODE_OF_STATION, CredentialKind
from backchannel.charter.powers import Power
from backchannel.charter.roster import Authority
from backchannel.limits import PARTIES_MAX, READERS_PER_PARTY_MAX, SEALS_MAX
from backchannel.line.seen import listeners
from backchannel.line.state import Journal, OutEpoch
from backchannel.line.work import Work


def recipients(work: Work, mode: int) -> tuple[Journal, ...]:
    """Return the journals of all other live stations of a mode that may read, with a prekey.

    Ascending by number. A party has READERS_PER_PARTY_MAX at most, and fewer where an offer would
    not hold them all; a further one gets no seal (KEYS-15).
    """
    if mode not in work.readers:
        others = [j for j in listeners(work, mode) if j.prekey and reads(work, j)]
        most = min(READERS_PER_PARTY_MAX, SEALS_MAX // len(work.charter.parties))
        found: list[Journal] = []
        for _, party in groupby(sorted(others, key=place_of), key=lambda j: j.party):
            found += list(party)[:most]
        work.readers[mode] = tuple(sorted(found, key=lambda j: j.no))
    return work.readers[mode]


def place_of(journal: Journal) -> tuple[int, int]:
    """Return the key that sorts journals by party, then by number."""
    return journal.party, journal.no


def reads(work: Work, journal: Journal) -> bool:
    """Say whether a station's credential lives and lets it read content (KEYS-15)."""
    authority: Authority = work.authorities[journal.party]
    issued = authority.credentials.get(journal.credential)
    live = issued is not None and journal.credential not in authority.revocations
    return live and bool(issued and issued.credential.powers & Power.READ)


def may_read(work: Work, no: int, *, mode: int, upto: int) -> bool:
    """Say whether a journal number is a reader's of this mode, as of head `upto` of its party's
    authority journal (KEYS-19). Where that head is not held yet nothing is known: it may be.
    """
    authority = work.authorities.get(no % PARTIES_MAX)
    if authority is None:
        return False
    holder = authority.granted.get(no)
    if holder is None or authority.credentials[holder].seq > upto:
        return authority.seq < upto
    credential = authority.credentials[holder].credential
    ended = authority.revocations.get(holder)
    live = ended is None or ended.seq > upto
    right = MODE_OF_STATION.get(CredentialKind(credential.kind)) == mode
    return live and right and bool(credential.powers & Power.READ)


def out_of_reach(work: Work, mode: int) -> bool:
    """Say whether a party listens to whom nothing can be sealed: it has no prekey (KEYS-30)."""
    readable = {j.party for j in recipients(work, mode)}
    return any(j.party not in readable | {work.party} for j in listeners(work, mode))


def newest_usable(work: Work, mode: int) -> OutEpoch | None:
    """Return the newest epoch that the receivers' signed seen covers, or None (KEYS-16).

    It must be open to exactly the stations that may read now, and have boxes and time left.
    """
    readers = tuple([j.no for j in recipients(work, mode)])
    if not readers:
        return None
    policy = work.charter.policy
    for epoch in reversed(work.hand(mode).epochs):
        fresh = work.at.elapsed - epoch.opened < policy.epoch_s * 1000
        left = epoch.index < policy.epoch_envelopes
        if fresh and left and epoch.recipients == readers and is_covered(work, mode, epoch):
            return epoch
    return None


def is_open_to_all(work: Work, mode: int) -> bool:
    """Say whether every recipient holds the offer of the newest usable epoch, our own too."""
    epoch = newest_usable(work, mode)
    own = work.own(mode)
    return epoch is not None and all(
        reader.holds.get(own.no, -1) >= epoch.offered_at for reader in recipients(work, mode)
    )


def is_covered(work: Work, mode: int, epoch: OutEpoch) -> bool:
    """Say whether one live station of each other party holds the offer of an epoch (KEYS-17)."""
    # What they hold only grows, so within one batch it need not be asked again.
    own = work.own(mode)
    place = own.no, epoch.epoch
    if place in work.covers:
        return True
    parties: dict[int, bool] = {}
    for reader in recipients(work, mode):
        held = work.journals[reader.no].holds.get(own.no, -1) >= epoch.offered_at
        parties[reader.party] = parties.get(reader.party, False) or held
    parties.pop(work.party, None)
    if not all(parties.values()):
        return False
    work.covers.add(place)
    return True
