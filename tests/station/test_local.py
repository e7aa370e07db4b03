"""The interface on this machine: who is let in, what is bounded, what comes back."""

import asyncio
import contextlib
import http.client
import json
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.station.house import Room, rooms, run

from backchannel.errors import OfficerError
from backchannel.limits import REQUEST_BYTES_MAX, STREAMS_MAX
from backchannel.station.asked import Fault
from backchannel.station.client import Client, Loopback
from backchannel.station.local import serve_local, serve_loopback, unix_socket
from backchannel.station.openapi import description

TOKEN = "a token that nobody guesses"
Headers = dict[str, str]


@contextlib.asynccontextmanager
async def served(room: Room, path: Path) -> AsyncIterator[Client]:
    """A room's station on a Unix socket."""
    serving = asyncio.create_task(serve_local(room.station, path))
    try:
        await room.until(lambda: path.exists() or serving.done())
        yield Client(path)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@contextlib.asynccontextmanager
async def on_loopback(room: Room) -> AsyncIterator[int]:
    """A room's station on loopback; its port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        serving = asyncio.create_task(serve_loopback(room.station, listening, TOKEN))
        try:
            while True:
                with contextlib.suppress(ConnectionRefusedError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.01)
            yield port
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


def ask(
    port: int, method: str, target: str, headers: Headers, body: bytes | None = None
) -> tuple[int, Headers, bytes]:
    """One request on loopback."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with contextlib.closing(connection):
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


async def asked(
    port: int, target: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, Headers, bytes]:
    """One request with the token, unless it says otherwise."""
    given = {"Authorization": f"Bearer {TOKEN}", **headers}
    return await asyncio.to_thread(ask, port, method, target, given, body)


def fault(body: bytes) -> Fault:
    return msgspec.json.decode(body, type=Fault)


def test_the_socket_is_the_owners_alone_and_goes_with_the_station(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            path = tmp_path / "s"
            async with served(alder, path) as client:
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
                assert (await asyncio.to_thread(client.status)).party == "Alder"
            assert not path.exists()

    run(story())


def test_the_socket_of_a_killed_process_is_no_obstacle(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "s"))
    with unix_socket(tmp_path / "s") as listening:
        assert listening.getsockname() == str(tmp_path / "s")


@pytest.mark.parametrize(
    ("name", "reason"), [("x" * 120, "socket-path-long"), ("f", "socket-path")]
)
def test_a_path_that_can_be_no_socket_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "f").write_text("somebody's file")
    with pytest.raises(OfficerError) as caught, unix_socket(tmp_path / name):
        pass
    assert caught.value.reason == reason
    assert (tmp_path / "f").read_text() == "somebody's file"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OfficerError) as caught, unix_socket(tmp_path / "no" / "s"):
        pass
    assert caught.value.reason == "socket-path"


