"""What a face is told of promises, and when it asks for an account of one statement.

This module must not compute anything. Texts are as their writers sent them: a face escapes them.
Times are whole seconds UTC.
"""

import msgspec

from backchannel.station.matterreports import InformedReport
from backchannel.station.reports import Judgement, Mode, Signer, Words
from backchannel.station.shapes import HexId


class EndedReport(msgspec.Struct, frozen=True):
    """What withdrew a promise: the entry that says so, how, by whom, and since when by its word."""

    entry: HexId
    how: str
    by: str
    time: int


class PromiseReport(msgspec.Struct, frozen=True):
    """A promise: what, whose, within which scope, until when, and what became of it.

    `place` is its place among those of the statement, from 1. `state` is "open", "expired",
    "withdrawn" or "not binding"; withdrawn with notice it is open until `holds_until`.
    """

    statement: str
    entry: HexId
    place: int
    party: str
    to: tuple[str, ...]
    by: str
    time: int
    text: str
    owner: str
    scope: str
    expiry: int | None
    withdrawal: str
    notice_s: int | None
    state: str
    ended: EndedReport | None
    holds_until: int | None


class PromisesReport(msgspec.Struct, frozen=True):
    """The promises of a mode, by the time of their statements. `whole` is false where there are
    more notices than are looked through."""

    mode: Mode
    promises: tuple[PromiseReport, ...]
    whole: bool


class PresentReport(msgspec.Struct, frozen=True):
    """Who was there, by the word of a statement: posts, or the level of authority of a party."""

    party: str
    who: str
    by: str
    entry: HexId


class LearntReport(msgspec.Struct, frozen=True):
    """A rung by which somebody of an addressee learnt of a statement, when, by whose word."""

    party: str
    rung: str
    time: int
    by: str


class AccountReport(msgspec.Struct, frozen=True):
    """Which exact words, on whose authority, who was present, who was informed, what was promised.

    `authority` is what the statement itself says of it; `silent` are the questions that the record
    does not answer, in sentences.
    """

    entry: HexId
    number: str
    time: int
    words: Words
    text_now: str
    verdict: Judgement
    signers: tuple[Signer, ...]
    authority_entry: int
    authority: tuple[str, ...]
    present: tuple[PresentReport, ...]
    learnt: tuple[LearntReport, ...]
    informed: tuple[InformedReport, ...]
    promised: tuple[PromiseReport, ...]
    marks: tuple[str, ...]
    silent: tuple[str, ...]


class PromisesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which mode."""

    mode: Mode
