"""Opening, guarding, upgrading and using one database file."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from backchannel.errors import BackchannelError, CustodyError, OfficerError
from backchannel.sim.disk import Disk
from backchannel.store import sqlite
from backchannel.store.sqlite import Database
from backchannel.store.texts import STEPS, numbered
from backchannel.store.troubles import of_the_system

ROOT = Path(__file__).parents[2]
NEWEST = len(numbered(STEPS))
STORES = sorted((ROOT / "tests" / "stores").glob("*.db"))


def raised(kind: type[BackchannelError], work: Callable[[], object]) -> BackchannelError:
    """Return the error that the work raises."""
    with pytest.raises(kind) as caught:
        work()
    assert caught.value.text
    return caught.value


def run_elsewhere(program: str, *arguments: object) -> str:
    """Run a program in another process; return what it prints, or the last line of its error."""
    result = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip() or result.stderr.strip().splitlines()[-1]


OPEN_IT = """
import sys
from pathlib import Path
from backchannel.errors import BackchannelError
from backchannel.store import sqlite
try:
    sqlite.open(Path(sys.argv[1])).close()
    print("opened")
except BackchannelError as fault:
    print(fault.reason)
"""

# Who owns all files may do everything: ask as somebody else, after the imports.
AS_A_STRANGER = """
import os, sys
import backchannel.store.sqlite
os.chdir(sys.argv[2])
if os.geteuid() == 0:
    os.setuid(65534)
%s"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "station.db"


