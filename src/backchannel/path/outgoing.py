"""What a station sends on a path of symbols, and in which order (docs/spec/symbols.md).

Objects are shared by all such paths of a line, so that their symbols pool at the other side; each
path has a queue of its own. This module must not wait, read a clock or draw chance.
"""

from collections.abc import Callable
from math import ceil

from backchannel.path.backlog import Rank, parcel_rank, rank_of
from backchannel.path.bursts import COMPLETE, UNKNOWN, Burst, Report
from backchannel.path.erasure import INDEXES, encode
from backchannel.path.limits import LOSS_FIRST, LOSS_MAX, LOSS_MIN, OBJECTS_OPEN_MAX, SYMBOLS_MAX
from backchannel.path.messages import Message, Parcel, frame
from backchannel.path.symbols import (
    Lead,
    LinkKeys,
    count_symbols,
    cut,
    first_index,
    pack_object,
)
from backchannel.wire.primitives import sha256

LENGTH_BYTES = 4
MORE_BURSTS = 2
SMOOTHING = 4


class Outgoing:
    """One object of ours."""

    def __init__(self, counter: int, message: bytes, sources: tuple[bytes, ...]) -> None:
        """`message` is the whole of which it holds all or a part."""
        self.counter = counter
        self.message = message
        self.sources = sources

    def symbol(self, index: int) -> bytes:
        """Return one of its 256 symbols."""
        return encode(self.sources, index)


class Objects:
    """The objects of ours that may still be sent, by the message that they hold."""

    def __init__(self, keys: LinkKeys, *, next_: int, count: Callable[[int], None]) -> None:
        """`count` is told, before a number is used, what the next one will be."""
        self.keys = keys
        self.next = next_
        self._count = count
        self._known: dict[bytes, tuple[Outgoing, ...]] = {}

    def of(self, message: Message) -> tuple[Outgoing, ...]:
        """Return the object of a message, or its parts: those that there are already, or new ones
        with numbers that were never used (PATH-73, PATH-74)."""
        raw, kind = held_by(message)
        digest = sha256(raw)
        if digest not in self._known:
            self._known[digest] = self._make(raw, kind)
            while len(self._known) > 1 and self._open() > OBJECTS_OPEN_MAX // 2:
                del self._known[next(iter(self._known))]
        return self._known[digest]

    def _open(self) -> int:
        return sum(map(len, self._known.values()))

    def _make(self, raw: bytes, kind: Lead) -> tuple[Outgoing, ...]:
        if count_symbols(len(raw)) <= SYMBOLS_MAX:
            held = [(kind, raw)]
        else:
            held = [(kind | Lead.PART, part) for part in cut(self.keys, self.next, raw)]
        first, self.next = self.next, self.next + len(held)
        self._count(self.next)
        return tuple(
            Outgoing(number, raw, pack_object(self.keys, number, *each))
            for number, each in enumerate(held, first)
        )


def held_by(message: Message) -> tuple[bytes, Lead]:
    """Return what an object of a message holds: an envelope bare, all else as on the path page."""
    if isinstance(message, Parcel):
        return message.envelope, Lead.ENVELOPE
    return frame(message)[LENGTH_BYTES:], Lead.MESSAGE


class Turn:
    """One object on one path: which symbol is next, and how many are still to go."""

    def __init__(self, outgoing: Outgoing, rank: Rank, order: int, index: int) -> None:
        self.outgoing = outgoing
        self.rank = rank
        self.order = order
        self.index = index
        self.left = 0


class Queue:
    """What one path sends: the most urgent object first, the older of two, a burst at a time."""

    def __init__(self, objects: Objects, place: int, *, n: int) -> None:
        """`place` is that of the path among those that share objects, `n` how many symbols a burst
        holds."""
        self._objects = objects
        self._place = place
        self._n = n
        self._turns: dict[int, Turn] = {}
        self._order = 0
        self.loss = LOSS_FIRST

    def has_room(self, precedence: int) -> bool:
        """Say whether no parcel of this precedence waits here (PATH-62)."""
        rank = parcel_rank(precedence)
        return not any(t.left and t.rank == rank for t in self._turns.values())

    def is_idle(self) -> bool:
        """Say whether there is nothing to send."""
        return not any(turn.left for turn in self._turns.values())

    def put(self, message: Message, precedence: int) -> None:
        """Send a message, or another round of one that was sent before (PATH-81)."""
        rank = rank_of(message, precedence)
        for outgoing in self._objects.of(message):
            turn = self._turns.get(outgoing.counter)
            if turn is None:
                self._order += 1
                index = first_index(self._place)
                turn = Turn(outgoing, rank, self._order, index)
                self._turns[outgoing.counter] = turn
            turn.left = max(turn.left, self.round(len(outgoing.sources), rank))
        self._forget()

    def round(self, k: int, rank: Rank) -> int:
        """Return how many symbols one round has (PATH-81)."""
        spare = self._n * MORE_BURSTS if rank <= Rank.IMMEDIATE else 0
        return ceil(k / (1.0 - self.loss)) + spare

    def _forget(self) -> None:
        """Keep as many objects as the other side can tell apart."""
        lowest = self._objects.next - OBJECTS_OPEN_MAX // 2
        for counter in [c for c, t in self._turns.items() if c < lowest and not t.left]:
            del self._turns[counter]

    def recall(self, message: Message) -> None:
        """Send no more of a message."""
        raw, _ = held_by(message)
        for counter in [c for c, turn in self._turns.items() if turn.outgoing.message == raw]:
            del self._turns[counter]

    def reported(self) -> tuple[int, ...]:
        """Return the counters that a report may be on."""
        return tuple(self._turns)

    def hear(self, report: Report) -> None:
        """Do as a report says: stop, or send what is missing (PATH-82)."""
        turn = self._turns.get(report.counter)
        if turn is None:
            return
        if report.loss != UNKNOWN:
            self.loss += (report.loss / UNKNOWN - self.loss) / SMOOTHING
            self.loss = min(max(self.loss, LOSS_MIN), LOSS_MAX)
        lacking = min(report.state, len(turn.outgoing.sources))
        turn.left = 0 if report.state == COMPLETE else ceil(lacking / (1.0 - self.loss))

    def next_burst(self) -> Burst | None:
        """Return the next burst, or None if nothing is to be sent (PATH-83)."""
        waiting = [turn for turn in self._turns.values() if turn.left]
        if not waiting:
            return None
        turn = min(waiting, key=lambda each: (each.rank, each.order))
        made, first = turn.outgoing, turn.index
        count = min(self._n, turn.left)
        symbols = tuple(made.symbol((first + step) % INDEXES) for step in range(count))
        turn.index = (first + count) % INDEXES
        turn.left -= count
        end = len(waiting) == 1 and not turn.left
        return Burst(made.counter, turn.rank, len(made.sources), first, symbols, end)
