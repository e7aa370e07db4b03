"""The path by a relay: capsules into the mailboxes of others, and out of our own.

This module must not read what it carries, or believe a relay: what one says about arrival, order or
room is a hint for when to try again. Clauses: RELAY-30 to RELAY-36.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Coroutine, Mapping
from typing import NamedTuple

from backchannel.clock import Clock
from backchannel.errors import JunkError
from backchannel.path import (
    Clocks,
    Contact,
    Direction,
    Down,
    Heard,
    Latency,
    PathEvent,
    StationName,
    Terms,
    Up,
)
from backchannel.path.inbox import Inbox
from backchannel.path.messages import Message
from backchannel.path.pace import dial_pause
from backchannel.path.postbag import OwnBox, Postbag
from backchannel.path.request import Answer, Requests, Server

REQUEST_S = 20.0
IDLE_S = 1.0
KEY_BYTES = 32
OK, CREATED, CONFLICT, NO_ROOM = 200, 201, 409, 507


CLOCKS = Clocks()


class RelayPlace(NamedTuple):
    """A relay as the settings name it: its number in the charter, where it is, and its pass."""

    number: int
    server: Server
    word: bytes


class RelayedPath:
    """One relay, and all stations that have a mailbox key for it."""

    def __init__(
        self,
        place: RelayPlace,
        own: OwnBox,
        *,
        clock: Clock,
        direction: Direction,
        clocks: Clocks = CLOCKS,
    ) -> None:
        number = place.number
        name = f"relay {number}"
        self.terms = Terms(number, name, "relay", Latency.FAST, direction, clocks=clocks)
        self._place = place
        self._own = own
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._inbox = Inbox()
        self._mail: dict[StationName, Postbag] = {}
        self._tasks: dict[StationName, tuple[asyncio.Task[None], ...]] = {}
        self._watching: asyncio.Task[None] | None = None
        self._key = b""
        self._open = asyncio.Event()
        self._broken = asyncio.Event()
        self._failure = "not connected yet"
        self._served = False

    # --- What the station asks of a path ---------------------------------------------------------

    async def start(self) -> None:
        """Look for the relay; that it is not there is no reason not to start."""
        self._watching = asyncio.create_task(self._watch())
        self._watching.add_done_callback(self._finished)
        for station in self._mail:
            self._serve(station)

    async def stop(self) -> None:
        """Let go of every connection. What has not left is sent again another time."""
        watching = (self._watching,) if self._watching else ()
        self._watching = None
        tasks = (*watching, *(task for each in self._tasks.values() for task in each))
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def set_contacts(self, contacts: Mapping[StationName, Contact]) -> None:
        """Serve the stations that announced a mailbox key for this path (RELAY-30)."""
        keys = {name: key for name, each in contacts.items() if (key := self._key_of(each))}
        for station, mail in tuple(self._mail.items()):
            if keys.get(station) != mail.theirs:
                self._forget(station)
        for station, theirs in keys.items():
            if station not in self._mail:
                self._learn(station, theirs)

    def ready(self, station: StationName, precedence: int) -> bool:
        """Whether the relay is there and a parcel of this precedence would not wait."""
        mail = self._mail.get(station)
        return mail is not None and mail.ready(precedence)

    async def send(self, station: StationName, message: Message, precedence: int) -> None:
        """Hand over a message: see `Path`."""
        if mail := self._mail.get(station):
            await mail.send(message, precedence)

    def recall(self, station: StationName, message: Message) -> None:
        """See `Path`. What waits here waits for one request at most."""

    def judged(self, envelope: bytes, *, good: bool) -> None:
        """See `Path`. A capsule has been authenticated."""

    async def events(self, at_most: int) -> list[PathEvent]:
        """Wait for what happens next. Raises whatever has gone wrong inside the path."""
        return await self._inbox.gathered(at_most)

    def counts(self) -> dict[str, int]:
        """Return how often what went wrong, by reason."""
        return dict(self._counts)

    def failure(self, station: StationName) -> str:
        """Return why a station can't be reached by this relay, or nothing."""
        mail = self._mail.get(station)
        if mail is None:
            return f"{self.terms.name}: it has announced no mailbox key"
        reason = self._failure or mail.failure
        return f"{self.terms.name}: {reason}" if reason else ""

    # --- Stations ---------------------------------------------------------------------------------

    def _key_of(self, contact: Contact) -> bytes:
        return dict(contact.mailboxes).get(self.terms.number, b"")

    def _learn(self, station: StationName, theirs: bytes) -> None:
        try:
            mail = Postbag(theirs, self._own, number=self.terms.number, clock=self._clock)
        except JunkError as junk:
            self._counts[junk.reason] += 1
            return
        self._mail[station] = mail
        if self._watching is not None:
            self._serve(station)
            if self._open.is_set():
                self._up(station)

    def _forget(self, station: StationName) -> None:
        for task in self._tasks.pop(station, ()):
            task.cancel()
        self._down(station, "forgotten")
        del self._mail[station]

    def _serve(self, station: StationName) -> None:
        work: list[Coroutine[None, None, None]] = []
        if self.terms.direction != Direction.IN:
            work.append(self._send_to(station))
        if self.terms.direction != Direction.OUT:
            work.append(self._fetch_from(station))
        tasks = tuple(map(asyncio.create_task, work))
        for task in tasks:
            task.add_done_callback(self._finished)
        self._tasks[station] = tasks

    def _up(self, station: StationName) -> None:
        mail = self._mail[station]
        if not mail.up:
            mail.start()
            self._inbox.put([Up(station)])

    def _down(self, station: StationName, reason: str) -> None:
        mail = self._mail[station]
        if mail.up:
            mail.end()
            self._inbox.put([Down(station, reason)])

    def _finished(self, task: "asyncio.Task[None]") -> None:
        """Let nobody wait for a path that has died of a bug of ours."""
        if not task.cancelled() and (failure := task.exception()):
            self._inbox.fail(failure)

    # --- The relay --------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Find the relay, and find it again whenever it is gone (RELAY-31)."""
        failures = 0
        with contextlib.closing(Requests(self._place.server)) as requests:
            while True:
                await asyncio.sleep(dial_pause(failures, self._clock.entropy()))
                failures += 1
                try:
                    answer = await requests.ask("GET", "/v1/key", within_s=REQUEST_S)
                except JunkError as junk:
                    self._lost(junk.text)
                    continue
                if answer.status != OK or len(answer.body) != KEY_BYTES:
                    self._lost(f"it answers {answer.status} and shows no key")
                    continue
                self._key, self._served = answer.body, False
                self._failure = ""
                self._broken.clear()
                self._open.set()
                for station in self._mail:
                    self._up(station)
                await self._broken.wait()
                if self._served:
                    failures = 0

    def _lost(self, reason: str) -> None:
        """The relay does not serve: nobody can be reached by it."""
        self._counts["relay lost"] += 1
        self._failure = reason
        for station in self._mail:
            self._down(station, reason)
        self._leave()

    def _leave(self) -> None:
        """Ask nothing more before the key of the relay is known anew."""
        self._open.clear()
        self._broken.set()

    async def _ask(self, requests: Requests, path: str, body: bytes, *, wait_s: int = 0) -> Answer:
        """Return what the relay answers to a request, if it is an answer to it.

        Raises JunkError after it has said that the relay is lost, or that its key is another.
        """
        try:
            answer = await requests.ask("POST", path, body, within_s=wait_s + REQUEST_S)
        except JunkError as junk:
            self._lost(junk.text)
            raise
        if answer.status in (OK, CREATED, NO_ROOM):
            self._served = True
            return answer
        self._counts[f"answer {answer.status}"] += 1
        if answer.status == CONFLICT:
            # Another start of the relay: no more than a new key is needed (RELAY-11).
            self._leave()
        else:
            said = answer.body[:40].decode("ascii", "replace")
            self._lost(f"it answers {answer.status} {said!a}")
        raise JunkError("no-answer", f"status {answer.status}")

    # --- Work for one station ---------------------------------------------------------------------

    async def _send_to(self, station: StationName) -> None:
        """Put what waits for a station into its mailbox of today (RELAY-32, RELAY-34)."""
        mail = self._mail[station]
        refusals = 0
        with contextlib.closing(Requests(self._place.server)) as requests:
            while True:
                await self._open.wait()
                capsule = await mail.next_capsule()
                await self._open.wait()
                body = mail.put(capsule, self._key, self._place.word)
                try:
                    answer = await self._ask(requests, "/v1/put", body)
                except JunkError:
                    continue
                if answer.status != NO_ROOM:
                    mail.put_done()
                    refusals = 0
                    if self._open.is_set():
                        self._up(station)
                    continue
                # Its mailbox is full, or the relay is: this path ends for this station until one
                # capsule gets in. The others are not held up.
                self._counts["no room"] += 1
                refusals += 1
                mail.failure = "its mailbox at the relay is full, or the relay is"
                self._down(station, "no room")
                await asyncio.sleep(dial_pause(refusals, self._clock.entropy()))

    async def _fetch_from(self, station: StationName) -> None:
        """Empty our mailboxes that a station fills: all of them at first, then today's with a
        wait, and those beside it now and then (RELAY-33)."""
        mail = self._mail[station]
        with contextlib.closing(Requests(self._place.server)) as requests:
            while True:
                await self._open.wait()
                day, wait_s = mail.next_day()
                asked_at = self._clock.running()
                try:
                    body = mail.take(day, wait_s, self._key, self._place.word)
                    answer = await self._ask(requests, "/v1/take", body, wait_s=wait_s)
                    messages, news = mail.taken(day, answer.body, self._counts)
                except JunkError as junk:
                    if junk.reason != "no-answer":
                        self._counts[junk.reason] += 1
                        self._lost("what it shows is no key, or what it hands over no capsule")
                    continue
                await self._inbox.room()
                self._inbox.put([Heard(station, message) for message in messages])
                # A relay that answers at once with nothing new would else be asked without end.
                early = self._clock.running() - asked_at < wait_s
                if wait_s and early and not news:
                    await asyncio.sleep(IDLE_S)
