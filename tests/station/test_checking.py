"""The check of our own record: what is whole is called whole, and every change of it is found."""

from collections.abc import Callable
from pathlib import Path

import msgspec
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
from backchannel.line.events import Given
from backchannel.line.state import Address, Core
from backchannel.station import checking
from backchannel.station.asked import CheckReport, Damage, JournalCheck
from backchannel.station.checking import check_file, check_record, lines_in
from backchannel.station.judging import Record
from backchannel.store import sqlite
from backchannel.store.backup import backup
from backchannel.store.lines import pack_core
from backchannel.store.sequence import founding_of
from backchannel.wire.codec import encode
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
    office = exchange.cast.offices[ALDER]
    event = Revoke(office.officers["second"][0], RevocationReason.WITHDRAWN, None)
    frame = office.enter(pack_revoke(event))
    exchange.stations[ALDER].do(Given(at=exchange.clock.moment(), frames=(frame,)))
    exchange.run()
    talk.say(ALDER, "He has left us.")
    return exchange


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


# --- Damage ---------------------------------------------------------------------------------------

# What is done to the row of Birch's statement, and the reason that is given for its slot.
ROWS = {
    "entry-altered": "UPDATE entry SET entry = randomblob(32)",
    "bad-signature": "UPDATE entry SET signature = CAST(substr(signature, 1, 50) || x'ffff' || substr(signature, 53) AS BLOB)",
    "payload-altered": "UPDATE entry SET payload = CAST(payload || x'00' AS BLOB)",
    "payload-gone": "UPDATE entry SET payload = NULL",
    "row-altered": "UPDATE entry SET verdict = 'invalid: by hand'",
    "row-altered ": "UPDATE entry SET verdict = 'regressing'",
    "row-altered  ": "UPDATE entry SET vector = x'a0'",
    "row-altered   ": "UPDATE entry SET time = time + 1",
    "row-altered    ": "UPDATE entry SET type = 2",
    "row-altered     ": "UPDATE entry SET mode = 2",
}


def shelved(tmp_path: Path) -> tuple[Record, tuple[int, int]]:
    """A record in which Birch has said something, and the slot of it."""
    talk = Talk(open_line())
    talk.say(ALDER, "Before.")
    talk.say(BIRCH, "In between.")
    talk.say(ALDER, "After.")
    row = talk.exchange.stations[ALDER].said()[1]
    return shelve(tmp_path, talk.exchange), (row.no, row.seq)


def spoil(record: Record, text: str) -> None:
    """Change the database behind the station's back."""
    database = record.custody.database
    with database.transaction():
        for each in text.split(";"):
            database.rows(each)


def damage(record: Record, *, opened: bool = True) -> Damage:
    """What a check says is damaged; its exit code is 2 then."""
    report = checked(record, opened=opened)
    assert report.outcome == 2 and report.damage is not None
    assert report.summary.startswith("DAMAGED at ")
    return report.damage


@pytest.mark.parametrize("reason", ROWS)
def test_a_changed_entry_is_found_in_its_slot(tmp_path: Path, reason: str) -> None:
    record, (no, seq) = shelved(tmp_path)
    spoil(record, f"{ROWS[reason]} WHERE no = {no} AND seq = {seq}")
    # Words are sealed to the id of their entry: with the key they would be missed first.
    found = damage(record, opened=False)
    assert (found.journal, found.seq, found.reason) == (no, seq, reason.strip())
    assert found.clause.startswith("RECORD-")


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE said SET croot = zeroblob(32)",
        "UPDATE said SET kind = 3",
        "UPDATE said SET signed = 'bad'",
        "UPDATE said SET precedence = 1",
        "UPDATE said SET addressees = 2",
        "DELETE FROM reference; DELETE FROM said",
    ],
)
def test_what_is_looked_up_of_a_statement_must_be_what_it_says(tmp_path: Path, text: str) -> None:
    record, (no, seq) = shelved(tmp_path)
    spoil(record, f"{text} WHERE no = {no} AND seq = {seq}".replace(
        "reference;", "reference WHERE 1;"
    ))
    found = damage(record)
    assert (found.journal, found.seq, found.reason) == (no, seq, "row-altered")


