"""Long histories: quiet days, keys that rotate, paths that fail for weeks, disorder and loss."""

from collections import Counter
from random import Random

import pytest
from tests.cast import ALDER, BIRCH, OPEN_WINDOWS
from tests.exchange import Envelope, Exchange, Station, open_line

from backchannel.charter.policy import Policy
from backchannel.line.rows import EntryRow
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence

DAY_S = 86_400


def record_of(station: Station) -> dict[tuple[int, int], bytes]:
    """The entries that a station holds, by slot."""
    return {slot: row.entry for slot, row in station.entries.items()}


def require_one_record(exchange: Exchange) -> None:
    """I1, I2: all stations hold the same entries, in chains without a gap."""
    records = [record_of(station) for station in exchange.stations]
    journals = {no for record in records for no, _ in record if no >= 16}
    for no in journals:
        heads = [max((s for n, s in record if n == no), default=-1) for record in records]
        assert max(heads) - min(heads) <= 1, (no, heads)
        shared = min(heads)
        for seq in range(shared + 1):
            assert len({record[no, seq] for record in records}) == 1


def settle_all(exchange: Exchange) -> None:
    """Nothing is lost any more: resend until all is held."""
    exchange.lost = lambda sender, receiver, row: False
    exchange.order = None
    for _ in range(6):
        exchange.resend()
        exchange.run()
        exchange.fill_gaps()
        exchange.run()


def test_a_quiet_day_holds_signs_of_life_alone() -> None:
    """NT90, RECORD-60, RECORD-61: nothing feeds itself."""
    exchange = open_line()
    before = [len(station.entries) for station in exchange.stations]
    exchange.pass_time(DAY_S, every=300)
    for station, count in zip(exchange.stations, before, strict=True):
        new = [row for row in station.rows if isinstance(row, EntryRow)][count:]
        kinds = Counter((row.no, row.type) for row in new)
        for no in (16, 17, 144, 145, 272, 273):
            life = kinds[no, EntryType.RECEIPT]
            # Every ten minutes; keys of the day have receipts of their own.
            assert 140 <= life <= 160, (no, life)
            assert kinds[no, EntryType.PREKEY] == 1
            assert 1 <= kinds[no, EntryType.OFFER] <= 4
            others = sum(n for (j, kind), n in kinds.items() if j == no) - life
            assert others <= 6
    require_one_record(exchange)


def test_a_sign_of_life_may_say_nothing_new() -> None:
    """RECORD-60: its seen is empty when nothing has moved."""
    exchange = open_line()
    exchange.lost = lambda sender, receiver, row: True
    exchange.pass_time(3_600, every=600)
    alder = exchange.stations[ALDER]
    newest = alder.entries[16, alder.own().seq]
    assert newest.type == EntryType.RECEIPT
    assert parse_header(newest.header).seen == ()


def test_keys_rotate_for_a_week_under_traffic() -> None:
    """KEYS-5, KEYS-16, KEYS-18, KEYS-31 to KEYS-33."""
    exchange = open_line()
    random = Random(5)
    said = []
    for hour in range(7 * 8):
        exchange.pass_time(3 * 3_600, every=3_600)
        said.append((random.randrange(2), f"message {hour}"))
        exchange.say(*said[-1])
        exchange.run()
    for station in exchange.stations:
        assert len(station.said()) == len(said)
        hand = station.state.secrets.hands[Mode.REAL]
        assert len(hand.prekeys) <= 3 and len(hand.epochs) <= 3
        assert station.own().prekey and station.own().prekey.n >= 7
        assert station.own().offered >= 7
        assert station.state.core.unsealed == {}
    assert exchange.refused == []
    require_one_record(exchange)


@pytest.mark.parametrize("days", [2, 12])
@pytest.mark.parametrize("both", [True, False])
def test_a_line_comes_back_after_silence(days: int, both: bool) -> None:
    """NT92, KEYS-31: prekeys went round many times while one way, or both, was cut."""
    exchange = open_line()
    before = exchange.say(ALDER, "before")
    exchange.lost = lambda sender, receiver, row: both or sender == ALDER
    exchange.pass_time(days * DAY_S, every=6 * 3_600)
    during = [exchange.say(party, f"during {party}") for party in (ALDER, BIRCH)]
    exchange.run()
    alder, birch = exchange.stations
    if not both:
        # What Birch says is heard all the time, though Birch knows Alder's first prekey alone.
        assert during[1] in alder.contents
    settle_all(exchange)
    after = [exchange.say(party, f"after {party}") for party in (ALDER, BIRCH)]
    exchange.run()
    for entry in (before, *during, *after):
        assert entry in alder.contents and entry in birch.contents
    require_one_record(exchange)


@pytest.mark.parametrize("seed", range(4))
def test_loss_and_disorder_end_in_one_record(seed: int) -> None:
    """I1, I2, I5, I12, NT23, NT24: three stations, a third of all envelopes lost, none in order."""
    exchange = open_line(3, policy=Policy(windows=OPEN_WINDOWS, epoch_envelopes=16))
    random = Random(seed)
    exchange.order = random

    def lossy(sender: int, receiver: int, row: Envelope) -> bool:
        return random.random() < 0.35

    exchange.lost = lossy
    said = []
    for turn in range(25):
        party = random.randrange(3)
        precedence = random.choice((Precedence.FLASH, Precedence.ROUTINE))
        said.append(exchange.say(party, f"message {turn}", precedence=precedence))
        exchange.run()
        if turn % 8 == 7:
            exchange.resend()
    settle_all(exchange)
    for station in exchange.stations:
        assert set(said) <= station.contents.keys()
        assert [r for r in station.evidence() if r.startswith("fork")] == []
        assert not any(pending for pending in station.state.pending.values())
    require_one_record(exchange)


def test_receipts_never_claim_more_than_was_held() -> None:
    """I5, I6: in a history with loss, every seen names a head that its writer had by then."""
    exchange = open_line(3)
    random = Random(11)
    exchange.order = random
    exchange.lost = lambda sender, receiver, row: random.random() < 0.3
    for turn in range(12):
        exchange.say(random.randrange(3), f"message {turn}")
        exchange.run()
    for station in exchange.stations:
        held: dict[tuple[int, int], bytes] = {}
        for row in station.rows:
            if not isinstance(row, EntryRow):
                continue
            held[row.no, row.seq] = row.entry
            if row.no in station.state.core.own.values():
                for no, seq, head in parse_header(row.header).seen:
                    assert held[no, seq] == head
                    assert all((no, before) in held for before in range(seq + 1))


def test_one_way_traffic_under_a_hostile_clock() -> None:
    """NT56, NT87: ten years ahead, a day back; no key retires, and the line goes on."""
    exchange = open_line()
    for step_s in (10 * 365 * DAY_S, -DAY_S, 1, -10 * 365 * DAY_S):
        exchange.clock.now += step_s
        exchange.pass_time(1_200, every=60)
    entry = exchange.say(BIRCH, "the clock is right again")
    exchange.run()
    assert entry in exchange.stations[ALDER].contents
    for station in exchange.stations:
        assert station.own().prekey and station.own().prekey.n == 1
        assert station.own().no in (16, 17)
