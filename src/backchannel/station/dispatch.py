"""Between the line and its paths: the outbox out, what arrives in, heads, wants and questions.

Nothing leaves that was not committed; a signed seen alone ends repetition. This module must not
judge what it carries, and must not let one station wait for another. Clauses: PATH, RECORD-63.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence

from backchannel.errors import BackchannelError, JunkError
from backchannel.limits import OUTBOX_PAGE_MAX, PATH_EVENTS_MAX
from backchannel.line.events import Answered, Arrived, AskedAgain, Event, Took
from backchannel.line.forks import slot_in_doubt
from backchannel.line.rows import EntryRow, OutgoingRow, ResealedRow, Row, Settled
from backchannel.line.state import LineState
from backchannel.line.succession import answer, ask
from backchannel.path import Contact, Down, Heard, Path, PathEvent, StationName, Terms, Up
from backchannel.path.choice import carries, in_order, takes_part
from backchannel.path.messages import Answer, Heads, Message, Parcel, Query, Want, WantReason
from backchannel.path.sync import Item
from backchannel.station.contacts import contacts_of, stations_of
from backchannel.station.copies import Copies
from backchannel.station.correspondent import Correspondent, heads_of
from backchannel.station.outbox import Outbox, Slot
from backchannel.station.pathnews import Pair, PathNews
from backchannel.station.runner import Runner
from backchannel.store.queries import outgoing, slot
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import pack_frame
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import Precedence

HEADS_EVERY_S = 10.0
WANT_EVERY_S = 1.0
TELL_SENT_S = 1.0
SPENT, FORGED = "box-spent", "not-authentic"
CANNOT_OPEN = frozenset(
    (
        *("unknown-epoch", "not-for-us", "prekey-erased"),
        *("no-courier-package", "not-authentic", "index-too-far"),
    )
)


def running() -> float:
    """Return the running time of the loop, in seconds: all clocks of paths use it."""
    return asyncio.get_running_loop().time()


class Dispatch:
    """All other stations of one line, over all paths: a correspondent for each path to each."""

    def __init__(self, runner: Runner, paths: Sequence[Path]) -> None:
        """Take over what a former run left: it is there before the first commit, which makes the
        correspondents, so that they owe it from the beginning."""
        self._runner = runner
        self.paths = {path.terms.number: path for path in paths}
        assert len(self.paths) == len(paths), "each path has a number of its own"
        self.copies = Copies(runner)
        self._outbox = Outbox()
        self._others: dict[Pair, Correspondent] = {}
        self._contacts: dict[StationName, Contact] = {}
        self._untold: dict[Slot, tuple[int, bytes]] = {}
        self._news = PathNews(runner, self._is_up)
        self._took: dict[tuple[int, int], list[bytes]] = {}
        self._tasks: dict[Pair, asyncio.Task[None]] = {}
        self._small: set[asyncio.Task[None]] = set()
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._load()
        runner.listen(self._committed)
        runner.hear_refusals(self._refused)
        runner.hear_arrivals(self._opened)

    async def run(self) -> None:
        """Carry until cancelled. Raises OfficerError if a path cannot start."""
        self._know(self._runner.state)
        async with contextlib.AsyncExitStack() as started:
            for path in self.paths.values():
                await path.start()
                started.push_async_callback(path.stop)
            await self._carry()

    async def _carry(self) -> None:
        """Carry over paths that have started until cancelled, or until one has died of a bug."""
        listening = (self._listen(path) for path in self.paths.values())
        work = [asyncio.ensure_future(c) for c in (*listening, self._beat(), self._ask())]
        try:
            await asyncio.wait((*work, self._failure), return_when=asyncio.FIRST_COMPLETED)
            for done in (*work, self._failure):
                if done.done():
                    done.result()
        finally:
            for task in (*work, *self._tasks.values(), *self._small):
                task.cancel()
            self.copies.keep()

    def stations_up(self) -> frozenset[StationName]:
        """Return the stations that can be spoken to now, by any path."""
        return frozenset(name for (_, name), other in self._others.items() if other.up)

    def paths_up(self, station: StationName) -> tuple[Terms, ...]:
        """Return the paths by which a station can be spoken to now, the best first."""
        up = [o.path.terms for o in self._others.values() if o.name == station and o.up]
        return in_order(up)

    def failure_of(self, station: StationName) -> str:
        """Return why the last attempt to reach a station failed, on each path, or nothing."""
        failures = (path.failure(station) for path in self.paths.values())
        return "; ".join(filter(None, failures))

    def counts(self) -> dict[str, int]:
        """Return how often what went wrong on which path, by reason."""
        return {
            f"{path.terms.name}: {reason}": count
            for path in self.paths.values()
            for reason, count in path.counts().items()
        }

    def owed(self, station: StationName) -> tuple[tuple[Item, bytes], ...]:
        """Return what no receipt of a station covers, the most urgent first, with its envelope."""
        held: dict[int, int] = {}
        for journal in stations_of(self._runner.state).get(station, ()):
            for no, seq in journal.holds.items():
                held[no] = max(seq, held.get(no, -1))
        owed = (item for item in sorted(self._outbox.items()) if item.seq > held.get(item.no, -1))
        found = ((item, self._outbox.envelope(item.no, item.seq)) for item in owed)
        return tuple((item, envelope) for item, envelope in found if envelope is not None)

    def _load(self) -> None:
        """Take over the outbox that a former run left."""
        custody, state = self._runner.custody, self._runner.state
        for no in sorted({*state.core.journals, state.party}):
            after = -1
            while page := outgoing(
                custody.database, custody.line, no, after_seq=after, limit=OUTBOX_PAGE_MAX
            ):
                for row in page:
                    self._outbox.put(row, running())
                after = page[-1].seq

    # --- After a commit ---------------------------------------------------------------------------

    def _committed(self, state: LineState, rows: Sequence[Row]) -> None:
        """Take over what a commit put into the outbox, and what receipts have ended."""
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
        journals = stations_of(state)
        for (_, name), other in self._others.items():
            for journal in journals.get(name, ()):
                for no, seq in journal.holds.items():
                    other.cover(no, seq)

    def _put(self, row: OutgoingRow) -> None:
        item = self._outbox.put(row, running())
        if item is None:
            self._resealed(row.no, row.seq, row.envelope)
            return
        for other in self._others.values():
            other.add(item)

    def _resealed(self, no: int, seq: int, envelope: bytes) -> None:
        for other in self._others.values():
            other.resealed(no, seq, envelope)

    def _know(self, state: LineState) -> None:
        """Speak to the stations that the record names now, at the addresses it names."""
        contacts = contacts_of(state)
        if contacts == self._contacts:
            return
        self._contacts = contacts
        for path in self.paths.values():
            self._know_on(path, contacts)

    def _know_on(self, path: Path, contacts: dict[StationName, Contact]) -> None:
        """Speak on one path to the stations that it leads to."""
        number, leads_to = path.terms.number, path.terms.parties
        there = {n: c for n, c in contacts.items() if not leads_to or c.party in leads_to}
        known = {name for at, name in self._others if at == number}
        for name in there.keys() - known:
            other = Correspondent(
                name, path, self._outbox, wanted=self._is_wanted, taken=self._taken
            )
            self._others[number, name] = other
            self._news.begin((number, name))
            task = asyncio.create_task(other.pump())
            task.add_done_callback(self._ended)
            self._tasks[number, name] = task
        for name in known - there.keys():
            del self._others[number, name]
            self._tasks.pop((number, name)).cancel()
            self._news.look((number, name))
        path.set_contacts(there)

    def _is_wanted(self, other: Correspondent, item: Item) -> bool:
        """Say whether an item goes by this path now, and is not left to a better one (PATH-60)."""
        up, terms = self.paths_up(other.name), other.path.terms
        if terms not in up or not carries(terms):
            return False
        waited_s = self._outbox.waited(item, running())
        return takes_part(terms, up, item.precedence, waited_s)

    # --- What was sent ----------------------------------------------------------------------------

    def _taken(self, other: Correspondent, item: Item) -> None:
        self.took(other.path.terms.number, item)

    def took(self, number: int, item: Item) -> None:
        """A path took an envelope: of a statement, the journal says so once."""
        self.copies.sent(number, item.no, item.seq)
        told = self._untold.pop((item.no, item.seq), None)
        if told is None:
            return
        mode, entry = told
        waiting = self._took.setdefault((number, mode), [])
        waiting.append(entry)
        # Each entry of ours that says so makes a gap for what overtakes it, so they are few.
        urgent = item.precedence <= Precedence.IMMEDIATE
        if urgent or len(waiting) == 1:
            pause_s = 0 if urgent else TELL_SENT_S
            asyncio.get_running_loop().call_later(pause_s, self._tell_taken, number, mode)

    def _tell_taken(self, number: int, mode: int) -> None:
        """Enter what has been taken since the last time, all at once: urgent ones do not wait."""
        entries = tuple(self._took.pop((number, mode), ()))
        if entries:
            moment = self._runner.moment()
            self._runner.post(Took(at=moment, path=number, mode=mode, entries=entries))  # type: ignore[arg-type]

    # --- What arrives -----------------------------------------------------------------------------

    async def _listen(self, path: Path) -> None:
        while True:
            await self._runner.room()
            for event in await path.events(PATH_EVENTS_MAX):
                self._heard(path.terms.number, event)

    def _heard(self, number: int, event: PathEvent) -> None:
        other = self._others.get((number, event.station))
        if other is None:
            return
        match event:
            case Up():
                other.started(running())
                self._changed(other)
                if other.beats(running()):
                    self._spawn(self._greet(other))
            case Down():
                other.ended()
                self._changed(other)
            case Heard(message=message):
                self._message(other, message)

    def _changed(self, other: Correspondent) -> None:
        """A station can be spoken to by a path, or no longer."""
        for each in self._others.values():
            if each.name == other.name:
                each.stir(running())
        self._news.look((other.path.terms.number, other.name))

    def _is_up(self, pair: Pair) -> bool:
        other = self._others.get(pair)
        return other is not None and other.up

    async def _greet(self, other: Correspondent) -> None:
        """Say what we hold, and ask what we must ask before we may sign."""
        state = self._runner.state
        for mode in state.core.asking:
            question = ask(state, mode)
            if question is not None:
                await other.tell(Query(*question))
        await other.tell(heads_of(state, self._runner.clock.now()))

    def _message(self, other: Correspondent, message: Message) -> None:
        runner, number = self._runner, other.path.terms.number
        match message:
            case Parcel(envelope=envelope):
                event = Arrived(at=runner.moment(), path=number, envelope=envelope, by=other.name)
                runner.post(event)
            case Heads():
                other.hear(message, running())
                self._inquire(other, message)
            case Want():
                self._reseal(message, other.answer(message, running()))
            case Query(query=query, signature=signature):
                self._answer(other, query, signature)
            case Answer(answer=said, signature=signature):
                runner.post(Answered(at=runner.moment(), answer=said, signature=signature))

    def _inquire(self, other: Correspondent, heads: Heads) -> None:
        """Ask for an entry that contradicts one of ours: it brings the proof (RECORD-64)."""
        doubt = slot_in_doubt(self._runner.state, heads.heads)
        if doubt is not None:
            no, seq = doubt
            self._spawn(other.tell(Want(no, seq, seq, WantReason.MISSING)))

    def _reseal(self, want: Want, slots: Sequence[int]) -> None:
        """Ask the line to seal entries anew that a station lacks and the outbox has no more."""
        custody = self._runner.custody
        for seq in slots:
            found = slot(custody.database, custody.line, want.no, seq, wrap_key=custody.wrap_key)
            if found is not None:
                frame = pack_frame(found.frame)
                at = self._runner.moment()
                unopened = want.reason == WantReason.UNOPENED
                event = AskedAgain(at=at, no=want.no, seq=seq, frame=frame, unopened=unopened)
                self._runner.post(event)

    def _answer(self, other: Correspondent, query: bytes, signature: bytes) -> None:
        """Answer a restarted station. A question that proves nothing gets no answer."""
        try:
            said = answer(self._runner.state, query, signature)
        except JunkError:
            return
        self._spawn(other.tell(Answer(*said)))

    def _opened(self, event: Arrived, entry: EntryId | None) -> None:
        """An envelope has brought an entry, new or known."""
        self.copies.came(event, entry)
        self._judged(event, good=True)

    def _judged(self, event: Arrived, *, good: bool) -> None:
        if path := self.paths.get(event.path):
            path.judged(event.envelope, good=good)

    def _refused(self, event: Event, fault: BackchannelError) -> None:
        """An envelope that cannot be opened is asked for under a newer key."""
        if not isinstance(event, Arrived):
            return
        # What can't be opened for want of a key is whole all the same.
        good = fault.reason == SPENT or fault.reason in CANNOT_OPEN - {FORGED}
        self._judged(event, good=good)
        if fault.reason in CANNOT_OPEN:
            other = self._others.get((event.path, StationName(event.by)))
            if other is not None:
                other.cannot_open()
        elif fault.reason == SPENT:
            self.copies.came(event, None)

    # --- What is said by the clock ----------------------------------------------------------------

    async def _beat(self) -> None:
        """Say our heads every ten seconds, so that a lost message is found in silence too."""
        while True:
            await asyncio.sleep(HEADS_EVERY_S)
            for other in tuple(self._others.values()):
                if other.beats(running()):
                    self._spawn(self._greet(other))

    async def _ask(self) -> None:
        """Ask for what does not come by itself."""
        while True:
            await asyncio.sleep(WANT_EVERY_S)
            held = {no: seq for no, seq, _ in heads_of(self._runner.state, 0).heads}
            for other in tuple(self._others.values()):
                other.stir(running())
                want = other.want(held, running()) if other.up else None
                if want is not None:
                    await other.tell(want)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._small.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """A bug in a small task must not look like silence: it ends the dispatch."""
        self._small.discard(task)
        if not task.cancelled() and (error := task.exception()) and not self._failure.done():
            self._failure.set_exception(error)
