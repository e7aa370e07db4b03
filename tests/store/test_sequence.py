"""The record in the order of acceptance, read page by page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cast import NOW, Cast, found_cast, seed, write_message

from backchannel.charter.signatures import pack_signatures
from backchannel.errors import CustodyError, OfficerError
from backchannel.line.events import Moment, Released
from backchannel.line.rows import EntryRow, HappenedRow, HeldRow
from backchannel.line.step import step
from backchannel.store import sqlite
from backchannel.store.lines import Founded, create_line
from backchannel.store.sequence import (
    entries_after,
    founding_of,
    happenings,
    numbered,
    receipts,
    statements_after,
    vector_of,
)
from backchannel.store.sqlite import Database
from backchannel.wire.ids import LineId
from backchannel.wire.signing import Mode

WRAP_KEY = seed("wrap")
NEXT_YEAR = NOW + 60 * 86_400


@pytest.fixture
def cast() -> Cast:
    """Alder has said three things: two this year, one in the next."""
    made = found_cast()
    for n, now in enumerate((NOW, NOW, NEXT_YEAR)):
        said = write_message(made, 0, f"message {n}", drafted=now)
        statement, signatures, content = said
        event = Released(
            at=Moment(now, n, seed(f"said {n}")),
            mode=Mode.REAL,
            statement=statement,
            signatures=signatures,
            content=content,
        )
        made.states[0], rows = step(made.states[0], event)
        made.rows[0] += rows
    return made


@pytest.fixture
def database(cast: Cast, tmp_path: Path) -> Iterator[Database]:
    with sqlite.open(tmp_path / "alder.db") as made:
        create_line(
            made,
            Founded(cast.line, 0, cast.charter, pack_signatures(cast.signatures)),
            wrap_key=WRAP_KEY,
            core=cast.states[0].core,
            secrets=cast.states[0].secrets,
            rows=cast.rows[0],
        )
        yield made


def test_entries_come_in_the_order_in_which_they_were_accepted(
    cast: Cast, database: Database
) -> None:
    written = [row for row in cast.rows[0] if isinstance(row, EntryRow)]
    found = entries_after(database, cast.line, after=0, limit=1_000)
    assert [each.entry for each in found] == [row.entry for row in written]
    assert [each.vector for each in found] == [row.vector for row in written]
    assert [each.arrival for each in found] == list(range(1, len(written) + 1))


def test_the_last_arrival_of_a_page_is_the_cursor_for_the_next(
    cast: Cast, database: Database
) -> None:
    whole = entries_after(database, cast.line, after=0, limit=1_000)
    paged: list[bytes] = []
    after = 0
    while page := entries_after(database, cast.line, after=after, limit=4):
        paged += [each.entry for each in page]
        after = page[-1].arrival
    assert paged == [each.entry for each in whole]


def test_words_are_in_the_frame_for_who_has_the_key(cast: Cast, database: Database) -> None:
    sealed = entries_after(database, cast.line, after=0, limit=1_000)
    opened = entries_after(database, cast.line, after=0, limit=1_000, wrap_key=WRAP_KEY)
    worded = [n for n, each in enumerate(sealed) if each.worded]
    assert len(worded) == 3
    assert all(sealed[n].frame.content is None for n in worded)
    assert all(opened[n].frame.content is not None for n in worded)
    with pytest.raises(CustodyError):
        entries_after(database, cast.line, after=0, limit=1_000, wrap_key=seed("wrong"))


def test_statements_come_behind_an_arrival_and_up_to_another(
    cast: Cast, database: Database
) -> None:
    first, second, third = statements_after(database, cast.line, after=0, limit=9)
    assert [each.number for each in (first, second, third)] == [1, 2, 1]
    behind = statements_after(database, cast.line, after=first.arrival, limit=9)
    assert behind == (second, third)
    between = statements_after(
        database, cast.line, after=first.arrival, limit=9, upto=second.arrival
    )
    assert between == (second,)


def test_a_number_is_found_in_every_year(cast: Cast, database: Database) -> None:
    no = cast.states[0].core.own[Mode.REAL]
    this_year, next_year = (
        statements_after(database, cast.line, after=0, limit=9)[n] for n in (0, 2)
    )
    assert numbered(database, cast.line, no, 1) == (next_year, this_year)
    assert numbered(database, cast.line, no, 3) == ()
    assert numbered(database, cast.line, no, 0) == ()


def test_the_vector_of_a_slot_is_its_folded_seen(cast: Cast, database: Database) -> None:
    journal = cast.states[0].core.journals[cast.states[0].core.own[Mode.REAL]]
    folded = {no: head[1] for no, head in journal.seen.items()}
    assert vector_of(database, cast.line, journal.no, journal.seq) == folded
    assert vector_of(database, cast.line, journal.no, journal.seq + 1) == {}


def test_receipts_and_line_events_come_whole(cast: Cast, database: Database) -> None:
    rows = cast.rows[0]
    assert receipts(database, cast.line) == {row for row in rows if isinstance(row, HeldRow)}
    assert happenings(database, cast.line) == {r for r in rows if isinstance(r, HappenedRow)}


def test_what_founded_a_line_needs_no_key(cast: Cast, database: Database) -> None:
    founded, core = founding_of(database, cast.line)
    assert (founded.charter, founded.party) == (cast.charter, 0)
    assert core == cast.states[0].core


def test_another_line_is_not_here(database: Database) -> None:
    with pytest.raises(OfficerError) as caught:
        vector_of(database, LineId(bytes(32)), 16, 0)
    assert caught.value.reason == "no-such-line"
