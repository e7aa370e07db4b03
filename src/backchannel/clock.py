"""The only source of time and chance. It is handed to whoever needs it; no rule imports it.

A test or the simulation hands over another object with the same three functions.
"""

import asyncio
import secrets
import time
from typing import Protocol


class Clock(Protocol):
    """What a shell needs of the world outside."""

    def now(self) -> int:
        """Return the time of day in whole seconds UTC, as the machine claims it."""
        ...

    def running(self) -> float:
        """Return seconds of running time since an arbitrary start; never goes back."""
        ...

    def entropy(self) -> bytes:
        """Return 32 fresh random bytes."""
        ...


class PacingClock(Clock, Protocol):
    """What a path needs that must not say more in a second than it can carry."""

    async def wait(self, seconds: float) -> None:
        """Return when so much running time has passed."""
        ...


class SystemClock:
    """The clock and the chance of this machine."""

    def now(self) -> int:
        return int(time.time())

    def running(self) -> float:
        return time.monotonic()

    def entropy(self) -> bytes:
        return secrets.token_bytes(32)

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
