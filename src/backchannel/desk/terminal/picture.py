"""What the station said last, and the threads that keep it new: a stream wakes one that asks.

This module must not draw or decide anything. A station that does not answer leaves the last picture
with its age, and says why.
"""

from threading import Event, Thread

import msgspec

from backchannel.clock import Clock
from backchannel.errors import BackchannelError
from backchannel.limits import DUES_LISTED_MAX
from backchannel.station.asked import DueQuery, LogQuery, StreamQuery
from backchannel.station.client import Client
from backchannel.station.ladderreports import DuesReport
from backchannel.station.reports import LogLine, LogPage, StatusReport

LINES_KEPT = 50
MODES = ("REAL", "EXERCISE", "TEST")
# Lamps and paths change without an entry; what is entered wakes the asking at once.
ASK_EVERY_S = 2.0
TRY_EVERY_S = 1.0


class Picture(msgspec.Struct, frozen=True):
    """How the line stood at one moment. `running` is our own running time then."""

    status: StatusReport
    dues: DuesReport
    logs: dict[str, LogPage]
    running: float

    def lines(self) -> tuple[LogLine, ...]:
        """Return the newest statements of all modes."""
        return tuple(line for page in self.logs.values() for line in page.lines)


def take(client: Client, clock: Clock) -> Picture:
    """Ask the station for a picture. Raises BackchannelError."""
    status = client.status()
    spoken = [each.mode for each in status.modes]
    logs = {mode: client.log(LogQuery(mode, LINES_KEPT)) for mode in MODES if mode in spoken}
    return Picture(status, client.due(DueQuery(DUES_LISTED_MAX)), logs, clock.running())


class Follower:
    """Keeps a picture new until it is stopped."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._wake = Event()
        self._ended = Event()
        self.picture: Picture | None = None
        self.trouble = ""
        self._threads = [
            Thread(target=work, name=f"desk {work.__name__}", daemon=True)
            for work in (self._follow, self._ask)
        ]

    def start(self) -> None:
        """Begin."""
        for each in self._threads:
            each.start()

    def stop(self) -> None:
        """End. A request that still waits for its answer ends with the process."""
        self._ended.set()
        self._wake.set()

    def look_again(self) -> None:
        """Ask at once, after an act of our own."""
        self._wake.set()

    def _follow(self) -> None:
        """Wake the asking whenever the station commits something."""
        while not self._ended.is_set():
            try:
                for _ in self._client.stream(StreamQuery()):
                    self._wake.set()
                    if self._ended.is_set():
                        return
            except BackchannelError:
                # The asking says why; here it is only tried again.
                self._ended.wait(TRY_EVERY_S)

    def _ask(self) -> None:
        """Ask whenever something woke us, and every two seconds."""
        while not self._ended.is_set():
            self._wake.clear()
            try:
                self.picture = take(self._client, self._clock)
                self.trouble = ""
            except BackchannelError as fault:
                self.trouble = fault.text
            self._wake.wait(ASK_EVERY_S)
