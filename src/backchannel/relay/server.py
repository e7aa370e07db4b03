"""The sockets of a relay: who may stay connected, and until when.

This module must not read a request. A stranger gets a bounded time among a bounded number of his
kind; who has shown a pass stays. Clause: RELAY-24.
"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from backchannel.errors import OfficerError
from backchannel.relay.limits import (
    RELAY_CONNECTIONS_MAX,
    RELAY_STRANGER_SECONDS_MAX,
    RELAY_STRANGERS_MAX,
)
from backchannel.wire.limits import TAKE_WAIT_SECONDS_MAX

STOP_S = 1
BACKLOG = 128
Address = tuple[str, int]


class Doorkeeper:
    """The connections to a relay: strangers, the oldest first, and those who have shown a pass."""

    def __init__(self) -> None:
        self._strangers: dict[Address, tuple[_Guest, asyncio.TimerHandle]] = {}
        self._known: dict[Address, _Guest] = {}

    def __len__(self) -> int:
        return len(self._strangers) + len(self._known)

    def admit(self, address: Address) -> None:
        """A request with a pass has come on this connection: it may stay."""
        if stranger := self._strangers.pop(address, None):
            guest, timer = stranger
            timer.cancel()
            self._known[address] = guest

    def came(self, address: Address, guest: "_Guest") -> None:
        """Somebody has connected."""
        if len(self._strangers) >= RELAY_STRANGERS_MAX:
            # Who has a pass shows it in a moment; the oldest is there on purpose.
            self._end(next(iter(self._strangers)))
        if len(self) >= RELAY_CONNECTIONS_MAX:
            guest.transport.abort()
            return
        later = asyncio.get_running_loop().call_later
        timer = later(RELAY_STRANGER_SECONDS_MAX, self._end, address)
        self._strangers[address] = guest, timer

    def went(self, address: Address) -> None:
        """A connection is over."""
        self._known.pop(address, None)
        if stranger := self._strangers.pop(address, None):
            stranger[1].cancel()

    def _end(self, address: Address) -> None:
        guest, timer = self._strangers.pop(address)
        timer.cancel()
        guest.transport.abort()

    def protocol(self) -> type[H11Protocol]:
        """Return what uvicorn speaks to whoever connects."""
        doorkeeper = self

        class Guarded(_Guest):
            keeper = doorkeeper

        return Guarded


class _Guest(H11Protocol):
    """One connection."""

    keeper: Doorkeeper

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # a TCP transport
        if self.client is not None:
            self.keeper.came(self.client, self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            self.keeper.went(self.client)
        super().connection_lost(exc)


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the relay's process has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens already. Raises OfficerError("relay-listen")."""
    with contextlib.ExitStack() as closing:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            family, kind, protocol, _, address = found[0]
            listening = closing.enter_context(socket.socket(family, kind, protocol))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(BACKLOG)
        except OSError as fault:
            text = f"{host} port {port}: {fault.strerror}; set another address"
            raise OfficerError("relay-listen", text) from None
        closing.pop_all()
    return listening


def make_server(app: Starlette, protocol: type[H11Protocol]) -> uvicorn.Server:
    """Return a server of an application, not started yet."""
    return _Server(
        uvicorn.Config(
            app,
            interface="asgi3",
            proxy_headers=False,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            # What strangers do is counted. A line for each of them would fill a disk.
            log_level="error",
            access_log=False,
            server_header=False,
            date_header=False,
            backlog=BACKLOG,
            # Longer than any take waits, so that a connection serves many of them.
            timeout_keep_alive=2 * TAKE_WAIT_SECONDS_MAX,
            timeout_graceful_shutdown=STOP_S,
        )
    )


async def serve(
    servers: list[tuple[uvicorn.Server, socket.socket]],
    work: Coroutine[None, None, None],
    dismiss: Callable[[], None],
) -> None:
    """Serve on listening sockets, and do the work behind them, until SIGTERM or SIGINT, or until
    cancelled; then `dismiss` those who still wait for an answer. Raises what the work raises."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    working = asyncio.ensure_future(work)
    serving = [asyncio.ensure_future(each.serve(sockets=[door])) for each, door in servers]
    stopping = asyncio.ensure_future(stop.wait())
    try:
        done, _ = await asyncio.wait(
            (working, stopping, *serving), return_when=asyncio.FIRST_COMPLETED
        )
        if working in done:
            working.result()
    finally:
        stopping.cancel()
        for server, _ in servers:
            server.should_exit = True
        dismiss()
        await asyncio.gather(*serving)
        # Last, so that what was asked in time is committed and answered.
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
