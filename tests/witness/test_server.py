"""The witness over real sockets: what HTTP adds, and what a stranger cannot do to it."""

import asyncio
import http.client
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.witness.logs import Log, keeper_of

from backchannel.errors import OfficerError
from backchannel.limits import WITNESS_REQUEST_BYTES_MAX
from backchannel.witness import server
from backchannel.witness.server import listen_at, serve

LOG = Log()
Answer = tuple[int, str, str]


def post(port: int, body: bytes, path: str = "/add-checkpoint", method: str = "POST") -> Answer:
    """One request: status, media type and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("content-type", ""), answer.read().decode()
    finally:
        connection.close()


def served(folder: Path, story: Callable[[int], Awaitable[None]]) -> None:
    """Serve a witness while a story is played."""

    async def play() -> None:
        with keeper_of(folder, LOG) as keeper, listen_at("127.0.0.1", 0) as door:
            serving = asyncio.create_task(serve(keeper, door))
            try:
                await asyncio.wait_for(story(door.getsockname()[1]), 60)
            finally:
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(play())


def test_status_media_type_and_body_are_those_of_the_format(tmp_path: Path) -> None:
    """PROOF-70, PROOF-72, over one connection and over new ones."""

    async def story(port: int) -> None:
        status, media, body = await asyncio.to_thread(post, port, LOG.submission(0, 3))
        assert (status, media) == (200, "text/plain; charset=utf-8")
        assert body.startswith("— witness.example/1 ") and body.endswith("\n")
        found = await asyncio.to_thread(post, port, LOG.submission(0, 4))
        assert found == (409, "text/x.tlog.size", "3\n")
        for body_sent, wanted in ((Log("log.example/x").submission(0, 1), 404), (b"junk", 400)):
            status, _, _ = await asyncio.to_thread(post, port, body_sent)
            assert status == wanted

    served(tmp_path, story)


def test_a_connection_serves_several_requests(tmp_path: Path) -> None:
    """PROOF-73: keep-alive, as the format asks of a witness."""

    def several(port: int) -> list[int]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        found = []
        for old, size in ((0, 3), (3, 5), (5, 5)):
            connection.request("POST", "/add-checkpoint", LOG.submission(old, size))
            answer = connection.getresponse()
            answer.read()
            found.append(answer.status)
        connection.close()
        return found

    async def story(port: int) -> None:
        assert await asyncio.to_thread(several, port) == [200, 200, 200]

    served(tmp_path, story)


def test_there_is_one_call_and_no_other(tmp_path: Path) -> None:
    """PROOF-73."""

    async def story(port: int) -> None:
        for path, method, wanted in (
            ("/", "GET", 404),
            ("/add-checkpoint", "GET", 405),
            ("/add-checkpoint/", "POST", 307),
            ("/../witness.key", "GET", 404),
        ):
            status, _, _ = await asyncio.to_thread(post, port, b"", path, method)
            assert status == wanted, path

    served(tmp_path, story)


def test_a_body_beyond_its_bound_is_not_read_to_the_end(tmp_path: Path) -> None:
    """PROOF-73: 413, also for one that names no length."""

    def endless(port: int) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as stranger:
            stranger.sendall(b"POST /add-checkpoint HTTP/1.1\r\nhost: x\r\n")
            stranger.sendall(b"transfer-encoding: chunked\r\n\r\n")
            chunk = b"%x\r\n%s\r\n" % (65_536, b"x" * 65_536)
            try:
                for _ in range(2 + WITNESS_REQUEST_BYTES_MAX // 65_536):
                    stranger.sendall(chunk)
            except OSError:
                pass  # already refused
            return stranger.recv(64)

    async def story(port: int) -> None:
        long = b"x" * (WITNESS_REQUEST_BYTES_MAX + 1)
        status, _, _ = await asyncio.to_thread(post, port, long)
        assert status == 413
        assert b" 413 " in await asyncio.to_thread(endless, port)
        assert (await asyncio.to_thread(post, port, LOG.submission(0, 3)))[0] == 200

    served(tmp_path, story)


def test_junk_and_silence_of_strangers_keep_no_log_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PROOF-73: who holds connections open is cut off first; who sends junk gets an error."""
    monkeypatch.setattr(server, "WITNESS_CONNECTIONS_MAX", 8)

    async def story(port: int) -> None:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(30)]
        for _, writer in silent[::2]:
            writer.write(b"POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\no")
        for junk in (b"\x16\x03\x01\x02\x00\x01" * 50, b"\x00" * 500, b"GET / HTTP/9.9\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(junk)
            await asyncio.wait_for(reader.read(64), 20)
            writer.close()
        assert (await asyncio.to_thread(post, port, LOG.submission(0, 3)))[0] == 200
        assert len(server._Bounded.open_now) <= 8
        # The first that were silent are gone.
        assert await asyncio.wait_for(silent[1][0].read(64), 20) == b""
        for _, writer in silent:
            writer.close()

    served(tmp_path, story)


def test_a_connection_does_not_live_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PROOF-73."""
    monkeypatch.setattr(server, "WITNESS_CONNECTION_SECONDS_MAX", 0.05)

    async def story(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /add-checkpoint HTTP/1.1\r\n")
        assert await asyncio.wait_for(reader.read(64), 20) == b""
        writer.close()

    served(tmp_path, story)


def test_an_address_that_is_taken_is_told() -> None:
    with listen_at("127.0.0.1", 0) as door, pytest.raises(OfficerError, match="witness-listen"):
        listen_at("127.0.0.1", door.getsockname()[1])
