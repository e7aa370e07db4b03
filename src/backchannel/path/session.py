"""One TLS session with one other station: frames in, frames out, and how long it may be silent.

This module must not choose between sessions, or answer a bad message with anything but a count.
"""

import asyncio
from collections import Counter

import msgspec

from backchannel.clock import Clock
from backchannel.errors import JunkError
from backchannel.path.limits import (
    CONTROL_BURST_MAX,
    CONTROL_PER_SECOND_MAX,
    HANDSHAKE_SECONDS_MAX,
    IDLE_SECONDS_MAX,
    LINGER_SECONDS_MAX,
    MALFORMED_MAX,
)
from backchannel.path.messages import GREETING, Message, Parcel, Splitter, parse
from backchannel.path.pace import Allowance
from backchannel.path.tls import TlsStream


class Timing(msgspec.Struct, frozen=True):
    """How long a direct path is patient, in seconds. The specification gives the values."""

    handshake_s: float = HANDSHAKE_SECONDS_MAX
    idle_s: float = IDLE_SECONDS_MAX
    linger_s: float = LINGER_SECONDS_MAX


class Session:
    """A TLS session whose other side is pinned. It is `greeted` once any frame has come."""

    def __init__(
        self, stream: TlsStream, clock: Clock, counts: Counter[str], *, timing: Timing
    ) -> None:
        self.stream = stream
        self.greeted = False
        self._clock = clock
        self._counts = counts
        self._timing = timing
        self._splitter = Splitter()
        self._control = Allowance(CONTROL_BURST_MAX, CONTROL_PER_SECOND_MAX)
        self._malformed = 0
        self._failure: JunkError | None = None

    def greet(self) -> None:
        """Say that we accept the other side: only now may it count the session as up (PATH-21)."""
        self.stream.write(GREETING)

    async def receive(self) -> list[Message]:
        """Wait for bytes and return the messages they complete, which may be none.

        Raises JunkError when the session is over: "idle", "no-greeting", "closed", "cut",
        "malformed", "frame-too-long", "tls-failed", "refused".
        """
        if self._failure:
            raise self._failure
        piece = await self._read()
        messages: list[Message] = []
        try:
            for raw in self._splitter.messages(piece):
                self.greeted = True
                message = self._read_message(raw)
                if message is not None:
                    messages.append(message)
        except JunkError as failure:
            # What was whole before it still counts; the next call says that this is the end.
            self._failure = failure
        return messages

    async def _read(self) -> bytes:
        patience = self._timing.idle_s if self.greeted else self._timing.handshake_s
        try:
            async with asyncio.timeout(patience):
                return await self.stream.read()
        except TimeoutError:
            raise JunkError(
                "idle" if self.greeted else "no-greeting", f"nothing was heard for {patience} s"
            ) from None

    def _read_message(self, raw: bytes) -> Message | None:
        """Return what a frame holds, or None for what is only counted.

        Raises JunkError("malformed") for the one that is too many (PATH-31).
        """
        if not raw:
            return None
        try:
            message = parse(raw)
        except JunkError as junk:
            self._counts[f"malformed: {junk.reason}"] += 1
            self._malformed += 1
            if self._malformed > MALFORMED_MAX:
                raise JunkError("malformed", f"the last of {self._malformed}: {junk}") from None
            return None
        if type(message) is not Parcel and not self._control.take(self._clock.running()):
            # Heads and wants come again by themselves: dropping is safe (PATH-33).
            self._counts["too-many-control-messages"] += 1
            return None
        return message
