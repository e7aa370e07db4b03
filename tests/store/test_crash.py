"""A station that dies in mid-commit has kept all it was told is kept, and nothing by halves."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.store import samples as s
from tests.store.committer import MESSAGES

from backchannel.errors import CustodyError
from backchannel.sim.disk import Disk, Operation, PowerCut
from backchannel.sim.faults import Chance
from backchannel.sim.sectors import Unsynced
from backchannel.store import queries, sqlite
from backchannel.store.lines import commit, create_line, load_line
from backchannel.store.sqlite import Database

ROOT = Path(__file__).parents[2]
TABLES = ("entry", "content", "content_key", "said", "outgoing")
WHERE = Path("station.db")


def require_whole(database: Database, at_least: int) -> int:
    """Check that a database holds one version and exactly its rows; return the version."""
    sqlite.require_sound(database)
    loaded = load_line(database, s.LINE, wrap_key=s.WRAP_KEY)
    version = loaded.core.version
    assert version >= at_least
    assert (loaded.core, loaded.secrets) == (s.core(version), s.secrets(version))
    for table in TABLES:
        assert database.rows(f"SELECT count(*) FROM {table}") == [(version * MESSAGES,)]
    assert sum(count.count for count in queries.counts(database, s.LINE)) == version * MESSAGES
    return version


def keep(database: Database, version: int) -> None:
    """Commit a version with its messages."""
    slots = range((version - 1) * MESSAGES, version * MESSAGES)
    commit(
        database,
        s.LINE,
        wrap_key=s.WRAP_KEY,
        core=s.core(version),
        secrets=s.secrets(version),
        rows=[row for seq in slots for row in s.message(s.OURS, seq)],
    )


def test_a_process_killed_in_mid_commit_keeps_all_that_it_said(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    version = 0
    for turn in range(6):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.committer", path],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        for _ in range(20 + turn):
            version = int(process.stdout.readline())
        # It goes on committing meanwhile: each turn is killed at another moment.
        time.sleep(0.003 * turn)
        process.kill()
        said = [int(line) for line in process.stdout.read().split()]
        process.wait()
        with sqlite.open(path) as database:
            version = require_whole(database, max([version, *said]))


# --- The same on a disk that loses, tears and fails, at every point of a commit -------------------


def reopened(disk: Disk) -> Database:
    """Open the database on a disk."""
    return sqlite.open(WHERE, vfs=disk.vfs, exclusive=True)


def committed(disk: Disk, versions: int) -> Database:
    """Return a database on a disk, with a line of so many versions."""
    database = reopened(disk)
    create_line(database, s.FOUNDED, wrap_key=s.WRAP_KEY, core=s.core(0), secrets=s.secrets(0))
    for version in range(1, versions + 1):
        keep(database, version)
    return database


@pytest.mark.parametrize("unsynced", list(Unsynced))
def test_a_power_cut_at_any_point_of_a_commit(unsynced: Unsynced) -> None:
    disk = Disk("alder")
    committed(disk, 2)
    image = disk.snapshot()
    outcomes = set()
    for point in range(1, 500):
        disk.put_back(image)
        database = reopened(disk)
        disk.cut_after(point)
        try:
            keep(database, 3)
        except PowerCut:
            disk.power_cut(Chance(point, "cut"), unsynced)
            outcomes.add(require_whole(reopened(disk), 2))
        else:
            break
    else:
        pytest.fail("a commit has no end")
    disk.power_cut(Chance(0, "cut"), unsynced)
    assert require_whole(reopened(disk), 3) == 3
    assert 2 in outcomes
    disk.close()


@pytest.mark.parametrize("operation", [Operation.WRITE, Operation.SYNC])
def test_a_disk_that_fails_once_keeps_the_old_version_and_goes_on(operation: Operation) -> None:
    disk = Disk("alder")
    database = committed(disk, 2)
    disk.fail_next(operation)
    with pytest.raises(CustodyError, match="disk-failed"):
        keep(database, 3)
    require_whole(database, 2)
    keep(database, 3)
    disk.power_cut(Chance(1, "cut"))
    assert require_whole(reopened(disk), 3) == 3
    disk.close()


def test_a_full_disk_keeps_the_old_version_and_goes_on_when_there_is_room() -> None:
    disk = Disk("alder")
    database = committed(disk, 2)
    disk.full = True
    for _ in range(3):
        with pytest.raises(CustodyError, match="disk-full"):
            keep(database, 3)
        assert require_whole(database, 2) == 2
    disk.full = False
    keep(database, 3)
    assert require_whole(database, 3) == 3
    database.close()
    assert require_whole(reopened(disk), 3) == 3
    disk.close()
