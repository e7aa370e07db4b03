"""Who looks at the clock: open clocks of a line, each looked at when it can have run out.

What is open is in the store; when to look again is kept in memory, and both are gathered anew at a
start, a few in each turn. This module must not decide what is due, enter anything by itself, or
find a deadline missed before the addressee was heard after a start. Clauses: NOTICE-87, NOTICE-90,
RECORD-128, RECORD-132.
"""

import asyncio
import heapq
from collections.abc import Iterator, Sequence

from backchannel.errors import OfficerError
from backchannel.limits import DUES_SHOWN_MAX, GRACE_MS
from backchannel.line.ageing import running_at
from backchannel.line.events import Escalated, Unanswered
from backchannel.line.rows import EntryRow, HeldRow, Row, SaidRow
from backchannel.line.state import LineState
from backchannel.line.windows import is_open
from backchannel.station.clocking import DUTY_WORDS, clock_report
from backchannel.station.courses import left_of, overdue
from backchannel.station.judging import (
    ID_DIGITS,
    Record,
    answers_to,
    opened,
    party_name,
    running_of,
    said_of,
    spoken,
    vectors,
    verdict_of,
)
from backchannel.station.ladderreports import DueReport, DuesReport
from backchannel.station.lamps import ALARM, WARNING
from backchannel.station.reports import Finding
from backchannel.station.rungs import Asked, matters
from backchannel.station.runner import Runner
from backchannel.station.silence import PROVABLE, Matter, gather
from backchannel.store import queries
from backchannel.store.clocks import deadlines_entered, end_clocks, open_clocks, steps_taken
from backchannel.store.queries import Stated
from backchannel.watch.clocks import Clock, Duty
from backchannel.watch.escalation import Step, next_turn_ms, steps_due
from backchannel.wire.codec import decode
from backchannel.wire.ids import EntryId
from backchannel.wire.nonanswer import deadline_no
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence

TIMED = (Kind.MESSAGE, Kind.NOTICE)
# What came in a moment is read together, so that most has its receipt by then.
PAUSE_S = 0.2
# After an entry was asked for it is there, or it was thrown away because something had come.
AGAIN_MS = 1_000
FAR_S = 3_600.0
# A window that is closed opens seldom.
CLOSED_MS = 60_000
# A machine that slept has not run its timers, and what is due does not wait for them.
LOOK_S = 1.0


