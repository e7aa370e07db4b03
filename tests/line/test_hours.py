"""What a flood can make a station write: far less than what others take in of its journal."""

from collections import Counter

from tests.cast import ALDER, OPEN_WINDOWS
from tests.exchange import open_line
from tests.line.hostile import hostile_birch
from tests.line.test_effects import told
from tests.line.test_offers import offer

from backchannel.charter.policy import Policy
from backchannel.limits import (
    LISTS_AN_HOUR_MAX,
    OFFERS_AN_HOUR_MIN,
    PATH_EVENTS_AN_HOUR_MAX,
    REFUSALS_AN_HOUR_MAX,
)
from backchannel.line.events import PathChanged
from backchannel.line.hours import count, hour_of, is_among, key_of
from backchannel.line.work import Work
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.payload import Happening
from backchannel.wire.statement import Precedence

HOUR_MS = 3_600_000


def test_an_hour_begins_with_the_first_and_ends_by_running_time() -> None:
    """RECORD-18, RECORD-80."""
    alder = open_line().stations[ALDER]
    work = Work(alder.state)
    work.begin(alder.clock.moment())
    count(work, 4_000, 1, 10)
    count(work, 4_000, 2, 5)
    assert hour_of(work, 4_000) == (work.at.elapsed, 3, 15)
    assert [is_among(work, 5_000, 2) for _ in range(4)] == [True, True, False, False]
    alder.clock.elapsed += HOUR_MS
    work.begin(alder.clock.moment())
    assert hour_of(work, 4_000) == (work.at.elapsed, 0, 0)
    assert is_among(work, 5_000, 2)
    assert len({key_of(subject, no) for subject in range(4) for no in (0, 65_535)}) == 8


def test_a_flood_of_urgent_words_makes_receipts_go_together() -> None:
    """NT89, RECORD-18: else it would use up what Cedar takes in of Alder's journal."""
    policy = Policy(windows=OPEN_WINDOWS, quota_entries=400)
    birch = hostile_birch(policy=policy)
    alder = birch.victim
    before = alder.own().seq
    for n in range(300):
        value, content = birch.statement(f"flash {n}", precedence=Precedence.FLASH)
        birch.send(birch.frame(encode(value), EntryType.STATEMENT, content=content))
        alder.clock.elapsed += 10
        alder.pass_time()
    kinds = Counter(
        row.type for (no, seq), row in alder.entries.items() if no == 16 and seq > before
    )
    assert 95 <= kinds[EntryType.RECEIPT] <= 104
    # All of it has its receipt all the same, a little later.
    alder.clock.elapsed += 2_000
    alder.pass_time()
    assert alder.own().seen[17][1] == birch.known().seq
    # An hour later the first one has its receipt at once again.
    alder.clock.elapsed += HOUR_MS
    alder.pass_time()
    held = alder.own().seq
    value, content = birch.statement("flash", precedence=Precedence.FLASH)
    birch.enter(value, EntryType.STATEMENT, content=content)
    assert alder.own().seq == held + 1


def test_many_ordinary_entries_do_not_hasten_a_receipt_either() -> None:
    """RECORD-18."""
    policy = Policy(windows=OPEN_WINDOWS, quota_entries=400, receipt_entries=2)
    birch = hostile_birch(policy=policy)
    alder = birch.victim
    before = alder.own().seq
    for n in range(300):
        value, content = birch.statement(f"routine {n}")
        birch.send(birch.frame(encode(value), EntryType.STATEMENT, content=content))
    assert alder.own().seq - before <= 104


def test_a_path_that_flaps_is_not_told_each_time() -> None:
    """RECORD-18: whoever can cut a path must not fill a journal by it."""
    alder = open_line().stations[ALDER]
    for n in range(PATH_EVENTS_AN_HOUR_MAX + 30):
        up = bool(n % 2)
        alder.do(PathChanged(at=alder.clock.moment(), path=1, station="birch", up=up))
    assert len(told(alder, Happening.PATH)) == PATH_EVENTS_AN_HOUR_MAX


def test_refused_offers_are_told_a_few_times_an_hour() -> None:
    """RECORD-18, KEYS-19."""
    birch = hostile_birch()
    for _ in range(REFUSALS_AN_HOUR_MAX + 10):
        birch.enter(offer(birch, more=(16 * 4_000 + 1,)), EntryType.OFFER)
    refused = told(birch.victim, Happening.OFFER_REFUSED)
    assert len(refused) == REFUSALS_AN_HOUR_MAX
    assert birch.victim.state.secrets.incoming[17].keys() == {1}


def test_lists_of_missing_words_are_written_a_few_times_an_hour() -> None:
    """RECORD-18, RECORD-58: also where the words follow each time."""
    birch = hostile_birch()
    alder = birch.victim
    for n in range(LISTS_AN_HOUR_MAX + 20):
        value, content = birch.statement(f"late {n}")
        birch.send(birch.frame(encode(value), EntryType.STATEMENT))
        if birch.known().head in alder.own().unopened:
            known = alder.frame(17, birch.known().seq)
            birch.send(type(known)(known.header, known.signature, known.payload, content))
    lists = told(alder, Happening.UNOPENED)
    assert len(lists) == 2 * LISTS_AN_HOUR_MAX
    assert len(alder.said()) == LISTS_AN_HOUR_MAX


def test_who_asks_again_and_again_gets_direct_seals_in_the_end() -> None:
    """RECORD-18, KEYS-18, KEYS-29: boxes that he spends make no entries without end."""
    policy = Policy(windows=OPEN_WINDOWS, epoch_envelopes=2, quota_entries=400)
    exchange = open_line(policy=policy)
    alder = exchange.stations[ALDER]
    before = alder.own().seq
    for _ in range(3 * OFFERS_AN_HOUR_MIN):
        alder.seal_again(17, 0)
        exchange.run()
    assert hour_of(Work(alder.state), 16)[2] == OFFERS_AN_HOUR_MIN
    assert alder.own().seq - before < 3 * OFFERS_AN_HOUR_MIN
    entry = exchange.say(ALDER, "still heard")
    exchange.run()
    assert entry in exchange.stations[1].contents
