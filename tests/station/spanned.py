"""A line that talked under minutes, on a shelf, for the tests of spans and packs."""

from pathlib import Path
from typing import Any

from tests.cast import ALDER, NAMES, root_keys
from tests.exchange import Exchange, open_line
from tests.station.shelf import Talk, shelve

from backchannel.line.events import MinuteOrdered
from backchannel.station.judging import Record
from backchannel.station.spanning import Gathered, SpanWanted
from backchannel.verifier.__main__ import verify
from backchannel.wire.ids import EntryId
from backchannel.wire.keys import fingerprint
from backchannel.wire.signing import Mode

PROMISE = "We stay south of the line."
RENDERING = "Wir bleiben südlich der Linie."


def roots() -> str:
    """The fingerprints that a reader brings."""
    lines = []
    for name in NAMES[:2]:
        root = root_keys(name, 0)
        lines.append(f"{name} {fingerprint(None, [(root.public, root.pq_public)])}\n")
    return "".join(lines)


class Span:
    """A talk in which minutes are ordered, and some time passes between two acts."""

    def __init__(self, exchange: Exchange | None = None) -> None:
        self.exchange = exchange or open_line()
        self.talk = Talk(self.exchange)
        self.times: list[int] = []

    def pause(self, seconds: int = 60) -> None:
        self.exchange.clock.now += seconds

    def minute(self, party: int = ALDER, mode: Mode = Mode.REAL, *, carried: bool = True) -> None:
        """Order a minute; both cosign it, if it is carried."""
        station = self.exchange.stations[party]
        self.times.append(self.exchange.clock.now)
        station.do(MinuteOrdered(at=station.clock.moment(), mode=mode))
        if carried:
            self.exchange.run()
        self.pause()

    def record(self, folder: Path, party: int = ALDER) -> Record:
        return shelve(folder, self.exchange, party)


def wanted(since: int = 0, until: int = 1 << 40, *hidden: EntryId, **changes: Any) -> SpanWanted:
    """An order for a span."""
    usual = SpanWanted(Mode.REAL, b"", since, until, hidden, "for parliament")
    return usual._replace(**changes)


def promised() -> tuple[Span, EntryId]:
    """Alder reassures, Birch renders, reads back and acknowledges; a minute before and behind."""
    span = Span()
    span.talk.say(1, "Good morning.")
    span.pause()
    span.minute()
    entry = span.talk.say(0, PROMISE)
    span.pause()
    span.talk.translate(entry, RENDERING)
    span.talk.read_back(entry, PROMISE.replace("south", "north"))
    span.talk.ack(entry)
    span.pause()
    span.minute(1)
    span.talk.say(0, "Said after all minutes.")
    return span, entry


def not_proven(gathered: Gathered) -> dict[str, str]:
    """The claims of a span that a stranger finds not proven."""
    _, report, _ = verify(gathered.raw, roots())
    claims: Any = report["claims"]
    return {each["claim"]: each["reason"] for each in claims if each["reason"]}


def report_of(gathered: Gathered) -> dict[str, Any]:
    """What the verifier says of a span."""
    return verify(gathered.raw, roots())[1]
