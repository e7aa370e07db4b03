"""Named probabilities of what may go wrong, and the chance that decides it, from one seed.

It must not cause a fault itself: links, disks and the world ask it. It is the only module that may
import `random`; the product's own chance comes from `backchannel.clock`.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

import msgspec

T = TypeVar("T")


class Chance:
    """Chance that a seed repeats, cut into streams that do not disturb each other.

    A stream is named by its labels alone: a draw added in one place changes nothing in another,
    so that a failing seed still fails after an unrelated change to the simulation.
    """

    def __init__(self, seed: int, *labels: str) -> None:
        assert not any("/" in label for label in labels), f"a label holds a slash: {labels}"
        self._seed = seed
        self._labels = labels
        # A text seed is hashed by `random` itself with SHA-512: the same in every process.
        self._random = random.Random("/".join((str(seed), *labels)))

    def stream(self, *labels: str) -> "Chance":
        """Return the stream below this one that the labels name, always from its beginning."""
        return Chance(self._seed, *self._labels, *labels)

    def happens(self, probability: float) -> bool:
        """Draw whether something of this probability (0 to 1) happens; always one draw."""
        return self._random.random() < probability

    def between(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, both included."""
        return self._random.randint(low, high)

    def share(self, low: float, high: float) -> float:
        """Draw a number from low to high."""
        return self._random.uniform(low, high)

    def pick(self, things: Sequence[T]) -> T:
        """Draw one of the things; an empty sequence is our bug (IndexError)."""
        return self._random.choice(things)

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """Return the things in a drawn order."""
        return self._random.sample(things, len(things))

    def entropy(self, size: int = 32) -> bytes:
        """Draw `size` bytes."""
        return self._random.randbytes(size)


class Faults(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong, and how often. Without arguments: nothing does. Probabilities are 0 to 1."""

    # Of each parcel on a link.
    loss: float = 0.0
    duplication: float = 0.0
    reordering: float = 0.0
    corruption: float = 0.0
    # How long a parcel takes, and how much longer one that is overtaken.
    delay_ms_min: int = 1
    delay_ms_max: int = 1
    reorder_ms_max: int = 5_000
    # What the link carries in a second (0: no limit), and the queue beyond which it drops.
    bits_per_second: int = 0
    queue_ms_max: int = 600_000
    # Of each pair of ends in each minute, and how long it lasts.
    partition: float = 0.0
    one_way: float = 0.0
    trouble_ms_max: int = 120_000

    # Of each station in each minute.
    crash: float = 0.0
    power_cut: float = 0.0
    # Of each power cut: unsynced writes are lost, or torn; what is left over keeps them all.
    unsynced_lost: float = 0.5
    unsynced_torn: float = 0.5
    # Of each station in each minute: the disk says "synced" and is not, until the next power cut;
    # it comes back as it was at an earlier hour; a bit of it turns; it fills; it fails once.
    lost_sync: float = 0.0
    stale_snapshot: float = 0.0
    bit_rot: float = 0.0
    disk_full: float = 0.0
    disk_error: float = 0.0

    # A station's clock: the most it is wrong at the start, runs fast or slow, and how often and
    # how far at most it is set.
    clock_skew_s_max: int = 0
    clock_drift_ppm_max: int = 0
    clock_step: float = 0.0
    clock_step_s_max: int = 0


CALM = Faults()

# The most that `draw` gives to each fault that it turns on.
_PARCEL_MAX = {"loss": 0.4, "duplication": 0.3, "reordering": 0.3, "corruption": 0.1}
_MINUTE_MAX = {
    "partition": 0.1,
    "one_way": 0.1,
    "crash": 0.1,
    "power_cut": 0.1,
    "lost_sync": 0.05,
    "stale_snapshot": 0.02,
    "bit_rot": 0.02,
    "disk_full": 0.02,
    "disk_error": 0.05,
}
_SPEEDS_BPS = (0, 0, 75, 1_200, 9_600, 1_000_000)


def draw(seed: int) -> Faults:
    """Draw the faults of one run.

    Each kind is off in half of the runs: two faults that hide each other meet in some runs only,
    and a run that has everything finds less than many runs that have something.
    """
    chance = Chance(seed, "faults")
    rates = {
        name: _perhaps(chance.stream(name), most)
        for name, most in (_PARCEL_MAX | _MINUTE_MAX).items()
    }
    delay = chance.stream("delay")
    delay_ms_min = delay.between(1, 400)
    lost = chance.stream("unsynced").share(0.0, 1.0)
    clock = chance.stream("clock")
    scenery = Faults(
        delay_ms_min=delay_ms_min,
        delay_ms_max=delay_ms_min + delay.between(0, 2_000),
        bits_per_second=chance.stream("speed").pick(_SPEEDS_BPS),
        unsynced_lost=lost,
        unsynced_torn=chance.stream("torn").share(0.0, 1.0 - lost),
        clock_skew_s_max=clock.pick((0, 2, 600, 86_400)),
        clock_drift_ppm_max=clock.pick((0, 50, 5_000)),
        clock_step=_perhaps(chance.stream("step"), 0.05),
        clock_step_s_max=clock.pick((1, 3_600, 315_360_000)),
    )
    return msgspec.structs.replace(scenery, **rates)


def _perhaps(chance: Chance, most: float) -> float:
    """Return 0 in half of the cases, else a share of the most."""
    return chance.share(0.0, most) if chance.happens(0.5) else 0.0
