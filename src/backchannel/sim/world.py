"""A world that goes wrong, from one seed: stations on links, disks and clocks that fail, then heal.

It must not judge: it makes things happen and logs what can be observed. Officers and offices act as
`plot` draws, a hostile station as `hostile` draws; the product alone decides what comes of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import msgspec

from backchannel.errors import CustodyError
from backchannel.line.rows import Row
from backchannel.line.state import Core, Secrets
from backchannel.sim.cast import Cast, Place, Shape, found, name_of
from backchannel.sim.disk import Operation, PowerCut, draw_unsynced, repeatable
from backchannel.sim.faults import Chance, Faults, draw
from backchannel.sim.hostile import Hostile
from backchannel.sim.links import Links
from backchannel.sim.loop import Loop
from backchannel.sim.machine import Image, Machine
from backchannel.sim.observed import Kept, Observed
from backchannel.sim.sectors import Unsynced
from backchannel.sim.shell import Outside, Shell
from backchannel.sim.stand_ins import Libraries, hurried, replaced
from backchannel.sim.witnesses import Witnesses, policy_text
from backchannel.store.lines import commit
from backchannel.store.sqlite import Database
from backchannel.wire.ids import LineId

SHAPES = (
    *[(1, 1)] * 8,
    *[(1, 1, 1)] * 5,
    *[(2, 1)] * 3,
    (2, 1, 1),
    (1, 1, 1, 1),
)
# What many stations say to each other grows with the square of their number; so they get less time.
TROUBLE_MS = {2: (20_000, 70_000), 3: (12_000, 35_000), 4: (8_000, 20_000)}
CALM_MS_MIN = 45_000
CALM_MS_MAX = 900_000
# A prime: in step with what stations do every second, each look could find one about to do it.
CALM_LOOK_MS = 9_973
LOOK_MS = 5_000
# `draw` counts faults by the minute. A run is shorter than a real day, so its minutes are richer.
LOOKS_A_MINUTE = 4
DOWN_MS_MAX = 12_000
SPELL_MS_MAX = 30_000
# Below this the direct path, whose back-pressure is not simulated, would only repeat itself.
SPEED_BPS_MIN = 100_000
QUEUE_MS_MAX = 30_000
# Beacons and witnesses are in each so-manieth seed: what they add costs time, and other seeds keep
# the histories that they had before there were any.
WITNESSED_EVERY = 8
CLOCK_S = (100_000_000, 6_000_000_000)


class Station:
    """One station of the world: its machine, the process on it, if any, and images of its disk."""

    def __init__(self, machine: Machine, chance: Chance) -> None:
        self.machine = machine
        self.chance = chance
        self.shell: Shell | None = None
        self.starts = 0
        self.images: list[Image] = []
        self.hostile = False

    @property
    def name(self) -> str:
        """Its name."""
        return self.machine.name


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is given: who takes part, what goes wrong, who has run marks, who is hostile."""

    shape: Shape
    faults: Faults
    marked: bool
    hostile: int | None = None


