"""The sessions of one station: up, down, replaced by each other, and nothing lost between them."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import cast

import pytest
from tests.path.rooms import BIRCH, PATIENCE_S, run

from backchannel.errors import JunkError
from backchannel.path import Contact, Down, PathEvent, Up
from backchannel.path.inbox import Inbox
from backchannel.path.limits import BACKLOG_MESSAGES_MAX, SESSIONS_MAX
from backchannel.path.link import Link
from backchannel.path.messages import Parcel, frame
from backchannel.path.session import Session, Timing

LOWER, HIGHER = bytes(32), b"\xff" * 32
PIN = b"\x80" * 32
FLASH, ROUTINE = 1, 4
PATIENT = Timing(linger_s=3600.0)


class RecordingStream:
    """Keeps what is written to it, and says nothing."""

    def __init__(self, pin: bytes) -> None:
        self.pin = pin
        self.written = b""
        self.said_goodbye = False
        self.aborted = False
        self.broken = False
        # Cleared, it takes nothing more: the other side does not read.
        self.flowing = asyncio.Event()
        self.flowing.set()

    def write(self, data: bytes) -> None:
        self.written += data

    async def drain(self) -> None:
        await self.flowing.wait()
        if self.broken:
            raise JunkError("cut", "the test has cut it")

    def say_goodbye(self) -> None:
        self.said_goodbye = True

    def abort(self) -> None:
        self.aborted = True


class RecordedSession:
    """As much of a session as a link looks at."""

    def __init__(self, pin: bytes = PIN) -> None:
        self.stream = RecordingStream(pin)


class Stage:
    """A link to Birch and all that happens around it."""

    def __init__(self, own_pin: bytes = LOWER, timing: Timing = PATIENT) -> None:
        self.inbox = Inbox()
        self.tasks: list[asyncio.Task[None]] = []
        self.link = Link(
            BIRCH,
            Contact(frozenset({PIN})),
            own_pin=own_pin,
            inbox=self.inbox,
            spawn=self._spawn,
            timing=timing,
        )

    def _spawn(self, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self.tasks.append(task)
        return task

    def attached(self) -> RecordedSession:
        """A session after its handshake."""
        session = RecordedSession()
        self.link.attach(cast(Session, session))
        return session

    def opened(self) -> RecordedSession:
        """A session that the other side has accepted."""
        session = self.attached()
        self.greet(session)
        return session

    def greet(self, session: RecordedSession) -> None:
        self.link.greeted(cast(Session, session))

    def end(self, session: RecordedSession, reason: str = "cut") -> None:
        self.link.detach(cast(Session, session), reason)

    async def said(self, text: bytes, precedence: int = ROUTINE) -> None:
        await self.link.send(Parcel(text), precedence)
        await settled()

    async def happened(self) -> list[PathEvent]:
        """What has happened since the last time it was asked, perhaps nothing."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):
                return await self.inbox.gathered(99)
        return []


