"""Notices: the forms there are, a blank one, and sending one that is filled in.

This module must not hold a rule; what an officer signs, the officer has seen in full.
"""

from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.blank import blank_lines, headline, read_filled
from backchannel.cli.lateness import read_lateness
from backchannel.cli.options import Printing, grouped
from backchannel.cli.output import show, show_json
from backchannel.cli.reach import Act
from backchannel.cli.say import Draftfile, Matter, Saying, put_forward
from backchannel.notice.catalogue import catalogue, form_named
from backchannel.notice.filling import fill
from backchannel.notice.rekeying import critical_fields
from backchannel.wire.statement import Kind

CLOCK_WORDS = {
    "ack": "acknowledged within",
    "readback": "read back within",
    "operating": "told to the operating level by",
    "answer": "answered by",
    "report": "next report",
    "lead": "to be sent by",
}

app = typer.Typer()
forms = typer.Typer(help="The structured forms: what each asks for.", no_args_is_help=True)
app.add_typer(forms, name="form")

FormName = Annotated[str, typer.Argument(metavar="FORM", help="Such as T01 or T06-S.")]


@forms.command("list")
@grouped
def list_forms(*, printing: Printing) -> None:
    """List the forms."""
    found = catalogue().values()
    if printing.json:
        show_json({"forms": [{"form": form.code, "title": form.title} for form in found]})
        return
    for form in found:
        show(f"{form.id:<6} {form.title}")


@forms.command("show")
@grouped
def show_form(name: FormName, *, printing: Printing) -> None:
    """Show what a form asks for, field by field."""
    form = form_named(name)
    if printing.json:
        show_json(
            {
                "form": form.code,
                "title": form.title,
                "precedence": form.precedence,
                "clocks": form.clocks,
                "fields": [
                    {
                        "no": field.no,
                        "name": field.name,
                        "type": field.type,
                        "required": field.required,
                        "critical": field.critical,
                        "codes": list(field.codes),
                    }
                    for field in form.fields
                ],
            }
        )
        return
    show(f"{form.code}  {form.title}")
    show(f"usual precedence {form.precedence}; relations: {', '.join(form.relations)}")
    for asks, when in form.clocks.items():
        show(f"{CLOCK_WORDS[asks]}: {when}")
    for field in form.fields:
        show(f"  {headline(field)}: {field.type}")
        if field.codes:
            show(f"      {', '.join(field.codes)}")


@forms.command("blank")
@grouped
def blank_form(
    name: FormName,
    *,
    readback: Annotated[
        bool, typer.Option("--readback", help="Only the critical fields, to read it back.")
    ] = False,
) -> None:
    """Print a form to be filled in."""
    form = form_named(name)
    own = [field for field in form.fields if not field.answer]
    for line in blank_lines(form, critical_fields(form) if readback else own):
        show(line)


@app.command("notice")
@grouped
def send_notice(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The form, filled in.")],
    *,
    late: Annotated[
        str | None, typer.Option(help="Why it comes late: just-learned, changed-plan or error.")
    ] = None,
    saying: Saying,
    draftfile: Draftfile,
    act: Act,
) -> None:
    """Send a structured notice. It goes at the precedence of its form unless you say otherwise."""
    # NOTICE-8: who must release it is the charter's word, and its station asks for it.
    form, filled = read_filled(file)
    body = fill(form, filled)
    matter = Matter(Kind.NOTICE, body, form.precedence, form, read_lateness(late))
    put_forward(act, saying, draftfile, matter)