class World:
    """All stations of one run."""

    def __init__(self, seed: int, setting: Setting | None = None) -> None:
        self.seed = seed
        self.chance = Chance(seed, "world")
        self.setting = setting or draw_setting(seed, self.chance)
        self.faults = self.setting.faults
        self.cast: Cast = found(self.setting.shape)
        self.loop = Loop(Chance(seed, "loop"))
        self.links = Links(self.loop, Chance(seed, "links"), self.faults)
        self.observed = Observed(self.loop)
        self.outside = Outside(self.cast.line, self.loop, self.links, self.observed)
        self.offices = [office.copy() for office in self.cast.offices]
        self.outside.offices = self.offices
        if self.setting.shape.witnesses:
            self.outside.witnesses = Witnesses(seed, self.loop, self.observed, faults=self.faults)
        self.stations = [self._station(place) for place in self.cast.places]
        if self.setting.hostile is not None:
            self.stations[self.setting.hostile].hostile = True
        self.troubled = True
        # The product's own: by this name it is replaced here too while the world runs.
        self._commit = commit

    def _station(self, place: Place) -> Station:
        chance = self.chance.stream("station", place.name)
        marked = self.setting.marked
        machine = Machine(place, self.loop, chance=chance, faults=self.faults, marked=marked)
        self.outside.stations[name_of(place.name)] = place.name
        return Station(machine, chance)

    @property
    def honest(self) -> list[Station]:
        """The stations that run the product and nothing else."""
        return [station for station in self.stations if not station.hostile]

    def commit(
        self,
        database: Database,
        line_id: LineId,
        *,
        wrap_key: bytes,
        core: Core,
        secrets: Secrets,
        rows: Sequence[Row],
    ) -> None:
        """Commit as the product does, and log it when it has returned: whatever led to it."""
        name = self.observed.boxes.station
        machine = next(each.machine for each in self.stations if each.name == name)
        before, becoming = machine.kept, Kept(core, secrets)
        # While the commit runs, the disk holds the one or the other.
        machine.kept = (*before, becoming) if before else ()
        try:
            self._commit(
                database, line_id, wrap_key=wrap_key, core=core, secrets=secrets, rows=rows
            )
        except CustodyError:
            machine.kept = before
            raise
        machine.kept = (becoming,) if before else ()
        self.observed.committed(name, core, rows)

    # --- Power ------------------------------------------------------------------------------------

    def boot(self, station: Station) -> None:
        """Start a process on a station's machine, or try again later if its disk is broken."""
        assert station.shell is None, station.name
        station.starts += 1
        chance = station.chance.stream("process", str(station.starts))
        try:
            with station.machine.disk.powered():
                kind = Hostile if station.hostile else Shell
                shell = kind(station.machine, self.outside, chance=chance, died=self._died)
                shell.boot()
        except CustodyError as fault:
            self.observed.note(station.name, f"cannot start: {fault.reason}")
            self._cannot_start(station, fault)
            return
        except PowerCut:
            self.observed.note(station.name, "power cut while it starts")
            self._down(station, draw_unsynced(station.chance.stream("cut"), self.faults))
            return
        station.shell = shell
        self._sessions(station, up=True)

    def _cannot_start(self, station: Station, fault: CustodyError) -> None:
        """Try again later. Into a machine whose disk is beyond repair people put a good one."""
        if fault.reason == "database-damaged" and station.images:
            self.put_back(station, station.images[-1])
        else:
            self._down(station, Unsynced.KEPT)

    def boot_again(self, station: Station) -> None:
        """Start a process unless one runs."""
        if station.shell is None:
            self.boot(station)

    def _died(self, shell: Shell, cut: bool) -> None:
        """A process has ended: with the power of its machine if that was cut, else by itself."""
        station = next(each for each in self.stations if each.name == shell.name)
        drawn = draw_unsynced(station.chance.stream("cut"), self.faults)
        self._down(station, drawn if cut else Unsynced.KEPT)

    def kill(self, station: Station, unsynced: Unsynced) -> None:
        """End a station's process between two of its acts."""
        if station.shell is not None:
            self.observed.note(station.name, f"is killed, unsynced writes are {unsynced.value}")
            station.shell.end()
            self._down(station, unsynced)

    def stop(self, station: Station) -> None:
        """Stop a station's process in good order."""
        shell = station.shell
        if shell is not None:
            shell.stop()
            if station.shell is shell:
                self.observed.note(station.name, "stops in good order")
                self._down(station, Unsynced.KEPT)

    def put_back(self, station: Station, image: Image) -> None:
        """Put an earlier disk into a station's machine."""
        if station.shell is not None:
            station.shell.end()
            self._away(station)
        # What was copied in the life that ends here would have versions that come once more.
        taken = [each is image for each in station.images]
        if True in taken:
            del station.images[taken.index(True) + 1 :]
        version = image.states[0].core.version if image.states else None
        station.machine.put_back(image)
        self.observed.went_back(station.name, version)
        self._later_boot(station)

    def _down(self, station: Station, unsynced: Unsynced) -> None:
        lied = station.machine.disk.lies
        self._away(station)
        station.machine.cut(station.chance, unsynced)
        if lied and unsynced is not Unsynced.KEPT:
            self.observed.went_back(station.name, None)
        self._later_boot(station)

    def _away(self, station: Station) -> None:
        station.shell = None
        self._sessions(station, up=False)

    def _later_boot(self, station: Station) -> None:
        delay_ms = station.chance.between(50, DOWN_MS_MAX) if self.troubled else 1_000
        self.loop.after(delay_ms, lambda: self.boot_again(station))

    def _sessions(self, station: Station, *, up: bool) -> None:
        """Let the others notice that a session has begun or is over; it too, if it lives."""
        for other in self.stations:
            if other is station or other.shell is None:
                continue
            for near, far in ((other, station), (station, other)):
                shell = near.shell
                if shell is not None:
                    self._notice(shell, far.name, up=up)

    def _notice(self, shell: Shell, name: str, *, up: bool) -> None:
        shell.later(100, lambda: shell.traffic.changed(name_of(name), up=up))

    # --- Faults -----------------------------------------------------------------------------------

    def look(self, station: Station) -> None:
        """Draw what goes wrong at one station in the time until the next look."""
        if not self.troubled:
            return
        faults, chance = self.faults, station.chance
        shell = station.shell

        def now(probability: float) -> bool:
            return chance.happens(probability / LOOKS_A_MINUTE)

        if now(faults.stale_snapshot * 12) and self.setting.marked and station.images:
            self.put_back(station, chance.pick(station.images))
        elif now(faults.crash):
            self.kill(station, Unsynced.KEPT)
        elif now(faults.power_cut):
            self.kill(station, draw_unsynced(chance, faults))
        elif now(faults.crash * 3):
            station.machine.disk.cut_after(chance.between(1, 90))
        elif now(faults.crash * 3):
            station.machine.cut_in(chance.between(1, 12))
        elif now(faults.crash):
            self.stop(station)
        if station.machine.kept and shell is not None and chance.happens(0.3):
            # Only of a disk that has not lied: what it holds would be nobody's backup.
            station.images.append(station.machine.image())
        if now(faults.lost_sync) and self.setting.marked:
            station.machine.disk.lies = True
            self.observed.note(station.name, "disk begins to lie about syncs")
        station.machine.disk.full = now(faults.disk_full * 4)
        if now(faults.disk_error):
            operation = chance.pick(list(Operation))
            station.machine.disk.fail_next(operation, chance.between(1, 3))
        if now(faults.clock_step):
            self.set_clock(station)
        self.part(station)
        self.loop.after(LOOK_MS, lambda: self.look(station))

    def part(self, station: Station) -> None:
        """Draw whether a station is cut off from another for a while, both ways or one way."""
        for other in self.stations:
            if other is station:
                continue
            if station.chance.happens(self.faults.partition / LOOKS_A_MINUTE):
                self._spell(station, other)
                self._spell(other, station)
            if station.chance.happens(self.faults.one_way / LOOKS_A_MINUTE):
                self._spell(station, other)

    def _spell(self, near: Station, far: Station) -> None:
        self.links.block(near.name, far.name)
        self.observed.note(near.name, f"is cut off from {far.name}")
        length_ms = near.chance.between(1_000, SPELL_MS_MAX)
        self.loop.after(length_ms, lambda: self.links.unblock(near.name, far.name))

    def set_clock(self, station: Station) -> None:
        """Move a station's clock, within what any clock shows."""
        most = self.faults.clock_step_s_max
        seconds = station.chance.between(-most, most)
        if CLOCK_S[0] < station.machine.clock.now() + seconds < CLOCK_S[1]:
            station.machine.clock.set_by(seconds)
            self.observed.note(station.name, f"clock is set by {seconds} s")

    def heal(self) -> None:
        """End all trouble, for good."""
        self.troubled = self.outside.ill = False
        self.observed.note("world", "heals")
        self.links.heal()
        if self.outside.witnesses is not None:
            self.outside.witnesses.heal()
        for station in self.stations:
            station.machine.mend()

    def close(self) -> None:
        """End all processes and take all disks away."""
        for station in self.stations:
            if station.shell is not None:
                station.shell.end()
            station.machine.disk.close()
        if self.outside.witnesses is not None:
            self.outside.witnesses.close()

    # --- Reading ----------------------------------------------------------------------------------

    def settled(self) -> bool:
        """Say whether every honest station runs, speaks, and has receipts for all it wrote."""
        shells = [station.shell for station in self.honest]
        return all(shell is not None and not shell.busy() for shell in shells) and covered(
            [shell for shell in shells if shell is not None]
        )


