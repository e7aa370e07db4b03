"""One process that serves the lines of one or more station folders until it is told to stop.

This module must not decide anything: it opens what lies in a folder, starts the parts, and says
goodbye so that the next start knows the stop was clean.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import NamedTuple

from backchannel.clock import PacingClock
from backchannel.errors import OfficerError
from backchannel.path.postbag import OwnBox
from backchannel.station.api import Station
from backchannel.station.couriers import Couriers
from backchannel.station.dispatch import Dispatch
from backchannel.station.files import faults, read_file, replace, sync_folder
from backchannel.station.founding import place
from backchannel.station.handing import Handing
from backchannel.station.hooks import read_hooks
from backchannel.station.keyring import StationSecret, open_station
from backchannel.station.laying import make_paths
from backchannel.station.local import LOOPBACK, serve_local, serve_loopback
from backchannel.station.mailboxes import keep_announcing
from backchannel.station.runner import Custody, Runner
from backchannel.station.settings import Settings, load_settings
from backchannel.station.sweeping import keep_sweeping
from backchannel.station.timekeeper import Timekeeper
from backchannel.station.witnessing import Witnessing
from backchannel.store import sqlite
from backchannel.store.lines import line_ids
from backchannel.store.runmark import RunMark, open_run_mark

GOODBYE = "station.goodbye"

Report = Callable[[str], None]


class Opened(NamedTuple):
    """A station folder whose secrets are open: nothing runs yet."""

    folder: Path
    settings: Settings
    secret: StationSecret


def open_folder(folder: Path, passphrase: str) -> Opened:
    """Return a station folder with its secrets opened. Raises OfficerError, JunkError."""
    settings = load_settings(folder)
    return Opened(folder, settings, open_station(place(folder, settings.key_file), passphrase))


async def serve(opened: Sequence[Opened], clock: PacingClock, report: Report) -> None:
    """Serve the lines of all folders until SIGTERM or SIGINT.

    Raises OfficerError for what can be mended (port in use, not joined, already running), and
    CustodyError when a line can be kept no longer.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        lines = [stack.enter_context(ExitStack()) for _ in opened]
        tasks = [
            asyncio.ensure_future(serve_line(each, clock, report, held))
            for each, held in zip(opened, lines, strict=True)
        ]
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait((*tasks, stopping), return_when=asyncio.FIRST_COMPLETED)
        for task in (*tasks, stopping):
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result


async def serve_line(opened: Opened, clock: PacingClock, report: Report, held: ExitStack) -> None:
    """Serve one line until cancelled, then say goodbye."""
    custody, mark = open_custody(opened, held)
    runner = Runner(custody, clock, uncertainty_s=opened.settings.clock_uncertainty_s)
    paths = make_paths(opened.settings, opened.secret, clock, runner)
    dispatch = Dispatch(runner, paths)
    witnessing = Witnessing(runner)
    handing = Handing(runner, read_hooks(opened.settings.hooks))
    timekeeper = Timekeeper(runner)
    station = Station(runner, dispatch, witnessing, handing, timekeeper)
    keep_sweeping(runner)
    station.couriers = Couriers(runner, dispatch, OwnBox(opened.secret.mailbox, custody.line))
    keep_announcing(runner, opened.secret)
    clean = take_goodbye(opened.folder, runner.state.core.version)
    runner.begin(clean=clean, mark=mark)
    door = place(opened.folder, opened.settings.socket)
    parts: tuple[Coroutine[None, None, None], ...] = (
        runner.run(),
        dispatch.run(),
        witnessing.run(),
        handing.run(),
        timekeeper.run(),
        serve_local(station, door),
    )
    if opened.settings.loopback:
        token = place(opened.folder, opened.settings.token)
        parts = (*parts, serve_with_token(station, opened.settings.loopback, token, clock))
    tasks = [asyncio.ensure_future(part) for part in parts]
    report(f"{opened.settings.name}: the line is served; commands find it at {door}")
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if runner.failure is None:
            say_goodbye(opened.folder, runner.state.core.version)


async def serve_with_token(station: Station, port: int, path: Path, clock: PacingClock) -> None:
    """Serve a station on loopback to whoever can read the file of this start's token.

    Raises OfficerError: "loopback-taken".
    """
    with socket.socket() as listening, ExitStack() as closing:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((LOOPBACK, port))
        except OSError as fault:
            raise OfficerError(
                "loopback-taken", f"{LOOPBACK} port {port}: {fault.strerror}; set another loopback"
            ) from None
        token = clock.entropy().hex()
        replace(path, token.encode())
        closing.callback(path.unlink, missing_ok=True)
        await serve_loopback(station, listening, token)


def open_custody(opened: Opened, held: ExitStack) -> tuple[Custody, RunMark | None]:
    """Open database and run mark of a folder; `held` closes them. Raises OfficerError."""
    folder, settings = opened.folder, opened.settings
    path = place(folder, settings.database)
    if not path.is_file():
        raise OfficerError("not-joined", f"{folder} holds no line yet: station join comes first")
    database = held.enter_context(sqlite.open(path))
    lines = line_ids(database)
    if not lines:
        raise OfficerError("not-joined", f"{folder} holds no line yet: station join comes first")
    if not settings.run_mark:
        return Custody(database, lines[0], opened.secret.wrap_key), None
    file, mark = open_run_mark(place(folder, settings.run_mark), lines[0])
    held.callback(file.close)
    return Custody(database, lines[0], opened.secret.wrap_key, file), mark


def take_goodbye(folder: Path, version: int) -> bool:
    """Say whether the last run said goodbye to this very state, and take the word back.

    The word names the version it was said of: beside an older database it counts for nothing.
    """
    path = folder / GOODBYE
    if not path.is_file():
        return False
    said = read_file(path)
    with faults(path):
        path.unlink()
        sync_folder(folder)
    return said == goodbye_of(version)


def say_goodbye(folder: Path, version: int) -> None:
    """Leave word that this stop was clean, durably."""
    replace(folder / GOODBYE, goodbye_of(version))


def goodbye_of(version: int) -> bytes:
    """Return the word that a clean stop leaves."""
    return b"stopped cleanly at version %d\n" % version
