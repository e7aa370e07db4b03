"""A line whose direct path is cut goes on over a byte pipe of 300 bit/s."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cast import Cast, found_cast, seed
from tests.path.modem import HurriedClock, Modems, modems
from tests.station.house import (
    LOOPBACK,
    Room,
    SteadyClock,
    free_ports,
    furnish,
    introduce,
    kept,
    run,
    start,
    stop,
)
from tests.station.test_timekeeper import again, dues, ladder, later, looked, silent

from backchannel.charter.paths import Latency, PathKind
from backchannel.charter.paths import Path as Agreed
from backchannel.charter.policy import DEFAULT_CLOCKS
from backchannel.errors import OfficerError
from backchannel.line.epochs import courier_keys
from backchannel.path import Path as Way
from backchannel.path.tls import Identity
from backchannel.station import pathnews
from backchannel.station.keyring import StationSecret
from backchannel.station.ladderreports import ClockReport
from backchannel.station.laying import make_paths
from backchannel.station.pathwords import newest_words
from backchannel.station.runner import Runner
from backchannel.station.settings import Settings
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence

DIRECT, SERIAL = 1, 3
TIMES = 60.0
PATHS = (
    Agreed(DIRECT, PathKind.DIRECT, (0, 1)),
    Agreed(SERIAL, PathKind.SERIAL, (0, 1), latency=Latency.SLOW),
)


def with_package(cast: Cast) -> Cast:
    """The cast after both rooms have taken a courier package."""
    key = courier_keys(cast.line, seed("package"), 1)
    for party in (0, 1):
        state = cast.states[party]
        cast.states[party] = replace(state, secrets=replace(state.secrets, courier={1: key}))
    return cast


@contextlib.asynccontextmanager
async def rooms_with_pipe(folder: Path, options: str) -> AsyncIterator[tuple[Room, Room, Modems]]:
    """Alder and Birch with the direct path and a byte pipe between them."""
    cast = with_package(found_cast(paths=PATHS))
    ports = free_ports()
    identities = introduce(cast, ports)
    async with modems() as pipe:
        made = []
        for party in (0, 1):
            named = (f"{SERIAL} serial {pipe.places[party]} {options}",)
            settings = settings_of(ports[party], named)
            runner = Runner(kept(folder, cast, party), SteadyClock())
            made.append(furnish(party, cast, runner, lay(settings, identities[party], runner)))
        for room in made:
            start(room)
        try:
            for room in made:
                await room.speaks()
            yield made[0], made[1], pipe
        finally:
            for room in made:
                await stop(room)


def settings_of(port: int, paths: tuple[str, ...]) -> Settings:
    """The settings of a station with some paths."""
    return Settings("Alder one", "Alder", (f"{LOOPBACK}:{port}",), paths=paths)


def lay(settings: Settings, identity: Identity, runner: Runner) -> tuple[Way, ...]:
    """The paths of a station, as its process makes them, by a clock that hurries."""
    secret = StationSecret({}, bytes(32), identity.certificate, identity.private_key, bytes(32))
    return make_paths(settings, secret, HurriedClock(TIMES), runner)


async def cut_direct(*rooms: Room) -> None:
    """Cut the direct path of rooms, for good."""
    for room in rooms:
        await room.dispatch.paths[DIRECT].stop()
    for room in rooms:
        (other,) = room.dispatch.stations_up()
        await room.until(
            lambda r=room, o=other: [t.number for t in r.dispatch.paths_up(o)] == [SERIAL]
        )


@pytest.mark.parametrize("options", ["300", "1200 half-duplex"])
def test_a_flash_and_its_receipt_go_by_the_pipe_when_the_direct_path_is_cut(
    tmp_path: Path, options: str
) -> None:
    """PATH-60, PATH-63: and beside the statement stands by which path each copy came."""

    async def story() -> None:
        async with rooms_with_pipe(tmp_path, options) as (alder, birch, _):
            before = await alder.say("All is calm.")
            await alder.reaches(before.entry, "held")
            await cut_direct(alder, birch)
            said = await alder.say("Fire on the ridge, ours.", precedence=Precedence.FLASH)
            assert (await birch.shows(said.entry)).line.words.text == "Fire on the ridge, ours."
            await alder.reaches(said.entry, "held")
            for room in (alder, birch):
                room.dispatch.copies.keep()
            sent = await alder.station.show(said.entry)
            came = await birch.station.show(said.entry)
            assert {(c.path, c.number, c.came) for c in sent.copies} == {("serial", SERIAL, False)}
            assert {(c.number, c.came) for c in came.copies} == {(SERIAL, True)}
            assert {c.number for r in sent.receipts for c in r.copies} == {SERIAL}

    run(story())


def test_routine_keeps_to_the_direct_path_while_it_is_there_and_flash_goes_by_both(
    tmp_path: Path,
) -> None:
    """PATH-60."""

    async def story() -> None:
        async with rooms_with_pipe(tmp_path, "9600") as (alder, birch, _):
            (other,) = alder.dispatch.stations_up()
            await alder.until(lambda: len(alder.dispatch.paths_up(other)) == len(PATHS))
            calm = await alder.say("All is calm.")
            await alder.reaches(calm.entry, "held")
            flash = await alder.say("Fire on the ridge.", precedence=Precedence.FLASH)
            await birch.shows(flash.entry)
            await alder.reaches(flash.entry, "held")
            alder.dispatch.copies.keep()
            by_path = {
                each.entry: {c.number for c in (await alder.station.show(each.entry)).copies}
                for each in (calm, flash)
            }
            assert by_path == {calm.entry: {DIRECT}, flash.entry: {DIRECT, SERIAL}}
            reports = alder.station.status().paths
            assert [(p.number, p.latency, p.rate_bps) for p in reports] == [
                (DIRECT, "fast", 0),
                (SERIAL, "slow", 9_600),
            ]

    run(story())


class HeldAir:
    """Air on which bytes are still under way until it is opened: then they come before the next."""

    def __init__(self) -> None:
        self.open = False
        self._waiting = b""

    def __call__(self, data: bytes) -> bytes:
        self._waiting += data
        arrived = self._waiting if self.open else b""
        self._waiting = self._waiting[len(arrived) :]
        return arrived


def ups(room: Room) -> set[int]:
    """The paths that are up by what a room has entered."""
    no = room.core.own[Mode.REAL]
    seq, now = room.core.journals[no].seq, room.clock.now()
    found = newest_words(room.runner.custody, room.runner.state, no, seq, time=now)
    return {each.path for each in found.values() if each.up}


async def receipt_clock(room: Room, entry: str) -> ClockReport:
    """When a receipt for a statement is due."""
    return (await ladder(room, entry)).clocks[0]


@pytest.mark.parametrize("mode", [Mode.REAL, Mode.EXERCISE])
def test_a_receipt_by_the_pipe_alone_has_the_time_of_a_slow_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    """NOTICE-94: what is still on the air is not *not delivered*, and both rooms find the same."""
    monkeypatch.setattr(pathnews, "FLAP_S", 0.0)
    targets = DEFAULT_CLOCKS[0]

    async def story() -> None:
        async with rooms_with_pipe(tmp_path, "9600") as (alder, birch, pipe):
            await alder.until(lambda: ups(alder) == {DIRECT, SERIAL})
            quick = await alder.say("All is calm.", mode, precedence=Precedence.FLASH)
            await alder.reaches(quick.entry, "held")
            later(2, alder)
            await cut_direct(alder, birch)
            await alder.until(lambda: ups(alder) == {SERIAL})
            air = pipe.air[0] = HeldAir()
            said = await alder.say("Fire.", mode, precedence=Precedence.FLASH)
            later(targets.held_slow_s - 10, alder)
            assert len(await dues(alder)) > 0
            await looked(alder)
            waiting = await ladder(alder, said.entry)
            assert not waiting.non_answers and not waiting.clocks[0].overdue
            later(11, alder)
            await silent(alder, said.entry)
            air.open = True
            await birch.shows(said.entry)
            found = [(await silent(room, said.entry)).non_answers for room in (alder, birch)]
            assert found[0] == found[1]
            assert [(n.duty, n.finding, n.supported) for n in found[0]] == [
                ("receipt", "not delivered", True)
            ]
            for entry, wanted_s in (
                (quick.entry, targets.held_fast_s),
                (said.entry, targets.held_slow_s),
            ):
                clocks = [await receipt_clock(room, entry) for room in (alder, birch)]
                assert [c.due - c.since for c in clocks if c.due and c.since] == [wanted_s] * 2

    run(story())


def test_what_a_former_run_left_as_up_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NOTICE-95: a path that does not come up again after a start is entered as down."""
    monkeypatch.setattr(pathnews, "FLAP_S", 0.2)

    async def story() -> None:
        async with rooms_with_pipe(tmp_path, "9600") as (alder, birch, _):
            await alder.until(lambda: ups(alder) == {DIRECT, SERIAL})
            await birch.dispatch.paths[DIRECT].stop()
            await again(alder, dark_s=0)
            await alder.until(lambda: ups(alder) == {SERIAL})

    run(story())


@pytest.mark.parametrize(
    ("package", "paths", "reason"),
    [
        (True, "4 serial tcp:127.0.0.1:7 300", "path-not-agreed"),
        (False, "3 serial tcp:127.0.0.1:7 300", "no-courier-package"),
    ],
)
def test_a_path_that_cannot_be_had_is_refused_at_the_start(
    tmp_path: Path, package: bool, paths: str, reason: str
) -> None:
    """PATH-60, PATH-70."""
    cast = found_cast(paths=PATHS)
    identities = introduce(with_package(cast) if package else cast, (1, 2))
    runner = Runner(kept(tmp_path, cast, 0), SteadyClock())
    with pytest.raises(OfficerError) as caught:
        lay(settings_of(7, (paths,)), identities[0], runner)
    assert caught.value.reason == reason
