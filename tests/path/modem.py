"""Two modems with air between them, as two TCP ports: what one side writes comes out at the other.

A test says what the air does to the bytes.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from backchannel.clock import SystemClock

LOOPBACK = "127.0.0.1"
Air = Callable[[bytes], bytes]


class HurriedClock(SystemClock):
    """A clock that runs so many times as fast: a slow path in a quick test."""

    def __init__(self, times: float) -> None:
        self.times = times

    def running(self) -> float:
        return super().running() * self.times

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.times)


def clear(data: bytes) -> bytes:
    """Air that changes nothing."""
    return data


class Modems:
    """Two ports. `air[0]` is what lies between port 0 and port 1, in this direction."""

    def __init__(self) -> None:
        self.air: list[Air] = [clear, clear]
        self.carried = [b"", b""]
        self.places: list[str] = []
        self._writers: dict[int, asyncio.StreamWriter] = {}
        self._servers: list[asyncio.Server] = []

    async def open(self) -> None:
        """Open both ports."""
        for side in (0, 1):
            server = await asyncio.start_server(
                lambda r, w, side=side: self._serve(side, r, w),  # type: ignore[misc]
                LOOPBACK,
                0,
            )
            self._servers.append(server)
            self.places.append(f"tcp:{LOOPBACK}:{server.sockets[0].getsockname()[1]}")

    async def _serve(
        self, side: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._writers[side] = writer
        with contextlib.suppress(OSError):
            while data := await reader.read(4_096):
                self.carried[side] += data
                self.inject(side, self.air[side](data))
        writer.close()

    def inject(self, side: int, data: bytes) -> None:
        """Let bytes come out at the other side."""
        other = self._writers.get(1 - side)
        if other is not None and data:
            other.write(data)

    def unplug(self) -> None:
        """Cut both connections to the stations."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    async def close(self) -> None:
        """Close both ports."""
        self.unplug()
        for server in self._servers:
            server.close()


@contextlib.asynccontextmanager
async def modems() -> AsyncIterator[Modems]:
    """Two ports that are open."""
    made = Modems()
    await made.open()
    try:
        yield made
    finally:
        await made.close()
