"""Notices: the list of forms, one form to fill in, and what the other room will see of it.

All forms of the catalogue are drawn in one way. This module must not hold a form or a rule.
"""

from typing import Any  # what a template is given

from backchannel.desk import acts
from backchannel.desk.articles import Cell, Noticed, base, notice_cell
from backchannel.desk.asking import Answer, Asked
from backchannel.desk.entryforms import Drawing, faults_in, filled_of, form_fields
from backchannel.desk.pages import PRECEDENCES, framed, read_precedence, said, seconds_for
from backchannel.errors import BackchannelError, OfficerError
from backchannel.line.drafting import Lateness
from backchannel.notice.catalogue import Field, Form, catalogue, form_named
from backchannel.notice.filling import fill
from backchannel.notice.phrasebook import TAGS as BOOKS
from backchannel.watch.clocks import Terms, missing_lead
from backchannel.wire.codec import Value
from backchannel.wire.statement import Kind

# Entered by answers, by changes and by the watch itself.
NOT_BY_HAND = ("T10", "T11", "T17", "T20-W")


def forms_by_hand() -> tuple[Form, ...]:
    """Return the forms that an officer fills in to open a matter."""
    return tuple(form for form in catalogue().values() if form.id not in NOT_BY_HAND)


def own_fields(form: Form) -> tuple[Field, ...]:
    """Return the fields that the sender fills in."""
    return tuple(field for field in form.fields if not field.answer)


def notice(asked: Asked, fault: BackchannelError | None = None) -> Answer:
    """Draw the list of forms, or one of them with what is filled in so far."""
    if len(asked.path) < 2:
        return Answer("forms.html", framed(asked, fault, forms=forms_by_hand()))
    form = form_named(asked.path[1])
    fields = own_fields(form)
    filled = filled_of(fields, asked.form)
    found, faults = faults_in(form, fields, filled)
    # Nobody is told of a mistake in a field before he has sent the form.
    faults = faults if asked.typed("send") or fault is not None else {}
    values = framed(
        *(asked, fault),
        form=form,
        fields=form_fields(Drawing(form, asked.words.book, asked.form), fields, faults),
        faults=faults,
        seconds=seconds_for(asked),
        precedences=PRECEDENCES,
        lateness=tuple(Lateness),
        late=is_late(form, found, asked),
    )
    values["cells"] = preview(form, found, values["languages"])
    return Answer("notice.html", values, code=400 if fault is not None or faults else 200)


def preview(form: Form, found: dict[int, Value], languages: tuple[str, ...]) -> list[Cell]:
    """Return what both rooms will see, in the words of each language."""
    values = tuple(found.get(field.no) for field in form.fields)
    tags = [base(each) for each in languages if base(each) in BOOKS]
    return [notice_cell(Noticed(form.code, tags[0], values), tag) for tag in tags]


def is_late(form: Form, found: dict[int, Value], asked: Asked) -> bool:
    """Say whether a notice comes later than its form asks, as it is filled in now."""
    if not asked.form:
        return False
    body = tuple(found.get(field.no) for field in form.fields)
    terms = Terms(Kind.NOTICE, 1, form, None, body)
    return missing_lead(terms, asked.room.client.status().now) is not None


def do_notice(asked: Asked) -> Answer:
    """Sign a notice: release it, or keep it for a second officer. Raises BackchannelError."""
    if len(asked.path) != 2:
        raise OfficerError("no-such-page", "choose a form first")
    form = form_named(asked.path[1])
    fields = own_fields(form)
    filled = filled_of(fields, asked.form)
    if not asked.typed("send") or faults_in(form, fields, filled)[1]:
        return notice(asked)
    wanted = acts.Wanted(
        mode=asked.mode,
        precedence=read_precedence(asked.typed("precedence")),
        kind=Kind.NOTICE,
        body=fill(form, filled),
        form=form,
        second=tuple(each for each in asked.form.get("second", ()) if each),
        alone=bool(asked.typed("alone")),
        late=read_late(asked),
    )
    act = acts.sign_for(asked.room.client, asked.officer(), asked.mode, asked.typed("passphrase"))
    return said(asked, acts.put_forward(act, asked.room.box, wanted))


def read_late(asked: Asked) -> tuple[Lateness, str | None] | None:
    """Return why a notice comes late, if that was chosen. Raises OfficerError."""
    why: Any = asked.typed("late")  # a word of the list, or none
    if not why:
        return None
    if why not in list(Lateness):
        raise OfficerError("unknown-lateness", f"choose one of {', '.join(Lateness)}")
    return Lateness(why), None
