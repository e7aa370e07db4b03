"""Notices: the forms there are, a blank one, and sending one that is filled in.

This module must not hold a rule; what an officer signs, the officer has seen in full.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.blank import blank_lines, codes_in_words, headline, read_filled, titled
from backchannel.cli.lateness import read_lateness
from backchannel.cli.options import Printing, grouped
from backchannel.cli.output import show, show_json
from backchannel.cli.pages import JsonObject
from backchannel.cli.phrased import InLanguage, said
from backchannel.cli.reach import Act
from backchannel.cli.say import Draftfile, Matter, Saying, put_forward
from backchannel.notice.catalogue import Form, catalogue, form_named
from backchannel.notice.filling import fill
from backchannel.notice.phrasebook import USUAL, Phrasebook, book_of
from backchannel.notice.phrasing import listed
from backchannel.notice.rekeying import critical_fields
from backchannel.notice.timing import Timing, read_timing
from backchannel.wire.moments import print_duration
from backchannel.wire.statement import Kind

app = typer.Typer()
forms = typer.Typer(help="The structured forms: what each asks for.", no_args_is_help=True)
app.add_typer(forms, name="form")
FormName = Annotated[str, typer.Argument(metavar="FORM", help="Such as T01 or T06-S.")]


@forms.command("list")
@grouped
def list_forms(*, in_language: InLanguage = None, printing: Printing) -> None:
    """List the forms."""
    book = book_of(in_language or USUAL)
    found = catalogue().values()
    if printing.json:
        titles = [{"form": form.code, "title": book.titles[form.id]} for form in found]
        show_json({"language": book.language, "forms": titles})
        return
    for form in found:
        show(book.line(f"{book.isolated(f'{form.id:<6}')} {book.titles[form.id]}"))


@forms.command("show")
@grouped
def show_form(name: FormName, *, in_language: InLanguage = None, printing: Printing) -> None:
    """Show what a form asks for, field by field."""
    form, book = form_named(name), book_of(in_language or USUAL)
    if printing.json:
        show_json(form_json(form, book))
    else:
        show(*map(book.line, form_lines(form, book)))


def form_json(form: Form, book: Phrasebook) -> JsonObject:
    """Return a form with its words in a language."""
    return {
        "form": form.code,
        "language": book.language,
        "title": book.titles[form.id],
        "precedence": form.precedence,
        "fields": [
            {
                "no": field.no,
                "name": book.fields[field.name],
                "type": field.type,
                "required": field.required,
                "critical": field.critical,
                "codes": list(field.codes),
                "words": {code: book.code(code, form.id) for code in field.codes},
            }
            for field in form.fields
        ],
    }


def form_lines(form: Form, book: Phrasebook) -> Iterator[str]:
    """Yield a form with its words in a language, a line or two for each field."""
    yield titled(form, book)
    precedence = said(book, book.precedences[form.precedence], form.precedence)
    yield book.say("usual_precedence", precedence=precedence)
    yield book.count("people", form.signatures)
    relations = listed(book, [book.relations[each] for each in form.relations])
    yield book.say("relations", relations=relations)
    for asks, when in form.clocks.items():
        yield book.say(f"due_{asks}", when=timing_in_words(book, read_timing(when)))
    for field in form.fields:
        yield f"  {headline(field, book)}: {book.isolated(field.type)}"
        if field.codes:
            yield f"      {codes_in_words(form, field, book)}"


def timing_in_words(book: Phrasebook, timing: Timing) -> str:
    """Return when something is due, in a language."""
    digits, unit = print_duration(abs(timing.seconds)).split(" ")
    span = book.count(f"duration_{unit}", int(digits))
    if timing.field is None:
        return book.say("timing_within", duration=span)
    no = str(timing.field)
    if timing.seconds == 0 and not timing.after:
        return book.say("timing_at", no=no)
    return book.say("timing_after" if timing.after else "timing_before", duration=span, no=no)


@forms.command("blank")
@grouped
def blank_form(
    name: FormName,
    *,
    readback: Annotated[
        bool, typer.Option("--readback", help="Only the critical fields, to read it back.")
    ] = False,
    in_language: InLanguage = None,
) -> None:
    """Print a form to be filled in. Codes and numbers are filled in alike in every language."""
    form = form_named(name)
    own = [field for field in form.fields if not field.answer]
    fields = critical_fields(form) if readback else own
    show(*blank_lines(form, fields, book_of(in_language or USUAL)))


@app.command("notice")
@grouped
def send_notice(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The form, filled in.")],
    *,
    in_language: InLanguage = None,
    late: Annotated[
        str | None, typer.Option(help="Why it comes late: just-learned, changed-plan or error.")
    ] = None,
    saying: Saying,
    draftfile: Draftfile,
    act: Act,
) -> None:
    """Send a structured notice. It goes at the precedence of its form unless you say otherwise.
    With --in, you also see before you sign how it reads in the other room's language."""
    # NOTICE-8: who must release it is the charter's word, and its station asks for it.
    form, filled = read_filled(file)
    book = book_of(in_language) if in_language else None
    body = fill(form, filled)
    matter = Matter(Kind.NOTICE, body, form.precedence, form, book, read_lateness(late))
    put_forward(act, saying, draftfile, matter)
