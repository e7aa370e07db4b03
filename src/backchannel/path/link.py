"""All that a direct path has to do with one other station: sessions, what waits, up or down.

This module must not dial, listen, or lose a message because two sessions replace each other.

Either side may dial, so there can be two sessions at once. The side with the lower pin decides:
it keeps the session that came up last and says goodbye to the others. The other side closes none
for that reason; it reads from all of them and writes to the one that came up last (PATH-24).
"""

import asyncio
from collections.abc import Callable, Coroutine

from backchannel.errors import JunkError
from backchannel.path import Contact, Down, StationName, Up
from backchannel.path.backlog import Backlog, parcel_rank, rank_of
from backchannel.path.inbox import Inbox
from backchannel.path.limits import SESSIONS_MAX, WRITE_BYTES_MAX
from backchannel.path.messages import Message, frame
from backchannel.path.session import Session, Timing

Spawn = Callable[[Coroutine[None, None, None]], "asyncio.Task[None]"]


class Link:
    """One other station, as this path sees it."""

    def __init__(
        self,
        station: StationName,
        contact: Contact,
        *,
        own_pin: bytes,
        inbox: Inbox,
        spawn: Spawn,
        timing: Timing,
    ) -> None:
        self.station = station
        self.contact = contact
        # Set when the newest attempt to dial has an end, or has become needless.
        self.settled = asyncio.Event()
        self.is_up = asyncio.Event()
        # No session, and none about to be one: the moment to dial.
        self.is_alone = asyncio.Event()
        self.is_alone.set()
        self.up_seconds = 0.0
        self._up_at = 0.0
        self._own_pin = own_pin
        self._inbox = inbox
        self._spawn = spawn
        self._timing = timing
        self._backlog = Backlog()
        self._stirred = asyncio.Event()
        self._roomy = asyncio.Event()
        self._pending: list[Session] = []
        self._open: list[Session] = []
        self._writers: dict[Session, asyncio.Task[None]] = {}

    def ready(self, precedence: int) -> bool:
        """Whether a parcel would be taken without waiting."""
        return self.is_up.is_set() and self._backlog.has_room(parcel_rank(precedence))

    async def send(self, message: Message, precedence: int) -> None:
        """Let a message wait for its turn; wait for room first. Lost if the station is down."""
        rank = rank_of(message, precedence)
        while self.is_up.is_set() and not self._backlog.has_room(rank):
            self._roomy.clear()
            await self._roomy.wait()
        if self.is_up.is_set():
            self._backlog.put(rank, frame(message))
            self._stirred.set()

    def attach(self, session: Session) -> None:
        """Take over a session after its handshake. It does not count until it is greeted."""
        self._pending.append(session)
        self.is_alone.clear()
        if len(self._pending) + len(self._open) > SESSIONS_MAX:
            # Nobody needs so many: the oldest are dead, and only we don't know it yet (PATH-25).
            (self._open or self._pending)[0].stream.abort()

    def greeted(self, session: Session) -> None:
        """The other side has accepted us on this session: use it from now on (PATH-22)."""
        if session not in self._pending:
            return
        self._pending.remove(session)
        self._open.append(session)
        self._writers[session] = self._spawn(self._write(session))
        if not self.is_up.is_set():
            self.is_up.set()
            self._up_at = asyncio.get_running_loop().time()
            self._inbox.put([Up(self.station)])
        self.settled.set()
        if self._own_pin < session.stream.pin:
            for older in self._open[:-1]:
                self._retire(older)

    def _retire(self, session: Session) -> None:
        """Write no more to a session, but read what is still under way in it (PATH-24)."""
        self._open.remove(session)
        self._writers.pop(session).cancel()
        session.stream.say_goodbye()
        loop = asyncio.get_running_loop()
        loop.call_later(self._timing.linger_s, session.stream.abort)

    async def _write(self, session: Session) -> None:
        """Write what waits to a session, as long as it is the one in use (PATH-41)."""
        try:
            while True:
                while self._open[-1:] != [session] or not len(self._backlog):
                    self._stirred.clear()
                    await self._stirred.wait()
                session.stream.write(self._backlog.take(WRITE_BYTES_MAX))
                self._roomy.set()
                await session.stream.drain()
        except JunkError:
            # Whoever reads from the session finds out and ends it, with the reason.
            session.stream.abort()

    def detach(self, session: Session, reason: str) -> None:
        """Let go of a session that is over; the station is down if it was the last (PATH-23)."""
        if session in self._pending:
            self._pending.remove(session)
        if session in self._open:
            self._open.remove(session)
            self._writers.pop(session).cancel()
        # Another one may be in use now, and what waits belongs to it.
        self._stirred.set()
        if not self._open and not self._pending:
            self._go_down(reason)

    def _go_down(self, reason: str) -> None:
        self.is_alone.set()
        if not self.is_up.is_set():
            return
        self.is_up.clear()
        self.up_seconds = asyncio.get_running_loop().time() - self._up_at
        self._backlog.clear()
        self._roomy.set()
        self._inbox.put([Down(self.station, reason)])

    def renew(self, contact: Contact) -> None:
        """Take a new contact; sessions under a pin that is no longer in it end (PATH-12)."""
        self.contact = contact
        for session in [*self._pending, *self._open]:
            if session.stream.pin not in contact.pins:
                session.stream.abort()
