"""Keeping the record: checking it, passing a stretch of it on, backing it up.

This module must not write over a file, or call a record whole by itself.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.cli.lamps import check_lines
from backchannel.cli.options import grouped
from backchannel.cli.output import report, say, show, show_json
from backchannel.cli.reach import Look, read_mode
from backchannel.cli.wording import log_lines
from backchannel.errors import BackchannelError, OfficerError
from backchannel.limits import LOG_LINES_MAX, MOMENT_MAX
from backchannel.station.asked import CheckNews, CheckReport, LogQuery, SpanQuery
from backchannel.station.checking import check_file, lines_in
from backchannel.station.client import Client
from backchannel.station.files import faults, make_folder, require_absent
from backchannel.station.reports import LogLine
from backchannel.wire.moments import read_moment

app = typer.Typer()

TRANSCRIPT, READABLE = "transcript.bct", "transcript.txt"
# The outcome of a check is its exit code; where it could not be done there is no outcome, unless
# the file itself is no database any more.
COULD_NOT = 3
OUTCOMES = {"database-damaged": 2}


@app.command("check")
@grouped
def check(
    *,
    file: Annotated[
        Path | None,
        typer.Option(help="A backup, or the database of a stopped station; words stay sealed."),
    ] = None,
    look: Look,
) -> None:
    """Verify every entry from the disk. Ends with 0 whole, 1 findings of others' making, 2 our own
    record is damaged, 3 it could not be checked."""
    try:
        found = last_of(news_of(file, look))
    except BackchannelError as fault:
        report(fault)
        raise typer.Exit(OUTCOMES.get(fault.reason, COULD_NOT)) from None
    if look.json:
        show_json(msgspec.to_builtins(found))
    else:
        show(*check_lines(found))
    if found.outcome:
        raise typer.Exit(found.outcome)


def news_of(file: Path | None, look: Look) -> Iterator[CheckNews]:
    """Yield the news of a check by the station, or of a file. Raises BackchannelError."""
    if file is None:
        yield from look.client().check()
        return
    found = lines_in(file)
    if len(found) > 1:
        say(f"{file} holds {len(found)} lines; the first is checked.")
    yield from check_file(file, found[0], wrap_key=None)


def last_of(news: Iterator[CheckNews]) -> CheckReport:
    """Return the report at the end of a check, and print on the way how far it is.

    Raises OfficerError("check-broken") if there is none.
    """
    for each in news:
        if each.report is not None:
            return each.report
        say(f"checked {each.checked} of {each.of}")
    raise OfficerError("check-broken", "the check broke off; look at the station, and try again")


@app.command("export")
@grouped
def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="New folder to write.")],
    *,
    mode: Annotated[str, typer.Option(help="real, exercise or test.")] = "real",
    since: Annotated[str | None, typer.Option(help="From, as 2026-12-01T00:00:00Z.")] = None,
    until: Annotated[str | None, typer.Option(help="Until, in the same form.")] = None,
    look: Look,
) -> None:
    """Write a stretch of the record: frames that can be checked, and a text to read. Words are in
    clear in both."""
    client = look.client()
    span = SpanQuery(
        read_mode(mode),
        read_moment(since) if since is not None else 0,
        read_moment(until) if until is not None else MOMENT_MAX,
    )
    require_absent(folder)
    pieces = client.transcript(span)
    first = next(pieces, b"")
    make_folder(folder)
    size = write_pieces(folder / TRANSCRIPT, first, pieces)
    lines = write_readable(folder / READABLE, client, span)
    if look.json:
        show_json({"folder": str(folder), "bytes": size, "statements": lines})
    else:
        show(str(folder))
    say(f"{TRANSCRIPT}: {size} bytes. {READABLE}: {lines} statements. Both hold words in clear.")


def write_pieces(path: Path, first: bytes, pieces: Iterator[bytes]) -> int:
    """Write the frames of a stretch as they come; return how many bytes. Raises CustodyError."""
    with faults(path), path.open("xb") as stream:
        return stream.write(first) + sum(map(stream.write, pieces))


def write_readable(path: Path, client: Client, span: SpanQuery) -> int:
    """Write the statements of a stretch as a text, oldest first; return how many."""
    found = list(lines_in_span(client, span))
    with faults(path), path.open("x", encoding="utf-8") as stream:
        for line in reversed(found):
            stream.write("\n".join(log_lines(line)) + "\n\n")
    return len(found)


def lines_in_span(client: Client, span: SpanQuery) -> Iterator[LogLine]:
    """Yield the statements of a stretch, newest first."""
    before: int | None = None
    while True:
        page = client.log(LogQuery(span.mode, LOG_LINES_MAX, before))
        yield from (each for each in page.lines if span.since <= each.time <= span.until)
        if page.before is None:
            return
        before = page.before


@app.command("backup")
@grouped
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="New file to write.")],
    *,
    look: Look,
) -> None:
    """Write the record without any key into a new file, while the station goes on."""
    told = look.client().backup(file.absolute())
    if look.json:
        show_json({"file": str(file.absolute())})
    else:
        show(str(file))
    say(told.text)
