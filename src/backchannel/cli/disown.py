"""Disowning a key: "that was not us", or a key that is lost. It is on hold at once, in every room.

This module must not hold a rule, or revoke anything.
"""

from typing import Annotated

import typer

from backchannel.cli.drafts import (
    Terms,
    others,
    own_language,
    plan_of,
    require_enough,
    speak,
)
from backchannel.cli.options import grouped
from backchannel.cli.reach import Act, desk_when_speaking, people, read_mode
from backchannel.errors import OfficerError
from backchannel.line.drafting import covers
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import fill
from backchannel.station.planning import rules_of
from backchannel.station.reports import DeskReport
from backchannel.station.trialreports import TrialsQuery
from backchannel.watch.lanes import FORM
from backchannel.wire.moments import print_moment
from backchannel.wire.statement import Kind, Precedence

app = typer.Typer()


@app.command("disown")
@grouped
def disown(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Officer of ours whose key it is.")],
    *,
    what: Annotated[str, typer.Option(help="What the other room should undo, or not believe.")],
    lost: Annotated[
        bool, typer.Option("--lost", help="The key is lost; else somebody else used it.")
    ] = False,
    path: Annotated[
        str | None, typer.Option(help="Path on which you say it a second time; say it there, too.")
    ] = None,
    mode: Annotated[str, typer.Option(help="real, exercise or test.")] = "real",
    act: Act,
) -> None:
    """Put a key of ours on hold in every room: what it signs from now on is marked and moves
    nothing. One officer may do it in an emergency; your office revokes the key afterwards."""
    client = act.client()
    desk = desk_when_speaking(client, read_mode(mode))
    found = [each.credential for each in desk.officers if each.name == name]
    if not found:
        known = ", ".join(sorted(each.name for each in desk.officers))
        raise OfficerError("unknown-officer", f"got {name!a}, wanted one of {known}")
    persons = people(act, desk)
    form = form_named(FORM)
    fields = {
        1: "key-lost" if lost else "impersonation",
        2: f"{print_moment(desk.now)} to unknown",
        3: found[0],
        6: what,
        8: path or client.trials(TrialsQuery()).paths[-1],
    }
    terms = Terms(
        desk.mode, Precedence.IMMEDIATE, own_language(desk, None), category_of(desk, len(persons))
    )
    plan = plan_of(
        *(desk, terms, Kind.NOTICE),
        [each.credential for each in persons],
        to=others(desk),
        form=form.code,
        body=fill(form, fields),
    )
    require_enough(desk, plan)
    act.confirm(f"Put the key of {name} on hold, {desk.mode}?")
    speak(client, act, desk=desk, plan=plan, persons=persons)


def category_of(desk: DeskReport, signers: int) -> str | None:
    """Return the class in which one officer may do it in an emergency; None for the usual one."""
    name = FORM.partition("/")[0]
    return next(
        (
            rule.name
            for rule in rules_of(desk)
            if signers == 1
            and Precedence.IMMEDIATE in rule.emergency
            and any(covers(each, Kind.NOTICE, name) and each.forms for each in rule.covers)
        ),
        None,
    )
