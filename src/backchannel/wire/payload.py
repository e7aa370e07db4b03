"""The payloads of a station's own entries: prekey, offer, succession, fork, line events.

This module must not act on what it reads. Layouts: RECORD-50 to RECORD-58.
"""

from collections.abc import Callable
from enum import IntEnum

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import FIELDS_MAX, REASON_CHARACTERS_MAX
from backchannel.wire.codec import (
    ARRAY,
    ARRAY_HEADS,
    Value,
    decode,
    decode_array,
    encode,
    encode_array,
)
from backchannel.wire.entry import (
    Head,
    parse_heads,
    require_counts,
    require_hash,
    require_key_number,
    require_number,
)
from backchannel.wire.envelope import Seal, parse_seals, require_generation
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.primitives import require_xwing_public

RECEIPT_PAYLOAD = encode(())
NONCE_BYTES = 16
MLDSA44_SIGNATURE_BYTES = 2420


class Prekey(msgspec.Struct, frozen=True):
    """A station's rotating public key, number n, X-Wing public key of 1216 bytes."""

    n: int
    public: bytes
    since: int
    until: int
    signature: bytes


class Offer(msgspec.Struct, frozen=True):
    """A sender's new epoch e under courier generation g, sealed to each recipient station."""

    epoch: int
    generation: int
    seals: tuple[Seal, ...]


class Opening(msgspec.Struct, frozen=True):
    """The first entry of a station's journal: who writes it, and which own journals end."""

    nonce: bytes
    credential: CredentialId
    reason: str
    ends: tuple[Head, ...]


class Countersign(msgspec.Struct, frozen=True):
    """Another party's word on a succession: how far it holds the journals that end."""

    first: EntryId
    held: tuple[Head, ...]


class Fork(msgspec.Struct, frozen=True):
    """Proof that a key said two things: kind E1 or E2, and two signed headers."""

    kind: int
    proof: tuple[tuple[bytes, bytes], ...]


class Happening(IntEnum):
    """Kinds of line events. Numbers are fixed for all versions."""

    SENT = 1
    SHOWN = 2
    UNOPENED = 3
    OFFER_REFUSED = 4
    PATH = 5
    CLOCK_STEP = 6
    STARTED = 7
    ADDRESS = 8
    EPOCH_ZERO = 9
    BOUND_REACHED = 10
    ESCALATED = 11
    NUMBER_VOID = 12
    DISCLOSED = 13
    SPAN_DISCLOSED = 14
    HANDED_ON = 23


class LineEvent(msgspec.Struct, frozen=True, gc=False):
    """What a station did or met: a kind, and the rest as decoded values in order."""

    kind: int
    values: tuple[Value, ...]


def prekey_signed_bytes(journal_id: bytes, prekey: Prekey) -> bytes:
    """Return what a prekey's ML-DSA-44 signature covers (KEYS-3)."""
    return encode((journal_id, prekey.n, prekey.public, prekey.since, prekey.until))


def pack_prekey(prekey: Prekey) -> bytes:
    """Return the payload of a type 3 entry (RECORD-52)."""
    return encode((prekey.n, prekey.public, prekey.since, prekey.until, prekey.signature))


def parse_prekey(payload: bytes) -> Prekey:
    """Return the prekey in a payload. Raises JunkError (RECORD-52, KEYS-2)."""
    n, public, since, until, signature = require_array(payload, 5, "prekey-shape")
    require_key_number(n)
    require_counts(since, until)
    if since >= until:  # type: ignore[operator]
        raise JunkError("prekey-window", f"a prekey from {since!r} until {until!r} never counts")
    if type(public) is not bytes:
        raise JunkError("prekey-shape", "a prekey's public key is bytes")
    require_xwing_public(public)
    if type(signature) is not bytes or len(signature) != MLDSA44_SIGNATURE_BYTES:
        raise JunkError("prekey-signature", "an ML-DSA-44 signature is 2420 bytes")
    return Prekey(n, public, since, until, signature)  # type: ignore[arg-type]


