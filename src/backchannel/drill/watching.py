"""What a drill does with running rooms: says, answers, waits, and looks at what became of it.

Everything goes through the product's commands. This module must not touch mode REAL, and must not
wait for ever.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any  # what a command prints as JSON

from backchannel.drill.rooms import Person, Room, ask, run, start
from backchannel.errors import OfficerError

PATIENCE_S = 60.0
LOOK_S = 0.2
STOP_S = 20


@dataclass
class Station:
    """A room's running station; a drill may kill it and start it again."""

    room: Room
    process: "subprocess.Popen[str]"


@contextmanager
def running(room: Room) -> Iterator[Station]:
    """Run a room's station; stop it politely at the end, whatever happened."""
    station = Station(room, start(room))
    try:
        yield station
    finally:
        stop(station)


def stop(station: Station) -> None:
    """Ask a station to end and wait until it has."""
    if station.process.poll() is None:
        station.process.terminate()
        try:
            station.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            kill(station)


def kill(station: Station) -> None:
    """End a station with SIGKILL: it has no time to save anything."""
    os.kill(station.process.pid, signal.SIGKILL)
    station.process.wait()


def require(holds: bool, what: str) -> None:
    """Raise OfficerError unless what the drill claims is so."""
    if not holds:
        raise OfficerError("drill-failed", f"this did not come out: {what}")


def patiently(look: Callable[[], Any], what: str) -> Any:  # whatever is looked for
    """Return what `look` finds as soon as it finds something. Raises OfficerError."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        try:
            found = look()
        except OfficerError:
            found = None
        if found:
            return found
        time.sleep(LOOK_S)
    raise OfficerError("drill-failed", f"waited {PATIENCE_S:.0f} s for this: {what}")


def wait_for_voice(station: Station) -> None:
    """Wait until a station may speak and is connected."""

    def ready() -> bool:
        require(station.process.poll() is None, f"{station.room.party}'s station runs")
        said = ask("status", "--station", station.room.station)
        speaks = not any(mode["asking_s"] is not None for mode in said["modes"])
        return bool(speaks and said["stations"] and all(s["up"] for s in said["stations"]))

    patiently(ready, f"{station.room.party}'s station speaks")


def acting(verb: str, room: Room, about: str, officer: Person) -> list[object]:
    """Return the words of a command by which an officer answers a statement."""
    return [verb, about, "--station", room.station, "--officer", officer.key]


def act(verb: str, room: Room, about: str, officer: Person, *more: object) -> str:
    """Let an officer answer a statement; return the entry's id."""
    words = acting(verb, room, about, officer)
    return str(ask(*words[:2], *more, *words[2:], "--yes")["entry"])


def say(
    room: Room, text: str, mode: str, precedence: str, officers: Sequence[Person], *more: object
) -> str:
    """Let officers of a room say something; return the entry's id."""
    keys = [word for officer in officers for word in ("--officer", officer.key)]
    where = ("--station", room.station, "--mode", mode, "--precedence", precedence)
    return str(ask("say", text, *where, *keys, *more, "--yes")["entry"])


def until(room: Room, entry: str, rung: str) -> Any:  # a statement as the log shows it
    """Wait until a statement has climbed to a rung, as a room sees it; return the statement."""

    def look() -> Any:
        found = ask("show", entry, "--station", room.station)["line"]
        reached = [step["rung"] for ladder in found["ladders"] for step in ladder["rungs"]]
        return found if rung in reached else None

    return patiently(look, f"{rung} at {room.party}")


def wait_for_rendering(room: Room, entry: str) -> None:
    """Wait until a statement has a rendering in another language, as a room sees it."""

    def look() -> bool:
        return bool(ask("show", entry, "--station", room.station)["line"]["renderings"])

    patiently(look, f"the rendering at {room.party}")


def said_as(line: Any) -> str:
    """Return what a statement is called, as it is spoken."""
    return str(line["number"])


def ladder_lines(line: Any) -> list[str]:
    """Return the rungs of a statement, one line each."""
    return [
        f"{step['rung']:<13} {step['by']}"
        for ladder in line["ladders"]
        for step in ladder["rungs"]
    ]


def equal_records(first: Room, second: Room) -> tuple[Any, Any]:
    """Check both records until both rooms stand at the same heads; return both checks."""

    def look() -> Any:
        checks = [ask("check", "--station", room.station) for room in (first, second)]
        heads = [[(j["journal"], j["head"]) for j in check["journals"]] for check in checks]
        return checks if heads[0] == heads[1] else None

    found = patiently(look, "both rooms hold the same")
    return found[0], found[1]


def fails(*words: object) -> str:
    """Run a command that must be refused; return its error's text."""
    try:
        run(*words)
    except OfficerError as refused:
        return refused.text
    raise OfficerError("drill-failed", f"{words[0]} should have been refused")
