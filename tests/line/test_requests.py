"""What a line wants done, derived anew from the state each time."""

from msgspec.structs import replace
from tests.answers import answer_request
from tests.cast import ALDER, BIRCH, NOW, OPEN_WINDOWS, found_cast, sign_prekey
from tests.exchange import Exchange, Station, open_line
from tests.line.hostile import hostile_birch

from backchannel.charter.policy import Policy
from backchannel.limits import DIRECT_SEALS_AT_ONCE, OFFERS_AHEAD_MAX
from backchannel.line.events import EpochSealed, PrekeySigned, Started
from backchannel.line.requests import requests
from backchannel.line.wanted import ReadFrame, SealEpoch, SealKey, SignPrekey
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import Form, parse_envelope
from backchannel.wire.signing import Mode

SMALL = Policy(windows=OPEN_WINDOWS, epoch_envelopes=8)


def wanted(station: Station) -> list[object]:
    return list(requests(station.state, station.clock.now))


def of_kind(station: Station, kind: type) -> list[object]:
    return [request for request in wanted(station) if isinstance(request, kind)]


def test_a_line_at_rest_wants_nothing() -> None:
    """KEYS-18, RECORD-84: asking twice gives the same."""
    alder = open_line().stations[ALDER]
    assert wanted(alder) == wanted(alder) == []


def test_a_prekey_is_renewed_when_its_time_is_over() -> None:
    """KEYS-5: by running time alone (NT56, NT87)."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    alder.clock.now += 10 * 365 * 86_400
    alder.pass_time()
    assert of_kind(alder, SignPrekey) == []
    alder.clock.now = NOW
    alder.clock.elapsed += 86_400_000
    alder.pass_time()
    asked = of_kind(alder, SignPrekey)
    assert [(r.mode, r.n) for r in asked] == [(1, 2), (2, 2), (3, 2)]  # type: ignore[attr-defined]
    exchange.run()
    assert alder.own().prekey and alder.own().prekey.n == 2
    assert exchange.stations[BIRCH].journal(16).prekey == alder.own().prekey


def test_an_answer_that_came_too_late_is_thrown_away() -> None:
    """KEYS-5, KEYS-18, RECORD-84: the signer may answer twice."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    again = SignPrekey(Mode.REAL, 1, NOW, NOW + 9, alder.own().id)
    event: PrekeySigned = sign_prekey(alder.state, again, alder.clock.moment())
    assert alder.do(event) == ()
    alder.clock.elapsed += 50_000_000
    alder.pass_time()
    before = alder.own().seq
    (request,) = [r for r in of_kind(alder, SealEpoch) if r.mode == Mode.REAL]  # type: ignore[attr-defined]
    sealed = answer_request(alder.state, request, alder.clock.moment())  # type: ignore[arg-type]
    assert isinstance(sealed, EpochSealed)
    assert alder.do(replace(sealed, epoch=99)) == ()
    assert alder.do(replace(sealed, seals=())) == ()
    assert alder.own().seq == before
    alder.do(sealed)
    assert alder.own().seq == before + 1


def test_epochs_are_offered_ahead() -> None:
    """KEYS-18: at half of the running one, so that a fast sender never waits for a receipt."""
    exchange = open_line(policy=SMALL)
    alder = exchange.stations[ALDER]
    exchange.lost = lambda sender, receiver, row: sender == BIRCH
    for n in range(30):
        exchange.say(ALDER, f"message {n}")
        alder.serve()
    assert Form.OFFER in [parse_envelope(row.envelope).form for row in alder.mail[-30:]]
    assert alder.own().offered <= 1 + OFFERS_AHEAD_MAX
    # All of it can be opened as it comes, offers first seen in their own envelopes.
    exchange.run()
    assert len(exchange.stations[BIRCH].said()) == 30
    assert exchange.refused == []


