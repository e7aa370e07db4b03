"""Finished runs for the tests of the simulation: calm worlds of a wanted shape, their scenes."""

from collections.abc import Iterator
from contextlib import contextmanager

from backchannel.sim.campaign import run_until, scene_of
from backchannel.sim.cast import Shape
from backchannel.sim.faults import CALM, Faults
from backchannel.sim.plot import last_words
from backchannel.sim.remains import Scene
from backchannel.sim.shell import Shell
from backchannel.sim.witnesses import policy_text
from backchannel.sim.world import Setting, Station, World, staged

TWO = Shape((1, 1), "usual")
THREE = Shape((1, 1, 1), "usual")
WATCHED = Shape((1, 1), "usual", policy_text())


def setting(
    shape: Shape = TWO, *, faults: Faults = CALM, marked: bool = True, hostile: int | None = None
) -> Setting:
    """Return a setting in which nothing goes wrong unless it is said."""
    return Setting(shape=shape, faults=faults, marked=marked, hostile=hostile)


@contextmanager
def begun(wanted: Setting, seed: int = 1) -> Iterator[World]:
    """Give a world whose stations have started and speak."""
    world = World(seed, wanted)
    with staged(world):
        for station in world.stations:
            world.boot(station)
        run_until(world, 10_000)
        yield world


def rest(world: World, seconds: int = 60) -> None:
    """Let a world heal, speak once more at each honest station, and come to rest."""
    world.heal()
    last_words(world)
    until_ms = world.loop.now_ms + seconds * 1_000
    while world.loop.now_ms < until_ms:
        run_until(world, world.loop.now_ms + 10_000)


def shell_of(station: Station) -> Shell:
    """Return the process that runs at a station."""
    assert station.shell is not None, station.name
    return station.shell


def scene(world: World) -> Scene:
    """Return what the judges look at."""
    return scene_of(world)