def test_a_new_database_is_durable_and_erases(path: Path) -> None:
    with sqlite.open(path) as database:
        found = {
            name: database.rows(f"PRAGMA {name}")[0][0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_only_its_owner_may_read_it(path: Path) -> None:
    with sqlite.open(path) as database, database.transaction():
        database.rows("UPDATE opening SET count = count + 1")
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert {"station.db", "station.db-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_a_second_writer_is_refused_in_this_process_and_in_another(path: Path) -> None:
    with sqlite.open(path) as database:
        assert raised(OfficerError, lambda: sqlite.open(path)).reason == "station-running"
        assert run_elsewhere(OPEN_IT, path) == "station-running"
        # Neither attempt took the lock of the one that runs.
        assert run_elsewhere(OPEN_IT, path) == "station-running"
        assert database.rows("SELECT count FROM opening") == [(1,)]
    assert run_elsewhere(OPEN_IT, path) == "opened"


def test_an_exclusive_database_admits_no_other_connection(path: Path) -> None:
    with sqlite.open(path, exclusive=True):
        assert not path.with_name("station.db-shm").exists()
        reading = apsw.Connection(str(path))
        with pytest.raises(apsw.BusyError):
            reading.execute("SELECT count FROM opening")


def test_a_nonce_is_given_once_over_all_openings(path: Path) -> None:
    nonces = []
    for _ in range(3):
        with sqlite.open(path) as database:
            nonces += [database.fresh_nonce() for _ in range(5)]
    assert len(set(nonces)) == 15
    assert {len(nonce) for nonce in nonces} == {12}


def test_the_opening_counts_before_a_nonce_is_given(path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from backchannel.store import sqlite;"
        "print(sqlite.open(Path(sys.argv[1])).fresh_nonce().hex(), flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    killed = run_elsewhere(program, path)
    with sqlite.open(path) as database:
        assert database.fresh_nonce().hex() != killed
        assert database.rows("SELECT count FROM opening") == [(2,)]


def test_a_refused_transaction_leaves_nothing(path: Path) -> None:
    with sqlite.open(path) as database:
        with pytest.raises(OfficerError), database.transaction():
            database.rows("UPDATE opening SET count = 77")
            raise OfficerError("any", "any")
        assert database.rows("SELECT count FROM opening") == [(1,)]


def test_a_broken_rule_of_a_table_is_our_bug(path: Path) -> None:
    with sqlite.open(path) as database:
        with pytest.raises(AssertionError, match="rule of its table"), database.transaction():
            database.write_many("INSERT INTO opening (one, count) VALUES (?, ?)", [(2, 0)])
        assert database.rows("SELECT count(*) FROM opening") == [(1,)]


def test_a_full_disk_keeps_the_old_state_and_goes_on_when_there_is_room(path: Path) -> None:
    insert = "INSERT INTO program (schema, version) VALUES (?, ?)"
    with sqlite.open(path) as database:
        (pages,) = database.rows("PRAGMA page_count")[0]
        database.rows(f"PRAGMA max_page_count = {pages + 2}")

        def fill() -> None:
            with database.transaction():
                database.write_many(insert, [(NEWEST + 1, "small")])
                database.write_many(insert, [(NEWEST + 2, "x" * 100_000)])

        assert raised(CustodyError, fill).reason == "disk-full"
        assert schemas(database) == [*range(1, NEWEST + 1)]
        database.rows(f"PRAGMA max_page_count = {pages + 1_000}")
        fill()
        assert schemas(database) == [*range(1, NEWEST + 3)]


def test_a_file_that_is_no_database_is_damaged(path: Path) -> None:
    path.write_bytes(b"Dear Birch, " * 1_000)
    assert raised(CustodyError, lambda: sqlite.open(path)).reason == "database-damaged"
    assert raised(CustodyError, lambda: sqlite.open_reader(path)).reason == "database-damaged"
    assert path.read_bytes() == b"Dear Birch, " * 1_000


def test_a_cut_file_is_damaged(path: Path) -> None:
    sqlite.open(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert raised(CustodyError, lambda: sqlite.open(path).close()).reason == "database-damaged"


def test_turned_bits_are_found_when_the_whole_file_is_read(path: Path) -> None:
    with sqlite.open(path) as database:
        sqlite.require_sound(database)
        named = "SELECT rootpage FROM sqlite_schema WHERE name = 'branch'"
        ((page,),) = database.rows(named)
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * 4_096 : page * 4_096] = b"\xff" * 4_096
    path.write_bytes(raw)
    with sqlite.open(path) as database:
        fault = raised(CustodyError, lambda: sqlite.require_sound(database))
    assert fault.reason == "database-damaged"


@pytest.mark.parametrize("mark", [0, 99])
def test_a_database_of_another_program_is_left_alone(path: Path, mark: int) -> None:
    other = apsw.Connection(str(path))
    other.execute(f"PRAGMA application_id = {mark}; CREATE TABLE recipe (name TEXT)")
    other.close()
    before = path.read_bytes()
    assert raised(OfficerError, lambda: sqlite.open(path)).reason == "not-our-database"
    assert raised(OfficerError, lambda: sqlite.open_reader(path)).reason == "not-our-database"
    assert path.read_bytes() == before


def test_a_newer_schema_names_the_program_to_use(path: Path) -> None:
    sqlite.open(path).close()
    later = apsw.Connection(str(path))
    later.execute(
        "INSERT INTO program (schema, version) VALUES (9, '7.3.1'); PRAGMA user_version = 9"
    )
    later.close()
    for open_it in (sqlite.open, sqlite.open_reader):
        fault = raised(OfficerError, lambda open_it=open_it: open_it(path))  # type: ignore[misc]
        assert fault.reason == "database-newer"
        assert "7.3.1" in fault.text


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    reason = run_elsewhere(AS_A_STRANGER % OPEN_IT, "station.db", tmp_path)
    tmp_path.chmod(0o700)
    assert reason == "database-read-only"


def test_a_file_that_may_not_be_read(path: Path, tmp_path: Path) -> None:
    sqlite.open(path).close()
    path.chmod(0)
    tmp_path.chmod(0o555)
    program = AS_A_STRANGER % OPEN_IT.replace("sqlite.open(", "sqlite.open_reader(")
    reason = run_elsewhere(program, "station.db", tmp_path)
    tmp_path.chmod(0o700)
    assert reason == "database-unreachable"


def test_a_place_that_does_not_exist(tmp_path: Path) -> None:
    for nowhere in (tmp_path / "no" / "station.db", tmp_path):
        fault = raised(OfficerError, lambda nowhere=nowhere: sqlite.open(nowhere))  # type: ignore[misc]
        assert fault.reason == "database-unreachable"


def test_a_program_that_holds_the_file_is_not_waited_for_long(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not know the lock beside the file, as a shell of SQLite."""
    monkeypatch.setattr(sqlite, "BUSY_MS", 0)
    sqlite.open(path).close()
    other = apsw.Connection(str(path))
    other.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
    other.execute("BEGIN EXCLUSIVE")
    for opening in (sqlite.open, sqlite.open_reader):
        fault = raised(OfficerError, lambda opening=opening: opening(path))  # type: ignore[misc]
        assert fault.reason == "station-running"
    other.close()


@pytest.mark.parametrize(
    ("number", "kind", "reason"),
    [
        (errno.EACCES, OfficerError, "database-read-only"),
        (errno.EROFS, OfficerError, "database-read-only"),
        (errno.ENOSPC, CustodyError, "disk-full"),
        (errno.EDQUOT, CustodyError, "disk-full"),
        (errno.ENOENT, OfficerError, "database-unreachable"),
        (errno.EIO, CustodyError, "disk-failed"),
    ],
)
def test_what_the_system_reports(number: int, kind: type, reason: str) -> None:
    fault = of_the_system("station.db", OSError(number, os.strerror(number)))
    assert (type(fault), fault.reason) == (kind, reason)


@pytest.mark.parametrize("found", ["3.40.1", "3.51.2", "3.9.99"])
def test_a_library_with_the_wal_reset_bug_is_refused(found: str) -> None:
    fault = raised(CustodyError, lambda: sqlite.require_library(found))
    assert fault.reason == "library-too-old"


@pytest.mark.parametrize("found", ["3.51.3", "3.54.1", "4.0.0"])
def test_a_later_library_is_good(found: str) -> None:
    sqlite.require_library(found)


def test_a_file_system_without_shared_memory_is_refused_unless_exclusive() -> None:
    disk = Disk("alder")
    where = Path("station.db")
    fault = raised(CustodyError, lambda: sqlite.open(where, vfs=disk.vfs))
    assert fault.reason == "no-write-ahead-log"
    sqlite.open(where, vfs=disk.vfs, exclusive=True).close()
    disk.close()


# --- A reader -------------------------------------------------------------------------------------


def test_a_reader_sees_what_a_running_station_commits_and_writes_nothing(path: Path) -> None:
    with sqlite.open(path) as database, sqlite.open_reader(path) as reader:
        with database.transaction():
            database.rows("UPDATE opening SET count = 5")
            assert reader.rows("SELECT count FROM opening") == [(1,)]
        assert reader.rows("SELECT count FROM opening") == [(5,)]
        fault = raised(OfficerError, lambda: reader.rows("UPDATE opening SET count = 6"))
    assert fault.reason == "database-read-only"


def test_a_reader_seals_nothing(path: Path) -> None:
    sqlite.open(path).close()
    with sqlite.open_reader(path) as reader, pytest.raises(AssertionError, match="not open for"):
        reader.fresh_nonce()


def test_a_reader_makes_no_file(path: Path) -> None:
    assert raised(OfficerError, lambda: sqlite.open_reader(path)).reason == "no-database"
    assert not path.exists()


# --- Upgrades -------------------------------------------------------------------------------------

SECOND = """
CREATE TABLE opening_anew (
    one INTEGER PRIMARY KEY, count INTEGER NOT NULL, why TEXT NOT NULL
) STRICT;
INSERT INTO opening_anew (one, count, why) SELECT one, count, 'as before' FROM opening;
DROP TABLE opening;
ALTER TABLE opening_anew RENAME TO opening;
"""


def schemas(database: Database) -> list[int]:
    """Return the schemas whose steps a database has seen."""
    return [schema for (schema,) in database.rows("SELECT schema FROM program ORDER BY schema")]


def steps_with(folder: Path, *texts: str) -> Path:
    """Return a folder with the real steps and these after them."""
    folder.mkdir()
    for number, text in enumerate((*numbered(STEPS), *texts), 1):
        (folder / f"{number:04}.sql").write_text(text)
    return folder


def test_an_old_database_is_copied_and_upgraded(path: Path, tmp_path: Path) -> None:
    sqlite.open(path).close()
    steps = steps_with(tmp_path / "steps", SECOND)
    for _ in range(2):
        with sqlite.open(path, steps=steps) as database:
            assert database.rows("SELECT why FROM opening") == [("as before",)]
            assert database.rows("PRAGMA user_version") == [(NEWEST + 1,)]
            assert schemas(database) == [*range(1, NEWEST + 2)]
            assert database.rows("PRAGMA foreign_keys") == [(1,)]
    # The program from before finds the new one's work, and the copy of its own.
    assert raised(OfficerError, lambda: sqlite.open(path)).reason == "database-newer"
    copy = path.with_name(f"station.db.schema-{NEWEST:04}")
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite.open(copy) as database:
        assert database.rows("SELECT count FROM opening") == [(2,)]


def test_a_new_database_needs_no_copy(path: Path, tmp_path: Path) -> None:
    sqlite.open(path, steps=steps_with(tmp_path / "steps", SECOND)).close()
    assert not list(path.parent.glob("station.db.schema-*"))


def test_a_reader_says_which_program_can_read_an_older_schema(path: Path, tmp_path: Path) -> None:
    sqlite.open(path).close()
    old = apsw.Connection(str(path))
    old.execute("PRAGMA user_version = 0")
    old.close()
    fault = raised(OfficerError, lambda: sqlite.open_reader(path))
    assert fault.reason == "database-older"


def test_a_step_that_fails_leaves_the_old_schema(path: Path, tmp_path: Path) -> None:
    sqlite.open(path).close()
    steps = steps_with(tmp_path / "steps", f"{SECOND} CREATE TABLE broken (; ")
    for _ in range(2):
        with pytest.raises(apsw.SQLError):
            sqlite.open(path, steps=steps)
    with sqlite.open(path) as database:
        assert database.rows("SELECT one FROM opening") == [(1,)]
        assert database.rows("PRAGMA user_version") == [(NEWEST,)]


def test_a_step_may_not_leave_children_without_parents(path: Path, tmp_path: Path) -> None:
    orphan = "INSERT INTO settled (line, no, upto) VALUES (7, 16, 0);"
    with pytest.raises(AssertionError, match="without their parents"):
        sqlite.open(path, steps=steps_with(tmp_path / "steps", orphan))


def test_a_lock_is_let_go_when_opening_fails(path: Path, tmp_path: Path) -> None:
    with pytest.raises(apsw.SQLError):
        sqlite.open(path, steps=steps_with(tmp_path / "steps", "CREATE"))
    sqlite.open(path).close()
