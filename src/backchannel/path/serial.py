"""A path of symbols over a byte pipe: a serial port, a modem's TCP port (docs/spec/symbols.md).

It says what is most urgent at each boundary of a burst, and paces itself by its own clock: a modem
says neither how fast it is nor whether it took anything. This module must not keep more than one
burst in the pipe, and must not stop because of what comes in.
"""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Mapping

from backchannel.clock import PacingClock
from backchannel.errors import JunkError
from backchannel.path import Contact, Direction, Down, Heard, PathEvent, StationName, Terms, Up
from backchannel.path.bursts import Mark, Report, pack_burst, pack_mark, pack_report
from backchannel.path.inbox import Inbox
from backchannel.path.limits import (
    BURSTS_BEFORE_LISTENING_MAX,
    MARK_OBJECTS_MAX,
    MARK_SECONDS,
    MARK_SECONDS_ANSWERING,
    MARK_SECONDS_SLOW,
    MARK_SECONDS_SPEAKING,
    PIPE_PAUSE_SECONDS,
    QUIET_SECONDS,
    REPORTS_WAITING_MAX,
    TURN_SECONDS,
)
from backchannel.path.messages import Message
from backchannel.path.pipe import Deframer, pack_unit
from backchannel.path.pipes import Pipe, open_pipe
from backchannel.path.sharing import Shared, Told

NEVER = float("-inf")
SLOW_BPS = 300
BITS = 8


