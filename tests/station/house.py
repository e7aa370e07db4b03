"""Two rooms on one machine: Alder and Birch with real stores, runners, dispatches and paths.

Everything is the product's own, but for the keys, which come from seeds, and the date, which is the
cast's. Each party has the officers first and second, and marsh, who fills the post duty officer.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tests.cast import NOW, OFFICER_POWERS, YEAR, Cast, found_cast, seed

from backchannel.charter.credentials import Credential, CredentialKind, pack_body
from backchannel.charter.events import pack_issue
from backchannel.charter.signatures import pack_signatures
from backchannel.clock import SystemClock
from backchannel.line.drafting import Level, Plan, Reference, answer_body, compose, message_body
from backchannel.line.events import AddressChanged, Given, Moment
from backchannel.line.founding import frames_of
from backchannel.line.rows import EntryRow
from backchannel.line.state import Core
from backchannel.line.step import step
from backchannel.path import Path as Way
from backchannel.path.direct import DirectPath
from backchannel.path.tls import Identity
from backchannel.station.api import Station
from backchannel.station.asked import Entered, LogQuery, Order, Release
from backchannel.station.dispatch import Dispatch
from backchannel.station.handing import Handing
from backchannel.station.hooks import Hook
from backchannel.station.orders import Action, Ordered, pack_order, sign_order
from backchannel.station.reports import LogLine, StatementReport
from backchannel.station.runner import Custody, Runner
from backchannel.station.sweeping import keep_sweeping
from backchannel.station.timekeeper import Timekeeper
from backchannel.station.witnessing import Witnessing
from backchannel.store import sqlite
from backchannel.store.lines import Founded, create_line
from backchannel.store.runmark import open_run_mark
from backchannel.wire.ids import CredentialId, EntryId, credential_id
from backchannel.wire.primitives import make_certificate, sha256
from backchannel.wire.signing import Context, Mode, Purpose, sign
from backchannel.wire.statement import Kind, Precedence

# A bound on failure only: what works is done in a fraction of it.
PATIENCE_S = 60.0
PAUSE_S = 0.005
LOOPBACK = "127.0.0.1"
LANGUAGES = ("en", "fr")

Result = TypeVar("Result")


class SteadyClock(SystemClock):
    """The machine's clock, but for the date: that of the cast, and as much later as a test says."""

    def __init__(self) -> None:
        self.skipped_s = 0
        self._start = self.running()
        self.later_s = 0

    def running(self) -> float:
        return super().running() + self.skipped_s

    def now(self) -> int:
        return NOW + self.later_s + int(self.running() - self._start)


@dataclass
class Room:
    """One party's station with all its parts, and the keys of its people."""

    party: int
    cast: Cast
    station: Station
    runner: Runner
    dispatch: Dispatch
    clock: SteadyClock
    witnessing: Witnessing
    handing: Handing
    timekeeper: Timekeeper
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def core(self) -> Core:
        return self.runner.state.core

    @property
    def database(self) -> Path:
        return Path(self.runner.custody.database.path)

    def officer(self, name: str) -> CredentialId:
        return self.cast.offices[self.party].officers[name][0]

    # --- Speaking ---------------------------------------------------------------------------------

    def plan(self, text: str = "", **changes: object) -> Plan:
        """What makes a message of this party's first officer."""
        values: dict[str, object] = {
            "kind": Kind.MESSAGE,
            "to": 1 << (1 - self.party),
            "precedence": Precedence.ROUTINE,
            "category": 0,
            "drafted": self.clock.now(),
            "signers": (self.officer("first"),),
            "body": message_body(text) if text else (),
            "language": LANGUAGES[self.party],
        }
        return Plan(**{**values, **changes})  # type: ignore[arg-type]

    def sign(self, plan: Plan, mode: Mode = Mode.REAL) -> Release:
        """A plan composed, and signed by all its signers."""
        drafted = compose(plan, self.clock.entropy()[:16])
        context = Context(Purpose.STATEMENT, self.cast.line, mode)
        secrets = {
            made: keys.secret for made, keys in self.cast.offices[self.party].officers.values()
        }
        return Release(
            mode.name,
            drafted.statement.hex(),
            tuple(sign(secrets[each], context, drafted.statement).hex() for each in plan.signers),
            drafted.content.hex(),
        )

    async def say(self, text: str, mode: Mode = Mode.REAL, **changes: object) -> Entered:
        """Release a message."""
        return await self.station.release(self.sign(self.plan(text, **changes), mode))

    async def answer(
        self,
        about: StatementReport,
        kind: Kind,
        body: tuple,
        **changes: object,  # type: ignore[type-arg]
    ) -> Entered:
        """Release an answer to a statement, in its mode."""
        values = {"kind": kind, "body": body, "category": 5, "refs": (entry_of(about),)}
        plan = self.plan(**{**values, **changes})
        return await self.station.release(self.sign(plan, Mode[about.line.words.mode]))

    async def acknowledge(self, about: StatementReport, **changes: object) -> Entered:
        """Acknowledge a statement."""
        body = answer_body(reference(about), Level.ACKNOWLEDGED, self.clock.now())
        return await self.answer(about, Kind.ACK, body, **changes)

    # --- Waiting ----------------------------------------------------------------------------------

    async def until(self, wanted: Callable[[], object]) -> None:
        """Wait until something is so."""
        while not wanted():
            await asyncio.sleep(PAUSE_S)

    async def speaks(self) -> None:
        """Wait until the start is over in every mode."""
        await self.until(lambda: self.core.starts and not self.core.asking)

    async def lines(self, **query: object) -> tuple[LogLine, ...]:
        """The log, newest first."""
        return (await self.station.log(LogQuery(**query))).lines  # type: ignore[arg-type]

    async def line(self, entry: str) -> LogLine | None:
        """A statement as the log shows it, if it is held."""
        return next((line for line in await self.lines() if line.entry == entry), None)

    async def shows(self, entry: str) -> StatementReport:
        """Wait until a statement is held, and return it."""
        while await self.line(entry) is None:
            await asyncio.sleep(PAUSE_S)
        return await self.station.show(entry)

    async def reaches(self, entry: str, rung: str) -> StatementReport:
        """Wait until a statement has climbed to a rung, and return it."""
        while rung not in rungs(await self.line(entry)):
            await asyncio.sleep(PAUSE_S)
        return await self.station.show(entry)


