"""The watch: an officer signs on, hands over item by item, leaves; who is on watch in each room.

This module must not hold a rule, and must not let anybody take over what he has not seen.
"""

import sys
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer

from backchannel.cli.drafts import (
    Terms,
    entry_of,
    others,
    own_language,
    plan_of,
    speak,
)
from backchannel.cli.lamps import duty_line
from backchannel.cli.options import grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Act, Look, Person, desk_when_speaking, people, read_mode
from backchannel.cli.wording import log_lines
from backchannel.errors import OfficerError
from backchannel.limits import DUES_LISTED_MAX, ITEMS_MAX
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import Filled, fill
from backchannel.station.asked import DueQuery
from backchannel.station.client import Client
from backchannel.station.clocking import DUTY_WORDS
from backchannel.station.reports import DeskReport, LogLine
from backchannel.watch.clocks import Duty
from backchannel.watch.duty import FORM, Turn
from backchannel.wire.ids import EntryId
from backchannel.wire.moments import print_moment
from backchannel.wire.statement import Kind, Precedence

app = typer.Typer(help="Who is on watch: sign on, hand over, leave.", no_args_is_help=True)

InMode = Annotated[str, typer.Option("--mode", help="real, exercise or test.")]


class Card(msgspec.Struct, frozen=True):
    """What an officer says of the watch that he takes."""

    post: Annotated[str | None, typer.Option(help="Post; else the only one you fill.")] = None
    level: Annotated[
        str, typer.Option(help="Authority here: watch-officer, commander, minister or head.")
    ] = "watch-officer"
    principal_in: Annotated[
        str | None, typer.Option(help='How soon a principal can be there, as "30 min".')
    ] = None
    due: Annotated[
        str | None, typer.Option(help="When the watch changes next, as 2026-12-01T14:00:00Z.")
    ] = None
    remarks: Annotated[str | None, typer.Option(help="A remark of 200 characters at most.")] = None


@app.command("show")
@grouped
def show_watch(*, look: Look) -> None:
    """Print who is on watch in each room, by their own signed word."""
    found = look.client().status().watch
    if look.json:
        show_json({"watch": msgspec.to_builtins(found)})
        return
    show(*(duty_line(each) for each in found))
    if not found:
        say("Nobody has signed on to a watch yet.")


@app.command("on")
@grouped
def sign_on(*, mode: InMode = "real", card: Card, act: Act) -> None:
    """Sign on: you are on watch at your post. Again with another level: that is what holds now."""
    client, desk, persons = at_desk(act, mode, 1)
    change(act, client, desk, persons, filled(desk, Turn.ON, persons, card))


@app.command("off")
@grouped
def leave(
    *,
    mode: InMode = "real",
    post: Annotated[str | None, typer.Option(help="Post; else the only one you fill.")] = None,
    remarks: Annotated[str | None, typer.Option(help="A remark.")] = None,
    act: Act,
) -> None:
    """Leave the watch of your post to nobody. Both rooms see that it is not manned."""
    client, desk, persons = at_desk(act, mode, 1)
    card = Card(post=post, level="", remarks=remarks)
    change(act, client, desk, persons, filled(desk, Turn.OFF, persons, card))


@app.command("hand-over")
@grouped
def hand_over(
    *,
    mode: InMode = "real",
    card: Card,
    item: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="An open matter taken over; at a terminal each is asked."),
    ] = None,
    act: Act,
) -> None:
    """Hand over item by item. Give --officer twice: first who leaves, then who takes over. Each
    open matter is put before who takes over; one that he does not take stops the hand-over."""
    client, desk, persons = at_desk(act, mode, 2)
    matters = open_matters(client, desk.mode)
    taken = taken_over(act, client, matters, item)
    fields = filled(desk, Turn.HAND_OVER, persons, card)
    change(act, client, desk, persons, {**fields, 7: [each.hex() for each in taken]})


# --- What the commands above are made of ----------------------------------------------------------


