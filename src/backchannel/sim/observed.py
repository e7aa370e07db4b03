"""What can be observed of a run from outside: commits, restarts, and all that was put on links.

Judges read this and the stations' stores. It must not hold the plot: no fault, no intention.
"""

import hashlib
from collections.abc import Sequence

import msgspec

from backchannel.line.rows import EntryRow, HeldRow, Row
from backchannel.line.state import Core, LineState, Secrets
from backchannel.path.messages import Message
from backchannel.sim.loop import Loop
from backchannel.sim.stand_ins import Boxes

HASH_DIGITS = 8

Slot = tuple[int, int]


class Sent(msgspec.Struct, frozen=True):
    """A message that a station put on a link, whatever became of it."""

    ms: int
    sender: str
    receiver: str
    message: Message


class Kept(msgspec.Struct, frozen=True):
    """What one commit keeps of a state."""

    core: Core
    secrets: Secrets


class Committed(msgspec.Struct, frozen=True):
    """A commit that returned: the state it kept, and rows of two kinds that judges ask for."""

    ms: int
    station: str
    core: Core
    entries: tuple[EntryRow, ...]
    receipts: tuple[HeldRow, ...]


class Booted(msgspec.Struct, frozen=True):
    """A process that began: the state it loaded, and what its disk may have held.

    None may be given: the disk had lied about what it keeps.
    """

    ms: int
    station: str
    loaded: LineState
    possible: tuple[Kept, ...]


class WentBack(msgspec.Struct, frozen=True):
    """A disk that came back as it was at an earlier time; `version` is None if nobody can tell."""

    ms: int
    station: str
    version: int | None


class Spoke(msgspec.Struct, frozen=True):
    """A try, in thought, to release a statement: why the line refused it, or nothing.

    `asking_ms` is for how long the station had been asking the others, -1 if it was not.
    """

    ms: int
    station: str
    mode: int
    asking_ms: int
    refusal: str


class Asked(msgspec.Struct, frozen=True):
    """A request that a station put on the path to a witness, whatever became of it."""

    ms: int
    station: str
    witness: str
    body: bytes


Happening = Sent | Committed | Booted | WentBack | Spoke | Asked


class Observed:
    """The log of one run, and its history as text that is the same whenever the seed is."""

    def __init__(self, loop: Loop) -> None:
        self.happenings: list[Happening] = []
        self.history: list[str] = []
        self.boxes = Boxes()
        self._loop = loop

    def note(self, station: str, what: str) -> None:
        """Add a line to the history."""
        self.history.append(f"{self._loop.now_ms:>8} {station:<12} {what}")

    def sent(self, sender: str, receiver: str, message: Message, raw: bytes) -> None:
        """Log a message that goes on a link."""
        self.happenings.append(Sent(self._loop.now_ms, sender, receiver, message))
        name = type(message).__name__.lower()
        self.note(sender, f"sends {receiver} {name} {len(raw)} {short(raw)}")

    def committed(self, station: str, core: Core, rows: Sequence[Row]) -> None:
        """Log a commit that returned."""
        entries = tuple(row for row in rows if isinstance(row, EntryRow))
        receipts = tuple(row for row in rows if isinstance(row, HeldRow))
        self.happenings.append(Committed(self._loop.now_ms, station, core, entries, receipts))
        own = core.own.values()
        for row in entries:
            verb = "writes" if row.no in own else "accepts"
            verdict = f" {row.verdict}" if row.verdict else ""
            self.note(
                station, f"{verb} {row.no}/{row.seq} type {row.type} {short(row.entry)}{verdict}"
            )
        others = [type(row).__name__ for row in rows if not isinstance(row, EntryRow | HeldRow)]
        if others:
            kinds = [f"{others.count(kind)} {kind}" for kind in sorted(set(others))]
            self.note(station, f"keeps {', '.join(kinds)}")

    def booted(self, station: str, loaded: LineState, possible: tuple[Kept, ...]) -> None:
        """Log a process that began."""
        self.happenings.append(Booted(self._loop.now_ms, station, loaded, possible))
        self.note(station, f"starts with version {loaded.core.version}")

    def went_back(self, station: str, version: int | None) -> None:
        """Log a disk that came back as it was earlier."""
        self.happenings.append(WentBack(self._loop.now_ms, station, version))
        self.note(station, f"disk goes back to version {version if version is not None else '?'}")

    def asked(self, station: str, witness: str, body: bytes) -> None:
        """Log a request to a witness."""
        self.happenings.append(Asked(self._loop.now_ms, station, witness, body))
        self.note(station, f"asks witness {witness} {len(body)} {short(body)}")

    def spoke(self, station: str, mode: int, asking_ms: int, refusal: str) -> None:
        """Log a try to release a statement."""
        self.happenings.append(Spoke(self._loop.now_ms, station, mode, asking_ms, refusal))
        if refusal:
            self.note(station, f"cannot speak in mode {mode}: {refusal}")


def short(raw: bytes) -> str:
    """Return the beginning of a hash of some bytes."""
    return hashlib.sha256(raw).hexdigest()[:HASH_DIGITS]
