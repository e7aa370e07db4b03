"""What is done when nobody answers in time: next post, next path, the third party of the charter.

This module must not speak to anybody: it says which step has its turn. Clauses: RECORD-133,
RECORD-134.
"""

from enum import IntEnum

from backchannel.watch.clocks import Clock, Duty


class Step(IntEnum):
    """The steps of escalation, in their order. The numbers stand in line events."""

    NEXT_POST = 1
    NEXT_PATH = 2
    THIRD_PARTY = 3


STEP_WORDS: dict[int, str] = {
    Step.NEXT_POST: "next post",
    Step.NEXT_PATH: "every path there is",
    Step.THIRD_PARTY: "third party",
}
# What can be taken on: it has not arrived, or no officer has heard it.
TAKEN_ON = (Duty.HELD, Duty.ACKNOWLEDGEMENT)


def span_ms(clock: Clock) -> int:
    """Return how much time a clock gave, in ms: one that ends at a moment, from its beginning."""
    if clock.running_s is not None:
        return clock.running_s * 1_000
    if clock.since is None or clock.due is None:
        return 0
    return max(0, clock.due - clock.since.label) * 1_000


def next_turn_ms(clock: Clock, *, overdue_ms: int, third_party: bool) -> int | None:
    """Return in how many ms the next step has its turn, None if none is left."""
    taken = len(steps_due(clock, overdue_ms=overdue_ms, third_party=third_party))
    if clock.duty not in TAKEN_ON or taken >= len(Step) - (not third_party):
        return None
    return span_ms(clock) * taken - overdue_ms + 1


def steps_due(clock: Clock, *, overdue_ms: int, third_party: bool) -> tuple[Step, ...]:
    """Return the steps whose turn has come for a clock that ran out so long ago (RECORD-133).

    The first at once, each further one when as much time again has passed as the clock had.
    """
    if clock.duty not in TAKEN_ON or overdue_ms <= 0:
        return ()
    span = span_ms(clock)
    steps = [step for step in Step if overdue_ms > span * (step - 1)]
    return tuple(step for step in steps if third_party or step != Step.THIRD_PARTY)
