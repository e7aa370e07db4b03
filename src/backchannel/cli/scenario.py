"""Failures of real lines, played again on this one. This module holds no rule."""

import os
from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.demo import clear, run_inside
from backchannel.cli.options import Printing, grouped
from backchannel.cli.output import show, show_json
from backchannel.drill.playing import SCENARIOS, named, play_all
from backchannel.drill.rooms import PASSPHRASE, PASSPHRASE_VARIABLE

app = typer.Typer(help="Failures of real lines, played on this one.", no_args_is_help=True)


@app.command("list")
@grouped
def list_scenarios(*, printing: Printing) -> None:
    """List the scenarios, each with what happened and where that is told."""
    if printing.json:
        rows = [
            {"number": each.number, "title": each.title, "fact": each.fact, "source": each.source}
            for each in SCENARIOS.values()
        ]
        show_json({"scenarios": rows})
        return
    for each in SCENARIOS.values():
        show(f"{each.number:<4} {each.title}", *(f"     {line}" for line in each.fact))


@app.command("run")
def run_scenarios(
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="NUMBER", help="Such as X4; else all.")
    ] = None,
    folder: Annotated[
        Path, typer.Option(help="Folder for the rooms; what an earlier run left is removed.")
    ] = Path("build/scenarios"),
) -> None:
    """Play scenarios on two real stations with a scripted clock. Ends with 2 at the first that
    does not come out. Each is a drill: nothing is said in mode REAL."""
    chosen = named(numbers or ())
    clear(folder)
    os.environ[PASSPHRASE_VARIABLE] = PASSPHRASE
    play_all(folder, chosen, run_inside, show)