def test_loopback_lets_nobody_in_without_the_token_and_its_own_name(tmp_path: Path) -> None:
    """A page that points a browser at us has another name, and no token."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), on_loopback(alder) as port:
            status, headers, _ = await asked(port, "/v1/status")
            assert status == 200
            assert headers["cache-control"] == "no-store"
            assert not [name for name in headers if name.startswith("access-control")]
            for wrong in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"):
                status, _, body = await asked(port, "/v1/status", Authorization=wrong)
                assert (status, fault(body).reason) == (401, "no-token")
            for host in ("evil.example", f"evil.example:{port}", "127.0.0.1:1", "localhost"):
                status, _, body = await asked(port, "/v1/status", Host=host)
                assert (status, fault(body).reason) == (403, "foreign-host")
            status, _, _ = await asked(port, "/v1/status", Host=f"localhost:{port}")
            assert status == 200
            status, _, _ = await asked(port, "/v1/status", Origin="https://evil.example")
            assert status == 200  # whoever has the token; and no header lets a page read it

    run(story())


def test_a_client_reaches_a_station_on_loopback(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), on_loopback(alder) as port:
            client = Client(Loopback(port, TOKEN))
            assert (await asyncio.to_thread(client.status)).party == "Alder"
            with pytest.raises(OfficerError) as caught:
                await asyncio.to_thread(Client(Loopback(port, "wrong")).status)
            assert caught.value.reason == "no-token"

    run(story())


def test_requests_that_are_none_are_refused_with_the_reason(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), on_loopback(alder) as port:
            for target, method, body, status, reason in (
                ("/v1/nothing", "GET", None, 404, "no-such-route"),
                ("/v1/status", "DELETE", None, 404, "no-such-route"),
                ("/v1/statements?limit=0", "GET", None, 400, "bad-request"),
                ("/v1/statements?limit=501", "GET", None, 400, "bad-request"),
                (f"/v1/statements?before={2**63}", "GET", None, 400, "bad-request"),
                (f"/v1/statements?before={2**80}", "GET", None, 400, "bad-request"),
                (f"/v1/stream?after={2**63}", "GET", None, 400, "bad-request"),
                ("/v1/backup", "POST", b'{"path":"/"}', 409, "path-no-file"),
                ("/v1/statements?mode=real", "GET", None, 400, "bad-request"),
                ("/v1/statements?mdoe=REAL", "GET", None, 400, "bad-request"),
                ("/v1/desk", "GET", None, 400, "bad-request"),
                ("/v1/statements", "POST", b"{", 400, "bad-request"),
                ("/v1/statements", "POST", b"{}", 400, "bad-request"),
                ("/v1/shown", "POST", b'{"entry":"zz"}', 400, "bad-request"),
                ("/v1/statements/zz", "GET", None, 409, "not-an-id"),
                ("/v1/statements/ff", "GET", None, 404, "no-such-entry"),
                ("/v1/given", "POST", b"nothing of ours", 409, "papers-kind"),
                ("/v1/transcript?mode=REAL&since=0&until=1", "GET", None, 409, "span-empty"),
                ("/v1/backup", "POST", b'{"path":"relative"}', 409, "path-relative"),
            ):
                got, _, raw = await asked(port, target, method, body)
                assert (got, fault(raw).reason) == (status, reason), target

    run(story())


def test_a_body_is_bounded_before_it_is_read(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), on_loopback(alder) as port:
            for size, status in ((REQUEST_BYTES_MAX + 1, 413), (REQUEST_BYTES_MAX, 400)):
                got, _, raw = await asked(port, "/v1/statements", "POST", b" " * size)
                assert got == status
                assert fault(raw).reason in ("request-too-large", "bad-request")

    run(story())


def test_the_description_is_served(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), on_loopback(alder) as port:
            status, _, body = await asked(port, "/v1/openapi.json")
            assert (status, json.loads(body)) == (200, json.loads(json.dumps(description())))

    run(story())


def test_news_come_as_events_with_their_cursor(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), on_loopback(alder) as port:
            first, second = (await alder.say("one"), await alder.say("two"))
            lines = await asyncio.to_thread(first_lines, port, "/v1/stream?after=0", 8)
            assert lines[1] == lines[5] == "event: statement"
            entries = [json.loads(lines[n][6:])["statement"]["entry"] for n in (2, 6)]
            assert entries == [first.entry, second.entry]
            cursor = int(lines[0].removeprefix("id: "))
            later = await asyncio.to_thread(first_lines, port, f"/v1/stream?after={cursor}", 4)
            assert json.loads(later[2][6:])["statement"]["entry"] == second.entry

    run(story())


def first_lines(port: int, target: str, count: int) -> list[str]:
    """The first lines of a stream, which is then given up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with contextlib.closing(connection):
        connection.request("GET", target, headers={"Authorization": f"Bearer {TOKEN}"})
        answer = connection.getresponse()
        return [answer.readline().decode().rstrip("\n") for _ in range(count)]


def test_streams_that_were_given_up_do_not_count(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), on_loopback(alder) as port:
            await alder.say("one")
            for _ in range(STREAMS_MAX + 4):
                await asyncio.to_thread(first_lines, port, "/v1/stream?after=0", 4)
                await asyncio.sleep(0.05)

    run(story())
