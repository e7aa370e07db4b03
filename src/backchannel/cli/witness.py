"""The commands of a witness: a neutral body that cosigns logs and learns nothing of any line.

This module must not know what a station is. Guide: docs/guide/witness.md.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.options import Keys, Printing, grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.clock import SystemClock
from backchannel.wire.moments import print_moment

app = typer.Typer(help="Run a witness: cosign logs of others, and learn nothing of them.")

Folder = Annotated[Path, typer.Option(help="Folder of the witness.")]
Address = Annotated[str, typer.Option(help="Where it listens, as 192.0.2.7:8400.")]


@app.command("init")
@grouped
def init(
    *,
    folder: Folder,
    name: Annotated[str, typer.Option(help="Its name, a URL without scheme: example.org/w1.")],
    listen: Address = "127.0.0.1:8400",
    keys: Keys,
) -> None:
    """Make a witness in a new folder, and print its key for the policies of others."""
    from backchannel.witness.folder import load_settings, make_witness

    passphrase = keys.choose("the witness")
    make_witness(folder, passphrase, name=name, listen=listen, clock=SystemClock())
    say(f"Made in {folder}. Tell it of logs with: backchannel witness tell.")
    show(load_settings(folder).key)


@app.command("tell")
@grouped
def tell(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Verifier key of the log, one word.")],
    *,
    folder: Folder,
) -> None:
    """Tell a witness of a log that it is to cosign. It is taken up at the next start."""
    from backchannel.witness.folder import tell_of

    show(visible(tell_of(folder, key).name))


@app.command("run")
@grouped
def run_witness(
    *,
    folder: Folder,
    listen: Annotated[
        str | None, typer.Option(help="Another address than in its settings.")
    ] = None,
    keys: Keys,
) -> None:
    """Serve until stopped (SIGTERM, Ctrl-C), in plain HTTP for a proxy that does TLS."""
    # Only here: the server would cost every other command a third of a second.
    from backchannel.station.contacts import parse_address
    from backchannel.witness.folder import load_settings, logs_of, memory_of, open_secret
    from backchannel.witness.keeper import Keeper
    from backchannel.witness.server import listen_at, serve

    settings = load_settings(folder)
    logs = logs_of(folder)
    secret = open_secret(folder, keys.ask("the witness"))
    with memory_of(folder) as memory, listen_at(*parse_address(listen or settings.listen)) as door:
        host, port = door.getsockname()[:2]
        say(f"{settings.name}: {len(logs)} logs are watched at http://{host}:{port}")
        asyncio.run(serve(Keeper(secret, logs, memory, SystemClock()), door))


@app.command("state")
@grouped
def state(*, folder: Folder, printing: Printing) -> None:
    """Show what a witness has cosigned, and which logs have contradicted themselves."""
    from backchannel.witness.folder import load_settings, logs_of, state_of

    found = {each.origin: each for each in state_of(folder)}
    told = sorted({each.name for each in logs_of(folder)} | set(found))
    if printing.json:
        show_json({origin: found[origin]._asdict() if origin in found else {} for origin in told})
        return
    show(load_settings(folder).key)
    for origin in told:
        each = found.get(origin)
        if each is None:
            show(f"{visible(origin)}: nothing has come yet")
            continue
        wrong = f"; CONTRADICTED ITSELF {each.contradictions} times" if each.contradictions else ""
        show(
            f"{visible(origin)}: size {each.size}, cosigned {each.times} times, last at "
            f"{print_moment(each.time)}{wrong}"
        )
