"""The record done again: every change of it behind the station's back is found in its slot."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import open_line
from tests.line.hostile import Hostile
from tests.line.starts import put_back, restart
from tests.station.shelf import Talk, shelve
from tests.station.test_checking import checked, shelved

from backchannel.charter.signatures import pack_signatures
from backchannel.line.rows import EntryRow
from backchannel.line.state import Address, Core
from backchannel.station.asked import Damage
from backchannel.station.judging import Record
from backchannel.store.lines import pack_core
from backchannel.store.sequence import founding_of
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.primitives import gcm_siv_seal
from backchannel.wire.signing import Mode

# What is done to the row of Birch's statement, and the reason that is given for its slot.
ROWS = {
    "entry-altered": "UPDATE entry SET entry = randomblob(32)",
    "bad-signature": "UPDATE entry SET signature = "
    "CAST(substr(signature, 1, 50) || x'ffff' || substr(signature, 53) AS BLOB)",
    "payload-altered": "UPDATE entry SET payload = CAST(payload || x'00' AS BLOB)",
    "payload-gone": "UPDATE entry SET payload = NULL",
    "row-altered": "UPDATE entry SET verdict = 'invalid: by hand'",
    "row-altered ": "UPDATE entry SET verdict = 'regressing'",
    "row-altered  ": "UPDATE entry SET vector = x'a0'",
    "row-altered   ": "UPDATE entry SET time = time + 1",
    "row-altered    ": "UPDATE entry SET type = 2",
    "row-altered     ": "UPDATE entry SET mode = 2",
}


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
        "DELETE FROM said",
    ],
)
def test_what_is_looked_up_of_a_statement_must_be_what_it_says(tmp_path: Path, text: str) -> None:
    record, (no, seq) = shelved(tmp_path)
    spoil(record, f"{text} WHERE no = {no} AND seq = {seq}")
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
        f"DELETE FROM keeping WHERE arrival = {gone};"
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
    newest = f"no = {journal.no} AND seq = {journal.seq}"
    spoil(record, f"DELETE FROM held WHERE holder = {journal.no};DELETE FROM entry WHERE {newest}")
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
    database = record.custody.database
    with database.transaction():
        database.rows(
            "UPDATE line SET charter = ?, signatures = ?",
            (other.charter, pack_signatures(other.signatures)),
        )
    assert damage(record).reason == "other-charter"


def test_a_record_that_came_back_from_the_others_is_whole(tmp_path: Path) -> None:
    """RECORD-77: the tail of an old journal stands behind the beginning of the new one."""
    exchange = put_back(open_line())
    alder = restart(exchange)
    exchange.ask_around()
    exchange.run()
    exchange.fill_gaps()
    exchange.run()
    arrivals = [row.no for row in alder.rows if isinstance(row, EntryRow)]
    assert arrivals.index(32) < len(arrivals) - 1 - arrivals[::-1].index(16)
    assert checked(shelve(tmp_path, exchange)).outcome == 0
