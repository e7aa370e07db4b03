"""The monthly sheet: how the line did, in figures that both parties sign.

This module must not hold a rule.
"""

from typing import Annotated

import msgspec
import typer

from backchannel.cli.drafts import (
    Terms,
    entry_of,
    others,
    own_language,
    plan_of,
    require_enough,
    speak,
)
from backchannel.cli.options import grouped
from backchannel.cli.output import show, show_json, visible
from backchannel.cli.reach import Act, Look, Named, desk_when_speaking, people, read_mode
from backchannel.errors import JunkError, OfficerError
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import Filled, fill
from backchannel.notice.kinds import Relation
from backchannel.station.client import Client
from backchannel.station.figurereports import FiguresQuery, FiguresReport
from backchannel.station.reports import DeskReport, StatementReport
from backchannel.watch.figures import Figure, differing
from backchannel.wire.codec import Value, decode
from backchannel.wire.ids import EntryId
from backchannel.wire.moments import print_moment, read_moment
from backchannel.wire.statement import Kind, Label, Precedence

app = typer.Typer(help="The monthly sheet of figures.", no_args_is_help=True)

InMode = Annotated[str, typer.Option("--mode", help="real, exercise or test.")]
Month = Annotated[str, typer.Argument(metavar="MONTH", help="Such as 2026-11.")]
FORM, SHEET = "T20/1", "health-sheet"
FIGURES = 11


@app.command("show")
@grouped
def show_sheet(month: Month, *, mode: InMode = "real", look: Look) -> None:
    """Print the figures of a month, as our record gives them: tests, acknowledgements, paths."""
    found = look.client().figures(query_of(month, mode))
    if look.json:
        show_json(msgspec.to_builtins(found))
        return
    show(*(f"{visible(each.code):<48} {each.value} {each.unit}" for each in found.figures))


@app.command("send")
@grouped
def send_sheet(month: Month, *, mode: InMode = "real", act: Act) -> None:
    """Sign the figures of a month, and send them to be signed by the other room."""
    client = act.client()
    desk = desk_when_speaking(client, read_mode(mode))
    found = client.figures(query_of(month, mode))
    enter(act, client, desk, month, found)


@app.command("sign")
@grouped
def sign_sheet(named: Named, *, act: Act) -> None:
    """Sign a sheet of the other room: only if our own record gives the same figures."""
    client = act.client()
    about = client.show(named)
    month, theirs = sheet_in(about)
    desk = desk_when_speaking(client, about.line.words.mode)
    found = client.figures(query_of(month, desk.mode))
    ours = [Figure(each.code, each.value, each.unit) for each in found.figures]
    unlike = differing(ours, theirs)
    if unlike:
        said = "; ".join(
            f"{code}: {a or 'none'} here, {b or 'none'} there" for code, a, b in unlike
        )
        raise OfficerError("figures-differ", f"{said}. Compare the two records: backchannel check")
    enter(act, client, desk, month, found, about=entry_of(about))


# --- What the commands above are made of ----------------------------------------------------------


def query_of(month: str, mode: str) -> FiguresQuery:
    """Return the question for a month. Raises OfficerError("bad-month")."""
    try:
        return FiguresQuery(read_mode(mode), read_moment(f"{month}-01T00:00:00Z"))
    except JunkError:
        raise OfficerError("bad-month", f"got {month!a}, wanted a month as 2026-11") from None


def enter(
    act: Act,
    client: Client,
    desk: DeskReport,
    month: str,
    found: FiguresReport,
    *,
    about: EntryId | None = None,
) -> None:
    """Sign and enter a sheet; one that signs another's confirms it. Raises OfficerError."""
    persons = people(act, desk)
    form = form_named(FORM)
    fields: dict[int, Filled] = {
        1: SHEET,
        2: f"{print_moment(found.since)} to {print_moment(found.until)}",
        3: month,
        6: "Compare the figures with your own record, and sign them.",
        FIGURES: [[each.code, f"{each.value} {each.unit}"] for each in found.figures],
    }
    terms = Terms(desk.mode, Precedence.DEFERRED, own_language(desk, None))
    plan = plan_of(
        *(desk, terms, Kind.NOTICE),
        [each.credential for each in persons],
        to=others(desk),
        form=form.code,
        body=fill(form, fields),
        refs=() if about is None else (about,),
        relation=None if about is None else Relation.CONFIRM.value,
    )
    require_enough(desk, plan)
    act.confirm(f"Sign the {len(found.figures)} figures of {month}, {desk.mode}?")
    speak(client, act, desk=desk, plan=plan, persons=persons)


def sheet_in(about: StatementReport) -> tuple[str, list[Figure]]:
    """Return the month and the rows of a sheet. Raises OfficerError("no-sheet")."""
    content = decode(bytes.fromhex(about.content)) if about.content else ()
    match content[Label.BODY - 1 :] if isinstance(content, tuple) else ():
        case (str(kind), _, str(month), *_) as body if kind == SHEET and len(body) >= FIGURES:
            rows = body[FIGURES - 1]
            return month, [figure(row) for row in rows] if isinstance(rows, tuple) else []
    raise OfficerError("no-sheet", "this statement is no monthly sheet, or is not opened here")


def figure(row: Value) -> Figure:
    """Return one row of a sheet. Raises OfficerError("no-sheet")."""
    match row:
        case (str(code), (str(unit), int(whole), int(power))) if power == 0:
            return Figure(code, whole, unit)
    raise OfficerError("no-sheet", f"got the row {row!a}, wanted a code, a whole number and a unit")
