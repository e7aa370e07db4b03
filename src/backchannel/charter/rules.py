"""The release table: what counts as which class, and who must sign it before it binds.

This module must not apply a rule, see release.py. Layout: CHARTER-11.

    rule = [name, [[kind, [form]]], powers, [signatures x 5], [precedence released by one]]
"""

import re
from typing import NamedTuple

import msgspec

from backchannel.charter import fields
from backchannel.charter.powers import ALL_POWERS, Power
from backchannel.errors import JunkError
from backchannel.limits import (
    COVERS_MAX,
    FORMS_MAX,
    NAME_CHARACTERS_MAX,
    RULES_MAX,
    SIGNERS_MAX,
)
from backchannel.wire.codec import Value
from backchannel.wire.statement import FORM_CHARACTERS_MAX, Kind, Precedence

FORM_VERSION_MARK = "/"
FORM_NAME = re.compile(r"[A-Za-z0-9-]+", re.ASCII)


class Cover(NamedTuple):
    """Statements of one kind; `forms` without version narrows them, empty means any or none."""

    kind: int
    forms: tuple[str, ...] = ()


class ReleaseRule(msgspec.Struct, frozen=True):
    """What releases the statements of one class (CHARTER-11).

    `signatures` are the distinct persons wanted at FLASH, IMMEDIATE, PRIORITY, ROUTINE and
    DEFERRED. At the precedences in `emergency` one person may release; it is marked and reviewed.
    """

    name: str
    covers: tuple[Cover, ...]
    signatures: tuple[int, ...]
    powers: int = 0
    emergency: tuple[int, ...] = ()


TWO_ALWAYS = (2, 2, 2, 2, 2)
ONE_ALWAYS = (1, 1, 1, 1, 1)
URGENT = (Precedence.FLASH, Precedence.IMMEDIATE, Precedence.PRIORITY)

# The order is the number of the class in every statement (CHARTER-11).
DEFAULT_RULES = (
    ReleaseRule("inform", (Cover(Kind.MESSAGE),), (2, 2, 2, 1, 1), 0, (Precedence.FLASH,)),
    ReleaseRule(
        "notice", (Cover(Kind.NOTICE), Cover(Kind.CORRECT), Cover(Kind.DECIDE)), TWO_ALWAYS
    ),
    ReleaseRule(
        "commit",
        (Cover(Kind.MESSAGE), Cover(Kind.NOTICE), Cover(Kind.DECIDE)),
        TWO_ALWAYS,
        int(Power.COMMIT),
    ),
    ReleaseRule(
        "manage-line", (Cover(Kind.NOTICE, ("T20",)),), TWO_ALWAYS, 0, (Precedence.IMMEDIATE,)
    ),
    # The stop word of an exercise or works window is a T02-X or T15-W sent as urgent as it is.
    ReleaseRule(
        "alarm",
        (
            Cover(Kind.NOTICE, ("T02-X", "T05", "T12", "T13", "T15-W", "T16")),
            Cover(Kind.CORRECT),
            Cover(Kind.RECALL),
        ),
        TWO_ALWAYS,
        0,
        URGENT,
    ),
    ReleaseRule(
        "single",
        (
            Cover(Kind.NOTICE, ("T06-S", "T07", "T20-W")),
            Cover(Kind.ACK),
            Cover(Kind.READBACK),
            Cover(Kind.CONFIRM),
            Cover(Kind.TO_PRINCIPAL),
            Cover(Kind.PASSED),
            Cover(Kind.DECIDE, ("T03", "T04", "T06-S", "T07", "T10", "T18")),
            Cover(Kind.CLOSE),
            Cover(Kind.TRANSLATE),
            Cover(Kind.CALL_OPEN),
            Cover(Kind.CALL_CLOSE),
            Cover(Kind.SIGN_OFF),
        ),
        ONE_ALWAYS,
    ),
)


def rules_rows(rules: tuple[ReleaseRule, ...]) -> tuple[Value, ...]:
    """Return a release table as it travels in a charter or a policy event (CHARTER-11)."""
    return tuple(
        (
            rule.name,
            tuple((int(each.kind), each.forms) for each in rule.covers),
            rule.powers,
            rule.signatures,
            tuple(int(each) for each in rule.emergency),
        )
        for rule in rules
    )


def read_rules(value: Value, path: str) -> tuple[ReleaseRule, ...]:
    """Return a release table, at least one rule. Raises JunkError (CHARTER-11)."""
    taken = fields.rows(value, path, 1, RULES_MAX)
    rules = tuple(read_rule(each, f"{path}[{n}]") for n, each in enumerate(taken, 1))
    fields.each_once(tuple(rule.name for rule in rules), path)
    return rules


def read_rule(value: Value, path: str) -> ReleaseRule:
    """Return one release rule. Raises JunkError (CHARTER-11)."""
    name, covers, powers, signatures, emergency = fields.row(value, path, 5)
    covered = fields.rows(covers, f"{path}.covers", 1, COVERS_MAX)
    wanted = fields.row(signatures, f"{path}.signatures", len(Precedence))
    return ReleaseRule(
        fields.text(name, f"{path}.name", NAME_CHARACTERS_MAX),
        tuple(read_cover(each, f"{path}.covers") for each in covered),
        tuple(fields.whole(each, f"{path}.signatures", 1, SIGNERS_MAX) for each in wanted),
        fields.whole(powers, f"{path}.powers", 0, ALL_POWERS),
        fields.numbers(
            emergency,
            f"{path}.emergency",
            Precedence.FLASH,
            Precedence.DEFERRED,
            most=len(Precedence),
        ),
    )


def read_cover(value: Value, path: str) -> Cover:
    """Return one covered kind with its forms. Raises JunkError."""
    kind, forms = fields.row(value, path, 2)
    taken = fields.rows(forms, path, 0, FORMS_MAX)
    names = tuple(fields.text(each, path, FORM_CHARACTERS_MAX) for each in taken)
    if not all(FORM_NAME.fullmatch(name) for name in names):
        raise JunkError("bad-form", f"{path}: got {list(names)}, wanted T06-S, without version")
    return Cover(
        fields.whole(kind, path, Kind.MESSAGE, Kind.WARRANT), fields.each_once(names, path)
    )
