"""The SQL files: numbered and named as the program expects, explained, and by index throughout."""

import re
from pathlib import Path

import apsw
import pytest

from backchannel.store import rows
from backchannel.store.queries import SQL as QUERIES
from backchannel.store.texts import STEPS, named, numbered

SOURCE = Path(rows.__file__).parent
ALL = {**named("lines.sql"), **QUERIES}
COMMON = {"line", "no", "seq", "entry", "arrival", "arrived"}
"""Columns that the head of the first schema file explains for every table."""


def schema() -> apsw.Connection:
    """Return a database in memory with the newest schema."""
    connection = apsw.Connection(":memory:")
    for text in numbered(STEPS):
        connection.execute(text)
    return connection


def test_a_gap_in_the_numbers_is_our_bug(tmp_path: Path) -> None:
    (tmp_path / "0001.sql").write_text("SELECT 1;")
    (tmp_path / "0003.sql").write_text("SELECT 3;")
    (tmp_path / "notes.txt").write_text("not SQL")
    with pytest.raises(AssertionError, match="schema files"):
        numbered(tmp_path)
    (tmp_path / "0002.sql").write_text("SELECT 2;")
    assert numbered(tmp_path) == ("SELECT 1;", "SELECT 2;", "SELECT 3;")


def test_a_named_text_is_without_comments() -> None:
    assert named("lines.sql")["settled"] == "SELECT no, upto FROM settled WHERE line = :line;"
    assert all(text and "--" not in text for text in ALL.values())


def test_no_statement_is_unused() -> None:
    program = "".join(path.read_text() for path in SOURCE.glob("*.py"))
    assert [name for name in ALL if f'"{name}"' not in program] == []


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_statement_goes_by_an_index(name: str) -> None:
    text = ALL[name]
    names = set(re.findall(r":([a-z_]+)", text))
    values = dict.fromkeys(names) if names else (None,) * text.count("?")
    plan = schema().execute(f"EXPLAIN QUERY PLAN {text}", values).fetchall()
    scans = {detail for *_, detail in plan if str(detail).startswith("SCAN")}
    # One row a line, or one a journal that was found by index; or what an index found, ranked.
    ranked = {detail for detail in scans if detail.startswith(("SCAN ranked", "SCAN (subquery-"))}
    assert scans - ranked <= {"SCAN line", "SCAN journal", "SCAN holders"}


def test_every_table_is_strict_and_its_columns_are_never_null() -> None:
    tables = schema().execute(
        "SELECT name, strict FROM pragma_table_list "
        "WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    for table, strict in tables.fetchall():
        columns = schema().execute(f"PRAGMA table_info({table})").fetchall()
        nullable = {name for _, name, _, not_null, _, key in columns if not (not_null or key)}
        assert strict == 1, table
        assert nullable <= {"payload"}, table


def test_every_column_is_explained() -> None:
    text = (STEPS / "0001.sql").read_text("utf-8")
    column = re.compile(r"^    (\w+) (?:INTEGER|BLOB|TEXT)\b[^-\n]*?,?\s*(--.*)?$", re.M)
    found = column.findall(text)
    assert len(found) > 80
    silent = {name for name, comment in found if not comment} - COMMON
    assert silent == set()


def test_every_table_is_explained() -> None:
    text = (STEPS / "0001.sql").read_text("utf-8")
    assert text.count("CREATE TABLE ") == len(re.findall(r"^-- .*\nCREATE TABLE ", text, re.M))
