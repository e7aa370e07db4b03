"""The policy of a line: every field reads back, and every fault has its reason and path."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backchannel.charter.policy import (
    DEFAULT_CLOCKS,
    Clocks,
    Lane,
    Policy,
    Window,
    policy_fields,
    read_policy,
)
from backchannel.charter.practice import Practice, Subject, practice_row
from backchannel.errors import JunkError
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence

SECONDS = st.integers(1, 366 * 86_400)
PRACTICE = Practice(bytes(range(32)), 3_600, 9, 86_400, (Subject("boats adrift", "duty officer"),))
PRACTISED = Policy(practice=PRACTICE)


def back(policy: Policy) -> Policy:
    return read_policy(decode(encode(policy_fields(policy))), "policy")


def read_with(key: int, value: Value) -> Policy:
    """A policy in which the value at one key is another."""
    return read_policy(decode(encode({**policy_fields(Policy()), key: value})), "policy")


FULL = Policy(
    clocks=(Clocks(1, 2, 3, 4, 5, None, 7), *DEFAULT_CLOCKS[1:]),
    epoch_s=3_600,
    epoch_envelopes=4_096,
    prekey_s=7_200,
    hot_window_s=259_200,
    hot_cap_s=2_592_000,
    max_skew_s=10,
    quota_entries=1,
    quota_bytes=2,
    windows=(Window(Mode.EXERCISE, 10, 20), Window(Mode.TEST, 0, 5), Window(Mode.TEST, 0, None)),
    receipt_delay_ms=0,
    receipt_entries=1,
    names_withheld=True,
    fresh_s=60,
    third_party="Cedar liaison office",
    duress_posts=("chief of staff",),
    lanes=(Lane("life-safety", 1), Lane("service", 0)),
)


@pytest.mark.parametrize("policy", [Policy(), FULL], ids=["default", "full"])
def test_a_policy_reads_back_as_it_was_written(policy: Policy) -> None:
    """CHARTER-10, CHARTER-12 to CHARTER-17."""
    assert back(policy) == policy


@given(SECONDS, SECONDS, SECONDS, st.booleans())
def test_durations_and_flags_read_back(epoch: int, prekey: int, fresh: int, names: bool) -> None:
    policy = Policy(epoch_s=epoch, prekey_s=prekey, fresh_s=fresh, names_withheld=names)
    assert back(policy) == policy


def test_every_field_of_a_policy_stands_at_its_key() -> None:
    """CHARTER-10: a field that is changed changes exactly one key."""
    usual = policy_fields(Policy())
    for name in Policy.__struct_fields__:
        if name in ("hot_cap_s", "practice"):
            continue
        changed = policy_fields(replace(Policy(), **{name: getattr(FULL, name)}))
        if name != "rules":
            assert sum(changed[key] != usual[key] for key in usual) == 1, name


def test_what_is_practised_stands_in_version_2_alone() -> None:
    """CHARTER-18: a policy of version 1 has no such key, one of version 2 must have it."""
    made = policy_fields(PRACTISED)
    assert read_policy(decode(encode(made)), "policy", 2) == PRACTISED
    for value, version, reason in (
        (made, 1, "unknown-key"),
        (policy_fields(Policy()), 2, "missing-key"),
    ):
        with pytest.raises(JunkError) as caught:
            read_policy(decode(encode(value)), "policy", version)
        assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("place", "value", "reason", "path"),
    [
        (0, b"short", "wrong-length", "policy.practice.catalogue"),
        (1, 0, "out-of-range", "policy.practice.test_every"),
        (2, 101, "out-of-range", "policy.practice.calls_a_month"),
        (3, 367 * 86_400, "out-of-range", "policy.practice.proof"),
        (4, (("boats",),), "wrong-length", "policy.practice.subjects"),
        (4, (("boats", "a"), ("boats", "b")), "twice", "policy.practice.subjects"),
        (4, (("boats", ""),), "wrong-length", "policy.practice.subjects"),
    ],
)
def test_a_practice_is_refused(place: int, value: Value, reason: str, path: str) -> None:
    """CHARTER-18."""
    row = list(practice_row(PRACTICE))
    row[place] = value
    made = {**policy_fields(PRACTISED), 15: tuple(row)}
    with pytest.raises(JunkError) as caught:
        read_policy(decode(encode(made)), "policy", 2)
    assert caught.value.reason == reason
    assert caught.value.text.startswith(f"{path}:")


@dataclass(frozen=True)
class Refused:
    name: str
    key: int
    value: Value
    reason: str
    path: str


CLOCKS_ROW = (10, 180, 1_800, 60, 90, 180, 300)
CLOCKS_ROWS = (CLOCKS_ROW,) * 5

REFUSED = [
    Refused("no rules", 1, (), "wrong-length", "policy.rule"),
    Refused("four precedences", 2, CLOCKS_ROWS[:4], "wrong-length", "policy.clocks"),
    Refused(
        "six clocks",
        2,
        (*CLOCKS_ROWS[:4], CLOCKS_ROW[:6]),
        "wrong-length",
        "policy.clocks.DEFERRED",
    ),
    Refused(
        "held at once",
        2,
        ((0, *CLOCKS_ROW[1:]), *CLOCKS_ROWS[1:]),
        "out-of-range",
        "policy.clocks.FLASH.held_fast",
    ),
    Refused(
        "ack of null",
        2,
        ((10, 1, 1, None, 1, None, None), *CLOCKS_ROWS[1:]),
        "wrong-type",
        "policy.clocks.FLASH.ack",
    ),
    Refused(
        "told at once",
        2,
        ((*CLOCKS_ROW[:6], 0), *CLOCKS_ROWS[1:]),
        "out-of-range",
        "policy.clocks.FLASH.operating",
    ),
    Refused("epoch of 0 s", 3, (0, 256), "out-of-range", "policy.epoch"),
    Refused("epoch of a year and more", 3, (366 * 86_400 + 1, 256), "out-of-range", "policy.epoch"),
    Refused("epoch of 4,097", 3, (86_400, 4_097), "out-of-range", "policy.epoch_envelopes"),
    Refused("epoch of no envelope", 3, (86_400, 0), "out-of-range", "policy.epoch_envelopes"),
    Refused("epoch of one place", 3, (86_400,), "wrong-length", "policy.epoch"),
    Refused("prekey as text", 4, "24 h", "wrong-type", "policy.prekey"),
    Refused("hot window alone", 5, (60,), "wrong-length", "policy.hot_window"),
    Refused("hot window of 0 s", 5, (0, 60), "out-of-range", "policy.hot_window"),
    Refused("cap of 0 s", 5, (60, 0), "out-of-range", "policy.hot_window_cap"),
    Refused("cap below the window", 5, (60, 59), "cap-below-window", "policy.hot_window_cap"),
    Refused("no skew", 6, 0, "out-of-range", "policy.max_skew"),
    Refused("no entries", 7, (0, 1), "out-of-range", "policy.quota_entries"),
    Refused("no bytes", 7, (1, 0), "out-of-range", "policy.quota_bytes"),
    Refused("REAL in a window", 8, ((1, 0, 9),), "out-of-range", "policy.window[1].mode"),
    Refused("mode 4", 8, ((4, 0, 9),), "out-of-range", "policy.window[1].mode"),
    Refused("standing exercise", 8, ((2, 0, None),), "wrong-type", "policy.window[1].until"),
    Refused(
        "window never open", 8, ((3, 0, None), (2, 9, 9)), "bad-window", "policy.window[2].until"
    ),
    Refused("window before 1970", 8, ((2, -1, 9),), "out-of-range", "policy.window[1].since"),
    Refused("delay over a minute", 9, (60_001, 32), "out-of-range", "policy.receipt_delay_ms"),
    Refused("receipt for nothing", 9, (50, 0), "out-of-range", "policy.receipt_entries"),
    Refused("names true", 10, True, "wrong-type", "policy.names_withheld"),
    Refused("never fresh", 11, 0, "out-of-range", "policy.fresh"),
    Refused("third party without name", 12, "", "wrong-length", "policy.third_party"),
    Refused("a duress post twice", 13, ("a", "a"), "twice", "policy.duress_posts"),
    Refused("a duress post as number", 13, (1,), "wrong-type", "policy.duress_posts"),
    Refused("no lane", 14, (), "wrong-length", "policy.lanes"),
    Refused("a lane twice", 14, (("a", 0), ("a", 1)), "twice", "policy.lanes"),
    Refused("a lane without notice", 14, (("a",),), "wrong-length", "policy.lanes"),
    Refused("a notice of -1 s", 14, (("a", -1),), "out-of-range", "policy.lanes"),
    Refused("key 15", 15, 0, "unknown-key", "policy"),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_policy_is_refused(case: Refused) -> None:
    """CHARTER-12, CHARTER-13, CHARTER-14, CHARTER-15, CHARTER-16, CHARTER-17."""
    with pytest.raises(JunkError) as refused:
        read_with(case.key, case.value)
    assert refused.value.reason == case.reason
    assert refused.value.text.startswith(f"{case.path}:")


def test_a_policy_that_lacks_a_key_is_refused() -> None:
    value = policy_fields(Policy())
    del value[6]
    with pytest.raises(JunkError, match=r"^missing-key: policy: key 6"):
        read_policy(decode(encode(value)), "policy")


def test_the_clocks_of_a_precedence() -> None:
    """CHARTER-12: FLASH is acknowledged in 60 s, over 100 words in 90 s."""
    flash = Policy().clocks_at(Precedence.FLASH)
    assert (flash.held_fast_s, flash.held_slow_s) == (10, 180)
    assert (flash.ack_s, flash.ack_long_s) == (60, 90)
    assert Policy().clocks_at(Precedence.DEFERRED).readback_s is None