def test_a_header_that_was_changed_is_found(tmp_path: Path) -> None:
    record, (no, seq) = shelved(tmp_path)
    other = record.custody.database.rows(f"SELECT header FROM entry WHERE no = {no} AND seq = 0")
    database = record.custody.database
    with database.transaction():
        database.rows(
            "UPDATE entry SET header = ? WHERE no = ? AND seq = ?", (other[0][0], no, seq)
        )
    assert damage(record).reason == "entry-altered"


def test_a_missing_entry_is_found_where_it_is_missing(tmp_path: Path) -> None:
    record, (no, seq) = shelved(tmp_path)
    gone = f"(SELECT arrival FROM entry WHERE no = {no} AND seq = {seq})"
    spoil(
        record,
        f"DELETE FROM content_key WHERE arrival = {gone};"
        f"DELETE FROM content WHERE arrival = {gone};"
        f"DELETE FROM said WHERE arrival = {gone};"
        f"DELETE FROM entry WHERE no = {no} AND seq = {seq}",
    )
    found = damage(record)
    assert (found.journal, found.seq, found.reason) == (no, seq + 1, "slot-missing")
    assert str(seq) in found.text


def test_a_record_cut_short_is_found(tmp_path: Path) -> None:
    """The newest entries are gone and nothing before them shows it, but the state does."""
    talk = Talk(open_line())
    record = shelve(tmp_path, talk.exchange)
    journal = talk.exchange.stations[ALDER].journal(talk.exchange.stations[BIRCH].own().no)
    spoil(record, f"DELETE FROM held WHERE holder = {journal.no};DELETE FROM entry WHERE "
                  f"no = {journal.no} AND seq = {journal.seq}")
    found = damage(record)
    assert (found.journal, found.seq, found.reason) == (journal.no, journal.seq, "slot-missing")


def test_an_entry_of_another_history_does_not_chain(tmp_path: Path) -> None:
    """Duly signed, of the same journal and slot, but it follows another entry."""
    ours, theirs = open_line(), open_line()
    ours.clock.now += 1
    for exchange in (ours, theirs):
        for text in ("one", "two"):
            exchange.say(BIRCH, text)
            exchange.run()
    record = shelve(tmp_path, ours)
    alien = [row for row in theirs.stations[ALDER].rows if getattr(row, "kind", 0) == 1][-1]
    strange = theirs.stations[ALDER].entries[alien.no, alien.seq]
    database = record.custody.database
    with database.transaction():
        database.rows(
            "UPDATE entry SET header = ?, signature = ?, payload = ?, entry = ? "
            f"WHERE no = {alien.no} AND seq = {alien.seq}",
            (strange.header, strange.signature, strange.payload, strange.entry),
        )
    found = damage(record, opened=False)
    assert (found.seq, found.reason) == (alien.seq, "chain-broken")


@pytest.mark.parametrize("table", ["content", "content_key"])
def test_words_that_do_not_open_any_more_are_found(tmp_path: Path, table: str) -> None:
    record, (no, seq) = shelved(tmp_path)
    column = "box" if table == "content" else "wrapped"
    gone = f"(SELECT arrival FROM entry WHERE no = {no} AND seq = {seq})"
    spoil(record, f"UPDATE {table} SET {column} = zeroblob(64) WHERE arrival = {gone}")
    found = damage(record)
    assert (found.journal, found.seq, found.reason) == (no, seq, "content-unopened")


def test_words_that_were_exchanged_are_found(tmp_path: Path) -> None:
    """The box opens, and holds what another statement commits to."""
    talk = Talk(open_line())
    talk.say(BIRCH, "One.")
    station = talk.exchange.stations[ALDER]
    said = station.said()[0]
    words = station.contents[said.entry]
    from backchannel.wire.primitives import gcm_siv_seal

    _, other = Hostile(talk.exchange).statement("Other.")
    station.rows[station.rows.index(words)] = msgspec.structs.replace(
        words, box=gcm_siv_seal(words.key, bytes(12), other, said.entry)
    )
    found = damage(shelve(tmp_path, talk.exchange))
    assert (found.journal, found.seq, found.reason) == (said.no, said.seq, "words-altered")


