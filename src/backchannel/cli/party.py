"""Commands of a party's office: its roots, and what it enters in the authority journal.

For a machine that is no station and stays unconnected. This module must not hold a rule.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.charter.credentials import parse_body
from backchannel.charter.office import Signer, Writing
from backchannel.charter.parties import Party, RootSet
from backchannel.charter.roster import standing_at
from backchannel.cli.options import Consent, Keys, MandateWords, Printing, Signing, grouped
from backchannel.cli.output import say, show, show_json
from backchannel.cli.pages import (
    credential_line,
    fingerprint_json,
    fingerprint_lines,
    office_json,
    office_lines,
)
from backchannel.clock import SystemClock
from backchannel.line.founding import pack_founding
from backchannel.station import office as offices
from backchannel.station.authorities import pack_authority
from backchannel.station.charters import parse_charter_file
from backchannel.station.enrolment import parse_request, read_mandate
from backchannel.station.files import read_file, write_new
from backchannel.station.office import Office

app = typer.Typer(help="A party's office: its roots, and who may do what.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="OFFICE", help="Folder of the office.")]
Out = Annotated[Path, typer.Option(help="File to write; it must not be there yet.")]


class SectionWords(msgspec.Struct, frozen=True):
    """What a party says of itself."""

    name: Annotated[str, typer.Option(help="Name of the party, as the charter will have it.")]
    contact: Annotated[str, typer.Option(help="How the party is reached beside the line.")]
    language: Annotated[list[str], typer.Option(help="Language tag; the party's own one first.")]


@app.command("new")
@grouped
def new_office(
    folder: Folder,
    section: SectionWords,
    *,
    roots: Annotated[int, typer.Option(help="How many roots the party has.")] = 1,
    threshold: Annotated[int, typer.Option(help="How many of them must sign.")] = 1,
    keys: Keys,
    printing: Printing,
) -> None:
    """Make an office. Its root keys are sealed under passphrases."""
    wanted = Party(section.name, RootSet((), threshold), section.contact, tuple(section.language))
    made = offices.make_office(folder, wanted, roots=roots, ask=keys.choose, clock=SystemClock())
    say(f"{folder / offices.SECTION} is your section: the draft of the charter needs it.")
    print_fingerprint(made, printing)


@app.command("show")
@grouped
def show_office(folder: Folder, *, printing: Printing) -> None:
    """Show what the office says of the party, and to whom it has issued what."""
    office = offices.load_office(folder)
    if printing.json:
        show_json(office_json(office))
    else:
        show(*office_lines(office))


@app.command("fingerprint")
@grouped
def show_fingerprint(folder: Folder, *, printing: Printing) -> None:
    """Print the fingerprint of the roots, to be read aloud."""
    print_fingerprint(offices.load_office(folder), printing)


@app.command("open")
@grouped
def open_line(
    folder: Folder,
    charter: Annotated[Path, typer.Argument(metavar="CHARTER", help="Signed by every party.")],
    *,
    printing: Printing,
) -> None:
    """Take the signed charter: the authority journal opens."""
    signed = parse_charter_file(read_file(charter))
    with offices.at_work(folder) as office:
        made = offices.open_line(office, signed)
    say("The authority journal is open. The fingerprint below is bound to this line.")
    print_fingerprint(made, printing)


@app.command("post")
@grouped
def issue_post(
    folder: Folder,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Names of the posts.")],
    *,
    mandate: MandateWords,
    signing: Signing,
    keys: Keys,
    consent: Consent,
) -> None:
    """Issue posts. Messages are addressed to them, and officers fill them."""
    now = SystemClock().now()
    with offices.at_work(folder) as office:
        authority = offices.opened(office)
        charter = standing_at(authority, authority.seq).charter
        granted = read_mandate(charter, now, **msgspec.structs.asdict(mandate))
        signers = signers_of(office, signing, keys)
        posts = [offices.new_post(name, granted, offices.parent_of(signers)) for name in names]
        confirm([credential_line(post) for post in posts], consent)
        enter(office, [offices.issue_post(post, now) for post in posts], signers)


@app.command("issue")
@grouped
def issue_request(
    folder: Folder,
    requests: Annotated[list[Path], typer.Argument(metavar="REQUEST...", help="Request files.")],
    *,
    signing: Signing,
    keys: Keys,
    consent: Consent,
) -> None:
    """Issue what officers and stations ask for, as it stands."""
    asked = [parse_request(read_file(path)) for path in requests]
    wanted = [parse_body(subject.body) for each in asked for subject in each.subjects]
    now = SystemClock().now()
    with offices.at_work(folder) as office:
        writings = [writing for each in asked for writing in offices.issues(office, each, now)]
        confirm([credential_line(each) for each in wanted], consent)
        enter(office, writings, signers_of(office, signing, keys))


@app.command("revoke")
@grouped
def revoke(
    folder: Folder,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A name, or how a credential's id begins.")
    ],
    *,
    reason: Annotated[str, typer.Option(help="replaced, withdrawn, lost or compromise.")],
    signing: Signing,
    keys: Keys,
    consent: Consent,
) -> None:
    """End every standing credential of a name. It is final."""
    with offices.at_work(folder) as office:
        found = offices.named(office, name)
        writings = offices.revocations(found, reason, SystemClock().now())
        confirm([credential_line(each.credential) for each in found], consent)
        enter(office, writings, signers_of(office, signing, keys))


@app.command("fresh")
@grouped
def say_fresh(folder: Folder, *, signing: Signing, keys: Keys) -> None:
    """Say that the authority journal is still current."""
    with offices.at_work(folder) as office:
        writing = offices.say_fresh(SystemClock().now())
        enter(office, [writing], signers_of(office, signing, keys))


@app.command("amend")
@grouped
def take_amendment(
    folder: Folder,
    charter: Annotated[Path, typer.Argument(metavar="CHARTER", help="Signed by every party.")],
    *,
    keys: Keys,
) -> None:
    """Enter an amendment. From this entry on it holds for the party."""
    signed = parse_charter_file(read_file(charter))
    with offices.at_work(folder) as office:
        writing = offices.amend(office, signed, SystemClock().now())
        enter(office, [writing], offices.root_signers(office, (), keys.ask))


@app.command("authority")
@grouped
def export_authority(folder: Folder, *, out: Out) -> None:
    """Write the authority file, for the party's stations and officers."""
    office = offices.load_office(folder)
    offices.opened(office)
    assert office.file is not None
    write_new(out, pack_authority(office.file))
    say(f"{out}: charter and {len(office.file.frames)} entries. It holds no secret.")


