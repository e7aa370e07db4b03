"""Two rooms on one machine, founded and run by the product's own commands as real processes.

What a person would type is what is run here, and nothing goes past the commands. This module must
not touch mode REAL or tell a story.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple  # Any: what a command prints as JSON

from backchannel.errors import OfficerError

PASSPHRASE = "a drill needs no secret but must have one"
LOOPBACK = "127.0.0.1"
COMMAND_SECONDS_MAX = 120


class Person(NamedTuple):
    """An officer of a room: name, post, key file, and the powers he has beside the usual."""

    name: str
    post: str
    key: Path


class Room(NamedTuple):
    """One party's folders, its people, and where its station listens."""

    party: str
    language: str
    folder: Path
    address: str
    people: tuple[Person, ...]

    @property
    def office(self) -> Path:
        """Return the folder of the office."""
        return self.folder / "office"

    @property
    def station(self) -> Path:
        """Return the folder of the station."""
        return self.folder / "station"


def environment() -> dict[str, str]:
    """Return the environment of every command of a drill."""
    return {**os.environ, "BACKCHANNEL_PASSPHRASE": PASSPHRASE, "PYTHONUNBUFFERED": "1"}


def command(*words: object) -> list[str]:
    """Return the command line of one of the product's commands."""
    return [sys.executable, "-m", "backchannel", *map(str, words)]


def run(*words: object, codes: Sequence[int] = (0,), stdin: str = "") -> str:
    """Run a command and return what it prints. Raises OfficerError if it ends otherwise."""
    done = subprocess.run(
        command(*words),
        env=environment(),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS_MAX,
        check=False,
    )
    if done.returncode not in codes:
        spoken = " ".join(map(str, words))
        raise OfficerError(
            "drill-command", f"{spoken} ended with {done.returncode}: {done.stderr.strip()}"
        )
    return done.stdout


def ask(*words: object, codes: Sequence[int] = (0,)) -> Any:  # what a command prints as JSON
    """Run a command with --json and return what it says."""
    return json.loads(run(*words, "--json", codes=codes))


def free_addresses(count: int) -> list[str]:
    """Return loopback addresses whose ports are free now."""
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind((LOOPBACK, 0))
        return [f"{LOOPBACK}:{each.getsockname()[1]}" for each in held]
    finally:
        for each in held:
            each.close()


def side_by_side(*calls: Sequence[object]) -> list[str]:
    """Run commands of different rooms at once, as two rooms would; return what they print."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda words: run(*words), calls))


def found_party(room: Room) -> None:
    """Make a room's office and its section of the charter."""
    run(
        *("party", "new", room.office, "--name", room.party),
        *("--contact", "in person", "--language", room.language),
    )


def sign_charter(folder: Path, first: Room, second: Room, *, window: str) -> Path:
    """Draft the charter of a line, have both rooms sign it, and return its file."""
    draft, charter = folder / "line.toml", folder / "line.charter"
    run(
        *("charter", "draft", "--name", f"{first.party} and {second.party}", "--out", draft),
        *("--section", first.office / "section.toml"),
        *("--section", second.office / "section.toml", "--exercise", window),
    )
    run("charter", "sign", draft, "--office", first.office, "--out", charter, "--yes")
    run("charter", "countersign", charter, "--office", second.office, "--yes")
    return charter


def certify(room: Room, charter: Path) -> None:
    """Open a room's authority journal, certify its officers and its station, and found that."""
    run("party", "open", room.office, charter)
    posts = dict.fromkeys(person.post for person in room.people)
    run("party", "post", room.office, *posts, "--yes")
    papers = room.folder / "papers.authority"
    run("party", "authority", room.office, "--out", papers)
    requests = []
    for person in room.people:
        asked = person.key.with_suffix(".request")
        run(
            *("officer", "new", person.key, "--name", person.name, "--charter", papers),
            *("--post", person.post, "--out", asked),
        )
        requests.append(asked)
    run(
        *("station", "new", room.station, "--charter", charter, "--party", room.party),
        *("--listen", room.address, "--run-mark", room.folder / "run.mark"),
    )
    requests.append(room.station / "station.request")
    run("party", "issue", room.office, *requests, "--yes")
    authority = room.folder / f"{room.party.lower()}.authority"
    run("party", "authority", room.office, "--out", authority)
    run("station", "join", room.station, "--authority", authority)
    run(
        *("party", "founding", room.office, "--station", room.station / "station.frames"),
        *("--out", founding_file(room)),
    )


def founding_file(room: Room) -> Path:
    """Return where a room's founding file lies."""
    return room.folder / f"{room.party.lower()}.founding"


def introduce(room: Room, other: Room, package: Path) -> None:
    """Bring the other room's founding file and the courier package to a room's station."""
    run("station", "import", room.station, founding_file(other), "--courier", package)


def start(room: Room) -> "subprocess.Popen[str]":
    """Start a room's station as a process of its own; its log goes beside its folder."""
    with (room.folder / "station.log").open("a") as log:
        return subprocess.Popen(
            command("station", "run", room.station),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            text=True,
            start_new_session=True,
        )
