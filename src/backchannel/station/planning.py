"""From what officers want said to the bytes that they sign: plan, compose, sign, release.

The officer's key signs in the face's own process; the station gets the signature. This module must
not hold a rule: it looks up what the charter asks for, and the station checks it again.
"""

from collections.abc import Sequence
from typing import Any  # fields of a plan

import msgspec

from backchannel.charter.rules import Cover, ReleaseRule
from backchannel.clock import SystemClock
from backchannel.errors import OfficerError
from backchannel.line.draftfile import Draft, add_signature, signatures_in_order
from backchannel.line.drafting import Plan, Reference, class_for, compose
from backchannel.station.asked import Entered, Release
from backchannel.station.client import Client
from backchannel.station.keyring import OfficerSecret
from backchannel.station.reports import DeskReport, Repeated, StatementReport
from backchannel.wire.ids import CredentialId, EntryId, LineId
from backchannel.wire.keys import OfficerKeys
from backchannel.wire.signing import Mode
from backchannel.wire.statement import SALT_BYTES, Kind, Precedence


class Person(msgspec.Struct, frozen=True):
    """An officer whose key is open, and the credential that stands for it."""

    credential: CredentialId
    name: str
    posts: tuple[str, ...]
    keys: OfficerKeys


def person_of(desk: DeskReport, secret: OfficerSecret, where: str) -> Person:
    """Return whose an open key is; `where` is how its file is called. Raises OfficerError."""
    public = secret.keys.public.hex()
    for each in desk.officers:
        if each.public == public:
            credential = CredentialId(bytes.fromhex(each.credential))
            return Person(credential, each.name, each.posts, secret.keys)
    raise OfficerError(
        "unknown-officer",
        f"{where}: the station knows no standing credential of this key; have the "
        "office issue one, and hand its authority file to the station",
    )


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


def answer_plan(
    desk: DeskReport,
    about: StatementReport,
    kind: Kind,
    signers: Sequence[CredentialId],
    **fields: Any,  # each of the type that Plan names
) -> Plan:
    """Return the plan of an answer, in the mode and precedence of what it is about. Raises
    OfficerError."""
    words = about.line.words
    terms = Terms(words.mode, Precedence[words.precedence], own_language(desk, None))
    to = others(desk, words.to if words.ours else (words.party,))
    return plan_of(
        *(desk, terms, kind, signers), **{"to": to, "refs": (entry_of(about),), **fields}
    )


def signatures_wanted(desk: DeskReport, plan: Plan) -> int:
    """Return how many officers must sign what is planned."""
    return rules_of(desk)[plan.category].signatures[plan.precedence - 1]


def is_emergency(desk: DeskReport, plan: Plan) -> bool:
    """Say whether one officer may release alone what wants more, marked for the next watch."""
    return plan.precedence in rules_of(desk)[plan.category].emergency


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


def entry_of(found: StatementReport) -> EntryId:
    """Return the entry id of a statement."""
    return EntryId(bytes.fromhex(found.line.entry))


def reference(about: StatementReport) -> Reference:
    """Return what an answer names: the entry, and the words that were shown."""
    return Reference(entry_of(about), bytes.fromhex(about.croot))


def with_corrections(about: StatementReport) -> tuple[EntryId, ...]:
    """Return what a readback names: the statement, and each correction that was before its writer
    (NOTICE-66)."""
    made = (EntryId(bytes.fromhex(each.entry)) for each in about.matter.corrections)
    return (entry_of(about), *made)


# --- What may be answered -------------------------------------------------------------------------


def require_answerable(about: StatementReport, *, of_others: bool | None) -> None:
    """Raise OfficerError for a statement of the other side than one may answer, or without its
    words. `of_others` is whose it must be; None for either."""
    words = about.line.words
    if of_others is not None and words.ours == of_others:
        whose = "our own: the other room answers it" if words.ours else "the other room's"
        raise OfficerError("whose-statement", f"{about.line.number} is {whose}")
    if not (words.text or words.fields) and words.kind in ("message", "notice"):
        raise OfficerError("unopened", "its words are not held here yet: nobody can answer them")


def require_same_fields(repeated: Repeated) -> None:
    """Raise OfficerError where a field of a notice was keyed otherwise, or what is read back was
    corrected since: it is never confirmed (NOTICE-34, NOTICE-66)."""
    if repeated.outdated:
        raise OfficerError(
            "readback-outdated",
            "what was read back has been corrected since: have it read back again as it stands now",
        )
    if repeated.fields and repeated.departures:
        raise OfficerError(
            "readback-differs",
            "a critical field was read back otherwise: send the notice anew and recall this one, "
            "or have it read back again",
        )
