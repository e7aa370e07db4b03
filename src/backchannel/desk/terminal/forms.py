"""A notice at the terminal: the form is chosen by its number, filled in, and put to a release.

This module must not know a form: the catalogue does.
"""

from collections.abc import Sequence

from backchannel.desk.terminal.asking import Asking, Line
from backchannel.desk.terminal.fields import Fields, FilledIn
from backchannel.desk.terminal.releasing import Act, ask_release
from backchannel.desk.terminal.session import Session
from backchannel.errors import OfficerError
from backchannel.line.drafting import Plan
from backchannel.notice.catalogue import Form, catalogue, form_named
from backchannel.notice.filling import fill, print_value
from backchannel.station.planning import Terms, others, own_language, plan_of
from backchannel.station.reports import DeskReport
from backchannel.wire.ids import CredentialId
from backchannel.wire.statement import Kind, Precedence


def choose_form(session: Session) -> None:
    """Ask which form it is."""
    known = "\n".join(f"{form.id}  {form.title}" for form in catalogue().values())
    session.open(Asking("Which form?", [Line("Form, such as T06-S")], begin, why=known))


def begin(session: Session, typed: tuple[str, ...]) -> None:
    """Put the fields of a form before the officer."""
    try:
        form = form_named(typed[0].strip())
    except OfficerError as fault:
        session.note = f"{fault.text} [{fault.reason}]"
        return
    mode = session.mode

    def go_on(session: Session, filled: FilledIn) -> None:
        ask_release(session, notice_act(form, filled, mode))

    session.back()
    own = [each for each in form.fields if not each.answer]
    session.open(Fields(f"{form.id} {form.title}, not sent", form, own, go_on))


def notice_act(form: Form, filled: FilledIn, mode: str) -> Act:
    """Return the act by which a notice is released. Raises OfficerError that names a field."""
    body = fill(form, filled)

    def plans(desk: DeskReport, signers: Sequence[CredentialId]) -> Plan:
        terms = Terms(mode, Precedence[form.precedence], own_language(desk, None))
        to = others(desk)
        return plan_of(desk, terms, Kind.NOTICE, signers, to=to, form=form.code, body=body)

    words = tuple(
        print_value(form, no, value) for no, value in enumerate(body, 1) if value is not None
    )
    return Act(f"Release this {form.title.lower()} ({form.id}) in {mode}.", words, mode, plans)