def at_desk(act: Act, mode: str, wanted: int) -> tuple[Client, DeskReport, tuple[Person, ...]]:
    """Return the station, what lies at hand there, and as many officers as are wanted.

    Raises OfficerError.
    """
    client = act.client()
    desk = desk_when_speaking(client, read_mode(mode))
    persons = people(act, desk)
    if len({each.credential for each in persons}) != wanted or len(persons) != wanted:
        raise OfficerError("watch-officers", f"got {len(persons)} key files, wanted {wanted}")
    return client, desk, persons


def filled(
    desk: DeskReport, turn: Turn, persons: Sequence[Person], card: Card
) -> dict[int, Filled]:
    """Return the form of the watch, filled in. Raises OfficerError."""
    fields = {
        1: turn.value,
        2: post_of(persons, card.post),
        3: print_moment(desk.now),
        4: card.level,
        5: card.principal_in,
        6: card.due,
        8: card.remarks,
    }
    return {no: text for no, text in fields.items() if text}


def post_of(persons: Sequence[Person], post: str | None) -> str:
    """Return the post that they all fill: the one named, or the only one. Raises OfficerError."""
    shared = [each for each in persons[0].posts if all(each in one.posts for one in persons)]
    if post is None and len(shared) == 1:
        return shared[0]
    if post not in shared:
        names = ", ".join(person.name for person in persons)
        wanted = (
            f"name with --post one of {', '.join(shared)}"
            if shared
            else "there is no post that all of them fill"
        )
        raise OfficerError("watch-post", f"{names}: {wanted}")
    return post


def open_matters(client: Client, mode: str) -> tuple[LogLine, ...]:
    """Return the statements on which an officer's word is still waited for, however old, the
    oldest first (NOTICE-124).

    Raises OfficerError("watch-too-many") for more than one hand-over can name.
    """
    found = client.due(DueQuery(DUES_LISTED_MAX))
    waiting = {
        each.entry
        for each in found.clocks
        if each.mode == mode and each.clock.duty != DUTY_WORDS[Duty.HELD]
    }
    if len(waiting) > ITEMS_MAX or found.open > len(found.clocks):
        raise OfficerError(
            "watch-too-many",
            f"at least {len(waiting)} matters are open, a hand-over names {ITEMS_MAX}; close what "
            "is over",
        )
    lines = [client.show(entry).line for entry in waiting]
    return tuple(sorted(lines, key=lambda line: line.arrival))


def taken_over(
    act: Act, client: Client, matters: Sequence[LogLine], items: list[str] | None
) -> tuple[EntryId, ...]:
    """Return the open matters, once whoever takes over has been shown each and has taken it
    (NOTICE-124).

    Raises OfficerError for a matter that he leaves.
    """
    asks = items is None and sys.stdin.isatty() and not act.yes
    named = {entry_of(client.show(each)) for each in items or ()}
    taken = []
    for n, line in enumerate(matters, 1):
        entry = EntryId(bytes.fromhex(line.entry))
        say("", f"Open matter {n} of {len(matters)}:", *log_lines(line))
        if asks:
            act.confirm(f"Do you take over {line.number or line.entry[:12]}?")
        elif entry not in named:
            raise OfficerError(
                "watch-item-left",
                f"{visible(line.number)} is open: take it over with --item {line.entry[:12]}",
            )
        taken.append(entry)
    return tuple(taken)


def change(
    act: Act,
    client: Client,
    desk: DeskReport,
    persons: Sequence[Person],
    fields: dict[int, Filled],
) -> None:
    """Sign and enter a change of the watch, and print what came of it. Raises OfficerError."""
    form = form_named(FORM)
    terms = Terms(desk.mode, Precedence[form.precedence], own_language(desk, None))
    plan = plan_of(
        *(desk, terms, Kind.NOTICE),
        [each.credential for each in persons],
        to=others(desk),
        form=form.code,
        body=fill(form, fields),
    )
    what = ", ".join(str(fields[no]) for no in (1, 2, 4) if no in fields)
    act.confirm(f"Enter the watch, {desk.mode}: {what}?")
    speak(client, act, desk=desk, plan=plan, persons=persons)
