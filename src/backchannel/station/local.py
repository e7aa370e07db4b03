"""The facade over HTTP for faces on this machine: a Unix socket, or loopback with a token.

This module must not listen anywhere else, decide anything, or answer before the guard has looked
at who asks. Nothing is cached, and no other origin is ever allowed.
"""

import asyncio
import contextlib
import hmac
import os
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar  # Any: an answer of any shape, and what ASGI calls its messages

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as Mounted
from starlette.types import ASGIApp, Receive, Scope, Send

from backchannel.errors import BackchannelError, OfficerError
from backchannel.limits import GIVEN_BYTES_MAX, REQUEST_BYTES_MAX, REQUESTS_AT_ONCE
from backchannel.station.api import Station
from backchannel.station.asked import CheckNews, News
from backchannel.station.faults import code_of, fault_of
from backchannel.station.jointlist import incidents
from backchannel.station.jointreports import JointReport
from backchannel.station.listings import directory_report
from backchannel.station.openapi import description
from backchannel.station.packs import PackNews
from backchannel.station.routes import JSON, ROUTES, Route
from backchannel.station.sheets import figures_report
from backchannel.station.trials import trials_report
from backchannel.wire.signing import Mode

LOOPBACK = "127.0.0.1"
UNIX_HOSTS = frozenset(("localhost",))
# The system takes no longer name for a socket.
SOCKET_PATH_BYTES = 107
OWNER_ONLY = 0o177
BACKLOG = 16
STOP_S = 1
GUARDED = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

LongNews = TypeVar("LongNews", CheckNews, PackNews)
Handling = Callable[[Station, "Call"], Any]  # an answer, or what awaits to one
encode = msgspec.json.encode
NO_CHECK, NO_PACK = CheckNews(0, 0), PackNews(0, 0)


class Call(msgspec.Struct, frozen=True):
    """One request, taken apart: which statement, the query and the body in their shapes."""

    entry: str
    query: Any = None  # of the shape that the route names
    body: Any = None  # of the shape that the route names, or bytes


HANDLING: dict[str, Handling] = {
    "status": lambda station, call: station.status(),
    "due": lambda station, call: station.due(call.query),
    "trials": lambda station, call: trials_report(station.record(), call.query),
    "directory": lambda station, call: directory_report(station.record(), call.query),
    "figures": lambda station, call: figures_report(station.record(), call.query),
    "joint": lambda station, call: JointReport(incidents(station.record(), Mode[call.query.mode])),
    "doctor": lambda station, call: station.doctor(),
    "desk": lambda station, call: station.desk(Mode[call.query.mode]),
    "voice": lambda station, call: station.voice(Mode[call.query.mode], call.query.seconds),
    "log": lambda station, call: station.log(call.query),
    "show": lambda station, call: station.show(call.entry),
    "readout": lambda station, call: station.readout(call.entry),
    "sentences": lambda station, call: station.sentences(call.entry),
    "matter": lambda station, call: station.matter(call.entry),
    "account": lambda station, call: station.account(call.entry),
    "promises": lambda station, call: station.promises(Mode[call.query.mode]),
    "minute": lambda station, call: station.minute(call.entry),
    "fields": lambda station, call: station.fields(call.entry),
    "disclose": lambda station, call: station.files.disclose(call.body),
    "sign_off": lambda station, call: station.sign_off(call.query),
    "copy": lambda station, call: one_piece(station.handing.copy(call.entry, call.query)),
    "hooks": lambda station, call: station.handing.hooks(),
    "hand_on": lambda station, call: station.handing.hand_on(call.body),
    "evidence": lambda station, call: station.evidence(),
    "accuse": lambda station, call: station.files.accuse(call.entry),
    "oversight": lambda station, call: told(station.files.oversight(call.body), NO_PACK),
    "release": lambda station, call: station.release(call.body),
    "shown": lambda station, call: station.shown(call.body),
    "give": lambda station, call: station.give(call.body),
    "opening": lambda station, call: station.files.opening(call.body),
    "archive": lambda station, call: station.files.archive(call.entry),
    "pack_bag": lambda station, call: station.couriers.pack_bag(call.query.path),
    "take_in_bag": lambda station, call: station.couriers.take_in_bag(call.query.path, call.body),
    "order": lambda station, call: station.order(call.body),
    "check": lambda station, call: told(station.files.check(), NO_CHECK),
    "transcript": lambda station, call: station.files.transcript(call.query),
    "backup": lambda station, call: station.files.backup(Path(call.body.path)),
    "stream": lambda station, call: events(station.stream(call.query.after)),
}


# --- The application ------------------------------------------------------------------------------


def make_app(station: Station, *, hosts: frozenset[str], token: str | None) -> ASGIApp:
    """Return the application. `hosts` are the names by which it may be called."""
    mounted = [
        Mounted(route.path, partial(serve, station, route), methods=[route.method])
        for route in ROUTES
    ]
    mounted.append(Mounted("/v1/openapi.json", describe, methods=["GET"]))
    app = Starlette(routes=mounted, exception_handlers={404: no_route, 405: no_route})

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        error = unwelcome(scope, hosts, token)
        answering: ASGIApp = app if error is None else refusal(error)
        await answering(scope, receive, send)

    return guarded


def unwelcome(scope: Scope, hosts: frozenset[str], token: str | None) -> OfficerError | None:
    """Return why a request is not let in, or None.

    Only by a name of ours, so that no page can point a browser at us; and only with the token,
    if there is one.
    """
    headers = dict(scope["headers"])
    if headers.get(b"host", b"").decode("latin-1") not in hosts:
        return OfficerError("foreign-host", f"wanted {' or '.join(sorted(hosts))} as the host")
    given = headers.get(b"authorization", b"").removeprefix(b"Bearer ")
    if token is not None and not hmac.compare_digest(given, token.encode()):
        return OfficerError("no-token", "wanted the token of this station")
    return None


