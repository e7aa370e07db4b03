"""The working copy: what one event leaves for the next, and what it gives back."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, NOW, OPEN_WINDOWS, found_cast, make_charter, seed
from tests.exchange import open_line

from backchannel.charter.charter import pack_charter
from backchannel.charter.policy import Policy
from backchannel.charter.signatures import sign_charter
from backchannel.errors import CustodyError
from backchannel.line.events import Given, Moment, TimePassed
from backchannel.line.step import step
from backchannel.line.work import Work
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.signing import Mode


def test_running_time_never_goes_back() -> None:
    """RECORD-80: it alone ages anything, so no event can make it less."""
    state = found_cast().states[ALDER]
    later, _ = step(state, TimePassed(at=Moment(NOW, 5_000, seed("a"))))
    again, _ = step(later, TimePassed(at=Moment(NOW, 3_000, seed("b"))))
    assert (later.core.elapsed, again.core.elapsed) == (5_000, 5_000)


def test_chance_comes_once() -> None:
    """RECORD-81: one draw of the world gives many, and no two are one."""
    work = Work(found_cast().states[ALDER])
    work.begin(Moment(NOW, 0, seed("entropy")))
    assert len({work.chance(b"a"), work.chance(b"a"), work.chance(b"b")}) == 3


def test_a_mode_without_a_journal_is_our_own_fault() -> None:
    """RECORD-83."""
    work = Work(found_cast(modes=(Mode.REAL,)).states[BIRCH])
    with pytest.raises(CustodyError, match="no-journal"):
        work.own(Mode.TEST)


def test_heads_of_nothing_are_nothing() -> None:
    """RECORD-5: neither a journal nor an authority that is not held has a head."""
    work = Work(found_cast().states[ALDER])
    assert work.head_of(9) is None
    assert work.head_of(33) is None
    authority = work.authorities[BIRCH]
    assert work.head_of(BIRCH) == (BIRCH, authority.seq, authority.head)
    work.authorities[BIRCH] = replace(authority, seq=-1)
    assert work.head_of(BIRCH) is None


def test_an_amendment_changes_the_policy_from_the_next_step_on() -> None:
    """RECORD-14: what the own office has entered holds here at once, and stays."""
    exchange = open_line()
    cast = exchange.cast
    charter, keys = make_charter(policy=Policy(windows=OPEN_WINDOWS, receipt_delay_ms=777))
    amended = replace(charter, predecessor=cast.line, nonce=seed("second")[:16])
    raw = pack_charter(amended)
    signatures = tuple(
        tuple(sign_charter(cast.line, raw, party=party, root=0, keys=pairs[0]))
        for party, pairs in enumerate(keys)
    )
    office = cast.offices[ALDER]
    frame = office.enter(encode((raw, signatures)), type=EntryType.AMENDMENT)
    alder = exchange.stations[ALDER]
    alder.do(Given(at=alder.clock.moment(), frames=(frame,)))
    assert alder.state.authorities[ALDER].refused == {}
    assert alder.state.charter.policy.receipt_delay_ms == 777
    alder.pass_time()
    assert alder.state.charter.policy.receipt_delay_ms == 777
    assert alder.state.line == cast.line


def test_what_one_step_holds_another_cannot_change() -> None:
    """RECORD-82: states share what did not change, and nothing that will."""
    exchange = open_line()
    before = exchange.stations[ALDER].state
    heads = {no: journal.seq for no, journal in before.core.journals.items()}
    trails = {no: dict(trail) for no, trail in before.trails.items()}
    exchange.say(ALDER, "hello")
    exchange.run()
    assert {no: journal.seq for no, journal in before.core.journals.items()} == heads
    assert before.trails == trails
