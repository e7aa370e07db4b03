"""The end of a watch: an officer signs off, post-quantum, all that he signed since his last one.

His key signs here, and only over statements that his own signature is under: a station that hands
him others is refused. This module must not hold a rule.
"""

from collections.abc import Sequence
from typing import Annotated

import typer

from backchannel.cli.drafts import Terms, others, own_language, plan_of, speak
from backchannel.cli.options import grouped
from backchannel.cli.output import say, visible
from backchannel.cli.reach import Act, Person, desk_when_speaking, people, read_mode
from backchannel.errors import BackchannelError, OfficerError
from backchannel.proof.signoff import body_of, sign_off
from backchannel.station.asked import SignOffQuery
from backchannel.station.reports import SignOffReport, ToSignOff
from backchannel.wire.ids import LineId, StatementId, statement_id
from backchannel.wire.signing import Context, Mode, Purpose, require_signature
from backchannel.wire.statement import Kind, Precedence, parse_statement

app = typer.Typer()


@app.command("signoff")
@grouped
def sign_off_watch(
    *,
    mode: Annotated[str, typer.Option(help="real, exercise or test.")] = "real",
    act: Act,
) -> None:
    """Sign all that you signed since your last sign-off once more, post-quantum, and enter it."""
    client = act.client()
    desk = desk_when_speaking(client, read_mode(mode))
    persons = people(act, desk)
    if len(persons) != 1:
        raise OfficerError("one-officer", f"got {len(persons)} key files, a sign-off is for one")
    (person,) = persons
    found = client.sign_off(SignOffQuery(desk.mode, person.credential.hex()))
    statements = own_statements(found, person)
    tell(found)
    act.confirm(f"Sign these {len(statements)} statements off, {desk.mode}?")
    line = LineId(bytes.fromhex(desk.line))
    made = sign_off(person.keys, line, person.credential, slots=found.slots, statements=statements)
    terms = Terms(desk.mode, Precedence.ROUTINE, own_language(desk, None))
    plan = plan_of(
        *(desk, terms, Kind.SIGN_OFF),
        [person.credential],
        to=others(desk),
        body=body_of(made),
    )
    speak(client, act, desk=desk, plan=plan, persons=persons)


def own_statements(found: SignOffReport, person: Person) -> tuple[StatementId, ...]:
    """Return the ids of the statements, computed here from the bytes that he signed.

    Raises OfficerError("not-yours") for one that his key did not sign, or that is out of order.
    """
    line, mode = LineId(bytes.fromhex(found.line)), Mode[found.mode]
    context = Context(Purpose.STATEMENT, line, mode)
    before = found.slots[1] - 1
    ids = []
    for each in found.statements:
        raw = bytes.fromhex(each.statement)
        try:
            require_signature(person.keys.public, bytes.fromhex(each.signature), context, raw)
        except BackchannelError:
            raise OfficerError(
                "not-yours", f"slot {each.seq}: your key did not sign this; nothing was signed"
            ) from None
        if not before < each.seq <= found.slots[2]:
            raise OfficerError("not-yours", f"slot {each.seq} is out of its order")
        before = each.seq
        ids.append(statement_id(line, mode, raw))
    return tuple(ids)


def tell(found: SignOffReport) -> None:
    """Print on stderr what is signed off: what is signed is what is seen."""
    no, first, last = found.slots
    say(f"{found.mode}: journal {no}, slots {first} to {last}")
    say(*summary(found.statements))


def summary(statements: Sequence[ToSignOff]) -> list[str]:
    """Return one line for each statement."""
    lines = []
    for each in statements:
        said = parse_statement(bytes.fromhex(each.statement))
        kind = Kind(said.kind).name.lower() if said.kind in list(Kind) else str(said.kind)
        lines.append(f"  slot {each.seq}  {visible(kind)}  [{each.entry[:12]}]")
    return lines
