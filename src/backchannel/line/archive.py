"""Archive seals and openings as they come to stand in a journal, ours or another's.

What is in a sealed share or under an archive key is for others, and not known here. This module
must not speak. Clauses: RECORD-117, RECORD-118, RECORD-123.
"""

import msgspec

from backchannel.charter.oversight import circles_of
from backchannel.charter.roster import Authority, standing_at
from backchannel.charter.warrants import At, require_warrant
from backchannel.errors import BreachError
from backchannel.line.state import Journal
from backchannel.line.work import Work
from backchannel.wire.archive import parse_archive_opening, parse_seal
from backchannel.wire.entry import Header


def take_seal(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Take an archive seal. Raises BreachError (RECORD-117, RECORD-118)."""
    seal = parse_seal(payload)
    if seal.n != journal.archived + 1:
        raise BreachError("seal-number", f"archive seal {seal.n} after {journal.archived}")
    known = work.journals[journal.no]
    work.journals[journal.no] = msgspec.structs.replace(known, archived=seal.n)
    for no, seq, _ in seal.wraps:
        held = journal.seen[no][1] if no in journal.seen else -1
        if seq > (header.seq - 1 if no == journal.no else held):
            raise BreachError("seal-slots", f"journal {no} slot {seq}: its writer does not hold it")
    authority, at = standing_of(work, journal, header)
    if at.seq > authority.seq:
        return
    named = circles_of(standing_at(authority, at.seq).charter.oversight, journal.party)
    got = tuple(
        (each.role, each.threshold, tuple(s.key_id for s in each.shares)) for each in seal.circles
    )
    if got != tuple((each.role, each.threshold, each.key_ids()) for each in named):
        raise BreachError("seal-holders", "its shares are not for the holders in the charter")


def take_opening(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Take the opening of an archive. Raises BreachError, or JunkError (RECORD-123)."""
    opening = parse_archive_opening(payload)
    authority, at = standing_of(work, journal, header)
    if at.seq <= authority.seq:
        require_warrant(opening, authority, at)


def standing_of(work: Work, journal: Journal, header: Header) -> tuple[Authority, At]:
    """Return the authority journal under which an entry stands, and as of what it is judged."""
    named = journal.seen.get(journal.party)
    seq = named[1] if named is not None else -1
    return work.authorities[journal.party], At(journal.mode, seq, header.time)
