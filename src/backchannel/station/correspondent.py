"""One other station, as the dispatch serves it: what it lacks, what it asked for, is it up.

This module must not wait for any station but its own, and must not judge what it carries.
"""

import asyncio
from collections.abc import Callable

from backchannel.line.state import LineState
from backchannel.path import Path, StationName
from backchannel.path.messages import Heads, Message, Parcel, Want, WantReason
from backchannel.path.sync import Exchange, Item
from backchannel.station.outbox import Outbox, Slot

CONTROL = 1
NEVER = float("-inf")


class Correspondent:
    """The traffic with one station over one path; `pump` sends whenever there is something due.

    `wanted` says whether this path is to carry an item now, `taken` is told what it took.
    """

    def __init__(
        self,
        name: StationName,
        path: Path,
        outbox: Outbox,
        *,
        wanted: Callable[["Correspondent", Item], bool],
        taken: Callable[["Correspondent", Item], None],
    ) -> None:
        self.name = name
        self.up = False
        self.path = path
        self._outbox = outbox
        self._wanted = wanted
        self._taken = taken
        self._exchange = Exchange(path.terms.clocks)
        # On a path that takes its time, what it was given and can be told to leave.
        self._handed: dict[Slot, Parcel] = {}
        self._beat_at = NEVER
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
            for slot in [s for s in self._handed if s[0] == no and s[1] <= seq]:
                self.path.recall(self.name, self._handed.pop(slot))

    def started(self, running: float) -> None:
        """A session has begun."""
        self.up = True
        self._exchange.start(running)
        self._beat_at = NEVER
        self._stirred.set()

    def stir(self, running: float) -> None:
        """Look again at what is due: time has passed, or a path has come up or gone down."""
        if self.path.terms.clocks.by_time:
            self._exchange.pass_time(running)
        self._stirred.set()

    def beats(self, running: float) -> bool:
        """Say whether our heads are to be said now, and count them as said (PATH-22, PATH-61)."""
        clocks = self.path.terms.clocks
        due = self.up and (not clocks.by_time or running - self._beat_at >= clocks.heads_s)
        if due:
            self._beat_at = running
        return due

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
            while self.up and self._extra and self._has_room(CONTROL + 1):
                _, envelope = self._extra.pop(0)
                await self.path.send(self.name, Parcel(envelope), CONTROL + 1)
            while self.up and (item := self._exchange.next_item()) is not None:
                if not self._is_turn_of(item):
                    break
                await self._send_next(item)

    def _is_turn_of(self, item: Item) -> bool:
        return self._wanted(self, item) and self._has_room(item.precedence)

    def _has_room(self, precedence: int) -> bool:
        """Say whether to send now. A path with a rate is asked whether it has room: else what is
        urgent would wait here behind what was not (PATH-62)."""
        return not self.path.terms.rate_bps or self.path.ready(self.name, precedence)

    async def _send_next(self, item: Item) -> None:
        """Send the most urgent item; if there is no room for it, wait for some first."""
        taken = self._exchange.take(asyncio.get_running_loop().time())
        assert taken == item, "what is most urgent is taken"
        envelope = self._outbox.envelope(item.no, item.seq)
        if envelope is not None:
            parcel = Parcel(envelope)
            if self.path.terms.rate_bps:
                self._handed[item.no, item.seq] = parcel
            await self.path.send(self.name, parcel, item.precedence)
            self._taken(self, item)

    async def tell(self, message: Message) -> None:
        """Send a control message."""
        if self.up:
            await self.path.send(self.name, message, CONTROL)


def heads_of(state: LineState, time: int) -> Heads:
    """Return how far we hold each journal: a hint for what to send, and no receipt."""
    heads = [(j.no, j.seq, j.head) for j in state.core.journals.values() if j.seq >= 0]
    heads += [(p, a.seq, a.head) for p, a in state.authorities.items() if a.seq >= 0]
    return Heads(time, tuple(sorted(heads)))
