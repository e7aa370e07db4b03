"""Minutes: ordering one, so that all stations cosign how far the record goes, and signing one.

Who orders or signs does so with his own key, here. This module must not hold a rule.
"""

from typing import Annotated

import typer

from backchannel.cli.drafts import Terms, others, own_language, plan_of, speak
from backchannel.cli.lamps import minute_lines
from backchannel.cli.options import grouped
from backchannel.cli.order import ModeWord, give_order
from backchannel.cli.output import say
from backchannel.cli.reach import Act, desk_when_speaking, people, read_mode
from backchannel.errors import OfficerError
from backchannel.line.drafting import remark_body
from backchannel.station.client import Client
from backchannel.station.minutereports import MinuteReport
from backchannel.station.orders import Action
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import Kind, Precedence

app = typer.Typer()


@app.command("minute")
@grouped
def order_minute(*, mode: ModeWord = "real", act: Act) -> None:
    """Have all stations cosign how far the record goes now. Status shows who has, and who is
    missing."""
    give_order(Action.MINUTE, read_mode(mode), act)


@app.command("sign-minute")
@grouped
def sign_minute(
    named: Annotated[
        str, typer.Argument(metavar="ID", help="How the minute's id begins; else the newest.")
    ] = "",
    *,
    mode: ModeWord = "real",
    act: Act,
) -> None:
    """Sign a minute as an officer, beside what the stations have cosigned. Status, log and show
    say of which party no officer has."""
    client = act.client()
    minute = minute_of(client, named, read_mode(mode))
    say(*minute_lines(minute))
    if any(each.differing for each in minute.cosigners) and not act.yes:
        raise OfficerError(
            "roots-differ", "a station has cosigned other roots than ours: look at evidence first"
        )
    desk = desk_when_speaking(client, minute.mode)
    persons = people(act, desk)
    act.confirm(f"Sign that this is how far the record goes, {minute.mode}?")
    post = next((post for person in persons for post in person.posts), None)
    plan = plan_of(
        *(desk, Terms(desk.mode, Precedence.ROUTINE, own_language(desk, None)), Kind.CONFIRM),
        [each.credential for each in persons],
        to=others(desk),
        body=remark_body(desk.now, post),
        refs=(EntryId(bytes.fromhex(minute.entry)),),
    )
    speak(client, act, desk=desk, plan=plan, persons=persons)


def minute_of(client: Client, named: str, mode: str) -> MinuteReport:
    """Return a minute by how its id begins, else the newest of a mode. Raises OfficerError."""
    if named:
        return client.minute(named)
    found = next((each.minute for each in client.status().modes if each.mode == mode), None)
    if found is None:
        raise OfficerError("no-minute-yet", "there is none in this mode; order one: minute")
    return found
