"""Tests of the line by officers: how each came out, the scores of a party, and which is due next.

A test is a notice of form T07. Scheduled and unannounced tests are never added up, and a machine's
heartbeat is none. This module must not look at a clock or send anything. Clauses: NOTICE-132 to
NOTICE-134.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from backchannel.wire.primitives import hkdf_expand

FORM = "T07/1"
CALL_BYTES = 4


class TrialKind(StrEnum):
    """Which test it is: field 2 of T07, but for a machine's."""

    SCHEDULED = "scheduled-human"
    RANDOM = "random-human"
    PATH = "path"
    FULL_DRILL = "full-drill"


class Outcome(StrEnum):
    """How a test came out."""

    GOOD = "good"
    LATE = "late"
    GARBLED = "garbled"
    WRONG = "wrong-answer"
    SILENT = "no-answer"
    WAITING = "waiting"


class Trial(NamedTuple):
    """One test with one addressee. Times are seconds UTC as their writers claim them; `wanted` is
    the word that answers the challenge, None for a challenge that is none."""

    entry: bytes
    serial: int
    kind: str
    path: str
    caller: int
    called: int
    entered: int
    wanted: str | None
    due: int | None = None
    overdue: bool = False
    answered: int | None = None
    word: str | None = None
    result: str | None = None
    post: str | None = None
    fills: bool = False


class Score(NamedTuple):
    """How a party answered the tests of one kind on one path. `median_s` is how long it took to
    answer, of those that were answered."""

    party: int
    kind: str
    path: str
    calls: int
    good: int
    late: int
    garbled: int
    wrong: int
    silent: int
    median_s: int | None


def outcome(trial: Trial) -> Outcome:
    """Return how a test came out (NOTICE-132): of several faults the first of the list."""
    if trial.answered is None:
        return Outcome.SILENT if trial.overdue else Outcome.WAITING
    if trial.wanted is None or trial.word != trial.wanted:
        return Outcome.WRONG
    if trial.result == Outcome.GARBLED:
        return Outcome.GARBLED
    if trial.due is not None and trial.answered > trial.due:
        return Outcome.LATE
    return Outcome.GOOD


def scores(trials: Iterable[Trial]) -> tuple[Score, ...]:
    """Return the scores, one for each party, kind and path; what still waits is not counted
    (NOTICE-133)."""
    groups: dict[tuple[int, str, str], list[Trial]] = {}
    for trial in trials:
        if outcome(trial) != Outcome.WAITING:
            groups.setdefault((trial.called, trial.kind, trial.path), []).append(trial)
    return tuple(score(*key, found) for key, found in sorted(groups.items()))


def score(party: int, kind: str, path: str, found: Sequence[Trial]) -> Score:
    """Return one score."""
    came = [outcome(each) for each in found]
    took = [each.answered - each.entered for each in found if each.answered is not None]
    return Score(
        *(party, kind, path, len(found)),
        good=came.count(Outcome.GOOD),
        late=came.count(Outcome.LATE),
        garbled=came.count(Outcome.GARBLED),
        wrong=came.count(Outcome.WRONG),
        silent=came.count(Outcome.SILENT),
        median_s=int(median(took)) if took else None,
    )


def next_scheduled(
    trials: Iterable[Trial], caller: int, paths: Sequence[str], *, every_s: int
) -> tuple[str, int]:
    """Return the path whose turn it is to be tested by a party, and since when: the one that was
    tested longest ago, first one that never was (NOTICE-134)."""
    newest = dict.fromkeys(paths, 0)
    for each in trials:
        if each.caller == caller and each.kind == TrialKind.SCHEDULED and each.path in newest:
            newest[each.path] = max(newest[each.path], each.entered)
    path = min(newest, key=lambda name: newest[name])
    return path, newest[path] + every_s if newest[path] else 0


def random_moments(chance: bytes, month: tuple[int, int], calls: int) -> tuple[int, ...]:
    """Return when a station asks its officers to call unannounced in a month, ascending: drawn from
    32 secret bytes of its own, so that nobody else can know (NOTICE-134). The month is from and
    until, seconds UTC."""
    since, until = month
    drawn = hkdf_expand(chance, b"bc/calls" + since.to_bytes(8), CALL_BYTES * calls)
    places = (
        int.from_bytes(drawn[at : at + CALL_BYTES]) for at in range(0, len(drawn), CALL_BYTES)
    )
    return tuple(sorted(since + place * (until - since) // 2**32 for place in places))


def calls_missing(trials: Iterable[Trial], caller: int, moments: Sequence[int], now: int) -> int:
    """Return how many of the unannounced calls of a month whose moment has come are still to be
    made (NOTICE-134)."""
    begun = sum(moment <= now for moment in moments)
    made = sum(
        each.caller == caller and each.kind == TrialKind.RANDOM and each.entered >= moments[0]
        for each in (trials if begun else ())
    )
    return max(0, begun - made)
