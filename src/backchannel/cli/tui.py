"""The command that opens the desk in a terminal. This module holds no rule."""

from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.options import grouped
from backchannel.cli.reach import Folder, client_of
from backchannel.clock import SystemClock

app = typer.Typer()


@app.command("tui")
@grouped
def open_desk(
    *,
    station: Folder = None,
    officer: Annotated[
        Path | None, typer.Option(metavar="KEYFILE", help="Key of the officer who signs on.")
    ] = None,
    ascii_only: Annotated[
        bool, typer.Option("--ascii", help="The terminal has no letters but those of ASCII.")
    ] = False,
) -> None:
    """Open the desk in this terminal: inbox, conversation, acknowledge, read back, write, release.
    It wants 80 columns and 24 rows, no colour and no mouse."""
    # Only here: no other command needs a screen.
    from backchannel.desk.terminal.app import sit

    sit(client_of(station), SystemClock(), key_file=officer, ascii_only=ascii_only)
