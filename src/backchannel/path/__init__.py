"""Path: bytes on their way between stations.

This package must not read what it carries, nor believe that anything has arrived: only a signed
`seen` says that, and a path can't read one.
"""

from enum import Enum
from typing import NewType, Protocol, TypeAlias

import msgspec

from backchannel.path.messages import Message

# What the station calls another station. A path only compares it.
StationName = NewType("StationName", bytes)


class Latency(Enum):
    """What the path's clocks are: deadlines and receipts depend on it."""

    FAST = "fast"
    SLOW = "slow"


class Up(msgspec.Struct, frozen=True):
    """A station can be spoken to; heads are the first thing to say (PATH-22)."""

    station: StationName


class Down(msgspec.Struct, frozen=True):
    """A station can't be spoken to any more. What still waited for it is forgotten."""

    station: StationName
    reason: str


class Heard(msgspec.Struct, frozen=True):
    """A message came from a station, well-formed and otherwise unjudged."""

    station: StationName
    message: Message


PathEvent: TypeAlias = Up | Down | Heard


class Path(Protocol):
    """One way of carrying messages to some other stations."""

    name: str
    kind: str
    latency: Latency

    async def start(self) -> None:
        """Begin. Raises OfficerError for what stands in the way and can be mended."""
        ...

    async def stop(self) -> None:
        """End, and let go of everything. Nothing is heard afterwards."""
        ...

    def ready(self, station: StationName, precedence: int) -> bool:
        """Whether the station is up and `send` would not wait."""
        ...

    async def send(self, station: StationName, message: Message, precedence: int) -> None:
        """Hand over a message; waits for room in its precedence (1 FLASH to 5 DEFERRED).

        What is handed over for a station that is down, or goes down, is lost without an error:
        the event says it, and only a signed `seen` ends sending.
        """
        ...

    async def events(self, at_most: int) -> list[PathEvent]:
        """Wait for what happens next; return it and what else has gathered, in order."""
        ...
