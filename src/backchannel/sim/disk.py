"""A disk in memory for the production SQLite store: it forgets what was not synced, tears writes,
goes back in time, fills, fails and rots.

It must not know what is stored on it, and nothing outside the simulation may use it.

A database opens on it with `vfs=disk.vfs`. There is no shared memory here, so the first two
statements of a connection are `PRAGMA locking_mode=EXCLUSIVE` and `PRAGMA journal_mode=WAL`, in
this order, and each database has one connection. Writes and syncs are those of the usual mode.

Each file has two images: what was written, and what was synced. A file's name lasts when the file
is synced; all names and deletions last when a new log or journal is synced for the first time, for
then SQLite's own layer for Unix syncs the directory, or when a deletion asks for it. After a power
cut, every open connection is of the
dead machine: it can neither read nor write, and `disk.vfs` has a new name.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

import apsw
import msgspec

from backchannel.sim.faults import Chance, Faults
from backchannel.sim.sectors import SECTOR_BYTES, Image, Unsynced

_POWER_SAFE = apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE
"""As SQLite's own layer for Unix says: a torn write spoils no bytes beside those written."""

_EPOCH_JULIAN_MS = 210_866_760_000_000
"""1970-01-01 in the milliseconds of SQLite. Its clock stands: the product tells the time itself."""

_LOGS = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL

_numbers = itertools.count(1)


class PowerCut(BaseException):
    """The power went at a crash point. Not an `Exception`: no program survives it to handle it."""


class Failure(apsw.IOError):
    """The disk could not do it, with SQLite's codes as any other disk would give them."""

    def __init__(self, extendedresult: int, text: str) -> None:
        super().__init__(text)
        self.result = apsw.SQLITE_IOERR
        self.extendedresult = extendedresult


class Operation(Enum):
    """What `fail_next` makes fail, with SQLite's code for it."""

    READ = apsw.SQLITE_IOERR_READ
    WRITE = apsw.SQLITE_IOERR_WRITE
    SYNC = apsw.SQLITE_IOERR_FSYNC


class Snapshot(msgspec.Struct, frozen=True):
    """All files of a disk at one moment, by name."""

    files: tuple[tuple[str, bytes], ...]


def draw_unsynced(chance: Chance, faults: Faults) -> Unsynced:
    """Draw what a power cut does to unsynced writes."""
    drawn = chance.share(0.0, 1.0)
    if drawn < faults.unsynced_lost:
        return Unsynced.LOST
    return Unsynced.TORN if drawn < faults.unsynced_lost + faults.unsynced_torn else Unsynced.KEPT


@contextmanager
def repeatable(chance: Chance) -> Iterator[None]:
    """Let SQLite's own chance (the salts of its logs) come from the seed, in the whole process.

    Without it a run decides the same, but the bytes on its disks differ from run to run.
    """
    system = _SeededSystem(chance)
    apsw.randomness(0)  # forget what was drawn before
    try:
        yield
    finally:
        system.unregister()
        apsw.randomness(0)


