"""Two officers' desks: rooms that run, served on their sockets, and the commands typed there.

A command runs in a thread of its own with the program's own tree of commands; the stations run in
the loop meanwhile.
"""

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.testing
from tests.cast import NAMES, Cast, seed
from tests.station.house import Room, lone_room, rooms

from backchannel.cli.main import app
from backchannel.clock import SystemClock
from backchannel.station.hooks import Hook
from backchannel.station.keyring import Sealed, save_sealed
from backchannel.station.local import serve_local
from backchannel.station.settings import Settings, save_settings
from backchannel.wire.codec import encode
from backchannel.wire.signing import Alg

PASSPHRASE = "six words that nobody would guess"
OFFICERS = ("first", "second", "marsh", "envoy", "north", "south")


@pytest.fixture
def quick_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open key files without Argon2id's cost, which tests/wire and tests/journeys pay."""

    def cheap(passphrase: bytes, salt: bytes, **cost: int) -> bytes:
        return hashlib.sha256(salt + passphrase).digest()

    monkeypatch.setattr("backchannel.wire.keys.argon2id", cheap)
    monkeypatch.setenv("BACKCHANNEL_PASSPHRASE", PASSPHRASE)


@dataclass
class Desk:
    """Where an officer types: a room, its station's folder, key files."""

    room: Room
    folder: Path

    def key(self, name: str) -> Path:
        """An officer's key file."""
        return self.folder / f"{name}.key"

    async def type(self, *words: object, stdin: str = "") -> typer.testing.Result:
        """Type a command and return what it printed and how it ended."""
        argv = [str(word) for word in words]
        environ = {"BACKCHANNEL_STATION": str(self.folder), "COLUMNS": "100"}
        runner = typer.testing.CliRunner(env=environ)
        return await asyncio.to_thread(runner.invoke, app, argv, input=stdin)

    async def done(self, *words: object, stdin: str = "") -> str:
        """Type a command that must succeed; return what it printed as data."""
        result = await self.type(*words, stdin=stdin)
        assert result.exit_code == 0, result.output
        return result.stdout

    async def told(self, *words: object, stdin: str = "") -> Any:
        """Type a command with --json and return what it says."""
        return json.loads(await self.done(*words, "--json", stdin=stdin))

    async def acts(self, *words: object, by: str = "first", stdin: str = "") -> Any:
        """Type a command as an officer, with --json."""
        return await self.told(*words, "--officer", self.key(by), stdin=stdin)


def furnish(folder: Path, room: Room) -> Desk:
    """Put settings and key files into a station's folder."""
    name = NAMES[room.party]
    home = folder / name.lower()
    home.mkdir()
    save_settings(home, Settings(name="one", party=name, listen=(), socket=str(home / "s")))
    for officer in OFFICERS:
        entropy = seed(f"{name}/{officer}")
        save_sealed(
            home / f"{officer}.key",
            PASSPHRASE,
            encode((1, officer, int(Alg.ML_DSA_44), entropy)),
            label=Sealed.OFFICER,
            clock=SystemClock(),
        )
    return Desk(room, home)


@contextlib.asynccontextmanager
async def served(folder: Path, room: Room) -> AsyncIterator[Desk]:
    """A room's desk, its station served."""
    desk = furnish(folder, room)
    socket = desk.folder / "s"
    serving = asyncio.create_task(serve_local(room.station, socket))
    try:
        await room.until(lambda: socket.exists() or serving.done())
        yield desk
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@contextlib.asynccontextmanager
async def desks(
    folder: Path, cast: Cast | None = None, hooks: Sequence[Hook] = ()
) -> AsyncIterator[tuple[Desk, Desk]]:
    """The desks of Alder and Birch."""
    async with (
        rooms(folder, cast, hooks) as (alder, birch),
        served(folder, alder) as one,
        served(folder, birch) as two,
    ):
        yield one, two


@contextlib.asynccontextmanager
async def lone_desk(folder: Path) -> AsyncIterator[Desk]:
    """The desk of Alder, whose station has just started and asks in vain."""
    async with lone_room(folder) as room, served(folder, room) as desk:
        yield desk
