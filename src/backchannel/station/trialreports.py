"""Tests of the line, their scores and figures, as faces are told.

This module must hold no rule.
"""

from typing import Annotated

import msgspec

from backchannel.station.shapes import HexId


class TrialsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tests entered from one moment until before another, seconds UTC."""

    since: Annotated[int, msgspec.Meta(ge=0)] = 0
    until: Annotated[int, msgspec.Meta(ge=0)] = 253_402_300_799


class TrialReport(msgspec.Struct, frozen=True):
    """One test with one addressee. `intact` says that the text came as it was approved."""

    entry: HexId
    number: str
    serial: int
    kind: str
    path: str
    caller: str
    called: str
    entered: int
    challenge: str
    intact: bool
    due: int | None
    answered: int | None
    outcome: str


class ScoreReport(msgspec.Struct, frozen=True):
    """How a party answered the tests of one kind on one path."""

    party: str
    kind: str
    path: str
    calls: int
    good: int
    late: int
    garbled: int
    wrong: int
    silent: int
    median_s: int | None


class TrialsReport(msgspec.Struct, frozen=True):
    """Tests, newest first, and their scores; then what is ours to do: the path that is due for a
    scheduled test and since when, None without an agreed interval, and how many unannounced calls
    are due. `serial` is the number of our next test."""

    trials: tuple[TrialReport, ...]
    scores: tuple[ScoreReport, ...]
    paths: tuple[str, ...]
    serial: int
    next_path: str
    next_since: int | None
    calls_due: int
