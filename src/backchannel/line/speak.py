"""Writing our own entries: the header, the signature, the envelope, and what is still owed.

This module must not judge what is said; it makes sure that what is said is in the journal, signed
and sealed before it can leave. Clauses: RECORD-1, RECORD-60 to RECORD-63, KEYS-14 to KEYS-31.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from backchannel.errors import CustodyError, OfficerError
from backchannel.limits import ARRAY_ITEMS_MAX, ENVELOPE_BYTES_MAX, EVENTS_BYTES_MAX
from backchannel.line.effects import take_effect
from backchannel.line.epochs import (
    NO_COURIER,
    NO_SEED,
    advance,
    first_chain,
    key_context,
)
from backchannel.line.hours import count
from backchannel.line.recipients import newest_usable, out_of_reach, recipients
from backchannel.line.rows import EntryRow, OutgoingRow, ResealedRow
from backchannel.line.seen import fold, moved
from backchannel.line.state import Journal, OutEpoch, Signed
from backchannel.line.work import Work
from backchannel.wire.codec import ARRAY_HEADS, encode, encode_array
from backchannel.wire.entry import EntryType, Header, pack_header
from backchannel.wire.envelope import (
    Attachment,
    Envelope,
    Form,
    Frame,
    Seal,
    pack_frame,
    pack_signature,
    seal_envelope,
)
from backchannel.wire.ids import EntryId, entry_id, payload_hash
from backchannel.wire.payload import (
    RECEIPT_PAYLOAD,
    Happening,
    LineEvent,
    pack_line_event,
    pack_line_events,
)
from backchannel.wire.signing import Mode, Purpose, sign
from backchannel.wire.statement import Precedence

LEAST = Precedence.DEFERRED
# A seal of 1,168 bytes with its numbers, and a share of what else stands around a frame.
SEAL_ROOM_BYTES = 1_300

NO_ATTACHMENTS = ARRAY_HEADS[0]

Slot = tuple[int, int]


class Words(NamedTuple):
    """What one entry of ours is to hold."""

    type: int
    payload: bytes
    content: bytes | None = None
    attachments: tuple[Attachment, ...] = ()
    precedence: int = LEAST
    cites: bool = True


def require_voice(work: Work, mode: int) -> None:
    """Raise OfficerError while we must not sign: the others have not yet said what they hold.
    Raise CustodyError once our journal is over and no number is left to go on under.

    A station that signed on an old disk would contradict itself (RECORD-70).
    """
    if mode in work.asking:
        raise OfficerError(
            "still-asking",
            "this station has just started and asks the others how far its own journals went; "
            "wait, or order it to go on: backchannel station resume",
        )
    if work.own(mode).ended:
        raise CustodyError(
            "no-number-left",
            "our journal is over and this station was granted no further number; "
            "its office must certify a new station",
        )


def may_speak(work: Work, mode: int) -> bool:
    """Say whether we have an open journal in a mode, and need not ask before we sign."""
    return mode in work.current and mode not in work.asking and not work.own(mode).ended


def append(work: Work, mode: int, words: Words, *, offer: OutEpoch | None = None) -> EntryId:
    """Write the next entry of our journal in a mode, and queue it. Returns its id.

    `offer` is the epoch that an offer opens: its own envelope already travels in it.
    Raises OfficerError while we must not sign.
    """
    require_voice(work, mode)
    if words.cites and mode in work.unopened_news and work.own(mode).seq >= 0:
        tell_unopened(work, mode)
    own = work.own(mode)
    header = Header(
        own.no,
        own.seq + 1,
        own.head,
        moved(work, own) if words.cites else (),
        work.at.now,
        work.at.uncertainty,
        words.type,
        payload_hash(words.payload),
    )
    raw = pack_header(header)
    context = work.context(Purpose.ENTRY, mode)
    signature = sign(work.hand(mode).secret, context, raw)
    made = keep(work, own, header, Signed(raw, signature), words)
    frame = Frame(raw, signature, words.payload, words.content, words.attachments)
    if offer is None:
        seal(work, mode, (own.no, header.seq), frame, precedence=words.precedence)
    else:
        seal_offer(work, own, header.seq, frame, offer)
    if words.cites:
        work.due.pop(mode, None)
    work.spoke[mode] = work.at.elapsed
    return made


def keep(work: Work, own: Journal, header: Header, signed: Signed, words: Words) -> EntryId:
    """Put our new entry into the record: the journal's head, the rows and what follows from it.

    Returns its id.
    """
    made = entry_id(signed.header)
    seen = fold(own.seen, header.seen)
    stood = msgspec.structs.replace(own, seq=header.seq, head=made, last=signed, seen=seen)
    work.stand_at(stood, made)
    work.add(
        EntryRow(
            header.no,
            header.seq,
            made,
            own.mode,
            header.type,
            header.time,
            work.at.now,
            signed.header,
            pack_signature(signed.signature),
            words.payload,
            encode(words.attachments) if words.attachments else NO_ATTACHMENTS,
            work.vector(stood),
            "",
        )
    )
    take_effect(work, stood, header, words.payload, words.content)
    return made


def seal(work: Work, mode: int, slot: Slot, frame: Frame, *, precedence: int) -> None:
    """Queue a frame in the newest epoch that all can open, or in epoch 0.

    Where there is none its slot waits among the unsealed: for the next epoch, or for direct seals
    (KEYS-20, KEYS-29).
    """
    if not seal_in_epoch(work, mode, slot, pack_frame(frame), precedence=precedence):
        work.unsealed.setdefault(slot[0], {})[slot[1]] = precedence


def wait_for_seals(work: Work, slot: Slot, precedence: int) -> None:
    """Let a slot wait for direct seals: who asks for it lacks the epoch that others hold already,
    and its offer may lie behind the very gap that is to be filled (KEYS-29)."""
    work.unsealed.setdefault(slot[0], {})[slot[1]] = precedence
    work.directly |= {slot}


def no_longer_waits(work: Work, no: int, seq: int) -> int | None:
    """Take a slot off the unsealed; return the precedence that it waited with, if it did."""
    slots = work.unsealed.get(no, {})
    precedence = slots.pop(seq, None)
    if not slots:
        work.unsealed.pop(no, None)
    work.directly -= {(no, seq)}
    return precedence


def seal_in_epoch(work: Work, mode: int, slot: Slot, packed: bytes, *, precedence: int) -> bool:
    """Queue a frame in the newest usable epoch or in epoch 0; say whether there was one."""
    epoch = newest_usable(work, mode)
    if epoch is not None and mode in work.consent and not out_of_reach(work, mode):
        del work.consent[mode]
    if may_use_zero(work, mode):
        epoch = zero_epoch(work, mode)
    if epoch is None:
        return False
    own = work.own(mode)
    key, spent = advance(epoch, key_context(work.line, own.id, epoch.epoch))
    if epoch.epoch < 0:
        empty = Envelope(Form.EPOCH_ZERO, own.no, b"", epoch=-epoch.epoch, index=epoch.index)
        work.set_hand(mode, zero=spent)
    else:
        empty = Envelope(Form.EPOCH, own.no, b"", epoch=epoch.epoch, index=epoch.index)
        work.spend(mode, spent)
    post(work, slot, precedence, seal_envelope(work.line, key, empty, packed))
    return True


def post(work: Work, slot: Slot, precedence: int, envelope: bytes) -> None:
    """Queue an envelope: of our own and our office's entries until a receipt, of others' once."""
    kept = slot[0] in work.ours or slot[0] == work.party
    row = OutgoingRow if kept else ResealedRow
    work.add(row(*slot, precedence, envelope))


def seal_offer(work: Work, own: Journal, seq: int, frame: Frame, epoch: OutEpoch) -> None:
    """Queue an offer in the epoch that it opens, its payload outside the box (KEYS-21)."""
    assert frame.payload is not None
    key, spent = advance(epoch, key_context(work.line, own.id, epoch.epoch))
    empty = Envelope(Form.OFFER, own.no, b"", payload=frame.payload)
    without = msgspec.structs.replace(frame, payload=None)
    sealed = seal_envelope(work.line, key, empty, pack_frame(without))
    post(work, (own.no, seq), Precedence.IMMEDIATE, sealed)
    count(work, own.no, 0, 1)
    hand = work.hand(own.mode)
    work.set_hand(own.mode, epochs=(*hand.epochs, msgspec.structs.replace(spent, offered_at=seq)))


def seal_direct(
    work: Work, slot: Slot, frame: bytes, *, key: bytes, seals: tuple[Seal, ...]
) -> None:
    """Queue a frame under a fresh key that the signer has sealed directly (KEYS-22).

    An answer for a slot that no longer waits is thrown away.
    """
    precedence = no_longer_waits(work, *slot)
    if precedence is None:
        return
    sender = work.own(mode_of(work, slot[0])).no
    for n, some in enumerate(batched(seals, (ENVELOPE_BYTES_MAX - len(frame)) // SEAL_ROOM_BYTES)):
        empty = Envelope(Form.DIRECT, sender, b"", seals=some)
        sealed = seal_envelope(work.line, key, empty, frame)
        if n:
            work.add(ResealedRow(*slot, precedence, sealed))
        else:
            post(work, slot, precedence, sealed)


def batched(seals: tuple[Seal, ...], most: int) -> list[tuple[Seal, ...]]:
    """Return seals in as many envelopes as hold them beside their frame (RECORD-43, KEYS-22)."""
    return [seals[at : at + most] for at in range(0, len(seals), most)]


def mode_of(work: Work, no: int) -> int:
    """Return the mode in whose epochs an entry of journal `no` travels: authority ones in REAL."""
    journal = work.journals.get(no)
    return journal.mode if journal else Mode.REAL


def zero_epoch(work: Work, mode: int) -> OutEpoch:
    """Return our epoch 0 in a mode: the chain from the newest courier package alone (KEYS-30).

    Kept as epoch -g: a new package of generation g begins a chain of its own.
    """
    generation = max(work.state.secrets.courier)
    zero = work.hand(mode).zero
    if zero is not None and zero.epoch == -generation:
        return zero
    chain = first_chain(work.state.secrets.courier[generation], NO_SEED)
    return OutEpoch(-generation, -1, chain, 0, (), work.at.elapsed)


def may_use_zero(work: Work, mode: int) -> bool:
    """Say whether epoch 0 is allowed and needed: some party shares no epoch with us (KEYS-30).

    A consent lasts until all can be reached in an epoch; the next time a person is asked again.
    """
    if mode not in work.consent or not work.state.secrets.courier:
        return False
    return newest_usable(work, mode) is None or out_of_reach(work, mode)


def open_epoch(work: Work, mode: int, epoch: int, seed: bytes) -> OutEpoch:
    """Return the epoch that a sealed seed opens, for those who can read now (KEYS-13)."""
    courier = work.state.secrets.courier
    start = first_chain(courier[max(courier)] if courier else NO_COURIER, seed)
    readers = tuple(j.no for j in recipients(work, mode))
    return OutEpoch(epoch, -1, start, 0, readers, work.at.elapsed)


def receipt(work: Work, mode: int) -> None:
    """Write a bare receipt: an entry that says nothing but what we have seen (RECORD-60)."""
    append(work, mode, Words(EntryType.RECEIPT, RECEIPT_PAYLOAD))
    count(work, work.own(mode).no)


def tell(work: Work, mode: int, *events: LineEvent) -> None:
    """Write line events: what this station did or met, in as many entries as needed (RECORD-55)."""
    batch: list[tuple[LineEvent, bytes]] = []
    size = 0
    for event in events:
        packed = pack_line_event(event)
        length = 1 + len(packed)
        if batch and (size + length > EVENTS_BYTES_MAX or len(batch) == ARRAY_ITEMS_MAX):
            tell_batch(work, mode, batch)
            batch, size = [], 0
        batch.append((event, packed))
        size += length
    if batch:
        tell_batch(work, mode, batch)


def tell_batch(work: Work, mode: int, batch: Sequence[tuple[LineEvent, bytes]]) -> None:
    """Write one entry of line events, each given with its encoding."""
    payload = encode_array([packed for _, packed in batch])
    # What we have packed ourselves need not be read back.
    work.readings.told[payload] = tuple(batch)
    append(work, mode, Words(EntryType.LINE_EVENTS, payload))


def tell_unopened(work: Work, mode: int) -> None:
    """Write which entries lie here without their content: the whole list.

    It cites nothing new, so that it stands before the seen that first covers them (RECORD-58).
    """
    work.unopened_news.discard(mode)
    event = LineEvent(Happening.UNOPENED, (work.own(mode).unopened,))
    payload = pack_line_events((event,))
    append(work, mode, Words(EntryType.LINE_EVENTS, payload, cites=False))
