"""A harness that commits to SQLite on a simulated disk, and a judge of what a restart left.

It commits transactions of several rows on several pages. The judge reads the database after a
restart and knows only which commits had returned and which one was under way.
"""

from collections.abc import Iterator

import apsw

from backchannel.sim.disk import Disk, PowerCut, Snapshot
from backchannel.sim.faults import Chance
from backchannel.sim.sectors import Unsynced

SCHEMA = """
create table if not exists part(
    number integer not null, part integer not null, parts integer not null, text text not null,
    primary key(number, part)) strict;
create table if not exists total(one integer primary key, parts integer not null) strict;
insert or ignore into total values(1, 0);
"""


def open_store(disk: Disk, synchronous: str = "full") -> apsw.Connection:
    store = apsw.Connection("/line.db", vfs=disk.vfs)
    store.execute("pragma locking_mode=exclusive")
    assert store.execute("pragma journal_mode=wal").get == "wal"
    store.execute(f"pragma synchronous={synchronous}")
    store.execute("pragma wal_autocheckpoint=20")
    store.execute("begin immediate")
    store.execute(SCHEMA)
    store.execute("commit")
    return store


def commit(store: apsw.Connection, number: int, parts: int = 3, size: int = 1_500) -> None:
    text = chr(ord("a") + number % 26) * size
    store.execute("begin immediate")
    for part in range(parts):
        store.execute("insert into part values(?, ?, ?, ?)", (number, part, parts, text))
    store.execute("update total set parts = parts + ?", (parts,))
    store.execute("commit")


def numbers(store: apsw.Connection) -> set[int]:
    return {row[0] for row in store.execute("select distinct number from part")}


def judge(store: apsw.Connection, sure: set[int], open_numbers: set[int]) -> list[str]:
    """Say what is wrong with a reopened database."""
    wrong = []
    if store.execute("pragma integrity_check").get != "ok":
        wrong.append("not intact")
    found = numbers(store)
    halves = "select number from part group by number having count(*) != max(parts)"
    wrong += [f"half of {row[0]}" for row in store.execute(halves)]
    wrong += [f"lost {number}" for number in sorted(sure - found)]
    wrong += [f"unknown {number}" for number in sorted(found - sure - open_numbers)]
    totals = "select (select parts from total) - (select count(*) from part)"
    if store.execute(totals).get:
        wrong.append("total differs")
    return wrong


class Campaign:
    """Random commits on one disk, with a power cut at a drawn operation every few commits."""

    def __init__(self, disk: Disk, seed: int, synchronous: str = "full") -> None:
        self.disk = disk
        self.chance = Chance(seed, "campaign")
        self.synchronous = synchronous
        self.store = open_store(disk, synchronous)
        self.sure: set[int] = set()
        self.wrong: list[str] = []
        self.cuts = 0
        self.in_commit = 0

    def run(self, commits: int) -> None:
        for number in range(commits):
            if self.chance.happens(0.4):
                self.disk.cut_after(self.chance.between(1, 25))
            try:
                commit(self.store, number, self.chance.between(1, 5), self.chance.between(1, 4_000))
                self.sure.add(number)
            except PowerCut:
                self.in_commit += 1
                self.restart({number})
            if self.chance.happens(0.1):
                self.restart(set())
            if self.wrong:
                return

    def restart(self, open_numbers: set[int]) -> None:
        self.cuts += 1
        self.disk.power_cut(self.chance, self.chance.pick(list(Unsynced)))
        try:
            self.store = open_store(self.disk, self.synchronous)
            self.wrong += judge(self.store, self.sure, open_numbers)
            self.sure = numbers(self.store)
        except apsw.CorruptError:
            self.wrong.append("not intact")


CUTS = [(Unsynced.LOST, 0), (Unsynced.KEPT, 0), *((Unsynced.TORN, seed) for seed in range(6))]


def every_crash_point(disk: Disk, before: Snapshot, work: "Work") -> Iterator[tuple[int, bool]]:
    """Cut the power at each operation of some work; yield with the disk restarted.

    Gives the operation and whether the work had returned; the last round has no cut.
    """
    for unsynced, seed in CUTS:
        point, returned = 0, False
        while not returned:
            point += 1
            disk.put_back(before)
            returned = work.is_done_before(disk, point)
            disk.power_cut(Chance(seed, str(point)), unsynced)
            yield point, returned


class Work:
    """What is done while the power may go: open the store, then perhaps commit."""

    def __init__(self, number: int | None) -> None:
        self.number = number
        # Held until the power is cut: to let go of a connection would be to close it in order.
        self.store: apsw.Connection | None = None

    def is_done_before(self, disk: Disk, point: int) -> bool:
        try:
            if self.number is None:
                disk.cut_after(point)
            self.store = open_store(disk)
            if self.number is not None:
                self.store.execute("pragma wal_autocheckpoint=1")
                disk.cut_after(point)
                commit(self.store, self.number)
        except PowerCut:
            return False
        return True
