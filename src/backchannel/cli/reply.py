"""Answering a statement by fields: those that its form leaves to us, or a reply to its questions.

This module must not hold a rule; what is left out of a reply, the form itself says.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from backchannel.cli.answer import Room, answer, enter
from backchannel.cli.blank import blank_lines, read_filled
from backchannel.cli.drafts import entry_of
from backchannel.cli.options import grouped
from backchannel.cli.output import say, show, visible
from backchannel.cli.reach import Act, Named
from backchannel.cli.wording import prefixed, wrapped
from backchannel.errors import OfficerError
from backchannel.notice.answering import COMPLETENESS, REFERENCE, Asked, answer_fields, reply
from backchannel.notice.catalogue import Form, form_named, known_form
from backchannel.notice.filling import Filled, fill, print_value
from backchannel.notice.phrasebook import USUAL, book_of
from backchannel.notice.relations import T17
from backchannel.station.matterreports import MatterReport
from backchannel.wire.codec import Value
from backchannel.wire.statement import Kind

app = typer.Typer()


@app.command("answer")
@grouped
def answer_by_fields(
    named: Named,
    *,
    fields: Annotated[Path | None, typer.Option(help="The answer, filled in.")] = None,
    blank: Annotated[
        bool, typer.Option("--blank", help="Print the answer to fill in, and send nothing.")
    ] = False,
    act: Act,
) -> None:
    """Answer a statement by fields: those that its form leaves to us, or a reply (T17) that says
    which of its numbered questions it answers."""
    if blank:
        show(*blank_answer(act.client().matter(named)))
        return
    if fields is None:
        raise OfficerError(
            "answer-blank", "print it with --blank, fill it in, and give it with --fields FILE"
        )
    form, filled = read_filled(fields)
    room = enter(named, act, of_others=True)
    body = body_of(room, form, filled)
    say(*prefixed(room.desk.mode, field_lines(form, body)))
    act.confirm("Answer so?")
    answer(act, room, Kind.DECIDE, body=body, form=form.code)


def body_of(room: Room, form: Form, filled: Mapping[int, Filled]) -> tuple[Value, ...]:
    """Return the values of an answer. Raises OfficerError."""
    matter = room.client.matter(room.about.line.entry)
    if form.id == T17:
        about = entry_of(room.about).hex()
        return reply(form, filled, about=about, asked=asked_in(matter))
    if form.code != matter.form or not answer_fields(form):
        wanted = " or ".join(each.code for each in answering_forms(matter))
        raise OfficerError(
            "form-differs", f"{form.code} answers no {visible(matter.form)}, wanted {wanted}"
        )
    # The sender's fields stay null (NOTICE-69).
    return fill(form, filled, answer=True)


def asked_in(matter: MatterReport) -> Asked:
    """Return which questions are asked, and which our party has not answered yet."""
    numbers = tuple(number for number, _ in matter.questions)
    return Asked(numbers, tuple(each for each in numbers if each not in matter.answered))


def answering_forms(matter: MatterReport) -> tuple[Form, ...]:
    """Return the forms by which a statement is answered, its own first."""
    own = known_form(matter.form)
    return (*((own,) if own is not None and answer_fields(own) else ()), form_named(T17))


def blank_answer(matter: MatterReport) -> Iterator[str]:
    """Yield the answer to be filled in, with the questions that are asked."""
    form = answering_forms(matter)[0]
    for number, question in matter.questions:
        yield from wrapped(question, f"# question {number}: ")
    if form.id != T17:
        yield from blank_lines(form, answer_fields(form), book_of(USUAL))
        return
    # What the desk fills in by itself is left out, but for the numbers where there are questions.
    own = [each for each in form.fields if each.no not in (REFERENCE, COMPLETENESS)]
    yield from blank_lines(form, own, book_of(USUAL))
    numbers = [str(number) for number in asked_in(matter).left]
    if numbers:
        yield ""
        yield "# The questions that are answered here, and why the others are not"
        yield f"{REFERENCE} = {json.dumps(['', numbers])}"
        yield f"# {COMPLETENESS} = {json.dumps([[numbers[-1], 'words']])}"


def field_lines(form: Form, body: tuple[Value, ...]) -> Iterator[str]:
    """Yield the fields of an answer, as the log will show them."""
    for no, value in enumerate(body, 1):
        if value is not None:
            name, text = print_value(form, no, value)
            yield from wrapped(text, f"  {name}: ")
