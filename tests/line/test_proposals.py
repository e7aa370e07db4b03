"""When minutes are proposed, and when a proposal is cosigned."""

from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, CEDAR, NOW, YEAR
from tests.exchange import open_line
from tests.line.hostile import hostile_birch, reason
from tests.line.test_minutes import cosigned, minutes, order, own_row, proposals, said

from backchannel.charter.policy import Policy, Window
from backchannel.limits import (
    COSIGNATURES_MAX,
    MINUTE_ROWS_MAX,
    MINUTES_AN_HOUR_MAX,
)
from backchannel.line.events import Cosigned, MinuteOrdered
from backchannel.line.minutes import checkpoint_of
from backchannel.line.proposals import PROPOSE_AFTER_MS, sizes_of, to_cosign
from backchannel.line.state import Minutes, Proposed
from backchannel.line.work import Work
from backchannel.proof.cosignature import cosign, cosigner_of
from backchannel.store.lines import pack_core, parse_core
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId
from backchannel.wire.minute import Cosigning, Proposal
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

SINGLE = 5
HOUR_S = PROPOSE_AFTER_MS // 1000


def test_a_proposal_waits_until_every_entry_is_held() -> None:
    """PROOF-23: what a gap hides is not cosigned; a restart keeps what is open (RECORD-82)."""
    exchange = open_line(3)
    alder, birch, cedar = exchange.stations
    exchange.say(CEDAR, "for Alder, but not yet for Birch")
    exchange.skip(CEDAR, BIRCH)
    exchange.carry(CEDAR, ALDER)
    alder.pass_time()
    order(alder)
    exchange.carry(ALDER, BIRCH)
    (waiting,) = minutes(birch).open.values()
    assert dict(waiting.sizes)[cedar.own().no] == birch.journal(cedar.own().no).seq + 2
    assert not to_cosign(Work(birch.state), Mode.REAL)
    # Nothing but the committed state says so: it is read back as the store gives it.
    birch.state = replace(birch.state, core=parse_core(pack_core(birch.state.core)))
    exchange.fill_gaps()
    exchange.run()
    assert not minutes(birch).open
    by_birch = {who for each in cosigned(alder).values() for who in each}
    assert birch.own().credential in by_birch


