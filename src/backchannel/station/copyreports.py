"""What a station says of paths and of the copies that they carried, as faces are told.

This module must hold no rule.
"""

import msgspec

from backchannel.station.shapes import HexId


class CopyReport(msgspec.Struct, frozen=True):
    """The copies of one entry on one path: the kind and number of the path, whether they came or
    were sent, when the first and the last, seconds UTC, and how many."""

    path: str
    number: int
    came: bool
    first: int
    last: int
    copies: int


class ReceiptReport(msgspec.Struct, frozen=True):
    """The first entry of a station of a party whose `seen` covers a statement, and its copies."""

    party: str
    entry: HexId
    copies: tuple[CopyReport, ...]


class PathReport(msgspec.Struct, frozen=True):
    """A path of this station as it declares itself, and the stations that can be spoken to on it.
    `rate_bps` and `unit_bytes` are 0 where nothing is fixed."""

    number: int
    name: str
    kind: str
    direction: str
    latency: str
    rate_bps: int
    unit_bytes: int
    cost: int
    up: tuple[str, ...]
