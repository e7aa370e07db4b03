"""What a face is told of minutes: frozen values, JSON as they stand.

This module must not compute anything. Ids are lower-case hexadecimal, times whole seconds UTC.
"""

import msgspec

from backchannel.station.shapes import HexId, Mode


class CosignerReport(msgspec.Struct, frozen=True):
    """A station and how many checkpoints of a minute it has cosigned; of these `differing` have
    another root than ours."""

    name: str
    party: str
    signed: int
    differing: int


class MinuteOfficer(msgspec.Struct, frozen=True):
    """Who of a party has signed a minute, in which entry and when; nobody, None and None where no
    officer has."""

    party: str
    by: tuple[str, ...]
    entry: HexId | None
    time: int | None


class MinuteReport(msgspec.Struct, frozen=True):
    """A minute that was proposed: the n-th of its journal, with so many checkpoints, and who has
    cosigned them. `arrival` is its place in the order of acceptance, 0 where that was not asked.
    `officers` has a row for each party (PROOF-173)."""

    entry: HexId
    arrival: int
    mode: Mode
    party: str
    journal: int
    n: int
    time: int
    checkpoints: int
    cosigners: tuple[CosignerReport, ...]
    officers: tuple[MinuteOfficer, ...] = ()
