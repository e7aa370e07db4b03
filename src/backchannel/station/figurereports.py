"""The figures of a month, as faces are told.

This module must hold no rule.
"""

from typing import Annotated

import msgspec

from backchannel.station.shapes import Mode


class FiguresQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The month in which a moment lies, seconds UTC, and the mode whose statements are counted."""

    mode: Mode
    moment: Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799)]


class FigureReport(msgspec.Struct, frozen=True):
    """One row: what it counts, and a whole number of its unit. `p0` is the first party."""

    code: str
    value: int
    unit: str


class FiguresReport(msgspec.Struct, frozen=True):
    """The rows of a month, by code; when it began and ended."""

    since: int
    until: int
    figures: tuple[FigureReport, ...]
