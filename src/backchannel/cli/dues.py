"""Clocks in words: what is due from whom, in how long or since when, and what silence was entered.

This module must not reckon anything. What came over the line goes through `visible`.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
import typer

from backchannel.cli.options import grouped
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Look
from backchannel.cli.wording import ID_DIGITS, MODE_WIDTH
from backchannel.desk.telling import moment
from backchannel.limits import DUES_LISTED_MAX
from backchannel.station.asked import DueQuery
from backchannel.station.ladderreports import DueReport, DuesReport
from backchannel.wire.moments import spelled

app = typer.Typer()


@app.command("due")
@grouped
def show_due(
    *,
    limit: Annotated[
        int, typer.Option(min=1, max=DUES_LISTED_MAX, help="How many, the soonest.")
    ] = 50,
    look: Look,
) -> None:
    """Print what is due on both sides and in how long: overdue first, then the soonest."""
    found = look.client().due(DueQuery(limit))
    if look.json:
        show_json(msgspec.to_builtins(found))
        return
    show(*due_lines(found.clocks))
    if not found.open:
        say("Nothing is due.")
    elif found.open > len(found.clocks):
        say(f"{found.open - len(found.clocks)} further ones: --limit {found.open}")


def due_lines(clocks: Sequence[DueReport]) -> Iterator[str]:
    """Yield a line for each clock, its mode first."""
    for each in clocks:
        yield f"{each.mode:<{MODE_WIDTH}} {due_line(each)}"


def due_line(each: DueReport) -> str:
    """Return one clock in words."""
    clock = each.clock
    who = f"{visible(clock.by)} (we)" if each.ours else visible(clock.by)
    assert clock.left_s is not None and clock.due is not None, "only what runs is listed"
    left = spelled(abs(clock.left_s))
    when = f"OVERDUE by {left}" if clock.overdue else f"in {left}"
    what = visible(each.number) or f"a statement by {visible(each.author)}"
    return (
        f"{what}  {each.precedence}  {clock.duty} by {who} {when}  "
        f"({moment(clock.due)})  [{each.entry[:ID_DIGITS]}]"
    )


def status_due_lines(found: DuesReport) -> Iterator[str]:
    """Yield the soonest clocks for a status, and how many there are."""
    if found.reading:
        yield f"clocks: {found.reading} statements are still to be looked at"
    yield from due_lines(found.clocks)
    if found.open > len(found.clocks):
        yield f"{found.open} clocks run in all: backchannel due"
