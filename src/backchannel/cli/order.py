"""Orders to a running station: go on after a start, allow epoch 0, take in a file.

Who orders signs with his own key, here. This module must not hold a rule.
"""

from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.options import grouped
from backchannel.cli.output import say, show_json
from backchannel.cli.reach import Act, Look, people, read_mode
from backchannel.station import asked
from backchannel.station.files import read_file
from backchannel.station.orders import Action, Ordered, pack_order, sign_order
from backchannel.wire.ids import LineId
from backchannel.wire.signing import Mode

app = typer.Typer()

ModeWord = Annotated[str, typer.Option(help="real, exercise or test.")]


@app.command("resume")
@grouped
def resume(
    *,
    mode: ModeWord = "real",
    new_journal: Annotated[
        bool, typer.Option("--new-journal", help="Begin a new journal: always safe, one officer.")
    ] = False,
    act: Act,
) -> None:
    """Order the station to go on before the others have answered. Two officers resume the old
    journal; do it only if you are sure that this disk is the newest there is."""
    action = Action.NEW_JOURNAL if new_journal else Action.RESUME
    act.confirm(f"Order {action} in {read_mode(mode)}?")
    give_order(action, read_mode(mode), act)


@app.command("epoch-zero")
@grouped
def allow_epoch_zero(*, mode: ModeWord = "real", act: Act) -> None:
    """Allow sealing under the courier package alone. It is entered in the record."""
    act.confirm(f"Allow epoch 0 in {read_mode(mode)}?")
    give_order(Action.EPOCH_ZERO, read_mode(mode), act)


def give_order(action: Action, mode: str, act: Act) -> None:
    """Sign an order with the officers' keys and have the station carry it out."""
    client = act.client()
    desk = client.desk(mode)
    raw = pack_order(Ordered(action, Mode[mode], bytes.fromhex(desk.nonce)))
    line = LineId(bytes.fromhex(desk.line))
    signatures = tuple(
        (each.credential.hex(), sign_order(line, raw, each.keys.secret).hex())
        for each in people(act, desk)
    )
    told(client.order(asked.Order(raw.hex(), signatures)), as_json=act.json)


@app.command("give")
@grouped
def give(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A founding file or an authority file.")
    ],
    *,
    look: Look,
) -> None:
    """Hand a file of an office to the running station. It is taken whole or refused."""
    told(look.client().give(read_file(file)), as_json=look.json)


def told(answer: asked.Told, *, as_json: bool) -> None:
    """Print what the station did."""
    if as_json:
        show_json({"entered": answer.entered, "text": answer.text})
    say(answer.text)
