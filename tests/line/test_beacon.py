"""The beacon of a station: when it beats, what it hides, and what another may not say."""

from itertools import pairwise

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, NOW
from tests.exchange import Exchange, Station, open_line, text_of
from tests.line.hostile import Hostile

from backchannel.limits import BEACON_LEAVES_MAX
from backchannel.line.beacon import next_due, vector_sizes
from backchannel.line.events import Beaten, Started, TimePassed
from backchannel.line.requests import requests
from backchannel.line.rows import EntryRow
from backchannel.line.wanted import ReadRoots
from backchannel.proof.merkle import root_of
from backchannel.store.lines import pack_core, parse_core
from backchannel.wire.beacon import Beat, leaf_of, parse_beat, parse_vector
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import entry_id
from backchannel.wire.signing import Mode

PERIOD_S = 600
WITNESSED = "quorum none\n"


def watched() -> Exchange:
    """An open line whose charter has a witness policy."""
    return open_line(witnesses=WITNESSED)


def opening_rows(station: Station, no: int) -> list[EntryRow]:
    """The openings of a journal in a station's record, in order."""
    found = [row for (n, _), row in sorted(station.entries.items()) if n == no]
    return [row for row in found if row.type == EntryType.BEACON_OPENING]


def beats(station: Station, no: int | None = None) -> list[Beat]:
    """What they say: of the station's own journal, or of another."""
    rows = opening_rows(station, station.own().no if no is None else no)
    return [parse_beat(row.payload or b"") for row in rows]


def let_pass(exchange: Exchange, seconds: int) -> None:
    """Let running time and the clock go on together, with whatever that makes due."""
    exchange.pass_time(seconds)


def test_one_leaf_a_period_whatever_is_said() -> None:
    """I16, NT54, PROOF-62: calm and crisis have the same number of leaves of the same size."""
    calm, crisis = watched(), watched()
    for n in range(60):
        crisis.say(n % 2, f"crisis {n}")
        let_pass(crisis, 60)
        let_pass(calm, 60)
    for party in (ALDER, BIRCH):
        quiet, loud = beats(calm.stations[party]), beats(crisis.stations[party])
        assert len(quiet) in (6, 7)
        shapes = [
            [(each.n, each.period, len(each.leaves), len(each.leaves[0])) for each in some]
            for some in (quiet, loud)
        ]
        assert shapes[0] == shapes[1]
    assert beats(calm.stations[0])[-1].leaves != beats(crisis.stations[0])[-1].leaves


def test_when_the_next_leaf_falls_due_is_known_beforehand() -> None:
    """PROOF-62: to the millisecond, so no tick and no timer of another thing moves it."""
    exchange = watched()
    let_pass(exchange, PERIOD_S)
    alder = exchange.stations[ALDER]
    beating = alder.state.core.beating
    assert beating is not None
    assert next_due(alder.state) == beating.since + PERIOD_S * 1_000
    exchange.say(ALDER, "nothing of it moves")
    assert next_due(alder.state) == beating.since + PERIOD_S * 1_000
    called = replace(alder.state.core, beating=replace(beating, wanted=1))
    assert next_due(replace(alder.state, core=called)) is None
    assert next_due(open_line().stations[ALDER].state) is None


def test_a_leaf_hides_how_far_each_journal_is_held() -> None:
    """PROOF-61: rows are those of the record, and the words at rest open the leaf."""
    exchange = watched()
    exchange.say(ALDER, "before the leaf")
    let_pass(exchange, PERIOD_S)
    alder = exchange.stations[ALDER]
    row = opening_rows(alder, alder.own().no)[-1]
    said = parse_beat(row.payload or b"")
    vector = parse_vector(text_of(alder, row.entry))
    assert [leaf_of(blind, vector.rows) for blind in vector.blinds] == list(said.leaves)
    for no, size, root in vector.rows:
        leaves = [entry_id(alder.frame(no, seq).header) for seq in range(size)]
        assert root == root_of(leaves)
    covered = {no: size for no, size, _ in vector.rows}
    assert covered[alder.own().no] == row.seq
    assert covered.keys() == dict(vector_sizes(alder.state)).keys()
    assert {alder.own(mode).no for mode in Mode if mode in alder.state.core.own} <= covered.keys()


