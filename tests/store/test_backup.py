"""Backups: the whole record of one moment, and not one secret."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from msgspec.structs import replace
from tests.store import samples as s
from tests.store.test_lines import create, everything, keep

from backchannel.errors import CustodyError, OfficerError
from backchannel.store import queries, sqlite
from backchannel.store.backup import LEFT_OUT, RECORD, backup, copy_record
from backchannel.store.lines import load_line
from backchannel.store.sealing import pack_secrets
from backchannel.store.sqlite import Database
from backchannel.wire.envelope import parse_frame


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with sqlite.open(tmp_path / "station.db") as opened:
        create(opened)
        keep(opened, 1, *s.message(s.OURS, 0), *s.message(s.OURS, 1), s.entry(s.ALDER, 0))
        answer = s.said(s.THEIRS, 0, refs=(s.entry_id(s.OURS, 0),))
        keep(opened, 2, s.entry(s.THEIRS, 0), answer, s.happened(s.THEIRS, 0, 0, 1, None))
        keep(opened, 3, s.pending(s.THEIRS, 5), s.branch(s.THEIRS, 2), s.evidence(s.THEIRS, 2))
        keep(opened, 4, s.held(s.THEIRS, 0, s.OURS, 0), s.outgoing(s.ALDER, 0))
        yield opened


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "away" / "record.backup"


@pytest.fixture(autouse=True)
def away(target: Path) -> None:
    target.parent.mkdir()


def names_beside(target: Path) -> list[str]:
    """Return the names of all files in the folder of a backup."""
    return [path.name for path in target.parent.iterdir()]


def secret_values(database: Database) -> set[bytes]:
    """Return every byte string that a backup must not hold, as it is stored and as it is used."""
    columns = [
        *database.rows("SELECT box FROM secret"),
        *database.rows("SELECT wrapped FROM content_key"),
        *database.rows("SELECT envelope FROM outgoing"),
        *database.rows("SELECT content FROM pending"),
        *database.rows("SELECT content FROM branch"),
    ]
    values = {value for (value,) in columns}
    hand = s.secrets(4).hands[s.REAL]
    values |= {pack_secrets(s.secrets(4)), hand.secret, hand.secret[:32], hand.pq_seed, s.WRAP_KEY}
    values |= {prekey.private for prekey in hand.prekeys} | {e.chain for e in hand.epochs}
    values |= set(s.secrets(4).courier.values())
    values |= {s.content_key(s.OURS, seq) for seq in (0, 1)}
    values |= {s.words(s.OURS, 0), s.words(s.THEIRS, 5), s.words(s.THEIRS, 2)}
    assert len(values) > 15
    return values


def test_no_secret_is_in_the_file(database: Database, target: Path) -> None:
    backup(database, target)
    raw = target.read_bytes()
    # Long boxes lie on several pages: look for their beginnings too.
    assert [value.hex() for value in secret_values(database) if value[:40] in raw] == []
    # The search does find what is there.
    assert s.entry(s.OURS, 0).header in raw


def test_the_record_is_in_the_file(database: Database, target: Path) -> None:
    backup(database, target)
    with sqlite.open_reader(target) as copy:
        sqlite.require_sound(copy)
        for table, columns in RECORD.items():
            names = ", ".join(columns)
            assert copy.rows(f"SELECT {names} FROM {table}") == database.rows(
                f"SELECT {names} FROM {table}"
            )
        for question in (queries.heads, queries.counts):
            assert question(copy, s.LINE) == question(database, s.LINE)
        found = queries.statements(copy, s.LINE, limit=9)
        # Without a key no words can be read from it.
        assert [each.worded for each in found] == [False] * len(found)
        held = queries.statements(database, s.LINE, limit=9)
        assert list(found) == [replace(each, worded=False) for each in held]
        (waiting,) = queries.pending(copy, s.LINE, limit=9)
        assert parse_frame(waiting.frame).content is None
        with pytest.raises(CustodyError, match="no-secrets"):
            load_line(copy, s.LINE, wrap_key=s.WRAP_KEY)


def test_every_table_was_thought_about(database: Database) -> None:
    tables = {
        name
        for (name,) in database.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )
    }
    assert tables == {"program", *RECORD, *LEFT_OUT}
    for table, kept in RECORD.items():
        columns = {row[1] for row in database.rows(f"PRAGMA table_info({table})")}
        assert columns - set(kept) == ({"content"} if table in ("pending", "branch") else set())


def test_a_station_never_goes_on_from_a_backup(database: Database, target: Path) -> None:
    backup(database, target)
    with pytest.raises(OfficerError, match="backup-opened"):
        sqlite.open(target)


def test_a_backup_is_one_private_file_that_a_read_only_medium_can_hold(
    database: Database, target: Path
) -> None:
    backup(database, target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert names_beside(target) == [target.name]
    target.chmod(0o400)
    with sqlite.open_reader(target) as copy:
        assert len(queries.heads(copy, s.LINE)) == 3
        assert names_beside(target) == [target.name]


def test_a_reader_makes_a_backup_beside_a_running_station(
    database: Database, target: Path, tmp_path: Path
) -> None:
    with sqlite.open_reader(tmp_path / "station.db") as reader:
        backup(reader, target)
    with sqlite.open_reader(target) as copy:
        assert len(queries.statements(copy, s.LINE, limit=9)) == 3


class Meddling:
    """A backup in the making during which the station commits, once for each table."""

    def __init__(self, copy: Database, station: Database) -> None:
        self.copy = copy
        self.station = station
        self.version = 4
        self.transaction = copy.transaction

    def write_many(self, text: str, rows: object) -> None:
        self.copy.write_many(text, rows)  # type: ignore[arg-type]
        self.version += 1
        keep(self.station, self.version, *s.message(s.OURS, self.version))


def test_a_backup_is_of_one_moment(database: Database, target: Path, tmp_path: Path) -> None:
    before = dict(everything(database))
    with (
        sqlite.open_reader(tmp_path / "station.db") as reader,
        sqlite.open_new_backup(target) as copy,
    ):
        meddling = Meddling(copy, database)
        copy_record(reader, meddling)  # type: ignore[arg-type]
        assert meddling.version > 10
        for table in ("line", "entry", "said", "content", "tally"):
            assert copy.rows(f"SELECT * FROM {table}") == before[table]


def test_an_existing_file_is_left_alone(database: Database, target: Path) -> None:
    target.write_text("precious")
    with pytest.raises(OfficerError, match="file-exists"):
        backup(database, target)
    assert target.read_text() == "precious"


def test_a_place_that_does_not_exist(database: Database, target: Path) -> None:
    with pytest.raises(OfficerError, match="database-unreachable"):
        backup(database, target.parent / "no" / "record.backup")


def test_a_backup_that_fails_leaves_no_file(
    database: Database, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Database.write_many

    def fail_late(self: Database, text: str, rows: object) -> None:
        if "INTO evidence" in text:
            with sqlite.faults(self.path):
                raise apsw.FullError("no room")
        written(self, text, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "write_many", fail_late)
    with pytest.raises(CustodyError, match="disk-full"):
        backup(database, target)
    assert names_beside(target) == []
    monkeypatch.undo()
    backup(database, target)


def test_what_an_earlier_attempt_left_is_cleared(database: Database, target: Path) -> None:
    target.with_name("record.backup.unfinished").write_bytes(b"half a backup")
    backup(database, target)
    assert names_beside(target) == [target.name]
