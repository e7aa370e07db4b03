"""The hardware of a simulated station: its disk, the medium of its run mark, its clock, its power.

It must not know what runs on it. It remembers which states its disk may hold, so that the judges
can tell what a restart must bring back.
"""

from contextlib import suppress
from pathlib import Path

import msgspec

from backchannel.errors import CustodyError
from backchannel.sim.cast import DATABASE, Place
from backchannel.sim.disk import Disk, Operation, PowerCut, Snapshot
from backchannel.sim.faults import Chance, Faults
from backchannel.sim.loop import Loop, LoopClock
from backchannel.sim.observed import Kept
from backchannel.sim.sectors import Unsynced
from backchannel.station.runner import Custody
from backchannel.store import sqlite
from backchannel.store.runmark import PAGE_BYTES, PAGES, RunMark, newest_mark, pack_page
from backchannel.store.sqlite import Database
from backchannel.wire.ids import LineId

COMMITS_A_CHECKPOINT = 20
# Of a page of the run mark that is torn: its hash and a part of what that is the hash of.
TORN_BYTES = 48


class Image(msgspec.Struct, frozen=True):
    """A disk as it stood at some moment, and the states that it may hold."""

    snapshot: Snapshot
    states: tuple[Kept, ...]
    goodbye: int | None


class Medium:
    """A second medium with the two pages of a run mark. Nobody ever puts it back.

    It offers what the station asks of `RunMarkFile`.
    """

    def __init__(self, machine: "Machine") -> None:
        self.path = Path("run.mark")
        self._machine = machine
        self._pages = bytearray(PAGES * PAGE_BYTES)

    def write(self, mark: RunMark) -> None:
        """Replace the older of the two marks; the power may go before it, or in the middle."""
        self._machine.pass_point()
        generation = newest_mark(bytes(self._pages))[0] + 1
        page = pack_page(mark, generation)
        at = generation % PAGES * PAGE_BYTES
        self._pages[at : at + TORN_BYTES] = page[:TORN_BYTES]
        self._machine.pass_point()
        self._pages[at : at + PAGE_BYTES] = page

    def read(self) -> RunMark | None:
        """Return what it says, if anything. Raises CustodyError if both pages are damaged."""
        return newest_mark(bytes(self._pages))[1]


class Machine:
    """One station's hardware. It outlives every process that runs on it."""

    def __init__(
        self, place: Place, loop: Loop, *, chance: Chance, faults: Faults, marked: bool
    ) -> None:
        self.name = place.name
        self.party = place.party
        self.wrap_key = place.wrap_key
        self.disk = Disk(place.name)
        self.disk.put_back(place.image)
        self.clock = LoopClock(loop, chance.stream("clock"), faults)
        self.medium = Medium(self) if marked else None
        self.goodbye: int | None = None
        """The version of the state that the last clean stop named, in a file beside the store."""
        self.kept: tuple[Kept, ...] = ()
        """States of which the disk holds one. Empty: nobody can tell, for it has lied."""
        self._commits = 0
        self._points: int | None = None
        self._dead: list[Database] = []

    def open(self, line: LineId) -> Custody:
        """Open what a process needs. Raises CustodyError, PowerCut."""
        # A failed opening closes the file again, and on a disk in Python even that may fail.
        with sqlite.faults(str(DATABASE)):
            database = sqlite.open(DATABASE, vfs=self.disk.vfs, exclusive=True)
        # To let go of a dead machine's connection would be to close it in order.
        self._dead.append(database)
        database.rows("PRAGMA wal_autocheckpoint = 0")
        return Custody(database, line, self.wrap_key, self.medium)  # type: ignore[arg-type]  # a Medium

    def checkpoint(self, database: Database) -> None:
        """Carry the log into the database now and then, as SQLite does after a commit.

        Here by itself: what fails in a checkpoint is no concern of the commit before it, but this
        disk is Python, and its library would report the failure as the commit's.
        """
        self._commits += 1
        if self._commits % COMMITS_A_CHECKPOINT == 0:
            with suppress(CustodyError):
                database.rows("PRAGMA wal_checkpoint(PASSIVE)")

    def mark(self) -> RunMark | None:
        """Return what the run mark says. Raises CustodyError."""
        return self.medium.read() if self.medium is not None else None

    def cut_in(self, points: int) -> None:
        """Let the power go at the n-th moment that lies between two acts of a process."""
        self._points = points

    def pass_point(self) -> None:
        """Pass a moment at which the power may go. Raises PowerCut."""
        if self._points is None:
            return
        self._points -= 1
        if self._points <= 0:
            self._points = None
            raise PowerCut(f"between two acts of {self.name}")

    def image(self) -> Image:
        """Return the disk as it stands now."""
        return Image(self.disk.snapshot(), self.kept, self.goodbye)

    def put_back(self, image: Image) -> None:
        """Cut the power and put an earlier disk in; the medium of the run mark stays."""
        self._points = None
        self.disk.put_back(image.snapshot)
        self.kept = image.states
        self.goodbye = image.goodbye
        self._dead.clear()

    def cut(self, chance: Chance, unsynced: Unsynced) -> None:
        """Cut the power and start the disk again."""
        self._points = None
        if self.disk.lies:
            self.kept = ()
        self.disk.power_cut(chance, unsynced)
        self._dead.clear()

    def mend(self) -> None:
        """End all that is wrong with the machine, from now on."""
        self._points = None
        self.disk.full = self.disk.lies = False
        for operation in Operation:
            self.disk.fail_next(operation, times=0)