def test_a_receipt_or_line_event_that_nobody_gave_is_found(tmp_path: Path) -> None:
    """Else a false row could show *held* or *shown*."""
    record, (no, seq) = shelved(tmp_path)
    own = record.state.core.own[Mode.REAL]
    spoil(record, f"INSERT INTO held VALUES (1, {own}, {no}, 99, {seq}, 0)")
    assert (damage(record).journal, damage(record).reason) == (no, "row-altered")
    spoil(record, f"DELETE FROM held WHERE holder = {no} AND upto = 99")
    assert checked(record).outcome == 0
    spoil(record, f"INSERT INTO happened VALUES (1, {no}, {seq}, 0, 2, zeroblob(32), x'80')")
    assert (damage(record).seq, damage(record).reason) == (seq, "row-altered")


def changed_core(record: Record, change: Callable[[Core], Core]) -> None:
    """Write another state into the database."""
    database = record.custody.database
    _, core = founding_of(database, record.custody.line)
    with database.transaction():
        database.rows("UPDATE line SET core = ?", (pack_core(change(core)),))


def with_journal(no: int, **fields: object) -> Callable[[Core], Core]:
    """A state in which a journal has other fields."""

    def change(core: Core) -> Core:
        journal = msgspec.structs.replace(core.journals[no], **fields)
        return msgspec.structs.replace(core, journals={**core.journals, no: journal})

    return change


@pytest.mark.parametrize(
    "fields",
    [
        {"party": 0},
        {"head": bytes(32)},
        {"public": bytes(32)},
        {"offered": 99},
        {"prekey": None},
        {"addresses": (Address(1, "192.0.2.7:1", bytes(32)),)},
        {"ended": True},
        {"seen": {}},
        {"holds": {16: 10_000}},
        {"last": None},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_state_that_the_entries_do_not_give_is_found(
    tmp_path: Path, fields: dict[str, object]
) -> None:
    """I4, from the other end."""
    record, (no, _) = shelved(tmp_path)
    changed_core(record, with_journal(no, **fields))
    found = damage(record)
    assert (found.journal, found.reason) == (no, "state-altered")


def test_a_fork_that_the_state_leaves_out_is_found(tmp_path: Path) -> None:
    talk = Talk(open_line(parties=3))
    exchange = talk.exchange
    hostile = Hostile(exchange)
    slot = {"seq": hostile.known().seq + 1, "prev": hostile.known().head}
    frames = [hostile.frame(encode((n,)), EntryType.RECEIPT, **slot) for n in (1, 2)]
    for frame in frames:
        hostile.send(frame)
    exchange.run()
    record = shelve(tmp_path, exchange, 2)
    assert checked(record).forks
    changed_core(record, with_journal(hostile.no, forked=False))
    assert damage(record).reason == "state-altered"


def test_other_journals_of_our_own_and_other_unopened_entries_are_found(tmp_path: Path) -> None:
    record, _ = shelved(tmp_path)
    own = record.state.core.own[Mode.REAL]
    changed_core(record, with_journal(own, unopened=(seed("entry"),)))
    assert damage(record).reason == "state-altered"
    changed_core(record, lambda core: msgspec.structs.replace(core, own={**core.own, 1: own + 16}))
    assert damage(record).reason == "state-altered"


def test_a_charter_that_was_changed_is_found_first(tmp_path: Path) -> None:
    record, _ = shelved(tmp_path)
    spoil(record, "UPDATE line SET charter = CAST(charter || x'00' AS BLOB)")
    found = damage(record)
    assert (found.journal, found.seq) == (0, 0)


def test_the_charter_of_another_line_is_found(tmp_path: Path) -> None:
    record, _ = shelved(tmp_path)
    other = open_line(parties=3).cast
    from backchannel.charter.signatures import pack_signatures

    database = record.custody.database
    with database.transaction():
        database.rows(
            "UPDATE line SET charter = ?, signatures = ?",
            (other.charter, pack_signatures(other.signatures)),
        )
    assert damage(record).reason == "other-charter"


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
            news = [await anext(check := alder.station.check())]
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
