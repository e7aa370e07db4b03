"""Offers: the epoch that each opens, judged by what its writer had seen."""

from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, CEDAR, seed
from tests.exchange import Station, open_line
from tests.line.hostile import Hostile, hostile_birch, reason
from tests.line.newcomer import FIRST
from tests.line.test_effects import told
from tests.line.test_recipients import newcomer_with_prekey

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.errors import BackchannelError
from backchannel.limits import INCOMING_EPOCHS_MAX
from backchannel.line.epochs import first_chain, key_context, message_key, offer_info
from backchannel.line.events import Given
from backchannel.wire.codec import Value, encode
from backchannel.wire.entry import EntryType, Head
from backchannel.wire.envelope import Envelope, Form, Frame, pack_frame, seal_envelope
from backchannel.wire.ids import entry_id
from backchannel.wire.payload import Happening
from backchannel.wire.primitives import hpke_seal
from backchannel.wire.signing import Mode

SEED = seed("an epoch's seed")


def offer(
    birch: Hostile,
    *,
    epoch: int | None = None,
    n: int | None = None,
    generation: int = 0,
    more: tuple[int, ...] = (),
) -> Value:
    """The payload of an offer to Alder, and to other journals too."""
    to = birch.victim.own(birch.mode)
    assert to.prekey is not None
    number = birch.known().offered + 1 if epoch is None else epoch
    prekey = to.prekey.n if n is None else n
    info = offer_info(
        *(birch.cast.line, birch.known().id, number),
        recipient=to.id,
        n=prekey,
        generation=generation,
    )
    rows = [(to.no, prekey, hpke_seal(to.prekey.public, SEED, info))]
    rows += [(no, 1, bytes(1168)) for no in more]
    return (number, generation, tuple(sorted(rows)))


def seal_offer(birch: Hostile, frame: Frame, epoch: int, start: bytes = b"") -> bytes:
    """An offer's own envelope: in the epoch that it opens, its payload outside the box."""
    chain = start or first_chain(bytes(32), SEED)
    key = message_key(chain, key_context(birch.cast.line, birch.known().id, epoch))
    empty = Envelope(Form.OFFER, birch.no, b"", payload=frame.payload or b"")
    return seal_envelope(birch.cast.line, key, empty, pack_frame(replace(frame, payload=None)))


def epochs_of(station: Station, no: int) -> set[int]:
    return set(station.state.secrets.incoming.get(no, {}))


def test_an_offer_opens_its_own_epoch() -> None:
    """KEYS-21: no earlier key is needed."""
    birch = hostile_birch()
    before = epochs_of(birch.victim, 17)
    value = offer(birch)
    assert isinstance(value, tuple) and isinstance(value[0], int)
    frame = birch.frame(encode(value), EntryType.OFFER)
    assert birch.victim.arrive(seal_offer(birch, frame, value[0])) is None
    assert epochs_of(birch.victim, 17) == before | {value[0]}
    assert birch.known().uses == 1
    # Box 0 was the offer; the next one is box 1.
    assert birch.victim.state.secrets.incoming[17][value[0]].index == 1
    # A replay changes nothing.
    rows = len(birch.victim.rows)
    assert birch.victim.arrive(seal_offer(birch, frame, value[0])) is None
    assert len(birch.victim.rows) == rows


def test_an_offer_in_another_envelope_opens_its_epoch_too() -> None:
    """KEYS-21: whoever asked for it again gets it under a newer key."""
    birch = hostile_birch()
    value = offer(birch)
    birch.enter(value, EntryType.OFFER)
    assert isinstance(value, tuple) and value[0] in epochs_of(birch.victim, 17)


