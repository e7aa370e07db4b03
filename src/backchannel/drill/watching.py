"""What a drill does with running rooms: says, answers, waits, and looks at what became of it.

Everything goes through the product's commands. This module must not touch mode REAL, and must not
wait for ever.
"""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import NamedTuple, TypeVar

from backchannel.clock import SystemClock
from backchannel.drill.rooms import Person, Room, start
from backchannel.errors import OfficerError
from backchannel.station.asked import CheckReport
from backchannel.station.client import client_in
from backchannel.station.dutyreports import DutyReport
from backchannel.station.reports import Rendering, StatementReport

Found = TypeVar("Found")

PATIENCE_S = 60.0
LOOK_S = 0.2
STOP_S = 20


class Manner(NamedTuple):
    """How something is said: its mode and its precedence."""

    mode: str
    precedence: str


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


def patiently(
    look: Callable[[], Found | None], what: str, patience_s: float | None = None
) -> Found:
    """Return what `look` finds as soon as it finds something. Raises OfficerError."""
    clock, pause = SystemClock(), Event()
    patience_s = PATIENCE_S if patience_s is None else patience_s
    until_s = clock.running() + patience_s
    while clock.running() < until_s:
        try:
            found = look()
        except OfficerError:
            found = None
        if found:
            return found
        pause.wait(LOOK_S)
    raise OfficerError("drill-failed", f"waited {patience_s:.0f} s for this: {what}")


def wait_for_voice(station: Station) -> None:
    """Wait until a station that is a process may speak in every mode and is connected."""

    def ready() -> bool:
        require(station.process.poll() is None, f"{station.room.party}'s station runs")
        return speaks(station.room)

    patiently(ready, f"{station.room.party}'s station speaks")


def until_speaking(room: Room) -> None:
    """Wait until a room's station may speak in every mode and is connected."""
    patiently(lambda: speaks(room), f"{room.party}'s station speaks")


def speaks(room: Room) -> bool:
    """Say whether a room's station may speak in every mode and is connected."""
    said = client_in(room.station).status()
    asked = all(mode.asking_s is None for mode in said.modes)
    return asked and bool(said.stations) and all(other.up for other in said.stations)


def act(verb: str, room: Room, about: str, officer: Person, *more: object) -> str:
    """Let an officer answer a statement; return the entry's id."""
    who = ("--station", room.station, "--officer", officer.key)
    return entered(room, verb, about, *more, *who)


def say(room: Room, text: str, manner: Manner, officers: Sequence[Person], *more: object) -> str:
    """Let officers of a room say something; return the entry's id."""
    keys = [word for officer in officers for word in ("--officer", officer.key)]
    how = ("--mode", manner.mode, "--precedence", manner.precedence)
    return entered(room, "say", text, "--station", room.station, *how, *keys, *more)


def entered(room: Room, *words: object) -> str:
    """Run a command that enters a statement; return the entry's id."""
    return str(json.loads(room.run(*words, "--yes", "--json"))["entry"])


def refusal(room: Room, reason: str, *words: object) -> str:
    """Run a command that must be refused for a reason; return what it said last. Raises
    OfficerError if it was not."""
    try:
        room.run(*words)
    except OfficerError as fault:
        last = fault.text.strip().splitlines()[-1]
        require(last.endswith(f"[{reason}]"), f"{words[0]} is refused as {reason}: {last}")
        return last
    raise OfficerError("drill-failed", f"this was not refused: {words[0]}")


def look_at(room: Room, entry: str) -> StatementReport:
    """Return a statement as a room's station shows it. Raises OfficerError."""
    return client_in(room.station).show(entry)


def until(room: Room, entry: str, rung: str) -> StatementReport:
    """Wait until a statement has climbed to a rung, as a room sees it; return the statement."""

    def look() -> StatementReport | None:
        found = look_at(room, entry)
        reached = [step.rung for ladder in found.line.ladders for step in ladder.rungs]
        return found if rung in reached else None

    return patiently(look, f"{rung} at {room.party}")


def until_rendered(room: Room, entry: str) -> Rendering:
    """Wait until a statement has a rendering in another language; return it."""

    def look() -> Rendering | None:
        return next(iter(look_at(room, entry).line.renderings), None)

    return patiently(look, f"the rendering at {room.party}")


def until_manned(room: Room) -> DutyReport:
    """Wait until a room sees an officer on watch at the other end; return who."""

    def look() -> DutyReport | None:
        found = client_in(room.station).status().watch
        return next((each for each in found if each.officer and each.party != room.party), None)

    return patiently(look, f"a manned room at the other end of {room.party}")


def until_cosigned(room: Room, mode: str) -> None:
    """Wait until all stations have cosigned the newest minute of a mode, as a room sees it."""

    def look() -> bool:
        modes = client_in(room.station).status().modes
        minute = next(each.minute for each in modes if each.mode == mode.upper())
        return minute is not None and all(
            each.signed == minute.checkpoints for each in minute.cosigners
        )

    patiently(look, f"the minute at {room.party}")


def until_disclosed(room: Room, entry: str) -> str:
    """Wait until a room's record says that a statement was disclosed; return what it says."""

    def look() -> str | None:
        return next(iter(look_at(room, entry).line.disclosed), None)

    return patiently(look, f"the disclosure at {room.party}")


def ladder_lines(found: StatementReport) -> list[str]:
    """Return the rungs of a statement, one line each."""
    return [f"{step.rung:<13} {step.by}" for ladder in found.line.ladders for step in ladder.rungs]


def checked(room: Room) -> CheckReport:
    """Have a room's station verify its whole record from the disk; return what it found."""
    reports = [news.report for news in client_in(room.station).check() if news.report]
    return reports[-1]


def equal_records(first: Room, second: Room) -> tuple[CheckReport, CheckReport]:
    """Check both records until both rooms stand at the same heads; return both checks."""

    def look() -> tuple[CheckReport, CheckReport] | None:
        one, two = checked(first), checked(second)
        heads = [[(j.journal, j.head) for j in check.journals] for check in (one, two)]
        return (one, two) if heads[0] == heads[1] else None

    return patiently(look, "both rooms hold the same")
