"""Commands of a trustee or custodian: a key, a warrant, and the shares that are given under it.

Everything goes by files; no station need be near, and the key never leaves its own. This module
must not hold a rule.
"""

from base64 import b64encode
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.charter.credentials import CredentialKind
from backchannel.charter.drafting import quoted
from backchannel.charter.roster import Authority, Issued
from backchannel.cli.archive import ArchiveName, Papers, judged
from backchannel.cli.options import Consent, Keys, grouped
from backchannel.cli.order import ModeWord
from backchannel.cli.output import say, show, visible
from backchannel.cli.reach import read_mode
from backchannel.clock import SystemClock
from backchannel.errors import OfficerError
from backchannel.line.draftfile import Draft, add_signature, missing, pack_draft, parse_draft
from backchannel.oversight.trustees import give_shares
from backchannel.station import enrolment
from backchannel.station.authorities import read_papers
from backchannel.station.files import read_file, replace, require_absent, write_new
from backchannel.station.keyring import HolderSecret, new_holder, open_holder
from backchannel.wire.archive import DAY_S, Order, order_values, parse_order
from backchannel.wire.ids import CredentialId
from backchannel.wire.moments import print_moment, read_moment
from backchannel.wire.signing import Mode
from backchannel.wire.statement import (
    SALT_BYTES,
    Content,
    Kind,
    Precedence,
    Statement,
    content_root,
    pack_content,
    pack_statement,
    parse_statement,
)

app = typer.Typer(help="A trustee or custodian: key, warrant, shares.", no_args_is_help=True)

KeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="The holder's key file.")]
HOLDERS = (CredentialKind.TRUSTEE, CredentialKind.CUSTODIAN)


