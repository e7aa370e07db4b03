"""Two stations' ends of one path of each kind, with air between them that a test may spoil."""

import asyncio
import contextlib
import os
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tests.path.modem import LOOPBACK, Air, HurriedClock, Modems, clear, modems

from backchannel.path import Clocks, Contact, Direction, Heard, Latency, Path, StationName, Terms
from backchannel.path.direct import DirectPath
from backchannel.path.messages import Message, Parcel
from backchannel.path.serial import SerialPath
from backchannel.path.sharing import Counters, Shared
from backchannel.path.symbols import link_keys
from backchannel.path.tls import Identity
from backchannel.wire.primitives import make_certificate

ALDER, BIRCH = 0, 1
NAMES = (StationName(b"alder"), StationName(b"birch"))
RATE_BPS, TIMES = 9_600, 200.0
AGAIN_S = 0.3
PAUSE_S = 0.005


class Between(Protocol):
    """What lies between two ends."""

    air: list[Air]
    carried: list[bytes]

    def inject(self, side: int, data: bytes) -> None:
        """Let bytes come out at the other side."""
        ...

    def unplug(self) -> None:
        """Cut what is connected; it can be connected anew."""
        ...


class End:
    """One station's end, with what it has heard."""

    def __init__(self, party: int, path: Path) -> None:
        self.party = party
        self.path = path
        self.heard: list[Message] = []
        self.events = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the path and listen; every envelope opens."""
        other = 1 - self.party
        contact = Contact(frozenset((NAMES[other].ljust(32),)), party=other)
        if isinstance(self.path, SerialPath):
            self.path.set_contacts({NAMES[other]: contact})
        await self.path.start()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while True:
            for event in await self.path.events(100):
                self.events += 1
                if isinstance(event, Heard):
                    self.heard.append(event.message)
                    if isinstance(event.message, Parcel):
                        self.path.judged(event.message.envelope, good=True)

    async def stop(self) -> None:
        """Stop listening, and the path. Raises what has gone wrong in it."""
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self.path.stop()


class Rig:
    """Two ends and what lies between them."""

    def __init__(self, ends: tuple[End, End], between: Between) -> None:
        self.ends = ends
        self.between = between

    async def deliver(self, sender: int, message: Message, precedence: int = 2) -> int:
        """Send a message as a station does, again and again until it has come; return how often."""
        near, far, sent = self.ends[sender], self.ends[1 - sender], 0
        while message not in far.heard:
            if near.path.ready(NAMES[1 - sender], precedence):
                await near.path.send(NAMES[1 - sender], message, precedence)
                sent += 1
            until = asyncio.get_running_loop().time() + AGAIN_S
            while message not in far.heard and asyncio.get_running_loop().time() < until:
                await asyncio.sleep(PAUSE_S)
        near.path.recall(NAMES[1 - sender], message)
        return sent


def serial_end(
    party: int, place: str, direction: Direction = Direction.BOTH, **options: bool
) -> End:
    """One end of a byte pipe."""
    keys = {each: link_keys(b"\x44" * 32, 1, each) for each in (ALDER, BIRCH)}
    shared = Shared(party, keys, Counters({party: 1 << 34}, lambda party, next_: None))
    terms = Terms(
        3,
        "serial 3",
        "serial",
        Latency.SLOW,
        direction,
        rate_bps=RATE_BPS,
        clocks=Clocks(by_time=True),
    )
    return End(party, SerialPath(terms, place, shared, n=6, clock=HurriedClock(TIMES), **options))


@contextlib.asynccontextmanager
async def serial_rig(**options: bool) -> AsyncIterator[Rig]:
    """Two stations, each at the TCP port of a modem."""
    async with modems() as between:
        ends = tuple(serial_end(p, between.places[p], **options) for p in (ALDER, BIRCH))
        async with running(Rig((ends[0], ends[1]), between)) as rig:
            yield rig


def half_duplex_rig() -> AbstractAsyncContextManager[Rig]:
    """The same where only one may speak at a time."""
    return serial_rig(half_duplex=True)


@contextlib.asynccontextmanager
async def one_way_rig() -> AsyncIterator[Rig]:
    """Alder speaks and Birch only hears: whatever is said again is said unasked."""
    async with modems() as between:
        ends = (
            serial_end(ALDER, between.places[ALDER], Direction.OUT),
            serial_end(BIRCH, between.places[BIRCH], Direction.IN),
        )
        async with running(Rig(ends, between)) as rig:
            yield rig


class Terminals(Modems):
    """Two pseudo-terminals with air between them."""

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self.masters = []
        for side in (0, 1):
            master, slave = os.openpty()
            tty.setraw(master)
            os.set_blocking(master, False)
            self.masters.append(master)
            self.places.append(os.ttyname(slave))
            loop.add_reader(master, self._read, side)

    def _read(self, side: int) -> None:
        with contextlib.suppress(OSError):
            data = os.read(self.masters[side], 4_096)
            self.carried[side] += data
            self.inject(side, self.air[side](data))

    def inject(self, side: int, data: bytes) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self.masters[1 - side], data)

    def unplug(self) -> None:
        """A terminal stays; what is under way in it is lost."""

    async def close(self) -> None:
        for master in self.masters:
            asyncio.get_running_loop().remove_reader(master)
            os.close(master)


@contextlib.asynccontextmanager
async def terminal_rig() -> AsyncIterator[Rig]:
    """Two stations, each at a terminal."""
    between = Terminals()
    await between.open()
    try:
        ends = tuple(serial_end(p, between.places[p]) for p in (ALDER, BIRCH))
        async with running(Rig((ends[0], ends[1]), between)) as rig:
            yield rig
    finally:
        await between.close()


class Forwarder:
    """A port that hands all on to another one, and back."""

    def __init__(self, port: int) -> None:
        self.air: list[Air] = [clear, clear]
        self.carried = [b"", b""]
        self._port = port
        self._writers: list[asyncio.StreamWriter] = []

    async def open(self) -> int:
        """Open; return the port."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(LOOPBACK, self._port)
        self._writers = [writer, back]
        with contextlib.suppress(OSError):
            await asyncio.gather(self._copy(1, reader, back), self._copy(0, there, writer))

    async def _copy(
        self, side: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(4_096):
            self.carried[side] += data
            writer.write(self.air[side](data))
        writer.close()

    def inject(self, side: int, data: bytes) -> None:
        """Let bytes come out at the other side."""
        if self._writers:
            self._writers[side].write(data)

    def unplug(self) -> None:
        """Cut the connection."""
        for writer in self._writers:
            writer.transport.abort()

    def close(self) -> None:
        """Let go of the port."""
        self._server.close()
        self.unplug()


@contextlib.asynccontextmanager
async def direct_rig() -> AsyncIterator[Rig]:
    """Alder listens, Birch dials a port between them."""
    identities = [Identity(*make_certificate(bytes((p,)) * 32)) for p in (1, 2)]
    clock = HurriedClock(1.0)
    alder = DirectPath("direct", identities[0], listen=((LOOPBACK, 0),), clock=clock)
    birch = DirectPath("direct", identities[1], listen=(), clock=clock)
    ends = End(ALDER, alder), End(BIRCH, birch)
    alder.set_contacts({NAMES[BIRCH]: Contact(frozenset((identities[1].pin,)))})
    await ends[0].start()
    between = Forwarder(alder.addresses()[0][1])
    port = await between.open()
    contact = Contact(frozenset((identities[0].pin,)), ((LOOPBACK, port),))
    birch.set_contacts({NAMES[ALDER]: contact})
    await ends[1].start()
    try:
        yield Rig(ends, between)
    finally:
        for end in ends:
            await end.stop()
        between.close()


@contextlib.asynccontextmanager
async def running(rig: Rig) -> AsyncIterator[Rig]:
    """Start both ends, and stop them."""
    for end in rig.ends:
        await end.start()
    try:
        yield rig
    finally:
        for end in rig.ends:
            await end.stop()


RIGS: dict[str, Callable[[], AbstractAsyncContextManager[Rig]]] = {
    "direct": direct_rig,
    "serial": serial_rig,
    "half-duplex": half_duplex_rig,
    "terminal": terminal_rig,
}
