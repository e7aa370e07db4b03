"""Two rooms on one machine: identities, direct paths over loopback, and waiting with a bound."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import TypeVar

from backchannel.clock import SystemClock
from backchannel.path import Address, Contact, Down, Heard, PathEvent, StationName, Up
from backchannel.path.direct import DirectPath
from backchannel.path.messages import Message, Parcel
from backchannel.path.session import Timing
from backchannel.path.tls import Identity
from backchannel.wire.primitives import make_certificate

ALDER, BIRCH, CEDAR = (StationName(name) for name in (b"alder", b"birch", b"cedar"))
LOOPBACK = "127.0.0.1"
# A bound on failure only: what works is done in a fraction of it.
PATIENCE_S = 60.0

Result = TypeVar("Result")


def identity_of(station: StationName) -> Identity:
    """A station's certificate, the same in every run and every process."""
    return Identity(*make_certificate(station.ljust(32, b".")))


def other(station: StationName) -> StationName:
    return BIRCH if station == ALDER else ALDER


def run(work: Coroutine[None, None, Result]) -> Result:
    """Run a test's coroutine, for so long at most."""

    async def bounded() -> Result:
        async with asyncio.timeout(PATIENCE_S):
            return await work

    return asyncio.run(bounded())


class Room:
    """A direct path and all that it has reported, in order."""

    def __init__(self, station: StationName, timing: Timing, listen: tuple[Address, ...]) -> None:
        self.station = station
        self.path = DirectPath(
            "loopback", identity_of(station), listen=listen, clock=SystemClock(), timing=timing
        )
        self.happened: list[PathEvent] = []

    async def follow(self) -> None:
        while True:
            self.happened += await self.path.events(256)

    async def until(self, wanted: PathEvent) -> None:
        """Wait until an event has happened."""
        while wanted not in self.happened:
            await asyncio.sleep(0.002)

    async def send(self, text: bytes, precedence: int = 4) -> None:
        """Send an envelope of these bytes to the other room."""
        await self.path.send(other(self.station), Parcel(text), precedence)

    def heard(self) -> list[Message]:
        """What the other room has said, in the order it came."""
        return [event.message for event in self.happened if isinstance(event, Heard)]

    def turns(self) -> list[PathEvent]:
        """How the link went up and down."""
        return [event for event in self.happened if isinstance(event, Up | Down)]

    async def count(self, reason: str) -> None:
        """Wait until something has been counted."""
        while not self.path.counts().get(reason):
            await asyncio.sleep(0.002)


async def wait_for_turns(of: Room, count: int) -> None:
    """Wait until a link has gone up or down so often."""
    while len(of.turns()) < count:
        await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def room(
    station: StationName,
    *,
    timing: Timing | None = None,
    listen: tuple[Address, ...] = ((LOOPBACK, 0),),
) -> AsyncIterator[Room]:
    """A room that listens on a free port and knows nobody yet."""
    made = Room(station, timing or Timing(), listen)
    await made.path.start()
    following = asyncio.create_task(made.follow())
    try:
        yield made
    finally:
        await made.path.stop()
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following


def know(room: Room, station: StationName, *addresses: Address) -> None:
    """Let a room know one other station, with its own certificate."""
    contact = Contact(frozenset({identity_of(station).pin}), addresses)
    room.path.set_contacts({station: contact})


@contextlib.asynccontextmanager
async def two_rooms(timing: Timing | None = None) -> AsyncIterator[tuple[Room, Room]]:
    """Alder and Birch, up; Alder has dialled."""
    async with room(ALDER, timing=timing) as alder, room(BIRCH, timing=timing) as birch:
        know(birch, ALDER)
        know(alder, BIRCH, *birch.path.addresses())
        await alder.until(Up(BIRCH))
        await birch.until(Up(ALDER))
        yield alder, birch


class Wire:
    """A TCP connection between two rooms that the test can hold up, or cut."""

    def __init__(self, to: Address) -> None:
        self._to = to
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.address: Address = (LOOPBACK, 0)
        self.carried = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join a connection that has come in with one to the far room."""
        self.carried += 1
        onward_reader, onward_writer = await asyncio.open_connection(*self._to)
        self._writers |= {writer, onward_writer}
        for source, sink in ((reader, onward_writer), (onward_reader, writer)):
            task = asyncio.create_task(self._copy(source, sink))
            self._tasks.add(task)

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(4096):
                await self.flowing.wait()
                sink.write(data)
                await sink.drain()
        # An end is held up like everything else.
        await self.flowing.wait()
        sink.close()

    def cut(self) -> None:
        """Drop every connection that goes through this wire now."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def remove(self) -> None:
        """End: cut, and copy no more."""
        self.cut()
        for task in self._tasks:
            task.cancel()


@contextlib.asynccontextmanager
async def wire_to(address: Address) -> AsyncIterator[Wire]:
    """A wire that leads to an address."""
    wire = Wire(address)
    server = await asyncio.start_server(wire.carry, LOOPBACK, 0)
    wire.address = server.sockets[0].getsockname()
    try:
        yield wire
    finally:
        server.close()
        wire.remove()
