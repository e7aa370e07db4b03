"""Two rooms that reach each other by relays: real stations, real HTTP, and relays that may lie."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

from tests.cast import Cast, found_cast, seed
from tests.relay.boxes import WORD
from tests.station.house import (
    LOOPBACK,
    NOW,
    Room,
    SteadyClock,
    advance,
    enrol_post,
    free_ports,
    kept,
    start,
    stop,
)

from backchannel.charter.paths import Latency, PathKind, Profile
from backchannel.charter.paths import Path as Agreed
from backchannel.clock import SystemClock
from backchannel.line.events import AddressChanged, Given, Moment
from backchannel.line.founding import frames_of
from backchannel.line.rows import EntryRow
from backchannel.path import Clocks, Direction
from backchannel.path import Path as AnyPath
from backchannel.path.direct import DirectPath
from backchannel.path.postbag import OwnBox
from backchannel.path.relayed import RelayedPath, RelayPlace
from backchannel.path.request import parse_server
from backchannel.path.tls import Identity
from backchannel.relay.app import make_app
from backchannel.relay.counter import RelayCounter
from backchannel.relay.mailbox import Quota
from backchannel.relay.mailstore import Mailstore
from backchannel.relay.server import Doorkeeper, listen_at, make_server, serve
from backchannel.relay.sqlite import SqliteDatabase
from backchannel.station.api import Station
from backchannel.station.dispatch import Dispatch
from backchannel.station.handing import Handing
from backchannel.station.runner import Runner
from backchannel.station.sweeping import keep_sweeping
from backchannel.station.timekeeper import Timekeeper
from backchannel.station.witnessing import Witnessing
from backchannel.wire.primitives import make_certificate, sha256, x25519_public

PATHS = (
    Agreed(1, PathKind.DIRECT, (0, 1)),
    Agreed(2, PathKind.RELAY, (0, 1), profile=Profile.CAPSULES),
    Agreed(3, PathKind.RELAY, (0, 1), profile=Profile.CAPSULES),
    Agreed(4, PathKind.COURIER, (0, 1), profile=Profile.CAPSULES, latency=Latency.COURIER),
)
ROOMY = Quota(box_capsules=1_000, box_bytes=1 << 26, all_bytes=1 << 28, keep_days=3)
# So that a path which takes and does not carry is given up soon.
HASTY = Clocks(patience_s=0.5)
BOXES = tuple(seed(f"mailbox/{party}") for party in (0, 1))


@contextlib.asynccontextmanager
async def relay(
    folder: Path, *, kind: type[Mailstore] = Mailstore, quota: Quota = ROOMY, port: int = 0
) -> AsyncIterator[int]:
    """A relay that serves inside this loop, with mailboxes of some kind; its port."""
    with (
        closing(kind(SqliteDatabase(folder / "relay.db"), quota)) as store,
        listen_at(LOOPBACK, port) as door,
    ):
        counter, keeper = RelayCounter(store, (WORD,), SystemClock()), Doorkeeper()
        one = make_server(make_app(counter, keeper.admit), keeper.protocol()), door
        serving = asyncio.ensure_future(serve([one], counter.run(), counter.dismiss))
        try:
            yield door.getsockname()[1]
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


def relay_place(number: int, port: int) -> RelayPlace:
    return RelayPlace(number, parse_server(f"http://{LOOPBACK}:{port}", None), WORD)


def introduced(cast: Cast, ports: Sequence[int]) -> list[Identity]:
    """Let each station announce its address and its mailbox key, and hand it to the other."""
    enrol_post(cast, "duty officer", "marsh")
    identities = []
    for party, port in enumerate(ports):
        identity = Identity(*make_certificate(seed(f"certificate/{party}")))
        identities.append(identity)
        pin = sha256(identity.certificate)
        said = [(1, f"{LOOPBACK}:{port}")]
        said += [(number, x25519_public(BOXES[party]).hex()) for number in (2, 3, 4)]
        for path, text in said:
            at = Moment(NOW, 0, seed(f"address/{party}/{path}"))
            advance(cast, party, AddressChanged(at=at, path=path, text=text, certificate=pin))
    for party in (0, 1):
        ours = [r for r in cast.rows[party] if isinstance(r, EntryRow) and r.no % 16 == party]
        office, stations = tuple(cast.offices[party].frames), frames_of(ours)
        for other in (0, 1):
            at = Moment(NOW, 0, seed(f"told/{party}/{other}"))
            frames = office if other == party else (*office, *stations)
            advance(cast, other, Given(at=at, frames=frames))
    return identities


def open_room(folder: Path, cast: Cast, party: int, paths: Sequence[AnyPath]) -> Room:
    """A room whose parts are made and not started."""
    clock = SteadyClock()
    runner = Runner(kept(folder, cast, party), clock)
    dispatch = Dispatch(runner, paths)
    witnessing, handing, timekeeper = Witnessing(runner), Handing(runner, ()), Timekeeper(runner)
    station = Station(runner, dispatch, witnessing, handing, timekeeper)
    keep_sweeping(runner)
    return Room(*(party, cast, station, runner, dispatch, clock), witnessing, handing, timekeeper)


@contextlib.asynccontextmanager
async def rooms_by_relay(
    folder: Path, relays: Sequence[RelayPlace], *, direct: bool = False
) -> AsyncIterator[tuple[Room, Room]]:
    """Alder and Birch with some relays between, and the direct path or not."""
    cast = found_cast(paths=PATHS)
    ports = free_ports()
    identities = introduced(cast, ports)
    made = []
    for party, identity in enumerate(identities):
        clock = SteadyClock()
        own = OwnBox(BOXES[party], cast.line)
        paths: list[AnyPath] = [
            RelayedPath(place, own, clock=clock, direction=Direction.BOTH, clocks=HASTY)
            for place in relays
        ]
        if direct:
            listen = ((LOOPBACK, ports[party]),)
            paths.append(DirectPath("direct", identity, listen=listen, clock=clock))
        made.append(open_room(folder, cast, party, paths))
    for room in made:
        start(room)
    try:
        for room in made:
            await room.speaks()
        yield made[0], made[1]
    finally:
        for room in made:
            await stop(room)
