"""The command that serves the officer's screen on loopback. This module holds no rule."""

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.output import say, show
from backchannel.cli.reach import STATION_VARIABLE
from backchannel.clock import SystemClock
from backchannel.errors import OfficerError

app = typer.Typer()
LOOPBACK = "127.0.0.1"


@app.command("desk")
def desk(
    station: Annotated[
        Path, typer.Option(envvar=STATION_VARIABLE, help="Folder of the running station.")
    ],
    keys: Annotated[Path, typer.Option(help="Folder with the key files of this room's officers.")],
    port: Annotated[int, typer.Option(help="Port on loopback; 0 takes any that is free.")] = 8410,
) -> None:
    """Serve the officer's desk in a browser, on this machine alone, until stopped (Ctrl-C)."""
    # Only here: the server would cost every other command a third of a second.
    from backchannel.desk.app import address, room_of, serve_desk

    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((LOOPBACK, port))
        except OSError as fault:
            raise OfficerError(
                "desk-port-taken", f"{LOOPBACK} port {port}: {fault.strerror}; give another --port"
            ) from None
        room = room_of(station, keys, listening.getsockname()[1], SystemClock())
        show(address(room))
        say("Open this address in the browser of this room. Ctrl-C ends the desk.")
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve_desk(room, listening))