def test_an_offer_behind_a_gap_opens_its_epoch_at_once() -> None:
    """KEYS-21: its boxes may come before what fills the gap."""
    birch = hostile_birch()
    value = offer(birch)
    assert isinstance(value, tuple) and isinstance(value[0], int)
    first = birch.frame(encode(()), EntryType.RECEIPT)
    ahead = birch.frame(
        encode(value),
        EntryType.OFFER,
        seq=birch.known().seq + 2,
        prev=entry_id(first.header),
    )
    birch.victim.arrive(seal_offer(birch, ahead, value[0]))
    assert value[0] in epochs_of(birch.victim, 17)
    birch.send(first)
    assert birch.known().offered == value[0] and birch.verdict() == ""


def test_an_offer_to_a_superseded_prekey_is_refused_and_entered() -> None:
    """NT1, KEYS-19: its own seen covers the newer prekey. The sender is told, once."""
    birch = hostile_birch()
    alder = birch.victim
    old = alder.own().prekey
    alder.clock.elapsed += 86_400_000
    alder.pass_time()
    alder.serve()
    newer = alder.own()
    assert old and newer.prekey and newer.prekey.n == old.n + 1
    value = superseded_offer(birch, old.public, old.n)
    seen: tuple[Head, ...] = ((16, newer.prekey.seq, alder.entries[16, newer.prekey.seq].entry),)
    entry = birch.enter(value, EntryType.OFFER, seen=seen)
    assert told(alder, Happening.OFFER_REFUSED) == [(entry, "prekey-superseded")]
    assert isinstance(value, tuple) and value[0] not in epochs_of(alder, 17)
    again = alder.frame(17, birch.known().seq)
    birch.send(again)
    assert len(told(alder, Happening.OFFER_REFUSED)) == 1


def superseded_offer(birch: Hostile, public: bytes, n: int) -> Value:
    """An offer to an older prekey of Alder."""
    to = birch.victim.own()
    number = birch.known().offered + 1
    info = offer_info(birch.cast.line, birch.known().id, number, recipient=to.id, n=n, generation=0)
    return (number, 0, ((to.no, n, hpke_seal(public, SEED, info)),))


def test_who_has_not_seen_the_newer_prekey_may_use_the_older() -> None:
    """NT87, KEYS-19: both rules are causal; a clock refuses nothing."""
    birch = hostile_birch()
    alder = birch.victim
    old = alder.own().prekey
    alder.clock.elapsed += 86_400_000
    alder.clock.now += 10 * 365 * 86_400
    alder.pass_time()
    alder.serve()
    assert old is not None
    value = superseded_offer(birch, old.public, old.n)
    birch.enter(value, EntryType.OFFER)
    assert told(alder, Happening.OFFER_REFUSED) == []
    assert isinstance(value, tuple) and value[0] in epochs_of(alder, 17)


def test_an_offer_that_names_who_may_not_read_is_refused() -> None:
    """NT95, KEYS-19: an unlisted station, or an overseer's."""
    birch = hostile_birch()
    entry = birch.enter(offer(birch, more=(16 * 4_000 + 1,)), EntryType.OFFER)
    assert told(birch.victim, Happening.OFFER_REFUSED) == [(entry, "recipient-may-not-read")]
    exchange = open_line()
    newcomer_with_prekey(exchange, powers=1 << 10)
    again = Hostile(exchange)
    office = exchange.cast.offices[BIRCH].authority
    seen: tuple[Head, ...] = ((BIRCH, office.seq, office.head),)
    entry = again.enter(offer(again, more=(FIRST,)), EntryType.OFFER, seen=seen)
    assert told(again.victim, Happening.OFFER_REFUSED) == [(entry, "recipient-may-not-read")]


def test_a_reader_who_was_revoked_meanwhile_makes_no_offer_bad() -> None:
    """KEYS-19, I19: an honest sender had not seen it, and all must come to one verdict."""
    exchange = open_line(3)
    alder, cedar = exchange.stations[ALDER], exchange.cast.offices[CEDAR]
    birch = Hostile(exchange)
    credential = exchange.stations[CEDAR].own().credential
    frame = cedar.enter(pack_revoke(Revoke(credential, RevocationReason.LOST, None)))
    alder.do(Given(at=alder.clock.moment(), frames=(frame,)))
    value = offer(birch, more=(18,))
    birch.enter(value, EntryType.OFFER)
    assert told(alder, Happening.OFFER_REFUSED) == []
    assert isinstance(value, tuple) and value[0] in epochs_of(alder, 17)


