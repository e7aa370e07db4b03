"""Rows into tables: grouped by kind, in order where the order matters, numbered and counted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store import samples as s

from backchannel.line.events import Moment, TimePassed
from backchannel.line.rows import (
    ArchivedRow,
    KeptRow,
    KeyGone,
    PendingGone,
    ResealedRow,
    Row,
    Settled,
)
from backchannel.store import sqlite
from backchannel.store.lines import create_line
from backchannel.store.queries import branches, counts, evidence, statement
from backchannel.store.rows import insert, utc_year
from backchannel.store.sealing import wrap_of
from backchannel.store.sqlite import Database
from backchannel.wire.statement import Kind


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with sqlite.open(tmp_path / "station.db") as opened:
        create_line(opened, s.FOUNDED, wrap_key=s.WRAP_KEY, core=s.core(0), secrets=s.secrets(0))
        yield opened


def write(database: Database, *rows: Row) -> None:
    """Write the rows of one step."""
    with database.transaction():
        insert(database, 1, wrap_of(s.LINE, s.WRAP_KEY), rows)


def slots(database: Database, table: str) -> list[sqlite.Row]:
    """Return the slots that a table holds."""
    return database.rows(f"SELECT no, seq FROM {table} ORDER BY no, seq")


def test_a_frame_that_comes_and_is_accepted_in_one_step_is_gone(database: Database) -> None:
    write(database, s.pending(s.THEIRS, 3), PendingGone(s.THEIRS, 3))
    assert slots(database, "pending") == []


def test_a_frame_that_takes_the_place_of_another_branch_stays(database: Database) -> None:
    write(database, s.pending(s.THEIRS, 3))
    write(database, PendingGone(s.THEIRS, 3), s.pending(s.THEIRS, 3))
    assert slots(database, "pending") == [(s.THEIRS, 3)]


def test_the_newest_frame_waits_for_a_slot(database: Database) -> None:
    other = msgspec.structs.replace(s.pending(s.THEIRS, 3), frame=s.frame(s.THEIRS, 4))
    write(database, s.pending(s.THEIRS, 3), other)
    ((bare,),) = database.rows("SELECT bare FROM pending")
    assert s.digest("header", s.THEIRS, 4) in bare


def test_settled_envelopes_go_and_later_ones_stay(database: Database) -> None:
    write(database, s.outgoing(s.OURS, 3), Settled(s.OURS, 4), s.outgoing(s.OURS, 5))
    assert slots(database, "outgoing") == [(s.OURS, 5)]
    write(database, Settled(s.OURS, 5), s.outgoing(s.OURS, 4))
    assert slots(database, "outgoing") == [(s.OURS, 4)]


def test_settled_never_goes_back(database: Database) -> None:
    write(database, Settled(s.OURS, 9), Settled(s.OURS, 4))
    assert database.rows("SELECT no, upto FROM settled") == [(s.OURS, 9)]


def test_an_envelope_made_anew_replaces_the_old_one(database: Database) -> None:
    again = msgspec.structs.replace(s.outgoing(s.OURS, 3), envelope=b"sealed anew", precedence=1)
    write(database, s.outgoing(s.OURS, 3))
    write(database, again)
    found = database.rows("SELECT seq, precedence, envelope FROM outgoing")
    assert found == [(3, 1, b"sealed anew")]


def test_what_is_resealed_on_request_is_not_kept(database: Database) -> None:
    write(database, s.outgoing(s.OURS, 3), ResealedRow(s.OURS, 3, 4, b"for one of them"))
    assert database.rows("SELECT envelope FROM outgoing") == [(s.outgoing(s.OURS, 3).envelope,)]


def test_a_row_that_no_table_takes_is_our_bug(database: Database) -> None:
    event = TimePassed(at=Moment(0, 0, b""))
    with pytest.raises(AssertionError, match="no table takes a TimePassed"):
        write(database, event)  # type: ignore[arg-type]


def test_every_kind_of_row_has_a_place(database: Database) -> None:
    kinds = {kind.__name__ for kind in Row.__args__}
    rows = (
        *s.message(s.OURS, 0),
        s.happened(s.OURS, 0, 0, 1, None),
        s.held(s.THEIRS, 0, s.OURS, 0),
        s.pending(s.THEIRS, 3),
        PendingGone(s.THEIRS, 3),
        s.branch(s.THEIRS, 1),
        s.evidence(s.THEIRS, 1),
        s.cosignature(s.OURS, 1),
        s.non_answer(s.OURS, 1),
        ArchivedRow(s.entry_id(s.OURS, 0), s.OURS, 1),
        KeptRow(s.entry_id(s.OURS, 0), 1, None, 2),
        KeyGone(s.entry_id(s.OURS, 0)),
        ResealedRow(s.OURS, 0, 4, b""),
        Settled(s.OURS, 0),
    )
    assert {type(row).__name__ for row in rows} == kinds
    write(database, *rows)


@pytest.mark.parametrize(
    "row",
    [s.content(s.OURS, 0), s.said(s.OURS, 0), s.happened(s.OURS, 0, 0, 1, None)],
    ids=["content", "said", "happened"],
)
def test_what_follows_from_an_entry_is_written_once(database: Database, row: Row) -> None:
    write(database, s.entry(s.OURS, 0), row)
    with pytest.raises(AssertionError, match="rule of its table"):
        write(database, row)


def test_a_repeated_receipt_or_branch_is_no_news(database: Database) -> None:
    for _ in range(2):
        write(database, s.held(s.THEIRS, 4, s.OURS, 7), s.branch(s.THEIRS, 2))
    assert len(branches(database, s.LINE, limit=9)) == 1
    assert database.rows("SELECT count(*) FROM held") == [(1,)]


def test_evidence_is_never_replaced(database: Database) -> None:
    write(database, s.evidence(s.THEIRS, 4), s.evidence(s.THEIRS, 4))
    assert len(evidence(database, s.LINE, limit=9)) == 2


def test_words_and_what_is_looked_up_may_come_after_their_entry(database: Database) -> None:
    write(database, s.entry(s.OURS, 0))
    write(database, s.said(s.OURS, 0))
    write(database, s.content(s.OURS, 0))
    assert statement(database, s.LINE, s.entry_id(s.OURS, 0)).worded


@pytest.mark.parametrize("row", [s.content(s.OURS, 0), s.said(s.OURS, 0)], ids=["content", "said"])
def test_words_without_their_entry_are_our_bug(database: Database, row: Row) -> None:
    with pytest.raises(AssertionError, match="without its entry"):
        write(database, row)


def test_a_statement_may_name_one_entry_twice(database: Database) -> None:
    twice = (s.entry_id(s.THEIRS, 9),) * 2
    write(database, s.entry(s.OURS, 0), s.said(s.OURS, 0, refs=twice))
    assert statement(database, s.LINE, s.entry_id(s.OURS, 0)).said.refs == twice


def test_entries_are_counted_by_journal_type_and_verdict(database: Database) -> None:
    write(database, s.entry(s.OURS, 0, type=8), s.entry(s.OURS, 1), s.entry(s.OURS, 2))
    write(database, s.entry(s.OURS, 3), s.entry(s.THEIRS, 0, verdict="regressing"))
    found = [(c.no, c.type, c.verdict, c.count) for c in counts(database, s.LINE)]
    assert found == [(s.OURS, 1, "", 3), (s.OURS, 8, "", 1), (s.THEIRS, 1, "regressing", 1)]


# --- Numbers --------------------------------------------------------------------------------------


def numbers(database: Database) -> dict[tuple[int, int], int]:
    """Return the number of each statement by slot."""
    found = database.rows("SELECT no, seq, number FROM said")
    return {(no, seq): number for no, seq, number in found}


def test_messages_and_notices_are_numbered_in_their_journal(database: Database) -> None:
    kinds = (Kind.MESSAGE, Kind.ACK, Kind.NOTICE, Kind.DECIDE, Kind.MESSAGE)
    for seq, kind in enumerate(kinds):
        write(database, s.entry(s.OURS, seq), s.said(s.OURS, seq, kind=int(kind)))
    write(database, s.entry(s.THEIRS, 0), s.said(s.THEIRS, 0))
    expected = {(s.OURS, seq): n for seq, n in enumerate((1, 0, 2, 0, 3))}
    assert numbers(database) == {**expected, (s.THEIRS, 0): 1}


def test_one_step_numbers_like_many(database: Database) -> None:
    rows = [row for seq in range(5) for row in (s.entry(s.OURS, seq), s.said(s.OURS, seq))]
    write(database, *rows[:4])
    write(database, *rows[4:])
    assert list(numbers(database).values()) == [1, 2, 3, 4, 5]


def test_the_new_year_begins_with_one(database: Database) -> None:
    times = (s.NEW_YEAR - 2, s.NEW_YEAR - 1, s.NEW_YEAR, s.NEW_YEAR + 1, s.NEW_YEAR - 1)
    for seq, time in enumerate(times):
        write(database, s.entry(s.OURS, seq, time=time), s.said(s.OURS, seq))
    # A clock that was put back goes on in the old year.
    assert list(numbers(database).values()) == [1, 2, 1, 2, 3]


@given(st.integers(0, 253_402_300_799))
def test_the_year_is_the_calendars(seconds: int) -> None:
    assert utc_year(seconds) == datetime.fromtimestamp(seconds, UTC).year


@pytest.mark.parametrize(
    ("seconds", "year"),
    [(s.NEW_YEAR - 1, 2026), (s.NEW_YEAR, 2027), (951_868_800, 2000), (2**48, 8_921_556)],
)
def test_the_year_at_its_edges(seconds: int, year: int) -> None:
    assert utc_year(seconds) == year
