"""Who may say what: the mandates of a statement's signers, and whether they are enough.

This module must not check signatures; it is asked about signers whose signatures hold.
CHARTER-52, CHARTER-60 to CHARTER-64.
"""

from collections.abc import Sequence

from backchannel.verifier.cbor import Refusal
from backchannel.verifier.charter import Rule
from backchannel.verifier.credentials import OFFICER, Credential
from backchannel.verifier.record import Statement

INFORM, ACKNOWLEDGE, DECIDE, RECALL, INTERPRET, OVERSEE = 1, 2, 4, 16, 32, 1 << 12
POWER_OF_KIND = {
    1: INFORM, 2: INFORM, 6: INFORM,
    3: ACKNOWLEDGE, 4: ACKNOWLEDGE, 5: ACKNOWLEDGE, 7: ACKNOWLEDGE, 8: ACKNOWLEDGE,
    13: ACKNOWLEDGE, 14: ACKNOWLEDGE,
    9: DECIDE, 10: DECIDE, 11: RECALL, 12: INTERPRET, 15: 0, 16: OVERSEE,
}  # fmt: skip


def require_addressees(statement: Statement, party: int, parties: int) -> None:
    """Raise Refusal unless the addressees are other parties of the line (CHARTER-64)."""
    if statement.to >> parties:
        raise Refusal("unknown-addressee", "the statement is addressed to no party of the line")
    if statement.to >> party & 1:
        raise Refusal("addressed-to-self")


def require_release(
    statement: Statement,
    rules: Sequence[Rule],
    signers: Sequence[Credential],
    *,
    mode: int,
    time: int,
) -> str:
    """Return "full" or "emergency". Raises Refusal for what binds nobody (CHARTER-60 to 63)."""
    if statement.category >= len(rules):
        raise Refusal("unknown-class", f"class {statement.category}")
    rule = rules[statement.category]
    form = None if statement.form is None else statement.form.split("/")[0]
    if not any(kind == statement.kind and (not forms or form in forms)
               for kind, forms in rule.covers):  # fmt: skip
        raise Refusal("class-of-others", f"{rule.name} does not cover this statement")
    if statement.kind not in POWER_OF_KIND:
        raise Refusal("unknown-kind", f"kind {statement.kind}: nobody may sign it")
    power = POWER_OF_KIND[statement.kind] | rule.powers
    for signer in signers:
        require_mandate(signer, statement.category, power, mode=mode, time=time)
    # One key is one person, whatever posts and credentials it has.
    people = len({signer.key for signer in signers})
    if people >= rule.people[statement.precedence - 1]:
        return "full"
    if people >= 1 and statement.precedence in rule.emergency:
        return "emergency"
    wanted = rule.people[statement.precedence - 1]
    raise Refusal("unreleased", f"{people} signed, {rule.name} wants {wanted}")


def require_mandate(signer: Credential, category: int, power: int, *, mode: int, time: int) -> None:
    """Raise Refusal unless a signer may sign this (CHARTER-60, CHARTER-61)."""
    if signer.kind != OFFICER:
        raise Refusal("not-an-officer", signer.name)
    if time < signer.since:
        raise Refusal("not-yet-valid", signer.name)
    if time >= signer.until:
        raise Refusal("expired", signer.name)
    if mode not in signer.modes:
        raise Refusal("mode-outside-mandate", signer.name)
    if category not in signer.classes:
        raise Refusal("class-outside-mandate", signer.name)
    if power & ~signer.powers:
        raise Refusal("power-outside-mandate", signer.name)