def test_the_other_room_holds_each_opening_and_counts_along() -> None:
    """PROOF-60."""
    exchange = watched()
    let_pass(exchange, 2 * PERIOD_S)
    alder, birch = exchange.stations
    no = alder.own().no
    assert beats(birch, no) == beats(alder)
    assert birch.journal(no).leaves == alder.own().leaves == len(beats(alder))
    assert all(birch.verdict(no, row.seq) == "" for row in opening_rows(birch, no))
    for row in opening_rows(birch, no):
        assert text_of(birch, row.entry) == text_of(alder, row.entry)


def test_without_a_witness_policy_there_is_no_beacon() -> None:
    """PROOF-60: nobody would look at it."""
    exchange = open_line()
    let_pass(exchange, 2 * PERIOD_S)
    assert beats(exchange.stations[ALDER]) == []


def test_the_clock_sets_no_beat_while_the_station_runs() -> None:
    """PROOF-62: who sets the clock back or far ahead gets no leaf more and none less."""
    exchange = watched()
    let_pass(exchange, PERIOD_S)
    alder = exchange.stations[ALDER]
    before = len(beats(alder))
    for jump in (-10 * PERIOD_S, 100 * PERIOD_S, -90 * PERIOD_S):
        exchange.clock.now += jump
        alder.pass_time()
        alder.serve()
    assert len(beats(alder)) == before
    let_pass(exchange, PERIOD_S)
    assert len(beats(alder)) == before + 1


def started_later(exchange: Exchange, seconds: int) -> Station:
    """Alder, switched off for so long: the clock went on, running time did not."""
    alder = exchange.stations[ALDER]
    exchange.clock.now += seconds
    alder.do(Started(at=exchange.clock.moment(), clean=True, mark=None))
    exchange.ask_around()
    exchange.run()
    alder.pass_time()
    alder.serve()
    return alder


def test_missed_periods_are_filled_after_a_start_and_no_period_comes_twice() -> None:
    """PROOF-62."""
    exchange = watched()
    let_pass(exchange, PERIOD_S)
    before = beats(exchange.stations[ALDER])[-1]
    alder = started_later(exchange, 3 * PERIOD_S)
    filled = beats(alder)[-1]
    assert filled.n == before.n + 1
    assert (len(filled.leaves), filled.period) == (3, before.period + 3)
    assert len(set(filled.leaves)) == 3
    alder = started_later(exchange, 0)
    assert beats(alder)[-1] == filled
    spans = [(b.period - len(b.leaves) + 1, b.period) for b in beats(alder)]
    assert all(last < first for (_, last), (first, _) in pairwise(spans))


def test_a_gap_that_is_too_long_to_fill_stands_as_one() -> None:
    """PROOF-62, NT49: it shows in the periods, and the beacon goes on at the right one."""
    exchange = watched()
    let_pass(exchange, PERIOD_S)
    before = beats(exchange.stations[ALDER])[-1]
    away = 2 * BEACON_LEAVES_MAX
    alder = started_later(exchange, away * PERIOD_S)
    filled = beats(alder)[-1]
    assert (filled.n, len(filled.leaves)) == (before.n + 1, BEACON_LEAVES_MAX)
    assert filled.period == exchange.clock.now // PERIOD_S == before.period + away


