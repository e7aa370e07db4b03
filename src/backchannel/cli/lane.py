"""Lanes: which subject areas are suspended, and the notices that suspend and resume one.

This module must not hold a rule.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from backchannel.cli.drafts import Terms, others, own_language, plan_of, require_enough, speak
from backchannel.cli.options import grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Act, Look, desk_when_speaking, people, read_mode
from backchannel.cli.wording import MODE_WIDTH
from backchannel.desk.telling import moment
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import Filled, fill
from backchannel.station.lanereports import LaneReport
from backchannel.watch.lanes import FORM, Turn
from backchannel.wire.moments import print_moment, read_moment
from backchannel.wire.statement import Kind, Precedence

app = typer.Typer(help="Lanes: what is suspended, suspend, resume.", no_args_is_help=True)

LaneName = Annotated[str, typer.Argument(metavar="LANE", help="As the charter names it.")]
InMode = Annotated[str, typer.Option("--mode", help="real, exercise or test.")]
DAY_S = 86_400


@app.command("show")
@grouped
def show_lanes(*, look: Look) -> None:
    """Print which lanes are suspended, by whom, and since when."""
    found = look.client().status().lanes
    if look.json:
        show_json({"lanes": msgspec.to_builtins(found)})
        return
    show(*lane_lines(found))
    if not found:
        say("All lanes are open.")


@app.command("suspend")
@grouped
def suspend(
    lane: LaneName,
    *,
    what: Annotated[str, typer.Option(help="What the other room should do meanwhile.")],
    since: Annotated[
        str | None, typer.Option("--from", help="From when, as 2026-12-01T00:00:00Z; else now.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Until when; else until it is resumed.")] = None,
    mode: InMode = "real",
    act: Act,
) -> None:
    """Suspend a lane. One that the charter protects is announced by this: it closes by a second
    notice, and when the charter's delay has passed."""
    enter(act, mode, Turn.SUSPEND, lane, (since, until or "unknown"), what)


@app.command("resume")
@grouped
def resume(
    lane: LaneName,
    *,
    what: Annotated[str, typer.Option(help="What the other room should do now.")],
    mode: InMode = "real",
    act: Act,
) -> None:
    """Resume a lane that we suspended, or take back that we would."""
    enter(act, mode, Turn.RESUME, lane, (None, "unknown"), what)


# --- What the commands above are made of ----------------------------------------------------------


def enter(
    act: Act, mode: str, turn: Turn, lane: str, window: tuple[str | None, str], what: str
) -> None:
    """Sign and enter a notice about a lane. Raises OfficerError."""
    client = act.client()
    desk = desk_when_speaking(client, read_mode(mode))
    persons = people(act, desk)
    form = form_named(FORM)
    begin = print_moment(read_moment(window[0])) if window[0] else print_moment(desk.now)
    fields: dict[int, Filled] = {
        1: turn.value,
        2: f"{begin} to {window[1]}",
        3: lane,
        6: what,
        **({9: print_moment(desk.now + DAY_S)} if turn == Turn.RESUME else {}),
    }
    terms = Terms(desk.mode, Precedence.PRIORITY, own_language(desk, None))
    plan = plan_of(
        *(desk, terms, Kind.NOTICE),
        [each.credential for each in persons],
        to=others(desk),
        form=form.code,
        body=fill(form, fields),
    )
    require_enough(desk, plan)
    act.confirm(f"{turn.value} {lane} from {begin}, {desk.mode}?")
    speak(client, act, desk=desk, plan=plan, persons=persons)


def lane_lines(found: tuple[LaneReport, ...]) -> Iterator[str]:
    """Yield a line for each lane that is suspended, or is announced to be."""
    for each in found:
        head = f"{each.mode:<{MODE_WIDTH}} {visible(each.lane)}, by {visible(each.party)}:"
        until = "" if each.until is None else f" until {moment(each.until)}"
        if each.since is None:
            yield f"{head} announced {moment(each.announced)}, OPEN until a second notice"
        elif each.closed:
            yield f"{head} SUSPENDED since {moment(each.since)}{until}"
        else:
            yield f"{head} to be suspended from {moment(each.since)}{until}"