async def settled() -> None:
    """Let every task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


def framed(*texts: bytes) -> bytes:
    return b"".join(frame(Parcel(text)) for text in texts)


def test_a_session_counts_when_it_is_greeted() -> None:
    """PATH-22."""

    async def work() -> None:
        stage = Stage()
        session = stage.attached()
        assert await stage.happened() == []
        assert not stage.link.ready(ROUTINE)
        assert not stage.link.is_alone.is_set()
        stage.greet(session)
        stage.greet(session)
        assert await stage.happened() == [Up(BIRCH)]
        assert stage.link.ready(ROUTINE)

    run(work())


def test_nothing_is_written_before_the_greeting_has_come() -> None:
    """PATH-21: not even what the station wants to say."""

    async def work() -> None:
        stage = Stage()
        session = stage.attached()
        await stage.said(b"too early")
        stage.greet(session)
        await stage.said(b"in time")
        assert session.stream.written == framed(b"in time")

    run(work())


def test_the_last_session_that_ends_takes_the_station_down() -> None:
    """PATH-23: what waited is forgotten, and who waited for room is let go."""

    async def work() -> None:
        stage = Stage()
        session = stage.opened()
        session.stream.flowing.clear()
        await stage.said(b"stuck")
        for number in range(BACKLOG_MESSAGES_MAX):
            await stage.link.send(Parcel(b"%d" % number), ROUTINE)
        waiting = asyncio.create_task(stage.said(b"no room"))
        await settled()
        assert not stage.link.ready(ROUTINE)
        assert not waiting.done()
        stage.end(session, "idle")
        await waiting
        assert [task.done() for task in stage.tasks] == [True]
        assert await stage.happened() == [Up(BIRCH), Down(BIRCH, "idle")]
        assert stage.link.is_alone.is_set()
        again = stage.opened()
        await stage.said(b"new")
        assert again.stream.written == framed(b"new")

    run(work())


def test_a_full_rank_makes_its_sender_wait_and_no_other() -> None:
    """PATH-42."""

    async def work() -> None:
        stage = Stage()
        session = stage.opened()
        session.stream.flowing.clear()
        await stage.said(b"being written")
        for _ in range(BACKLOG_MESSAGES_MAX):
            await stage.link.send(Parcel(b"r"), ROUTINE)
        assert (stage.link.ready(ROUTINE), stage.link.ready(FLASH)) == (False, True)
        waiting = asyncio.create_task(stage.said(b"last"))
        await stage.said(b"flash", FLASH)
        assert not waiting.done()
        session.stream.flowing.set()
        await waiting
        await settled()
        texts = [b"being written", b"flash", *[b"r"] * BACKLOG_MESSAGES_MAX, b"last"]
        assert session.stream.written == framed(*texts)

    run(work())


def test_the_lower_pin_keeps_the_newest_and_says_goodbye_to_the_rest() -> None:
    """PATH-24."""

    async def work() -> None:
        stage = Stage(own_pin=LOWER)
        older, newer = stage.opened(), stage.opened()
        assert (older.stream.said_goodbye, newer.stream.said_goodbye) == (True, False)
        assert not older.stream.aborted
        await stage.said(b"where")
        assert [task.done() for task in stage.tasks] == [True, False]
        assert (older.stream.written, newer.stream.written) == (b"", framed(b"where"))
        stage.end(older, "closed")
        assert await stage.happened() == [Up(BIRCH)]

    run(work())


def test_the_higher_pin_keeps_both_and_writes_to_the_newest() -> None:
    """PATH-24: until the other side has said goodbye to one of them."""

    async def work() -> None:
        stage = Stage(own_pin=HIGHER)
        older, newer = stage.opened(), stage.opened()
        assert not older.stream.said_goodbye
        await stage.said(b"new")
        stage.end(newer, "closed")
        await stage.said(b"old")
        assert (newer.stream.written, older.stream.written) == (framed(b"new"), framed(b"old"))
        assert await stage.happened() == [Up(BIRCH)]
        stage.end(older)
        assert await stage.happened() == [Down(BIRCH, "cut")]

    run(work())


def test_what_the_newest_did_not_take_goes_to_the_one_that_is_left() -> None:
    """PATH-24."""

    async def work() -> None:
        stage = Stage(own_pin=HIGHER)
        older, newer = stage.opened(), stage.opened()
        newer.stream.flowing.clear()
        await stage.said(b"taken")
        await stage.said(b"left")
        stage.end(newer, "closed")
        await settled()
        assert older.stream.written == framed(b"left")

    run(work())


def test_a_session_that_is_not_yet_greeted_replaces_nothing() -> None:
    """PATH-24: it may never be."""

    async def work() -> None:
        stage = Stage(own_pin=LOWER)
        older = stage.opened()
        newer = stage.attached()
        assert not older.stream.said_goodbye
        stage.end(newer, "no-greeting")
        await stage.said(b"still here")
        assert older.stream.written == framed(b"still here")

    run(work())


def test_a_session_that_is_about_to_be_greeted_keeps_the_station_up() -> None:
    """PATH-23, PATH-24: the goodbye to the old one may come before the greeting of the new one."""

    async def work() -> None:
        stage = Stage(own_pin=HIGHER)
        older, newer = stage.opened(), stage.attached()
        stage.end(older, "closed")
        await stage.said(b"in between")
        stage.greet(newer)
        await settled()
        assert newer.stream.written == framed(b"in between")
        assert await stage.happened() == [Up(BIRCH)]
        assert not stage.link.is_alone.is_set()

    run(work())


def test_a_station_goes_down_if_the_awaited_greeting_does_not_come() -> None:
    """PATH-23."""

    async def work() -> None:
        stage = Stage(own_pin=HIGHER)
        older, newer = stage.opened(), stage.attached()
        stage.end(older, "closed")
        stage.end(newer, "no-greeting")
        assert await stage.happened() == [Up(BIRCH), Down(BIRCH, "no-greeting")]

    run(work())


def test_reading_after_a_goodbye_has_an_end() -> None:
    """PATH-24: seconds, if the other side does not close it too."""

    async def work() -> None:
        stage = Stage(own_pin=LOWER, timing=Timing(linger_s=0.02))
        older, newer = stage.opened(), stage.opened()
        while not older.stream.aborted:
            await asyncio.sleep(0.002)
        assert not newer.stream.aborted

    run(work())


def test_a_stuck_session_holds_up_nothing_once_it_is_replaced() -> None:
    """PATH-24: the dead connection of a station that has dialled anew."""

    async def work() -> None:
        stage = Stage(own_pin=HIGHER)
        dead = stage.opened()
        dead.stream.flowing.clear()
        await stage.said(b"into the void")
        await stage.said(b"waits")
        alive = stage.opened()
        await settled()
        assert alive.stream.written == framed(b"waits")

    run(work())


def test_a_session_that_cannot_be_written_to_is_cut() -> None:
    """PATH-23: whoever reads from it then finds the reason."""

    async def work() -> None:
        stage = Stage()
        session = stage.opened()
        session.stream.broken = True
        await stage.said(b"x")
        assert session.stream.aborted
        assert [task.exception() for task in stage.tasks if task.done()] == [None]

    run(work())


@pytest.mark.parametrize("greeted", [True, False])
def test_one_session_too_many_cuts_the_oldest(greeted: bool) -> None:
    """PATH-25."""

    async def work() -> None:
        stage = Stage(own_pin=HIGHER)
        make = stage.opened if greeted else stage.attached
        sessions = [make() for _ in range(SESSIONS_MAX)]
        assert not any(session.stream.aborted for session in sessions)
        stage.attached()
        assert [session.stream.aborted for session in sessions] == [True, False, False, False]

    run(work())


def test_a_withdrawn_pin_ends_its_sessions() -> None:
    """PATH-12."""

    async def work() -> None:
        stage = Stage(own_pin=HIGHER)
        opened, attached = stage.opened(), stage.attached()
        stage.link.renew(Contact(frozenset({PIN, LOWER})))
        assert not opened.stream.aborted and not attached.stream.aborted
        stage.link.renew(Contact(frozenset({LOWER})))
        assert opened.stream.aborted and attached.stream.aborted

    run(work())


def test_a_link_knows_how_long_it_was_up() -> None:
    """PATH-13: only a session that has lasted makes dialling begin anew at once."""

    async def work() -> None:
        stage = Stage()
        session = stage.opened()
        await asyncio.sleep(0.01)
        stage.end(session)
        assert 0.009 <= stage.link.up_seconds < PATIENCE_S

    run(work())
