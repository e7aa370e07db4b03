"""Answers that a form allows only after a rung: no green light before what matters was confirmed.

This module must not hide an answer that came too early: it is marked, and stands. Clause:
NOTICE-93.
"""

from collections.abc import Iterator

from backchannel.errors import OfficerError
from backchannel.line.ladder import Step
from backchannel.line.verdicts import Said
from backchannel.notice.catalogue import Gate, known_form
from backchannel.station.judging import Record, said_of, statement_at
from backchannel.station.rungs import rung_word
from backchannel.station.timekeeper import read_matters
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import Content, Kind, Label, Statement


def gates_of(statement: Statement, content: Content) -> tuple[Gate, ...]:
    """Return the gates that an answer by fields goes through."""
    form = known_form(statement.form or "") if statement.kind == Kind.DECIDE else None
    return tuple(
        gate
        for gate in (form.gates if form is not None else ())
        if first_code(content, gate.field) in gate.codes
    )


def first_code(content: Content, no: int) -> str | None:
    """Return the code in a field, alone or as its first part."""
    match content.field(Label.BODY + no - 1):
        case str(code) | (str(code), *_):
            return code
    return None


def closed_gate(
    record: Record, statement: Statement, content: Content, *, party: int, time: int
) -> Gate | None:
    """Return the first gate that was still closed at a time: the statement that is answered had not
    reached its rung with the party that answers."""
    gates = gates_of(statement, content)
    about = statement_at(record, EntryId(statement.refs[0])) if gates and statement.refs else None
    if about is None or said_of(record, about).statement.form != statement.form:
        return None
    steps: tuple[Step, ...] = ()
    for matter in read_matters(record, about):
        if matter.facts.addressee == party:
            steps = matter.steps
    reached = {rung_word(step.rung) for step in steps if step.time <= time}
    return next((gate for gate in gates if gate.rung not in reached), None)


def require_open_gate(record: Record, statement: Statement, content: Content) -> None:
    """Raise OfficerError("gate-closed") for an answer that comes before its rung (NOTICE-93)."""
    party, now = record.state.party, record.now
    gate = closed_gate(record, statement, content, party=party, time=now)
    if gate is not None:
        raise OfficerError(
            "gate-closed",
            f"{first_code(content, gate.field)} is no answer before the notice is {gate.rung}: "
            "read its critical fields back, and have the other room confirm them",
        )


def gate_marks(record: Record, said: Said, content: Content | None) -> Iterator[str]:
    """Yield that an answer came before its rung was reached."""
    if content is None:
        return
    gate = closed_gate(record, said.statement, content, party=said.party, time=said.time)
    if gate is not None:
        code = first_code(content, gate.field)
        yield f"TOO EARLY: {code}, and the notice was not {gate.rung}; do not rely on it"