def test_numbers_of_offers_rise() -> None:
    """KEYS-18."""
    birch = hostile_birch()
    held = birch.known().offered
    birch.enter(offer(birch, epoch=held + 5), EntryType.OFFER)
    before = epochs_of(birch.victim, 17)
    birch.enter(offer(birch, epoch=held + 5), EntryType.OFFER)
    assert birch.verdict() == "invalid: offer-number"
    birch.enter(offer(birch, epoch=held + 4), EntryType.OFFER)
    assert birch.verdict() == "invalid: offer-number"
    assert epochs_of(birch.victim, 17) == before


def test_an_offer_for_others_alone_is_accepted_and_opens_nothing() -> None:
    """KEYS-12, RECORD-53."""
    exchange = open_line(3)
    birch = Hostile(exchange)
    before = epochs_of(birch.victim, 17)
    number = birch.known().offered + 1
    birch.enter((number, 0, ((18, 1, bytes(1168)),)), EntryType.OFFER)
    assert birch.verdict() == "" and birch.known().offered == number
    assert epochs_of(birch.victim, 17) == before


def test_an_offer_under_a_package_that_we_lack_opens_nothing() -> None:
    """KEYS-13: even though its seal is for us and opens."""
    birch = hostile_birch()
    value = offer(birch, generation=3)
    assert isinstance(value, tuple)
    birch.enter(value, EntryType.OFFER)
    assert birch.verdict() == ""
    assert value[0] not in epochs_of(birch.victim, 17)


def test_only_its_sender_sends_an_offer() -> None:
    """KEYS-21, NT97: the payload outside is his, and so is the frame inside."""
    exchange = open_line(3)
    birch, cedar = Hostile(exchange), Hostile(exchange, CEDAR)
    value = offer(cedar)
    assert isinstance(value, tuple) and isinstance(value[0], int)
    frame = cedar.frame(encode(value), EntryType.OFFER)
    chain = first_chain(bytes(32), SEED)
    # Cedar's offer, sealed as if Birch had sent it: the seal is bound to Cedar's journal.
    assert reason(birch.victim.arrive(seal_offer(birch, frame, value[0], chain))) in (
        "not-authentic",
        "offer-foreign",
    )
    # Another entry of Birch's in the place of an offer.
    other = offer(birch)
    assert isinstance(other, tuple) and isinstance(other[0], int)
    receipt = birch.frame(encode(other), EntryType.RECEIPT)
    outcome = birch.victim.arrive(seal_offer(birch, receipt, other[0]))
    assert reason(outcome) == "offer-foreign"


def test_epochs_of_one_sender_are_bounded() -> None:
    """NT89, I18: the newest few."""
    birch = hostile_birch()
    for _ in range(INCOMING_EPOCHS_MAX + 3):
        birch.enter(offer(birch), EntryType.OFFER)
    kept = epochs_of(birch.victim, 17)
    assert len(kept) == INCOMING_EPOCHS_MAX and max(kept) == birch.known().offered


def test_an_offer_in_a_mode_that_we_do_not_speak_is_only_held() -> None:
    """KEYS-21: by hand or by another station."""
    exchange = open_line(modes=(Mode.REAL,))
    drill = Hostile(exchange, ALDER, Mode.EXERCISE)
    birch = exchange.stations[BIRCH]
    drill.victim = birch
    frame = drill.frame(encode((1, 0, ((145, 1, bytes(1168)),))), EntryType.OFFER)
    outcome = birch.arrive(drill.seal(pack_frame(frame), Mode.REAL))
    assert not isinstance(outcome, BackchannelError)
    assert birch.journal(144).offered == 1
    assert told(birch, Happening.OFFER_REFUSED) == []
