"""Opening an archive: a warrant is entered, the sealed file handed out, and a period opened.

What is opened leaves the station sealed, and is opened here from files. This module must not hold a
rule, or open what no warrant names.
"""

from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.options import Printing, grouped
from backchannel.cli.output import Code, say, show, show_json, visible
from backchannel.cli.reach import Look
from backchannel.errors import OfficerError
from backchannel.oversight.trustees import Archive, OpenedWords, judge_archive, open_period
from backchannel.proof.archivefile import parse_archive, parse_shares
from backchannel.station.authorities import read_papers
from backchannel.station.files import read_file, require_absent, write_new
from backchannel.wire.archive import DAY_S
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_moment
from backchannel.wire.statement import Kind, Label

app = typer.Typer(help="Open what was sealed, under a warrant.", no_args_is_help=True)

ArchiveName = Annotated[Path, typer.Argument(metavar="ARCHIVE", help="The archive file.")]
Papers = Annotated[Path, typer.Option(help="The authority file of the party.")]


@app.command("enter")
@grouped
def enter(
    warrant: Annotated[Path, typer.Argument(help="A warrant that all its signers have signed.")],
    *,
    look: Look,
) -> None:
    """Enter a warrant in the record of all rooms; nothing is opened before."""
    told = look.client().opening(read_file(warrant))
    if look.json:
        show_json({"opening": told.text, "entered": told.entered})
    else:
        show(told.text)
    if not told.entered:
        say("This warrant had been entered before; nothing was entered twice.")


@app.command("export")
@grouped
def export(
    opening: Annotated[str, typer.Argument(help="The opening's id, or its first digits.")],
    *,
    out: Annotated[Path, typer.Option(help="New file to write.")],
    look: Look,
) -> None:
    """Write what an opening names, as it is sealed, for the holders of the shares."""
    require_absent(out)
    write_new(out, look.client().archive(opening))
    say(f"{out}: sealed; give it to the holders, and whoever opens it.")


@app.command("open")
@grouped
def open_archive(
    file: ArchiveName,
    shares: Annotated[list[Path], typer.Argument(help="Files of shares, one of each holder.")],
    *,
    papers: Papers,
    printing: Printing,
) -> None:
    """Open what the warrant names, with the shares of enough holders.

    Exit code 1 if something did not open: who answers for it is named.
    """
    archive = judged(file, papers)
    found = open_period(archive, [parse_shares(read_file(each)) for each in shares])
    if printing.json:
        show_json(
            {
                "purpose": archive.ordered.order.purpose,
                "words": [as_json(each) for each in found.words],
                "faults": [each._asdict() for each in found.faults],
            }
        )
    else:
        for each in found.words:
            show(*lines_of(each))
    for fault in found.faults:
        say(f"{fault.reason}: {visible(fault.text)}")
    if found.faults:
        raise typer.Exit(Code.NEGATIVE)


def judged(file: Path, papers: Path) -> Archive:
    """Return an archive, judged under the authority file, and say what its warrant orders.

    Raises OfficerError, JunkError, BreachError.
    """
    read = read_papers(read_file(papers))
    if read.authority is None:
        raise OfficerError("papers-kind", f"{papers}: wanted the authority file of the party")
    archive = judge_archive(parse_archive(read_file(file)), read.authority)
    order = archive.ordered.order
    labels = ", ".join(map(str, order.labels)) or "all"
    say(
        f"line {archive.file.line.hex()}",
        f"warrant: {print_moment(order.first * DAY_S)} to the end of the day of "
        f"{print_moment(order.last * DAY_S)}, fields {labels}: {visible(order.purpose)}",
        f"entered at {print_moment(archive.time)} as {archive.file.opening.hex()}",
    )
    return archive


def name_of(label: int) -> str:
    """Return how a field is called here."""
    common = label < Label.BODY
    return Label(label).name.lower().replace("_", " ") if common else f"field {label}"


def lines_of(words: OpenedWords) -> tuple[str, ...]:
    """Return one statement in lines."""
    kind = Kind(words.kind).name.lower().replace("_", " ")
    form = f" {visible(words.form)}" if words.form else ""
    slot = f"journal {words.no} slot {words.seq}"
    head = f"{kind}{form}, {slot}, {print_moment(words.time)}  [{words.entry.hex()[:12]}]"
    return (head, *(f"  {name_of(n)}: {visible(in_words(value))}" for n, value in words.fields))


def in_words(value: Value) -> str:
    """Return a value as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return ", ".join(map(in_words, value))
    return str(value)


def as_json(words: OpenedWords) -> dict[str, object]:
    """Return one statement as data."""
    return {
        "journal": words.no,
        "seq": words.seq,
        "entry": words.entry.hex(),
        "time": words.time,
        "kind": Kind(words.kind).name.lower(),
        "form": words.form or "",
        "fields": {str(label): in_words(value) for label, value in words.fields},
    }
