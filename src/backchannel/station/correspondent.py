"""One other station, as the dispatch serves it: what it lacks, what it asked for, is it up.

This module must not wait for any station but its own, and must not judge what it carries.
"""

import asyncio
from collections.abc import Callable

from backchannel.line.state import LineState
from backchannel.path import Path, StationName
from backchannel.path.messages import Heads, Message, Parcel, Want, WantReason
from backchannel.path.sync import Exchange, Item
from backchannel.station.outbox import Outbox

CONTROL = 1
Taken = Callable[[Item], None]


class Correspondent:
    """The traffic with one station over one path; `pump` sends whenever there is something due."""

    def __init__(self, name: StationName, path: Path, outbox: Outbox, *, taken: Taken) -> None:
        self.name = name
        self.up = False
        self._path = path
        self._outbox = outbox
        self._taken = taken
        self._exchange = Exchange()
        self._stirred = asyncio.Event()
        self._covered: dict[int, int] = {}
        self._extra: list[tuple[int, bytes]] = []
        self._asked: set[tuple[int, int]] = set()
        self._unopened = False
        for item in outbox.items():
            self._exchange.add(item)

    def add(self, item: Item) -> None:
        """The outbox has grown."""
        self._exchange.add(item)
        self._stirred.set()

    def cover(self, no: int, seq: int) -> None:
        """A signed seen of this station covers a journal up to here."""
        if self._covered.get(no, -1) < seq:
            self._covered[no] = seq
            self._exchange.cover(no, seq)

    def started(self, running: float) -> None:
        """A session has begun."""
        self.up = True
        self._exchange.start(running)
        self._stirred.set()

    def ended(self) -> None:
        """The session is over."""
        self.up = False

    def hear(self, heads: Heads, running: float) -> None:
        """Its heads have come: send again what it lacks."""
        self._exchange.hear({no: seq for no, seq, _ in heads.heads}, running)
        self._stirred.set()

    def cannot_open(self) -> None:
        """An envelope of this station could not be opened: the next want says so (RECORD-63)."""
        self._unopened = True

    def want(self, held: dict[int, int], running: float) -> Want | None:
        """Return what to ask this station for now, if anything."""
        want = self._exchange.want(held, running)
        if want is not None and self._unopened:
            self._unopened = False
            return Want(want.no, want.first, want.last, WantReason.UNOPENED)
        return want

    def answer(self, want: Want, running: float) -> list[int]:
        """Queue the envelopes that a want asks for; return the slots that must be sealed anew."""
        missing = []
        for seq in self._exchange.answer(want, running):
            envelope = self._outbox.envelope(want.no, seq)
            if envelope is None or want.reason == WantReason.UNOPENED:
                self._asked.add((want.no, seq))
                missing.append(seq)
            else:
                self._extra.append((want.no, envelope))
        self._stirred.set()
        return missing

    def resealed(self, no: int, seq: int, envelope: bytes) -> None:
        """An entry was sealed anew: send it if this station asked for it."""
        if (no, seq) in self._asked:
            self._asked.discard((no, seq))
            self._extra.append((no, envelope))
            self._stirred.set()

    async def pump(self) -> None:
        """Send whatever is due, for ever; waits only for this station's room."""
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            while self.up and self._extra:
                _, envelope = self._extra.pop(0)
                await self._path.send(self.name, Parcel(envelope), CONTROL + 1)
            while self.up and (precedence := self._exchange.next_precedence()) is not None:
                await self._send_next(precedence)

    async def _send_next(self, precedence: int) -> None:
        """Send the most urgent item; if there is no room for it, wait for some first."""
        item = self._exchange.take(asyncio.get_running_loop().time())
        assert item is not None, "what has a precedence is due"
        envelope = self._outbox.envelope(item.no, item.seq)
        if envelope is not None:
            await self._path.send(self.name, Parcel(envelope), precedence)
            self._taken(item)

    async def tell(self, message: Message) -> None:
        """Send a control message."""
        if self.up:
            await self._path.send(self.name, message, CONTROL)


def heads_of(state: LineState, time: int) -> Heads:
    """Return how far we hold each journal: a hint for what to send, and no receipt."""
    heads = [(j.no, j.seq, j.head) for j in state.core.journals.values() if j.seq >= 0]
    heads += [(p, a.seq, a.head) for p, a in state.authorities.items() if a.seq >= 0]
    return Heads(time, tuple(sorted(heads)))
