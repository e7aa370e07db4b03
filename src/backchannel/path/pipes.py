"""Opening a byte pipe: a TCP port of a modem, a serial port, or a pseudo-terminal.

This module must not know what goes through, and sets no speed but that of the port.
"""

import asyncio
import contextlib
import os
import termios
import tty

from backchannel.errors import OfficerError
from backchannel.path.limits import READ_BYTES_MAX

TCP = "tcp:"
SPEEDS = {
    75: termios.B75,
    150: termios.B150,
    300: termios.B300,
    600: termios.B600,
    1_200: termios.B1200,
    2_400: termios.B2400,
    4_800: termios.B4800,
    9_600: termios.B9600,
}


class Pipe:
    """Two ends of a pipe that is open. Reading yields empty bytes when it has closed."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        reading: asyncio.BaseTransport | None = None,
    ) -> None:
        """`reading` is what is to be closed beside the writer, where the two are not one."""
        self._reader = reader
        self._writer = writer
        self._reading = reading

    async def read(self) -> bytes:
        """Wait for bytes; empty when the pipe is closed. Raises OSError."""
        return await self._reader.read(READ_BYTES_MAX)

    async def write(self, data: bytes) -> None:
        """Write bytes and wait until the system has taken nearly all of them. Raises OSError."""
        self._writer.write(data)
        await self._writer.drain()

    async def aclose(self) -> None:
        """Let go of the pipe."""
        if self._reading is not None:
            self._reading.close()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


def require_place(place: str) -> None:
    """Raise OfficerError("bad-path") unless a place is `tcp:HOST:PORT` or an absolute file name."""
    host, _, port = place.removeprefix(TCP).rpartition(":")
    if place.startswith("/") or (place.startswith(TCP) and host and port.isdecimal()):
        return
    raise OfficerError(
        "bad-path", f"paths: got {place!a}, wanted tcp:HOST:PORT of a modem, or /dev/... of a port"
    )


async def open_pipe(place: str, rate_bps: int) -> Pipe:
    """Open a pipe. Raises OSError while nobody is there."""
    if place.startswith(TCP):
        host, _, port = place.removeprefix(TCP).rpartition(":")
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        return Pipe(reader, writer)
    return await open_port(place, rate_bps)


async def open_port(place: str, rate_bps: int) -> Pipe:
    """Open a serial port or a pseudo-terminal: raw, eight bits, no flow control. Raises OSError."""
    descriptor = os.open(place, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        set_raw(descriptor, rate_bps)
        port = os.fdopen(descriptor, "r+b", buffering=0)
    except (termios.error, OSError) as fault:
        os.close(descriptor)
        raise OSError(f"{place} is no serial port: {fault}") from None
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=READ_BYTES_MAX)
    reading, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), port)
    transport, protocol = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, os.fdopen(os.dup(descriptor), "wb", buffering=0)
    )
    return Pipe(reader, asyncio.StreamWriter(transport, protocol, reader, loop), reading)


def set_raw(descriptor: int, rate_bps: int) -> None:
    """Set a port so that all 256 bytes pass as they are. Raises termios.error."""
    tty.setraw(descriptor, termios.TCSANOW)
    settings = termios.tcgetattr(descriptor)
    settings[2] |= termios.CLOCAL | termios.CREAD
    if rate_bps in SPEEDS:
        settings[4] = settings[5] = SPEEDS[rate_bps]
    termios.tcsetattr(descriptor, termios.TCSANOW, settings)
