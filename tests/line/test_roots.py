"""Two roots of one journal and size: the line finds who cosigned both, and who differs from us."""

from msgspec.structs import replace
from tests.cast import ALDER, BIRCH
from tests.line.hostile import Hostile, hostile_birch
from tests.line.test_minutes import order

from backchannel.limits import CONTRADICTIONS_MAX, UNMATCHED_MINUTES_MAX
from backchannel.line.events import OtherRoot, RootsRead
from backchannel.line.minutes import checkpoint_of
from backchannel.line.requests import requests
from backchannel.line.rows import EvidenceRow
from backchannel.line.wanted import MatchRoots
from backchannel.proof.cosignature import cosign, cosigner_of
from backchannel.proof.merkle import root_of
from backchannel.wire.codec import Value, decode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId

OTHER, THIRD = b"r" * 32, b"t" * 32
A_MINUTE = EntryId(b"?" * 32)


def signed(birch: Hostile, no: int, size: int, root: bytes) -> Value:
    """A row of a minute that Birch's key has truly signed."""
    journals = birch.victim.state.core.journals
    checkpoint = checkpoint_of(birch.cast.line, journals, no, size=size, root=root)
    assert checkpoint is not None
    cosigner = cosigner_of(birch.cast.line, birch.hand.credential)
    return no, size, root, cosign(birch.hand.pq_seed, cosigner, checkpoint)


def cosigns(birch: Hostile, no: int, size: int, root: bytes) -> EntryId:
    """Birch cosigns a checkpoint in its next entry, and Alder looks into its store."""
    made = birch.enter((1, A_MINUTE, (signed(birch, no, size, root),)), EntryType.MINUTE)
    assert birch.verdict() == ""
    birch.victim.serve()
    return made


def kept(birch: Hostile) -> list[EvidenceRow]:
    """What Alder has kept against Birch's cosignatures."""
    rows = (row for row in birch.victim.rows if isinstance(row, EvidenceRow))
    return [row for row in rows if row.reason in ("two-roots", "other-root")]


def true_root(birch: Hostile, no: int, size: int) -> bytes:
    """The root of a journal as Alder's record has it."""
    return root_of([birch.victim.entries[no, seq].entry for seq in range(size)])


def test_two_roots_of_one_checkpoint_convict_their_station() -> None:
    """PROOF-12, PROOF-95, NT35: the proof names both minutes, and is kept once."""
    birch = hostile_birch()
    own = birch.victim.own().no
    first = cosigns(birch, own, 1, true_root(birch, own, 1))
    assert kept(birch) == []
    second = cosigns(birch, own, 1, OTHER)
    (row,) = kept(birch)
    assert (row.no, row.seq, row.reason) == (birch.no, birch.known().seq, "two-roots")
    assert decode(row.body) == (own, 1, first, second)
    assert birch.known().contradictions == (("two-roots", own, 1),)
    cosigns(birch, own, 1, THIRD)
    assert len(kept(birch)) == 1
    assert birch.victim.state.core.unmatched == ()


def test_a_root_that_is_not_ours_is_found_whoever_cosigns_first() -> None:
    """PROOF-96: our own cosignature is the other half of it."""
    for before in (True, False):
        birch = hostile_birch()
        alder = birch.victim
        size = birch.known().seen[ALDER][1] + 1
        if before:
            false = cosigns(birch, ALDER, size, OTHER)
            order(alder)
            alder.serve()
        else:
            order(alder)
            alder.serve()
            false = cosigns(birch, ALDER, size, OTHER)
        found = {(row.reason, row.no, decode(row.body)) for row in kept(birch)}
        assert found == {("other-root", birch.no, (ALDER, size, false))}


def test_honest_stations_are_never_suspected() -> None:
    """PROOF-95, PROOF-96: however often they cosign."""
    birch = hostile_birch()
    exchange = birch.exchange
    for station in (*exchange.stations, *exchange.stations):
        order(station)
        exchange.run()
    for station in exchange.stations:
        assert station.evidence() == []
        assert station.state.core.unmatched == ()


def test_a_third_station_that_differs_from_another_is_compared_with_ours_alone() -> None:
    """PROOF-96: what two others say of each other convicts neither here."""
    exchange = hostile_birch(3).exchange
    birch, cedar = Hostile(exchange, BIRCH), Hostile(exchange, 2)
    own = exchange.stations[ALDER].own().no
    cosigns(birch, own, 1, OTHER)
    cosigns(cedar, own, 1, THIRD)
    assert kept(birch) == []


def test_an_answer_that_nobody_waits_for_changes_nothing() -> None:
    """RECORD-84: and neither does one that speaks of other checkpoints, or of the same root."""
    birch = hostile_birch()
    alder = birch.victim
    own = alder.own().no
    made = birch.enter((1, A_MINUTE, (signed(birch, own, 1, OTHER),)), EntryType.MINUTE)
    other = OtherRoot(own, 1, THIRD, birch.hand.credential, A_MINUTE, birch.no, 1)
    alder.do(RootsRead(at=alder.clock.moment(), minute=A_MINUTE, others=(other,)))
    assert kept(birch) == []
    others = (replace(other, size=2), replace(other, root=OTHER))
    alder.do(RootsRead(at=alder.clock.moment(), minute=made, others=others))
    assert kept(birch) == [] and alder.state.core.unmatched == ()


def test_what_is_to_be_compared_is_asked_for_until_it_is_answered() -> None:
    """RECORD-84: it is part of the state, so a crash in between loses no proof."""
    birch = hostile_birch()
    alder = birch.victim
    own = alder.own().no
    made = birch.enter((1, A_MINUTE, (signed(birch, own, 1, OTHER),)), EntryType.MINUTE)
    wanted = MatchRoots(made, ((own, 1, OTHER),))
    for _ in range(2):
        assert wanted in requests(alder.state, alder.clock.now)
    alder.serve()
    assert wanted not in requests(alder.state, alder.clock.now)


def test_a_liar_costs_a_bounded_number_of_proofs() -> None:
    """PROOF-95: of one journal CONTRADICTIONS_MAX are kept, and UNMATCHED_MINUTES_MAX wait."""
    birch = hostile_birch()
    alder = birch.victim
    own = alder.own().no
    made = birch.enter((1, A_MINUTE, (signed(birch, own, 1, OTHER),)), EntryType.MINUTE)
    marks = tuple(("two-roots", 0, size) for size in range(1, CONTRADICTIONS_MAX + 1))
    journals = {**alder.state.core.journals}
    journals[birch.no] = replace(journals[birch.no], contradictions=marks)
    (waiting,) = alder.state.core.unmatched
    core = replace(
        alder.state.core, journals=journals, unmatched=(waiting,) * UNMATCHED_MINUTES_MAX
    )
    alder.state = replace(alder.state, core=core)
    row = signed(birch, own, 1, THIRD)
    newest = birch.enter((1, A_MINUTE, (row,)), EntryType.MINUTE)
    assert len(alder.state.core.unmatched) == UNMATCHED_MINUTES_MAX
    assert alder.state.core.unmatched[-1].entry == newest
    other = OtherRoot(own, 1, OTHER, birch.hand.credential, made, birch.no, 1)
    alder.do(RootsRead(at=alder.clock.moment(), minute=newest, others=(other,)))
    assert kept(birch) == [] and len(birch.known().contradictions) == CONTRADICTIONS_MAX
