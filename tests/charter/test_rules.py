"""The release table as data: what it holds by default and what it refuses to hold."""

from dataclasses import dataclass

import pytest
from tests.charter.people import reason_of

from backchannel.charter.powers import Power
from backchannel.charter.rules import (
    DEFAULT_RULES,
    Cover,
    ReleaseRule,
    read_rules,
    rules_rows,
)
from backchannel.errors import JunkError
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.statement import Kind, Precedence


def read(*rules: Value) -> tuple[ReleaseRule, ...]:
    return read_rules(decode(encode(rules)), "rule")


def row(**changes: Value) -> Value:
    """A rule as it travels, with places changed by name."""
    usual: dict[str, Value] = {
        "name": "inform",
        "covers": ((1, ()),),
        "powers": 0,
        "signatures": (2, 2, 2, 1, 1),
        "emergency": (1,),
    }
    return tuple({**usual, **changes}.values())


def test_a_table_reads_back_as_it_was_written() -> None:
    """CHARTER-11."""
    assert read(*rules_rows(DEFAULT_RULES)) == DEFAULT_RULES


def test_the_bytes_of_a_rule() -> None:
    """CHARTER-11: the order of the places."""
    rule = ReleaseRule("a", (Cover(2, ("T05",)),), (2, 2, 2, 1, 1), 8, (1, 2))
    assert rules_rows((rule,)) == (("a", ((2, ("T05",)),), 8, (2, 2, 2, 1, 1), (1, 2)),)


@dataclass(frozen=True)
class Refused:
    name: str
    row: Value
    reason: str


REFUSED = [
    Refused("four places", row()[:4], "wrong-length"),  # type: ignore[index]
    Refused("no name", row(name=""), "wrong-length"),
    Refused("nothing covered", row(covers=()), "wrong-length"),
    Refused("a cover of one place", row(covers=((1,),)), "wrong-length"),
    Refused("kind 0", row(covers=((0, ()),)), "out-of-range"),
    Refused("kind 17", row(covers=((17, ()),)), "out-of-range"),
    Refused("a form with its version", row(covers=((2, ("T05/1",)),)), "bad-form"),
    Refused("two forms in one", row(covers=((2, ("T05 T12",)),)), "bad-form"),
    Refused("a form twice", row(covers=((2, ("T05", "T05")),)), "twice"),
    Refused("nobody signs", row(signatures=(2, 2, 2, 1, 0)), "out-of-range"),
    Refused("seventeen sign", row(signatures=(17, 2, 2, 1, 1)), "out-of-range"),
    Refused("four precedences", row(signatures=(2, 2, 2, 1)), "wrong-length"),
    Refused("power bit 13", row(powers=1 << 13), "out-of-range"),
    Refused("precedence 6", row(emergency=(6,)), "out-of-range"),
    Refused("a precedence twice", row(emergency=(1, 1)), "not-ascending"),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_rule_is_refused(case: Refused) -> None:
    """CHARTER-11."""
    assert reason_of(lambda: read(case.row), JunkError) == case.reason


def test_a_table_without_rules_releases_nothing_and_is_refused() -> None:
    assert reason_of(read, JunkError) == "wrong-length"


def test_two_classes_of_one_name_are_refused() -> None:
    assert reason_of(lambda: read(row(), row()), JunkError) == "twice"


def wanted(name: str, precedence: Precedence) -> tuple[int, bool]:
    """How many sign a class at a precedence, and whether one may in an emergency."""
    rule = next(rule for rule in DEFAULT_RULES if rule.name == name)
    return rule.signatures[precedence - 1], precedence in rule.emergency


def test_the_default_for_free_text_is_that_of_the_deadline_table() -> None:
    assert [wanted("inform", each) for each in Precedence] == [
        (2, True),
        (2, False),
        (2, False),
        (1, False),
        (1, False),
    ]


def test_two_people_commit_whatever_the_precedence() -> None:
    assert [wanted("commit", each) for each in Precedence] == [(2, False)] * 5
    assert DEFAULT_RULES[2].powers == Power.COMMIT


def test_every_kind_but_a_warrant_has_a_class_by_default() -> None:
    covered = {each.kind for rule in DEFAULT_RULES for each in rule.covers}
    assert covered == set(Kind) - {Kind.WARRANT}
