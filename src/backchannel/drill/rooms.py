"""Two rooms on one machine, founded by the product's own commands, their stations real processes.

What a person would type is what is run here, and nothing goes past the commands. This module must
not touch mode REAL or tell a story.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from backchannel.station.enrolment import USUAL_POWERS

PASSPHRASE = "a drill needs no secret but must have one"
LOOPBACK = "127.0.0.1"
PASSPHRASE_VARIABLE = "BACKCHANNEL_PASSPHRASE"

# Nobody wants to wait a minute for silence in a drill; and somebody is named for what is tried.
DRILL_TERMS = (
    ('ack = "1 min"', 'ack = "1 s"'),
    ('third_party = "none"', 'third_party = "Cedar liaison office"'),
    (
        "[policy.practice.subjects]\n",
        '[policy.practice.subjects]\n"boats adrift" = "duty officer"\n',
    ),
)

Run = Callable[..., str]
"""Runs one of the product's commands, given as words; returns what it prints.

Raises OfficerError with the command's own words if it ends otherwise than with a code of `codes`.
"""


class Person(NamedTuple):
    """An officer of a room: name, post, key file, and the powers he has beside the usual."""

    name: str
    post: str
    key: Path
    powers: str = ""


class Room(NamedTuple):
    """One party's folders, its people, where its station listens, and what runs its commands."""

    party: str
    language: str
    folder: Path
    address: str
    people: tuple[Person, ...]
    run: Run

    @property
    def office(self) -> Path:
        """Return the folder of the office."""
        return self.folder / "office"

    @property
    def station(self) -> Path:
        """Return the folder of the station."""
        return self.folder / "station"


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


def found_party(room: Room) -> None:
    """Make a room's office and its section of the charter."""
    room.run(
        *("party", "new", room.office, "--name", room.party),
        *("--contact", "in person", "--language", room.language),
    )


def sign_charter(folder: Path, first: Room, second: Room, *, window: str) -> Path:
    """Draft the charter of a line, have both rooms sign it, and return its file."""
    draft, charter = folder / "line.toml", folder / "line.charter"
    first.run(
        *("charter", "draft", "--name", f"{first.party} and {second.party}", "--out", draft),
        *("--section", first.office / "section.toml"),
        *("--section", second.office / "section.toml", "--exercise", window),
    )
    text = draft.read_text()
    for usual, agreed in DRILL_TERMS:
        text = text.replace(usual, agreed, 1)
    draft.write_text(text)
    first.run("charter", "sign", draft, "--office", first.office, "--out", charter, "--yes")
    second.run("charter", "countersign", charter, "--office", second.office, "--yes")
    return charter


def certify(room: Room, charter: Path) -> None:
    """Open a room's authority journal, certify its officers and its station, and found that."""
    room.run("party", "open", room.office, charter)
    for post, powers in {person.post: person.powers for person in room.people}.items():
        room.run("party", "post", room.office, post, *mandate(powers), "--yes")
    papers = room.folder / "papers.authority"
    room.run("party", "authority", room.office, "--out", papers)
    requests = []
    for person in room.people:
        asked = person.key.with_suffix(".request")
        room.run(
            *("officer", "new", person.key, "--name", person.name, "--charter", papers),
            *("--post", person.post, "--out", asked),
            *mandate(person.powers),
        )
        requests.append(asked)
    room.run(
        *("station", "new", room.station, "--charter", charter, "--party", room.party),
        *("--listen", room.address, "--run-mark", room.folder / "run.mark"),
    )
    requests.append(room.station / "station.request")
    room.run("party", "issue", room.office, *requests, "--yes")
    authority = room.folder / f"{room.party.lower()}.authority"
    room.run("party", "authority", room.office, "--out", authority)
    room.run("station", "join", room.station, "--authority", authority)
    room.run(
        *("party", "founding", room.office, "--station", room.station / "station.frames"),
        *("--out", founding_file(room)),
    )


def mandate(powers: str) -> tuple[str, ...]:
    """Return the words that ask for powers beside the usual ones, of a post or an officer."""
    return ("--powers", f"{USUAL_POWERS},{powers}") if powers else ()


def founding_file(room: Room) -> Path:
    """Return where a room's founding file lies."""
    return room.folder / f"{room.party.lower()}.founding"


def introduce(room: Room, other: Room, package: Path) -> None:
    """Bring the other room's founding file and the courier package to a room's station."""
    room.run("station", "import", room.station, founding_file(other), "--courier", package)


def start(room: Room) -> "subprocess.Popen[str]":
    """Start a room's station as a process of its own; its log goes beside its folder."""
    with (room.folder / "station.log").open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "backchannel", "station", "run", str(room.station)],
            env={**os.environ, PASSPHRASE_VARIABLE: PASSPHRASE},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            text=True,
            start_new_session=True,
        )
