"""What a station says of its archive, as faces are told.

This module must hold no rule.
"""

import msgspec


class CircleReport(msgspec.Struct, frozen=True):
    """Who may come to open an archive: trustees or custodians, how many together, their names."""

    who: str
    threshold: int
    names: tuple[str, ...]


class ArchiveReport(msgspec.Struct, frozen=True):
    """How the archive stands: hot window and cap in seconds of running time (None: words are kept),
    words that can be read here, how many of them are in an archive seal, and the first UTC day,
    counted from 1970, with words that are not."""

    hot_window_s: int | None
    hot_cap_s: int | None
    readable: int
    sealed: int
    unsealed_since: int | None
    circles: tuple[CircleReport, ...]