def test_an_epoch_ends_at_its_limit() -> None:
    """KEYS-16, KEYS-18."""
    exchange = open_line(policy=SMALL)
    alder = exchange.stations[ALDER]
    for n in range(40):
        exchange.say(ALDER, f"message {n}")
        exchange.run()
    boxes = [parse_envelope(row.envelope) for row in alder.mail]
    real = [box for box in boxes if box.no == 16 and box.form == Form.EPOCH]
    assert max(box.index for box in real) < SMALL.epoch_envelopes
    assert len({box.epoch for box in real}) >= 40 // SMALL.epoch_envelopes
    assert len({(box.epoch, box.index) for box in real}) == len(real)


def test_before_the_first_covered_offer_frames_are_sealed_directly() -> None:
    """KEYS-29: a few at a time, and nothing waits behind a mode that nobody reads."""
    exchange = open_line(modes=(Mode.REAL,))
    alder = exchange.stations[ALDER]
    assert alder.state.core.unsealed.keys() <= {144, 272}
    hands = {m: replace(h, epochs=()) for m, h in alder.state.secrets.hands.items()}
    alder.state = replace(alder.state, secrets=replace(alder.state.secrets, hands=hands))
    for n in range(DIRECT_SEALS_AT_ONCE + 3):
        exchange.say(ALDER, f"message {n}")
    direct = of_kind(alder, SealKey)
    assert len(direct) == DIRECT_SEALS_AT_ONCE
    assert {r.no for r in direct} == {16}  # type: ignore[attr-defined]
    exchange.run()
    assert 16 not in alder.state.core.unsealed
    assert len(exchange.stations[BIRCH].said()) == DIRECT_SEALS_AT_ONCE + 3


def test_what_waited_is_sealed_in_an_epoch_once_there_is_one() -> None:
    """KEYS-29: read back from the store, with its words."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    hands = alder.state.secrets.hands
    closed = {m: replace(h, epochs=()) for m, h in hands.items()}
    alder.state = replace(alder.state, secrets=replace(alder.state.secrets, hands=closed))
    entry = exchange.say(ALDER, "waiting")
    slot = (16, alder.own().seq)
    assert alder.state.core.unsealed == {16: {slot[1]: 4}}
    alder.state = replace(alder.state, secrets=replace(alder.state.secrets, hands=hands))
    assert of_kind(alder, ReadFrame) == [ReadFrame(*slot)]
    exchange.run()
    assert alder.state.core.unsealed == {}
    assert entry in exchange.stations[BIRCH].contents


def test_who_must_not_sign_wants_nothing_signed() -> None:
    """RECORD-70: a station that asks first; a mode whose window is closed."""
    cast = found_cast()
    exchange = Exchange(cast)
    alder = exchange.stations[ALDER]
    alder.do(Started(at=alder.clock.moment(), clean=False, mark=None))
    assert wanted(alder) == []
    closed = open_line(policy=Policy(windows=()))
    alder = closed.stations[ALDER]
    alder.clock.elapsed += 86_400_000
    alder.pass_time()
    assert [r.mode for r in of_kind(alder, SignPrekey)] == [Mode.REAL]  # type: ignore[attr-defined]


def test_without_readers_no_epoch_is_offered() -> None:
    """KEYS-15."""
    alder = Exchange(found_cast(modes=(Mode.REAL,))).stations[ALDER]
    modes = [r.mode for r in of_kind(alder, SealEpoch)]  # type: ignore[attr-defined]
    assert modes == [Mode.REAL]


def test_frames_to_compare_are_read() -> None:
    """RECORD-12."""
    birch = hostile_birch()
    birch.enter((), EntryType.RECEIPT)
    other = birch.frame(encode(()), EntryType.RECEIPT, seq=birch.known().seq, time=1)
    birch.send(other)
    (request,) = wanted(birch.victim)
    assert (request.no, request.seq) == (17, birch.known().seq)  # type: ignore[attr-defined]
