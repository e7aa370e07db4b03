"""Drafts that are written: every charter reads back from its own draft."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.charter.people import CHARTER, LINE, party
from tests.charter.test_charter import FULL
from tests.charter.test_policy import FULL as FULL_POLICY
from tests.charter.test_policy import PRACTICE

from backchannel.charter.charter import Charter
from backchannel.charter.draft import parse_draft
from backchannel.charter.drafting import base64, quoted, render_draft
from backchannel.charter.policy import Clocks, Lane, Policy, Window
from backchannel.charter.powers import ALL_POWERS
from backchannel.charter.practice import Subject
from backchannel.charter.rules import Cover, ReleaseRule
from backchannel.charter.tables import load
from backchannel.wire.moments import print_duration
from backchannel.wire.signing import Mode

ODD = 'say "so", \\ twice'


@pytest.mark.parametrize(
    "charter",
    [
        CHARTER,
        FULL,
        replace(CHARTER, policy=replace(FULL_POLICY, hot_window_s=None, hot_cap_s=None)),
        replace(CHARTER, policy=Policy(windows=())),
        replace(CHARTER, name=ODD, witness_policy=f"\n{ODD}\n\n", predecessor=LINE),
        replace(CHARTER, parties=(replace(party(0), name=ODD, contact=ODD), party(1))),
        replace(CHARTER, policy=Policy(third_party=ODD, lanes=(Lane(ODD, 1),))),
        replace(CHARTER, policy=Policy(practice=replace(PRACTICE, subjects=(Subject(ODD, ODD),)))),
    ],
    ids=[
        "default",
        "full",
        "full policy",
        "no windows",
        "odd texts",
        "odd party",
        "odd lane",
        "practice",
    ],
)
def test_a_charter_reads_back_from_its_draft(charter: Charter) -> None:
    """CHARTER-70: what is not printed could not be compared."""
    assert parse_draft(render_draft(charter)) == charter


SECONDS = st.integers(1, 366 * 86_400)
CLOCKS = st.builds(
    Clocks,
    *(SECONDS,) * 5,
    st.none() | SECONDS,
    st.none() | SECONDS,  # type: ignore[arg-type]
)
RULES = st.builds(
    ReleaseRule,
    st.text("abc äß日-", min_size=1).map(str.strip).filter(bool),
    st.lists(
        st.builds(Cover, st.integers(1, 16), st.sampled_from([(), ("T05",), ("T06-S", "T07")])),
        min_size=1,
        max_size=3,
    ).map(tuple),
    st.tuples(*(st.integers(1, 16),) * 5),
    st.integers(0, ALL_POWERS),
    st.sets(st.integers(1, 5)).map(sorted).map(tuple),
)


@given(
    st.tuples(*(CLOCKS,) * 5),
    st.lists(RULES, min_size=1, max_size=3, unique_by=lambda rule: rule.name).map(tuple),
    st.booleans(),
    st.integers(0, 10**9),
)
def test_policies_read_back_from_their_drafts(
    clocks: tuple[Clocks, ...], rules: tuple[ReleaseRule, ...], names: bool, since: int
) -> None:
    policy = Policy(
        clocks=clocks,
        rules=tuple(replace(rule, name=rule.name[:64].strip()) for rule in rules),
        names_withheld=names,
        windows=(Window(Mode.EXERCISE, since, since + 1), Window(Mode.TEST, since, None)),
    )
    charter = replace(CHARTER, policy=policy)
    assert parse_draft(render_draft(charter)) == charter


def test_a_draft_spells_everything_out() -> None:
    """CHARTER-70: nothing is left to a default."""
    text = render_draft(CHARTER)
    for wanted in ('epoch = "1 d"', "[policy.clocks.DEFERRED]", 'name = "single"', "service"):
        assert wanted in text
    assert f'fresh = "{print_duration(7 * 86_400)}"' in text


def test_long_keys_are_broken_into_lines() -> None:
    """CHARTER-70."""
    lines = base64(bytes(1952)).splitlines()
    assert max(map(len, lines)) == 76
    assert lines[0] == lines[-1] == '"""'


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")))
def test_a_quoted_text_is_the_text(text: str) -> None:
    assert load(f"a = {quoted(text)}") == {"a": text}
