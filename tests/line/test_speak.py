"""Writing our own entries: signed, chained, sealed, and owed until a receipt."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, CEDAR, OPEN_WINDOWS, seed
from tests.exchange import Exchange, Station, open_line
from tests.line.hostile import Hostile, hostile_birch
from tests.line.test_effects import told

from backchannel.charter.policy import Policy
from backchannel.errors import CustodyError, OfficerError
from backchannel.limits import ARRAY_ITEMS_MAX, EVENTS_BYTES_MAX, FRAME_BYTES_MAX
from backchannel.line import speak
from backchannel.line.events import AskedAgain, Consented, KeySealed, Took
from backchannel.line.rows import EntryRow, OutgoingRow, ResealedRow
from backchannel.line.speak import seal_direct, tell
from backchannel.line.work import Work
from backchannel.wire.entry import parse_header
from backchannel.wire.envelope import Form, Seal, pack_frame, parse_envelope
from backchannel.wire.ids import EntryId, entry_id
from backchannel.wire.payload import Happening, LineEvent, parse_line_events
from backchannel.wire.signing import Context, Mode, Purpose, require_signature


def forms(station: Station, count: int) -> list[int]:
    return [parse_envelope(row.envelope).form for row in station.mail[-count:]]


def with_package(exchange: Exchange, generation: int = 1, *parties: int) -> None:
    """Give stations a courier package."""
    for party in parties or range(len(exchange.stations)):
        station = exchange.stations[party]
        secrets = station.state.secrets
        courier = {**secrets.courier, generation: seed(f"package {generation}")}
        station.state = replace(station.state, secrets=replace(secrets, courier=courier))


def without_prekey(exchange: Exchange, party: int, no: int) -> None:
    """A station that has not learned another's prekey."""
    station = exchange.stations[party]
    journals = dict(station.state.core.journals)
    journals[no] = replace(journals[no], prekey=None)
    station.state = replace(station.state, core=replace(station.state.core, journals=journals))


def consent(exchange: Exchange, party: int = ALDER) -> None:
    station = exchange.stations[party]
    officer, _ = exchange.cast.offices[party].officers["first"]
    station.do(Consented(at=station.clock.moment(), mode=Mode.REAL, credential=officer))


def test_a_journal_has_no_gap_and_each_entry_names_the_one_before() -> None:
    """RECORD-1, I2: signed by the key of its first entry's credential."""
    exchange = open_line()
    for n in range(3):
        exchange.say(ALDER, f"message {n}")
    alder = exchange.stations[ALDER]
    own = alder.own()
    before = own.id
    context = Context(Purpose.ENTRY, exchange.cast.line, Mode.REAL)
    for seq in range(own.seq + 1):
        frame = alder.frame(16, seq)
        header = parse_header(frame.header)
        assert (header.no, header.seq, header.prev) == (16, seq, before)
        assert isinstance(frame.signature, bytes)
        require_signature(own.public, frame.signature, context, frame.header)
        before = entry_id(frame.header)
    assert own.head == before


def test_no_key_and_nonce_seal_two_texts() -> None:
    """I17, KEYS-14."""
    exchange = open_line(policy=Policy(windows=OPEN_WINDOWS, epoch_envelopes=8))
    for n in range(20):
        exchange.say(ALDER, f"message {n}")
        exchange.stations[ALDER].seal_again(16, 3)
        exchange.run()
    boxes = [parse_envelope(row.envelope) for row in exchange.stations[ALDER].mail]
    spent = [(b.no, b.epoch, b.index) for b in boxes if b.form == Form.EPOCH]
    assert len(spent) == len(set(spent))


def test_an_entry_that_is_asked_for_is_sealed_again_under_a_newer_key() -> None:
    """NT92, RECORD-63: the same entry, and no human act."""
    exchange = open_line()
    exchange.lost = lambda sender, receiver, row: sender == ALDER
    entry = exchange.say(ALDER, "by courier, weeks late")
    exchange.run()
    exchange.lost = lambda sender, receiver, row: False
    exchange.pass_time(8 * 86_400, every=6 * 3_600)
    alder, birch = exchange.stations[ALDER], exchange.stations[BIRCH]
    assert entry not in birch.contents
    exchange.fill_gaps()
    exchange.run()
    assert entry in birch.contents
    ours = [row.entry for row in alder.rows if isinstance(row, EntryRow)]
    assert ours.count(entry) == 1


