"""Databases that released versions left behind are still read, upgraded, and gone on with."""

import shutil
from pathlib import Path

import apsw
import pytest
from tests.store import samples as s
from tests.stores.make import make

from backchannel.store import queries, sqlite
from backchannel.store.lines import commit, load_line
from backchannel.store.texts import STEPS, numbered

STORES = sorted((Path(__file__).parents[1] / "stores").glob("*.db"))


def schema_of(connection: apsw.Connection) -> list[tuple[object, ...]]:
    """Return the texts that made a database, without those that SQLite makes itself."""
    return connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()


def test_there_is_a_database_of_every_schema() -> None:
    assert [path.stem for path in STORES] == [f"{n:04}" for n in range(1, len(STORES) + 1)]
    assert len(STORES) == len(numbered(STEPS))


@pytest.mark.parametrize("store", STORES, ids=lambda path: path.stem)
def test_a_released_schema_file_was_not_changed(store: Path) -> None:
    made = apsw.Connection(":memory:")
    for text in numbered(STEPS)[: int(store.stem)]:
        made.execute(text)
    kept = apsw.Connection(f"file:{store}?immutable=1", flags=apsw.SQLITE_OPEN_URI | 1)
    assert schema_of(kept) == schema_of(made)


@pytest.mark.parametrize("store", STORES, ids=lambda path: path.stem)
def test_an_old_database_is_upgraded_and_gone_on_with(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    shutil.copyfile(store, path)
    with sqlite.open(path) as database:
        loaded = load_line(database, s.LINE, wrap_key=s.WRAP_KEY)
        assert (loaded.core, loaded.secrets) == (s.core(1), s.secrets(1))
        assert len(loaded.authority) == 2
        assert loaded.pending == {s.THEIRS: {5: s.frame(s.THEIRS, 5)}}
        commit(
            database,
            s.LINE,
            wrap_key=s.WRAP_KEY,
            core=s.core(2),
            secrets=s.secrets(2),
            rows=s.message(s.OURS, 3),
        )
        found = queries.statements(database, s.LINE, limit=9)
        assert [each.number for each in found] == [4, 1, 3, 2, 1]
        words = queries.content(database, s.LINE, s.entry_id(s.OURS, 2), wrap_key=s.WRAP_KEY)
        assert words == s.words(s.OURS, 2)
        sqlite.require_sound(database)


def test_the_sample_has_a_row_in_every_table(tmp_path: Path) -> None:
    make(tmp_path / "sample.db")
    with sqlite.open_reader(tmp_path / "sample.db") as database:
        tables = database.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )
        empty = [
            table for (table,) in tables if not database.rows(f"SELECT 1 FROM {table} LIMIT 1")
        ]
    assert empty == []
