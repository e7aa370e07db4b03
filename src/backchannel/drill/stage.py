"""Two founded rooms whose stations run inside this process, on a clock that a script moves on.

Stores, sockets, keys and commands are the product's own; only the hours are played. This module
must not touch mode REAL, and must not know a scenario.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from backchannel.clock import SystemClock
from backchannel.drill.rooms import PASSPHRASE, Room
from backchannel.drill.watching import until_speaking
from backchannel.station.process import open_folder, serve_line


class ScriptedClock(SystemClock):
    """The machine's clock, as much later as a script has said so far."""

    def __init__(self) -> None:
        self._ahead_s = 0

    def skip(self, seconds: int) -> None:
        """Let so many seconds pass at once, for all stations of the stage."""
        self._ahead_s += seconds

    def now(self) -> int:
        """Return the played time of day in seconds UTC."""
        return super().now() + self._ahead_s

    def running(self) -> float:
        """Return the played running time in seconds."""
        return super().running() + self._ahead_s


class Actor(Thread):
    """A room's station in a thread of its own, until it is stopped."""

    def __init__(self, room: Room, clock: ScriptedClock) -> None:
        super().__init__(name=f"station of {room.party}", daemon=True)
        self.room = room
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()

    def run(self) -> None:
        """Serve until stopped."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        opened = open_folder(self.room.station, PASSPHRASE)
        with ExitStack() as held:
            line = asyncio.ensure_future(serve_line(opened, self._clock, lambda _: None, held))
            stopping = asyncio.ensure_future(self._ending.wait())
            await asyncio.wait((line, stopping), return_when=asyncio.FIRST_COMPLETED)
            for task in (line, stopping):
                task.cancel()
            for result in await asyncio.gather(line, stopping, return_exceptions=True):
                if isinstance(result, Exception):
                    raise result

    def stop(self) -> None:
        """Stop the station, politely, and wait until it has stopped."""
        if self.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
            self.join()


class Stage(NamedTuple):
    """What a script plays with: the folder, the two rooms, their stations, the clock."""

    folder: Path
    alder: Room
    birch: Room
    clock: ScriptedClock
    actors: dict[str, Actor]

    def leave(self, room: Room) -> None:
        """Let a room's station go dark."""
        self.actors.pop(room.party).stop()

    def enter(self, room: Room) -> None:
        """Let a room's station run, again if it did before."""
        actor = self.actors[room.party] = Actor(room, self.clock)
        actor.start()


@contextmanager
def staged(folder: Path, alder: Room, birch: Room) -> Iterator[Stage]:
    """Run both stations of founded rooms; yield when they may speak; stop what still runs."""
    stage = Stage(folder, alder, birch, ScriptedClock(), {})
    try:
        for room in (alder, birch):
            stage.enter(room)
        for room in (alder, birch):
            until_speaking(room)
        yield stage
    finally:
        for actor in list(stage.actors.values()):
            actor.stop()