class Disk:
    """One station's disk. `close` it at the end: its name is known to all of SQLite."""

    def __init__(self, label: str) -> None:
        self.operations = 0
        """Writes, truncations, syncs and deletions so far: each is a possible crash point."""
        self.full = False
        """No file can grow."""
        self.lies = False
        """A sync reports success and does nothing."""
        self._label = label
        self._names: dict[str, Image] = {}
        self._lasting: dict[str, Image] = {}
        self._cut_at: int | None = None
        self._failing: dict[Operation, int] = {}
        self._boot()

    @property
    def vfs(self) -> str:
        """The name under which SQLite knows the disk, until the next power cut."""
        return self._volume.registered

    @property
    def dark(self) -> bool:
        """True from a crash point on until `power_cut` has settled what is left."""
        return self._volume.dead

    @contextmanager
    def powered(self) -> Iterator[None]:
        """Run what a station does: if the power goes meanwhile, PowerCut leaves and nothing else.

        For a rollback on the dead disk may have put an error of its own in its place.
        """
        try:
            yield
        finally:
            if self.dark:
                raise PowerCut(f"within {self._label}")

    def cut_after(self, operations: int) -> None:
        """Raise `PowerCut` in the n-th write, truncation, sync or deletion from now (1: the next).

        That write has reached the disk, unsynced; that sync or deletion has not been done.
        """
        assert operations >= 1, operations
        self._cut_at = self.operations + operations

    def fail_next(self, operation: Operation, times: int = 1) -> None:
        """Let the next operations of this kind raise `Failure`; nothing is done by them."""
        self._failing[operation] = times

    def power_cut(self, chance: Chance, unsynced: Unsynced = Unsynced.TORN) -> None:
        """Cut the power and start again. The disk no longer lies and no failure is pending."""
        self._go_dark()
        left: dict[str, Image] = {}
        for name in sorted(self._names.keys() | self._lasting.keys()):
            image = self._choose(name, chance, unsynced)
            if image is not None:
                image.settle(chance, unsynced)
                left[name] = image
        self._names = left
        self._lasting = dict(left)
        self._boot()

    def snapshot(self) -> Snapshot:
        """Return what is written now, as the image of a virtual machine holds it."""
        return Snapshot(
            tuple((name, bytes(image.written)) for name, image in sorted(self._names.items()))
        )

    def put_back(self, snapshot: Snapshot) -> None:
        """Cut the power and start again from an earlier image."""
        self._go_dark()
        self._names = {name: Image(content) for name, content in snapshot.files}
        self._lasting = dict(self._names)
        self._boot()

    def rot(self, chance: Chance) -> tuple[str, int]:
        """Turn one drawn bit of one drawn file; return its name and the offset of the byte.

        Raises AssertionError when the disk holds no byte.
        """
        held = [(name, image) for name, image in sorted(self._names.items()) if image.written]
        assert held, "no byte to turn"
        name, image = chance.pick(held)
        offset = chance.between(0, len(image.written) - 1)
        image.written[offset] ^= 1 << chance.between(0, 7)
        return name, offset

    def close(self) -> None:
        """Take the disk away from SQLite; connections that are still open are dead."""
        self._go_dark()

    def _boot(self) -> None:
        self._cut_at = None
        self._failing = {}
        self.lies = False
        self._volume = _Volume(self, f"{self._label}-{next(_numbers)}")

    def _go_dark(self) -> None:
        self._volume.dead = True
        self._volume.unregister()

    def _choose(self, name: str, chance: Chance, unsynced: Unsynced) -> Image | None:
        """Return the file that has this name after a power cut: the visible or the lasting one."""
        visible, lasting = self._names.get(name), self._lasting.get(name)
        if visible is lasting or unsynced is Unsynced.KEPT:
            return visible
        if unsynced is Unsynced.LOST:
            return lasting
        return visible if chance.happens(0.5) else lasting

    def _reach(self, operation: Operation | None) -> bool:
        """Count a change of the disk; say whether the power goes in it.

        Raises Failure when one of this operation is due.
        """
        self._check(operation)
        self.operations += 1
        return self.operations == self._cut_at

    def _check(self, operation: Operation | None) -> None:
        if operation is not None and self._failing.get(operation, 0) > 0:
            self._failing[operation] -= 1
            raise Failure(operation.value, f"the disk fails to {operation.name.lower()}")

    def _sync_names(self) -> None:
        self._lasting = dict(self._names)

    def _lose_power(self) -> None:
        self._volume.dead = True
        raise PowerCut(f"at operation {self.operations}")


