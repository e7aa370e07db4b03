"""What a path has heard and the station has not yet taken, in the order it came.

This module must not grow without bound or hide a failure of the path from who reads it.
"""

import asyncio
from collections import deque
from collections.abc import Iterable

from backchannel.path import Heard, PathEvent
from backchannel.path.limits import INBOX_BYTES_MAX, INBOX_EVENTS_MAX
from backchannel.path.messages import Parcel

# What an event costs beside its envelope, roughly.
EVENT_BYTES = 256


class Inbox:
    """A queue of path events that is read in groups. Who fills it asks for room first."""

    def __init__(self) -> None:
        self._events: deque[PathEvent] = deque()
        self._size = 0
        self._failure: BaseException | None = None
        self._filled = asyncio.Event()
        self._roomy = asyncio.Event()
        self._roomy.set()

    async def room(self) -> None:
        """Wait until the station has taken enough for more to come in (PATH-32)."""
        await self._roomy.wait()

    def put(self, events: Iterable[PathEvent]) -> None:
        """Add what came in with one read: a bounded batch, for which there was room."""
        for event in events:
            self._events.append(event)
            self._size += _size(event)
        if self._events:
            self._filled.set()
        if len(self._events) >= INBOX_EVENTS_MAX or self._size >= INBOX_BYTES_MAX:
            self._roomy.clear()

    def fail(self, failure: BaseException) -> None:
        """Let whoever reads have this exception: a bug must not look like silence."""
        self._failure = failure
        self._filled.set()

    async def gathered(self, at_most: int) -> list[PathEvent]:
        """Wait for an event; return it and what else is there, in order.

        Raises what `fail` was given.
        """
        await self._filled.wait()
        if self._failure:
            raise self._failure
        events = [self._events.popleft() for _ in range(min(at_most, len(self._events)))]
        self._size -= sum(map(_size, events))
        if not self._events:
            self._filled.clear()
        if len(self._events) < INBOX_EVENTS_MAX and self._size < INBOX_BYTES_MAX:
            self._roomy.set()
        return events


def _size(event: PathEvent) -> int:
    """Return roughly what an event holds in memory, in bytes."""
    if type(event) is Heard and type(event.message) is Parcel:
        return EVENT_BYTES + len(event.message.envelope)
    return EVENT_BYTES
