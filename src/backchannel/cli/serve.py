"""The command that serves: a station with its lines. This module holds no rule."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.options import Keys, grouped
from backchannel.cli.output import say
from backchannel.clock import SystemClock

app = typer.Typer()


@app.command("run")
@grouped
def run_station(
    folders: Annotated[
        list[Path], typer.Argument(metavar="STATION...", help="Folders, one for each line.")
    ],
    *,
    keys: Keys,
) -> None:
    """Serve the lines of one or more station folders until stopped (SIGTERM, Ctrl-C)."""
    # Only here: the server would cost every other command a third of a second.
    from backchannel.station.process import open_folder, serve

    opened = [open_folder(folder, keys.ask(folder.name)) for folder in folders]
    asyncio.run(serve(opened, SystemClock(), say))
