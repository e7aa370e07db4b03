"""Suspended lanes, as faces are told.

This module must hold no rule.
"""

import msgspec

from backchannel.station.shapes import HexId


class LaneReport(msgspec.Struct, frozen=True):
    """A lane that a party has suspended in a mode, or announced to: `since` is None until the
    second notice of a protected lane. `closed` is whether nothing may go in it now."""

    mode: str
    lane: str
    party: str
    announced: int
    since: int | None
    until: int | None
    closed: bool
    entry: HexId
