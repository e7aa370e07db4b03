"""The joint list of incidents, as faces are told.

This module must hold no rule.
"""

import msgspec

from backchannel.station.shapes import HexId


class IncidentReport(msgspec.Struct, frozen=True):
    """One incident: who entered it, where and what; and the other party's entry of it, its code
    (`agree`, `differ`, `investigating`, or `no entry`) and words."""

    entry: HexId
    number: str
    mode: str
    serial: str
    party: str
    where: str
    what: str
    other: str
    state: str
    text: str


class JointReport(msgspec.Struct, frozen=True):
    """All incidents of a mode, newest first."""

    incidents: tuple[IncidentReport, ...]
