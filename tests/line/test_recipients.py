"""Who can open what we send, and which epoch they are known to hold."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH
from tests.exchange import Exchange, Station, open_line
from tests.line.hostile import Hostile
from tests.line.newcomer import FIRST, Newcomer

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.charter.powers import Power
from backchannel.line import recipients as module
from backchannel.line.events import AskedAgain, Given
from backchannel.line.recipients import (
    is_covered,
    may_read,
    newest_usable,
    out_of_reach,
    recipients,
)
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import Form, pack_frame, parse_envelope
from backchannel.wire.signing import Mode


def readers(station: Station, mode: Mode = Mode.REAL) -> list[int]:
    return [j.no for j in recipients(Work(station.state), mode)]


def newcomer_with_prekey(exchange: Exchange, **changes: object) -> Newcomer:
    """Birch's second station, introduced, with its first prekey."""
    newcomer = Newcomer(exchange, **changes)
    newcomer.introduce()
    newcomer.arrive(newcomer.opening())
    second = Hostile(exchange)
    second.no = FIRST
    second.hand = replace(second.hand, secret=newcomer.keys.secret, pq_seed=newcomer.keys.pq_seed)
    second.enter(second.prekey("newcomer", 1), EntryType.PREKEY)
    assert second.verdict() == ""
    return newcomer


def test_all_live_stations_of_the_mode_that_may_read() -> None:
    """KEYS-15."""
    exchange = open_line(3)
    assert readers(exchange.stations[ALDER]) == [17, 18]
    assert readers(exchange.stations[BIRCH]) == [16, 18]
    assert readers(exchange.stations[ALDER], Mode.TEST) == [17 + 16 * 16, 18 + 16 * 16]
    newcomer_with_prekey(exchange)
    assert readers(exchange.stations[ALDER]) == [17, 18, FIRST]


def test_an_overseers_station_reads_nothing() -> None:
    """KEYS-15, NT95: it lacks the power, so no seal of ours names it."""
    exchange = open_line()
    newcomer_with_prekey(exchange, powers=int(Power.WRITE))
    assert readers(exchange.stations[ALDER]) == [17]


def test_a_revoked_station_reads_no_more() -> None:
    """KEYS-15, NT12: the epochs that it holds end with it."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    assert newest_usable(Work(alder.state), Mode.REAL) is not None
    credential = exchange.stations[BIRCH].own().credential
    payload = pack_revoke(Revoke(credential, RevocationReason.COMPROMISE, None))
    frame = exchange.cast.offices[BIRCH].enter(payload)
    alder.do(Given(at=alder.clock.moment(), frames=(frame,)))
    assert readers(alder) == []
    assert newest_usable(Work(alder.state), Mode.REAL) is None


def test_a_party_has_so_many_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """KEYS-15, NT89: a further one gets no seal; an offer must fit one object."""
    exchange = open_line()
    newcomer_with_prekey(exchange)
    monkeypatch.setattr(module, "READERS_PER_PARTY_MAX", 1)
    assert readers(exchange.stations[ALDER]) == [17]
    monkeypatch.setattr(module, "READERS_PER_PARTY_MAX", 8)
    monkeypatch.setattr(module, "SEALS_MAX", 3)
    assert readers(exchange.stations[ALDER]) == [17]


def test_who_may_read_is_judged_as_of_a_head() -> None:
    """KEYS-19, I19: by what a writer had seen, not by what came later."""
    exchange = open_line()
    newcomer = newcomer_with_prekey(exchange)
    alder, office = exchange.stations[ALDER], exchange.cast.offices[BIRCH]
    issued_at = office.authority.seq
    payload = pack_revoke(Revoke(newcomer.credential, RevocationReason.LOST, None))
    frame = office.enter(payload)
    alder.do(Given(at=alder.clock.moment(), frames=(frame,)))
    work = Work(alder.state)

    def at(upto: int, no: int = FIRST, mode: Mode = Mode.REAL) -> bool:
        return may_read(work, no, mode=mode, upto=upto)

    assert at(issued_at)
    assert not at(issued_at - 1)
    assert not at(issued_at + 1)
    assert not at(issued_at, mode=Mode.TEST)
    assert not at(issued_at, no=16 * 4_000 + BIRCH)
    assert not at(issued_at, no=18)
    # A head that Alder does not hold yet: nothing is known, so nothing is held against it.
    assert at(issued_at + 9, no=16 * 4_000 + BIRCH)


def test_an_epoch_is_used_when_each_party_has_it() -> None:
    """KEYS-16, KEYS-17: one live station of each is enough, and a silent one holds nobody back."""
    exchange = open_line(3)
    alder = exchange.stations[ALDER]
    work = Work(alder.state)
    epoch = newest_usable(work, Mode.REAL)
    assert epoch is not None and epoch.recipients == (17, 18)
    for no in (17, 18):
        holds = {**alder.journal(no).holds, 16: epoch.offered_at - 1}
        other = Work(alder.state)
        other.journals[no] = replace(alder.journal(no), holds=holds)
        assert not is_covered(other, Mode.REAL, epoch)
        assert newest_usable(other, Mode.REAL) is None
    newcomer_with_prekey(exchange)
    both = Work(alder.state)
    assert is_covered(both, Mode.REAL, epoch)
    # Yet it is not open to the newcomer, so a further epoch is due.
    assert newest_usable(both, Mode.REAL) is None


def test_a_party_without_a_prekey_is_out_of_reach() -> None:
    """KEYS-30."""
    exchange = open_line(3)
    alder = exchange.stations[ALDER]
    assert not out_of_reach(Work(alder.state), Mode.REAL)
    work = Work(alder.state)
    work.journals[18] = replace(alder.journal(18), prekey=None)
    assert out_of_reach(work, Mode.REAL)
    # A further station of our own party does not count.
    alone = Work(alder.state)
    alone.journals[48] = replace(alder.journal(18), no=48, party=ALDER, prekey=None)
    assert not out_of_reach(alone, Mode.REAL)


@pytest.mark.parametrize("unopened", [True, False])
def test_what_some_recipient_cannot_open_is_sealed_to_it_directly(unopened: bool) -> None:
    """KEYS-29: the offer of the epoch in use may lie behind the gap that is to be filled."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    newcomer_with_prekey(exchange)
    exchange.run()
    # Birch's first station holds the offer to both; the second has said nothing of it yet.
    frame = pack_frame(alder.frame(16, 1))
    at = alder.clock.moment()
    alder.do(AskedAgain(at=at, no=16, seq=1, frame=frame, unopened=unopened))
    assert alder.state.directly == ({(16, 1)} if unopened else set())
    alder.serve()
    envelope = parse_envelope(alder.outbox[16, 1].envelope)
    assert envelope.form == (Form.DIRECT if unopened else Form.EPOCH)
    assert [seal.no for seal in envelope.seals] == ([17, FIRST] if unopened else [])
    assert alder.state.directly == set() and alder.state.core.unsealed == {}


def test_what_all_recipients_can_open_is_sealed_in_the_epoch() -> None:
    """KEYS-29: where everybody holds the offer, whoever asks will have its key."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    frame = pack_frame(alder.frame(16, 1))
    alder.do(AskedAgain(at=alder.clock.moment(), no=16, seq=1, frame=frame, unopened=True))
    assert parse_envelope(alder.mail[-1].envelope).form == Form.EPOCH
    assert alder.state.directly == set()
