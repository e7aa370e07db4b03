"""Playing scenarios: two rooms are founded once, and each scenario gets a copy of them.

This module must not touch mode REAL, and must not go on after something that did not come out.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from backchannel.clock import SystemClock
from backchannel.drill.rooms import Room, Run
from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.scenes import (
    answerable,
    answering,
    green,
    place,
    pretending,
    reaching,
    record,
    speaking,
    urgent,
)
from backchannel.drill.stage import staged
from backchannel.drill.story import found, make_rooms
from backchannel.errors import OfficerError
from backchannel.wire.moments import print_moment

SCENES = (
    *answerable.SCENES,
    *answering.SCENES,
    *green.SCENES,
    *place.SCENES,
    *pretending.SCENES,
    *reaching.SCENES,
    *record.SCENES,
    *speaking.SCENES,
    *urgent.SCENES,
)
SCENARIOS = {each.number: each for each in sorted(SCENES, key=lambda each: int(each.number[1:]))}
DAY_S = 86_400


def named(numbers: Sequence[str]) -> tuple[Scenario, ...]:
    """Return scenarios by their numbers, all without any. Raises OfficerError."""
    for number in numbers:
        if number.upper() not in SCENARIOS:
            known = ", ".join(SCENARIOS)
            raise OfficerError("unknown-scenario", f"got {number!a}, wanted one of {known}")
    return tuple(SCENARIOS[each.upper()] for each in numbers) or tuple(SCENARIOS.values())


def play_all(folder: Path, scenarios: Sequence[Scenario], run: Run, tell: Tell) -> None:
    """Found two rooms in an empty folder and play scenarios, each on rooms as they were founded.

    Raises OfficerError if one does not come out as it must.
    """
    stage = folder.absolute() / "stage"
    alder, birch = found_rooms(stage, run)
    kept = folder / "founded"
    shutil.copytree(stage, kept)
    for scenario in scenarios:
        shutil.rmtree(stage)
        shutil.copytree(kept, stage)
        tell(f"{scenario.number} {scenario.title}")
        for line in (*scenario.fact, scenario.source):
            tell(f"  | {line}")
        with staged(stage, alder, birch) as running:
            scenario.play(running, lambda text: tell(f"  {text}"))
        tell(f"  {scenario.number} came out in both rooms.")
        tell("")


def found_rooms(folder: Path, run: Run) -> tuple[Room, Room]:
    """Found the two rooms of all scenarios, without a word."""
    now = SystemClock().now()
    alder, birch = make_rooms(folder, run)
    window = f"{print_moment(now - 60)}/{print_moment(now + 90 * DAY_S)}"
    found(folder, alder, birch, window, lambda _: None)
    return alder, birch
