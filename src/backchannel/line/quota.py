"""How much we take in of one journal in an hour of running time. What is not taken in gets no
receipt, so its sender still has it.

This module must not bound what we write ourselves, nor what a person brings by hand. Clause:
RECORD-15.
"""

from backchannel.errors import JunkError
from backchannel.limits import (
    AUTHORITY_ENTRIES_MAX,
    FRAME_BYTES_MAX,
    LISTS_AN_HOUR_MAX,
    UNOPENED_ENTRIES_MAX,
    URGENT_SHARE_PERCENT,
)
from backchannel.line.hours import (
    BOUND_REACHED,
    WORDS_MISSED,
    count,
    hour_of,
    is_among,
    key_of,
)
from backchannel.line.rows import EvidenceRow
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType, Header
from backchannel.wire.envelope import Frame
from backchannel.wire.payload import Happening, LineEvent
from backchannel.wire.statement import Precedence, Statement

BOUND_PER_HOUR, BOUND_UNOPENED = 1, 8
KEEPS_THE_LINE_OPEN = (EntryType.PREKEY, EntryType.OFFER, EntryType.SUCCESSION, EntryType.FORK)


def room_for(work: Work, header: Header, frame: Frame) -> bool:
    """Count an entry against its journal's hour; say whether there was room for it."""
    if work.by_hand:
        return True
    statement = statement_in(work, header, frame)
    size = weight(work, frame, statement)
    if lacks_words(work, header, frame, statement):
        tell_bound(work, header, BOUND_UNOPENED)
        return False
    _, entries, octets = hour_of(work, header.no)
    most_entries, most_octets = bounds(work, header, statement)
    if entries < most_entries and octets + size <= most_octets:
        count(work, header.no, 1, size)
        return True
    tell_bound(work, header, BOUND_PER_HOUR)
    return False


def weight(work: Work, frame: Frame, statement: Statement | None) -> int:
    """Return the bytes that an entry counts: what its writer signed, and words that fit.

    Words that do not fit and attachments may come from whoever passed the frame on: counted, they
    would let him use up what we take in of another.
    """
    size = len(frame.header) + len(frame.payload or b"")
    if statement is None or frame.content is None:
        return size
    return size + len(frame.content) * work.readings.fits(frame.content, statement.croot)


def tell_bound(work: Work, header: Header, bound: int) -> None:
    """Keep and tell that a journal has reached a bound, once an hour."""
    if is_among(work, key_of(BOUND_REACHED, header.no), 1):
        work.add(EvidenceRow(header.no, header.seq, "quota", b"", work.at.now))
        work.told.append(LineEvent(Happening.BOUND_REACHED, (bound, header.no)))


def bounds(work: Work, header: Header, statement: Statement | None) -> tuple[int, int]:
    """Return entries and bytes to which this kind of entry may bring its journal."""
    policy = work.charter.policy
    entries, octets = policy.quota_entries, policy.quota_bytes
    if header.no < len(work.charter.parties):
        at_least = AUTHORITY_ENTRIES_MAX
        return max(entries, at_least), max(octets, at_least * FRAME_BYTES_MAX)
    if header.type in KEEPS_THE_LINE_OPEN or is_urgent(statement):
        return entries + share_of(entries), octets + share_of(octets)
    return entries, octets


def share_of(bound: int) -> int:
    """Return what urgent entries have on top of a bound; at least one."""
    return 1 + bound * URGENT_SHARE_PERCENT // 100


def is_urgent(statement: Statement | None) -> bool:
    """Say whether an entry holds a statement, and of precedence FLASH or IMMEDIATE."""
    return statement is not None and statement.precedence <= Precedence.IMMEDIATE


def lacks_words(work: Work, header: Header, frame: Frame, statement: Statement | None) -> bool:
    """Say whether a statement came without the words it commits to while many others did.

    Each of them makes us write the whole list of such entries (RECORD-18, RECORD-58).
    """
    journal = work.journals.get(header.no)
    own = work.journals.get(work.current.get(journal.mode, -1)) if journal else None
    if own is None:
        return False
    lists = hour_of(work, key_of(WORDS_MISSED, own.no))[1]
    if len(own.unopened) < UNOPENED_ENTRIES_MAX and lists < LISTS_AN_HOUR_MAX:
        return False
    if statement is None:
        return False
    return frame.content is None or not work.readings.fits(frame.content, statement.croot)


def statement_in(work: Work, header: Header, frame: Frame) -> Statement | None:
    """Return the statement in a frame, or None if it holds something else."""
    if header.type != EntryType.STATEMENT or frame.payload is None:
        return None
    try:
        return work.readings.stated(frame.payload).statement
    except JunkError:
        return None
