"""What a face is told of read-outs and of words to quote: frozen values, JSON as they stand.

This module must not compute anything. Ids are lower-case hexadecimal, times whole seconds UTC, and
texts are as their writers sent them.
"""

import msgspec

from backchannel.station.reports import HexId, Judgement, Mode


class Standpoint(msgspec.Struct, frozen=True):
    """One party of a read-out: `how` it stands to the agreed text ("proposed" for its author, ""
    while it has not answered), who signed that, in which entry and when, and what it says alone.

    `verdict` is that on the entry, None while there is none. `ascribed` is what the author wrote in
    the name of this party, which has not signed it."""

    party: str
    how: str
    by: tuple[str, ...]
    entry: HexId | None
    time: int | None
    own: str
    verdict: Judgement | None
    ascribed: str = ""


class ReadoutReport(msgspec.Struct, frozen=True):
    """A read-out: what it is about, the text put forward for all, whether every party that it is
    to has signed that, and each party with its own text, the author first."""

    entry: HexId
    mode: Mode
    number: str
    about: tuple[str, ...]
    agreed: str
    signed_by_all: bool
    parties: tuple[Standpoint, ...]


class SentencesReport(msgspec.Struct, frozen=True):
    """The sentences of a statement's words, in the order of its fields."""

    entry: HexId
    sentences: tuple[str, ...]
