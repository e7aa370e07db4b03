"""The traffic with one station over a path that takes its time."""

import asyncio

from backchannel.line.rows import OutgoingRow
from backchannel.path import Latency, StationName, Terms
from backchannel.path.messages import Message, Parcel
from backchannel.station.correspondent import Correspondent
from backchannel.station.outbox import Outbox

BIRCH = StationName(b"birch")
OURS = 16


class SlowPath:
    """A path with a rate that has room for one entry of each precedence, until a test takes it."""

    terms = Terms(3, "serial 3", "serial", Latency.SLOW, rate_bps=300)

    def __init__(self) -> None:
        self.waits: dict[int, bytes] = {}
        self.recalled: list[bytes] = []

    def ready(self, station: StationName, precedence: int) -> bool:
        """Whether nothing of this precedence waits."""
        return precedence not in self.waits

    async def send(self, station: StationName, message: Message, precedence: int) -> None:
        """Take one that has room."""
        assert isinstance(message, Parcel)
        assert self.ready(station, precedence), "the station was to ask first"
        self.waits[precedence] = message.envelope

    def recall(self, station: StationName, message: Message) -> None:
        """Note what need not leave."""
        assert isinstance(message, Parcel)
        self.recalled.append(message.envelope)


def test_what_is_urgent_waits_behind_nothing_that_was_handed_over() -> None:
    """PATH-62."""

    async def story() -> None:
        path, outbox = SlowPath(), Outbox()
        other = Correspondent(
            BIRCH,
            path,  # type: ignore[arg-type]  # the part of a path that a correspondent sends by
            outbox,
            wanted=lambda *_: True,
            taken=lambda *_: None,
        )
        task = asyncio.create_task(other.pump())
        for seq, precedence in enumerate((4, 4, 4, 1)):
            item = outbox.put(OutgoingRow(OURS, seq, precedence, b"%d" % seq))
            assert item is not None
            other.add(item)
            other.started(0.0)
            for _ in range(3):
                await asyncio.sleep(0)
        assert path.waits == {4: b"0", 1: b"3"}
        other.cover(OURS, 0)
        assert path.recalled == [b"0"]
        task.cancel()

    asyncio.run(story())
