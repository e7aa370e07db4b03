"""What a face asks and sends, and what it is answered: frozen values, JSON as they stand.

This module must not compute anything. Fields that are not known are refused, so that a misspelt
one is not taken for one left out.
"""

from typing import Annotated

import msgspec

from backchannel.limits import (
    ARRIVAL_MAX,
    DUES_LISTED_MAX,
    JOURNAL_NUMBER_MAX,
    LOG_LINES_MAX,
    WAIT_SECONDS_MAX,
)
from backchannel.station.reports import Hex, HexId, LogLine, Mode

Lines = Annotated[int, msgspec.Meta(ge=1, le=LOG_LINES_MAX)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=WAIT_SECONDS_MAX)]
Count = Annotated[int, msgspec.Meta(ge=0, le=ARRIVAL_MAX)]

# --- Questions and acts ---------------------------------------------------------------------------


class LogQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which statements: of one mode or all, how many, below which arrival."""

    mode: Mode | None = None
    limit: Lines = 50
    before: Count | None = None


class DueQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many open clocks at most, the soonest."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=DUES_LISTED_MAX)] = 50


class BagQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which courier path: its number in the charter, 0 for the first."""

    path: Annotated[int, msgspec.Meta(ge=0, le=JOURNAL_NUMBER_MAX)] = 0


class BagReport(msgspec.Struct, frozen=True):
    """What became of capsules from a stick: how many opened, how many envelopes they held, and how
    many were not for us or damaged."""

    opened: int
    envelopes: int
    refused: int


class ModeQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which mode."""

    mode: Mode


class SignOffQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which officer, by the id of his credential, in which mode."""

    mode: Mode
    officer: HexId


class VoiceQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long at most to wait until a mode may speak."""

    mode: Mode
    seconds: Seconds = 5


class SpanQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of one mode: entries whose claimed time lies in it, both ends included."""

    mode: Mode
    since: Count
    until: Count


class CopyQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In which format a copy is wanted, and for whom, "" for nobody named."""

    format: str
    to: str = ""


class StreamQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Behind which arrival to begin; left out: with what comes next."""

    after: Count | None = None


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement whose listed officers have all signed it, in their order."""

    mode: Mode
    statement: Hex
    signatures: tuple[Hex, ...]
    content: Hex


class Entered(msgspec.Struct, frozen=True):
    """The entry of a statement, and how it is spoken of. `known` if it had been entered before."""

    entry: HexId
    number: str
    known: bool


class Drawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A face has drawn the whole text of a statement before this officer."""

    entry: HexId
    croot: HexId
    officer: HexId


class Told(msgspec.Struct, frozen=True):
    """Whether something new was entered, and in which words a person hears of it."""

    entered: bool
    text: str


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order that officers of our party have signed: its bytes, and (credential, signature)."""

    order: Hex
    signatures: tuple[tuple[HexId, Hex], ...]


class Voice(msgspec.Struct, frozen=True):
    """Whether a mode may speak; while it may not, how long it has asked and who answered."""

    speaks: bool
    asking_s: int
    answered: int


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new file on the station's machine, as a path from the root of its file system."""

    path: str


# --- Checking and following -----------------------------------------------------------------------


class Fault(msgspec.Struct, frozen=True):
    """A refusal: its slug, its text, and whose fault it is."""

    reason: str
    text: str
    fault: str


class JournalCheck(msgspec.Struct, frozen=True):
    """What checking found of one journal. `mode` is "AUTHORITY" for an authority journal."""

    journal: int
    party: str
    mode: str
    entries: int
    head: HexId
    signed: int
    chained: int
    opened: int
    valid: int
    invalid: int
    contested: int
    regressing: int
    not_understood: int
    pending: int
    unopened: int
    forked: bool


class Damage(msgspec.Struct, frozen=True):
    """The first slot of our record that is not what was accepted: clause and reason."""

    journal: int
    seq: int
    clause: str
    reason: str
    text: str


class CheckReport(msgspec.Struct, frozen=True):
    """The outcome of a check. `outcome` is 0 whole, 1 findings of others' making, 2 damaged."""

    journals: tuple[JournalCheck, ...]
    forks: tuple[str, ...]
    gaps: tuple[str, ...]
    repeats: tuple[str, ...]
    damage: Damage | None
    words_opened: bool
    upto: int
    summary: str
    outcome: int


class CheckNews(msgspec.Struct, frozen=True):
    """How far a check is, or its report; the last of a stream brings the report or a fault."""

    checked: int
    of: int
    report: CheckReport | None = None
    fault: Fault | None = None


class News(msgspec.Struct, frozen=True):
    """Something was committed: a statement, or what else may move a ladder.

    `arrival` is the cursor behind it, `commit` counts what was ever committed here.
    """

    arrival: int
    statement: LogLine | None
    commit: int = 0
