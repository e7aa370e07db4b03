"""When a byte pipe says what: signs of life, pace, turns."""

import asyncio
from collections.abc import Callable

import pytest
from tests.path.contract.rigs import ALDER, BIRCH, NAMES
from tests.path.modem import modems

from backchannel.clock import SystemClock
from backchannel.path import Contact, Latency, Terms
from backchannel.path.bursts import MARK_BYTES
from backchannel.path.messages import Parcel
from backchannel.path.serial import SerialPath
from backchannel.path.sharing import Counters, Shared, Told
from backchannel.path.symbols import link_keys

FLASH, ROUTINE = 1, 4


class HandClock(SystemClock):
    """A clock that only waiting moves: it notes how long a path has waited."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.waited: list[float] = []

    def running(self) -> float:
        return self.now_s

    async def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now_s += seconds
        await asyncio.sleep(0)


def path_of(rate_bps: int, clock: HandClock, place: str = "tcp:127.0.0.1:1") -> SerialPath:
    """One end of a byte pipe, not started."""
    keys = {each: link_keys(b"\x44" * 32, 1, each) for each in (ALDER, BIRCH)}
    shared = Shared(ALDER, keys, Counters({}, lambda party, next_: None))
    terms = Terms(3, "serial 3", "serial", Latency.SLOW, rate_bps=rate_bps)
    made = SerialPath(terms, place, shared, n=2, clock=clock)
    made.set_contacts({NAMES[BIRCH]: Contact(frozenset((bytes(32),)), party=BIRCH)})
    return made


def is_mark(unit: bytes | None) -> bool:
    """Say whether a unit is a mark."""
    return unit is not None and len(unit) == MARK_BYTES


@pytest.mark.parametrize(("rate", "every_s"), [(300, 600.0), (299, 1_800.0)])
def test_the_sign_of_life_is_rare_and_begins_at_once(rate: int, every_s: float) -> None:
    """PATH-78: and costs at most 0.5 % of the airtime."""
    clock = HandClock()
    path = path_of(rate, clock)
    assert is_mark(path._next_unit())
    clock.now_s = every_s - 1
    assert path._next_unit() is None
    clock.now_s = every_s
    assert is_mark(path._next_unit())
    assert (MARK_BYTES + 4) * 8 / rate / every_s <= 0.005


def test_marks_are_more_frequent_while_there_is_something_to_send() -> None:
    """PATH-78, PATH-83."""
    clock = HandClock()
    path = path_of(300, clock)
    queue = path._queue
    assert is_mark(path._next_unit())
    queue.put(Parcel(bytes(3_000)), ROUTINE)
    clock.now_s = 59.0
    assert not is_mark(path._next_unit())
    clock.now_s = 60.0
    assert is_mark(path._next_unit())
    for number in range(16):
        queue.put(Parcel(bytes(50) + bytes((number,))), ROUTINE)
    assert is_mark(path._next_unit())
    assert not is_mark(path._next_unit())


def test_a_mark_is_answered_but_not_an_answer() -> None:
    """PATH-78: who opens its pipe later learns the count at once, and nobody plays ping-pong."""
    clock = HandClock()
    path = path_of(300, clock)
    assert is_mark(path._next_unit())
    for clock.now_s in (0.0, 10.0):
        path._tell(Told(BIRCH, mark=True))
        assert is_mark(path._next_unit())
        path._tell(Told(BIRCH, mark=True))
        assert path._next_unit() is None


async def carried(rate_bps: int, until: Callable[[int], bool]) -> tuple[HandClock, int]:
    """Let a path send a FLASH into a modem; return its clock and how many bytes it wrote."""
    clock = HandClock()
    async with modems() as pipe, asyncio.timeout(20):
        path = path_of(rate_bps, clock, pipe.places[ALDER])
        await path.start()
        while not path.ready(NAMES[BIRCH], FLASH):
            await asyncio.sleep(0)
        await path.send(NAMES[BIRCH], Parcel(bytes(range(140))), FLASH)
        while not until(len(pipe.carried[ALDER])):
            await asyncio.sleep(0)
        await path.stop()
        return clock, len(pipe.carried[ALDER])


def test_a_path_waits_for_as_long_as_each_unit_takes() -> None:
    """PATH-85: nothing is in the pipe that a FLASH would have to wait for."""
    mark, burst = 17 + 4, 53 + 4

    async def story() -> None:
        clock, _ = await carried(300, lambda size: size >= mark + 3 * burst)
        paces = [round(each * 300 / 8) for each in clock.waited[:4]]
        assert paces == [mark, burst, burst, burst]

    asyncio.run(story())


def test_a_pipe_that_nobody_opens_says_why_and_is_tried_again() -> None:
    """PATH-85."""

    async def story() -> None:
        clock = HandClock()
        path = path_of(300, clock)
        await path.start()
        async with asyncio.timeout(20):
            while len(clock.waited) < 3:
                await asyncio.sleep(0)
        assert "127.0.0.1" in path.failure(NAMES[BIRCH])
        assert clock.waited[:3] == [5.0, 5.0, 5.0]
        await path.send(NAMES[BIRCH], Parcel(b"lost"), FLASH)
        assert not path.ready(NAMES[BIRCH], FLASH)
        await path.stop()

    asyncio.run(story())
