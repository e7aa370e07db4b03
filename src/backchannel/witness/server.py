"""The witness over HTTP: one call, `add-checkpoint`, in plain HTTP for a proxy that does TLS.

A stranger gets bounded bytes, bounded time and one of bounded connections, and can take them from
no log for long: who is slow is cut off first. This module must not judge a checkpoint. Source: C2SP
tlog-witness. Clause: PROOF-73.
"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from typing import ClassVar

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from backchannel.errors import OfficerError
from backchannel.limits import (
    WITNESS_CONNECTION_SECONDS_MAX,
    WITNESS_CONNECTIONS_MAX,
    WITNESS_REQUEST_BYTES_MAX,
)
from backchannel.witness.keeper import Keeper, Reply

ADD_CHECKPOINT = "/add-checkpoint"
STOP_S = 1
BACKLOG = 128


class _Bounded(H11Protocol):
    """A connection that lives for a bounded time, among a bounded number of them."""

    open_now: ClassVar[dict["_Bounded", asyncio.TimerHandle]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # a TCP transport
        if len(self.open_now) >= WITNESS_CONNECTIONS_MAX:
            next(iter(self.open_now)).cut_off()
        later = asyncio.get_running_loop().call_later
        self.open_now[self] = later(WITNESS_CONNECTION_SECONDS_MAX, self.cut_off)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def cut_off(self) -> None:
        """End the connection at once, whatever is under way."""
        self._forget()
        self.transport.abort()

    def _forget(self) -> None:
        timer = self.open_now.pop(self, None)
        if timer is not None:
            timer.cancel()


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the witness's process has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def make_app(keeper: Keeper) -> Starlette:
    """Return the application: `POST /add-checkpoint`, and nothing else."""

    async def add_checkpoint(request: Request) -> Response:
        body = bytearray()
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > WITNESS_REQUEST_BYTES_MAX:
                    most = f"wanted at most {WITNESS_REQUEST_BYTES_MAX} bytes\n"
                    return respond(Reply(413, most), close=True)
        except ClientDisconnect:
            return Response(status_code=400)
        # From here on nobody else gets a turn: what is looked up is still so when it is replaced.
        return respond(keeper.answer(bytes(body)))

    return Starlette(routes=[Route(ADD_CHECKPOINT, add_checkpoint, methods=["POST"])])


def respond(reply: Reply, *, close: bool = False) -> Response:
    """Return a reply as a response; its media type stands as it is, without a character set."""
    headers = {"content-type": reply.media, "cache-control": "no-store"}
    if close:
        headers["connection"] = "close"
    return Response(reply.body.encode(), reply.status, headers)


def listen_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens already. Raises OfficerError("witness-listen")."""
    with contextlib.ExitStack() as closing:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            family, kind, protocol, _, address = found[0]
            listening = closing.enter_context(socket.socket(family, kind, protocol))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(BACKLOG)
        except OSError as fault:
            text = f"{host} port {port}: {fault.strerror}; name another address with --listen"
            raise OfficerError("witness-listen", text) from None
        closing.pop_all()
    return listening


async def serve(keeper: Keeper, listening: socket.socket) -> None:
    """Serve on a listening socket until SIGTERM or SIGINT, or until cancelled."""
    server = _Server(
        uvicorn.Config(
            make_app(keeper),
            interface="asgi3",
            proxy_headers=False,
            http=_Bounded,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=STOP_S,
        )
    )
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        server.should_exit = True
        await serving
