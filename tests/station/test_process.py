"""A stop that was clean leaves word of it, once, and of one state only. The token of a start is its
owner's alone, and goes with the station."""

import asyncio
import contextlib
import socket
import stat
from pathlib import Path

import pytest
from tests.station.house import rooms, run

from backchannel.clock import SystemClock
from backchannel.errors import OfficerError
from backchannel.station.client import Client, Loopback
from backchannel.station.process import GOODBYE, say_goodbye, serve_with_token, take_goodbye


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def test_who_reads_the_token_of_this_start_is_served_on_loopback(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            token, port = tmp_path / "token", free_port()
            serving = asyncio.create_task(
                serve_with_token(alder.station, port, token, SystemClock())
            )
            await alder.until(lambda: token.exists() or serving.done())
            assert stat.S_IMODE(token.stat().st_mode) == 0o600
            client = Client(Loopback(port, token.read_text()))
            assert (await asyncio.to_thread(client.status)).party == "Alder"
            other = asyncio.create_task(
                serve_with_token(alder.station, port, tmp_path / "second", SystemClock())
            )
            with pytest.raises(OfficerError, match="loopback-taken"):
                await other
            assert not (tmp_path / "second").exists()
            serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await serving
            assert not token.exists()

    run(story())


def test_a_goodbye_counts_once(tmp_path):
    say_goodbye(tmp_path, 41)
    assert take_goodbye(tmp_path, 41) is True
    assert not (tmp_path / GOODBYE).exists()
    assert take_goodbye(tmp_path, 41) is False


def test_a_goodbye_said_of_another_state_counts_for_nothing(tmp_path):
    """An old database beside a newer word must ask like any other."""
    say_goodbye(tmp_path, 41)
    assert take_goodbye(tmp_path, 40) is False
    assert not (tmp_path / GOODBYE).exists()


def test_a_later_goodbye_replaces_an_earlier_one(tmp_path):
    say_goodbye(tmp_path, 41)
    say_goodbye(tmp_path, 42)
    assert take_goodbye(tmp_path, 42) is True
