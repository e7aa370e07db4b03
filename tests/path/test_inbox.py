"""The inbox of a path: order, groups, a bound that is felt, and failures that are heard."""

import asyncio

import pytest
from tests.path.rooms import ALDER, run

from backchannel.path import Heard, Up
from backchannel.path.inbox import EVENT_BYTES, Inbox
from backchannel.path.limits import INBOX_BYTES_MAX, INBOX_EVENTS_MAX
from backchannel.path.messages import Parcel


async def has_room(inbox: Inbox) -> bool:
    """Whether one who asks for room now gets it without waiting."""
    asking = asyncio.create_task(inbox.room())
    await asyncio.sleep(0)
    asking.cancel()
    return asking.done()


async def has_events(inbox: Inbox) -> bool:
    """Whether one who reads now gets something without waiting."""
    reading = asyncio.create_task(inbox.gathered(1))
    await asyncio.sleep(0)
    reading.cancel()
    return reading.done()


def test_events_come_in_order_and_in_groups() -> None:
    async def work() -> None:
        inbox = Inbox()
        events = [Heard(ALDER, Parcel(b"%d" % n)) for n in range(5)]
        inbox.put(events[:3])
        inbox.put(events[3:])
        assert await inbox.gathered(2) == events[:2]
        assert await inbox.gathered(9) == events[2:]
        assert not await has_events(inbox)

    run(work())


def test_who_reads_an_empty_inbox_waits() -> None:
    async def work() -> None:
        inbox = Inbox()
        inbox.put([])
        reading = asyncio.create_task(inbox.gathered(9))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not reading.done()
        inbox.put([Up(ALDER)])
        assert await reading == [Up(ALDER)]

    run(work())


@pytest.mark.parametrize(
    ("count", "size"),
    [(INBOX_EVENTS_MAX, 1), (INBOX_BYTES_MAX // 32_768, 32_768 - EVENT_BYTES)],
)
def test_a_full_inbox_stops_who_fills_it(count: int, size: int) -> None:
    """PATH-32: by number, and by bytes; until there is less than the bound again."""

    async def work() -> None:
        inbox = Inbox()
        event = Heard(ALDER, Parcel(bytes(size)))
        inbox.put([event] * (count - 1))
        assert await has_room(inbox)
        inbox.put([event])
        assert not await has_room(inbox)
        inbox.put([event])
        await inbox.gathered(1)
        assert not await has_room(inbox)
        await inbox.gathered(1)
        assert await has_room(inbox)

    run(work())


def test_a_failure_reaches_who_reads() -> None:
    async def work() -> None:
        inbox = Inbox()
        inbox.fail(ZeroDivisionError("a bug"))
        with pytest.raises(ZeroDivisionError):
            await inbox.gathered(1)

    run(work())
