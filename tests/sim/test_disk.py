"""Tests of sim.disk: SQLite on it keeps exactly what it has committed, and each fault is real."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import apsw
import pytest
from tests.sim.commits import (
    CUTS,
    Campaign,
    Work,
    commit,
    every_crash_point,
    judge,
    numbers,
    open_store,
)

from backchannel.sim.disk import (
    Disk,
    Failure,
    Operation,
    PowerCut,
    Snapshot,
    draw_unsynced,
    repeatable,
)
from backchannel.sim.faults import Chance, Faults
from backchannel.sim.sectors import Unsynced
from backchannel.store import sqlite


@pytest.fixture
def disk() -> Iterator[Disk]:
    made = Disk("alder")
    yield made
    made.close()


def test_what_is_committed_survives_and_nothing_else_does(disk: Disk) -> None:
    campaign = Campaign(disk, 1)
    campaign.run(1_000)
    assert campaign.wrong == []
    assert campaign.in_commit > 150
    assert campaign.cuts > campaign.in_commit + 50


@pytest.mark.parametrize("synchronous", ["off", "normal"])
def test_the_harness_finds_commits_lost_by_a_weaker_setting(disk: Disk, synchronous: str) -> None:
    campaign = Campaign(disk, 1, synchronous)
    campaign.run(200)
    assert campaign.wrong != []
    assert all(wrong.startswith(("lost", "not intact")) for wrong in campaign.wrong)


def test_a_transaction_is_whole_or_absent_at_every_crash_point(disk: Disk) -> None:
    store = open_store(disk)
    for number in range(5):
        commit(store, number)
    before = disk.snapshot()
    outcomes = set()
    for point, returned in every_crash_point(disk, before, Work(5)):
        store = open_store(disk)
        sure = set(range(6)) if returned else set(range(5))
        assert judge(store, sure, {5}) == [], f"at operation {point}"
        outcomes.add((returned, 5 in numbers(store)))
    # Cut and absent, cut and there (the power went after the commit's sync), returned and there.
    assert outcomes == {(False, False), (False, True), (True, True)}


# A connection that dies before its database has a log cannot be closed without a word.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_database_that_was_being_made_is_made_anew_at_every_crash_point(disk: Disk) -> None:
    points = 0
    for point, _ in every_crash_point(disk, Snapshot(()), Work(None)):
        store = open_store(disk)
        commit(store, 0)
        assert judge(store, {0}, set()) == [], f"at operation {point}"
        points += 1
    assert points > len(CUTS) * 10


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("unsynced", list(Unsynced))
def test_the_store_of_a_station_opens_after_a_cut_at_any_point(
    disk: Disk, unsynced: Unsynced
) -> None:
    path = Path("/station/line.db")
    point, opened = 0, False
    while not opened:
        point += 1
        disk.put_back(Snapshot(()))
        disk.cut_after(point)
        with suppress(PowerCut), disk.powered():
            held = sqlite.open(path, vfs=disk.vfs, exclusive=True)
            opened = True
        disk.power_cut(Chance(point), unsynced)
        with sqlite.open(path, vfs=disk.vfs, exclusive=True) as database:
            sqlite.require_sound(database)
    held.close()
    assert point > 50


def test_a_write_in_which_the_power_goes_has_reached_the_disk(disk: Disk) -> None:
    store = open_store(disk)
    before = disk.snapshot()
    disk.cut_after(1)
    with pytest.raises(PowerCut):
        commit(store, 0)
    assert disk.snapshot() != before
    disk.power_cut(Chance(1), Unsynced.LOST)
    assert disk.snapshot() == before


def test_a_cut_process_can_do_nothing_more(disk: Disk) -> None:
    store = open_store(disk)
    commit(store, 0)
    disk.cut_after(1)
    with pytest.raises(PowerCut):
        commit(store, 1)
    assert disk.dark
    before = disk.snapshot()
    with pytest.raises((PowerCut, apsw.Error)):
        commit(store, 2)
    assert disk.snapshot() == before
    disk.power_cut(Chance(1), Unsynced.KEPT)
    assert not disk.dark
    new = open_store(disk)
    commit(new, 3)
    store.close()
    assert judge(new, {0, 3}, set()) == []


def test_what_fails_on_a_dead_disk_is_the_power(disk: Disk) -> None:
    store = open_store(disk)
    disk.cut_after(2)
    with pytest.raises(PowerCut, match="within alder"), disk.powered():
        try:
            commit(store, 0)
        finally:
            store.execute("rollback")  # there is nothing left to roll back
    disk.power_cut(Chance(1))
    store = open_store(disk)
    disk.cut_after(2)
    with pytest.raises(PowerCut, match="within alder"), disk.powered(), suppress(PowerCut):
        commit(store, 0)


def test_what_fails_on_a_live_disk_is_itself(disk: Disk) -> None:
    store = open_store(disk)
    with disk.powered():
        commit(store, 0)
    with pytest.raises(apsw.ConstraintError), disk.powered():
        commit(store, 0)


def test_a_connection_closed_after_the_cut_touches_nothing(disk: Disk) -> None:
    store = open_store(disk)
    commit(store, 0)
    disk.power_cut(Chance(1), Unsynced.LOST)
    left = disk.snapshot()
    store.close()
    assert disk.snapshot() == left
    assert judge(open_store(disk), {0}, set()) == []


def test_the_disk_of_a_dead_machine_is_unknown_to_sqlite(disk: Disk) -> None:
    old = disk.vfs
    disk.power_cut(Chance(1))
    assert old not in apsw.vfs_names()
    assert disk.vfs in apsw.vfs_names()
    disk.close()
    assert disk.vfs not in apsw.vfs_names()


def test_disks_do_not_share_files() -> None:
    disks = [Disk("alder"), Disk("birch")]
    for number, disk in enumerate(disks):
        commit(open_store(disk), number)
        disk.power_cut(Chance(1), Unsynced.LOST)
    assert [numbers(open_store(disk)) for disk in disks] == [{0}, {1}]
    for disk in disks:
        disk.close()


def test_a_stale_image_is_the_old_state(disk: Disk) -> None:
    store = open_store(disk)
    commit(store, 0)
    stale = disk.snapshot()
    commit(store, 1)
    disk.put_back(stale)
    store = open_store(disk)
    assert judge(store, {0}, set()) == []
    commit(store, 2)
    disk.power_cut(Chance(1), Unsynced.LOST)
    assert judge(open_store(disk), {0, 2}, set()) == []


def test_a_lying_disk_loses_what_was_committed_until_the_next_cut(disk: Disk) -> None:
    store = open_store(disk)
    commit(store, 0)
    disk.lies = True
    commit(store, 1)
    disk.power_cut(Chance(1), Unsynced.LOST)
    store = open_store(disk)
    assert judge(store, {0, 1}, set()) == ["lost 1"]
    commit(store, 2)
    disk.power_cut(Chance(1), Unsynced.LOST)
    assert judge(open_store(disk), {0, 2}, set()) == []


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (Operation.READ, apsw.SQLITE_IOERR_READ),
        (Operation.WRITE, apsw.SQLITE_IOERR_WRITE),
        (Operation.SYNC, apsw.SQLITE_IOERR_FSYNC),
    ],
)
def test_a_failing_operation_fails_the_transaction_alone(
    disk: Disk, operation: Operation, code: int
) -> None:
    store = open_store(disk)
    commit(store, 0)
    store.close()
    store = open_store(disk)
    disk.fail_next(operation)
    with pytest.raises(Failure) as failed:
        commit(store, 1)
    assert isinstance(failed.value, apsw.IOError)
    assert (failed.value.result, failed.value.extendedresult) == (apsw.SQLITE_IOERR, code)
    if not store.get_autocommit():
        store.execute("rollback")
    commit(store, 2)
    disk.power_cut(Chance(1), Unsynced.LOST)
    assert judge(open_store(disk), {0, 2}, set()) == []


def test_a_pending_failure_ends_with_the_power(disk: Disk) -> None:
    disk.fail_next(Operation.SYNC)
    disk.power_cut(Chance(1))
    store = open_store(disk)
    commit(store, 0)
    assert judge(store, {0}, set()) == []


def test_a_failure_can_last(disk: Disk) -> None:
    store = open_store(disk)
    disk.fail_next(Operation.WRITE, times=2)
    for number in (0, 1):
        with pytest.raises(apsw.IOError):
            commit(store, number)
    commit(store, 2)
    assert judge(store, {2}, set()) == []


def test_a_full_disk_refuses_what_grows_and_keeps_what_it_has(disk: Disk) -> None:
    store = open_store(disk)
    commit(store, 0)
    disk.full = True
    with pytest.raises(apsw.FullError):
        for number in range(1, 100):
            commit(store, number, size=100_000)
    disk.full = False
    sure = numbers(store)
    assert 0 in sure
    commit(store, 100)
    disk.power_cut(Chance(1), Unsynced.LOST)
    assert judge(open_store(disk), sure | {100}, set()) == []


def test_a_bit_rots_and_no_more(disk: Disk) -> None:
    store = open_store(disk)
    commit(store, 0)
    store.close()
    before = dict(disk.snapshot().files)
    name, offset = disk.rot(Chance(3))
    after = dict(disk.snapshot().files)
    turned = before[name][offset] ^ after[name][offset]
    assert turned.bit_count() == 1
    assert sum(a != b for a, b in zip(before[name], after[name], strict=True)) == 1
    assert {key: after[key] for key in after if key != name} == {
        key: before[key] for key in before if key != name
    }


def test_rot_hurts_a_database_sooner_or_later(disk: Disk) -> None:
    store = open_store(disk)
    for number in range(20):
        commit(store, number, parts=40, size=1)
    store.close()
    sound = disk.snapshot()
    hurt = 0
    for seed in range(60):
        disk.put_back(sound)
        disk.rot(Chance(seed))
        try:
            store = open_store(disk)
            hurt += store.execute("pragma integrity_check").get != "ok"
        except apsw.Error:
            hurt += 1
    assert 5 < hurt < 60


def test_an_empty_disk_has_nothing_to_rot(disk: Disk) -> None:
    with pytest.raises(AssertionError, match="no byte"):
        disk.rot(Chance(1))


def test_a_name_lasts_when_its_file_is_synced(disk: Disk) -> None:
    store = open_store(disk)
    assert [name for name, _ in disk.snapshot().files] == ["/line.db", "/line.db-wal"]
    disk.power_cut(Chance(1), Unsynced.LOST)
    store.close()
    assert [name for name, _ in disk.snapshot().files] == ["/line.db", "/line.db-wal"]


def test_a_file_that_needs_no_log_lasts_by_its_own_sync(disk: Disk) -> None:
    store = apsw.Connection("/notes.db", vfs=disk.vfs)
    store.execute("pragma journal_mode=off")
    store.execute("create table note(text text)")
    disk.power_cut(Chance(1), Unsynced.LOST)
    again = apsw.Connection("/notes.db", flags=apsw.SQLITE_OPEN_READWRITE, vfs=disk.vfs)
    assert again.execute("select name from sqlite_schema").get == "note"


def test_an_unsynced_deletion_may_come_back(disk: Disk) -> None:
    store = open_store(disk)
    commit(store, 0)
    store.close()  # deletes its log, and does not ask that this lasts
    assert [name for name, _ in disk.snapshot().files] == ["/line.db"]
    disk.power_cut(Chance(1), Unsynced.LOST)
    assert [name for name, _ in disk.snapshot().files] == ["/line.db", "/line.db-wal"]
    assert judge(open_store(disk), {0}, set()) == []


def test_a_second_connection_is_locked_out(disk: Disk) -> None:
    open_store_first = open_store(disk)
    with pytest.raises(apsw.BusyError):
        open_store(disk)
    open_store_first.close()
    open_store(disk)


def test_the_clock_of_sqlite_stands(disk: Disk) -> None:
    assert open_store(disk).execute("select datetime('now')").get == "1970-01-01 00:00:00"


def test_the_same_seed_leaves_the_same_bytes() -> None:
    def history(seed: int) -> tuple[Snapshot, list[str], int, set[int]]:
        disk = Disk("alder")
        with repeatable(Chance(seed, "sqlite")):
            campaign = Campaign(disk, seed)
            campaign.run(100)
        disk.close()
        return disk.snapshot(), campaign.wrong, disk.operations, campaign.sure

    assert history(9) == history(9)
    assert history(9) != history(10)


def test_the_chance_of_sqlite_is_its_own_again_afterwards() -> None:
    drawn = []
    for _ in range(2):
        with repeatable(Chance(1)):
            inside = apsw.randomness(16)
        drawn.append((inside, apsw.randomness(16)))
    assert drawn[0][0] == drawn[1][0]
    assert drawn[0][1] != drawn[1][1]
    assert not any(name.startswith("seeded") for name in apsw.vfs_names())


def test_what_a_cut_does_follows_the_faults() -> None:
    faults = Faults(unsynced_lost=0.2, unsynced_torn=0.3)
    chance = Chance(1)
    drawn = [draw_unsynced(chance, faults) for _ in range(1_000)]
    assert 150 < drawn.count(Unsynced.LOST) < 250
    assert 250 < drawn.count(Unsynced.TORN) < 350
    assert 450 < drawn.count(Unsynced.KEPT) < 550
