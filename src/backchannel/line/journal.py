"""Taking in another's entry: is it the next of its journal, a repeat, ahead of a gap, or a fork?

What fails before the signature is junk and is dropped; what fails after it is kept with a verdict,
and the line goes on. This module must not speak. Clauses: RECORD-3 to RECORD-16.
"""

import msgspec

from backchannel.errors import BreachError, JunkError
from backchannel.limits import (
    BRANCHES_MAX,
    COMPARE_FRAMES_MAX,
    PENDING_AHEAD_MAX,
    PENDING_BYTES_MAX,
    PENDING_ENTRIES_MAX,
    UNKNOWN_SIGNER_FRAMES_MAX,
)
from backchannel.line.effects import EFFECTS, take_effect
from backchannel.line.forks import (
    convict,
    evidence,
    keep_branch,
    require_written,
    signed_of,
)
from backchannel.line.openings import open_journal
from backchannel.line.quota import room_for
from backchannel.line.readings import Read
from backchannel.line.rows import ContentRow, EntryRow, PendingGone, PendingRow
from backchannel.line.seen import fold, note_held, require_citable, require_forward
from backchannel.line.state import Journal, Signed
from backchannel.line.work import Work
from backchannel.wire.codec import ARRAY_HEADS, encode
from backchannel.wire.entry import parse_header
from backchannel.wire.envelope import pack_signature, parse_frame
from backchannel.wire.ids import entry_id, payload_hash
from backchannel.wire.payload import Fork
from backchannel.wire.primitives import gcm_siv_seal, hkdf_expand

CONTENT_NONCE = bytes(12)
NO_ATTACHMENTS = ARRAY_HEADS[0]


class Taken(msgspec.Struct, frozen=True, gc=False):
    """What became of a frame: entries accepted by it, and a fork that it proved.

    `news` says whether it was taken into the record, or is kept behind a gap, for the first time.
    """

    entries: tuple[Read, ...] = ()
    fork: Fork | None = None
    news: bool = False


NOTHING = Taken()
BEHIND_A_GAP = Taken(news=True)


def read(raw: bytes) -> Read:
    """Return a frame taken apart. Raises JunkError; nothing is believed yet (RECORD-44).

    An entry that came without its payload would never get it: its slot would be taken.
    """
    frame = parse_frame(raw)
    header = parse_header(frame.header)
    if frame.payload is None:
        raise JunkError("payload-missing", "an entry is taken in with its payload")
    if payload_hash(frame.payload) != header.payload_hash:
        raise JunkError("payload-hash", "the payload is not the one that the header names")
    return Read(raw, frame, header, entry_id(frame.header))


def take(work: Work, got: Read) -> Taken:
    """Take in the frame of a station's entry. Raises JunkError where nothing is proved.

    Never raises for what a station did wrong under its own signature: that is kept.
    """
    journal = work.journals.get(got.header.no)
    if journal is None:
        return begin(work, got)
    signed = signed_of(got.frame)
    if got.header.seq <= journal.seq:
        return meet(work, journal, got, signed)
    require_written(work, journal, signed)
    if work.current.get(journal.mode) == journal.no:
        return outrun(work, journal)
    if got.header.seq > journal.seq + 1:
        return hold_behind(work, journal.no, journal.seq, got)
    if got.header.prev != journal.head:
        return diverge(work, journal, got, signed)
    return join(work, journal, got, signed)


def outrun(work: Work, journal: Journal) -> Taken:
    """End our current journal: an entry that we signed lies beyond our record (RECORD-77, NT39).

    This disk is an old one, or another machine signs with our key. The entry itself comes again
    when the journal is no longer current, as its tail.
    """
    work.journals[journal.no] = msgspec.structs.replace(journal, ended=True)
    return NOTHING


def join(work: Work, journal: Journal, got: Read, signed: Signed) -> Taken:
    """Accept the next entry of a journal and what waited behind it, if its hour has room."""
    if not room_for(work, got.header, got.frame):
        return NOTHING
    accept(work, journal, got, signed)
    return follow(work, got)


def begin(work: Work, got: Read) -> Taken:
    """Open a journal that we do not know, or let its frame wait for the writer's credential."""
    if got.header.seq:
        return wait(work, got.raw)
    try:
        journal = open_journal(work, got.frame, got.header)
    except BreachError as fault:
        if fault.reason == "credential-unknown":
            return wait(work, got.raw)
        raise JunkError(fault.reason, fault.text) from None
    signed = signed_of(got.frame)
    require_written(work, journal, signed)
    taken = join(work, journal, got, signed)
    if taken.entries and follows_ours(work, journal):
        outrun(work, work.own(journal.mode))
    return taken


def follows_ours(work: Work, journal: Journal) -> bool:
    """Say whether our own key opened this journal, and after the one that we write (RECORD-77)."""
    hand = work.hands.get(journal.mode)
    if hand is None or journal.credential != hand.credential:
        return False
    work.ours.add(journal.no)
    return hand.numbers.index(journal.no) > hand.numbers.index(work.current[journal.mode])


def wait(work: Work, raw: bytes) -> Taken:
    """Keep a frame for later; of too many the oldest goes. None has a receipt (RECORD-16)."""
    if raw not in work.waiting:
        work.waiting = (*work.waiting, raw)[-UNKNOWN_SIGNER_FRAMES_MAX:]
    return NOTHING


def accept(work: Work, journal: Journal, got: Read, signed: Signed) -> None:
    """Make a verified entry the newest of its journal, with its verdict (RECORD-9)."""
    header = got.header
    verdict = ""
    stood = msgspec.structs.replace(journal, seq=header.seq, head=got.id, last=signed)
    if header.seen:
        try:
            require_citable(work, journal, header)
            require_forward(journal, header)
            stood = note_held(work, stood, header)
            stood = msgspec.structs.replace(stood, seen=fold(journal.seen, header.seen))
        except BreachError as fault:
            verdict = word_of(fault)
            work.add(evidence(journal, header, fault, work.at.now))
    work.stand_at(stood, got.id)
    wait_no_more(work, header.no, header.seq)
    try:
        take_effect(work, stood, header, got.frame.payload, got.frame.content)
    except BreachError as fault:
        verdict = verdict or word_of(fault)
        work.add(evidence(journal, header, fault, work.at.now))
    if header.type not in EFFECTS:
        verdict = verdict or "not understood"
    work.add(row_of(work, stood, got, verdict))


def word_of(fault: BreachError) -> str:
    """Return the verdict that a breach earns an entry: its word and the reason."""
    return "regressing" if fault.reason == "regressing" else f"invalid: {fault.reason}"


def row_of(work: Work, journal: Journal, got: Read, verdict: str) -> EntryRow:
    """Return the row of an accepted entry."""
    return EntryRow(
        got.header.no,
        got.header.seq,
        got.id,
        journal.mode,
        got.header.type,
        got.header.time,
        work.at.now,
        got.frame.header,
        pack_signature(got.frame.signature),
        got.frame.payload,
        encode(got.frame.attachments) if got.frame.attachments else NO_ATTACHMENTS,
        work.vector(journal),
        verdict,
    )


def follow(work: Work, got: Read) -> Taken:
    """Accept the pending frames that an accepted entry has joined to its journal (RECORD-10)."""
    taken = [got]
    no = got.header.no
    fork = None
    while work.pending.get(no):
        journal = work.journals[no]
        raw = work.pending[no].get(journal.seq + 1)
        if raw is None:
            break
        after = read(raw)
        signed = signed_of(after.frame)
        joins = after.header.prev == journal.head
        if joins and not room_for(work, after.header, after.frame):
            break
        if not joins:
            wait_no_more(work, no, journal.seq + 1)
            fork = diverge(work, journal, after, signed).fork
            break
        accept(work, journal, after, signed)
        taken.append(after)
    return Taken(tuple(taken), fork, news=True)


def wait_no_more(work: Work, no: int, seq: int) -> None:
    """Take the frame of a slot off those that wait behind a gap, if one does."""
    pending = work.pending.get(no, {})
    if seq in pending:
        work.pending[no] = {slot: raw for slot, raw in pending.items() if slot != seq}
        work.add(PendingGone(no, seq))


def hold_behind(work: Work, no: int, held: int, got: Read) -> Taken:
    """Keep a frame behind a gap, within bounds; it is not covered by receipts (RECORD-11).

    Raises JunkError beyond the bounds: what is not kept is sent again.
    """
    pending = work.pending.get(no, {})
    if got.header.seq in pending:
        return NOTHING
    if got.header.seq > held + PENDING_AHEAD_MAX:
        raise JunkError("too-far-ahead", f"slot {got.header.seq}, we hold up to {held}")
    size = sum(map(len, pending.values()))
    if len(pending) >= PENDING_ENTRIES_MAX or size + len(got.raw) > PENDING_BYTES_MAX:
        raise JunkError("pending-full", f"too much waits behind a gap of journal {no}")
    work.pending[no] = {**pending, got.header.seq: got.raw}
    work.add(PendingRow(no, got.header.seq, got.id, got.raw, work.at.now))
    return BEHIND_A_GAP


def meet(work: Work, journal: Journal, got: Read, signed: Signed) -> Taken:
    """Hold a frame against what already stands in its slot: a repeat, or a fork (RECORD-12).

    Raises JunkError where too many wait for the store, and for one branch too many.
    """
    known = work.trails.get(journal.no, {}).get(got.header.seq)
    if known == got.id:
        complete(work, journal, got)
        return NOTHING
    require_written(work, journal, signed)
    if known is not None and journal.branches > BRANCHES_MAX:
        raise JunkError("branches-full", f"journal {journal.no} has forked too often to keep all")
    claim = (journal.no, got.header.seq, got.raw)
    if claim not in work.compare:
        if len(work.compare) >= COMPARE_FRAMES_MAX:
            raise JunkError("compare-full", "too many frames wait to be compared with the record")
        work.compare = (*work.compare, claim)
    return NOTHING


def diverge(work: Work, journal: Journal, got: Read, signed: Signed) -> Taken:
    """Keep the proof that a journal's next entry does not join what we hold (RECORD-64)."""
    assert journal.last is not None  # a journal is kept from its first entry on
    fork = convict(work, journal, journal.last, signed)
    keep_branch(work, journal.no, got.header.seq, got.raw)
    return Taken((), fork)


def complete(work: Work, journal: Journal, got: Read) -> None:
    """Take content that an entry lacked until now (RECORD-58). A plain repeat changes nothing."""
    own = work.journals.get(work.current.get(journal.mode, -1))
    if own is None or got.id not in own.unopened or got.frame.content is None:
        return
    statement = work.readings.stated(got.frame.payload or b"").statement
    if not work.readings.fits(got.frame.content, statement.croot):
        return
    key = hkdf_expand(work.chance(b"content"), got.id)
    work.add(ContentRow(got.id, gcm_siv_seal(key, CONTENT_NONCE, got.frame.content, got.id), key))
    left = tuple(e for e in own.unopened if e != got.id)
    work.unopened_news.add(journal.mode)
    work.journals[own.no] = msgspec.structs.replace(own, unopened=left)
