"""What one simulated station sends to the others, and what it makes of what they send.

It decides with the product's own exchange and outbox, like the dispatch, but without a loop of its
own: whoever calls it sends at once. It must not send what was not committed.
"""

from collections.abc import Callable, Sequence

from backchannel.errors import BackchannelError, JunkError
from backchannel.limits import OUTBOX_PAGE_MAX
from backchannel.line.events import Answered, Arrived, AskedAgain, Event, PathChanged, Took
from backchannel.line.forks import slot_in_doubt
from backchannel.line.rows import EntryRow, OutgoingRow, ResealedRow, Row, Settled
from backchannel.line.state import LineState
from backchannel.line.succession import answer, ask
from backchannel.path import StationName
from backchannel.path.messages import Answer, Heads, Message, Parcel, Query, Want, WantReason
from backchannel.path.sync import Exchange, Item
from backchannel.station.contacts import stations_of
from backchannel.station.correspondent import heads_of
from backchannel.station.dispatch import CANNOT_OPEN
from backchannel.station.outbox import Outbox, Slot
from backchannel.station.runner import Runner
from backchannel.store.queries import outgoing, slot
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import pack_frame

PATH_ID = 1

Send = Callable[[StationName, Message], None]


class Other:
    """One other station, as the correspondent serves it."""

    def __init__(self, name: StationName, outbox: Outbox) -> None:
        self.name = name
        self.exchange = Exchange()
        self.extra: list[bytes] = []
        self.asked: set[Slot] = set()
        self.unopened = False
        self._covered: dict[int, int] = {}
        for item in outbox.items():
            self.exchange.add(item)

    def cover(self, no: int, seq: int) -> None:
        """A signed seen of this station covers a journal up to here."""
        if self._covered.get(no, -1) < seq:
            self._covered[no] = seq
            self.exchange.cover(no, seq)

    def want(self, held: dict[int, int], running: float) -> Want | None:
        """Return what to ask this station for now, if anything."""
        want = self.exchange.want(held, running)
        if want is not None and self.unopened:
            self.unopened = False
            return Want(want.no, want.first, want.last, WantReason.UNOPENED)
        return want


