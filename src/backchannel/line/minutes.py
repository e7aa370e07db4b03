"""What a minute changes: what is to be cosigned, and who has cosigned what.

A cosignature stands by itself: it is verified from its own entry and the key of its writer, so no
proposal need be at hand and the order of arrival changes no verdict. This module must not speak.
Clauses: PROOF-12, PROOF-20 to PROOF-23.
"""

from collections.abc import Mapping

import msgspec

from backchannel.errors import BreachError
from backchannel.limits import OPEN_PROPOSALS_MAX, PARTIES_MAX, UNMATCHED_MINUTES_MAX
from backchannel.line.rows import CosignatureRow
from backchannel.line.state import Journal, Minutes, Proposed, Unmatched
from backchannel.line.work import Work
from backchannel.proof.checkpoint import Checkpoint, origin_of
from backchannel.proof.cosignature import cosigner_of, require_cosignature
from backchannel.wire.entry import Header
from backchannel.wire.ids import EntryId, LineId, authority_journal_id
from backchannel.wire.minute import Cosigning, Proposal, parse_minute

NONE_YET = Minutes()


def checkpoint_of(
    line: LineId, journals: Mapping[int, Journal], no: int, *, size: int, root: bytes
) -> Checkpoint | None:
    """Return the checkpoint of a journal, or None while nothing is held of it (PROOF-10)."""
    if no < PARTIES_MAX:
        return Checkpoint(origin_of(line, authority_journal_id(line, no)), size, root)
    journal = journals.get(no)
    return None if journal is None else Checkpoint(origin_of(line, journal.id), size, root)


def take_minute(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Act on a minute. Raises BreachError, or JunkError for another layout."""
    said = parse_minute(payload)
    if isinstance(said, Proposal):
        note_proposal(work, journal, header, said)
    else:
        note_cosigning(work, journal, header, said)


def note_proposal(work: Work, journal: Journal, header: Header, said: Proposal) -> None:
    """Remember a proposal until we have cosigned it. Raises BreachError (PROOF-20, PROOF-21).

    Of each journal the newest is kept: it covers what an earlier one does.
    """
    known = work.journals[journal.no]
    if said.n != known.minutes + 1:
        raise BreachError("minute-number", f"proposal {said.n} after {known.minutes}")
    for no, size in said.sizes:
        require_reached(journal, header, no, size)
        if size < known.proposed.get(no, 0):
            raise BreachError("minute-shrinks", f"journal {no} had {known.proposed[no]} entries")
    proposed = {**known.proposed, **dict(said.sizes)}
    work.journals[journal.no] = msgspec.structs.replace(known, minutes=said.n, proposed=proposed)
    minutes = work.minutes.get(journal.mode, NONE_YET)
    newest = Proposed(EntryId(journal.head), journal.no, said.n, header.time, said.sizes)
    waiting = {no: each for no, each in minutes.open.items() if no != journal.no}
    kept = [*waiting.values(), newest][-OPEN_PROPOSALS_MAX:]
    unnamed = {no: each for no, each in minutes.unnamed.items() if no != journal.no}
    since = minutes.since
    if journal.no in work.ours:
        unnamed = {no: each for no, each in unnamed.items() if each not in said.named}
        since = work.at.elapsed
    else:
        unnamed[journal.no] = newest.entry
    work.minutes[journal.mode] = msgspec.structs.replace(
        minutes,
        newest=newest,
        open={each.no: each for each in kept},
        unnamed=unnamed,
        since=since,
    )


def note_cosigning(work: Work, journal: Journal, header: Header, said: Cosigning) -> None:
    """Keep verified cosignatures. Raises BreachError, or JunkError("bad-signature") (PROOF-22).

    A row of a journal of which nothing is held here is neither judged nor kept.
    """
    cosigner = cosigner_of(work.line, journal.credential)
    rows = []
    for no, size, root, signature in said.rows:
        require_reached(journal, header, no, size)
        checkpoint = checkpoint_of(work.line, work.journals, no, size=size, root=root)
        if checkpoint is None:
            continue
        require_cosignature(journal.pq_public, signature, cosigner, checkpoint)
        rows.append(
            CosignatureRow(no, size, root, journal.credential, signature, EntryId(journal.head))
        )
    for row in rows:
        work.add(row)
    if rows:
        kept = tuple((row.no, row.size, row.root) for row in rows)
        unmatched = Unmatched(journal.no, header.seq, EntryId(journal.head), kept)
        work.unmatched = (*work.unmatched, unmatched)[-UNMATCHED_MINUTES_MAX:]
    if journal.no in work.ours:
        close(work, journal.mode, said)


def require_reached(journal: Journal, header: Header, no: int, size: int) -> None:
    """Raise BreachError unless a minute's writer says in the same entry, or has said before, that
    he holds so much of a journal; of his own it is what stands before the entry (PROOF-21)."""
    head = journal.seen.get(no)
    held = header.seq if no == journal.no else head[1] + 1 if head is not None else 0
    if size > held:
        raise BreachError("minute-rows", f"{size} entries of journal {no}, its writer has {held}")


def close(work: Work, mode: int, said: Cosigning) -> None:
    """Note that we have answered a proposal, and which statements our cosignatures cover."""
    minutes = work.minutes.get(mode, NONE_YET)
    covered = {no: size for no, size, _, _ in said.rows}
    left = {no: seq for no, seq in minutes.uncovered.items() if seq >= covered.get(no, 0)}
    work.minutes[mode] = msgspec.structs.replace(
        minutes,
        open={no: each for no, each in minutes.open.items() if each.entry != said.minute},
        uncovered=left,
        since=work.at.elapsed if len(left) < len(minutes.uncovered) else minutes.since,
    )


def note_statement(work: Work, journal: Journal, header: Header) -> None:
    """Note that a statement stands which no checkpoint of ours covers yet (PROOF-23)."""
    minutes = work.minutes.get(journal.mode, NONE_YET)
    work.minutes[journal.mode] = msgspec.structs.replace(
        minutes,
        uncovered={**minutes.uncovered, journal.no: header.seq},
        since=minutes.since if minutes.uncovered else work.at.elapsed,
    )
