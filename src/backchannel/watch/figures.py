"""The monthly sheet: how the line did, in figures without content, posts or inner times of a party.

Both parties reckon it from the entries that both hold, and sign the same rows. This module must not
read a record, and must not name what was said, by whom, or when. Clauses: NOTICE-170 to NOTICE-172.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from backchannel.watch.trials import Score
from backchannel.wire.statement import Precedence

COUNT, SECONDS, PER_MILLE = "x", "s", "permille"


class Figure(NamedTuple):
    """One row of the sheet: what it counts, and a whole number of its unit."""

    code: str
    value: int
    unit: str


class Wait(NamedTuple):
    """A statement that a party had to acknowledge: its precedence, and in how many seconds it did;
    None if it has not."""

    party: int
    precedence: int
    seconds: int | None


class PathChange(NamedTuple):
    """A path came up or went down, as a party's station said at a time, seconds UTC."""

    party: int
    path: str
    time: int
    up: bool


def figures(
    scores: Iterable[Score],
    waits: Iterable[Wait],
    changes: Sequence[PathChange],
    month: tuple[int, int],
) -> tuple[Figure, ...]:
    """Return the rows of a sheet, by code (NOTICE-170)."""
    rows = (*score_figures(scores), *wait_figures(waits), *path_figures(changes, month))
    return tuple(sorted(rows))


def score_figures(scores: Iterable[Score]) -> Iterator[Figure]:
    """Yield how the tests of each kind on each path came out, party by party."""
    for each in scores:
        head = f"test.{each.kind}.{each.path}.p{each.party}"
        for name in ("calls", "good", "late", "garbled", "wrong", "silent"):
            yield Figure(f"{head}.{name}", getattr(each, name), COUNT)
        if each.median_s is not None:
            yield Figure(f"{head}.median", each.median_s, SECONDS)


def wait_figures(waits: Iterable[Wait]) -> Iterator[Figure]:
    """Yield how many statements of each precedence a party acknowledged, and the median time."""
    groups: dict[tuple[int, int], list[int | None]] = {}
    for each in waits:
        groups.setdefault((each.party, each.precedence), []).append(each.seconds)
    for (party, precedence), taken in groups.items():
        head = f"ack.{Precedence(precedence).name}.p{party}"
        heard = [each for each in taken if each is not None]
        yield Figure(f"{head}.wanted", len(taken), COUNT)
        yield Figure(f"{head}.given", len(heard), COUNT)
        if heard:
            yield Figure(f"{head}.median", int(median(heard)), SECONDS)


def path_figures(changes: Sequence[PathChange], month: tuple[int, int]) -> Iterator[Figure]:
    """Yield for which part of a month each path was up, as each party's station says."""
    for party, path in sorted({(each.party, each.path) for each in changes}):
        chosen = [each for each in changes if (each.party, each.path) == (party, path)]
        counted, was_up = time_up(sorted(chosen, key=lambda each: each.time), month)
        if counted:
            yield Figure(f"path.{path}.p{party}.up", was_up * 1_000 // counted, PER_MILLE)


def time_up(changes: Sequence[PathChange], month: tuple[int, int]) -> tuple[int, int]:
    """Return how many seconds of a month are counted, from the first word on, and for how many of
    them the path was up (NOTICE-171)."""
    since, until = month
    times = [min(max(each.time, since), until) for each in changes]
    if not times:
        return 0, 0
    spans = zip(changes, pairwise((*times, until)), strict=True)
    return until - times[0], sum(end - begin for each, (begin, end) in spans if each.up)


def differing(ours: Sequence[Figure], theirs: Sequence[Figure]) -> tuple[tuple[str, str, str], ...]:
    """Return the rows that differ between two sheets: code, our value, theirs, "" for none
    (NOTICE-172)."""
    first, second = ({each.code: f"{each.value} {each.unit}" for each in s} for s in (ours, theirs))
    return tuple(
        (code, first.get(code, ""), second.get(code, ""))
        for code in sorted(first.keys() | second.keys())
        if first.get(code) != second.get(code)
    )
