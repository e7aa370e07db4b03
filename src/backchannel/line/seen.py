"""Vectors: what we hold, what they hold, and whom an entry had seen.

A receipt is a signed seen; nothing else ends a retransmission. This module must not believe a
head that its journal's writer has not signed. Clauses: RECORD-5 to RECORD-8, RECORD-60.
"""

import msgspec

from backchannel.charter.credentials import MODE_OF_STATION, CredentialKind
from backchannel.errors import BreachError
from backchannel.limits import PARTIES_MAX, SEEN_HEADS_MAX, SEEN_JOURNALS_MAX, TRAIL_MAX
from backchannel.line.rows import EvidenceRow, HeldRow, Settled
from backchannel.line.state import Journal
from backchannel.line.work import Work
from backchannel.wire.entry import Head, Header
from backchannel.wire.signing import Mode


def moved(work: Work, own: Journal) -> tuple[Head, ...]:
    """Return the heads that our next entry cites: those that moved since our last (RECORD-5).

    Where more have moved than one header takes, they come in turn: none waits for ever.
    """
    found = []
    cited = own.seen
    for no, authority in work.authorities.items():
        if authority.seq > (cited[no][1] if no in cited else -1):
            found.append((no, authority.seq, authority.head))
    for no, journal in work.journals.items():
        moves = journal.mode == own.mode and no != own.no
        if moves and journal.seq > (cited[no][1] if no in cited else -1):
            found.append((no, journal.seq, journal.head))
    if not found:
        return ()
    found.sort()
    most = SEEN_JOURNALS_MAX if own.seq < 0 else SEEN_HEADS_MAX
    if len(found) > most:
        start = (own.seq + 1) * most % len(found)
        found = sorted((found[start:] + found[:start])[:most])
    return tuple(found)


def fold(seen: dict[int, Head], delta: tuple[Head, ...]) -> dict[int, Head]:
    """Return the vector after an entry that moves `delta`."""
    return {**seen, **{head[0]: head for head in delta}} if delta else seen


def require_citable(work: Work, journal: Journal, header: Header) -> None:
    """Raise BreachError unless the seen of a header may stand there (RECORD-6, NT75).

    A journal cites authority journals and journals of its own mode, never itself, and not more
    than a vector holds.
    """
    for no, _, _ in header.seen:
        if no == journal.no:
            raise BreachError("seen-self", "a journal cites itself")
        if no % PARTIES_MAX >= len(work.charter.parties):
            raise BreachError("seen-stranger", f"journal {no} is of no party of this line")
        if mode_granted(work, no) not in (None, journal.mode):
            raise BreachError("seen-mode", f"journal {no} is of another mode")
    if len(journal.seen.keys() | {no for no, _, _ in header.seen}) > SEEN_JOURNALS_MAX:
        raise BreachError("seen-too-wide", f"a vector holds {SEEN_JOURNALS_MAX} journals at most")


def mode_granted(work: Work, no: int) -> int | None:
    """Return the mode for which a journal number was granted; None if it was not, so far."""
    authority = work.authorities[no % PARTIES_MAX]
    holder = authority.granted.get(no)
    if holder is None:
        return None
    return MODE_OF_STATION[CredentialKind(authority.credentials[holder].credential.kind)]


def require_forward(journal: Journal, header: Header) -> None:
    """Raise BreachError("regressing") if a component of seen does not go on (RECORD-7, NT28)."""
    for no, seq, _ in header.seen:
        before = journal.seen.get(no)
        if before is not None and seq <= before[1]:
            raise BreachError("regressing", f"seen of journal {no} goes from {before[1]} to {seq}")


def note_held(work: Work, journal: Journal, header: Header) -> Journal:
    """Take a header's seen as receipts of what we hold too; return the journal that said it.

    A head that differs from ours, or lies beyond what we signed, is no receipt: it is marked,
    and convicts nobody (RECORD-8, NT26, NT27, NT83). Nor is the word of a revoked station (NT29).
    """
    holds = journal.holds
    if is_revoked(work, journal):
        return journal
    for no, seq, head in header.seen:
        ours = work.head_of(no) if speaks_for_us(work, no) else None
        known = known_head(work, no, seq)
        if (known is not None and known != head) or (ours is not None and seq > ours[1]):
            claim = claimed(no, seq, head)
            work.add(EvidenceRow(journal.no, header.seq, "inquiry", claim, work.at.now))
            continue
        if known is None:
            continue  # too old or too new to compare: a later head of theirs will say it
        if ours is not None:
            holds = {**holds, no: seq}
        work.add(HeldRow(journal.no, header.seq, no, seq, header.time))
    if holds is journal.holds:
        return journal
    return msgspec.structs.replace(journal, holds=holds)


def is_revoked(work: Work, journal: Journal) -> bool:
    """Say whether a station's credential was revoked, as far as we know."""
    return journal.credential in work.authorities[journal.party].revocations


def speaks_for_us(work: Work, no: int) -> bool:
    """Say whether a journal is our party's authority journal or one that we write."""
    return no == work.party or no in work.ours


def claimed(no: int, seq: int, head: bytes) -> bytes:
    """Return a claimed head as bytes for the evidence table."""
    return no.to_bytes(4, "big") + seq.to_bytes(8, "big") + head


def known_head(work: Work, no: int, seq: int) -> bytes | None:
    """Return the id that we hold in a slot, if it is among the newest."""
    return work.trails.get(no, {}).get(seq)


def listeners(work: Work, mode: int) -> tuple[Journal, ...]:
    """Return the other stations' open journals of a mode: those whose receipts we await."""
    return tuple(
        j
        for j in work.journals.values()
        if j.mode == mode and not j.ended and j.no not in work.ours and not is_revoked(work, j)
    )


def covered(work: Work, no: int, mode: int) -> int:
    """Return up to where every listening station holds journal `no`; -1 if there is none."""
    return min((j.holds.get(no, -1) for j in listeners(work, mode)), default=-1)


def settle(work: Work, mode: int) -> None:
    """Let go of the envelopes that every listening station has given a receipt for.

    Our own journal's `holds` says up to where that was done. Our authority's entries travel among
    the REAL ones, so it is those stations that must hold them.
    """
    own = work.own(mode)
    settled = dict(own.holds)
    office = (work.party,) if mode == Mode.REAL else ()
    for no in (*(n for n in work.ours if work.journals[n].mode == mode), *office):
        upto = covered(work, no, mode)
        if upto > settled.get(no, -1):
            settled[no] = upto
            work.add(Settled(no, upto))
    if settled != own.holds:
        work.journals[own.no] = msgspec.structs.replace(own, holds=settled)
        prune(work, own.no, settled.get(own.no, -1))


def prune(work: Work, no: int, upto: int) -> None:
    """Forget entry ids of our journal far below what all hold; a late station may need some."""
    trail = work.trail(no)
    while trail and (oldest := next(iter(trail))) < upto - TRAIL_MAX:
        del trail[oldest]
