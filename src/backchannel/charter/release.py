"""Who must have signed a statement before it binds, judged by data alone.

This module must not verify a signature: it says which credentials may sign and whether they are
enough. It serves our own desk before a release and the judging of others after it (CHARTER-60).
"""

from enum import IntEnum

from backchannel.charter.credentials import CredentialKind
from backchannel.charter.powers import POWER_OF_KIND, Power
from backchannel.charter.roster import (
    Authority,
    Issued,
    known_at,
    require_unrevoked,
    require_valid,
    standing_at,
)
from backchannel.charter.rules import FORM_VERSION_MARK, ReleaseRule
from backchannel.errors import BreachError, OfficerError
from backchannel.wire.statement import Kind, Precedence, Statement


class Release(IntEnum):
    """How a statement was released. EMERGENCY is marked, and the next watch reviews it."""

    FULL = 1
    EMERGENCY = 2


def require_signers(
    authority: Authority, seq: int, *, statement: Statement, mode: int, moment: int
) -> tuple[Issued, ...]:
    """Return the officers behind a statement's signers, in order (CHARTER-60 to 62).

    `seq` is the head of the author's authority journal that the entry names, -1 before the first;
    `moment` the second UTC that the validity is held against. Raises BreachError.
    """
    rule = rule_for(authority, seq, statement)
    wanted = int(power_of(statement.kind)) | rule.powers
    signers = tuple(known_at(authority, each, seq) for each in statement.signers)
    for found in signers:
        require_unrevoked(authority, found, seq)
        require_valid(found, moment)
        require_mandate(found, wanted, category=statement.category, mode=mode)
    return signers


def require_mandate(found: Issued, wanted: int, *, category: int, mode: int) -> None:
    """Raise BreachError unless an officer's mandate covers powers, class and mode (CHARTER-61)."""
    credential = found.credential
    if credential.kind != CredentialKind.OFFICER:
        raise BreachError("not-an-officer", f"{credential.name}: only officers sign statements")
    if mode not in credential.modes:
        raise BreachError("mode-outside-mandate", f"{credential.name}: mode {mode} is not granted")
    if category not in credential.classes:
        raise BreachError(
            "class-outside-mandate", f"{credential.name}: class {category} is not granted"
        )
    lacking = wanted & ~credential.powers
    if lacking:
        raise BreachError("power-outside-mandate", f"{credential.name}: lacks {Power(lacking)!r}")


def require_released(
    authority: Authority, seq: int, *, statement: Statement, signers: tuple[Issued, ...]
) -> Release:
    """Return how a statement was released by signers that `require_signers` gave (CHARTER-63).

    A person is a key: two credentials of one key count as one (NT18). Raises
    BreachError("unreleased") where more people had to sign (NT17).
    """
    rule = rule_for(authority, seq, statement)
    persons = len({each.credential.ed25519 for each in signers})
    precedence = Precedence(statement.precedence)
    wanted = rule.signatures[precedence - 1]
    if persons >= wanted:
        return Release.FULL
    if precedence not in rule.emergency:
        raise BreachError(
            "unreleased",
            f"{rule.name} at {precedence.name}: got {persons} person, wanted {wanted} that sign "
            "the same bytes",
        )
    return Release.EMERGENCY


def require_addressed(statement: Statement, *, party: int, parties: int) -> None:
    """Raise BreachError unless a statement is to other parties of the line (CHARTER-64)."""
    if statement.to >> parties:
        raise BreachError("unknown-addressee", f"to: {statement.to:#x} names more than {parties}")
    if statement.to & 1 << party:
        raise BreachError("addressed-to-self", "to: an author's own party is no addressee")


def rule_for(authority: Authority, seq: int, statement: Statement) -> ReleaseRule:
    """Return the rule of a statement's class, if it covers the statement. Raises BreachError."""
    rules = standing_at(authority, seq).rules
    if statement.category >= len(rules):
        raise BreachError("unknown-class", f"got class {statement.category} of {len(rules)}")
    rule = rules[statement.category]
    require_covered(rule, statement)
    return rule


def require_covered(rule: ReleaseRule, statement: Statement) -> None:
    """Raise BreachError("class-of-others") if a class is not for this kind and form (CHARTER-62).

    Otherwise the drafter would choose how many people have to sign.
    """
    form = (statement.form or "").partition(FORM_VERSION_MARK)[0]
    for each in rule.covers:
        if each.kind == statement.kind and (not each.forms or form in each.forms):
            return
    raise BreachError(
        "class-of-others", f"class {rule.name} is not for kind {statement.kind}, form {form!a}"
    )


def power_of(kind: int) -> Power:
    """Return the power that a kind of statement takes. Raises BreachError("unknown-kind")."""
    if kind not in POWER_OF_KIND:
        raise BreachError("unknown-kind", f"got kind {kind}, wanted 1 to {max(Kind)}")
    return POWER_OF_KIND[kind]


def class_named(rules: tuple[ReleaseRule, ...], name: str) -> int:
    """Return the number of a class by its name. Raises OfficerError("unknown-class")."""
    names = [rule.name for rule in rules]
    if name not in names:
        raise OfficerError("unknown-class", f"got {name!a}, wanted one of {names}")
    return names.index(name)