def test_another_stations_entry_is_passed_on_once() -> None:
    """RECORD-63: it is not owed by us, so its envelope is not kept."""
    exchange = open_line(3)
    alder = exchange.stations[ALDER]
    alder.seal_again(17, 0)
    row = alder.mail[-1]
    assert isinstance(row, ResealedRow) and (row.no, row.seq) == (17, 0)
    assert parse_envelope(row.envelope).no == 16


def test_asking_for_a_mode_that_we_do_not_speak_gets_nothing() -> None:
    """RECORD-63."""
    exchange = open_line(modes=(Mode.REAL,))
    birch = exchange.stations[BIRCH]
    frame = pack_frame(exchange.stations[ALDER].frame(144, 0))
    assert birch.do(AskedAgain(at=birch.clock.moment(), no=144, seq=0, frame=frame)) == ()


def test_an_answer_of_the_signer_for_a_slot_that_no_longer_waits() -> None:
    """KEYS-29, RECORD-84."""
    alder = open_line().stations[ALDER]
    event = KeySealed(at=alder.clock.moment(), no=16, seq=0, frame=b"", key=seed("key"), seals=())
    assert alder.do(event) == ()


def test_direct_seals_go_into_as_many_envelopes_as_hold_them() -> None:
    """KEYS-22, RECORD-43: a long frame to many readers; the first envelope is kept."""
    alder = open_line().stations[ALDER]
    work = Work(alder.state)
    work.unsealed = {16: {3: 1}}
    seals = tuple(Seal(16 * n, 1, bytes(1168)) for n in range(1, 6))
    seal_direct(work, (16, 3), bytes(FRAME_BYTES_MAX - 1_300), key=seed("key"), seals=seals)
    kinds = [type(row) for row in work.rows]
    assert kinds == [OutgoingRow, ResealedRow, ResealedRow]
    found = [parse_envelope(row.envelope).seals for row in work.rows]  # type: ignore[union-attr]
    assert tuple(seal for some in found for seal in some) == seals
    assert all(len(row.envelope) <= 65_472 for row in work.rows)  # type: ignore[union-attr]


def test_epoch_zero_needs_a_package_and_a_person() -> None:
    """NT68, KEYS-30: there is no classical seal to fall back to."""
    exchange = open_line()
    with pytest.raises(OfficerError, match="no-courier-package"):
        consent(exchange)
    without_prekey(exchange, ALDER, 17)
    entry = exchange.say(ALDER, "waiting for a key")
    exchange.run()
    alder, birch = exchange.stations[ALDER], exchange.stations[BIRCH]
    assert entry not in birch.contents and 16 in alder.state.core.unsealed
    with_package(exchange)
    exchange.run()
    assert entry not in birch.contents
    consent(exchange)
    exchange.run()
    assert entry in birch.contents and alder.state.core.unsealed == {}
    assert set(forms(alder, 2)) == {Form.EPOCH_ZERO}
    assert told(alder, Happening.EPOCH_ZERO) == [(exchange.cast.offices[0].officers["first"][0],)]
    assert exchange.refused == []


def test_a_consent_lasts_until_all_can_be_reached_in_an_epoch() -> None:
    """KEYS-30: the next time a person is asked again."""
    exchange = open_line()
    with_package(exchange)
    consent(exchange)
    alder = exchange.stations[ALDER]
    assert Form.EPOCH_ZERO not in forms(alder, 1)
    assert alder.state.core.consent == {}
    hands = {m: replace(h, epochs=()) for m, h in alder.state.secrets.hands.items()}
    alder.state = replace(alder.state, secrets=replace(alder.state.secrets, hands=hands))
    consent(exchange)
    entry = exchange.say(ALDER, "no epoch is usable now")
    assert forms(alder, 2) == [Form.EPOCH_ZERO] * 2
    exchange.run()
    assert entry in exchange.stations[BIRCH].contents
    exchange.say(ALDER, "in an epoch again")
    assert forms(alder, 1) == [Form.EPOCH] and alder.state.core.consent == {}


