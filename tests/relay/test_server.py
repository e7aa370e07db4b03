"""Who may stay connected to a relay, over real sockets."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.relay.boxes import QUOTA, WORD, put
from tests.relay.test_counter import StillClock

from backchannel.errors import OfficerError
from backchannel.relay import server
from backchannel.relay.app import make_app
from backchannel.relay.counter import RelayCounter
from backchannel.relay.mailstore import Mailstore
from backchannel.relay.server import Doorkeeper, listen_at, make_server, serve
from backchannel.relay.sqlite import SqliteDatabase

PATIENCE_S = 20
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextlib.asynccontextmanager
async def relay(folder: Path) -> AsyncIterator[tuple[RelayCounter, Doorkeeper, int]]:
    """A relay that serves inside this loop, and its port."""
    with (
        closing(Mailstore(SqliteDatabase(folder / "relay.db"), QUOTA)) as store,
        listen_at("127.0.0.1", 0) as door,
    ):
        counter, keeper = RelayCounter(store, (WORD,), StillClock()), Doorkeeper()
        one = make_server(make_app(counter, keeper.admit), keeper.protocol()), door
        serving = asyncio.ensure_future(serve([one], counter.run(), counter.dismiss))
        try:
            async with asyncio.timeout(PATIENCE_S):
                yield counter, keeper, door.getsockname()[1]
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def connect(port: int) -> Stream:
    return await asyncio.open_connection("127.0.0.1", port)


async def ask(stream: Stream, body: bytes) -> bytes:
    """The first line of the answer to a put."""
    head = f"POST /v1/put HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n"
    stream[1].write(head.encode() + body)
    answer = await stream[0].readuntil(b"\r\n\r\n")
    length = int(answer.lower().partition(b"content-length: ")[2].split()[0])
    await stream[0].readexactly(length)
    return answer.splitlines()[0]


def test_the_oldest_stranger_goes_first_and_who_has_shown_a_pass_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RELAY-24."""
    monkeypatch.setattr(server, "RELAY_STRANGERS_MAX", 3)

    async def story() -> None:
        async with relay(tmp_path) as (counter, keeper, port):
            known = await connect(port)
            assert b"201" in await ask(known, put(1, counter.key))
            strangers = []
            for _ in range(4):
                strangers.append(await connect(port))
                assert b"403" in await ask(strangers[-1], put(1, counter.key, word=bytes(32)))
            # A cut, which may look like an end or like a reset.
            with contextlib.suppress(ConnectionError):
                assert await strangers[0][0].read() == b""
            assert len(keeper) == 4
            for stream in (known, *strangers[1:]):
                assert b"200" in await ask(stream, put(1, counter.key))
            assert b"201" in await ask(await connect(port), put(2, counter.key))

    asyncio.run(story())


def test_a_stranger_is_cut_off_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RELAY-24."""
    monkeypatch.setattr(server, "RELAY_STRANGER_SECONDS_MAX", 0.05)

    async def story() -> None:
        async with relay(tmp_path) as (_, keeper, port):
            reader, writer = await connect(port)
            writer.write(b"POST /v1/put HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
            assert len(keeper) == 0

    asyncio.run(story())


def test_a_relay_that_is_full_of_friends_takes_nobody_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RELAY-24."""
    monkeypatch.setattr(server, "RELAY_CONNECTIONS_MAX", 1)

    async def story() -> None:
        async with relay(tmp_path) as (counter, _, port):
            known = await connect(port)
            assert b"201" in await ask(known, put(1, counter.key))
            late = await connect(port)
            with contextlib.suppress(ConnectionError):
                assert await late[0].read() == b""
            assert b"200" in await ask(known, put(1, counter.key))

    asyncio.run(story())


def test_an_address_that_is_taken_is_refused() -> None:
    with listen_at("127.0.0.1", 0) as door, pytest.raises(OfficerError, match="relay-listen"):
        listen_at("127.0.0.1", door.getsockname()[1])
