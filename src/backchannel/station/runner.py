"""Load, step, commit: the one writer of a line. Only after the commit may anything leave.

A group is what gathered while the last commit ran; a lone event waits for nothing. This module
must not decide what a rule decides.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence

import msgspec

from backchannel.charter.authority import apply_entry, open_authority
from backchannel.charter.roster import Authority, standing_at
from backchannel.charter.signatures import parse_signatures, require_in_force
from backchannel.clock import Clock
from backchannel.errors import BackchannelError, CustodyError
from backchannel.limits import GROUP_EVENTS_MAX, WAITING_EVENTS_MAX
from backchannel.line.beacon import next_due
from backchannel.line.events import Arrived, Event, Moment, Outcome, Started, TimePassed
from backchannel.line.requests import requests
from backchannel.line.rows import ResealedRow, Row
from backchannel.line.state import LineState
from backchannel.line.step import step_many
from backchannel.station.signer import Signer
from backchannel.store.lines import Loaded, commit, load_line
from backchannel.store.runmark import RunMark, RunMarkFile
from backchannel.store.sqlite import Database
from backchannel.wire.entry import parse_header
from backchannel.wire.ids import EntryId, LineId

Listener = Callable[[LineState, Sequence[Row]], None]

TICK_S = 1.0
# After a group the path gets turns to write it and to read what has come: a few, and one more for
# each so many events. With too few, what was committed would wait while the next group is made.
TURNS = 4
EVENTS_A_TURN = 8
# Running time is added up durably at least so often; a crash loses this much of it.
KEEP_TIME_MS = 60_000


class Custody(msgspec.Struct, frozen=True):
    """Where a line is kept: its database, the key its secrets lie under, its run mark if any."""

    database: Database
    line: LineId
    wrap_key: bytes
    mark: RunMarkFile | None = None


def load_state(custody: Custody) -> LineState:
    """Return the state of a line as it was last committed, authorities folded anew.

    Raises what the store raises.
    """
    loaded = load_line(custody.database, custody.line, wrap_key=custody.wrap_key)
    founded = loaded.founded
    charter = require_in_force(founded.charter, parse_signatures(founded.signatures))
    authorities = {p: open_authority(founded.line, p, charter) for p in range(len(charter.parties))}
    fold_authorities(loaded, authorities)
    own = authorities[founded.party]
    return LineState(
        founded.line,
        founded.party,
        standing_at(own, own.seq).charter,
        loaded.core,
        loaded.secrets,
        authorities,
        loaded.trails,
        loaded.pending,
        branches=loaded.branches,
    )


def fold_authorities(loaded: Loaded, authorities: dict[int, Authority]) -> None:
    """Apply the stored entries of the authority journals in the order they were accepted."""
    for frame in loaded.authority:
        header = parse_header(frame.header)
        seen = {no: seq for no, seq, _ in header.seen}
        roots = {
            other: standing_at(a, seen.get(other, -1)).root_set
            for other, a in authorities.items()
            if other != header.no
        }
        before = authorities[header.no]
        authorities[header.no] = apply_entry(before, header, frame=frame, roots_of_others=roots)


def aside(state: LineState) -> tuple[object, ...]:
    """Return what a state holds beside its core, the charter and the trails that follow from it."""
    kept = (state.secrets, state.waiting, state.compare, state.pending, state.branches)
    return (*kept, state.directly)


class Runner:
    """One line of this station: its state in memory, its inbox, its writer task."""

    def __init__(self, custody: Custody, clock: Clock, *, uncertainty_s: int = 2) -> None:
        self.custody = custody
        self.clock = clock
        self._uncertainty_s = uncertainty_s
        self.state = load_state(custody)
        self.failure: BackchannelError | None = None
        self._inbox: deque[tuple[Event, asyncio.Future[Outcome] | None]] = deque()
        self._answers: deque[tuple[Event, asyncio.Future[Outcome] | None]] = deque()
        self._filled = asyncio.Event()
        self._roomy = asyncio.Event()
        self._roomy.set()
        self._listeners: list[Listener] = []
        self._refusals: list[Callable[[Event, BackchannelError], None]] = []
        self._arrivals: list[Callable[[Arrived, EntryId | None], None]] = []
        self.refused: Counter[str] = Counter()
        self._signer = Signer(self)
        self._began = clock.running()
        self._base = self.state.core.elapsed
        self._kept = self._base
        self._timer: asyncio.TimerHandle | None = None
        self._beat: asyncio.TimerHandle | None = None

    def moment(self) -> Moment:
        """Return the time and fresh chance for one event."""
        return Moment(self.clock.now(), self.elapsed(), self.clock.entropy(), self._uncertainty_s)

    def elapsed(self) -> int:
        """Return the running time of this station in ms, over all its starts."""
        return self._base + int((self.clock.running() - self._began) * 1000)

    def listen(self, listener: Listener) -> None:
        """Have a function called after each commit, with the new state and its rows."""
        self._listeners.append(listener)

    def hear_refusals(self, listener: Callable[[Event, BackchannelError], None]) -> None:
        """Have a function called for each event that the line refused."""
        self._refusals.append(listener)

    def hear_arrivals(self, listener: Callable[[Arrived, EntryId | None], None]) -> None:
        """Have a function called for each envelope that was opened, with the entry it held."""
        self._arrivals.append(listener)

    def post(self, event: Event) -> None:
        """Hand over an event whose outcome nobody waits for."""
        self._inbox.append((event, None))
        self._filled.set()
        if len(self._inbox) >= WAITING_EVENTS_MAX:
            self._roomy.clear()

    def answer(self, event: Event) -> None:
        """Hand over what the line has asked for. It goes before all that waits: a flood that came
        first must not hold up the epoch that it is to be sealed in."""
        self._answers.append((event, None))
        self._filled.set()

    def waits(self) -> int:
        """Return how many events are still to be handled."""
        return len(self._answers) + len(self._inbox)

    async def room(self) -> None:
        """Wait until little enough waits to be handled for a path to bring more."""
        await self._roomy.wait()

    async def submit(self, event: Event) -> Outcome:
        """Hand over an event and wait until it is committed.

        Raises BackchannelError if it was refused, CustodyError if it could not be kept.
        """
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._inbox.append((event, answer))
        self._filled.set()
        outcome = await answer
        if isinstance(outcome, BackchannelError):
            raise outcome
        return outcome

    def begin(self, *, clean: bool, mark: RunMark | None) -> None:
        """Start asking the others how far our own journals went (RECORD-70)."""
        newest = mark.newest if mark is not None else None
        self.post(Started(at=self.moment(), clean=clean, mark=newest))

    async def run(self) -> None:
        """Handle events until cancelled. Raises CustodyError when nothing can be kept any more."""
        ticking = asyncio.create_task(self._tick())
        try:
            while True:
                await self._filled.wait()
                self._filled.clear()
                while self.waits():
                    handled = self._handle_group()
                    for _ in range(TURNS + handled // EVENTS_A_TURN):
                        await asyncio.sleep(0)
        finally:
            ticking.cancel()
            self._beat = self._wake(self._beat, None)
            self._signer.stop()

    def _handle_group(self) -> int:
        """Step and commit what has gathered, then tell who waits; return how many events."""
        group = [
            (self._answers or self._inbox).popleft()
            for _ in range(min(self.waits(), GROUP_EVENTS_MAX))
        ]
        if len(self._inbox) < WAITING_EVENTS_MAX:
            self._roomy.set()
        events = [event for event, _ in group]
        state, rows, outcomes = step_many(self.state, events)
        if state is not self.state and (rows or not self._nothing_changed(state)):
            try:
                state = self._keep(state, rows)
            except CustodyError as fault:
                self._refuse(group, fault)
                return len(group)
            self._speak(state, rows)
        for (_, answer), outcome in zip(group, outcomes, strict=True):
            if answer is not None and not answer.done():
                answer.set_result(outcome)
        self._tell_outcomes(events, outcomes)
        return len(group)

    def _nothing_changed(self, state: LineState) -> bool:
        """Say whether nothing need be written yet: time passed, or all was refused or known.

        So what proves nothing costs no write of the disk.
        """
        before = self.state
        if state.core.elapsed - self._kept >= KEEP_TIME_MS:
            return False
        core = msgspec.structs.replace(
            state.core, version=before.core.version, elapsed=before.core.elapsed
        )
        return core == before.core and aside(state) == aside(before)

    def _keep(self, state: LineState, rows: Sequence[Row]) -> LineState:
        """Commit a state with its rows; return it as it is stored. Raises CustodyError."""
        custody = self.custody
        state = msgspec.structs.replace(
            state, core=msgspec.structs.replace(state.core, version=self.state.core.version + 1)
        )
        kept = [row for row in rows if not isinstance(row, ResealedRow)]
        commit(
            custody.database,
            custody.line,
            wrap_key=custody.wrap_key,
            core=state.core,
            secrets=state.secrets,
            rows=kept,
        )
        return state

    def _speak(self, state: LineState, rows: Sequence[Row]) -> None:
        """Move the run mark, and only then let leave what was committed.

        Raises CustodyError if the mark cannot be written: what was kept and not marked may not
        leave, so the station stops, and asks when it starts again.
        """
        self.state = state
        self._kept = state.core.elapsed
        mark = self.custody.mark
        if mark is not None:
            newest = {no: state.core.journals[no].seq for no in state.core.own.values()}
            mark.write(RunMark(self.custody.line, state.core.starts, newest))
        self.failure = None
        for listener in self._listeners:
            listener(state, rows)
        self._signer.serve(requests(state, self.clock.now()))
        self._set_timer()

    def _refuse(
        self,
        group: Sequence[tuple[Event, asyncio.Future[Outcome] | None]],
        fault: CustodyError,
    ) -> None:
        """Throw away a step that could not be kept; its senders hear why and try again."""
        self.failure = fault
        for _, answer in group:
            if answer is not None and not answer.done():
                answer.set_result(fault)

    def _tell_outcomes(self, events: Sequence[Event], outcomes: Sequence[Outcome]) -> None:
        """Let listeners that care know why events were refused, and what envelopes held."""
        for event, outcome in zip(events, outcomes, strict=True):
            if isinstance(outcome, BackchannelError):
                self.refused[outcome.reason] += 1
                for hear in self._refusals:
                    hear(event, outcome)
            elif isinstance(event, Arrived):
                for hear_arrival in self._arrivals:
                    hear_arrival(event, outcome)

    def _set_timer(self) -> None:
        """Wake when the next receipt is due, and when the next leaf is."""
        due = [due.by for due in self.state.core.due.values()]
        self._timer = self._wake(self._timer, min(due, default=None))
        self._beat = self._wake(self._beat, next_due(self.state))

    def _wake(
        self, before: asyncio.TimerHandle | None, at: int | None
    ) -> asyncio.TimerHandle | None:
        """Let time pass at a running time, in place of what was planned before."""
        if before is not None:
            before.cancel()
        if at is None:
            return None
        wait = max(0, at - self.elapsed()) / 1000
        return asyncio.get_running_loop().call_later(wait, self._time_passed)

    def _time_passed(self) -> None:
        self.post(TimePassed(at=self.moment()))

    async def _tick(self) -> None:
        """Let time pass, once a second."""
        while True:
            await asyncio.sleep(TICK_S)
            self._time_passed()
