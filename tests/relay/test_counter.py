"""The counter of a relay: groups, waits and answers, inside one loop."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.cast import seed
from tests.relay.boxes import NOW, QUOTA, WORD, capsule, put, take

from backchannel.errors import CustodyError
from backchannel.relay.counter import RelayCounter
from backchannel.relay.mailbox import DAY_S, Outcome, Quota, Request
from backchannel.relay.mailstore import Mailstore
from backchannel.relay.sqlite import SqliteDatabase
from backchannel.wire.mailbox import capsule_hash, parse_taken

PATIENCE_S = 20
Story = Callable[[RelayCounter], Awaitable[None]]


class StillClock:
    """A clock that shows what a test says."""

    time = NOW

    def now(self) -> int:
        return self.time

    def running(self) -> float:
        return 0.0

    def entropy(self) -> bytes:
        return seed("relay")


def served(folder: Path, story: Story, *, quota: Quota = QUOTA, clock: StillClock) -> None:
    """Play a story with a relay that runs."""

    async def play(store: Mailstore) -> None:
        counter = RelayCounter(store, (WORD,), clock)
        running = asyncio.ensure_future(counter.run())
        try:
            async with asyncio.timeout(PATIENCE_S):
                await story(counter)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    with closing(Mailstore(SqliteDatabase(folder / "relay.db"), quota)) as store:
        asyncio.run(play(store))


async def waits(counter: RelayCounter, count: int) -> None:
    """Until so many takes wait, after a look that found nothing."""
    while counter.waiting != count or counter._requests or counter._filled.is_set():
        await asyncio.sleep(0)


def test_a_take_waits_for_what_comes(tmp_path: Path) -> None:
    """RELAY-14."""

    async def story(counter: RelayCounter) -> None:
        waiting = asyncio.ensure_future(counter.take(take(counter.key, wait_s=50)))
        await waits(counter, 1)
        assert not waiting.done()
        assert (await counter.put(put(1, counter.key))).status == 201
        reply = await waiting
        assert (reply.status, parse_taken(reply.body)) == (200, (capsule(1),))
        assert counter.waiting == 0

    served(tmp_path, story, clock=StillClock())


def test_a_second_take_ends_the_wait_of_the_first(tmp_path: Path) -> None:
    """RELAY-14: so who lost his connection and asks again holds no second place."""

    async def story(counter: RelayCounter) -> None:
        first = asyncio.ensure_future(counter.take(take(counter.key, wait_s=50)))
        await waits(counter, 1)
        second = asyncio.ensure_future(counter.take(take(counter.key, wait_s=50)))
        assert (await first).body == b""
        await waits(counter, 1)
        await counter.put(put(1, counter.key))
        assert parse_taken((await second).body) == (capsule(1),)

    served(tmp_path, story, clock=StillClock())


def test_a_take_without_a_wait_and_one_whose_wait_is_over_are_empty(tmp_path: Path) -> None:
    """RELAY-14."""

    async def story(counter: RelayCounter) -> None:
        assert (await counter.take(take(counter.key))).body == b""
        reply = await counter.take(take(counter.key, wait_s=1))
        assert (reply.status, reply.body, counter.waiting) == (200, b"", 0)

    served(tmp_path, story, clock=StillClock())


def test_many_requests_are_committed_together(tmp_path: Path) -> None:
    """RELAY-20: each is answered after its own commit."""

    async def story(counter: RelayCounter) -> None:
        puts = [counter.put(put(n % 60, counter.key)) for n in range(120)]
        replies = await asyncio.gather(*puts)
        assert sorted(reply.status for reply in replies) == [200] * 60 + [201] * 60
        assert counter.counts["commits"] < 20
        assert counter.totals.capsules == 60

    roomy = Quota(box_capsules=100, box_bytes=1 << 24, all_bytes=1 << 24, keep_days=3)
    served(tmp_path, story, quota=roomy, clock=StillClock())


def test_a_failed_commit_is_answered_as_such_and_the_relay_goes_on(tmp_path: Path) -> None:
    """RELAY-16, RELAY-20."""

    class FailingOnce(Mailstore):
        failing = True

        def apply(self, requests: list[Request], now: int) -> list[Outcome]:  # type: ignore[override]
            outcomes = super().apply(requests, now)
            if self.failing:
                FailingOnce.failing = False
                raise CustodyError("relay-store", "no room on the disk")
            return outcomes

    async def story(store: Mailstore) -> None:
        counter = RelayCounter(store, (WORD,), StillClock())
        running = asyncio.ensure_future(counter.run())
        reply = await counter.put(put(1, counter.key))
        assert (reply.status, reply.body) == (503, b"relay-store")
        assert "no room" in counter.failure
        assert (await counter.put(put(2, counter.key))).status == 201
        assert counter.failure == ""
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    with closing(FailingOnce(SqliteDatabase(tmp_path / "relay.db"), QUOTA)) as store:
        asyncio.run(story(store))


def test_at_its_start_a_relay_drops_what_has_waited_for_too_long(tmp_path: Path) -> None:
    """RELAY-22."""
    clock = StillClock()

    async def before(counter: RelayCounter) -> None:
        await counter.put(put(1, counter.key))
        clock.time += 2 * DAY_S
        await counter.put(put(2, counter.key))

    async def after(counter: RelayCounter) -> None:
        while not counter.counts["expired"]:
            await asyncio.sleep(0)
        assert parse_taken((await counter.take(take(counter.key))).body) == (capsule(2),)

    served(tmp_path, before, clock=clock)
    clock.time = NOW + 4 * DAY_S
    served(tmp_path, after, clock=clock)


@pytest.mark.parametrize("admitted", [True, False])
def test_only_a_request_with_a_pass_makes_a_stranger_known(tmp_path: Path, admitted: bool) -> None:
    """RELAY-24."""

    async def story(counter: RelayCounter) -> None:
        word = WORD if admitted else bytes(32)
        reply = await counter.put(put(1, counter.key, word=word))
        assert (reply.status, reply.admitted) == ((201, True) if admitted else (403, False))
        # A thief of a pass is admitted, and empties no mailbox.
        refused = await counter.take(take(counter.key, private=bytes(32)))
        assert (refused.status, refused.body, refused.admitted) == (403, b"not-the-owner", True)
        if admitted:
            done = (capsule_hash(capsule(1)),)
            assert (await counter.take(take(counter.key, done=done))).body == b""

    served(tmp_path, story, clock=StillClock())
