"""One session: greeting, silence, bad messages, and too many of the costly ones."""

import asyncio
from collections import Counter
from typing import cast

import pytest
from tests.path.rooms import run

from backchannel.errors import JunkError
from backchannel.limits import MESSAGE_BYTES_MAX
from backchannel.path.limits import CONTROL_BURST_MAX, CONTROL_PER_SECOND_MAX, MALFORMED_MAX
from backchannel.path.messages import GREETING, Heads, Message, Parcel, frame
from backchannel.path.session import Session, Timing
from backchannel.path.tls import TlsStream

SHORT = Timing(handshake_s=0.02, idle_s=0.04)
MALFORMED = b"\0\0\0\2\x81\x07"
HEADS = Heads(0, ())


class ScriptedStream:
    """Gives what the test has prepared, then nothing more."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)
        self.written = b""

    async def read(self) -> bytes:
        if not self._pieces:
            await asyncio.Event().wait()
        return self._pieces.pop(0)

    def write(self, data: bytes) -> None:
        self.written += data


class TurnedClock:
    """A clock that stands still until the test turns it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> int:
        return int(self.seconds)

    def running(self) -> float:
        return self.seconds

    def entropy(self) -> bytes:
        return bytes(32)


class Listening:
    """A session that reads a script, and what was counted."""

    def __init__(self, *pieces: bytes, timing: Timing | None = None) -> None:
        self.stream = ScriptedStream(*pieces)
        self.clock = TurnedClock()
        self.counts: Counter[str] = Counter()
        self.session = Session(
            cast(TlsStream, self.stream), self.clock, self.counts, timing=timing or Timing()
        )

    async def all_of_it(self) -> tuple[list[Message], str]:
        """What it receives until it ends, and the reason of the end."""
        messages: list[Message] = []
        try:
            while True:
                messages += await self.session.receive()
        except JunkError as junk:
            return messages, junk.reason


def test_a_greeting_is_what_we_write_first() -> None:
    """PATH-21."""
    listening = Listening()
    listening.session.greet()
    assert listening.stream.written == GREETING


@pytest.mark.parametrize("first", [GREETING, frame(HEADS), MALFORMED])
def test_any_whole_frame_is_a_greeting(first: bytes) -> None:
    """PATH-22: whoever writes has accepted us, whatever he writes."""

    async def work() -> None:
        listening = Listening(first[:-1], first[-1:], timing=SHORT)
        assert await listening.session.receive() == []
        assert not listening.session.greeted
        await listening.session.receive()
        assert listening.session.greeted

    run(work())


def test_who_never_greets_is_left() -> None:
    """PATH-21."""
    listening = Listening(b"\0\0\0", timing=SHORT)
    assert run(listening.all_of_it()) == ([], "no-greeting")


def test_who_falls_silent_is_left() -> None:
    """PATH-23: half a frame is not silence, and no message."""
    listening = Listening(GREETING, frame(HEADS), frame(HEADS)[:-1], timing=SHORT)
    assert run(listening.all_of_it()) == ([HEADS], "idle")


def test_a_greeting_in_the_middle_means_nothing() -> None:
    """PATH-1."""
    parcels = [Parcel(b"one"), Parcel(b"two")]
    stream = GREETING + frame(parcels[0]) + GREETING + GREETING + frame(parcels[1])
    listening = Listening(stream, timing=SHORT)
    assert run(listening.all_of_it()) == (parcels, "idle")
    assert listening.counts == {}


def test_bad_messages_are_counted_and_passed_over() -> None:
    """PATH-31: each by its reason."""
    good = Parcel(b"good")
    listening = Listening(MALFORMED * MALFORMED_MAX + frame(good), timing=SHORT)
    assert run(listening.all_of_it()) == ([good], "idle")
    assert listening.counts == {"malformed: message-kind": MALFORMED_MAX}


def test_one_bad_message_too_many_ends_the_session() -> None:
    """PATH-31: what was good before it still counts, what comes after it is not read."""
    good = frame(Parcel(b"good"))
    listening = Listening(MALFORMED * MALFORMED_MAX + good + MALFORMED + good, good)
    assert run(listening.all_of_it()) == ([Parcel(b"good")], "malformed")


def test_a_frame_that_is_too_long_ends_the_session() -> None:
    """PATH-2: 128 KiB and one byte; the frames before it count."""
    good = Parcel(b"good")
    too_long = (MESSAGE_BYTES_MAX + 1).to_bytes(4, "big")
    listening = Listening(frame(good) + too_long + bytes(MESSAGE_BYTES_MAX + 1))
    assert run(listening.all_of_it()) == ([good], "frame-too-long")


def test_too_many_control_messages_are_dropped() -> None:
    """PATH-33: parcels never are, and after a while heads are heard again."""

    async def work() -> None:
        flood = frame(HEADS) * 1000 + frame(Parcel(b"through"))
        listening = Listening(flood, frame(HEADS) * 1000, timing=SHORT)
        first = await listening.session.receive()
        assert first == [HEADS] * CONTROL_BURST_MAX + [Parcel(b"through")]
        listening.clock.seconds = 2.0
        second = await listening.session.receive()
        assert second == [HEADS] * int(2 * CONTROL_PER_SECOND_MAX)
        dropped = 2000 - CONTROL_BURST_MAX - int(2 * CONTROL_PER_SECOND_MAX)
        assert listening.counts == {"too-many-control-messages": dropped}

    run(work())
