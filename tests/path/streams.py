"""TLS sessions over real sockets, without a direct path around them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from OpenSSL import SSL
from tests.path.rooms import ALDER, BIRCH, CEDAR, LOOPBACK, identity_of

from backchannel.errors import JunkError
from backchannel.path.tls import Identity, TlsStream, make_context

Pinned = Callable[[bytes], bool]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

ALDER_ID, BIRCH_ID, CEDAR_ID = map(identity_of, (ALDER, BIRCH, CEDAR))


def only(identity: Identity) -> Pinned:
    return lambda pin: pin == identity.pin


ALDER_ALONE, BIRCH_ALONE = only(ALDER_ID), only(BIRCH_ID)


@contextlib.asynccontextmanager
async def tcp_pair() -> AsyncIterator[tuple[Streams, Streams]]:
    """Both ends of a real TCP connection, the dialling one first."""
    accepted: asyncio.Future[Streams] = asyncio.get_running_loop().create_future()
    server = await asyncio.start_server(lambda r, w: accepted.set_result((r, w)), LOOPBACK, 0)
    host, port = server.sockets[0].getsockname()
    dialled = await asyncio.open_connection(host, port)
    answered = await accepted
    try:
        yield dialled, answered
    finally:
        server.close()
        for _, writer in (dialled, answered):
            writer.close()


@contextlib.asynccontextmanager
async def listener(
    pinned: Pinned, context: SSL.Context | None = None
) -> AsyncIterator[tuple[Streams, TlsStream]]:
    """A raw TCP connection, and the station at its other end, which has not yet shaken hands."""
    async with tcp_pair() as (raw, (reader, writer)):
        shared = context or make_context(BIRCH_ID)
        yield raw, TlsStream(shared, reader, writer, dialled=False, pinned=pinned)


@contextlib.asynccontextmanager
async def two_streams(
    alder: Pinned = BIRCH_ALONE,
    birch: Pinned = ALDER_ALONE,
    context: SSL.Context | None = None,
) -> AsyncIterator[tuple[TlsStream, TlsStream]]:
    """Alder, who dialled, and Birch, before the handshake."""
    async with listener(birch) as ((reader, writer), answering):
        shared = context or make_context(ALDER_ID)
        yield TlsStream(shared, reader, writer, dialled=True, pinned=alder), answering


async def outcome(work: Coroutine[Any, Any, Any]) -> str:
    """The reason for which something was refused, or nothing."""
    try:
        await work
    except JunkError as junk:
        return junk.reason
    return ""


async def shake_hands(*streams: TlsStream) -> list[str]:
    """How a handshake ends on each side; a side that gives up closes its connection."""

    async def one(stream: TlsStream) -> str:
        reason = await outcome(stream.handshake())
        if reason:
            await stream.aclose()
        return reason

    return await asyncio.gather(*map(one, streams))


def dialling(context: SSL.Context, raw: Streams) -> TlsStream:
    """A side that dials with a context of the test's own making, and pins nothing."""
    reader, writer = raw
    return TlsStream(context, reader, writer, dialled=True, pinned=lambda pin: True)


def bare_context() -> SSL.Context:
    """A context of another program: no certificate, any version, any group."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_verify(SSL.VERIFY_NONE)
    return context
