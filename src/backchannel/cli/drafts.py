"""What every command that says something does once it is planned: sign, release, tell.

The officer's key signs here; the station gets the signature. This module must not hold a rule: it
looks up what the charter asks for, and the station checks it again.
"""

from collections.abc import Sequence

import msgspec

from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Act, Person
from backchannel.errors import OfficerError
from backchannel.line.draftfile import Draft
from backchannel.line.drafting import Plan
from backchannel.station.asked import Entered
from backchannel.station.client import Client
from backchannel.station.planning import Terms as Terms
from backchannel.station.planning import entry_of as entry_of
from backchannel.station.planning import is_emergency, rules_of, signatures_wanted
from backchannel.station.planning import kind_in_words as kind_in_words
from backchannel.station.planning import others as others
from backchannel.station.planning import own_language as own_language
from backchannel.station.planning import plan_of as plan_of
from backchannel.station.planning import read_precedence as read_precedence
from backchannel.station.planning import released as released
from backchannel.station.planning import signed_draft as signed_draft
from backchannel.station.reports import DeskReport
from backchannel.wire.statement import parse_statement


def require_enough(desk: DeskReport, plan: Plan) -> None:
    """Raise OfficerError("second-officer") for fewer signers than the class wants; say so where
    one may release alone in an emergency."""
    wanted = signatures_wanted(desk, plan)
    if len(plan.signers) >= wanted:
        return
    rule = rules_of(desk)[plan.category]
    if is_emergency(desk, plan):
        say(
            f"EMERGENCY RELEASE: one officer for {plan.precedence.name} of class {rule.name}. "
            "It is marked, and the next watch reviews it."
        )
        return
    raise OfficerError(
        "second-officer",
        f"{plan.precedence.name} of class {rule.name} wants {wanted} officers: give --officer "
        "again, or write a draft for the other desk with --draft FILE --second NAME",
    )


def tell_released(act: Act, draft: Draft, entered: Entered) -> None:
    """Print the entry of a statement, and how it is spoken of."""
    if act.json:
        show_json(msgspec.structs.asdict(entered))
        return
    kind = kind_in_words(parse_statement(draft.statement).kind)
    show(f"{draft.mode.name} {visible(entered.number or kind)} {entered.entry}")
    if entered.known:
        say("This very statement had been entered before; nothing was sent twice.")


def speak(
    client: Client, act: Act, *, desk: DeskReport, plan: Plan, persons: Sequence[Person]
) -> None:
    """Compose, sign, release, and print what came of it. Raises OfficerError."""
    require_enough(desk, plan)
    draft = signed_draft(desk, plan, persons)
    tell_released(act, draft, released(client, draft))
