"""The pulse of the desk: what the station has newly committed, and whether it still answers.

The number of a change is the commit of the station and a number of the room itself: for a draft
that was signed, or a horn that was silenced. A page that missed changes shows the newest one at
once, for every page is drawn from the record. This module must not say that a page is current
while the station is silent. It keeps in memory who has silenced which alarm, and nothing else.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import msgspec

from backchannel.clock import Clock
from backchannel.desk.limits import DESK_STREAMS_MAX
from backchannel.errors import BackchannelError, OfficerError
from backchannel.station.asked import StreamQuery
from backchannel.station.client import Client

# The station tells its commit at the beginning of each stream; a quiet stream is begun anew.
QUIET_S = 3.0
AGAIN_S = 0.5
BEAT_S = 1.0


class Silence(msgspec.Struct, frozen=True):
    """Who has silenced an alarm, and until which running time (seconds) it stays so."""

    officer: str
    until: float


class Pulse:
    """What pages wait for."""

    def __init__(self, make_client: Callable[[float], Client], clock: Clock) -> None:
        self._make_client = make_client
        self._clock = clock
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._streams = 0
        self._ended = False
        self.commit = 0
        # No number of an earlier start is ever met again.
        self.own = clock.now()
        self.answers = False
        self.silenced: dict[str, Silence] = {}

    @property
    def number(self) -> str:
        """The number of the newest change."""
        return f"{self.commit}-{self.own}"

    async def run(self) -> None:
        """Follow the station until cancelled."""
        loop = self._loop = asyncio.get_running_loop()
        while True:
            if not await asyncio.to_thread(self._follow, loop):
                self._lose()
                await asyncio.sleep(AGAIN_S)

    def _follow(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Follow one stream to its end, in a thread of its own; say whether the station answered.
        A newly begun one tells where the station is, so that nothing that was missed stays so."""
        heard = False
        with contextlib.suppress(BackchannelError):
            for news in self._make_client(QUIET_S).stream(StreamQuery()):
                heard = True
                loop.call_soon_threadsafe(self._hear, news.commit)
        return heard

    def _hear(self, commit: int) -> None:
        if commit != self.commit or not self.answers:
            self.commit, self.answers = commit, True
            self._wake()

    def _lose(self) -> None:
        if self.answers:
            self.answers = False
            self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def end(self) -> None:
        """End all streams: the desk stops. Runs in the loop."""
        self._ended = True
        self._wake()

    def _change(self) -> None:
        self.own += 1
        self._wake()

    def tell(self) -> None:
        """Tell all pages that something of the room's own has changed. From any thread."""
        assert self._loop is not None, "the pulse runs before any page is drawn"
        self._loop.call_soon_threadsafe(self._change)

    def silence(self, alarm: str, officer: str, seconds: float) -> None:
        """Note that an officer has silenced an alarm for some seconds. From any thread."""
        running = self._clock.running()
        kept = {name: each for name, each in self.silenced.items() if each.until > running}
        self.silenced = {**kept, alarm: Silence(officer, running + seconds)}
        self.tell()

    def silence_of(self, alarm: str) -> Silence | None:
        """Return who has silenced an alarm, if it still is."""
        found = self.silenced.get(alarm)
        return found if found is not None and found.until > self._clock.running() else None

    async def events(self) -> AsyncIterator[bytes]:
        """Yield server-sent events: where we are, at once and at each change, and a beat between.

        Raises OfficerError("too-many-desks").
        """
        if self._streams >= DESK_STREAMS_MAX:
            raise OfficerError("too-many-desks", f"{DESK_STREAMS_MAX} windows are open; close one")
        self._streams += 1
        told = ""
        try:
            while not self._ended:
                news = self._news
                state = f"{self.number} {'up' if self.answers else 'lost'} {self._clock.now()}"
                if self.answers and self.number != told:
                    told = self.number
                    yield f"id: {told}\nevent: changed\ndata: {state}\n\n".encode()
                else:
                    yield f"event: beat\ndata: {state}\n\n".encode()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), BEAT_S)
        finally:
            self._streams -= 1