class SerialPath:
    """One byte pipe of a station. Who else is on it, the keys of what comes say."""

    def __init__(
        self,
        terms: Terms,
        place: str,
        shared: Shared,
        *,
        n: int,
        clock: PacingClock,
        half_duplex: bool = False,
    ) -> None:
        """`n` symbols make a burst, `place` is where the pipe is opened."""
        self.terms = terms
        self._place = place
        self._shared = shared
        self._queue = shared.queue(n=n)
        self._clock = clock
        self._half_duplex = half_duplex
        self._inbox = Inbox()
        self._stations: dict[StationName, Contact] = {}
        self._counts: Counter[str] = Counter()
        self._reports: deque[Report] = deque(maxlen=REPORTS_WAITING_MAX)
        self._stirred = asyncio.Event()
        self._failure = f"{place} was not opened yet"
        self._marked_s = NEVER
        self._marked_at = 0
        self._answered_s = NEVER
        self._heard_s = NEVER
        self._spoken = 0
        self._task: asyncio.Task[None] | None = None

    # --- What the station asks of a path ---------------------------------------------------------

    async def start(self) -> None:
        """Open the pipe, and again whenever it has closed."""
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._finished)

    async def stop(self) -> None:
        """Let go of the pipe."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def set_contacts(self, contacts: Mapping[StationName, Contact]) -> None:
        """Say which stations there are: all of them hear the same."""
        before, self._stations = self._stations, dict(contacts)
        if not self._failure:
            self._inbox.put([Up(name) for name in contacts.keys() - before.keys()])
            self._inbox.put([Down(name, "unknown") for name in before.keys() - contacts.keys()])

    def ready(self, station: StationName, precedence: int) -> bool:
        """Whether the pipe is open and nothing of this precedence waits (PATH-62)."""
        return not self._failure and self._queue.has_room(precedence)

    async def send(self, station: StationName, message: Message, precedence: int) -> None:
        """Hand over a message; without an open pipe it is lost."""
        if not self._failure:
            self._queue.put(message, precedence)
            self._stirred.set()

    def recall(self, station: StationName, message: Message) -> None:
        """Send no more of a message: its receipt has come."""
        self._queue.recall(message)

    def judged(self, envelope: bytes, *, good: bool) -> None:
        """The station could open an envelope, or could not (PATH-80)."""
        self._tell(self._shared.judge(envelope, good=good))

    async def events(self, at_most: int) -> list[PathEvent]:
        """Wait for what happens next; return it and what else has gathered, in order."""
        return await self._inbox.gathered(at_most)

    def counts(self) -> dict[str, int]:
        """Return how often what went wrong, by reason."""
        return dict(self._counts)

    def failure(self, station: StationName) -> str:
        """Return why the pipe is not open, or nothing."""
        return self._failure

    # --- The pipe ---------------------------------------------------------------------------------

    async def _run(self) -> None:
        """Keep the pipe open for ever."""
        while True:
            try:
                pipe = await open_pipe(self._place, self.terms.rate_bps)
                async with contextlib.aclosing(pipe):
                    await self._use(pipe)
            except OSError as fault:
                self._close(f"{self._place}: {fault.strerror or fault}")
            await self._clock.wait(PIPE_PAUSE_SECONDS)

    async def _use(self, pipe: Pipe) -> None:
        """Speak and listen until the pipe closes. Raises OSError."""
        self._failure = ""
        self._marked_s = NEVER
        self._inbox.put([Up(name) for name in self._stations])
        work = [asyncio.create_task(self._listen(pipe)), asyncio.create_task(self._speak(pipe))]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for task in work:
                if task.done():
                    task.result()
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    def _close(self, failure: str) -> None:
        if not self._failure:
            self._inbox.put([Down(name, failure) for name in self._stations])
        self._failure = failure

    def _finished(self, task: "asyncio.Task[None]") -> None:
        """Let nobody wait for a path that has died of a bug of ours."""
        if not task.cancelled() and (failure := task.exception()):
            self._inbox.fail(failure)

    # --- Listening --------------------------------------------------------------------------------

    async def _listen(self, pipe: Pipe) -> None:
        """Take in what comes until the pipe closes. Raises OSError."""
        deframer = Deframer()
        while data := await pipe.read():
            self._heard_s = self._clock.running()
            await self._inbox.room()
            for unit in deframer.units(data):
                try:
                    self._tell(self._shared.hear(self.terms.number, unit))
                except JunkError as junk:
                    self._counts[junk.reason] += 1
            if deframer.failed:
                self._counts["unit-check"] += deframer.failed
                deframer.failed = 0
        raise OSError("the pipe was closed")

    def _tell(self, told: Told | None) -> None:
        """Hand on what came of a unit: a message to the station, a report to the other side."""
        if told is None:
            return
        if told.report is not None and told.report not in self._reports:
            self._reports.append(told.report)
            self._stirred.set()
        now = self._clock.running()
        if told.mark and now - self._answered_s >= MARK_SECONDS_ANSWERING:
            # The other side may have just come, and must know our count too.
            self._answered_s, self._marked_s = now, NEVER
        if told.message is not None:
            names = sorted(n for n, c in self._stations.items() if c.party == told.party)
            self._inbox.put([Heard(name, told.message) for name in names[:1]])
        # What is on its way may have become needless, or the other side lacks more of it.
        self._stirred.set()

    # --- Speaking ---------------------------------------------------------------------------------

    async def _speak(self, pipe: Pipe) -> None:
        """Write what is most urgent, a unit at a time, as fast as the path carries it (PATH-85)."""
        if self.terms.direction == Direction.IN:
            await asyncio.Event().wait()
        while True:
            await self._await_turn()
            unit = self._next_unit()
            if unit is None:
                self._stirred.clear()
                await self._stirred_or_marked()
                continue
            data = pack_unit(unit)
            await pipe.write(data)
            await self._clock.wait(len(data) * BITS / self.terms.rate_bps)

    def _next_unit(self) -> bytes | None:
        """Return a report, a mark that is due, or the next burst, at this boundary (PATH-83)."""
        keys = self._shared.objects.keys
        if self._reports:
            return pack_report(keys, self._reports.popleft())
        now, next_ = self._clock.running(), self._shared.objects.next
        mark_s = self._mark_s() if self._queue.is_idle() else MARK_SECONDS_SPEAKING
        if now - self._marked_s >= mark_s or next_ - self._marked_at >= MARK_OBJECTS_MAX:
            self._marked_s, self._marked_at = now, next_
            return pack_mark(keys, Mark(next_))
        burst = self._queue.next_burst()
        self._spoken = self._spoken + 1 if burst is not None and not burst.end else 0
        return pack_burst(keys, burst) if burst is not None else None

    def _mark_s(self) -> float:
        """Return the seconds between two marks (PATH-78)."""
        return MARK_SECONDS if self.terms.rate_bps >= SLOW_BPS else MARK_SECONDS_SLOW

    async def _stirred_or_marked(self) -> None:
        """Wait until there is something to send, or a mark is due."""
        left_s = self._marked_s + self._mark_s() - self._clock.running()
        waits = [
            asyncio.ensure_future(each)
            for each in (self._stirred.wait(), self._clock.wait(max(0.0, left_s)))
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    async def _await_turn(self) -> None:
        """On a half-duplex pipe: let the other side speak after a burst, and never talk into what
        it says (PATH-85)."""
        if not self._half_duplex:
            return
        if self._spoken >= BURSTS_BEFORE_LISTENING_MAX or not self._spoken:
            self._spoken = 0
            await self._clock.wait(TURN_SECONDS + self._clock.entropy()[0] / 255)
        while self._clock.running() - self._heard_s < QUIET_SECONDS:
            await self._clock.wait(QUIET_SECONDS)
