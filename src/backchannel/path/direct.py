"""The direct path: TCP between two stations, TLS outside, either side may dial (docs/spec/path.md).

This module must not read what it carries, answer anybody who is not pinned, or write a line of
log for an attempt: it counts, so that a siege fills no disk.
"""

import asyncio
import contextlib
import errno
from collections import Counter
from collections.abc import Coroutine, Mapping

from backchannel.clock import Clock
from backchannel.errors import JunkError, OfficerError
from backchannel.limits import ADDRESSES_MAX
from backchannel.path import Address, Contact, Heard, Latency, PathEvent, StationName, Terms
from backchannel.path.inbox import Inbox
from backchannel.path.limits import HANDSHAKES_MAX, READ_BYTES_MAX
from backchannel.path.link import Link
from backchannel.path.messages import Message
from backchannel.path.pace import dial_pause
from backchannel.path.session import Session, Timing
from backchannel.path.tls import Identity, TlsStream, make_context

PIN_BYTES = 32


class DirectPath:
    """The direct path of one station: listens, dials, and speaks to the stations it knows."""

    def __init__(
        self,
        name: str,
        identity: Identity,
        *,
        listen: tuple[Address, ...],
        clock: Clock,
        timing: Timing | None = None,
        number: int = 1,
    ) -> None:
        """Raises CustodyError if certificate or key cannot be used."""
        self.terms = Terms(number, name, "direct", Latency.FAST)
        self._pin = identity.pin
        self._context = make_context(identity)
        self._listen = listen
        self._clock = clock
        self._timing = timing or Timing()
        self._counts: Counter[str] = Counter()
        self._inbox = Inbox()
        self._links: dict[StationName, Link] = {}
        self._by_pin: dict[bytes, Link] = {}
        self._diallers: dict[StationName, asyncio.Task[None]] = {}
        self._failures: dict[StationName, str] = {}
        self._running = False
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()
        # In the order of arrival, so that the oldest is found first.
        self._strangers: dict[TlsStream, None] = {}

    # --- What the station asks of a path ---------------------------------------------------------

    async def start(self) -> None:
        """Listen and dial. Raises OfficerError for an address that cannot be listened on."""
        try:
            for address in self._listen:
                self._servers.append(await self._open_server(address))
        except OfficerError:
            self._close_servers()
            raise
        self._running = True
        for link in self._links.values():
            self._dial_from_now_on(link)

    async def stop(self) -> None:
        """Close all sessions politely and let go of every address."""
        self._running = False
        self._close_servers()
        # Somebody may have connected in the last moment, so look twice.
        while tasks := tuple(self._tasks):
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def set_contacts(self, contacts: Mapping[StationName, Contact]) -> None:
        """Say which stations there are; this replaces what was said before, at any time.

        Raises OfficerError for pins that are not hashes, or that two stations share (PATH-12).
        """
        _require_distinct(contacts, self._pin)
        for station in self._links.keys() - contacts.keys():
            self._forget(station)
        for station, contact in contacts.items():
            self._learn(station, contact)
        self._by_pin = {p: link for link in self._links.values() for p in link.contact.pins}

    def ready(self, station: StationName, precedence: int) -> bool:
        """Whether the station is up and a parcel of this precedence would not wait."""
        link = self._links.get(station)
        return link is not None and link.ready(precedence)

    async def send(self, station: StationName, message: Message, precedence: int) -> None:
        """Hand over a message: see `Path`. An unknown station is a station that is down."""
        if link := self._links.get(station):
            await link.send(message, precedence)

    def recall(self, station: StationName, message: Message) -> None:
        """Do nothing: a moment later it has left."""

    def judged(self, envelope: bytes, *, good: bool) -> None:
        """Do nothing: TLS has authenticated what came."""

    async def events(self, at_most: int) -> list[PathEvent]:
        """Wait for what happens next; return it and what else has gathered, in order.

        Raises whatever has gone wrong inside the path.
        """
        return await self._inbox.gathered(at_most)

    # --- What a person may want to know -----------------------------------------------------------

    def addresses(self) -> tuple[Address, ...]:
        """Return where this path really listens."""
        sockets = (each for server in self._servers for each in server.sockets)
        return tuple(each.getsockname()[:2] for each in sockets)

    def counts(self) -> dict[str, int]:
        """Return how often what went wrong, by reason; nothing is kept of single attempts."""
        return dict(self._counts)

    def failure(self, station: StationName) -> str:
        """Return why the last attempt to dial a station failed, or nothing."""
        return self._failures.get(station, "")

    # --- Contacts ---------------------------------------------------------------------------------

    def _learn(self, station: StationName, contact: Contact) -> None:
        if link := self._links.get(station):
            moved = contact.addresses != link.contact.addresses
            link.renew(contact)
            if moved and self._running:
                # New addresses are worth an attempt now, whatever the pause.
                self._dial_from_now_on(link)
            return
        self._links[station] = link = Link(
            station,
            contact,
            own_pin=self._pin,
            inbox=self._inbox,
            spawn=self._spawn,
            timing=self._timing,
        )
        if self._running:
            self._dial_from_now_on(link)

    def _forget(self, station: StationName) -> None:
        self._dial_no_more(station)
        self._failures.pop(station, None)
        self._links.pop(station).renew(Contact(frozenset()))

    # --- Listening --------------------------------------------------------------------------------

    async def _open_server(self, address: Address) -> asyncio.Server:
        host, port = address
        try:
            return await asyncio.start_server(self._accept, host, port, limit=READ_BYTES_MAX)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise OfficerError(
                    "port-in-use",
                    f"another program listens on {host} port {port}: end it, or set another port",
                ) from None
            raise OfficerError(
                "cannot-listen",
                f"{host} port {port}: {error.strerror}; set an address of this machine",
            ) from None

    def _close_servers(self) -> None:
        for server in self._servers:
            server.close()
        self._servers.clear()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Somebody has connected. He gets a handshake, and some seconds for it (PATH-14)."""
        stream = TlsStream(
            self._context, reader, writer, dialled=False, pinned=lambda pin: pin in self._by_pin
        )
        if len(self._strangers) >= HANDSHAKES_MAX:
            # The oldest: ours are done in a moment, those of a siege are the ones that last.
            self._counts["too-many-handshakes"] += 1
            oldest = next(iter(self._strangers))
            del self._strangers[oldest]
            oldest.abort()
        self._strangers[stream] = None
        self._spawn(self._welcome(stream))

    async def _welcome(self, stream: TlsStream) -> None:
        """Shake hands with whoever has connected, and serve him if he is pinned."""
        async with contextlib.aclosing(stream):
            try:
                await stream.handshake(self._timing.handshake_s)
            except JunkError as junk:
                self._counts[junk.reason] += 1
                return
            finally:
                self._strangers.pop(stream, None)
            if link := self._by_pin.get(stream.pin):
                await self._serve(link, stream)

    async def _serve(self, link: Link, stream: TlsStream) -> None:
        """Read from a session whose other side is pinned, until it is over."""
        session = Session(stream, self._clock, self._counts, timing=self._timing)
        link.attach(session)
        reason = "stopped"
        try:
            session.greet()
            while True:
                messages = await session.receive()
                await self._inbox.room()
                if session.greeted:
                    link.greeted(session)
                self._inbox.put([Heard(link.station, message) for message in messages])
        except JunkError as junk:
            reason = junk.reason
            self._counts[reason] += 1
            if not session.greeted:
                self._failures[link.station] = str(junk)
        finally:
            link.detach(session, reason)

    # --- Dialling ---------------------------------------------------------------------------------

    def _dial_from_now_on(self, link: Link) -> None:
        """Dial at the addresses that are known now, and no others any more."""
        self._dial_no_more(link.station)
        if link.contact.addresses:
            self._diallers[link.station] = self._spawn(self._dial(link))

    def _dial_no_more(self, station: StationName) -> None:
        if dialler := self._diallers.pop(station, None):
            dialler.cancel()

    async def _dial(self, link: Link) -> None:
        """Dial a station whenever there is no session with it (PATH-13)."""
        failures = 0
        while True:
            await link.is_alone.wait()
            if link.up_seconds >= self._timing.handshake_s:
                failures = 0
            link.up_seconds = 0.0
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(dial_pause(failures, self._clock.entropy())):
                    await link.is_up.wait()
            failures += 1
            for address in link.contact.addresses[:ADDRESSES_MAX]:
                if not link.is_alone.is_set():
                    break
                # One for each attempt: an earlier one may still be closing its session.
                settled = link.settled = asyncio.Event()
                self._spawn(self._visit(link, address, settled))
                await settled.wait()

    async def _visit(self, link: Link, address: Address, settled: asyncio.Event) -> None:
        """Dial one address, and serve the session if the right station answers."""
        try:
            async with asyncio.timeout(self._timing.handshake_s):
                reader, writer = await asyncio.open_connection(*address, limit=READ_BYTES_MAX)
            stream = TlsStream(
                self._context,
                reader,
                writer,
                dialled=True,
                pinned=lambda pin: pin in link.contact.pins,
            )
            async with contextlib.aclosing(stream):
                await stream.handshake(self._timing.handshake_s)
                if self._by_pin.get(stream.pin) is link:
                    self._failures.pop(link.station, None)
                    await self._serve(link, stream)
        except (JunkError, OSError) as failure:
            # A TimeoutError of the first step is an OSError too.
            reason = failure.reason if isinstance(failure, JunkError) else "unreachable"
            self._counts[reason] += 1
            host, port = address
            self._failures[link.station] = f"{host} port {port}: {str(failure) or 'no answer'}"
        finally:
            settled.set()

    # --- Tasks ------------------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        """Let nobody wait for a path that has died of a bug of ours."""
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()):
            self._inbox.fail(failure)


def _require_distinct(contacts: Mapping[StationName, Contact], own_pin: bytes) -> None:
    """Raise OfficerError unless each pin is a hash that names one station, and not us (PATH-12)."""
    seen = {own_pin}
    for contact in contacts.values():
        for pin in contact.pins:
            if len(pin) != PIN_BYTES:
                raise OfficerError("pin-length", f"a pin of {len(pin)} bytes, wanted {PIN_BYTES}")
            if pin in seen:
                raise OfficerError(
                    "pin-shared", f"{pin.hex()} stands for two stations: one needs a new one"
                )
            seen.add(pin)
