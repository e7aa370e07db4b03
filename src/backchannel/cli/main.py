"""The program: puts the groups of commands together.

This module must not do anything else: a new group is one import and one line.
"""

import typer

from backchannel.cli import (
    account,
    answer,
    archive,
    change,
    charter,
    charts,
    claim,
    copies,
    courier,
    demo,
    desk,
    directory,
    disclose,
    disown,
    dues,
    evidence,
    founding,
    keep,
    lane,
    linetest,
    look,
    minute,
    notice,
    officer,
    order,
    oversight,
    party,
    readout,
    relay,
    reply,
    say,
    scenario,
    serve,
    sheet,
    signoff,
    sim,
    trustee,
    tui,
    verify,
    watch,
    witness,
)
from backchannel.cli.output import PROGRAM, CommandTree, prepare_streams

app = typer.Typer(
    cls=CommandTree,
    help="A line between two rooms that must be able to talk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(party.app, name="party")
app.add_typer(charter.app, name="charter")
app.add_typer(officer.app, name="officer")
app.add_typer(founding.app, name="station")
app.add_typer(evidence.app, name="evidence")
app.add_typer(scenario.app, name="scenario")
app.add_typer(watch.app, name="watch")
app.add_typer(linetest.app, name="test")
app.add_typer(directory.app, name="directory")
app.add_typer(sheet.app, name="sheet")
app.add_typer(lane.app, name="lane")
app.add_typer(witness.app, name="witness")
app.add_typer(courier.app, name="courier")
app.add_typer(relay.app, name="relay")
app.add_typer(oversight.app, name="oversight")
app.add_typer(readout.app, name="readout")
app.add_typer(trustee.app, name="trustee")
app.add_typer(archive.app, name="archive")
for each in (order, serve):
    founding.app.add_typer(each.app)
said = (say, notice, copies, answer, reply, change, claim, disown, minute, signoff)
kept = (look, charts, account, dues, keep, desk, disclose, verify, demo, sim, tui)
for each in (*said, *kept):
    app.add_typer(each.app)


def run() -> None:
    """Run the program with the arguments of this process."""
    prepare_streams()
    app(prog_name=PROGRAM)