def covered(shells: list[Shell]) -> bool:
    """Say whether each station's journals, also those that have ended, are held by all others."""
    held = {
        shell.name: {no: j.seq for no, j in shell.state.core.journals.items()} for shell in shells
    }
    for shell in shells:
        ours = {hand.credential for hand in shell.state.secrets.hands.values()}
        for no, journal in shell.state.core.journals.items():
            behind = any(held[other.name].get(no, -1) < journal.seq for other in shells)
            if journal.credential in ours and behind:
                return False
    return True


def draw_setting(seed: int, chance: Chance) -> Setting:
    """Draw who takes part in a run and what goes wrong in it.

    Only stations with run marks get disks back from an earlier time: without a mark such a disk can
    make a station sign twice, and the product says so.
    """
    drawn = chance.stream("shape")
    shape = Shape(
        drawn.pick(SHAPES),
        drawn.pick(("usual", "brisk", "brisk", "narrow")),
        policy_text() if seed % WITNESSED_EVERY == 0 else "",
    )
    count = sum(shape.stations)
    # More often where others can compare what they were told.
    will = chance.stream("hostile")
    hostile = will.between(0, count - 1) if will.happens(0.3 if count < 3 else 0.6) else None
    marked = chance.stream("mark").happens(0.7)
    return Setting(shape=shape, faults=suited(draw(seed)), marked=marked, hostile=hostile)


def suited(faults: Faults) -> Faults:
    """Return faults without those that the direct path is not made for."""
    speed = faults.bits_per_second
    return msgspec.structs.replace(
        faults,
        bits_per_second=speed if speed >= SPEED_BPS_MIN else 0,
        queue_ms_max=QUEUE_MS_MAX,
        bit_rot=0.0,
    )


@contextmanager
def staged(world: World) -> Iterator[None]:
    """Let the product run on the world's chance, libraries and hurried keys; then put all back."""
    with ExitStack() as stack:
        stack.enter_context(repeatable(Chance(world.seed, "sqlite")))
        stack.enter_context(replaced(Libraries().changes()))
        stack.enter_context(replaced(world.observed.boxes.changes()))
        stack.enter_context(replaced({commit: world.commit}))
        stack.enter_context(hurried())
        # Before the chance of SQLite goes back to the system: a disk left would take its place.
        stack.callback(world.close)
        yield
