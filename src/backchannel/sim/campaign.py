"""One seed, one history and its judgement; and many seeds on all processors.

It must not repeat a seed in order to judge it: what a run printed is what was judged. The same seed
gives the same history, byte for byte, in every process.
"""

import hashlib
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import msgspec

from backchannel.sim.faults import Chance
from backchannel.sim.judges import judge
from backchannel.sim.plot import last_words, people, try_to_speak
from backchannel.sim.proved import judge_proof
from backchannel.sim.remains import Finding, Remains, Scene
from backchannel.sim.twins import i16_calm_and_crisis_look_alike
from backchannel.sim.world import (
    CALM_LOOK_MS,
    CALM_MS_MAX,
    CALM_MS_MIN,
    LOOK_MS,
    TROUBLE_MS,
    Station,
    World,
    staged,
)
from backchannel.sim.wrong import design_named

# A line that talks to itself would fill the log: no run of the product comes near.
HAPPENINGS_MAX = 60_000
SEEDS_A_TASK = 8
# To build proofs and to try them costs as much as a whole run, and so does a pair of twins.
PROVED_EVERY = 16
TWINS_EVERY = 64
TRACE_LINES = 12


class Outcome(msgspec.Struct, frozen=True):
    """What became of one seed. `digest` is of the whole history; `history` may be left out."""

    seed: int
    stations: int
    hostile: str
    findings: tuple[Finding, ...]
    digest: str
    virtual_ms: int
    happenings: int
    history: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Say whether anything was found."""
        return bool(self.findings)


def play(seed: int, *, design: str | None = None, trace: bool = False) -> Outcome:
    """Run one seed and judge what it leaves. Raises OfficerError for an unknown design."""
    wrong = design_named(design)
    world = World(seed)
    with wrong:
        try:
            findings = lived(world)
            if seed % TWINS_EVERY == 0:
                findings += i16_calm_and_crisis_look_alike(seed)
        except Exception:  # a bug of the product or of the simulation is a finding like any other
            findings = [Finding("bug", "world", last_lines(traceback.format_exc()))]
    return Outcome(
        seed,
        len(world.stations),
        next((each.name for each in world.stations if each.hostile), ""),
        tuple(findings),
        hashlib.sha256("\n".join(world.observed.history).encode()).hexdigest(),
        world.loop.now_ms,
        len(world.observed.happenings),
        tuple(world.observed.history) if trace else (),
    )


def lived(world: World) -> list[Finding]:
    """Let a world live, and return what its judges find; of some seeds also what can be proved."""
    with staged(world):
        live(world)
        scene = scene_of(world)
        findings = judge(scene)
        if world.seed % PROVED_EVERY == 0:
            findings += judge_proof(scene, Chance(world.seed, "proof"))
        return findings


def last_lines(text: str) -> str:
    """Return the end of a traceback."""
    return "\n".join(text.strip().splitlines()[-TRACE_LINES:])


def live(world: World) -> None:
    """Let a world go wrong, heal, and come to rest."""
    for station in world.stations:
        world.boot(station)
        look_later(world, station)
    people(world)
    run_until(world, world.chance.stream("length").between(*TROUBLE_MS[len(world.stations)]))
    world.heal()
    last_words(world)
    healed_ms = world.loop.now_ms
    run_until(world, healed_ms + CALM_MS_MIN)
    while not world.settled() and world.loop.now_ms < healed_ms + CALM_MS_MAX:
        run_until(world, world.loop.now_ms + CALM_LOOK_MS)
    for station in world.honest:
        try_to_speak(world, station)


def look_later(world: World, station: Station) -> None:
    """Let faults be drawn for a station from its first look on."""
    world.loop.after(LOOK_MS, lambda: world.look(station))


def run_until(world: World, time_ms: int) -> None:
    """Run to a time, a look at a time, and stop a line that only talks to itself."""
    while world.loop.now_ms < time_ms:
        world.loop.run_until(min(time_ms, world.loop.now_ms + LOOK_MS))
        happened = len(world.observed.happenings)
        assert happened <= HAPPENINGS_MAX, f"{happened} happenings in {world.loop.now_ms} ms"


def scene_of(world: World) -> Scene:
    """Return what the judges look at. A station that did not come back is a bug."""
    stations = []
    for station in world.stations:
        shell = station.shell
        assert shell is not None or station.hostile, f"{station.name} did not come back"
        if shell is not None:
            stations.append(
                Remains(
                    station.name,
                    station.machine.party,
                    honest=not station.hostile,
                    state=shell.state,
                    custody=shell.custody,
                )
            )
    return Scene(world.observed, stations, world.loop.now_ms)


def play_several(seeds: Sequence[int], design: str | None) -> list[Outcome]:
    """Run some seeds one after the other."""
    return [play(seed, design=design) for seed in seeds]


def play_many(seeds: range, *, design: str | None = None, jobs: int = 1) -> Iterator[Outcome]:
    """Run seeds in several processes and yield what became of each, in their order."""
    tasks = [seeds[at : at + SEEDS_A_TASK] for at in range(0, len(seeds), SEEDS_A_TASK)]
    if jobs == 1:
        for task in tasks:
            yield from play_several(task, design)
        return
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        for outcomes in pool.map(play_several, tasks, [design] * len(tasks)):
            yield from outcomes