def test_each_proposal_is_cosigned_once() -> None:
    """PROOF-22: a late answer is thrown away (RECORD-84)."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    made = order(alder)
    exchange.run()
    before = len(said(alder, alder.own().no))
    alder.do(Cosigned(at=alder.clock.moment(), mode=Mode.REAL, minute=made, rows=()))
    assert len(said(alder, alder.own().no)) == before
    assert [type(each) for each in said(alder, alder.own().no)] == [Proposal, Cosigning]


def test_a_proposal_names_the_newest_minutes_of_others_once() -> None:
    """PROOF-20."""
    exchange = open_line(3)
    alder, birch, cedar = exchange.stations
    for _ in range(2):
        order(birch)
        exchange.run()
    newest = order(birch)
    other = order(cedar)
    exchange.run()
    order(alder)
    exchange.run()
    order(alder)
    first, second = proposals(alder)
    assert first.named == tuple(sorted((newest, other)))
    assert second.named == ()
    assert [each.n for each in proposals(birch)] == [1, 2, 3]


def test_a_closed_matter_has_a_minute() -> None:
    """PROOF-23: when an officer of its own closes it; the others do not follow with one."""
    exchange = open_line()
    alder, birch = exchange.stations
    entry = exchange.say(ALDER, "a matter")
    exchange.run()
    assert proposals(alder) == []
    values = (NOW, None, None)
    exchange.say(ALDER, "", kind=Kind.CLOSE, category=SINGLE, refs=(entry,), values=values)
    (proposal,) = proposals(alder)
    assert dict(proposal.sizes)[alder.own().no] == alder.own().seq
    exchange.run()
    assert proposals(birch) == []


def test_an_hour_after_a_statement_one_party_proposes() -> None:
    """PROOF-23: the first of the charter; the others find their statements covered."""
    exchange = open_line()
    alder, birch = exchange.stations
    exchange.pass_time(2 * HOUR_S, every=600)
    assert proposals(alder) == proposals(birch) == []
    exchange.say(BIRCH, "after a long silence")
    exchange.run()
    exchange.pass_time(HOUR_S - 60, every=HOUR_S - 60)
    assert proposals(alder) == []
    exchange.pass_time(120)
    assert len(proposals(alder)) == 1
    exchange.pass_time(3 * HOUR_S, every=600)
    # Neither minutes nor receipts nor line events call for another (PROOF-23).
    assert len(proposals(alder)) == 1
    assert proposals(birch) == []
    assert minutes(alder).uncovered == minutes(birch).uncovered == {}


def test_a_party_cut_off_proposes_for_itself_and_each_party_a_little_later() -> None:
    """PROOF-23: 120 seconds for each place of the index."""
    exchange = open_line()
    birch = exchange.stations[BIRCH]
    exchange.lost = lambda sender, receiver, row: True
    exchange.say(BIRCH, "into the dark")
    exchange.pass_time(HOUR_S, every=HOUR_S)
    assert proposals(birch) == []
    exchange.pass_time(120)
    assert len(proposals(birch)) == 1
    assert minutes(birch).uncovered == {}


def test_a_proposal_that_covers_nothing_of_ours_does_not_silence_us() -> None:
    """PROOF-23: what counts is what this station has cosigned itself."""
    birch = hostile_birch()
    alder = birch.victim
    birch.exchange.say(ALDER, "a matter")
    alder.serve()
    for _ in range(4):
        alder.clock.elapsed += PROPOSE_AFTER_MS // 4
        n = birch.known().minutes + 1
        birch.enter((0, n, (), ((birch.no, birch.known().seq + 1),)), EntryType.MINUTE)
        assert birch.verdict() == ""
        alder.serve()
    alder.pass_time()
    assert len(proposals(alder)) == 1


def test_a_mode_without_a_window_has_no_minute() -> None:
    """PROOF-23, RECORD-17; an unknown mode is refused too."""
    window = Window(Mode.EXERCISE, NOW + YEAR, NOW + 2 * YEAR)
    exchange = open_line(policy=Policy(windows=(window,)))
    alder = exchange.stations[ALDER]
    event = MinuteOrdered(at=alder.clock.moment(), mode=Mode.EXERCISE)
    assert reason(alder.try_(event)) == "window-closed"
    assert reason(alder.try_(replace(event, mode=9))) == "no-such-mode"


def test_a_mode_has_minutes_of_its_own() -> None:
    """PROOF-21: an exercise cosigns its own journals and the authority journals."""
    exchange = open_line()
    alder, birch = exchange.stations
    order(alder, Mode.EXERCISE)
    exchange.run()
    (proposal,) = proposals(alder, alder.own(Mode.EXERCISE).no)
    mine, theirs = alder.own(Mode.EXERCISE).no, birch.own(Mode.EXERCISE).no
    assert {no for no, _ in proposal.sizes} == {0, 1, mine, theirs}
    assert Mode.REAL not in alder.state.core.minutes
    assert all(len(who) == 2 for who in cosigned(birch).values())


def test_who_proposes_without_end_is_answered_a_few_times_an_hour() -> None:
    """RECORD-18: with his newest; an hour later again."""
    birch = hostile_birch()
    alder = birch.victim
    for n in range(1, MINUTES_AN_HOUR_MAX + 4):
        birch.enter((0, n, (), (own_row(birch),)), EntryType.MINUTE)
        alder.serve()
    assert len(said(alder, alder.own().no)) == MINUTES_AN_HOUR_MAX
    (waiting,) = minutes(alder).open.values()
    assert waiting.n == MINUTES_AN_HOUR_MAX + 3
    alder.clock.elapsed += 3_600_000
    alder.pass_time()
    alder.serve()
    assert len(said(alder, alder.own().no)) == MINUTES_AN_HOUR_MAX + 1
    assert not minutes(alder).open


def test_many_cosignatures_take_several_entries() -> None:
    """PROOF-22."""
    alder = open_line().stations[ALDER]
    own = alder.own()
    numbers = range(16 * 40, 16 * (40 + COSIGNATURES_MAX + 5), 16)
    seen = {**own.seen, **{no: (no, 3, b"h" * 32) for no in numbers}}
    sizes = tuple((no, 4) for no in numbers)
    waiting = Proposed(EntryId(b"e" * 32), own.no, 1, NOW, sizes)
    core = replace(
        alder.state.core,
        journals={
            **alder.state.core.journals,
            **{no: replace(own, no=no, mode=int(Mode.TEST), seq=3) for no in numbers},
            own.no: replace(own, seen=seen),
        },
        minutes={int(Mode.REAL): Minutes(open={own.no: waiting})},
    )
    alder.state = replace(alder.state, core=core)
    assert [each.sizes for each in to_cosign(Work(alder.state), Mode.REAL)] == [sizes]
    # All these journals have one id here, so that one signature is that of each.
    checkpoint = checkpoint_of(alder.state.line, core.journals, own.no, size=4, root=b"r" * 32)
    assert checkpoint is not None
    cosigner = cosigner_of(alder.state.line, own.credential)
    signature = cosign(alder.state.secrets.hands[Mode.REAL].pq_seed, cosigner, checkpoint)
    rows = tuple((no, size, b"r" * 32, signature) for no, size in sizes)
    at = alder.clock.moment()
    alder.do(Cosigned(at=at, mode=Mode.REAL, minute=waiting.entry, rows=rows))
    answers = [each for each in said(alder, own.no) if isinstance(each, Cosigning)]
    assert [len(each.rows) for each in answers] == [COSIGNATURES_MAX, 5]
    assert answers[0].rows + answers[1].rows == rows
    assert not minutes(alder).open


def test_a_wide_line_proposes_its_own_journal_and_what_grew() -> None:
    """PROOF-21: at most 64 rows."""
    exchange = open_line()
    work = Work(exchange.stations[ALDER].state)
    own = work.own(Mode.REAL)
    numbers = range(16 * 40, 16 * 40 + 16 * 70, 16)
    seen = {**own.seen, **{no: (no, 3, b"h" * 32) for no in numbers}}
    proposed = dict.fromkeys(list(numbers)[:20], 4)
    work.journals[own.no] = replace(own, seen=seen, proposed=proposed)
    rows = sizes_of(work, Mode.REAL)
    assert len(rows) == MINUTE_ROWS_MAX and rows == tuple(sorted(rows))
    assert own.no in dict(rows)
    assert not set(dict(rows)) & set(list(numbers)[10:20])
