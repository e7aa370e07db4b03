"""One file of the simulated disk: what was written to it, and what of that is synced.

It must not draw a fault by itself or know SQLite; `sim.disk` puts such files under a store.
"""

from collections.abc import Iterable
from enum import Enum, IntEnum

from backchannel.sim.faults import Chance

SECTOR_BYTES = 512
"""What a disk writes whole or not at all."""


class Unsynced(Enum):
    """What a power cut does to what was written and not synced."""

    LOST = "lost"
    TORN = "torn"
    KEPT = "kept"  # the process died, the machine did not


class Lock(IntEnum):
    """The levels of a lock on a database file, with SQLite's numbers."""

    NONE = 0
    SHARED = 1
    RESERVED = 2
    PENDING = 3
    EXCLUSIVE = 4


# The highest level that others may hold while one takes the lock.
_BESIDE = {
    Lock.SHARED: Lock.RESERVED,
    Lock.RESERVED: Lock.SHARED,
    Lock.EXCLUSIVE: Lock.NONE,
}


class Image:
    """The bytes of a file, and what it takes to go back to those that are synced."""

    def __init__(self, content: bytes = b"") -> None:
        self.written = bytearray(content)
        self._synced_size = len(content)
        # Every sector written to since the last sync, with its synced bytes.
        self._synced: dict[int, bytes] = {}
        self._locks: dict[int, Lock] = {}

    def read(self, amount: int, offset: int) -> bytes:
        """Return up to `amount` bytes of what was written; fewer at the end."""
        return bytes(self.written[offset : offset + amount])

    def write(self, data: bytes, offset: int) -> None:
        """Write; a gap before `offset` is filled with zeros."""
        end = offset + len(data)
        self._remember(offset, end)
        if offset > len(self.written):
            self.written.extend(bytes(offset - len(self.written)))
        self.written[offset:end] = data

    def truncate(self, size: int) -> None:
        """Cut the file, or fill it with zeros, to this size."""
        self._remember(size, len(self.written))
        self._resize(size)

    def sync(self) -> None:
        """Make all that was written last."""
        self._synced.clear()
        self._synced_size = len(self.written)

    def settle(self, chance: Chance, unsynced: Unsynced) -> None:
        """Become what a power cut leaves; that is synced, and nobody holds a lock."""
        shares = {Unsynced.LOST: 0.0, Unsynced.TORN: chance.share(0.0, 1.0), Unsynced.KEPT: 1.0}
        kept = shares[unsynced]
        end = len(self.written)
        size = end if chance.happens(kept) else self._synced_size
        lost = {sector for sector in sorted(self._synced) if not chance.happens(kept)}
        if size > end:
            # A truncation that did not last brings back what stood beyond the new end.
            lost |= {sector for sector in self._synced if sector >= end // SECTOR_BYTES}
        self._go_back(sorted(lost))
        self._resize(size)
        self.sync()
        self._locks.clear()

    def lock(self, holder: int, level: int) -> bool:
        """Take the lock at this level if the locks of others allow it; say whether."""
        wanted = Lock(level)
        others = (held for who, held in self._locks.items() if who != holder)
        if max(others, default=Lock.NONE) > _BESIDE[wanted]:
            return False
        self._locks[holder] = wanted
        return True

    def unlock(self, holder: int, level: int) -> None:
        """Go down to this level."""
        self._locks[holder] = Lock(level)

    def is_reserved(self) -> bool:
        """Say whether anybody holds more than a shared lock."""
        return any(level > Lock.SHARED for level in self._locks.values())

    def _remember(self, start: int, end: int) -> None:
        """Keep the synced bytes of the sectors from `start` to before `end`, each once."""
        for sector in range(start // SECTOR_BYTES, -(-end // SECTOR_BYTES)):
            if sector not in self._synced:
                at = sector * SECTOR_BYTES
                self._synced[sector] = bytes(self.written[at : at + SECTOR_BYTES])

    def _go_back(self, sectors: Iterable[int]) -> None:
        for sector in sectors:
            at = sector * SECTOR_BYTES
            self._resize(max(len(self.written), at + SECTOR_BYTES))
            synced = self._synced[sector].ljust(SECTOR_BYTES, b"\0")
            self.written[at : at + SECTOR_BYTES] = synced

    def _resize(self, size: int) -> None:
        del self.written[size:]
        self.written.extend(bytes(size - len(self.written)))
