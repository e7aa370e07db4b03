"""Virtual time: a heap of things to do, each at its millisecond, and clocks that read it wrongly.

It must not wait, read a real clock or know what it runs: one seed gives one order of all actions.
"""

import heapq
from collections.abc import Callable
from typing import NewType

from backchannel.sim.faults import Chance, Faults

Action = Callable[[], None]
Ticket = NewType("Ticket", int)
"""Names one planned action, so that it can be called off."""

ACTIONS_MAX = 10_000_000
"""A run that takes more is caught in itself: nothing else would tell us."""

BEGINNING_UTC_S = 1_800_000_000
"""The time of day, in seconds UTC, when virtual time is zero."""


class Loop:
    """Runs actions in the order of their time, one after the other.

    Actions of the same millisecond run in the order in which they were planned. With a chance they
    run in an order drawn from it: another seed then tries another order of what coincides.
    """

    def __init__(self, chance: Chance | None = None) -> None:
        self._chance = chance
        self._heap: list[tuple[int, int, Ticket, Action]] = []
        self._waiting: set[Ticket] = set()
        self._planned = 0
        self._now_ms = 0

    @property
    def now_ms(self) -> int:
        """Milliseconds of virtual time since the beginning."""
        return self._now_ms

    def at(self, time_ms: int, action: Action) -> Ticket:
        """Plan an action for a time, or for now if that is past."""
        self._planned += 1
        ticket = Ticket(self._planned)
        tie = self._chance.between(0, 2**32) if self._chance else 0
        self._waiting.add(ticket)
        heapq.heappush(self._heap, (max(time_ms, self._now_ms), tie, ticket, action))
        return ticket

    def after(self, delay_ms: int, action: Action) -> Ticket:
        """Plan an action for `delay_ms` from now."""
        return self.at(self._now_ms + delay_ms, action)

    def call_off(self, ticket: Ticket) -> None:
        """Drop a planned action; one that has run, or was called off before, is left alone."""
        self._waiting.discard(ticket)

    def run_until(self, time_ms: int) -> int:
        """Run all that is due up to and including `time_ms`; return how many actions ran."""
        ran = 0
        while self._heap and self._heap[0][0] <= time_ms:
            ran += self._run_next()
            assert ran <= ACTIONS_MAX, f"stuck at {self._now_ms} ms"
        self._now_ms = max(self._now_ms, time_ms)
        return ran

    def run_all(self) -> int:
        """Run until nothing is planned; return how many actions ran."""
        ran = 0
        while self._heap:
            ran += self._run_next()
            assert ran <= ACTIONS_MAX, f"stuck at {self._now_ms} ms"
        return ran

    def _run_next(self) -> int:
        time_ms, _, ticket, action = heapq.heappop(self._heap)
        if ticket not in self._waiting:
            return 0
        self._waiting.remove(ticket)
        self._now_ms = time_ms
        action()
        return 1


class LoopClock:
    """One station's clock over virtual time; it offers what `backchannel.clock.Clock` asks.

    It is wrong from the start, runs fast or slow, and can be set; running time never goes back.
    """

    def __init__(self, loop: Loop, chance: Chance, faults: Faults) -> None:
        drift_ppm = chance.between(-faults.clock_drift_ppm_max, faults.clock_drift_ppm_max)
        self._loop = loop
        self._chance = chance.stream("entropy")
        self._rate_ppm = 1_000_000 + drift_ppm
        self._off_s = chance.between(-faults.clock_skew_s_max, faults.clock_skew_s_max)

    def now(self) -> int:
        """Return the time of day in whole seconds UTC, as this station believes it."""
        return BEGINNING_UTC_S + self._off_s + self._ran_us() // 1_000_000

    def running(self) -> float:
        """Return seconds of this station's running time; never goes back."""
        return self._ran_us() / 1_000_000

    def entropy(self) -> bytes:
        """Draw 32 bytes."""
        return self._chance.entropy()

    def set_by(self, seconds: int) -> None:
        """Move the time of day, as an administrator or a false GNSS signal does."""
        self._off_s += seconds

    def _ran_us(self) -> int:
        return self._loop.now_ms * self._rate_ppm // 1_000
