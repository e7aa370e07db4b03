"""The check of our own record: what is whole is called whole, and every change of it is found."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import Exchange, open_line
from tests.line.hostile import Hostile
from tests.station.house import agreed, rooms, run
from tests.station.shelf import Talk, shelve
from tests.station.test_aside import behind_a_gap, forked
from tests.station.test_judging import open_new_journal

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.errors import CustodyError, OfficerError
from backchannel.line.events import Given, MinuteOrdered
from backchannel.station import checking
from backchannel.station.asked import CheckReport, JournalCheck
from backchannel.station.checking import check_file, check_record, lines_in
from backchannel.station.judging import Record
from backchannel.store import sqlite
from backchannel.store.backup import backup
from backchannel.wire.entry import EntryType
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence


def checked(record: Record, *, opened: bool = True) -> CheckReport:
    """The report of a check."""
    custody = record.custody
    key = custody.wrap_key if opened else None
    *_, last = check_record(custody.database, custody.line, wrap_key=key)
    assert last.report is not None
    return last.report


def busy() -> Exchange:
    """A line on which most things have happened: all modes, answers, successions, a revocation."""
    talk = Talk(open_line())
    exchange = talk.exchange
    for mode in (Mode.REAL, Mode.EXERCISE, Mode.TEST):
        said = talk.say(ALDER, f"in {mode.name}", mode=mode)
        talk.ack(said, mode=mode)
    said = talk.say(BIRCH, "At 1430Z.")
    talk.translate(said, "A 14h30Z.", party=ALDER)
    open_new_journal(talk, BIRCH)
    talk.say(BIRCH, "I am back.")
    open_new_journal(talk, ALDER)
    talk.say(ALDER, "So am I.", officers=("first", "second"), precedence=Precedence.FLASH)
    for party in (BIRCH, ALDER):
        station = exchange.stations[party]
        station.do(MinuteOrdered(at=exchange.clock.moment(), mode=Mode.REAL))
        exchange.run()
    office = exchange.cast.offices[ALDER]
    event = Revoke(office.officers["second"][0], RevocationReason.WITHDRAWN, None)
    frame = office.enter(pack_revoke(event))
    exchange.stations[ALDER].do(Given(at=exchange.clock.moment(), frames=(frame,)))
    exchange.run()
    talk.say(ALDER, "He has left us.")
    return exchange


def shelved(tmp_path: Path) -> tuple[Record, tuple[int, int]]:
    """A record in which Birch has said something, and the slot of it."""
    talk = Talk(open_line())
    talk.say(ALDER, "Before.")
    talk.say(BIRCH, "In between.")
    talk.say(ALDER, "After.")
    row = talk.exchange.stations[ALDER].said()[1]
    return shelve(tmp_path, talk.exchange), (row.no, row.seq)


def journal(report: CheckReport, no: int) -> JournalCheck:
    return next(each for each in report.journals if each.journal == no)


@pytest.mark.parametrize("party", [ALDER, BIRCH])
def test_a_busy_record_is_whole_and_its_state_is_what_its_entries_give(
    tmp_path: Path, party: int
) -> None:
    """I4: rebuilt from the bytes on disk, at either station."""
    exchange = busy()
    record = shelve(tmp_path, exchange, party)
    report = checked(record)
    assert report.damage is None
    # Contested: what the revoked officer signed before anybody had said that he was to go.
    assert {each.contested for each in report.journals} == {0, 1}
    assert report.outcome == 1
    for each in report.journals:
        assert each.entries == each.signed == each.chained
        words = ("valid", "invalid", "contested", "regressing", "not_understood")
        assert sum(getattr(each, word) for word in words) == each.entries
    entries = sum(each.entries for each in report.journals)
    assert entries == len(exchange.stations[party].entries)


def test_a_calm_record_ends_with_one_line(tmp_path: Path) -> None:
    talk = Talk(open_line())
    talk.say(ALDER, "Good morning.")
    record = shelve(tmp_path, talk.exchange)
    report = checked(record)
    assert (report.outcome, report.summary) == (0, "whole and verified up to 2026-11-22T13:43:20Z")
    own = talk.exchange.stations[ALDER].own()
    counted = journal(report, own.no)
    assert (counted.party, counted.mode, counted.opened) == ("Alder", "REAL", 1)
    assert (counted.head, counted.entries) == (own.head.hex(), own.seq + 1)
    assert journal(report, ALDER).mode == "AUTHORITY"


def test_without_the_key_words_stay_sealed_and_it_says_so(tmp_path: Path) -> None:
    """What a backup can be checked for."""
    talk = Talk(open_line())
    talk.say(BIRCH, "Sealed.")
    record = shelve(tmp_path, talk.exchange)
    target = tmp_path / "backup"
    backup(record.custody.database, target)
    (line,) = lines_in(target)
    *_, last = check_file(target, line, wrap_key=None)
    assert last.report is not None
    assert (last.report.outcome, last.report.words_opened) == (0, False)
    assert last.report.summary.endswith("; its words were not opened")
    assert sum(each.opened for each in last.report.journals) == 0


# --- Findings of others' making -------------------------------------------------------------------


def with_gap(exchange: Exchange) -> None:
    behind_a_gap(exchange)


def with_fork(exchange: Exchange) -> None:
    forked(exchange)


def with_repeat(exchange: Exchange) -> None:
    event = exchange.released(ALDER, "Twice.")
    exchange.stations[ALDER].try_(event)
    exchange.stations[ALDER].try_(event)


def with_invalid(exchange: Exchange) -> None:
    hostile = Hostile(exchange)
    payload, content = hostile.statement("Alone.", precedence=Precedence.PRIORITY)
    hostile.enter(payload, EntryType.STATEMENT, content=content)


def with_unknown_type(exchange: Exchange) -> None:
    Hostile(exchange).enter((), 99)


def with_regress(exchange: Exchange) -> None:
    hostile = Hostile(exchange)
    own = exchange.stations[ALDER].own()
    before = min(hostile.known().seen[own.no][1] - 1, own.seq)
    head = exchange.stations[ALDER].state.trails[own.no][before]
    hostile.enter((), EntryType.RECEIPT, seen=((own.no, before, head),))


@pytest.mark.parametrize(
    ("happen", "field"),
    [
        (with_gap, "pending"),
        (with_fork, "forked"),
        (with_invalid, "invalid"),
        (with_unknown_type, "not_understood"),
        (with_regress, "regressing"),
    ],
)
def test_what_others_did_is_a_finding_and_no_damage(
    tmp_path: Path, happen: Callable[[Exchange], None], field: str
) -> None:
    exchange = open_line()
    theirs = exchange.stations[BIRCH].own().no
    happen(exchange)
    report = checked(shelve(tmp_path, exchange))
    assert (report.outcome, report.damage) == (1, None)
    assert "with findings of others' making" in report.summary
    assert getattr(journal(report, theirs), field)


def test_gaps_forks_and_repeats_are_named(tmp_path: Path) -> None:
    exchange = open_line()
    with_gap(exchange)
    with_repeat(exchange)
    report = checked(shelve(tmp_path, exchange))
    no, seq = exchange.stations[BIRCH].own().no, exchange.stations[ALDER].journal(17).seq
    assert report.gaps == (f"journal {no}: slots {seq + 1} to {seq + 1} are missing",)
    first, second = (row.seq for row in exchange.stations[ALDER].said())
    assert report.repeats == (f"journal 16 slot {second} repeats journal 16 slot {first}",)
    other = open_line()
    with_fork(other)
    assert checked(shelve(tmp_path, other)).forks == (f"journal {no} of party {BIRCH}",)


def test_words_that_never_came_are_counted_and_no_damage(tmp_path: Path) -> None:
    exchange = open_line()
    hostile = Hostile(exchange)
    payload, _ = hostile.statement("Hidden.")
    hostile.enter(payload, EntryType.STATEMENT)
    report = checked(shelve(tmp_path, exchange))
    assert report.damage is None
    assert journal(report, hostile.no).unopened == 1


# --- Beside a running station ---------------------------------------------------------------------


def test_what_comes_while_it_is_checked_is_left_for_the_next_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "ENTRIES_AT_ONCE", 3)

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            await alder.say("Before.")
            await agreed(alder, birch)
            before = sum(each.seq + 1 for each in alder.core.journals.values())
            news = [await anext(check := alder.station.files.check())]
            for n in range(5):
                await birch.shows((await alder.say(f"meanwhile {n}")).entry)
            news += [each async for each in check]
            report = news[-1].report
            assert report is not None and report.outcome == 0
            stations = [each for each in report.journals if each.mode != "AUTHORITY"]
            assert sum(each.entries for each in stations) == before
            assert len(news) > 5
            assert [each.checked for each in news] == sorted(each.checked for each in news)

    run(story())


def test_a_file_that_is_no_record_cannot_be_checked(tmp_path: Path) -> None:
    with pytest.raises(OfficerError) as caught:
        lines_in(tmp_path / "nothing")
    assert caught.value.reason == "no-database"
    sqlite.open(tmp_path / "empty.db").close()
    with pytest.raises(OfficerError) as caught:
        lines_in(tmp_path / "empty.db")
    assert caught.value.reason == "no-such-line"


def test_a_wrong_key_is_no_damage_of_one_slot_alone(tmp_path: Path) -> None:
    """Every word fails then, and the first is named; nothing is called whole."""
    record, _ = shelved(tmp_path)
    *_, last = check_record(
        record.custody.database, record.custody.line, wrap_key=seed("another key")
    )
    assert last.report is not None and last.report.outcome == 2


def test_a_disk_that_fails_is_reported_as_such(tmp_path: Path) -> None:
    record, _ = shelved(tmp_path)
    path = Path(record.custody.database.path)
    record.custody.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    record.custody.database.close()
    raw = bytearray(path.read_bytes())
    raw[8192:] = bytes(len(raw) - 8192)
    path.write_bytes(raw)
    with pytest.raises((CustodyError, OfficerError)):
        list(check_file(path, record.custody.line, wrap_key=None))