def refusal(error: BackchannelError) -> Response:
    """Return an error as a response."""
    return Response(encode(fault_of(error)), code_of(error), GUARDED, JSON)


async def no_route(request: Request, _: Exception) -> Response:
    """Answer for a path or method that is none."""
    wanted = f"there is no {request.method} {request.url.path}; see /v1/openapi.json"
    return refusal(OfficerError("no-such-route", wanted))


async def describe(_: Request) -> Response:
    """Answer with the description of this interface."""
    return Response(encode(description()), 200, GUARDED, JSON)


async def serve(station: Station, route: Route, request: Request) -> Response:
    """Answer one request."""
    try:
        call = await read_call(route, request)
        made = HANDLING[route.name](station, call)
        if route.media != JSON:
            return await streaming(made, route.media)
        answer = await made if isinstance(made, Awaitable) else made
        return Response(encode(answer), 200, GUARDED, JSON)
    except BackchannelError as error:
        return refusal(error)


async def read_call(route: Route, request: Request) -> Call:
    """Return a request taken apart. Raises OfficerError("bad-request", "request-too-large")."""
    entry = request.path_params.get("entry", "")
    try:
        query: Any = None  # of the shape that the route names
        if route.query is not None:
            query = msgspec.convert(dict(request.query_params), route.query, strict=False)
        if route.octets:
            return Call(entry, query, await read_body(request, GIVEN_BYTES_MAX))
        if route.body is None:
            return Call(entry, query)
        raw = await read_body(request, REQUEST_BYTES_MAX)
        return Call(entry, query, msgspec.json.decode(raw, type=route.body))
    except (msgspec.ValidationError, msgspec.DecodeError) as fault:
        raise OfficerError("bad-request", str(fault)) from None


async def read_body(request: Request, bound: int) -> bytes:
    """Return the body of a request. Raises OfficerError("request-too-large")."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > bound:
            raise OfficerError("request-too-large", f"wanted at most {bound} bytes")
    return bytes(body)


# --- Streams --------------------------------------------------------------------------------------


async def streaming(pieces: AsyncIterator[bytes], media: str) -> Response:
    """Return a response that goes on; what fails before its first piece is an error as usual."""
    first = await anext(pieces, b"")

    async def all_pieces() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return StreamingResponse(all_pieces(), 200, GUARDED, media)


async def told(news: AsyncIterator[LongNews], last: LongNews) -> AsyncIterator[bytes]:
    """Yield long work as lines of JSON. A fault in the middle is its last line; before the first
    one it is an error as usual."""
    begun = False
    try:
        async for last in news:
            begun = True
            yield encode(last) + b"\n"
    except BackchannelError as error:
        if not begun:
            raise
        yield encode(msgspec.structs.replace(last, fault=fault_of(error))) + b"\n"


async def one_piece(raw: bytes) -> AsyncIterator[bytes]:
    """Yield a file that is made already."""
    yield raw


async def events(news: AsyncIterator[News]) -> AsyncIterator[bytes]:
    """Yield news as server-sent events, each with its cursor as id."""
    async for each in news:
        kind = "changed" if each.statement is None else "statement"
        yield f"id: {each.arrival}\nevent: {kind}\ndata: ".encode() + encode(each) + b"\n\n"


# --- Listening ------------------------------------------------------------------------------------


async def serve_local(station: Station, path: Path) -> None:
    """Serve a station on a Unix socket that only its owner can open, until cancelled.

    Raises OfficerError for a path that cannot be one.
    """
    with unix_socket(path) as listening:
        await run(make_app(station, hosts=UNIX_HOSTS, token=None), listening)


async def serve_loopback(station: Station, listening: socket.socket, token: str) -> None:
    """Serve a station on a bound loopback socket to whoever has the token, until cancelled."""
    host, port = listening.getsockname()[:2]
    assert host == LOOPBACK, "no other machine can reach a station's own interface"
    hosts = frozenset((f"{LOOPBACK}:{port}", f"localhost:{port}"))
    await run(make_app(station, hosts=hosts, token=token), listening)


@contextlib.contextmanager
def unix_socket(path: Path) -> Iterator[socket.socket]:
    """Listen on a path, and take the name away at the end. Raises OfficerError."""
    if len(os.fsencode(path)) > SOCKET_PATH_BYTES:
        raise OfficerError(
            "socket-path-long", f"{path}: wanted at most {SOCKET_PATH_BYTES} bytes; set socket"
        )
    clear(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        before = os.umask(OWNER_ONLY)
        try:
            listening.bind(str(path))
        except OSError as fault:
            raise OfficerError("socket-path", f"{path}: {fault.strerror}; set socket") from None
        finally:
            os.umask(before)
        try:
            yield listening
        finally:
            path.unlink(missing_ok=True)


def clear(path: Path) -> None:
    """Take away the socket that a killed process left: its database is locked by us by now.

    Raises OfficerError("socket-path") for anything else that has the name.
    """
    if not os.path.lexists(path):
        return
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise OfficerError("socket-path", f"{path} is a file; move it, or set another socket")
    path.unlink()


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the station's process has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run(app: ASGIApp, listening: socket.socket) -> None:
    """Run the server on a bound socket until cancelled, and end it in an orderly way."""
    server = _Server(
        uvicorn.Config(
            app,
            interface="asgi3",
            proxy_headers=False,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            backlog=BACKLOG,
            limit_concurrency=REQUESTS_AT_ONCE,
            timeout_graceful_shutdown=STOP_S,
        )
    )
    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving
