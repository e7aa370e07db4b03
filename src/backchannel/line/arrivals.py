"""An envelope has come: open it, take its frame in, and note what is now owed for it.

This module must not answer junk: what proves nothing about its sender is dropped by the caller.
Clauses: KEYS-20 to KEYS-28, RECORD-60 to RECORD-62.
"""

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import PARTIES_MAX, RECEIPTS_SHARE
from backchannel.line.authority import take_authority
from backchannel.line.epochs import find_key, key_context, message_key
from backchannel.line.hours import hour_of
from backchannel.line.journal import Taken, read, take
from backchannel.line.offers import remember, start_of, take_up_early
from backchannel.line.readings import Read
from backchannel.line.state import Due, InEpoch, Journal
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import (
    Envelope,
    Form,
    open_envelope,
    pack_frame,
    parse_envelope,
    parse_frame,
)
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import parse_offer
from backchannel.wire.signing import Mode

NEVER_DUE = (
    EntryType.RECEIPT,
    EntryType.LINE_EVENTS,
    EntryType.TIME_EVIDENCE,
    EntryType.BEACON_OPENING,
)
AT_ONCE = (EntryType.PREKEY, EntryType.OFFER)
DUE = frozenset(EntryType) - frozenset(NEVER_DUE)
MANY_DELAY_MS = 2_000


def arrive(work: Work, raw: bytes) -> tuple[Taken, EntryId]:
    """Open an envelope and take in what it holds; return also the id of the entry in it.

    Raises JunkError for what proves nothing.
    """
    ahead = work.readings.opened.get(raw)
    envelope = parse_envelope(raw) if ahead is None else ahead.envelope
    if envelope.no in work.ours:
        raise JunkError("reflected", "our own envelope came back as another's")
    sender = work.journals.get(envelope.no)
    own = addressee(work, envelope, sender)
    if envelope.form == Form.OFFER:
        assert sender is not None  # else it would have no addressee
        return arrive_offer(work, envelope, sender, own)
    if ahead is not None and ahead.before is chain_of(work, envelope):
        found, got = ahead.found, ahead.got
    else:
        found = find_key(work.line, work.secrets(), envelope, sender=sender, own=own)
        got = read(open_envelope(work.line, found.key, envelope))
    taken = take_frame(work, got)
    # Every recipient knows the chain, and holds true frames of others and old ones of the sender.
    # Only what is the sender's own and new shows that he spent the index himself (KEYS-27).
    if taken.news and got.header.no == envelope.no and found.chain is not None:
        remember(work, envelope.no, found)
    return taken, got.id


def chain_of(work: Work, envelope: Envelope) -> InEpoch | None:
    """Return the chain of an envelope's epoch as it stands now, if we hold it."""
    return work.incoming.get(envelope.no, {}).get(envelope.epoch)


def addressee(work: Work, envelope: Envelope, sender: Journal | None) -> Journal:
    """Return our journal that an envelope is for: of its sender's mode, or named by a seal.

    Raises JunkError, also where we do not speak in that mode: that is no fault of our keys.
    """
    if envelope.form == Form.DIRECT:
        for seal in envelope.seals:
            if seal.no in work.ours and is_open_to(work, work.journals[seal.no]):
                return work.journals[seal.no]
        raise JunkError("not-for-us", "no seal names a journal of this station")
    if sender is None:
        raise JunkError("unknown-journal", f"an envelope of journal {envelope.no}, not known here")
    if sender.mode not in work.current:
        raise JunkError("mode-not-spoken", f"this station has no journal in mode {sender.mode}")
    return work.own(sender.mode)


def is_open_to(work: Work, own: Journal) -> bool:
    """Say whether we still open what is sealed to a journal of ours."""
    return not own.ended or own.no in work.hand(own.mode).former


def arrive_offer(
    work: Work, envelope: Envelope, sender: Journal, own: Journal
) -> tuple[Taken, EntryId]:
    """Open an offer in the epoch that it opens, and keep the epoch once its frame has verified.

    Raises JunkError.
    """
    offer = parse_offer(envelope.payload)
    start = start_of(work, sender, offer, own)
    context = key_context(work.line, sender.id, offer.epoch)
    opened = open_envelope(work.line, message_key(start, context), envelope)
    got = read(pack_frame(msgspec.structs.replace(parse_frame(opened), payload=envelope.payload)))
    if got.header.no != sender.no or got.header.type != EntryType.OFFER:
        raise JunkError("offer-foreign", "an offer is its sender's own entry")
    work.opened[got.id] = start
    taken = take_frame(work, got)
    if taken.news and not taken.entries:
        take_up_early(work, sender, got.header, got.id, offer)
    return taken, got.id


def take_frame(work: Work, got: Read) -> Taken:
    """Take in a frame of any journal of the line, and note the receipts that it makes due."""
    taken = take_authority(work, got) if got.header.no < PARTIES_MAX else take(work, got)
    for entry in taken.entries:
        owe(work, entry)
    return taken


def has_many_receipts(work: Work, mode: int) -> bool:
    """Say whether this hour has seen so many bare receipts of ours that they now go together.

    Else a flood of another's would fill our journal, and the others would read no more of it for
    an hour (RECORD-18).
    """
    written = hour_of(work, work.current[mode])[1]
    return written >= work.charter.policy.quota_entries // RECEIPTS_SHARE


def is_due(work: Work, mode: int) -> bool:
    """Say whether a receipt must leave now: its time has come, or many entries wait for it."""
    due = work.due.get(mode)
    if due is None:
        return False
    many = due.count >= work.charter.policy.receipt_entries and not has_many_receipts(work, mode)
    return many or work.at.elapsed >= due.by


def owe(work: Work, got: Read) -> None:
    """Note that a receipt is due for an accepted entry, and by when (RECORD-61)."""
    if got.header.type not in DUE:
        return
    journal = work.journals.get(got.header.no)
    mode = journal.mode if journal else Mode.REAL
    if mode not in work.current:
        return
    urgent = got.header.type in AT_ONCE or got.id in work.urgent
    delay = 0 if urgent else work.charter.policy.receipt_delay_ms
    if has_many_receipts(work, mode):
        delay = MANY_DELAY_MS
    before = work.due.get(mode)
    by = work.at.elapsed + delay
    work.due[mode] = Due((before.count if before else 0) + 1, min(by, before.by) if before else by)