def test_a_new_package_begins_a_chain_of_its_own() -> None:
    """KEYS-23, I17: both sides count from 0 under it."""
    exchange = open_line()
    without_prekey(exchange, ALDER, 17)
    with_package(exchange, 1)
    consent(exchange)
    first = exchange.say(ALDER, "under the first")
    exchange.run()
    with_package(exchange, 2)
    second = exchange.say(ALDER, "under the second")
    exchange.run()
    birch = exchange.stations[BIRCH]
    assert {first, second} <= birch.contents.keys()
    boxes = [parse_envelope(row.envelope) for row in exchange.stations[ALDER].mail]
    zero = [(box.epoch, box.index) for box in boxes if box.form == Form.EPOCH_ZERO]
    assert (1, 0) in zero and (2, 0) in zero and len(set(zero)) == len(zero)


def test_one_party_without_a_prekey_is_reason_enough() -> None:
    """KEYS-30: with three parties, the text must reach all of them."""
    exchange = open_line(3)
    with_package(exchange)
    without_prekey(exchange, ALDER, 18)
    consent(exchange)
    entry = exchange.say(ALDER, "to both")
    exchange.run()
    assert all(entry in exchange.stations[p].contents for p in (BIRCH, CEDAR))


def test_many_line_events_go_into_several_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """RECORD-55: what was taken while a path was slow, and answers as long as they may be."""
    alder = open_line().stations[ALDER]
    before = alder.own().seq
    ids = tuple(EntryId(seed(str(n))) for n in range(2 * ARRAY_ITEMS_MAX))
    alder.do(Took(at=alder.clock.moment(), path=1, mode=Mode.REAL, entries=ids))
    entries = [alder.entries[16, seq] for seq in range(before + 1, alder.own().seq + 1)]
    events = [e for row in entries for e in parse_line_events(row.payload or b"")]
    assert [event.values for event in events] == [(entry, (1,)) for entry in ids]
    assert all(len(row.payload or b"") <= EVENTS_BYTES_MAX for row in entries) and len(entries) > 1
    work = Work(alder.state)
    work.begin(alder.clock.moment())
    answers = (LineEvent(Happening.STARTED, ((bytes(49_000),),)),) * 3
    tell(work, Mode.REAL, *answers)
    assert work.own(Mode.REAL).seq == alder.own().seq + 3
    monkeypatch.setattr(speak, "ARRAY_ITEMS_MAX", 2)
    tell(work, Mode.REAL, *(LineEvent(Happening.NUMBER_VOID, (n,)) for n in range(5)))
    assert work.own(Mode.REAL).seq == alder.own().seq + 6
    tell(work, Mode.REAL)
    assert work.own(Mode.REAL).seq == alder.own().seq + 6


def test_a_station_without_a_number_left_hears_and_cannot_speak() -> None:
    """RECORD-72, RECORD-78: it says so, instead of signing twice."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    hands = {
        mode: replace(hand, numbers=hand.numbers[:1])
        for mode, hand in alder.state.secrets.hands.items()
    }
    alder.state = replace(alder.state, secrets=replace(alder.state.secrets, hands=hands))
    twin = open_line()
    twin.say(ALDER, "said by a clone")
    newest = twin.stations[ALDER].own().seq
    alder.arrive(Hostile(exchange).seal(pack_frame(twin.stations[ALDER].frame(16, newest))))
    assert alder.own().ended and alder.own().no == 16
    with pytest.raises(CustodyError, match="no-number-left"):
        alder.do(exchange.released(ALDER, "silenced"))
    entry = exchange.say(BIRCH, "do you hear us")
    exchange.run()
    assert entry in alder.contents


def test_a_flood_of_wants_makes_no_kept_rows() -> None:
    """RECORD-63, NT65: entries of others that are sealed again are not kept."""
    birch = hostile_birch(3)
    alder = birch.victim
    for _ in range(5):
        alder.seal_again(18, 0)
    assert [row for row in alder.outbox if row[0] == 18] == []
