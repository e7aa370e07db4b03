"""The commands of a relay: store and forward for stations, which it learns as little of as it can.

This module must not know what a station is. Guide: docs/guide/relay.md.
"""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.options import grouped
from backchannel.cli.output import say, show
from backchannel.clock import SystemClock

app = typer.Typer(help="Run a relay: keep sealed capsules until they are fetched.")

Folder = Annotated[Path, typer.Option(help="Folder of the relay.")]


@app.command("init")
@grouped
def init(
    *,
    folder: Folder,
    listen: Annotated[str, typer.Option(help="Where stations find it.")] = "127.0.0.1:8470",
    watch: Annotated[
        str, typer.Option(help="Where its operator finds /health and /metrics.")
    ] = "127.0.0.1:8471",
) -> None:
    """Make a relay in a new folder, and print the pass for those who may use it."""
    from backchannel.relay.folder import make_relay

    word = make_relay(folder, listen=listen, watch=watch, clock=SystemClock())
    say(f"Made in {folder}. Start it with: backchannel relay run. Its pass:")
    show(word)


@app.command("run")
@grouped
def run_relay(
    *,
    folder: Folder,
    listen: Annotated[
        str | None, typer.Option(help="Another address than in its settings.")
    ] = None,
    watch: Annotated[str | None, typer.Option(help="Another one for /health and /metrics.")] = None,
) -> None:
    """Serve until stopped (SIGTERM, Ctrl-C), in plain HTTP for a proxy that does TLS."""
    # Only here: the server would cost every other command a third of a second.
    from backchannel.relay.folder import (
        load_settings,
        open_store,
        parse_listen,
        passes_of,
        quota_of,
    )
    from backchannel.relay.running import serve_relay
    from backchannel.relay.server import listen_at

    settings = load_settings(folder)
    passes, quota = passes_of(settings), quota_of(settings)
    pages = settings.watch if watch is None else watch
    with ExitStack() as closing:
        store = closing.enter_context(open_store(folder, settings))
        door = closing.enter_context(listen_at(*parse_listen(listen or settings.listen)))
        window = closing.enter_context(listen_at(*parse_listen(pages))) if pages else None
        host, port = door.getsockname()[:2]
        say(f"The relay serves at http://{host}:{port}")
        if window is not None:
            host, port = window.getsockname()[:2]
            say(f"Its health stands at http://{host}:{port}/health")
        asyncio.run(serve_relay(store, passes, quota, SystemClock(), (door, window)))