@app.command("founding")
@grouped
def export_founding(
    folder: Folder,
    *,
    station: Annotated[list[Path], typer.Option(help="Station file, of one station each.")],
    out: Out,
) -> None:
    """Write the founding file, to be carried to the other party."""
    founding = offices.founding_of(
        offices.load_office(folder), [read_file(path) for path in station], SystemClock().now()
    )
    write_new(out, pack_founding(founding))
    say(f"{out}: give it to the other party. It holds no secret, but it does hold names.")


# --- Shared by the commands above -----------------------------------------------------------------


def signers_of(office: Office, signing: Signing, keys: Keys) -> tuple[Signer, ...]:
    """Return who signs, their key files opened."""
    if signing.issuer:
        return offices.issuer_signers(office, signing.issuer, keys.ask)
    return offices.root_signers(office, signing.root or (), keys.ask)


def confirm(lines: Sequence[str], consent: Consent) -> None:
    """Show what is about to be entered, and ask."""
    say(*lines)
    consent.require("Enter this in the authority journal?")


def enter(office: Office, writings: Sequence[Writing], signers: Sequence[Signer]) -> None:
    """Enter, and say up to where the journal goes now."""
    made = offices.enter(office, writings, signers)
    say(f"Entered. The journal ends at entry {offices.opened(made).seq}; carry the authority file.")


def print_fingerprint(office: Office, printing: Printing) -> None:
    """Print the fingerprint that counts now."""
    if printing.json:
        show_json(fingerprint_json(office))
    else:
        show(*fingerprint_lines(office))
