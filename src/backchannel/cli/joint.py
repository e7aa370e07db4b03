"""The joint list of incidents: both parties' entries in one row.

This module must not hold a rule.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from backchannel.cli.options import grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Look, read_mode
from backchannel.cli.wording import MODE_WIDTH
from backchannel.station.asked import ModeQuery
from backchannel.station.jointreports import IncidentReport

app = typer.Typer()


@app.command("joint")
@grouped
def show_joint_list(
    *,
    mode: Annotated[str, typer.Option(help="real, exercise or test.")] = "real",
    look: Look,
) -> None:
    """Print the joint list of incidents (T15): what one room reported and the other entered of it
    stand in one row, and rows that differ say so."""
    found = look.client().joint(ModeQuery(read_mode(mode))).incidents
    if look.json:
        show_json({"incidents": msgspec.to_builtins(found)})
        return
    show(*(line for each in reversed(found) for line in incident_lines(each)))
    if not found:
        say("No incident was reported.")


def incident_lines(each: IncidentReport) -> Iterator[str]:
    """Yield one row of the list."""
    mode = f"{each.mode:<{MODE_WIDTH}}"
    state = "DIFFERS" if each.state == "differ" else visible(each.state)
    yield f"{mode} {visible(each.serial)}  {visible(each.number)}: {state}"
    yield f"{mode}   {visible(each.party)}: {visible(each.what)}; {visible(each.where)}"
    if each.other:
        yield f"{mode}   {visible(each.other)}: {visible(each.state)}; {visible(each.text)}"
