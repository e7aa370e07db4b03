"""What an exchange of stations has kept, put into a store as a runner would, to be read by a face.

No network and no loop: the entries come from the real step, the rows go into the real store.
"""

from pathlib import Path

from tests.cast import ALDER, BIRCH, seed
from tests.exchange import Exchange, Station

from backchannel.charter.signatures import pack_signatures
from backchannel.line.drafting import (
    T10,
    Action,
    Level,
    Reason,
    Reference,
    Stage,
    answer_body,
    correction_body,
    decision_body,
    readback_body,
    recall_body,
    remark_body,
    translation_body,
)
from backchannel.line.rows import ResealedRow
from backchannel.station.judging import Record, answers_to, vectors
from backchannel.station.reading import log_line, named, newest, statement_report
from backchannel.station.reports import LogLine, StatementReport
from backchannel.station.runner import Custody
from backchannel.store import sqlite
from backchannel.store.lines import Founded, create_line
from backchannel.wire.ids import EntryId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

WRAP_KEY = seed("wrap")
SINGLE, NOTICE, ALARM = 5, 1, 4


def shelve(folder: Path, exchange: Exchange, party: int = ALDER, *, later_s: int = 0) -> Record:
    """What one station of an exchange holds, as a face reads it `later_s` seconds after."""
    station = exchange.stations[party]
    database = sqlite.open(folder / f"{party}-{len(station.rows)}.db")
    rows = [row for row in station.rows if not isinstance(row, ResealedRow)]
    create_line(
        database,
        Founded(exchange.cast.line, party, exchange.cast.charter, signatures(exchange)),
        wrap_key=WRAP_KEY,
        core=station.state.core,
        secrets=station.state.secrets,
        rows=rows,
    )
    custody = Custody(database, exchange.cast.line, WRAP_KEY)
    elapsed = exchange.clock.elapsed + 1_000 * later_s
    return Record(custody, station.state, exchange.clock.now + later_s, elapsed)


def signatures(exchange: Exchange) -> bytes:
    return pack_signatures(exchange.cast.signatures)


def lines(record: Record, mode: Mode | None = None) -> list[LogLine]:
    """The log, oldest first."""
    vector_at = vectors(record)
    found = newest(record, mode=mode, limit=100, before=None)
    return [log_line(record, each, vector_at) for each in reversed(found)]


def report(record: Record, entry: bytes | str) -> StatementReport:
    """All there is to know of one statement."""
    name = entry if isinstance(entry, str) else entry.hex()
    found = named(record, name)
    if isinstance(found, StatementReport):
        return found
    vector_at = vectors(record)
    answers = tuple(log_line(record, each, vector_at) for each in answers_to(record, found))
    return statement_report(record, found, answers, vector_at)


def rungs(found: StatementReport, party: int = 0) -> dict[str, int]:
    """The rungs of a statement's only ladder, and when each was reached."""
    return {step.rung: step.time for step in found.line.ladders[party].rungs}


class Talk:
    """Two rooms that answer each other: each call is one officer's act, carried at once."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    def say(self, party: int, text: str, **changes: object) -> EntryId:
        """Have a party say something."""
        made = self.exchange.say(party, text, **changes)  # type: ignore[arg-type]
        self.exchange.run()
        return made

    def answer(
        self,
        party: int,
        kind: Kind,
        body: tuple,
        entry: bytes,
        **changes: object,  # type: ignore[type-arg]
    ) -> EntryId:
        """Have a party answer an entry."""
        usual = {"kind": kind, "values": body, "category": SINGLE, "refs": (entry,)}
        return self.say(party, "", **{**usual, **changes})

    def about(self, entry: EntryId) -> Reference:
        """What an answer names."""
        return Reference(entry, croot_of(self.exchange.stations[ALDER], entry))

    def ack(self, entry: EntryId, party: int = BIRCH, **changes: object) -> EntryId:
        body = answer_body(self.about(entry), Level.ACKNOWLEDGED, self.exchange.clock.now)
        return self.answer(party, Kind.ACK, body, entry, **changes)

    def read_back(self, entry: EntryId, text: str, **changes: object) -> EntryId:
        body = readback_body(self.about(entry), self.exchange.clock.now, text)
        return self.answer(BIRCH, Kind.READBACK, body, entry, **changes)

    def confirm(self, entry: EntryId, readback: EntryId) -> EntryId:
        body = remark_body(self.exchange.clock.now)
        return self.answer(ALDER, Kind.CONFIRM, body, entry, refs=(entry, readback))

    def passed(self, entry: EntryId) -> EntryId:
        body = answer_body(self.about(entry), Level.OPERATING, self.exchange.clock.now)
        return self.answer(BIRCH, Kind.PASSED, body, entry)

    def decide(self, entry: EntryId, action: Action = Action.WILL_COMPLY) -> EntryId:
        now = self.exchange.clock.now
        by = now + 600 if action == Action.DECISION_BY else None
        body = decision_body(self.about(entry), now, action, by)
        return self.answer(BIRCH, Kind.DECIDE, body, entry, form=T10)

    def close(self, entry: EntryId, party: int = ALDER) -> EntryId:
        return self.answer(party, Kind.CLOSE, remark_body(self.exchange.clock.now), entry)

    def correct(self, entry: EntryId, old: str, new: str, **changes: object) -> EntryId:
        reason = Reason.HUMAN_ERROR
        body = correction_body(self.about(entry), (old, new), reason=reason, undo="the first")
        usual = {"category": NOTICE, "officers": ("first", "second")}
        return self.answer(ALDER, Kind.CORRECT, body, entry, **{**usual, **changes})

    def recall(self, entry: EntryId, party: int = ALDER) -> EntryId:
        reason = Reason.HUMAN_ERROR
        body = recall_body(self.about(entry), false_alarm=False, reason=reason, undo="all")
        officers = ("first", "second")
        return self.answer(party, Kind.RECALL, body, entry, category=ALARM, officers=officers)

    def translate(self, entry: EntryId, text: str, party: int = BIRCH) -> EntryId:
        return self.answer(party, Kind.TRANSLATE, translation_body(text, Stage.SIGHT), entry)


def croot_of(station: Station, entry: bytes) -> bytes:
    """The words that a station holds of an entry, by their commitment."""
    return next(row.croot for row in station.said() if row.entry == entry)
