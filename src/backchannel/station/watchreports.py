"""What a station says of its beacon and its witnesses, as faces are told.

This module must hold no rule.
"""

import msgspec


class WitnessReport(msgspec.Struct, frozen=True):
    """A witness of the charter: its name in the policy, where it is asked, how many leaves it has
    cosigned at most and when, and why the last attempt failed ("" if it did not)."""

    name: str
    url: str
    size: int
    time: int | None
    fault: str


class BeaconReport(msgspec.Struct, frozen=True):
    """Our beacon log: the key under which witnesses know it, how many leaves it has, up to which of
    them a quorum has cosigned and by when. `trouble` is why the policy cannot be read."""

    key: str
    leaves: int
    period_s: int
    witnessed: int
    time: int | None
    witnesses: tuple[WitnessReport, ...]
    trouble: str
