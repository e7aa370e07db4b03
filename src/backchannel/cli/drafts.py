"""What every command that says something does: plan, compose, sign, release, tell.

The officer's key signs here; the station gets the signature. This module must not hold a rule: it
looks up what the charter asks for, and the station checks it again.
"""

from collections.abc import Sequence
from typing import Any  # fields of a plan

import msgspec

from backchannel.charter.rules import Cover, ReleaseRule
from backchannel.cli.output import say, show, show_json, visible
from backchannel.cli.reach import Act, Person
from backchannel.clock import SystemClock
from backchannel.errors import OfficerError
from backchannel.line.draftfile import Draft, add_signature, signatures_in_order
from backchannel.line.drafting import Plan, class_for, compose
from backchannel.station.asked import Entered, Release
from backchannel.station.client import Client
from backchannel.station.reports import DeskReport, StatementReport
from backchannel.wire.ids import CredentialId, EntryId, LineId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import SALT_BYTES, Kind, Precedence, parse_statement


class Terms(msgspec.Struct, frozen=True):
    """What is the same for every statement of one command: mode, class, how fast, which tongue."""

    mode: str
    precedence: Precedence
    language: str
    category: str | None = None


def rules_of(desk: DeskReport) -> tuple[ReleaseRule, ...]:
    """Return the release table as the rules take it."""
    return tuple(
        ReleaseRule(
            each.name,
            tuple(Cover(kind, forms) for kind, forms in each.covers),
            each.signatures,
            each.powers,
            each.emergency,
        )
        for each in desk.classes
    )


def read_precedence(word: str) -> Precedence:
    """Return a precedence by its name. Raises OfficerError("unknown-precedence")."""
    names = [each.name for each in Precedence]
    if word.upper() not in names:
        raise OfficerError("unknown-precedence", f"got {word!a}, wanted one of {', '.join(names)}")
    return Precedence[word.upper()]


def own_language(desk: DeskReport, language: str | None) -> str:
    """Return the language that was given, or our party's first."""
    return language or desk.parties[desk.party].languages[0]


def others(desk: DeskReport, names: Sequence[str] = ()) -> int:
    """Return the addressed parties as a bitmap; without names, all but ours. Raises OfficerError"""
    known = {each.name.upper(): n for n, each in enumerate(desk.parties) if n != desk.party}
    for name in names:
        if name.upper() not in known:
            raise OfficerError("unknown-party", f"got {name!a}, wanted one of {sorted(known)}")
    chosen = [known[name.upper()] for name in names] or list(known.values())
    return sum(1 << n for n in set(chosen))


def plan_of(
    desk: DeskReport,
    terms: Terms,
    kind: Kind,
    signers: Sequence[CredentialId],
    **fields: Any,  # each of the type that Plan names
) -> Plan:
    """Return the plan of a statement as this desk stands now. Raises OfficerError."""
    rules = rules_of(desk)
    category = class_number(rules, terms, kind, fields.get("form"))
    return Plan(
        kind=kind,
        precedence=terms.precedence,
        category=category,
        drafted=desk.now,
        signers=tuple(signers),
        language=terms.language,
        basis=tuple((no, seq, bytes.fromhex(head)) for no, seq, head in desk.basis),
        **fields,
    )


def class_number(rules: tuple[ReleaseRule, ...], terms: Terms, kind: Kind, form: str | None) -> int:
    """Return the number of the class that was named, or of the one that fits best.

    Raises OfficerError.
    """
    if terms.category is None:
        return class_for(rules, kind, form, terms.precedence)
    names = [rule.name for rule in rules]
    if terms.category not in names:
        raise OfficerError("unknown-class", f"got {terms.category!a}, wanted one of {names}")
    return names.index(terms.category)


def require_enough(desk: DeskReport, plan: Plan) -> None:
    """Raise OfficerError("second-officer") for fewer signers than the class wants; say so where
    one may release alone in an emergency."""
    rule = rules_of(desk)[plan.category]
    wanted = rule.signatures[plan.precedence - 1]
    if len(plan.signers) >= wanted:
        return
    if plan.precedence in rule.emergency:
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


def signed_draft(desk: DeskReport, plan: Plan, persons: Sequence[Person]) -> Draft:
    """Return a draft, composed and signed by the officers who are here. Raises OfficerError."""
    drafted = compose(plan, SystemClock().entropy()[:SALT_BYTES])
    draft = Draft(
        LineId(bytes.fromhex(desk.line)), Mode[desk.mode], drafted.statement, drafted.content
    )
    for person in persons:
        draft = add_signature(draft, person.credential, person.keys.secret)
    return draft


def released(client: Client, draft: Draft) -> Entered:
    """Hand a draft to the station, whole. Raises OfficerError."""
    return client.release(
        Release(
            draft.mode.name,
            draft.statement.hex(),
            tuple(each.hex() for each in signatures_in_order(draft)),
            draft.content.hex(),
        )
    )


def kind_in_words(kind: int) -> str:
    """Return a kind of statement as people say it."""
    return Kind(kind).name.lower().replace("_", " ")


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


def entry_of(found: StatementReport) -> EntryId:
    """Return the entry id of a statement."""
    return EntryId(bytes.fromhex(found.line.entry))
