"""What a face is told of hooks: frozen values, JSON as they stand.

This module must not compute anything. A hook's name and place are what the settings say.
"""

import msgspec

from backchannel.station.reports import HexId


class Handed(msgspec.Struct, frozen=True):
    """A copy that was ordered: of which notice, for which hook, the SHA-256 of its bytes, whether
    it was taken, and what is wrong, "" for nothing."""

    entry: HexId
    number: str
    hook: str
    format: str
    sha256: HexId
    taken: bool
    fault: str


class HookReport(msgspec.Struct, frozen=True):
    """A hook and what waits for it. `format` and `place` are "" of one that the settings do not
    name any more."""

    name: str
    format: str
    place: str
    waiting: tuple[Handed, ...]


class HooksReport(msgspec.Struct, frozen=True):
    """All hooks of a station."""

    hooks: tuple[HookReport, ...]
