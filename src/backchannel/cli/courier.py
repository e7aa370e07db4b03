"""The commands of a courier: a bag packed onto a stick, and one that came.

The stick is touched here and never by the station. This module must not open a capsule. Guide:
docs/guide/courier.md.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.options import grouped
from backchannel.cli.output import Code, say, show, show_json
from backchannel.cli.reach import Look
from backchannel.station.asked import BagReport
from backchannel.station.bags import read_bag, write_bag
from backchannel.station.client import Client
from backchannel.station.limits import BAG_CAPSULES_AT_ONCE

app = typer.Typer(help="Carry the line by hand: on a stick, in a bag.", no_args_is_help=True)

Number = Annotated[
    int,
    typer.Option("--path", help="Number of the courier path, if the charter has several."),
]


@app.command("export")
@grouped
def export(
    folder: Annotated[Path, typer.Argument(help="A folder on the stick, better an empty one.")],
    *,
    path: Number = 0,
    look: Look,
) -> None:
    """Write all that the other stations have given no receipt for. Repeat it if it broke off."""
    written, there = write_bag(folder, look.client().pack_bag(path))
    if look.json:
        show_json({"written": written, "there": there})
    else:
        show(f"{written} capsules written, {there} were there already")
    say("Take the stick out only after your system says that it may be.")


@app.command("import")
@grouped
def import_bag(
    folder: Annotated[Path, typer.Argument(help="The folder on the stick.")],
    *,
    path: Number = 0,
    look: Look,
) -> None:
    """Copy what is in a folder, and take in what was sealed for this station.

    Exit code 1 if something was refused. The stick is not changed.
    """
    opened = envelopes = refused = 0
    client = look.client()
    for report in taken_in(client, folder, path):
        opened += report.opened
        envelopes += report.envelopes
        refused += report.refused
    if look.json:
        show_json({"opened": opened, "envelopes": envelopes, "refused": refused})
    else:
        show(f"{opened} capsules opened, {envelopes} envelopes taken in, {refused} refused")
    if refused:
        say("What was refused is damaged, or for another station. Leave it on the stick.")
        raise typer.Exit(Code.NEGATIVE)


def taken_in(client: Client, folder: Path, path: int) -> Iterator[BagReport]:
    """Hand the capsules of a folder to the station, some at once; yield what became of them."""
    gathered: list[bytes] = []
    for capsule in read_bag(folder):
        gathered.append(capsule)
        if len(gathered) == BAG_CAPSULES_AT_ONCE:
            yield client.take_in_bag(path, gathered)
            gathered = []
    if gathered:
        yield client.take_in_bag(path, gathered)
