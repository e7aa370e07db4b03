"""Keys that have served are erased; what is owed and the newest prekey stay."""

from tests.cast import ALDER, BIRCH, NOW
from tests.exchange import Exchange, Station, open_line
from tests.line.hostile import Hostile

from backchannel.line.erasure import GRACE_MS, SILENCE_MS
from backchannel.wire.entry import EntryType
from backchannel.wire.signing import Mode

DAY_S = 86_400
DAY_MS = DAY_S * 1_000


def prekeys(station: Station) -> list[int]:
    return [prekey.n for prekey in station.state.secrets.hands[Mode.REAL].prekeys]


def own_epochs(station: Station) -> list[int]:
    return [epoch.epoch for epoch in station.state.secrets.hands[Mode.REAL].epochs]


def age(exchange: Exchange, ms: int, party: int = ALDER) -> Station:
    """Let running time go by at one station."""
    exchange.clock.elapsed += ms
    exchange.stations[party].pass_time()
    return exchange.stations[party]


def test_an_older_prekey_goes_when_all_senders_use_its_successor() -> None:
    """KEYS-31, I15: and not before."""
    exchange = open_line()
    alder = age(exchange, DAY_MS)
    alder.serve()
    assert prekeys(alder) == [1, 2]
    alder.pass_time()
    assert prekeys(alder) == [1, 2]
    exchange.run()
    exchange.pass_time(DAY_S, every=3_600)
    assert alder.journal(17).uses >= 2
    # Birch may come back on a disk of yesterday, and would seal to what it knew then.
    assert 1 in prekeys(alder)
    exchange.pass_time(DAY_S, every=3_600)
    assert 1 not in prekeys(alder) and 2 in prekeys(alder)


def test_a_prekey_that_all_know_to_be_old_goes_when_it_is_old() -> None:
    """KEYS-31: its validity and 72 h of running time, where receipts cover its successor."""
    exchange = open_line()
    alder = age(exchange, DAY_MS)
    alder.serve()
    birch = Hostile(exchange)
    own = alder.own()
    birch.enter((), EntryType.RECEIPT, seen=((16, own.seq, own.head),))
    alder = age(exchange, GRACE_MS - exchange.clock.elapsed + DAY_MS - 1)
    assert 1 in prekeys(alder)
    alder = age(exchange, 1)
    assert prekeys(alder) == [2]


def test_a_prekey_stays_while_a_silent_station_may_know_no_newer_one() -> None:
    """KEYS-31: what it seals after a week of silence must still open; but not for ever."""
    exchange = open_line()
    alder = age(exchange, DAY_MS)
    alder.serve()
    alder = age(exchange, 20 * DAY_MS)
    assert prekeys(alder) == [1, 2]
    alder = age(exchange, SILENCE_MS)
    assert prekeys(alder) == [2]


def test_the_newest_prekey_stays_whatever_its_age() -> None:
    """KEYS-31, NT87: there is always one that can be used."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    state = alder.state
    alder = age(exchange, 400 * DAY_MS)
    assert prekeys(alder) == [1]
    assert state.secrets.hands[Mode.REAL].prekeys == alder.state.secrets.hands[Mode.REAL].prekeys


def test_a_clock_erases_nothing() -> None:
    """NT56, KEYS-31 to KEYS-33."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    before = alder.state.secrets
    exchange.clock.now += 100 * 365 * DAY_S
    alder.pass_time()
    exchange.clock.now = NOW - 365 * DAY_S
    alder.pass_time()
    assert alder.state.secrets.hands[Mode.REAL].prekeys == before.hands[Mode.REAL].prekeys
    assert alder.state.secrets.incoming == before.incoming
    assert own_epochs(alder) == [e.epoch for e in before.hands[Mode.REAL].epochs]


def test_our_own_epoch_goes_when_a_newer_one_is_used_or_its_time_is_over() -> None:
    """KEYS-32."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    first = own_epochs(alder)[0]
    exchange.pass_time(DAY_S, every=3_600)
    assert first not in own_epochs(alder)
    lonely = open_line()
    lonely.lost = lambda sender, receiver, row: True
    alder = lonely.stations[ALDER]
    lonely.pass_time(40 * DAY_S, every=12 * 3_600)
    # 40 days without a receipt: what can no longer be sent in is not kept (NT88).
    assert 1 <= len(own_epochs(alder)) <= 3


def test_others_epochs_go_long_after_they_ended() -> None:
    """KEYS-33: with the keys of the boxes that were skipped in them, never the newest."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    first = min(alder.state.secrets.incoming[17])
    exchange.pass_time(2 * DAY_S, every=3_600)
    assert first in alder.state.secrets.incoming[17]
    exchange.pass_time(3 * DAY_S, every=3_600)
    kept = alder.state.secrets.incoming[17]
    assert first not in kept and max(kept) == alder.journal(17).offered
    silent = age(exchange, 400 * DAY_MS)
    assert set(silent.state.secrets.incoming[17]) == {max(kept)}


def test_an_image_taken_later_opens_nothing_of_before() -> None:
    """NT57, NT58, I15: no key of an ended epoch is in the state."""
    exchange = open_line()
    exchange.say(BIRCH, "long ago")
    exchange.run()
    alder, birch = exchange.stations[ALDER], exchange.stations[BIRCH]
    old = {
        *(e.chain for e in birch.state.secrets.hands[Mode.REAL].epochs),
        *(c.chain for c in alder.state.secrets.incoming[17].values()),
        *(p.private for p in alder.state.secrets.hands[Mode.REAL].prekeys),
    }
    exchange.pass_time(6 * DAY_S, every=3_600)
    assert old
    for station in (alder, birch):
        hand = station.state.secrets.hands[Mode.REAL]
        chains = [c for each in station.state.secrets.incoming.values() for c in each.values()]
        now = {
            *(e.chain for e in hand.epochs),
            *(p.private for p in hand.prekeys),
            *(c.chain for c in chains),
        }
        assert not old & now