async def agreed(one: Room, other: Room) -> None:
    """Wait until two rooms hold the same heads and owe each other nothing."""

    def all_is_held() -> bool:
        heads = [{j.no: j.seq for j in room.core.journals.values()} for room in (one, other)]
        owed = one.core.due or other.core.due or one.core.unsealed or other.core.unsealed
        return heads[0] == heads[1] and not owed

    await one.until(all_is_held)


def rungs(line: LogLine | None) -> set[str]:
    """The rungs that a statement has reached with anybody."""
    return {step.rung for each in line.ladders for step in each.rungs} if line else set()


def entry_of(about: StatementReport) -> EntryId:
    return EntryId(bytes.fromhex(about.line.entry))


def reference(about: StatementReport) -> Reference:
    """What an answer to a statement names."""
    return Reference(entry_of(about), bytes.fromhex(about.croot))


def order_by(room: Room, action: Action, *names: str, mode: Mode = Mode.REAL) -> Order:
    """An order as officers give it now."""
    nonce = bytes.fromhex(room.station.desk(mode).nonce)
    raw = pack_order(Ordered(action, mode, nonce))
    people = [room.cast.offices[room.party].officers[name] for name in names]
    signatures = tuple(
        (made.hex(), sign_order(room.cast.line, raw, keys.secret).hex()) for made, keys in people
    )
    return Order(raw.hex(), signatures)


def run(work: Coroutine[None, None, Result]) -> Result:
    """Run a test's coroutine, for so long at most."""

    async def bounded() -> Result:
        async with asyncio.timeout(PATIENCE_S):
            return await work

    return asyncio.run(bounded())


# --- Founding -------------------------------------------------------------------------------------


def enrol_post(cast: Cast, name: str, *officers: str) -> None:
    """Let each office issue a post, and officers who fill it."""
    for office in cast.offices:
        post = Credential(
            kind=CredentialKind.POST,
            name=name,
            since=NOW - YEAR,
            until=NOW + YEAR,
            powers=int(OFFICER_POWERS),
            classes=(0, 1, 2, 3, 4, 5),
            modes=(1, 2, 3),
        )
        office.enter(pack_issue(pack_body(post), (None, None)))
        for officer in officers:
            office.enrol_officer(officer, posts=(credential_id(pack_body(post)),))


def introduce(cast: Cast, ports: tuple[int, ...]) -> list[Identity]:
    """Let each station announce where it is, and hand the other what it wrote so far."""
    enrol_post(cast, "duty officer", "marsh")
    identities = []
    for party, port in enumerate(ports):
        identity = Identity(*make_certificate(seed(f"certificate/{party}")))
        identities.append(identity)
        at = Moment(NOW, 0, seed(f"address/{party}"))
        pin = sha256(identity.certificate)
        address = AddressChanged(at=at, path=1, text=f"{LOOPBACK}:{port}", certificate=pin)
        advance(cast, party, address)
    for party in range(len(ports)):
        ours = [r for r in cast.rows[party] if isinstance(r, EntryRow) and r.no % 16 == party]
        office, stations = tuple(cast.offices[party].frames), frames_of(ours)
        for other in range(len(ports)):
            at = Moment(NOW, 0, seed(f"told/{party}/{other}"))
            frames = office if other == party else (*office, *stations)
            advance(cast, other, Given(at=at, frames=frames))
    return identities