class Traffic:
    """All other stations of one line, over simulated links."""

    def __init__(self, runner: Runner, send: Send) -> None:
        self._runner = runner
        self._send = send
        self._outbox = Outbox()
        self._others: dict[StationName, Other] = {}
        self._untold: dict[Slot, tuple[int, bytes]] = {}
        self._took: dict[int, list[bytes]] = {}
        self._load()
        self._know(runner.state)

    def committed(self, state: LineState, rows: Sequence[Row]) -> None:
        """Take over what a commit put into the outbox and what receipts have ended; send."""
        for row in rows:
            match row:
                case EntryRow() if row.type == EntryType.STATEMENT:
                    if row.no in state.core.own.values():
                        self._untold[row.no, row.seq] = (row.mode, row.entry)
                case OutgoingRow():
                    self._put(row)
                case ResealedRow():
                    self._resealed(row.no, row.seq, row.envelope)
                case Settled():
                    self._outbox.settle(row.no, row.upto)
        self._know(state)
        for name, journals in stations_of(state).items():
            for journal in journals:
                for no, seq in journal.holds.items():
                    self._others[name].cover(no, seq)
        self.pump()

    def refused(self, event: Event, fault: BackchannelError) -> None:
        """An envelope that cannot be opened is asked for under a newer key."""
        if isinstance(event, Arrived) and fault.reason in CANNOT_OPEN:
            other = self._others.get(StationName(event.by))
            if other is not None:
                other.unopened = True

    def changed(self, name: StationName, *, up: bool) -> None:
        """A session with another station has begun, or is over."""
        other = self._others.get(name)
        if other is None:
            return
        moment = self._runner.moment()
        station = name.hex()[:8]
        self._runner.post(PathChanged(at=moment, path=PATH_ID, station=station, up=up))
        if up:
            other.exchange.start(self._runner.clock.running())
            self._greet(other)
            self.pump()

    def heard(self, name: StationName, message: Message) -> None:
        """A message has come from another station."""
        other = self._others.get(name)
        if other is None:
            return
        runner = self._runner
        running = runner.clock.running()
        match message:
            case Parcel(envelope=envelope):
                runner.post(Arrived(at=runner.moment(), path=PATH_ID, envelope=envelope, by=name))
            case Heads():
                other.exchange.hear({no: seq for no, seq, _ in message.heads}, running)
                self._inquire(other, message)
            case Want():
                self._answer_want(other, message, running)
            case Query(query=query, signature=signature):
                self._answer_query(other, query, signature)
            case Answer(answer=said, signature=signature):
                runner.post(Answered(at=runner.moment(), answer=said, signature=signature))
        self.pump()

    def beat(self) -> None:
        """Say what we hold, and ask what we must ask before we may sign."""
        for other in self._others.values():
            self._greet(other)
        self.pump()

    def ask(self) -> None:
        """Ask for what does not come by itself."""
        held = {no: seq for no, seq, _ in heads_of(self._runner.state, 0).heads}
        running = self._runner.clock.running()
        for other in self._others.values():
            want = other.want(held, running)
            if want is not None:
                self._send(other.name, want)

    def pump(self) -> None:
        """Send whatever is due."""
        running = self._runner.clock.running()
        for other in self._others.values():
            while other.extra:
                self._send(other.name, Parcel(other.extra.pop(0)))
            while (item := other.exchange.take(running)) is not None:
                envelope = self._outbox.envelope(item.no, item.seq)
                if envelope is not None:
                    self._send(other.name, Parcel(envelope))
                    self._taken(item)
        self._tell_taken()

    def _greet(self, other: Other) -> None:
        state = self._runner.state
        for mode in state.core.asking:
            question = ask(state, mode)
            if question is not None:
                self._send(other.name, Query(*question))
        self._send(other.name, heads_of(state, self._runner.clock.now()))

    def _load(self) -> None:
        custody, state = self._runner.custody, self._runner.state
        for no in sorted({*state.core.journals, state.party}):
            after = -1
            while page := outgoing(
                custody.database, custody.line, no, after_seq=after, limit=OUTBOX_PAGE_MAX
            ):
                for row in page:
                    self._outbox.put(row)
                after = page[-1].seq

    def _put(self, row: OutgoingRow) -> None:
        item = self._outbox.put(row)
        if item is None:
            self._resealed(row.no, row.seq, row.envelope)
            return
        for other in self._others.values():
            other.exchange.add(item)

    def _resealed(self, no: int, seq: int, envelope: bytes) -> None:
        for other in self._others.values():
            if (no, seq) in other.asked:
                other.asked.discard((no, seq))
                other.extra.append(envelope)

    def _know(self, state: LineState) -> None:
        names = stations_of(state)
        for name in names:
            if name not in self._others:
                self._others[name] = Other(name, self._outbox)
        for name in [name for name in self._others if name not in names]:
            del self._others[name]

    def _taken(self, item: Item) -> None:
        told = self._untold.pop((item.no, item.seq), None)
        if told is not None:
            self._took.setdefault(told[0], []).append(told[1])

    def _tell_taken(self) -> None:
        for mode, entries in sorted(self._took.items()):
            at = self._runner.moment()
            self._runner.post(Took(at=at, path=PATH_ID, mode=mode, entries=tuple(entries)))  # type: ignore[arg-type]
        self._took.clear()

    def _inquire(self, other: Other, heads: Heads) -> None:
        doubt = slot_in_doubt(self._runner.state, heads.heads)
        if doubt is not None:
            no, seq = doubt
            self._send(other.name, Want(no, seq, seq, WantReason.MISSING))

    def _answer_want(self, other: Other, want: Want, running: float) -> None:
        custody = self._runner.custody
        for seq in other.exchange.answer(want, running):
            envelope = self._outbox.envelope(want.no, seq)
            if envelope is not None and want.reason != WantReason.UNOPENED:
                other.extra.append(envelope)
                continue
            other.asked.add((want.no, seq))
            found = slot(custody.database, custody.line, want.no, seq, wrap_key=custody.wrap_key)
            if found is not None:
                at = self._runner.moment()
                frame = pack_frame(found.frame)
                unopened = want.reason == WantReason.UNOPENED
                event = AskedAgain(at=at, no=want.no, seq=seq, frame=frame, unopened=unopened)
                self._runner.post(event)

    def _answer_query(self, other: Other, query: bytes, signature: bytes) -> None:
        try:
            said = answer(self._runner.state, query, signature)
        except JunkError:
            return
        self._send(other.name, Answer(*said))
