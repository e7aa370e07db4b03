"""Commands of an officer: a key of one's own, and what to ask the office for.

The key never leaves the officer's file; the request holds no secret. This module must not hold a
rule.
"""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.charter.credentials import Credential, parse_body
from backchannel.cli.options import Keys, MandateWords, grouped
from backchannel.cli.output import say
from backchannel.cli.pages import credential_line
from backchannel.clock import SystemClock
from backchannel.station import enrolment
from backchannel.station.authorities import Papers, issuer_named, posts_named, read_papers
from backchannel.station.files import read_file, require_absent, write_new
from backchannel.station.keyring import OfficerSecret, new_officer, open_officer

app = typer.Typer(help="An officer's key, and the request for a mandate.", no_args_is_help=True)

KeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="The officer's key file.")]


class Asked(msgspec.Struct, frozen=True):
    """What an officer asks for beside the mandate, and where the office's papers are."""

    charter: Annotated[
        Path, typer.Option(help="The signed charter; or the office's authority file, for posts.")
    ]
    post: Annotated[list[str] | None, typer.Option(help="Name of a post to be filled.")] = None
    issuer: Annotated[
        bool, typer.Option("--issuer", help="Also issue, revoke, restore: for the office.")
    ] = False
    under: Annotated[
        str | None, typer.Option(help="Name of the officer who will sign in place of the roots.")
    ] = None
    out: Annotated[Path | None, typer.Option(help="Request file; else beside the key.")] = None


@app.command("new")
@grouped
def new_key(
    file: KeyFile,
    *,
    name: Annotated[str, typer.Option(help="Name or call sign, as the other party will see it.")],
    asked: Asked,
    mandate: MandateWords,
    keys: Keys,
) -> None:
    """Make an officer's key, and a request for the office."""
    papers, wanted = wanted_of(name, asked, mandate)
    out = asked.out or enrolment.request_path(file)
    require_absent(out)
    require_absent(file)
    alg = enrolment.alg_for(wanted.powers)
    secret = new_officer(file, keys.choose(file.name), name=name, alg=alg, clock=SystemClock())
    write_request(papers, wanted, secret, out)


@app.command("request")
@grouped
def renew_request(file: KeyFile, *, asked: Asked, mandate: MandateWords, keys: Keys) -> None:
    """Ask for another mandate with a key that is there already."""
    out = asked.out or enrolment.request_path(file)
    require_absent(out)
    secret = open_officer(file, keys.ask(file.name))
    papers, wanted = wanted_of(secret.name, asked, mandate)
    write_request(papers, wanted, secret, out)


def wanted_of(name: str, asked: Asked, mandate: MandateWords) -> tuple[Papers, Credential]:
    """Return the papers, and the credential that is asked for."""
    papers = read_papers(read_file(asked.charter))
    words = msgspec.structs.asdict(mandate)
    if asked.issuer:
        words["powers"] = f"{mandate.powers},{enrolment.ISSUER_POWERS}"
    granted = enrolment.read_mandate(papers.charter, SystemClock().now(), **words)
    posts = posts_named(papers, tuple(asked.post or ()))
    issuer = issuer_named(papers, asked.under)
    return papers, enrolment.officer_wanted(name, granted, posts=posts, issuer=issuer)


def write_request(papers: Papers, wanted: Credential, secret: OfficerSecret, out: Path) -> None:
    """Write the request file, and say what stands in it."""
    request = enrolment.ask_for_officer(papers.line, wanted, secret.keys)
    write_new(out, enrolment.pack_request(request))
    say(*(credential_line(parse_body(subject.body)) for subject in request.subjects))
    say(f"{out}: carry it to your office, which takes it as it stands or refuses it.")