def test_a_crash_between_request_and_entry_loses_no_leaf_and_doubles_none() -> None:
    """PROOF-62: what is due stands in the committed state, and an answer counts once."""
    exchange = watched()
    alder = exchange.stations[ALDER]
    alder.serve()
    had = len(beats(alder))
    exchange.clock.elapsed += PERIOD_S * 1000
    exchange.clock.now += PERIOD_S
    alder.pass_time()
    (wanted,) = [r for r in requests(alder.state, NOW) if isinstance(r, ReadRoots)]
    alder.state = replace(alder.state, core=parse_core(pack_core(alder.state.core)))
    assert wanted in requests(alder.state, NOW)
    answer = Beaten(at=exchange.clock.moment(), n=wanted.n, rows=())
    alder.do(answer)
    alder.do(replace(answer, at=exchange.clock.moment()))
    assert len(beats(alder)) == had + 1
    alder.do(TimePassed(at=exchange.clock.moment()))
    assert not [r for r in requests(alder.state, NOW) if isinstance(r, ReadRoots)]


LEAF = b"\x01" * 32


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ((1, 100, (LEAF,), ()), "beacon-number"),
        ((0, 1, (LEAF, LEAF, LEAF), ()), "beacon-period"),
        ((0, 100, (), ()), "beacon-shape"),
        ((0, 100, (LEAF[:-1],), ()), "beacon-shape"),
        ((0, 100, (LEAF,) * (BEACON_LEAVES_MAX + 1), ()), "beacon-shape"),
        ((0, 100, (LEAF,), (LEAF, LEAF)), "beacon-shape"),
        ((0, 100, (LEAF,), (LEAF[1:],)), "beacon-shape"),
        ((0, 100, LEAF, ()), "beacon-shape"),
        ((0, 100, (LEAF,)), "beacon-shape"),
        ((0, -1, (LEAF,), ()), "count-range"),
        ({1: 2}, "beacon-shape"),
    ],
)
def test_an_opening_that_breaks_its_form_is_invalid(payload: object, reason: str) -> None:
    """PROOF-60, PROOF-62."""
    birch = Hostile(open_line())
    birch.enter(payload, EntryType.BEACON_OPENING)  # type: ignore[arg-type]
    assert birch.verdict() == f"invalid: {reason}"
    assert birch.known().leaves == 0


def test_leaves_and_periods_go_on_and_never_back() -> None:
    """PROOF-62: a second leaf for a period convicts, as far as a journal is judged."""
    birch = Hostile(open_line())
    birch.enter((0, 100, (LEAF,), ()), EntryType.BEACON_OPENING)
    assert birch.verdict() == ""
    birch.enter((1, 100, (LEAF,), ()), EntryType.BEACON_OPENING)
    assert birch.verdict() == "invalid: beacon-period"
    birch.enter((0, 101, (LEAF,), ()), EntryType.BEACON_OPENING)
    assert birch.verdict() == "invalid: beacon-number"
    birch.enter((1, 104, (LEAF, LEAF), (LEAF,)), EntryType.BEACON_OPENING)
    assert birch.verdict() == ""
    assert (birch.known().leaves, birch.known().beat) == (3, 104)


def test_a_beacon_is_kept_in_real_alone() -> None:
    """PROOF-60."""
    birch = Hostile(open_line(), mode=Mode.EXERCISE)
    birch.enter((0, 100, (LEAF,), ()), EntryType.BEACON_OPENING)
    assert birch.verdict() == "invalid: beacon-mode"


def test_words_that_open_nothing_are_not_kept_and_change_no_verdict() -> None:
    """PROOF-61: not all hold them, and all must come to one verdict."""
    birch = Hostile(open_line())
    rows = ((17, 1, LEAF),)
    good = encode(((LEAF,), rows))
    leaf = leaf_of(LEAF, rows)
    bad = (encode(((bytes(32),), rows)), encode(((LEAF, LEAF), rows)), b"\x00", encode((1, 2)))
    for period, content in enumerate((*bad, None), 1):
        payload = (period - 1, period, (leaf,), ())
        birch.enter(payload, EntryType.BEACON_OPENING, content=content)
        assert birch.verdict() == ""
        assert birch.known().head not in birch.victim.contents
    birch.enter((len(bad) + 1, 90, (leaf,), ()), EntryType.BEACON_OPENING, content=good)
    assert text_of(birch.victim, birch.known().head) == good