def advance(cast: Cast, party: int, event: AddressChanged | Given) -> None:
    """Let something happen at a station before it starts."""
    cast.states[party], rows = step(cast.states[party], event)
    cast.rows[party] += rows


def kept(folder: Path, cast: Cast, party: int) -> Custody:
    """A party's founded line in a database of its own, with a run mark."""
    name = cast.offices[party].name.lower()
    database = sqlite.open(folder / f"{name}.db")
    state = cast.states[party]
    create_line(
        database,
        Founded(cast.line, party, cast.charter, pack_signatures(cast.signatures)),
        wrap_key=seed(f"wrap/{party}"),
        core=state.core,
        secrets=state.secrets,
        rows=cast.rows[party],
    )
    file, _ = open_run_mark(folder / f"{name}.mark", cast.line)
    return Custody(database, cast.line, seed(f"wrap/{party}"), file)


# --- Running --------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def rooms(
    folder: Path, cast: Cast | None = None, hooks: Sequence[Hook] = ()
) -> AsyncIterator[tuple[Room, Room]]:
    """Alder and Birch, each with its own store, connected over loopback and free to speak. Birch
    has the hooks."""
    cast = cast or found_cast()
    ports = free_ports()
    identities = introduce(cast, ports)
    made = [open_room(folder, cast, p, identities[p], ports[p], tuple(hooks) * p) for p in (0, 1)]
    for room in made:
        start(room)
    try:
        for room in made:
            await room.speaks()
        yield made[0], made[1]
    finally:
        for room in made:
            await stop(room)


@contextlib.asynccontextmanager
async def lone_room(folder: Path, party: int = 0) -> AsyncIterator[Room]:
    """One room that has just started, and whose partner does not run: it is still asking."""
    cast = found_cast()
    ports = free_ports()
    identities = introduce(cast, ports)
    room = open_room(folder, cast, party, identities[party], ports[party])
    start(room, clean=False)
    try:
        await room.until(lambda: room.core.asking)
        yield room
    finally:
        await stop(room)


def open_room(
    folder: Path,
    cast: Cast,
    party: int,
    identity: Identity,
    port: int,
    hooks: Sequence[Hook] = (),
) -> Room:
    """A room whose parts are made and not started."""
    clock = SteadyClock()
    runner = Runner(kept(folder, cast, party), clock)
    path = DirectPath("direct", identity, listen=((LOOPBACK, port),), clock=clock)
    return furnish(party, cast, runner, (path,), hooks=hooks)


def furnish(
    party: int, cast: Cast, runner: Runner, paths: Sequence[Way], *, hooks: Sequence[Hook] = ()
) -> Room:
    """A room around a runner that has these paths."""
    clock = runner.clock
    assert isinstance(clock, SteadyClock)
    dispatch = Dispatch(runner, paths)
    witnessing = Witnessing(runner)
    handing = Handing(runner, hooks)
    timekeeper = Timekeeper(runner)
    station = Station(runner, dispatch, witnessing, handing, timekeeper)
    keep_sweeping(runner)
    return Room(*(party, cast, station, runner, dispatch, clock), witnessing, handing, timekeeper)


def start(room: Room, *, clean: bool = True) -> None:
    """Start the parts of a room."""
    room.runner.begin(clean=clean, mark=None)
    errands = (room.witnessing.run(), room.handing.run(), room.timekeeper.run())
    parts = (room.runner.run(), room.dispatch.run(), *errands)
    room.tasks += [asyncio.create_task(part) for part in parts]


async def stop(room: Room) -> None:
    """Stop a room and close its store."""
    for task in room.tasks:
        task.cancel()
    results = await asyncio.gather(*room.tasks, return_exceptions=True)
    room.runner.custody.database.close()
    if room.runner.custody.mark is not None:
        room.runner.custody.mark.close()
    for result in results:
        if isinstance(result, Exception):
            raise result


def free_ports() -> tuple[int, int]:
    """Two ports that nobody listens on now."""
    with socket.socket() as one, socket.socket() as two:
        for each in (one, two):
            each.bind((LOOPBACK, 0))
        return one.getsockname()[1], two.getsockname()[1]
