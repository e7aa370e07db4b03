"""Signed nonsense: entries, envelopes and answers that a station with valid keys can make.

It must not decide what is sent to whom, see `hostile`. Everything is made outside the product's
rules from a station's own state: its keys, its heads, the others' prekeys.
"""

import msgspec

from backchannel.line.effects import take_effect
from backchannel.line.epochs import direct_info
from backchannel.line.events import Moment
from backchannel.line.rows import Row
from backchannel.line.speak import Words, append, open_epoch
from backchannel.line.state import Journal, LineState, OutEpoch
from backchannel.line.succession import VERSION, parse_query
from backchannel.line.work import Work
from backchannel.path.messages import Query
from backchannel.sim.faults import Chance
from backchannel.sim.stand_ins import replaced
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType, Head, Header, pack_header
from backchannel.wire.envelope import Envelope, Form, Frame, Seal, pack_frame, seal_envelope
from backchannel.wire.ids import payload_hash
from backchannel.wire.payload import Offer, pack_offer
from backchannel.wire.primitives import hpke_seal
from backchannel.wire.signing import Context, Mode, Purpose, sign


class Forged(msgspec.Struct, frozen=True, kw_only=True):
    """What a forged entry is to claim; what is left out is as the journal's next entry has it."""

    type: int
    payload: bytes
    no: int | None = None
    seq: int | None = None
    prev: bytes | None = None
    seen: tuple[Head, ...] = ()
    content: bytes | None = None


def forge(state: LineState, mode: int, at: Moment, forged: Forged) -> bytes:
    """Return the frame of an entry with our own good signature, whatever it claims."""
    own = state.core.journals[state.core.own[mode]]
    header = Header(
        own.no if forged.no is None else forged.no,
        own.seq + 1 if forged.seq is None else forged.seq,
        own.head if forged.prev is None else forged.prev,
        forged.seen,
        at.now,
        at.uncertainty,
        forged.type,
        payload_hash(forged.payload),
    )
    raw = pack_header(header)
    signature = sign(
        state.secrets.hands[mode].secret, Context(Purpose.ENTRY, state.line, Mode(mode)), raw
    )
    return pack_frame(Frame(raw, signature, forged.payload, forged.content))


def direct(state: LineState, frame: bytes, to: Journal, key: bytes) -> bytes:
    """Return a frame sealed directly to one journal. The journal has a prekey."""
    assert to.prekey is not None
    sender = state.core.own[to.mode]
    info = direct_info(state.line, sender, recipient=to.id, n=to.prekey.n)
    seals = (Seal(to.no, to.prekey.n, hpke_seal(to.prekey.public, key, info)),)
    return seal_envelope(state.line, key, Envelope(Form.DIRECT, sender, b"", seals=seals), frame)


def targets(state: LineState, mode: int) -> list[Journal]:
    """Return the journals of others to whom something can be sealed, in a fixed order."""
    ours = {hand.credential for hand in state.secrets.hands.values()}
    found = [
        j
        for j in state.core.journals.values()
        if j.mode == mode and j.prekey is not None and not j.ended and j.credential not in ours
    ]
    return sorted(found, key=lambda j: j.no)


def write_anything(
    state: LineState, mode: int, at: Moment, words: Words
) -> tuple[LineState, tuple[Row, ...]]:
    """Return the state after an entry of any type and payload in our own chain, sealed to all."""
    work = Work(state)
    work.begin(at)
    append_anything(work, mode, words)
    return work.freeze(), tuple(work.rows)


def append_anything(work: Work, mode: int, words: Words, *, offer: OutEpoch | None = None) -> None:
    """Write an entry without taking it in: our own product would refuse what others must bear."""
    with replaced({take_effect: no_effect}):
        append(work, mode, words, offer=offer)


def no_effect(*_: object) -> None:
    """Take no entry in."""


def write_with_false_seen(
    state: LineState, mode: int, at: Moment, *, words: Words, heads: dict[int, Head]
) -> tuple[LineState, tuple[Row, ...]]:
    """Return the state after an entry in our own chain that cites heads as it likes."""
    work = Work(state)
    work.begin(at)
    true = dict(work.journals)
    for no, seq, head in heads.values():
        if no in true:
            work.journals[no] = msgspec.structs.replace(true[no], seq=seq, head=head)
    own = work.own(mode)
    less = {no: head for no, head in own.seen.items() if no not in heads}
    work.journals[own.no] = msgspec.structs.replace(own, seen=less)
    append_anything(work, mode, words)
    for no in heads:
        if no in true:
            work.journals[no] = true[no]
    return work.freeze(), tuple(work.rows)


def offer_to_anybody(
    state: LineState, mode: int, at: Moment, *, seals: tuple[Seal, ...], epoch: int
) -> tuple[LineState, tuple[Row, ...]]:
    """Return the state after an offer with seals of our choice, in our own chain."""
    work = Work(state)
    work.begin(at)
    payload = pack_offer(Offer(epoch, 0, seals))
    opened = open_epoch(work, mode, epoch, at.entropy)
    append_anything(work, mode, Words(EntryType.OFFER, payload), offer=opened)
    return work.freeze(), tuple(work.rows)


def deny(state: LineState, query: Query) -> tuple[bytes, bytes]:
    """Return a signed answer to a restarted station: that we hold nothing of its journals.

    Raises JunkError for a question that cannot be read.
    """
    asked = parse_query(query.query)
    known = [state.core.journals[no] for no in asked.numbers if no in state.core.journals]
    mode = Mode(known[0].mode) if known else Mode.REAL
    own = state.core.journals[state.core.own[mode]]
    hand = state.secrets.hands[mode]
    shown = tuple((no, None, None) for no in asked.numbers)
    head = (own.no, own.seq, own.head)
    raw = encode((VERSION, asked.nonce, hand.credential, head, shown))
    return raw, sign(hand.secret, Context(Purpose.ANSWER, state.line, mode), raw)


def false_heads(state: LineState, mode: int, chance: Chance) -> dict[int, Head]:
    """Return heads of others' journals that are too high, too low, or of the wrong id."""
    heads: dict[int, Head] = {}
    for journal in targets(state, mode):
        if chance.happens(0.7):
            seq = max(0, journal.seq + chance.pick((-2, -1, 0, 0, 1, 50, 100_000)))
            trail = state.trails.get(journal.no, {})
            true = chance.happens(0.3) and seq in trail
            heads[journal.no] = (journal.no, seq, trail[seq] if true else chance.entropy())
    return heads
