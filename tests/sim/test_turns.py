"""Tests of sim.turns: the product's coroutines on virtual time, and what ends them."""

import asyncio

import pytest

from backchannel.sim.loop import Loop
from backchannel.sim.turns import Turns


def turns_on(loop: Loop) -> Turns:
    return Turns(lambda delay_ms, act: void(loop.after(delay_ms, act)), lambda: loop.now_ms / 1000)


def void(_: object) -> None:
    """Nothing."""


def test_timers_and_events_keep_virtual_time() -> None:
    loop = Loop()
    told: list[tuple[int, str]] = []
    news = asyncio.Event()

    async def one(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        told.append((loop.now_ms, name))

    async def work() -> None:
        await asyncio.gather(one("late", 2.5), one("early", 0.5))
        await news.wait()
        told.append((loop.now_ms, "news"))

    turns_on(loop).begin(work())
    loop.run_until(4_000)
    assert told == [(500, "early"), (2_500, "late")]
    loop.at(7_000, news.set)
    loop.run_all()
    assert told[2:] == [(7_000, "news")]


def test_what_the_work_raises_ends_the_process_at_its_turn() -> None:
    loop = Loop()

    async def work() -> None:
        await asyncio.sleep(1)
        raise LookupError("a bug")

    turns_on(loop).begin(work())
    with pytest.raises(LookupError, match="a bug"):
        loop.run_all()
    assert loop.now_ms == 1_000


def test_a_callback_that_fails_is_not_swallowed() -> None:
    loop = Loop()

    def fail() -> None:
        raise LookupError("a bug")

    turns_on(loop).call_soon(fail)
    with pytest.raises(LookupError, match="a bug"):
        loop.run_all()


def test_a_close_lets_the_work_come_to_its_end() -> None:
    loop = Loop()
    ended: list[str] = []

    async def part() -> None:
        try:
            await asyncio.sleep(9)
        finally:
            ended.append("part")

    async def work() -> None:
        try:
            await part()
        finally:
            ended.append("work")

    turns = turns_on(loop)
    turns.begin(work())
    loop.run_until(10)
    turns.close()
    assert ended == ["part", "work"]
    loop.run_all()
    assert ended == ["part", "work"]
