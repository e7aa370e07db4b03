"""When the bell of a terminal sounds, and how an officer stops it.

A bell has one tone, so precedence and mode are told by its rhythm. This module must not stop an
alarm by itself, and must not let the highest one be silenced for long: it ends when what it asks
for is done.
"""

from collections.abc import Iterable
from typing import NamedTuple

from backchannel.desk.terminal.inbox import RANKS, Item

FLASH, IMMEDIATE, PRIORITY = RANKS["FLASH"], RANKS["IMMEDIATE"], RANKS["PRIORITY"]
# A FLASH that somebody has silenced sounds again: time to read it aloud, or to telephone.
FLASH_SILENT_S = 30
STROKE_S = 0.4
FLASH_EVERY_S, EXERCISE_EVERY_S = 2, 6
IMMEDIATE_EVERY_S, IMMEDIATE_TIMES, IMMEDIATE_LATER_S = 5, 6, 60


class Silenced(NamedTuple):
    """Who silenced an alarm, when by the clock, and when by running time."""

    by: str
    time: int
    running: float


class Bells:
    """What has sounded so far for each thing that needs somebody."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._strokes: dict[str, int] = {}
        self._silenced: dict[str, Silenced] = {}

    def strokes(self, items: Iterable[Item], running: float) -> int:
        """Return how many strokes are due now, of all alarms at once: 0 or a few."""
        present = {each.key: each for each in items if each.sounds}
        for gone in self._begun.keys() - present.keys():
            for known in (self._begun, self._strokes, self._silenced):
                known.pop(gone, None)
        most = 0
        for key, item in present.items():
            begun = self._begun.setdefault(key, running)
            due = strokes_by(item, running - begun)
            new = due - self._strokes.get(key, 0)
            self._strokes[key] = due
            if self.silenced(item, running) is None:
                most = max(most, new)
        return min(most, 2)

    def sounding(self, items: Iterable[Item], running: float) -> tuple[Item, ...]:
        """Return the alarms that nobody has silenced, in their order: what the bar shows."""
        due = (each for each in items if each.sounds and each.rank <= PRIORITY)
        return tuple(each for each in due if self.silenced(each, running) is None)

    def silence(self, item: Item, by: str, *, time: int, running: float) -> None:
        """Silence one alarm by a named officer's act; the next one sounds all the same."""
        self._silenced[item.key] = Silenced(by, time, running)

    def silenced(self, item: Item, running: float) -> Silenced | None:
        """Return who silenced an alarm, if it is silent still."""
        found = self._silenced.get(item.key)
        if found is None or (item.rank <= FLASH and running - found.running >= FLASH_SILENT_S):
            return None
        return found


def strokes_by(item: Item, age_s: float) -> int:
    """Return how many strokes an alarm has sounded at an age.

    A drill has two strokes and a long pause, what is real one stroke after the other.
    """
    if item.mode not in ("REAL", ""):
        times = int(age_s // EXERCISE_EVERY_S)
        double = 2 * times + 1 + (age_s - times * EXERCISE_EVERY_S >= STROKE_S)
        return double if item.rank <= FLASH else min(double, 2)
    if item.rank <= FLASH:
        return 1 + int(age_s // FLASH_EVERY_S)
    if item.rank == IMMEDIATE:
        early = 1 + int(age_s // IMMEDIATE_EVERY_S)
        return min(early, IMMEDIATE_TIMES) + int(age_s // IMMEDIATE_LATER_S)
    if item.rank == PRIORITY:
        return 1 + (age_s >= STROKE_S)
    return 1
