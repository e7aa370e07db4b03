"""The facade: everything that a face can ask of a station or do at it.

This module must not decide what a rule decides, and must not believe a face: what it hands in is
held against the record. All of it runs in the loop of the runner; what reads the whole record is in
`files`.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence

import msgspec

from backchannel.charter.signatures import line_id_of
from backchannel.errors import BreachError, JunkError, OfficerError
from backchannel.limits import LOG_LINES_MAX, STREAMS_MAX
from backchannel.line.events import Given, Released, Shown
from backchannel.line.founding import KIND as FOUNDING
from backchannel.line.founding import admit_founding, parse_founding
from backchannel.line.rows import Row
from backchannel.line.state import LineState
from backchannel.notice.relations import Saying
from backchannel.station.accounting import account
from backchannel.station.accountreports import AccountReport, PromisesReport
from backchannel.station.accusing import evidence_report
from backchannel.station.admitting import require_admissible
from backchannel.station.asked import (
    Drawn,
    DueQuery,
    Entered,
    LogQuery,
    News,
    Order,
    Release,
    SignOffQuery,
    Told,
    Voice,
)
from backchannel.station.athand import already_shown, desk, posts_shown, require_mode, told_of
from backchannel.station.authorities import is_authority_file, parse_authority
from backchannel.station.cosigned import minute_named, minutes_log
from backchannel.station.couriers import Couriers
from backchannel.station.dispatch import Dispatch
from backchannel.station.findings import sentences_report
from backchannel.station.handing import Handing
from backchannel.station.handout import Files
from backchannel.station.judging import Record, answers_to, spoken, vectors
from backchannel.station.ladderreports import DuesReport
from backchannel.station.lamps import worst_first
from backchannel.station.matterreports import MatterReport
from backchannel.station.matters import matter_report
from backchannel.station.minutereports import MinuteReport
from backchannel.station.naming import entry_named
from backchannel.station.openables import fields_report
from backchannel.station.orders import event_of, require_ordered
from backchannel.station.promising import register
from backchannel.station.reading import (
    beside,
    log_line,
    named,
    newest,
    require_held,
    statement_report,
)
from backchannel.station.readoutreports import ReadoutReport, SentencesReport
from backchannel.station.readouts import readout_report
from backchannel.station.reports import (
    DeskReport,
    DoctorReport,
    EvidenceReport,
    FieldsReport,
    LogLine,
    LogPage,
    SignOffReport,
    StatementReport,
    StatusReport,
)
from backchannel.station.runner import Runner
from backchannel.station.signoffs import sign_off_report
from backchannel.station.standing import Errands, doctor, status
from backchannel.station.timekeeper import Timekeeper
from backchannel.station.witnessing import Witnessing
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.store.sequence import statements_after
from backchannel.wire.files import magic
from backchannel.wire.ids import CredentialId, EntryId, statement_id
from backchannel.wire.signing import Mode
from backchannel.wire.statement import parse_content, parse_statement

# News of several commits in a row are told together.
NEWS_PAUSE_S = 0.1


class Station:
    """One line at this station, as faces see it."""

    # Given by whoever has the keys of the station: what they open is no affair of faces.
    couriers: Couriers

    def __init__(
        self,
        runner: Runner,
        dispatch: Dispatch,
        witnessing: Witnessing,
        handing: Handing,
        timekeeper: Timekeeper,
    ) -> None:
        self._runner = runner
        self._dispatch = dispatch
        self._witnessing = witnessing
        self._timekeeper = timekeeper
        self._news = asyncio.Event()
        self._streams = 0
        self.files = Files(runner)
        self.handing = handing
        runner.listen(self._committed)

    def _committed(self, state: LineState, rows: Sequence[Row]) -> None:
        """Wake whoever waits for news."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def record(self) -> Record:
        """Return what an answer is read from, as of now."""
        runner = self._runner
        return Record(runner.custody, runner.state, runner.clock.now(), runner.elapsed())

    def _errands(self) -> Errands:
        """Return what the errands of this station have met."""
        return Errands(self._witnessing.faults, tuple(self.handing.lamps()))

    # --- Asking -----------------------------------------------------------------------------------

    def status(self) -> StatusReport:
        """Return how the line stands."""
        found = status(self.record(), self._runner, self._dispatch, self._errands())
        lamps = worst_first((*found.lamps, *self._timekeeper.lamps()))
        return msgspec.structs.replace(found, lamps=lamps, dues=self._timekeeper.dues_read())

    async def due(self, query: DueQuery) -> DuesReport:
        """Return the open clocks of both sides, the soonest first."""
        return await self._timekeeper.dues(query.limit)

    def doctor(self) -> DoctorReport:
        """Return what works and what does not, in words."""
        found = doctor(self.record(), self._runner, self._dispatch, self._errands())
        return DoctorReport(worst_first((*found, *self._timekeeper.lamps())))

    def desk(self, mode: Mode) -> DeskReport:
        """Return what somebody needs who drafts a statement. Raises OfficerError."""
        return desk(self.record(), mode)

    async def log(self, query: LogQuery) -> LogPage:
        """Return statements, newest first."""
        mode = None if query.mode is None else Mode[query.mode]
        record = self.record()
        found = newest(record, mode=mode, limit=query.limit, before=query.before)
        aside = beside(record, mode) if query.before is None else ()
        earliest = found[-1].arrival if len(found) == query.limit else None
        before = queries.NEWEST if query.before is None else query.before
        minutes = minutes_log(self.record(), mode=mode, since=earliest or 0, before=before)
        return LogPage(await self._lines(found), aside, earliest, minutes)

    def readout(self, name: str) -> ReadoutReport:
        """Return a read-out with the answers to it. Raises OfficerError."""
        record = self.record()
        stated = require_held(record, entry_named(record, name))
        return readout_report(record, stated, vectors(record))

    def sentences(self, name: str) -> SentencesReport:
        """Return the sentences of a statement's words. Raises OfficerError."""
        record = self.record()
        return sentences_report(record, require_held(record, entry_named(record, name)))

    def minute(self, name: str) -> MinuteReport:
        """Return a minute by how its id begins. Raises OfficerError."""
        return minute_named(self.record(), name)

    def matter(self, name: str) -> MatterReport:
        """Return a statement's fields as they stand after all corrections. Raises OfficerError."""
        record = self.record()
        return matter_report(record, self._stated(record, name), vectors(record))

    def _stated(self, record: Record, name: str) -> Stated:
        """Return the accepted statement that a person names. Raises OfficerError."""
        custody = record.custody
        return queries.statement(custody.database, custody.line, entry_named(record, name))

    def account(self, name: str) -> AccountReport:
        """Return what oversight asks of a statement. Raises OfficerError."""
        record = self.record()
        return account(record, self._stated(record, name), vectors(record))

    def promises(self, mode: Mode) -> PromisesReport:
        """Return the register of promises of a mode."""
        return register(self.record(), mode)

    async def show(self, name: str) -> StatementReport:
        """Return a statement by its spoken number or how its id begins. Raises OfficerError."""
        found = named(self.record(), name)
        if isinstance(found, StatementReport):
            return found
        answers = await self._lines(answers_to(self.record(), found))
        record = self.record()
        return statement_report(record, found, answers, vectors(record))

    async def _lines(self, found: Sequence[Stated]) -> tuple[LogLine, ...]:
        """Return statements as a log shows them; others get their turn between two of them."""
        vector_at = vectors(self.record())
        lines: list[LogLine] = []
        for each in found:
            lines.append(log_line(self.record(), each, vector_at))
            await asyncio.sleep(0)
        return tuple(lines)

    async def voice(self, mode: Mode, seconds: float) -> Voice:
        """Wait, for so long at most, until a mode may speak; return whether it does."""
        require_mode(self._runner.state, mode)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while mode in self._runner.state.core.asking and (left := end - loop.time()) > 0:
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                break
        asking = self._runner.state.core.asking.get(mode)
        if asking is None:
            return Voice(True, 0, 0)
        waited = (self._runner.elapsed() - asking.since) // 1000
        return Voice(False, waited, len(asking.answers))

    # --- Doing ------------------------------------------------------------------------------------

    async def release(self, wanted: Release) -> Entered:
        """Enter a statement that its officers have signed, once.

        The same statement again gets the same answer and no second entry. Raises OfficerError.
        """
        mode = Mode[wanted.mode]
        raw = bytes.fromhex(wanted.statement)
        known = self._entered(mode, raw)
        if known is not None:
            return Entered(known.hex(), self._number(known), True)
        self._require_admissible(mode, raw, bytes.fromhex(wanted.content))
        event = Released(
            at=self._runner.moment(),
            mode=mode,
            statement=raw,
            signatures=tuple(bytes.fromhex(each) for each in wanted.signatures),
            content=bytes.fromhex(wanted.content),
        )
        entry = await self._runner.submit(event)
        assert isinstance(entry, bytes), "a released statement has an entry"
        return Entered(entry.hex(), self._number(entry), False)

    def _require_admissible(self, mode: Mode, raw: bytes, content: bytes) -> None:
        """Raise OfficerError unless a statement may be entered as it stands (NOTICE-61)."""
        record = self.record()
        try:
            saying = Saying(parse_statement(raw), parse_content(content), record.state.party, mode)
            require_admissible(record, saying)
        except (JunkError, BreachError) as fault:
            raise OfficerError(fault.reason, fault.text) from None

    def _entered(self, mode: Mode, raw: bytes) -> EntryId | None:
        """Return the entry that holds this very statement already, if there is one."""
        custody = self._runner.custody
        found = queries.ask(
            *(custody.database, custody.line, "repeats"),
            limit=1,
            statement=statement_id(custody.line, mode, raw),
            drafted=parse_statement(raw).drafted,
        )
        return EntryId(found[0][0]) if found else None

    def _number(self, entry: EntryId) -> str:
        """Return how a statement is spoken of."""
        custody = self._runner.custody
        return spoken(self.record(), queries.statement(custody.database, custody.line, entry))

    async def shown(self, drawn: Drawn) -> Told:
        """Enter that a face has drawn the whole of these words before an officer (NT76).

        Raises OfficerError for words that are not held, so that nothing is entered. What was
        entered before for the same posts is not entered again.
        """
        record = self.record()
        entry, croot = EntryId(bytes.fromhex(drawn.entry)), bytes.fromhex(drawn.croot)
        stated = require_held(record, entry)
        if stated.said.croot != croot or not stated.worded:
            raise OfficerError(
                "other-words", "what was drawn is not what is held here: nothing was entered"
            )
        posts = posts_shown(record.state, CredentialId(bytes.fromhex(drawn.officer)))
        if record.state.core.journals[stated.said.no].party == record.state.party:
            return Told(False, "our own words need not be shown to us")
        if already_shown(record, entry, croot, posts):
            return Told(False, "entered before")
        event = Shown(
            at=self._runner.moment(),
            entry=entry,
            no=stated.said.no,
            seq=stated.said.seq,
            croot=croot,
            posts=posts,
        )
        await self._runner.submit(event)
        return Told(True, "entered as shown")

    async def give(self, raw: bytes) -> Told:
        """Take in a founding file or an authority file. Raises OfficerError, JunkError."""
        runner = self._runner
        before = runner.state
        if raw.startswith(magic(FOUNDING)):
            event = admit_founding(before, parse_founding(raw), runner.moment())
        elif is_authority_file(raw):
            file = parse_authority(raw)
            if line_id_of(file.charter) != before.line:
                raise OfficerError("other-line", "the authority file is of another line")
            event = Given(at=runner.moment(), frames=file.frames)
        else:
            raise OfficerError("papers-kind", "wanted a founding file or an authority file")
        await runner.submit(event)
        return told_of(before, runner.state)

    async def order(self, order: Order) -> Told:
        """Carry out an order that officers of ours have signed. Raises OfficerError, JunkError."""
        runner = self._runner
        raw = bytes.fromhex(order.order)
        signed = [(CredentialId(bytes.fromhex(c)), bytes.fromhex(s)) for c, s in order.signatures]
        ordered, people = require_ordered(runner.state, raw, signed, runner.clock.now())
        await runner.submit(event_of(ordered, people, runner.moment()))
        return Told(True, f"{ordered.mode.name}: {ordered.action} done")

    def sign_off(self, query: SignOffQuery) -> SignOffReport:
        """Return what an officer has signed since his last sign-off. Raises OfficerError."""
        return sign_off_report(self.record(), Mode[query.mode], query.officer)

    def fields(self, name: str) -> FieldsReport:
        """Return what a disclosure of a statement can open. Raises OfficerError."""
        record = self.record()
        custody = record.custody
        entry = entry_named(record, name)
        return fields_report(record, queries.statement(custody.database, custody.line, entry))

    def evidence(self) -> EvidenceReport:
        """Return what is kept against keys, and which of it a file can prove."""
        return evidence_report(self.record())

    async def stream(self, after: int | None) -> AsyncIterator[News]:
        """Yield what was committed behind an arrival, then what is committed from now on.

        Raises OfficerError("too-many-streams").
        """
        if self._streams >= STREAMS_MAX:
            raise OfficerError("too-many-streams", f"{STREAMS_MAX} faces follow already; end one")
        self._streams += 1
        custody = self._runner.custody
        cursor = self._newest() if after is None else after
        try:
            while True:
                news, record = self._news, self.record()
                page = statements_after(
                    custody.database, custody.line, after=cursor, limit=LOG_LINES_MAX
                )
                for each in page:
                    cursor = each.arrival
                    commit = record.state.core.version
                    yield News(cursor, log_line(record, each, vectors(record)), commit)
                if not page:
                    yield News(cursor, None, record.state.core.version)
                    await news.wait()
                    await asyncio.sleep(NEWS_PAUSE_S)
        finally:
            self._streams -= 1

    def _newest(self) -> int:
        """Return the arrival of the newest statement."""
        custody = self._runner.custody
        found = queries.statements(custody.database, custody.line, limit=1)
        return found[0].arrival if found else 0