class Timekeeper:
    """The open clocks of one line."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        custody = runner.custody
        self._unread = {each.entry: None for each in open_clocks(custody.database, custody.line)}
        self._read: dict[EntryId, tuple[Stated, tuple[Matter, ...]]] = {}
        self._unheld: dict[int, list[tuple[int, EntryId]]] = {}
        self._looks: list[tuple[int, EntryId]] = []
        self._next: dict[EntryId, int] = {}
        self._asked: dict[EntryId, int] = {}
        self._news = asyncio.Event()
        runner.listen(self._committed)

    async def run(self) -> None:
        """Look at each clock in its time until cancelled. Raises CustodyError."""
        while True:
            while self.look() or self._read_next():
                await asyncio.sleep(PAUSE_S if self._runner.waits() else 0)
            self._news.clear()
            waking = asyncio.get_running_loop().call_later(self._wait_s(), self._news.set)
            await self._news.wait()
            waking.cancel()
            await asyncio.sleep(PAUSE_S)

    def _wait_s(self) -> float:
        """Return for how long nothing can run out."""
        if not self._looks:
            return FAR_S
        left_s = (self._looks[0][0] - self._runner.elapsed()) / 1_000
        return min(max(0.0, left_s), LOOK_S)

    # --- What to read -----------------------------------------------------------------------------

    def _committed(self, state: LineState, rows: Sequence[Row]) -> None:
        """Note what a commit may have begun, met or ended."""
        for row in rows:
            match row:
                case SaidRow():
                    if row.kind in TIMED:
                        self._want(row.entry)
                    for about in row.refs:
                        if about in self._read:
                            self._want(about)
                case HeldRow() if row.of in self._unheld:
                    self._now_held(row.of, row.upto)
                case EntryRow() if self._unheld and row.no in state.core.own.values():
                    for no, seq, _ in state.core.journals[row.no].seen.values():
                        self._now_held(no, seq)

    def _want(self, entry: EntryId) -> None:
        self._unread[entry] = None
        self._news.set()

    def _now_held(self, no: int, upto: int) -> None:
        """Read again the statements of a journal that somebody has given a receipt for."""
        waiting = self._unheld.get(no, [])
        while waiting and waiting[0][0] <= upto:
            self._want(heapq.heappop(waiting)[1])
        if not waiting:
            self._unheld.pop(no, None)

    def _read_next(self) -> bool:
        """Read one statement that is unread; say whether there was one."""
        entry = next(iter(self._unread), None)
        if entry is None:
            return False
        self._read_one(entry)
        if entry in self._read and self._is_overdue(entry):
            self._look_at(self._runner.elapsed(), entry)
        return True

    def _record(self) -> Record:
        runner = self._runner
        return Record(runner.custody, runner.state, runner.clock.now(), runner.elapsed())

    def _read_one(self, entry: EntryId) -> None:
        """Reckon the clocks of a statement anew; let go of it if none is open."""
        self._unread.pop(entry, None)
        record = self._record()
        try:
            stated = queries.statement(record.custody.database, record.custody.line, entry)
        except OfficerError:
            return
        found = read_matters(record, stated)
        if not any(clock.open for matter in found for clock in matter.clocks):
            for known in (self._read, self._next, self._asked):
                known.pop(entry, None)
            end_clocks(record.custody.database, record.custody.line, [stated.arrival])
            return
        self._read[entry] = (stated, found)
        if any(clock.open for clock in of_duty(found, Duty.HELD)):
            heapq.heappush(self._unheld.setdefault(stated.said.no, []), (stated.said.seq, entry))
        if record.state.core.journals[stated.said.no].party == record.state.party:
            turns = list(self._turns(record, found))
            if entry in self._asked:
                turns.append(self._asked[entry])
            if turns:
                self._look_at(min(turns), entry)

    def _is_overdue(self, entry: EntryId) -> bool:
        """Say whether a statement of ours has a clock that has run out."""
        record, (stated, found) = self._record(), self._read[entry]
        ours = record.state.core.journals[stated.said.no].party == record.state.party
        return ours and any(overdue(record, clock) for m in found for clock in m.clocks)

    def _look_at(self, running: int, entry: EntryId) -> None:
        """Look at a statement at a running time, and not at the one that was set before."""
        self._next[entry] = running
        heapq.heappush(self._looks, (running, entry))

    # --- What to do -------------------------------------------------------------------------------

    def _turns(self, record: Record, found: Sequence[Matter]) -> Iterator[int]:
        """Yield the running times at which something is to be done about a statement of ours."""
        now = self._runner.elapsed()
        third_party = record.state.charter.policy.third_party is not None
        for clock in (each for matter in found for each in matter.clocks if each.open):
            left = left_of(record, clock)
            if left is None:
                continue  # it begins with a receipt, which has it read again
            wait = next_turn_ms(clock, overdue_ms=-left, third_party=third_party)
            if left >= 0:
                yield now + left + 1
            elif wait is not None:
                yield now + wait

    def look(self) -> bool:
        """Look at one statement of which a clock can have run out by now, and ask the line to enter
        what has; say whether there was one."""
        if not self._looks or self._looks[0][0] > self._runner.elapsed():
            return False
        look, entry = heapq.heappop(self._looks)
        if self._next.get(entry) == look:
            self._asked.pop(entry, None)
            self._read_one(entry)
            if entry in self._read:
                self._pursue(entry)
        return True

    def _pursue(self, entry: EntryId) -> None:
        """Have entered what is overdue about a statement of ours, and not entered yet; look again
        whether it was, or may be by then."""
        record = self._record()
        again: list[int] = []
        for matter in self._read[entry][1]:
            patience = patience_ms(record, matter)
            events = () if patience else tuple(due_events(self._runner, record, matter))
            for event in events:
                self._runner.post(event)
            if patience or events:
                again.append(patience or AGAIN_MS)
        if again:
            self._asked[entry] = self._runner.elapsed() + min(again)
            self._look_at(self._asked[entry], entry)

    # --- What to tell -----------------------------------------------------------------------------

    async def dues(self, limit: int) -> DuesReport:
        """Return the open clocks, the soonest first, as of now."""
        while self._read_next():
            await asyncio.sleep(0)
        return self.dues_read(limit)

    def dues_read(self, limit: int = DUES_SHOWN_MAX) -> DuesReport:
        """Return the open clocks of what was read so far, the soonest first."""
        record = self._record()
        rows = []
        for entry, (_, found) in self._read.items():
            for matter in found:
                for clock in matter.clocks:
                    left = left_of(record, clock)
                    if left is not None:
                        rows.append((left, entry, matter, clock))
        rows.sort(key=lambda row: row[:2])
        told = tuple(due_report(record, matter, clock) for _, _, matter, clock in rows[:limit])
        return DuesReport(record.now, told, len(rows), len(self._unread))

    def lamps(self) -> Iterator[Finding]:
        """Yield what is overdue on either side, and whom to ring about it."""
        record = self._record()
        for stated, found in self._read.values():
            for matter in found:
                late = [clock for clock in matter.clocks if overdue(record, clock)]
                if late:
                    yield overdue_lamp(record, stated, matter, late)
                    if Step.THIRD_PARTY in steps_entered(record, matter):
                        yield third_party_lamp(record, stated)


def overdue_lamp(record: Record, stated: Stated, matter: Matter, late: Sequence[Clock]) -> Finding:
    """Return that something about a statement is overdue: an alarm if it is urgent."""
    urgent = stated.said.precedence <= Precedence.IMMEDIATE
    ours = matter.facts.addressee == record.state.party
    name = spoken(record, stated) or stated.said.entry.hex()[:ID_DIGITS]
    what = ", ".join(DUTY_WORDS[clock.duty] for clock in late)
    who = "us" if ours else party_name(record, matter.facts.addressee)
    answer = "Answer it now: an answer that comes late is still an answer."
    call = "Try another way to reach them; what is entered shows how far it came."
    text = f"{Mode(stated.said.mode).name} {name}: {what} by {who} is overdue."
    return Finding(ALARM if urgent else WARNING, "overdue", text, answer if ours else call)


def third_party_lamp(record: Record, stated: Stated) -> Finding:
    """Return whom the charter names to ring, and the only words that are for him (RECORD-134)."""
    charter = record.state.charter
    name = spoken(record, stated)
    text = f"Nobody answers {name}. Ring the third party: {charter.policy.third_party}."
    return Finding(
        WARNING,
        "third-party",
        text,
        f"Say no more than: {charter.name}, please ring your neighbour.",
    )


def of_duty(found: Sequence[Matter], duty: Duty) -> Iterator[Clock]:
    """Yield the clocks of one duty, one for each addressee."""
    return (clock for matter in found for clock in matter.clocks if clock.duty == duty)


def read_matters(record: Record, stated: Stated) -> tuple[Matter, ...]:
    """Return what the record says of a statement, for each addressee. A repeat has no clock."""
    custody = record.custody
    first = queries.repeats(custody.database, custody.line, stated.said, limit=1)
    if first and first[0] != stated.said.entry:
        return ()
    said, vector_at = said_of(record, stated), vectors(record)
    verdict = verdict_of(record, said, vector_at)
    asked = Asked(stated, said, verdict, opened(record, stated), answers_to(record, stated))
    return matters(record, asked, vector_at)


def patience_ms(record: Record, matter: Matter) -> int:
    """Return for how long silence does not count yet: 0 if the mode speaks, and since our start the
    addressee was heard, or had a minute for it (RECORD-132)."""
    core, mode = record.state.core, matter.facts.mode
    if not is_open(record.state.charter, Mode(mode), record.now):
        return CLOSED_MS
    if mode in core.asking:
        return AGAIN_MS
    if running_of(record) - core.began >= GRACE_MS:
        return 0
    custody = record.custody
    heard = any(
        running_at(core, head.no, head.seq, head.arrived) >= core.began
        for head in queries.heads(custody.database, custody.line)
        if head.mode == mode and core.journals[head.no].party == matter.facts.addressee
    )
    return 0 if heard else AGAIN_MS


def due_events(runner: Runner, record: Record, matter: Matter) -> Iterator[Unanswered | Escalated]:
    """Yield what is to be entered about a matter of ours: non-answers, and steps of escalation."""
    said, custody = matter.stated.said, record.custody
    third_party = record.state.charter.policy.third_party is not None
    late = [(c, -left) for c in matter.clocks if (left := left_of(record, c) or 0) < 0]
    deadlines = deadlines_entered(custody.database, custody.line, said.entry, record.state.party)
    taken = steps_entered(record, matter)
    for clock, overdue_ms in late:
        no = deadline_no(clock.duty, matter.facts.addressee)
        if clock.duty in PROVABLE and no not in deadlines and not matter.heard:
            found = gather(record, matter, clock)
            precedence = min(said.precedence, Precedence.PRIORITY)
            yield Unanswered(at=runner.moment(), no=said.no, precedence=precedence, said=found)
        due = steps_due(clock, overdue_ms=overdue_ms, third_party=third_party)
        steps = set(map(int, due)) - taken
        if steps:
            taken |= steps
            order = tuple(sorted(steps))
            yield Escalated(at=runner.moment(), entry=said.entry, no=said.no, steps=order)


def steps_entered(record: Record, matter: Matter) -> set[int]:
    """Return the steps of escalation that we have entered about a statement."""
    custody, entry = record.custody, matter.stated.said.entry
    bodies = steps_taken(custody.database, custody.line, entry, record.state.party)
    # Values of a known kind have their shape (RECORD-56): entry, step, time.
    return {decode(body)[1] for body in bodies}  # type: ignore[index, misc]


def due_report(record: Record, matter: Matter, clock: Clock) -> DueReport:
    """Return one open clock with the statement that it belongs to."""
    said = said_of(record, matter.stated)
    owing = said.party if clock.duty == Duty.REPORT else matter.facts.addressee
    return DueReport(
        entry=matter.stated.said.entry.hex(),
        number=spoken(record, matter.stated),
        mode=Mode(said.mode).name,
        precedence=Precedence(said.statement.precedence).name,
        author=party_name(record, said.party),
        ours=owing == record.state.party,
        clock=clock_report(record, said, matter.facts.addressee, clock),
    )
