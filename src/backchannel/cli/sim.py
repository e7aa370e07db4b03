"""The command that runs simulated histories and reports what their judges found.

It holds no rule, and is the only door to the simulation: nothing else of the product knows of it.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from backchannel.cli.output import Code, end, say, show, show_json, visible
from backchannel.clock import SystemClock
from backchannel.errors import OfficerError

if TYPE_CHECKING:
    from backchannel.sim.campaign import Outcome

app = typer.Typer()

PROGRESS_SEEDS = 100


@app.command("sim")
def sim(
    seeds: Annotated[
        str, typer.Option(help="Seeds to run, from A to before B, as A:B.", metavar="A:B")
    ] = "0:100",
    seed: Annotated[int | None, typer.Option(help="One seed alone.")] = None,
    design: Annotated[
        str | None, typer.Option(help="A design that is known to be wrong, to try the judges.")
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Print the history of the seed.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run histories in which everything goes wrong, and judge them. Ends with 1 on a finding."""
    # Only here: no other command loads the simulation.
    from backchannel.sim.campaign import play, play_many

    wanted = read_seeds(seeds) if seed is None else range(seed, seed + 1)
    if seed is not None:
        outcomes = iter((play(seed, design=design, trace=trace),))
    else:
        outcomes = watched(play_many(wanted, design=design, jobs=os.cpu_count() or 1), len(wanted))
    failed = [outcome for outcome in tell(outcomes, json=json) if outcome.failed]
    if json:
        show_json({"seeds": len(wanted), "failed": [as_json(outcome) for outcome in failed]})
    else:
        say(f"seeds run: {len(wanted)}, failed: {len(failed)}")
    if failed:
        end(Code.NEGATIVE)


def read_seeds(text: str) -> range:
    """Return the seeds of a text like 0:100. Raises OfficerError."""
    low, mark, high = text.partition(":")
    if not (mark and low.isdecimal() and high.isdecimal() and int(low) < int(high)):
        raise OfficerError("seeds", f"got {text!a}, wanted two numbers with a colon, as 0:100")
    return range(int(low), int(high))


def watched(outcomes: "Iterator[Outcome]", total: int) -> "Iterator[Outcome]":
    """Yield outcomes, and say now and then how far it has gone."""
    clock = SystemClock()
    began = clock.running()
    for done, outcome in enumerate(outcomes, 1):
        if done % PROGRESS_SEEDS == 0 and done < total:
            rate = done / max(clock.running() - began, 0.001)
            left_s = (total - done) / rate
            say(f"{done} of {total} seeds, {rate:.1f} a second, about {left_s:.0f} s to go")
        yield outcome


def tell(outcomes: "Iterator[Outcome]", *, json: bool) -> "Iterator[Outcome]":
    """Yield outcomes and print each that failed, with the command that repeats it."""
    for outcome in outcomes:
        if not json:
            show(*outcome.history)
            if outcome.history or outcome.failed:
                show(f"seed {outcome.seed}: history {outcome.digest}")
            for finding in outcome.findings:
                place = visible(f"{finding.station}: {finding.text}")
                show(f"seed {outcome.seed}: {finding.invariant} does not hold at {place}")
            if outcome.failed and not outcome.history:
                say(f"to see it again: backchannel sim --seed {outcome.seed} --trace")
        yield outcome


def as_json(outcome: "Outcome") -> dict[str, object]:
    """Return an outcome for programs."""
    return {
        "seed": outcome.seed,
        "stations": outcome.stations,
        "hostile": outcome.hostile,
        "history": outcome.digest,
        "findings": [
            {"invariant": each.invariant, "station": each.station, "text": each.text}
            for each in outcome.findings
        ],
    }