def pack_offer(offer: Offer) -> bytes:
    """Return the payload of a type 4 entry (RECORD-53)."""
    return encode((offer.epoch, offer.generation, tuple(tuple(s) for s in offer.seals)))


def parse_offer(payload: bytes) -> Offer:
    """Return the offer in a payload. Raises JunkError (RECORD-53)."""
    epoch, generation, seals = require_array(payload, 3, "offer-shape")
    require_key_number(epoch)
    require_generation(generation)
    return Offer(epoch, generation, parse_seals(seals))  # type: ignore[arg-type]


def pack_opening(opening: Opening) -> bytes:
    """Return the payload of a journal's first entry, type 8 (RECORD-51)."""
    return encode((0, opening.nonce, opening.credential, opening.reason, opening.ends))


def pack_countersign(word: Countersign) -> bytes:
    """Return the payload of another party's word on a succession, type 8 (RECORD-51)."""
    return encode((1, word.first, word.held))


def parse_succession(payload: bytes) -> Opening | Countersign:
    """Return what a type 8 entry says. Raises JunkError (RECORD-51)."""
    fields = decode(payload)
    if type(fields) is not tuple or len(fields) not in (3, 5) or type(fields[0]) is not int:
        raise JunkError("succession-shape", "a succession is an array of three or five")
    if fields[0] == 1 and len(fields) == 3:
        require_hash(fields[1])
        return Countersign(fields[1], parse_heads(fields[2]))  # type: ignore[arg-type]
    if fields[0] != 0 or len(fields) != 5:
        raise JunkError("succession-kind", f"got kind {fields[0]}, wanted 0 or 1")
    _, nonce, credential, reason, ends = fields
    if type(nonce) is not bytes or len(nonce) != NONCE_BYTES:
        raise JunkError("succession-nonce", "a journal's nonce is 16 bytes")
    require_hash(credential)
    require_text(reason)
    return Opening(nonce, credential, reason, parse_heads(ends))  # type: ignore[arg-type]


def pack_fork(fork: Fork) -> bytes:
    """Return the payload of a type 9 entry (RECORD-54)."""
    return encode((fork.kind, fork.proof))


def parse_fork(payload: bytes) -> Fork:
    """Return the proof in a payload; whether it proves is judged later. Raises JunkError."""
    kind, proof = require_array(payload, 2, "fork-shape")
    require_counts(kind)
    if type(proof) is not tuple or len(proof) != 2:
        raise JunkError("fork-shape", "a proof holds two signed headers")
    for each in proof:
        if type(each) is not tuple or len(each) != 2 or not all(type(b) is bytes for b in each):
            raise JunkError("fork-shape", "each part of a proof is [header, signature]")
    return Fork(kind, proof)  # type: ignore[arg-type]


def pack_line_events(events: tuple[LineEvent, ...]) -> bytes:
    """Return the payload of a type 11 entry (RECORD-55)."""
    return encode_array(tuple(map(pack_line_event, events)))


def pack_line_event(event: LineEvent) -> bytes:
    """Return the encoding of one line event."""
    return encode((int(event.kind), *event.values))


def values_of(event: LineEvent, packed: bytes) -> bytes:
    """Return the encoding of the values of a known event, cut out of that of the whole."""
    # Known kinds and the counts of their values are below 24: each is one byte.
    return ARRAY_HEADS[len(event.values)] + packed[2:]


def parse_line_events(payload: bytes) -> tuple[LineEvent, ...]:
    """Return the line events of a payload. Unknown kinds are kept, known ones have their shape.

    Raises JunkError (RECORD-55, RECORD-56).
    """
    return tuple(event for event, _ in read_line_events(payload))


def read_line_events(payload: bytes) -> tuple[tuple[LineEvent, bytes], ...]:
    """Return the line events of a payload, each with its encoding (WIRE-6). Raises JunkError."""
    fields: tuple[Value, ...] = ()
    packed: tuple[bytes, ...] = ()
    if payload and payload[0] >> 5 != ARRAY:
        decode(payload)  # what cannot be read is refused for that, before its shape is looked at
    else:
        fields, packed = decode_array(payload)
    if not fields:
        raise JunkError("events-shape", "line events are a list of one or more")
    return tuple(zip(map(parse_line_event, fields), packed, strict=True))