class _Volume(apsw.VFS):
    """A disk as one run of its machine sees it."""

    def __init__(self, disk: Disk, registered: str) -> None:
        super().__init__(registered, None)
        self.disk = disk
        self.registered = registered
        self.dead = False

    def require_power(self) -> None:
        """Raise PowerCut on a dead machine."""
        if self.dead:
            raise PowerCut("this machine has lost its power")

    def xOpen(  # noqa: N802  (the names of these methods are SQLite's)
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> "_Handle":
        """Open or create a file. Raises apsw.CantOpenError, PowerCut."""
        self.require_power()
        flags[1] = flags[0]
        if name is None:
            return _Handle(self, "", Image())  # a temporary file without a name
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        created = path not in self.disk._names
        if created:
            if not flags[0] & apsw.SQLITE_OPEN_CREATE:
                raise apsw.CantOpenError(f"no file {path}")
            self.disk._names[path] = Image()
        handle = _Handle(self, path, self.disk._names[path])
        handle.syncs_names = created and bool(flags[0] & _LOGS)
        return handle

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """Delete a file; the name may come back after a power cut unless `syncdir`."""
        self.require_power()
        if filename not in self.disk._names:
            raise Failure(apsw.SQLITE_IOERR_DELETE_NOENT, f"no file {filename}")
        if self.disk._reach(None):
            self.disk._lose_power()
        del self.disk._names[filename]
        if syncdir and not self.disk.lies:
            self.disk._sync_names()

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        """Say whether there is a file of this name."""
        return pathname in self.disk._names

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        """Return the name: there are no folders."""
        return name

    def xCurrentTime(self) -> float:  # noqa: N802
        """Return the Julian day, always the same."""
        return _EPOCH_JULIAN_MS / 86_400_000

    def xCurrentTimeInt64(self) -> int:  # noqa: N802
        """Return the Julian day in milliseconds, always the same."""
        return _EPOCH_JULIAN_MS

    def xSleep(self, microseconds: int) -> int:  # noqa: N802
        """Return at once: virtual time does not pass inside one commit."""
        return microseconds

    def xGetLastError(self) -> tuple[int, str | None]:  # noqa: N802
        """Return no further error of a system beneath: there is none."""
        return 0, None


class _SeededSystem(apsw.VFS):
    """The system's own layer, but SQLite's chance comes from a seed."""

    def __init__(self, chance: Chance) -> None:
        super().__init__(f"seeded-{next(_numbers)}", "", makedefault=True)
        self._chance = chance

    def xRandomness(self, numbytes: int) -> bytes:  # noqa: N802
        """Draw bytes from the seed."""
        return self._chance.entropy(numbytes)


class _Handle(apsw.VFSFile):
    """One open file."""

    def __init__(self, volume: _Volume, path: str, image: Image) -> None:
        self._volume = volume
        self._disk = volume.disk
        self._path = path
        self._image = image
        self.syncs_names = False

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        """Read what was written, synced or not."""
        self._volume.require_power()
        self._disk._check(Operation.READ)
        return self._image.read(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write, unsynced. Raises apsw.FullError, Failure, PowerCut."""
        self._volume.require_power()
        if self._disk.full and offset + len(data) > len(self._image.written):
            raise apsw.FullError(f"no room for {len(data)} bytes")
        cut = self._disk._reach(Operation.WRITE)
        self._image.write(data, offset)
        if cut:
            self._disk._lose_power()

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Cut the file, unsynced."""
        self._volume.require_power()
        cut = self._disk._reach(None)
        self._image.truncate(newsize)
        if cut:
            self._disk._lose_power()

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Make the file and its name last. Raises Failure, PowerCut."""
        self._volume.require_power()
        if self._disk._reach(Operation.SYNC):
            self._disk._lose_power()
        if self._disk.lies:
            return
        self._image.sync()
        if self.syncs_names:
            self._disk._sync_names()
            self.syncs_names = False
        elif self._disk._names.get(self._path) is self._image:
            self._disk._lasting[self._path] = self._image

    def xFileSize(self) -> int:  # noqa: N802
        """Return the size of what was written."""
        self._volume.require_power()
        return len(self._image.written)

    def xLock(self, level: int) -> None:  # noqa: N802
        """Take a lock, as between connections of one process."""
        # A dead machine gets no lock: thus a connection that is closed late starts no checkpoint.
        if self._volume.dead or not self._image.lock(id(self), level):
            raise apsw.BusyError("locked")

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """Go down to a lower lock."""
        self._image.unlock(id(self), level)

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        """Say whether anybody means to write."""
        return self._image.is_reserved()

    def xFileControl(self, op: int, ptr: int) -> bool:  # noqa: N802
        """Understand none of SQLite's hints."""
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        """Return the unit in which writes tear, in bytes."""
        return SECTOR_BYTES

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        """Return what SQLite's own layer for Unix says."""
        return _POWER_SAFE

    def xClose(self) -> None:  # noqa: N802
        """Let go of the locks."""
        self.xUnlock(apsw.SQLITE_LOCK_NONE)
