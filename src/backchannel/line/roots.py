"""Two roots of one journal and size: who cosigned both is convicted, who differs from us is shown.

Its parts are minutes, which all hold; so a proof found here is kept and needs no entry. This module
must not call a root wrong that it cannot compare. Clauses: PROOF-12, PROOF-95, PROOF-96.
"""

import msgspec

from backchannel.limits import CONTRADICTIONS_MAX
from backchannel.line.events import OtherRoot, RootsRead
from backchannel.line.rows import EvidenceRow
from backchannel.line.state import Unmatched
from backchannel.line.work import Work
from backchannel.wire.codec import encode
from backchannel.wire.ids import EntryId

TWO_ROOTS = "two-roots"
OTHER_ROOT = "other-root"


def match(work: Work, event: RootsRead) -> None:
    """Hold the checkpoints of a minute against those with other roots (PROOF-95, PROOF-96).

    An answer about a minute that does not wait is thrown away.
    """
    minute = next((each for each in work.unmatched if each.entry == event.minute), None)
    if minute is None:
        return
    work.unmatched = tuple(each for each in work.unmatched if each is not minute)
    roots = {(no, size): root for no, size, root in minute.rows}
    for other in event.others:
        if roots.get((other.no, other.size), other.root) != other.root:
            compare(work, minute, other)


def compare(work: Work, minute: Unmatched, other: OtherRoot) -> None:
    """Keep what two cosignatures with different roots say: against one station, if it signed both;
    against another's, if one of them is ours. Two others are each compared with ours."""
    writer = work.journals[minute.no].credential
    ours = {hand.credential for hand in work.hands.values()}
    if other.credential == writer:
        keep(work, TWO_ROOTS, minute.no, minute.seq, other, (other.entry, minute.entry))
    elif other.credential in ours:
        keep(work, OTHER_ROOT, minute.no, minute.seq, other, (minute.entry,))
    elif writer in ours:
        keep(work, OTHER_ROOT, other.at_no, other.at_seq, other, (other.entry,))


def keep(
    work: Work, reason: str, no: int, seq: int, other: OtherRoot, minutes: tuple[EntryId, ...]
) -> None:
    """Keep evidence against the station of journal `no`, once of each checkpoint, and not too
    often: `minutes` are the entries that hold the cosignatures."""
    journal = work.journals[no]
    mark = (reason, other.no, other.size)
    if mark in journal.contradictions or len(journal.contradictions) >= CONTRADICTIONS_MAX:
        return
    work.journals[no] = msgspec.structs.replace(
        journal, contradictions=(*journal.contradictions, mark)
    )
    body = encode((other.no, other.size, *minutes))
    work.add(EvidenceRow(no, seq, reason, body, work.at.now))
