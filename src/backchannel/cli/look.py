"""Looking: the log, one statement, how the line stands, what a doctor says.

This module must not change anything, but for one thing: `show` on a terminal, with an officer's
key, reports that the whole text was drawn. The log never does.
"""

import sys
from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from backchannel.cli.lamps import doctor_lines, minute_lines, status_lines
from backchannel.cli.options import grouped
from backchannel.cli.output import Code, end, say, show, show_json
from backchannel.cli.phrased import InLanguage, phrased_lines
from backchannel.cli.reach import Act, Look, Named, people, read_mode
from backchannel.cli.wording import log_lines, statement_lines
from backchannel.errors import OfficerError
from backchannel.limits import LOG_LINES_MAX
from backchannel.notice.phrasebook import book_of
from backchannel.station.asked import Drawn, LogQuery
from backchannel.station.client import Client
from backchannel.station.minutereports import MinuteReport
from backchannel.station.reports import LogLine, LogPage, StatementReport

app = typer.Typer()


@app.command("log")
@grouped
def show_log(
    *,
    mode: Annotated[str | None, typer.Option(help="One mode only.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=LOG_LINES_MAX, help="How many, the newest ones.")
    ] = 20,
    before: Annotated[int | None, typer.Option(help="Only what came before this arrival.")] = None,
    look: Look,
) -> None:
    """Print statements, the newest last, each with its translations and how far it has come."""
    wanted = LogQuery(read_mode(mode) if mode else None, limit, before)
    page = look.client().log(wanted)
    if look.json:
        show_json(msgspec.to_builtins(page))
        return
    for each in in_order(page):
        lines = minute_lines(each) if isinstance(each, MinuteReport) else log_lines(each)
        show(*lines, "")
    if page.before is not None:
        say(f"Earlier ones: --before {page.before}")


def in_order(page: LogPage) -> Iterator[LogLine | MinuteReport]:
    """Yield accepted statements and minutes, the newest last, then what is kept aside."""
    accepted: list[LogLine | MinuteReport] = [*page.lines, *page.minutes]
    yield from sorted(accepted, key=lambda each: each.arrival)
    yield from page.aside


@app.command("show")
@grouped
def show_statement(named: Named, *, in_language: InLanguage = None, act: Act) -> None:
    """Print all there is to know of one statement, or of a minute by its id. With an officer's
    key, on a terminal, the station enters that a statement was shown at his posts. With --in,
    print what it says in the words of a language; free text keeps its own."""
    book = book_of(in_language) if in_language else None
    client = act.client()
    found = statement_or_minute(client, named)
    if isinstance(found, MinuteReport):
        show_minute(found, as_json=act.json)
        return
    phrased = () if book is None else tuple(phrased_lines(found, book))
    if act.json:
        show_json(msgspec.to_builtins(found) | ({"reads": phrased} if phrased else {}))
        return
    show(*(phrased or statement_lines(found)))
    if act.officer and sys.stdout.isatty() and may_be_shown(found):
        person = people(act, client.desk(found.line.words.mode))[0]
        drawn = Drawn(found.line.entry, found.croot, person.credential.hex())
        say(client.shown(drawn).text)


def statement_or_minute(client: Client, name: str) -> StatementReport | MinuteReport:
    """Return a statement, or else the minute of this id. Raises OfficerError."""
    try:
        return client.show(name)
    except OfficerError as fault:
        if fault.reason != "no-such-entry":
            raise
    return client.minute(name)


def show_minute(found: MinuteReport, *, as_json: bool) -> None:
    """Print a minute, as an object or in lines."""
    if as_json:
        show_json(msgspec.to_builtins(found))
    else:
        show(*minute_lines(found))


def may_be_shown(found: StatementReport) -> bool:
    """Say whether showing a statement means anything: it is theirs, accepted, and has words."""
    words = found.line.words
    return not words.ours and found.line.arrival > 0 and bool(words.text or words.fields)


@app.command("status")
@grouped
def show_status(*, look: Look) -> None:
    """Print how the line stands: modes, other stations, what waits, what needs a person."""
    found = look.client().status()
    if look.json:
        show_json(msgspec.to_builtins(found))
    else:
        show(*status_lines(found))


@app.command("beacon")
@grouped
def show_beacon(*, look: Look) -> None:
    """Print the key under which witnesses know our beacon log: hand it to their operators."""
    found = look.client().status().beacon
    if found is None:
        raise OfficerError(
            "no-beacon", "the charter names no witnesses, or this station does not speak in REAL"
        )
    if look.json:
        show_json(msgspec.to_builtins(found))
    else:
        show(found.key)


@app.command("doctor")
@grouped
def show_doctor(*, look: Look) -> None:
    """Say in words what works and what does not, and what to do. Ends with 1 on an alarm."""
    found = look.client().doctor()
    if look.json:
        show_json(msgspec.to_builtins(found))
    else:
        show(*doctor_lines(found))
    if any(each.level == "alarm" for each in found.findings):
        end(Code.NEGATIVE)
