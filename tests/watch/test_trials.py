"""Tests of the line: how each comes out, scores that are never added up, what is due next."""

import pytest

from backchannel.watch.trials import (
    Outcome,
    Trial,
    TrialKind,
    calls_missing,
    next_scheduled,
    outcome,
    random_moments,
    scores,
)
from backchannel.wire.moments import month_around, read_moment

ALDER, BIRCH = 0, 1
CALLED = Trial(b"e", 1, TrialKind.SCHEDULED, "direct-1", ALDER, BIRCH, 1_000, "bottle", due=1_300)
GOOD = CALLED._replace(answered=1_060, word="bottle", result="good")


@pytest.mark.parametrize(
    ("trial", "wanted"),
    [
        (CALLED, Outcome.WAITING),
        (CALLED._replace(overdue=True), Outcome.SILENT),
        (GOOD, Outcome.GOOD),
        (GOOD._replace(answered=1_301), Outcome.LATE),
        (GOOD._replace(result="garbled"), Outcome.GARBLED),
        (GOOD._replace(word="candle"), Outcome.WRONG),
        (GOOD._replace(word="candle", answered=9_999, result="garbled"), Outcome.WRONG),
        (GOOD._replace(wanted=None, word=None), Outcome.WRONG),
    ],
)
def test_how_a_test_comes_out(trial: Trial, wanted: Outcome) -> None:
    """NOTICE-132: what they call their own answer does not make it good."""
    assert outcome(trial) == wanted


def test_scheduled_and_unannounced_are_scored_apart() -> None:
    """NOTICE-133: by party, kind and path; what still waits is not counted."""
    silent = CALLED._replace(kind=TrialKind.RANDOM, overdue=True)
    slow = GOOD._replace(answered=1_200)
    found = scores([CALLED, GOOD, slow, slow, silent, GOOD._replace(path="radio-2")])
    assert [tuple(each) for each in found] == [
        (BIRCH, "random-human", "direct-1", 1, 0, 0, 0, 0, 1, None),
        (BIRCH, "scheduled-human", "direct-1", 3, 3, 0, 0, 0, 0, 200),
        (BIRCH, "scheduled-human", "radio-2", 1, 1, 0, 0, 0, 0, 60),
    ]


def test_the_path_that_was_tested_longest_ago_has_its_turn() -> None:
    """NOTICE-134: tests of others and of other kinds do not count."""
    paths = ("direct-1", "radio-2")
    assert next_scheduled([], ALDER, paths, every_s=60) == ("direct-1", 0)
    assert next_scheduled([CALLED], ALDER, paths, every_s=60) == ("radio-2", 0)
    radio = CALLED._replace(path="radio-2", entered=1_050)
    both = [CALLED, radio, CALLED._replace(kind=TrialKind.RANDOM, entered=5_000)]
    assert next_scheduled(both, ALDER, paths, every_s=60) == ("direct-1", 1_060)
    assert next_scheduled(both, BIRCH, paths, every_s=60) == ("direct-1", 0)


def test_unannounced_calls_are_spread_over_the_month_by_a_secret() -> None:
    """NOTICE-134."""
    month = month_around(read_moment("2026-12-24T18:00:00Z"))
    assert month == (read_moment("2026-12-01T00:00:00Z"), read_moment("2027-01-01T00:00:00Z"))
    drawn = random_moments(bytes(32), month, 8)
    assert drawn == random_moments(bytes(32), month, 8) == tuple(sorted(drawn))
    assert all(month[0] <= each < month[1] for each in drawn)
    assert drawn != random_moments(bytes(31) + b"\x01", month, 8)
    assert random_moments(bytes(32), month, 0) == ()
    assert calls_missing([], ALDER, drawn, drawn[2]) == 3
    made = CALLED._replace(kind=TrialKind.RANDOM, entered=drawn[1])
    assert calls_missing([made, CALLED._replace(entered=drawn[1])], ALDER, drawn, drawn[2]) == 2
    assert calls_missing([made], ALDER, (), drawn[2]) == 0
