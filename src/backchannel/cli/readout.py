"""Read-outs: one party proposes a text for both, the other signs it, or lays its own beside it.

What an officer signs, the officer has seen in full, the words of both parties. This
module must not hold a rule: who said which is the station's answer.
"""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.cli.answer import answer, enter
from backchannel.cli.beside import readout_lines
from backchannel.cli.blank import read_filled
from backchannel.cli.disclose import Chosen, Purpose, write_disclosure
from backchannel.cli.options import grouped
from backchannel.cli.output import say, show, show_json
from backchannel.cli.reach import Act, Look, Named, read_mode
from backchannel.cli.say import Draftfile, Matter, Saying, put_forward
from backchannel.errors import OfficerError
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import Filled
from backchannel.notice.readout import (
    AGREED_LABEL,
    FORM,
    OWN_LABEL,
    How,
    offer_body,
    reply_body,
)
from backchannel.station.disclosing import require_purpose
from backchannel.station.files import require_absent
from backchannel.station.reports import DeskReport
from backchannel.wire.statement import Kind, Label

app = typer.Typer(
    help="Read-outs: a public text that both parties sign, and what each alone says beside it.",
    no_args_is_help=True,
)

# A read-out without what else was said on the call (PROOF-164).
LABELS = (int(Label.LANGUAGE), AGREED_LABEL, OWN_LABEL)

OwnText = Annotated[str, typer.Argument(metavar="TEXT", help="What your party alone says.")]


@app.command("propose")
@grouped
def propose(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Form T19, filled in; else what is left is unknown."),
    ] = None,
    *,
    agreed: Annotated[str | None, typer.Option(help="Public text for both to sign.")] = None,
    own: Annotated[
        list[str] | None,
        typer.Option(metavar="PARTY=TEXT", help="What one party alone says; once for each."),
    ] = None,
    saying: Saying,
    draftfile: Draftfile,
    act: Act,
) -> None:
    """Propose a read-out of what --ref names, or of a call. It goes as a notice of form T19, at the
    precedence of that form unless you say otherwise."""
    form, filled = form_named(FORM), dict[int, Filled]()
    if file is not None:
        form, filled = read_filled(file)
    if form.id != FORM:
        raise OfficerError("form-differs", f"{file} is of form {form.code}, wanted {FORM}")
    desk = act.client().desk(read_mode(saying.mode))
    body = offer_body(filled, agreed, [read_own(desk, each) for each in own or ()])
    put_forward(act, saying, draftfile, Matter(Kind.NOTICE, body, form.precedence, form))


@app.command("agree")
@grouped
def agree(named: Named, *, act: Act) -> None:
    """Sign the agreed text of another party's read-out, and with it the whole read-out as it
    stands: what it gives as your party's own text is then your own."""
    reply(named, How.SIGNED, "", act)


@app.command("dissent")
@grouped
def dissent(named: Named, text: OwnText, *, act: Act) -> None:
    """Sign the agreed text of another party's read-out, and lay your own text beside it."""
    reply(named, How.SIGNED_WITH_DISSENT, text, act)


@app.command("refuse")
@grouped
def refuse(
    named: Named,
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="What your party alone says, if anything.")
    ] = "",
    *,
    act: Act,
) -> None:
    """Refuse the agreed text of another party's read-out: there is none then. What your own party
    says stands beside what theirs says."""
    reply(named, How.REFUSED, text, act)


@app.command("show")
@grouped
def show_readout(named: Named, *, look: Look) -> None:
    """Print a read-out: the agreed text and who signed it, then each party's own, side by side."""
    found = look.client().readout(named)
    if look.json:
        show_json(msgspec.to_builtins(found))
        return
    show(*readout_lines(found))


@app.command("disclose")
@grouped
def disclose_readout(
    named: Named,
    *,
    out: Annotated[Path, typer.Option(help="File to write; it must not be there yet.")],
    purpose: Purpose = "",
    act: Act,
) -> None:
    """Write a file by which a stranger sees which text was agreed and what one party alone says:
    these two fields and the answers, and nothing else of the call."""
    require_absent(out)
    require_purpose(purpose)
    client = act.client()
    found = client.readout(named)
    answers = [each.entry for each in found.parties[1:] if each.entry is not None]
    besides = [client.fields(each) for each in answers]
    write_disclosure(act, out, Chosen(client.fields(found.entry), LABELS, besides, purpose))


# --- What the commands above are made of ----------------------------------------------------------


def read_own(desk: DeskReport, given: str) -> tuple[str, str]:
    """Return party and text from PARTY=TEXT. Raises OfficerError("own-text")."""
    party, _, text = given.partition("=")
    names = [each.name for each in desk.parties]
    if party not in names or not text.strip():
        raise OfficerError("own-text", f"got {given!a}, wanted {' or '.join(names)}, =, and a text")
    return party, text


def reply(named: str, how: How, text: str, act: Act) -> None:
    """Answer a read-out of another party, once. Raises OfficerError (PROOF-161)."""
    found = act.client().readout(named)
    say(*readout_lines(found))
    room = enter(found.entry, act, of_others=True)
    party = room.desk.parties[room.desk.party].name
    if not found.agreed and how != How.REFUSED:
        raise OfficerError(
            "no-agreed-text", "it puts no text forward for both to sign; refuse it with your own"
        )
    if any(each.party == party and each.how for each in found.parties):
        raise OfficerError(
            "already-answered", "your party has answered it, and the first answer counts; propose "
            "a read-out of your own with --ref this one"
        )  # fmt: skip
    act.confirm(f"Answer it: {how}?")
    answer(act, room, Kind.DECIDE, body=reply_body(party, how, text), form=form_named(FORM).code)
