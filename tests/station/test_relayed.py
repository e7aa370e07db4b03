"""A line by relays, end to end: without any direct path, and with relays that fail or lie."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.relay.running import make_folder, running
from tests.station.house import Room, run
from tests.station.relayed import relay, relay_place, rooms_by_relay

from backchannel.relay.mailbox import Outcome, Quota, Request, Stored
from backchannel.relay.mailstore import Mailstore
from backchannel.wire.mailbox import Put, Take
from backchannel.wire.statement import Precedence


async def exchange(alder: Room, birch: Room, text: str = "By another way.") -> None:
    """A message, its receipt, and an acknowledgement."""
    said = await alder.say(text, precedence=Precedence.FLASH)
    arrived = await birch.shows(said.entry)
    assert arrived.line.words.text == text
    await alder.reaches(said.entry, "held")
    await birch.acknowledge(arrived)
    await alder.reaches(said.entry, "acknowledged")


def test_with_the_direct_path_cut_all_goes_by_a_relay(tmp_path: Path) -> None:
    """RELAY-30 to RELAY-33: a real relay process, which is killed, loses everything, and is back.

    RELAY-30, RELAY-31, RELAY-32, RELAY-33.
    """
    folder = make_folder(tmp_path / "r")

    async def story() -> None:
        with running(folder) as first:
            async with rooms_by_relay(tmp_path, [relay_place(2, first.port)]) as (alder, birch):
                await exchange(alder, birch)
                first.process.kill()
                first.process.wait()
                for file in folder.glob("relay.db*"):
                    file.unlink()
                await birch.until(lambda: not birch.dispatch.stations_up())
                said = await birch.say("Said while there was no relay.")
                with running(folder, port=first.port):
                    await alder.shows(said.entry)
                    await birch.reaches(said.entry, "held")

    run(story())


class Withholding(Mailstore):
    """Says that it has stored, and hands nothing over."""

    def apply(self, requests: Sequence[Request], now: int) -> list[Outcome]:
        return [() if isinstance(each, Take) else Stored.NEW for each in requests]


class Reordering(Mailstore):
    """Hands over backwards."""

    def apply(self, requests: Sequence[Request], now: int) -> list[Outcome]:
        found = super().apply(requests, now)
        return [each[::-1] if isinstance(each, tuple) else each for each in found]


class Repeating(Mailstore):
    """Drops nothing, and hands everything over twice."""

    def apply(self, requests: Sequence[Request], now: int) -> list[Outcome]:
        kept = [r._replace(done=()) if isinstance(r, Take) else r for r in requests]
        found = super().apply(kept, now)
        return [(*each, *each)[-64:] if isinstance(each, tuple) else each for each in found]


class Lying(Mailstore):
    """Changes a bit in every capsule, and mixes those of different mailboxes."""

    last = b""

    def apply(self, requests: Sequence[Request], now: int) -> list[Outcome]:
        found = super().apply(requests, now)
        lies: list[Outcome] = []
        for request, each in zip(requests, found, strict=True):
            if isinstance(request, Put):
                Lying.last = request.capsule
            if isinstance(each, tuple):
                each = tuple(c[:-1] + bytes((c[-1] ^ 1,)) for c in each)
                each = (*each, Lying.last) if Lying.last else each
            lies.append(each)
        return lies


@pytest.mark.parametrize("kind", [Withholding, Reordering, Repeating, Lying])
def test_beside_a_relay_that_lies_an_honest_one_carries(
    tmp_path: Path, kind: type[Mailstore]
) -> None:
    """RELAY-36, NT91: two relays that disagree. Nothing is lost, and nothing counts twice."""
    (tmp_path / "bad").mkdir()
    (tmp_path / "good").mkdir()

    async def story() -> None:
        async with AsyncExitStack() as stack:
            bad = await stack.enter_async_context(relay(tmp_path / "bad", kind=kind))
            good = await stack.enter_async_context(relay(tmp_path / "good"))
            both = [relay_place(2, bad), relay_place(3, good)]
            alder, birch = await stack.enter_async_context(rooms_by_relay(tmp_path, both))
            await exchange(alder, birch)
            assert len([line for line in await birch.lines() if line.entry]) == len(
                {line.entry for line in await birch.lines()}
            )

    run(story())


@pytest.mark.parametrize("kind", [Reordering, Repeating])
def test_a_relay_that_reorders_or_repeats_is_enough(tmp_path: Path, kind: type[Mailstore]) -> None:
    """RELAY-36."""

    async def story() -> None:
        async with (
            relay(tmp_path, kind=kind) as port,
            rooms_by_relay(tmp_path, [relay_place(2, port)]) as (alder, birch),
        ):
            await exchange(alder, birch)

    run(story())


def test_a_full_mailbox_is_told_and_holds_up_no_other_path(tmp_path: Path) -> None:
    """RELAY-34."""
    full = Quota(box_capsules=1_000, box_bytes=1_000, all_bytes=1 << 20, keep_days=3)

    async def story() -> None:
        async with (
            relay(tmp_path, quota=full) as port,
            rooms_by_relay(tmp_path, [relay_place(2, port)], direct=True) as (alder, birch),
        ):
            (name,) = alder.dispatch.stations_up()
            await alder.until(lambda: "full" in alder.dispatch.failure_of(name))
            await exchange(alder, birch)
            assert alder.dispatch.counts()["relay 2: no room"]

    run(story())
