"""Requests on one kept connection: servers that hang up, lie about lengths, and SOCKS proxies."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from tests.path.rooms import run

from backchannel.errors import JunkError, OfficerError
from backchannel.path import Address
from backchannel.path.request import Requests, Server, parse_server

LOOPBACK = "127.0.0.1"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
Serving = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(work: Serving) -> AsyncIterator[int]:
    """A server that does some work with everybody who connects; its port."""

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await work(reader, writer)
        writer.close()

    server = await asyncio.start_server(served, LOOPBACK, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def ask(requests: Requests, path: str = "/v1/put") -> tuple[int, bytes]:
    return await requests.ask("POST", path, b"body", within_s=20)


def at(port: int, proxy: Address | None = None) -> Requests:
    return Requests(parse_server(f"http://{LOOPBACK}:{port}/under/", proxy))


def test_one_connection_serves_many_requests_and_is_made_anew() -> None:
    """A server may hang up after any answer; a request is then made once more."""
    heads: list[bytes] = []
    connections = 0

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(2):
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            assert await reader.readexactly(4) == b"body"
            writer.write(OK)

    async def story() -> None:
        async with serving(work) as port:
            requests = at(port)
            for _ in range(5):
                assert await ask(requests) == (200, b"ok")
            requests.close()
        assert connections == 3
        assert heads[0].startswith(b"POST /under/v1/put HTTP/1.1\r\n")

    run(story())


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n" + bytes(999_999),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"fff\r\n" + bytes(0xFFF) * 99,
        b"HTTP/1.1 200 OK\r\nx: " + bytes(99_999),
    ],
)
def test_what_is_no_answer_is_junk(said: bytes) -> None:
    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\nbody")
        writer.write(said)
        await writer.drain()

    async def story() -> None:
        async with serving(work) as port:
            with pytest.raises(JunkError, match="no-answer"):
                await ask(at(port))

    run(story())


def test_nobody_there_and_too_late_are_no_answers() -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async def story() -> None:
        async with serving(silent) as port:
            with pytest.raises(JunkError, match="no-answer"):
                await at(port).ask("GET", "/", within_s=0.01)
        with pytest.raises(JunkError, match="no-answer"):
            await ask(at(port))

    run(story())


@pytest.mark.parametrize(
    "url", ["relay.example", "ftp://x", "http://", "http://u@x", "http://x?q", "http://x:99999"]
)
def test_a_server_is_named_by_a_plain_url(url: str) -> None:
    with pytest.raises(OfficerError, match="server-address"):
        parse_server(url, None)


def test_the_parts_of_a_url() -> None:
    assert parse_server("https://x/a/", None) == Server("https", "x", 443, "/a", None)
    assert parse_server("http://[::1]:8470", None) == Server("http", "::1", 8470, "", None)


async def proxy_to(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A SOCKS proxy that knows one name, and leads to a port of this machine."""
    assert await reader.readexactly(3) == b"\x05\x01\x00"
    writer.write(b"\x05\x00")
    head = await reader.readexactly(5)
    name = await reader.readexactly(head[4])
    await reader.readexactly(2)
    if name != b"relay.onion":
        writer.write(b"\x05\x04\x00\x01" + bytes(6))
        return
    there, back = await asyncio.open_connection(LOOPBACK, port)
    writer.write(b"\x05\x00\x00\x03\x03abc\x00\x50")

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while piece := await source.read(999):
            sink.write(piece)
        sink.close()

    await asyncio.gather(pump(reader, back), pump(there, writer))


def test_a_proxy_is_told_the_name_and_carries_the_rest() -> None:
    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\nbody")
        writer.write(OK)

    async def story() -> None:
        async with serving(work) as port, serving(lambda r, w: proxy_to(port, r, w)) as proxy:
            by = (LOOPBACK, proxy)
            onion = Requests(parse_server("http://relay.onion", by))
            assert await ask(onion) == (200, b"ok")
            onion.close()
            with pytest.raises(JunkError, match="the host is unreachable"):
                await ask(Requests(parse_server("http://other.onion", by)))
            with pytest.raises(JunkError, match="a host name of 256 bytes"):
                await ask(Requests(parse_server(f"http://{'x' * 256}", by)))

    run(story())


def test_a_proxy_that_is_none_is_no_way() -> None:
    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(3)
        writer.write(b"\x05\xff")

    async def story() -> None:
        async with serving(work) as port:
            with pytest.raises(JunkError, match="no SOCKS proxy"):
                await ask(Requests(parse_server("http://relay.onion", (LOOPBACK, port))))

    run(story())
