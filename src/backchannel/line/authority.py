"""Taking in entries of authority journals: the parties' own word on their people and stations.

Stations carry these entries and never write them. This module must not judge an event: the
charter package folds it. Clauses: RECORD-13, RECORD-14, CHARTER on the authority journal.
"""

from collections.abc import Mapping

import msgspec

from backchannel.charter.authority import apply_entry, require_signed
from backchannel.charter.parties import RootSet
from backchannel.charter.roster import Authority, standing_at
from backchannel.errors import JunkError
from backchannel.limits import BRANCHES_MAX, SEEN_JOURNALS_MAX
from backchannel.line.journal import NOTHING, Taken, hold_behind, read, wait, wait_no_more
from backchannel.line.quota import room_for
from backchannel.line.readings import Read
from backchannel.line.rows import BranchRow, EntryRow, EvidenceRow
from backchannel.line.work import Work
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType, Header
from backchannel.wire.envelope import pack_signature
from backchannel.wire.signing import Mode


def take_authority(work: Work, got: Read) -> Taken:
    """Take in the frame of an authority entry. Raises JunkError where nothing is proved."""
    party = got.header.no
    if party >= len(work.charter.parties):
        raise JunkError("party-unknown", f"journal {party} is of no party of this line")
    authority = work.authorities[party]
    if got.header.seq <= authority.seq:
        return meet(work, authority, got)
    require_signed(authority, got.header, got.frame)
    if got.header.seq > authority.seq + 1:
        return hold_behind(work, party, authority.seq, got)
    if got.header.prev != authority.head:
        return forked(work, authority, got)
    if must_wait(work, authority, got.header):
        return wait(work, got.raw)
    if not room_for(work, got.header, got.frame):
        return NOTHING
    enter(work, authority, got)
    return follow(work, party, got)


def must_wait(work: Work, authority: Authority, header: Header) -> bool:
    """Say whether an amendment rests on roots that we do not hold yet (RECORD-13).

    Judged without them it would be refused here and enter elsewhere.
    """
    if header.type != EntryType.AMENDMENT:
        return False
    seen = seen_by(authority, header)
    return any(seen.get(other, -1) > a.seq for other, a in work.authorities.items())


def seen_by(authority: Authority, header: Header) -> dict[int, int]:
    """Return up to where an office had seen other journals when it wrote an entry."""
    return {**authority.seen, **{no: seq for no, seq, _ in header.seen}}


def roots_seen(
    authorities: Mapping[int, Authority], authority: Authority, header: Header
) -> dict[int, RootSet]:
    """Return the other parties' roots as of the heads that an office had seen (CHARTER-46)."""
    seen = seen_by(authority, header)
    return {
        other: standing_at(a, seen.get(other, -1)).root_set
        for other, a in authorities.items()
        if other != authority.party
    }


def enter(work: Work, authority: Authority, got: Read) -> None:
    """Fold an entry into its party's authority, and act on what it changes. Raises JunkError."""
    if len(seen_by(authority, got.header)) > SEEN_JOURNALS_MAX:
        raise JunkError("seen-too-wide", f"a vector holds {SEEN_JOURNALS_MAX} journals at most")
    roots = roots_seen(work.authorities, authority, got.header)
    after = apply_entry(authority, got.header, frame=got.frame, roots_of_others=roots)
    work.authorities[authority.party] = after
    work.readers_changed()
    if authority.party == work.party:
        work.charter = standing_at(after, after.seq).charter
    work.remember(authority.party, got.header.seq, got.id)
    wait_no_more(work, authority.party, got.header.seq)
    refusal = after.refused.get(got.header.seq)
    work.add(row_of(work, after, got, f"invalid: {refusal.reason}" if refusal else ""))


def row_of(work: Work, after: Authority, got: Read, verdict: str) -> EntryRow:
    """Return the row of an authority entry; `after` is its journal with it."""
    return EntryRow(
        got.header.no,
        got.header.seq,
        got.id,
        Mode.NONE,
        got.header.type,
        got.header.time,
        work.at.now,
        got.frame.header,
        pack_signature(got.frame.signature),
        got.frame.payload,
        encode(got.frame.attachments),
        encode(dict(sorted(after.seen.items()))),
        verdict,
    )


def follow(work: Work, party: int, got: Read) -> Taken:
    """Enter the pending frames that an entry has joined to its journal."""
    taken = [got]
    while work.pending.get(party):
        authority = work.authorities[party]
        raw = work.pending[party].get(authority.seq + 1)
        if raw is None:
            break
        after = read(raw)
        waits = must_wait(work, authority, after.header)
        if waits or not room_for(work, after.header, after.frame):
            break
        try:
            enter(work, authority, after)
        except JunkError:
            wait_no_more(work, party, after.header.seq)
            break
        taken.append(after)
    return Taken(tuple(taken), news=True)


def meet(work: Work, authority: Authority, got: Read) -> Taken:
    """Hold a frame against what stands in its slot: a repeat changes nothing."""
    known = work.trails.get(authority.party, {}).get(got.header.seq)
    return NOTHING if known in (got.id, None) else forked(work, authority, got)


def forked(work: Work, authority: Authority, got: Read) -> Taken:
    """Keep an entry of an authority journal that contradicts what we hold (E7, NT37).

    Only if its signers are who may sign there: a stranger's word proves nothing. Raises JunkError.
    """
    known = work.branches.get(authority.party, ())
    if got.id in known or len(known) >= BRANCHES_MAX:
        return NOTHING
    before = msgspec.structs.replace(authority, seq=got.header.seq - 1, head=got.header.prev)
    apply_entry(before, got.header, frame=got.frame)
    work.branches[authority.party] = (*known, got.id)
    work.add(EvidenceRow(authority.party, got.header.seq, "fork-e7", got.raw, work.at.now))
    work.add(BranchRow(got.header.no, got.header.seq, got.id, got.raw, work.at.now))
    return NOTHING
