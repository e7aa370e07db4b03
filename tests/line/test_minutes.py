"""Minutes: what is cosigned, and what a station may not say in one."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, NOW
from tests.exchange import Station, open_line
from tests.line.hostile import Hostile, hostile_birch

from backchannel.limits import (
    OPEN_PROPOSALS_MAX,
)
from backchannel.line.events import MinuteOrdered
from backchannel.line.minutes import checkpoint_of, note_proposal
from backchannel.line.rows import CosignatureRow
from backchannel.line.state import Minutes, Proposed
from backchannel.line.work import Work
from backchannel.proof.cosignature import cosign, cosigner_of, require_cosignature
from backchannel.proof.merkle import root_of
from backchannel.wire.codec import Value
from backchannel.wire.entry import EntryType, Header
from backchannel.wire.ids import EntryId
from backchannel.wire.minute import Cosigning, Proposal, parse_minute
from backchannel.wire.signing import Mode


def said(station: Station, no: int) -> list[Proposal | Cosigning]:
    """All minutes of a journal, as a station holds them."""
    rows = (station.entries[slot] for slot in sorted(station.entries) if slot[0] == no)
    return [parse_minute(row.payload or b"") for row in rows if row.type == EntryType.MINUTE]


def proposals(station: Station, no: int | None = None) -> list[Proposal]:
    """The proposals of a journal, or of the station's own."""
    found = said(station, station.own().no if no is None else no)
    return [each for each in found if isinstance(each, Proposal)]


def cosigned(station: Station) -> dict[tuple[int, int, bytes], set[bytes]]:
    """Who has cosigned which checkpoint, as a station has verified it."""
    found: dict[tuple[int, int, bytes], set[bytes]] = {}
    for row in station.rows:
        if isinstance(row, CosignatureRow):
            found.setdefault((row.no, row.size, row.root), set()).add(row.credential)
    return found


def order(station: Station, mode: Mode = Mode.REAL) -> EntryId:
    """Have a person order a minute, and return the proposal's entry."""
    made = station.try_(MinuteOrdered(at=station.clock.moment(), mode=mode))
    assert isinstance(made, bytes), made
    return EntryId(made)


def roots(station: Station, sizes: tuple[tuple[int, int], ...]) -> set[tuple[int, int, bytes]]:
    """The checkpoints at these sizes as a station's own record has them."""
    return {
        (no, size, root_of([station.entries[no, seq].entry for seq in range(size)]))
        for no, size in sizes
    }


def minutes(station: Station, mode: Mode = Mode.REAL) -> Minutes:
    """What a station remembers of the minutes of a mode."""
    return station.state.core.minutes[mode]


def test_an_ordered_minute_is_cosigned_by_all_and_the_roots_are_those_of_both_records() -> None:
    """PROOF-12, PROOF-21, PROOF-22, PROOF-23: also by who proposed it."""
    exchange = open_line()
    alder, birch = exchange.stations[ALDER], exchange.stations[BIRCH]
    exchange.say(BIRCH, "before")
    exchange.run()
    made = order(alder)
    (proposal,) = proposals(alder)
    slot = next(slot for slot, row in alder.entries.items() if row.entry == made)
    assert {no for no, _ in proposal.sizes} == {0, 1, alder.own().no, birch.own().no}
    assert dict(proposal.sizes)[alder.own().no] == slot[1]
    exchange.run()
    wanted = roots(alder, proposal.sizes)
    assert wanted == roots(birch, proposal.sizes)
    both = {alder.own().credential, birch.own().credential}
    for station in (alder, birch):
        assert cosigned(station) == dict.fromkeys(wanted, both)
        assert not minutes(station).open
        assert station.evidence() == []


def test_a_cosignature_holds_under_the_key_of_the_credential_alone() -> None:
    """PROOF-11, PROOF-12: whoever has the row, the journal's id and the key can check it."""
    exchange = open_line()
    alder, birch = exchange.stations
    order(alder)
    exchange.run()
    row = next(
        row
        for row in birch.rows
        if isinstance(row, CosignatureRow) and row.credential == alder.own().credential
    )
    journals = birch.state.core.journals
    checkpoint = checkpoint_of(exchange.cast.line, journals, row.no, size=row.size, root=row.root)
    assert checkpoint is not None
    cosigner = cosigner_of(exchange.cast.line, row.credential)
    require_cosignature(alder.own().pq_public, row.signature, cosigner, checkpoint)


Made = Callable[[Hostile], Value]


def own_row(birch: Hostile, more: int = 1) -> tuple[int, int]:
    """The row of its own journal in its next entry, or one beyond it."""
    return birch.no, birch.known().seq + more


