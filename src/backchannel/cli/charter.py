"""Commands of the charter: drafted, read, signed by one party, countersigned by the others.

This module must not hold a rule. A person sees the whole page before the roots sign.
"""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.charter.draft import parse_draft
from backchannel.charter.drafting import render_draft
from backchannel.cli.options import Consent, Keys, Printing, grouped
from backchannel.cli.output import Code, end, say, show, show_json
from backchannel.cli.pages import charter_json, charter_lines, page_of, share_lines
from backchannel.clock import SystemClock
from backchannel.station import charters
from backchannel.station import office as offices
from backchannel.station.charters import SignedCharter
from backchannel.station.enrolment import DAY_S
from backchannel.station.files import read_file, read_text, replace, require_absent, write_new
from backchannel.station.office import Office

app = typer.Typer(help="The charter of a line.", no_args_is_help=True)

CharterFile = Annotated[Path, typer.Argument(metavar="CHARTER", help="A charter file.")]
Out = Annotated[Path, typer.Option(help="File to write; it must not be there yet.")]
SIGN = "Have you read it, and compared every fingerprint by voice or in person? Sign it?"


class OfficeRoots(msgspec.Struct, frozen=True):
    """Whose roots sign, and which."""

    office: Annotated[Path, typer.Option(help="Folder of the office whose roots sign.")]
    root: Annotated[
        list[int] | None,
        typer.Option(help="Number of a root that signs; else as many as must, the first ones."),
    ] = None


@app.command("draft")
@grouped
def draft(
    *,
    section: Annotated[list[Path], typer.Option(help="Section of one party, in their order.")],
    name: Annotated[str, typer.Option(help="Name of the line.")],
    days: Annotated[int, typer.Option(min=1, help="How long the charter is valid.")] = 3650,
    exercise: Annotated[
        list[str] | None,
        typer.Option(metavar="FROM/UNTIL", help="Window of EXERCISE, each 2026-12-01T08:00:00Z."),
    ] = None,
    out: Out,
) -> None:
    """Make a draft of the parties' sections. Every field is spelled out."""
    clock = SystemClock()
    now = clock.now()
    made = charters.draft_charter(
        name,
        [read_text(path) for path in section],
        windows=charters.read_windows(exercise or ()),
        valid=(now, now + days * DAY_S),
        chance=clock.entropy(),
    )
    write_new(out, render_draft(made).encode())
    say(f"{out}: read it, change it, agree on it. Then one party signs it.")


@app.command("show")
@grouped
def show_charter(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A draft or a charter file.")],
    *,
    before: Annotated[
        Path | None, typer.Option(help="For an amendment: the charter file that it amends.")
    ] = None,
    printing: Printing,
) -> None:
    """Print a draft or a charter. Exit code 1 if it is signed and not in force."""
    raw = read_file(file)
    if not charters.is_charter_file(raw):
        show(*page_of(parse_draft(read_text(file)), None))
        return
    signed = charters.parse_charter_file(raw)
    known = None if before is None else charters.parse_charter_file(read_file(before))
    found = charters.shares(signed, charters.standing_roots(signed, known))
    if printing.json:
        show_json(charter_json(signed, found))
    else:
        show(*charter_lines(signed, found))
    if charters.lacking(found):
        end(Code.NEGATIVE)


@app.command("sign")
@grouped
def sign(
    file: Annotated[Path, typer.Argument(metavar="DRAFT", help="The draft that all agreed on.")],
    roots: OfficeRoots,
    *,
    out: Out,
    keys: Keys,
    consent: Consent,
    printing: Printing,
) -> None:
    """Sign a draft as the first party. From now on not a byte can change."""
    require_absent(out)
    office = offices.load_office(roots.office)
    line = None if office.authority is None else office.authority.line_id
    made = charters.unsigned(parse_draft(read_text(file)), line)
    made = ask_and_sign(office, made, roots, keys=keys, consent=consent)
    write_new(out, charters.pack_charter_file(made))
    say(f"{out}: the other party countersigns this file.")
    print_shares(office, made, printing)


@app.command("countersign")
@grouped
def countersign(
    file: CharterFile,
    roots: OfficeRoots,
    *,
    keys: Keys,
    consent: Consent,
    printing: Printing,
) -> None:
    """Add a party's signatures to a charter that another has signed."""
    office = offices.load_office(roots.office)
    made = charters.parse_charter_file(read_file(file))
    made = ask_and_sign(office, made, roots, keys=keys, consent=consent)
    replace(file, charters.pack_charter_file(made))
    print_shares(office, made, printing)


@app.command("amend")
@grouped
def amend(file: CharterFile, *, out: Out) -> None:
    """Make a draft that amends a charter. So far it says the same."""
    before = charters.parse_charter_file(read_file(file))
    write_new(out, render_draft(charters.draft_amendment(before)).encode())
    say(f"{out}: change what is to change. Parties and classes keep their numbers.")


def ask_and_sign(
    office: Office, signed: SignedCharter, roots: OfficeRoots, *, keys: Keys, consent: Consent
) -> SignedCharter:
    """Show the page, ask, and sign."""
    offices.require_signable(office, signed)
    say(*page_of(signed.charter, signed.line))
    consent.require(SIGN)
    return offices.sign(office, signed, roots.root or (), keys.ask)


def print_shares(office: Office, signed: SignedCharter, printing: Printing) -> None:
    """Print which line it is and who has signed."""
    found = charters.shares(signed, offices.roots_before(office, signed))
    if printing.json:
        show_json(charter_json(signed, found))
    else:
        show(f"line {signed.line.hex()}", *share_lines(found))
