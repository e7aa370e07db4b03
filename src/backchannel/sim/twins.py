"""Twin runs: one seed played in calm and in crisis, and what witnesses see of both.

In the one nobody speaks, in the other everybody does, all the time; links are as bad in both. What
a witness can tell apart is a finding. This module must not ask what a request was made for.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backchannel.proof.submission import parse_submission
from backchannel.sim.cast import Shape
from backchannel.sim.faults import CALM, draw
from backchannel.sim.observed import Asked
from backchannel.sim.plot import later, officer_acts, order_minute
from backchannel.sim.remains import Finding, Findings
from backchannel.sim.witnesses import policy_text
from backchannel.sim.world import Setting, Station, World, staged, suited

QUIET_MS = 8_000
QUIET_MS_MAX = 120_000
LENGTH_MS = 42_000
CRISIS_MS_MAX = 1_500
MINUTES_MS_MAX = 9_000
# What a witness writes down are whole seconds.
TICK_MS = 1_000


class Seen(NamedTuple):
    """What a witness sees of one request: who asks, when, and how the request is built. That its
    hashes and signatures are others tells nothing: they are hashes and signatures."""

    witness: str
    station: str
    ms: int
    size_bytes: int
    old: int
    proof: int
    leaves: int
    lines: int


def seen_of(asked: Asked) -> Seen:
    """Return what a witness sees of a request."""
    found = parse_submission(asked.body)
    sizes = found.old, len(found.proof), found.checkpoint.size, len(found.note.signatures)
    return Seen(asked.witness, asked.station, asked.ms, len(asked.body), *sizes)


def view_of(seed: int, *, crisis: bool) -> list[Seen]:
    """Play one of the twins and return all that witnesses saw, each path by itself."""
    shape = Shape((1, 1), "usual", policy_text())
    world = World(seed, Setting(shape=shape, faults=CALM, marked=True))
    with staged(world):
        for station in world.stations:
            world.boot(station)
        parted = quiet(world)
        world.links.faults = suited(draw(seed))
        for station in world.stations if crisis else ():
            talk(world, station)
        world.loop.run_until(parted + LENGTH_MS)
    asked = [each for each in world.observed.happenings if isinstance(each, Asked)]
    return sorted(map(seen_of, asked), key=lambda each: (each.witness, each.station, each.ms))


def quiet(world: World) -> int:
    """Let nobody speak until all have asked a witness once; return the time by then, in ms.

    Whether it may sign a station learns from the others, so what is said may hold up its leaf.
    """
    names = {station.name for station in world.stations}
    for now_ms in range(QUIET_MS, QUIET_MS_MAX, QUIET_MS):
        world.loop.run_until(now_ms)
        asked = {each.station for each in world.observed.happenings if isinstance(each, Asked)}
        if asked == names:
            return now_ms
    raise AssertionError("a station of a quiet world has no beacon")


def talk(world: World, station: Station) -> None:
    """Let officers at a station speak without a pause, and order minutes."""
    chance = station.chance.stream("crisis")
    later(world, station, chance, act=officer_acts, ms_max=CRISIS_MS_MAX)
    later(world, station, chance.stream("minutes"), act=order_minute, ms_max=MINUTES_MS_MAX)


def i16_calm_and_crisis_look_alike(seed: int) -> Findings:
    """I16, NT54: a witness sees the same requests, tick for tick and byte for byte as long."""
    calm, crisis = view_of(seed, crisis=False), view_of(seed, crisis=True)
    assert calm, "nobody asked a witness"
    for text in differences(calm, crisis):
        yield Finding("I16", "witnesses", text)


def differences(calm: list[Seen], crisis: list[Seen]) -> Iterator[str]:
    """Yield in what two views differ that a witness can see."""
    if len(calm) != len(crisis):
        yield f"{len(calm)} requests in calm, {len(crisis)} in crisis"
    for one, other in zip(calm, crisis, strict=False):
        path = f"{one.station} to {one.witness}"
        if one._replace(ms=0) != other._replace(ms=0):
            yield f"{path}: {one} in calm, {other} in crisis"
        elif abs(one.ms - other.ms) >= TICK_MS:
            yield f"{path}: leaf {one.leaves} at {one.ms} in calm, at {other.ms} in crisis"
