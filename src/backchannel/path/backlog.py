"""What waits to be written to one station, the most urgent first (docs/spec/path.md, section 4).

This module must not write, wait, or drop anything that it has taken in.
"""

from collections import deque
from enum import IntEnum

from backchannel.path.limits import BACKLOG_BYTES_MAX, BACKLOG_MESSAGES_MAX
from backchannel.path.messages import Message, Parcel

FLASH, DEFERRED = 1, 5


class Rank(IntEnum):
    """The order in which frames leave; within one rank, first come first served."""

    FLASH = 0
    CONTROL = 1
    IMMEDIATE = 2
    PRIORITY = 3
    ROUTINE = 4
    DEFERRED = 5


def parcel_rank(precedence: int) -> Rank:
    """Return the rank of a parcel of precedence 1 to 5 (PATH-40)."""
    assert FLASH <= precedence <= DEFERRED, f"precedence {precedence} is not 1 to 5"
    return Rank.FLASH if precedence == FLASH else Rank(precedence)


def rank_of(message: Message, precedence: int) -> Rank:
    """Return the rank of a message; precedence counts for a parcel only (PATH-40)."""
    return parcel_rank(precedence) if isinstance(message, Parcel) else Rank.CONTROL


class Backlog:
    """Six bounded queues of frames. A full one holds up nobody who is more urgent."""

    def __init__(self) -> None:
        self._queues: tuple[deque[bytes], ...] = tuple(deque() for _ in Rank)
        self._sizes = [0] * len(Rank)

    def __len__(self) -> int:
        return sum(map(len, self._queues))

    def has_room(self, rank: Rank) -> bool:
        """Whether one more frame of this rank may come, of whatever size (PATH-42)."""
        return (
            len(self._queues[rank]) < BACKLOG_MESSAGES_MAX and self._sizes[rank] < BACKLOG_BYTES_MAX
        )

    def put(self, rank: Rank, frame: bytes) -> None:
        """Let a frame wait. Raises AssertionError where there is no room: ask first."""
        assert self.has_room(rank), f"the queue of rank {rank.name} is full"
        self._queues[rank].append(frame)
        self._sizes[rank] += len(frame)

    def take(self, size_max: int) -> bytes:
        """Return the most urgent frames, joined: whole ones, about `size_max` bytes (PATH-41).

        There is always one frame at least, however long it is; empty bytes if nothing waits.
        """
        taken: list[bytes] = []
        size = 0
        for rank, queue in enumerate(self._queues):
            while queue and (not taken or size + len(queue[0]) <= size_max):
                frame = queue.popleft()
                taken.append(frame)
                size += len(frame)
                self._sizes[rank] -= len(frame)
            if queue:
                break
        return b"".join(taken)

    def clear(self) -> None:
        """Forget all that waits: nobody is there to read it."""
        for rank, queue in enumerate(self._queues):
            queue.clear()
            self._sizes[rank] = 0