class Period(msgspec.Struct, frozen=True):
    """What a warrant is to name."""

    since: Annotated[str, typer.Option("--from", help="First day, as 2026-11-01T00:00:00Z.")]
    until: Annotated[str, typer.Option("--to", help="Last day, as a moment in it.")]
    purpose: Annotated[str, typer.Option(help="For whom and why, one line.")]
    field: Annotated[
        list[int] | None, typer.Option(help="Label of a field to open; again for more; else all.")
    ] = None
    mode: ModeWord = "real"

    def order(self) -> Order:
        """Return what is ordered. Raises OfficerError."""
        first, last = (read_moment(each) // DAY_S for each in (self.since, self.until))
        return Order(first, last, tuple(sorted(set(self.field or ()))), self.purpose)


@app.command("new")
@grouped
def new_key(
    file: KeyFile,
    *,
    name: Annotated[str, typer.Option(help="Name, as the charter will have it.")],
    keys: Keys,
) -> None:
    """Make the key of a trustee or custodian, and print the lines that go into the charter."""
    secret = new_holder(file, keys.choose(file.name), name=name, clock=SystemClock())
    show(
        "[[oversight.trustee]]  # or [[oversight.custodian]]",
        f"name = {quoted(secret.name)}",
        f'key = "{b64encode(secret.keys.pq_public).decode()}"',
    )


@app.command("request")
@grouped
def request(
    file: KeyFile,
    *,
    charter: Annotated[Path, typer.Option(help="The signed charter.")],
    custodian: Annotated[bool, typer.Option("--custodian", help="Not trustee: custodian.")] = False,
    days: Annotated[int, typer.Option(help="How long it is valid.")] = 365,
    out: Annotated[Path | None, typer.Option(help="Request file; else beside the key.")] = None,
    keys: Keys,
) -> None:
    """Ask the party's office for the credential with which a warrant is signed."""
    target = out or enrolment.request_path(file)
    require_absent(target)
    papers = read_papers(read_file(charter))
    secret = open_holder(file, keys.ask(file.name))
    kind = CredentialKind.CUSTODIAN if custodian else CredentialKind.TRUSTEE
    valid = enrolment.validity(papers.charter, SystemClock().now(), days)
    wanted = enrolment.ask_for_holder(papers.line, secret.name, secret.keys, kind=kind, valid=valid)
    write_new(target, enrolment.pack_request(wanted))
    say(f"{target}: carry it to the office, which takes it as it stands or refuses it.")


@app.command("warrant")
@grouped
def warrant(
    out: Annotated[Path, typer.Argument(metavar="WARRANT", help="New file to write.")],
    *,
    papers: Papers,
    signer: Annotated[list[str], typer.Option(help="Name of a holder who will sign; again.")],
    period: Period,
) -> None:
    """Draft a warrant: which days, which fields, what for, and who is to sign."""
    require_absent(out)
    authority = authority_in(papers)
    clock = SystemClock()
    signers = tuple(holder_named(authority, each).id for each in signer)
    words = order_values(period.order())
    content = pack_content(Content(clock.entropy()[:SALT_BYTES], words))
    statement = Statement(
        kind=Kind.WARRANT,
        form=None,
        to=1 << authority.party,
        precedence=Precedence.ROUTINE,
        category=0,
        drafted=clock.now(),
        signers=signers,
        basis=(),
        refs=(),
        croot=content_root(content),
    )
    parse_order(statement, content)
    mode = Mode[read_mode(period.mode)]
    write_new(out, pack_draft(Draft(authority.line_id, mode, pack_statement(statement), content)))
    say(f"{out}: each of the holders it names signs it: backchannel trustee sign")


@app.command("sign")
@grouped
def sign_warrant(
    warrant: Annotated[Path, typer.Argument(metavar="WARRANT", help="The warrant.")],
    *,
    key: Annotated[Path, typer.Option(help="The holder's key file.")],
    papers: Papers,
    keys: Keys,
    consent: Consent,
) -> None:
    """Sign a warrant, after reading what it orders."""
    draft = parse_draft(read_file(warrant))
    order = parse_order(parse_statement(draft.statement), draft.content)
    labels = ", ".join(map(str, order.labels)) or "all"
    say(
        f"{draft.mode.name}: days {print_moment(order.first * DAY_S)} to "
        f"{print_moment(order.last * DAY_S)}, fields {labels}",
        f"purpose: {visible(order.purpose)}",
    )
    consent.require("Sign this warrant?")
    secret = open_holder(key, keys.ask(key.name))
    found = own_credential(authority_in(papers), secret, parse_statement(draft.statement).signers)
    signed = add_signature(draft, found.id, secret.keys.secret)
    replace(warrant, pack_draft(signed))
    left = len(missing(signed))
    say(f"{warrant}: {left} still to sign." if left else f"{warrant}: signed by all it names.")


@app.command("answer")
@grouped
def answer(
    file: ArchiveName,
    *,
    key: Annotated[Path, typer.Option(help="The holder's key file.")],
    papers: Papers,
    out: Annotated[Path, typer.Option(help="New file of shares to write.")],
    keys: Keys,
    consent: Consent,
) -> None:
    """Give the shares of the days that an entered warrant names, and of no others."""
    require_absent(out)
    archive = judged(file, papers)
    consent.require("Open your shares of these days?")
    secret = open_holder(key, keys.ask(key.name))
    known = tuple(archive.authority.credentials)
    found = own_credential(archive.authority, secret, known)
    write_new(out, give_shares(archive, secret.keys, found))
    say(f"{out}: whoever has it holds a key to these days; give it to who opens, and to nobody.")


def authority_in(papers: Path) -> Authority:
    """Return the folded authority journal of a file. Raises OfficerError("papers-kind")."""
    read = read_papers(read_file(papers))
    if read.authority is None:
        raise OfficerError("papers-kind", f"{papers}: wanted the authority file of the party")
    return read.authority


def holder_named(authority: Authority, name: str) -> Issued:
    """Return the newest standing credential of a trustee or custodian. Raises OfficerError."""
    for each in reversed(tuple(authority.credentials.values())):
        standing = each.id not in authority.revocations
        if standing and each.credential.kind in HOLDERS and each.credential.name == name:
            return each
    raise OfficerError("unknown-holder", f"the office has issued no such holder: {name!a}")


def own_credential(
    authority: Authority, secret: HolderSecret, among: tuple[CredentialId, ...]
) -> Issued:
    """Return the credential among these that has this key. Raises OfficerError("not-a-signer")."""
    for each in reversed(among):
        found = authority.credentials.get(each)
        if found is not None and found.credential.ed25519 == secret.keys.public:
            return found
    raise OfficerError(
        "not-a-signer", f"{visible(secret.name)}: no credential of this key is meant"
    )
