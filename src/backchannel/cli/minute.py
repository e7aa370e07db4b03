"""Ordering a minute: all stations cosign how far the record goes now.

Who orders signs with his own key, here. This module must not hold a rule.
"""

import typer

from backchannel.cli.options import grouped
from backchannel.cli.order import ModeWord, give_order
from backchannel.cli.reach import Act, read_mode
from backchannel.station.orders import Action

app = typer.Typer()


@app.command("minute")
@grouped
def order_minute(*, mode: ModeWord = "real", act: Act) -> None:
    """Have all stations cosign how far the record goes now. Status shows who has, and who is
    missing."""
    give_order(Action.MINUTE, read_mode(mode), act)
