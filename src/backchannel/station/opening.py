"""An opening at the station: its warrant is entered, and then the archive file may leave.

This module must not open anything: what it hands out is sealed. Clauses: RECORD-123, PROOF-138.
"""

from collections.abc import Iterator

from backchannel.errors import OfficerError
from backchannel.limits import SEALS_OPENED_MAX, SPAN_BYTES_MAX
from backchannel.line.draftfile import parse_draft, signatures_in_order
from backchannel.line.events import Moment, OpeningOrdered
from backchannel.proof.archivefile import ArchiveFile, SealedWords, pack_archive
from backchannel.station.judging import Record
from backchannel.store import archive, queries
from backchannel.store.archive import Found
from backchannel.store.queries import Stored
from backchannel.wire.archive import (
    ArchiveOpening,
    pack_archive_opening,
    parse_archive_opening,
    parse_order,
    parse_seal,
)
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import pack_frame
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import parse_statement

PREFIX_DIGITS = 8


def opening_ordered(record: Record, raw: bytes, at: Moment) -> OpeningOrdered:
    """Return what has a signed warrant entered. Raises JunkError, OfficerError("other-line")."""
    draft = parse_draft(raw)
    if draft.line != record.state.line:
        raise OfficerError("other-line", "this warrant is for another line")
    opening = ArchiveOpening(draft.statement, signatures_in_order(draft), draft.content)
    return OpeningOrdered(at=at, mode=draft.mode, payload=pack_archive_opening(opening))


def archive_file(record: Record, prefix: str) -> bytes:
    """Return the archive file of an opening of our party that was entered (PROOF-138, NT53).

    Raises OfficerError("opening-not-entered", "archive-too-large").
    """
    opening = opening_named(record, prefix)
    given = parse_archive_opening(opening.payload)
    order = parse_order(parse_statement(given.warrant), given.content)
    frames = [frame_in(record, opening.no, opening.seq)]
    firsts, words, size = {opening.no}, [], 0
    for each in of_ours(record, EntryType.ARCHIVE_SEAL):
        seal = parse_seal(each.payload)
        if each.mode != opening.mode or not order.first <= seal.day <= order.last:
            continue
        firsts.add(each.no)
        frames.append(frame_in(record, each.no, each.seq))
        found = [one for no, seq, _ in seal.wraps for one in sealed_words(record, no, seq)]
        size += sum(len(one.box) + len(one.payload) for one in found) + len(each.payload)
        if size > SPAN_BYTES_MAX or len(frames) > SEALS_OPENED_MAX + 1:
            raise OfficerError(
                "archive-too-large",
                f"it has more than {SPAN_BYTES_MAX} bytes or {SEALS_OPENED_MAX} seals: have a "
                "shorter period ordered",
            )
        words += found
    begins = [frame_in(record, no, 0) for no in sorted(firsts)]
    frames_in_order = tuple(dict.fromkeys((*begins, *frames)))
    return pack_archive(
        ArchiveFile(record.custody.line, opening.mode, opening.entry, frames_in_order, tuple(words))
    )


def entered_before(record: Record, payload: bytes) -> EntryId | None:
    """Return the entry of an opening of our party with this payload, if there is one."""
    openings = of_ours(record, EntryType.OPENING)
    return next((each.entry for each in openings if each.payload == payload), None)


def of_ours(record: Record, kind: EntryType) -> Iterator[Found]:
    """Yield the archive seals or the openings of our own party."""
    custody = record.custody
    return archive.archive_entries(custody.database, custody.line, kind, party=record.state.party)


def opening_named(record: Record, prefix: str) -> Found:
    """Return the opening of our party whose id begins so. Raises OfficerError."""
    if len(prefix) >= PREFIX_DIGITS:
        for each in of_ours(record, EntryType.OPENING):
            if each.entry.hex().startswith(prefix.lower()):
                return each
    raise OfficerError(
        "opening-not-entered",
        f"no opening {prefix[:12]} was entered by this party; have the warrant entered first: "
        "backchannel archive enter",
    )


def stored_at(record: Record, no: int, seq: int) -> Stored:
    """Return an accepted entry without its content."""
    found = queries.slot(record.custody.database, record.custody.line, no, seq)
    assert found is not None, "what a seal of ours names is in the store"
    return found


def frame_in(record: Record, no: int, seq: int) -> bytes:
    """Return an entry as a frame."""
    return pack_frame(stored_at(record, no, seq).frame)


def sealed_words(record: Record, no: int, seq: int) -> list[SealedWords]:
    """Return a statement with its words in their box, if they are here."""
    stored = stored_at(record, no, seq)
    box = archive.box_of(record.custody.database, record.custody.line, stored.entry)
    if box is None:
        return []
    return [SealedWords(stored.frame.header, stored.frame.payload or b"", box)]
