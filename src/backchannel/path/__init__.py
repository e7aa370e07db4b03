"""Path: bytes on their way between stations.

This package must not read what it carries, nor believe that anything has arrived: only a signed
`seen` says that, and a path can't read one.
"""

from collections.abc import Mapping
from enum import Enum
from typing import NewType, Protocol, TypeAlias

import msgspec

from backchannel.path.limits import HEADS_SECONDS, RESEND_SECONDS_MAX, RESEND_SECONDS_MIN
from backchannel.path.messages import Message

# What the station calls another station. A path only compares it.
StationName = NewType("StationName", bytes)
Address = tuple[str, int]


class Latency(Enum):
    """What the path's clocks are: deadlines and receipts depend on it. The quickest come first."""

    FAST = "fast"
    SLOW = "slow"
    MAIL = "mail"
    COURIER = "courier"


class Direction(Enum):
    """Which way a path carries, as seen from this station."""

    BOTH = "both"
    OUT = "out"
    IN = "in"


class Clocks(msgspec.Struct, frozen=True):
    """When things are said again on a path, in seconds (PATH-61).

    `first_s`, then `growth` times as long after each sending, at most `longest_s`. A path on which
    heads are rare sends again by time alone. After `patience_s` the next path takes part (PATH-60).
    """

    first_s: float = RESEND_SECONDS_MIN
    longest_s: float = RESEND_SECONDS_MAX
    growth: float = 2.0
    heads_s: float = HEADS_SECONDS
    by_time: bool = False
    patience_s: float = 30.0


class Terms(msgspec.Struct, frozen=True):
    """What a path declares of itself. `number` is its id in the charter, `unit_bytes` the size of
    what it carries at once and `rate_bps` its bits per second, 0 where neither is fixed; `cost` is
    what a unit costs, 0 for nothing. `parties` are those it leads to, all of them if empty."""

    number: int
    name: str
    kind: str
    latency: Latency
    direction: Direction = Direction.BOTH
    unit_bytes: int = 0
    rate_bps: int = 0
    cost: int = 0
    parties: tuple[int, ...] = ()
    clocks: Clocks = Clocks()


class Contact(msgspec.Struct, frozen=True):
    """How another station is known and found: SHA-256 of its certificates, the addresses of its
    direct path, the index of its party, and its mailbox keys, each with the number of its path."""

    pins: frozenset[bytes]
    addresses: tuple[Address, ...] = ()
    party: int = -1
    mailboxes: tuple[tuple[int, bytes], ...] = ()


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

    terms: Terms

    async def start(self) -> None:
        """Begin. Raises OfficerError for what stands in the way and can be mended."""
        ...

    async def stop(self) -> None:
        """End, and let go of everything. Nothing is heard afterwards."""
        ...

    def set_contacts(self, contacts: Mapping[StationName, Contact]) -> None:
        """Say which stations there are; this replaces what was said before, at any time."""
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

    def recall(self, station: StationName, message: Message) -> None:
        """A signed `seen` covers what this message holds: what of it has not left need not."""
        ...

    def judged(self, envelope: bytes, *, good: bool) -> None:
        """The station could open an envelope that came by this path, or could not (PATH-80)."""
        ...

    async def events(self, at_most: int) -> list[PathEvent]:
        """Wait for what happens next; return it and what else has gathered, in order."""
        ...

    def counts(self) -> dict[str, int]:
        """Return how often what went wrong, by reason."""
        ...

    def failure(self, station: StationName) -> str:
        """Return why a station can't be reached on this path, or nothing."""
        ...