@pytest.mark.parametrize(
    ("made", "verdict"),
    [
        (lambda birch: (0, 1, (), (own_row(birch),)), ""),
        (lambda birch: (), "invalid: minute-shape"),
        (lambda birch: (2, 1), "invalid: minute-kind"),
        (lambda birch: (0, 2, (), (own_row(birch),)), "invalid: minute-number"),
        (lambda birch: (0, 1, (), (own_row(birch, 2),)), "invalid: minute-rows"),
        (lambda birch: (0, 1, (), ((0, 99), own_row(birch))), "invalid: minute-rows"),
        (lambda birch: (0, 1, (), (own_row(birch), (33 + 16, 1))), "invalid: minute-rows"),
        (lambda birch: (1, b"?" * 32, ()), ""),
        (
            lambda birch: (1, b"?" * 32, ((*own_row(birch, 2), b"r" * 32, b"s" * 2420),)),
            "invalid: minute-rows",
        ),
        (
            lambda birch: (1, b"?" * 32, ((*own_row(birch), b"r" * 32, b"s" * 2420),)),
            "invalid: bad-signature",
        ),
    ],
)
def test_what_a_minute_may_not_say_is_a_breach(made: Made, verdict: str) -> None:
    """PROOF-20, PROOF-21, PROOF-22: kept in its slot, with the reason; nothing is cosigned."""
    birch = hostile_birch()
    birch.enter(made(birch), EntryType.MINUTE)
    assert birch.verdict() == verdict
    assert birch.victim.evidence() == [verdict.removeprefix("invalid: ")] * bool(verdict)
    assert cosigned(birch.victim) == {}


def test_a_size_that_shrinks_is_a_breach() -> None:
    """PROOF-21: within one journal; what it named before still counts."""
    birch = hostile_birch()
    first = own_row(birch)
    birch.enter((0, 1, (), (first,)), EntryType.MINUTE)
    birch.enter((0, 2, (), ((birch.no, first[1] - 1),)), EntryType.MINUTE)
    assert birch.verdict() == "invalid: minute-shrinks"
    assert birch.known().minutes == 1
    birch.enter((0, 2, (), (first,)), EntryType.MINUTE)
    assert birch.verdict() == ""
    assert birch.known().proposed == dict((first,))


def signed_row(birch: Hostile, no: int, *, size: int, root: bytes) -> Value:
    """A row that the hostile station's post-quantum key has truly signed."""
    journals = birch.victim.state.core.journals
    checkpoint = checkpoint_of(birch.cast.line, journals, no, size=size, root=root)
    assert checkpoint is not None
    cosigner = cosigner_of(birch.cast.line, birch.hand.credential)
    return no, size, root, cosign(birch.hand.pq_seed, cosigner, checkpoint)


def test_a_root_that_differs_from_ours_stands_beside_it() -> None:
    """PROOF-22: it is another's word, signed; we sign our own and never his."""
    birch = hostile_birch()
    alder = birch.victim
    no, size = own_row(birch)
    row = signed_row(birch, no, size=size, root=b"r" * 32)
    proposed = birch.enter((0, 1, (), ((no, size),)), EntryType.MINUTE)
    birch.enter((1, proposed, (row,)), EntryType.MINUTE)
    assert birch.verdict() == ""
    alder.serve()
    ((_, _, ours),) = roots(alder, ((no, size),))
    assert cosigned(alder) == {
        (no, size, b"r" * 32): {birch.hand.credential},
        (no, size, ours): {alder.own().credential},
    }


def test_a_cosignature_of_a_journal_not_held_here_is_neither_judged_nor_kept() -> None:
    """PROOF-22: what it is called is not known yet."""
    birch = hostile_birch()
    unknown = 16 * 60
    row = (unknown, 3, b"r" * 32, b"s" * 2420)
    seen = ((unknown, 2, b"h" * 32),)
    birch.enter((1, b"?" * 32, (row,)), EntryType.MINUTE, seen=seen)
    assert birch.verdict() == ""
    assert cosigned(birch.victim) == {}


def test_the_newest_proposal_of_a_journal_is_open_and_of_all_a_bounded_number() -> None:
    """PROOF-23: who is back after days cosigns once, and nobody fills our memory."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    work = Work(alder.state)
    journal = work.own(Mode.REAL)
    header = Header(journal.no, 9, journal.head, (), NOW, 2, EntryType.MINUTE, b"h" * 32)
    base = Proposed(EntryId(b"e" * 32), 0, 1, NOW, ((0, 1),))
    work.minutes[Mode.REAL] = Minutes(
        open={no: replace(base, no=no) for no in range(1_000, 1_000 + OPEN_PROPOSALS_MAX)}
    )
    note_proposal(work, journal, header, Proposal(1, (), ((journal.no, 1),)))
    open_now = work.minutes[Mode.REAL].open
    assert len(open_now) == OPEN_PROPOSALS_MAX
    assert 1_000 not in open_now and list(open_now)[-1] == journal.no
    again = replace(header, seq=10)
    note_proposal(work, work.own(Mode.REAL), again, Proposal(2, (), ((journal.no, 2),)))
    assert work.minutes[Mode.REAL].open[journal.no].n == 2