def parse_line_event(value: Value) -> LineEvent:
    """Return one line event. Raises JunkError."""
    if type(value) is not tuple or not value:
        raise JunkError("event-shape", "a line event is [kind, ...]")
    kind, values = value[0], value[1:]
    require_counts(kind)
    event = LineEvent(kind, values)  # type: ignore[arg-type]
    require_shape(event)
    return event


def require_shape(event: LineEvent) -> None:
    """Raise JunkError unless an event of a known kind has its values (RECORD-56)."""
    shape = SHAPES.get(event.kind)
    if shape is None:
        return
    if len(event.values) != len(shape):
        raise JunkError("event-shape", f"kind {event.kind:d} has {len(shape)} values")
    for require, each in zip(shape, event.values, strict=True):
        require(each)


def require_text(value: Value) -> None:
    """Raise JunkError unless the value is a short text."""
    if type(value) is not str or len(value) > REASON_CHARACTERS_MAX:
        raise JunkError("text-shape", f"wanted a text of at most {REASON_CHARACTERS_MAX}")


def require_texts(value: Value) -> None:
    """Raise JunkError unless the value is a list of short texts."""
    for each in require_list(value):
        require_text(each)


def require_bit(value: Value) -> None:
    """Raise JunkError unless the value is 0 or 1."""
    if type(value) is not int or value not in (0, 1):
        raise JunkError("event-shape", "wanted 0 or 1")


def require_hashes(value: Value) -> None:
    """Raise JunkError unless the value is a list of ids."""
    for each in require_list(value):
        require_hash(each)


def require_numbers(value: Value) -> None:
    """Raise JunkError unless the value is a list of counts."""
    require_counts(*require_list(value))


def require_labels(value: Value) -> None:
    """Raise JunkError unless the value is a list of labels of a content, ascending, each once."""
    before = 0
    for each in require_list(value):
        if type(each) is not int or not before < each <= FIELDS_MAX:
            raise JunkError("labels-order", f"labels ascend from 1 to {FIELDS_MAX}, each once")
        before = each


def require_answers(value: Value) -> None:
    """Raise JunkError unless the value is a list of byte strings."""
    if any(type(each) is not bytes for each in require_list(value)):
        raise JunkError("event-shape", "answers are bytes")


def require_list(value: Value) -> tuple[Value, ...]:
    """Return the value if it is a list. Raises JunkError."""
    if type(value) is not tuple:
        raise JunkError("event-shape", "wanted a list")
    return value


# What the values of each kind must be (RECORD-56): who reads the record relies on it.
SHAPES: dict[int, tuple[Callable[[Value], None], ...]] = {
    Happening.SENT: (require_hash, require_numbers),
    Happening.SHOWN: (require_hash, require_hash, require_texts, require_counts),
    Happening.UNOPENED: (require_hashes,),
    Happening.OFFER_REFUSED: (require_hash, require_text),
    Happening.PATH: (require_counts, require_text, require_counts),
    Happening.CLOCK_STEP: (require_counts, require_counts),
    Happening.STARTED: (require_answers,),
    Happening.ADDRESS: (require_counts, require_text, require_hash),
    Happening.EPOCH_ZERO: (require_hash,),
    Happening.BOUND_REACHED: (require_counts, require_number),
    Happening.ESCALATED: (require_hash, require_counts, require_counts),
    Happening.NUMBER_VOID: (require_counts,),
    Happening.DISCLOSED: (require_hash, require_labels, require_text),
    Happening.SPAN_DISCLOSED: (
        *(require_hash, require_hashes),
        *(require_counts, require_counts, require_text),
    ),
    Happening.HANDED_ON: (require_hash, require_text, require_text, require_hash, require_bit),
}


def require_array(payload: bytes, length: int, reason: str) -> tuple[Value, ...]:
    """Return the array in a payload. Raises JunkError(reason) if it has another length."""
    fields = decode(payload)
    if type(fields) is not tuple or len(fields) != length:
        raise JunkError(reason, f"wanted an array of {length}")
    return fields
