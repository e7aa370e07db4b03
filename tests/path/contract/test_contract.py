"""What every path must stand, whatever its kind: a new one is added to `RIGS` and nothing else."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest
from tests.path.contract.rigs import ALDER, BIRCH, PAUSE_S, RIGS, Rig, one_way_rig

from backchannel.path import Path
from backchannel.path.messages import Parcel, Want, WantReason

PATIENCE_S = 60.0
BYTE_PIPES = ("serial", "half-duplex", "terminal")
every_path = pytest.mark.parametrize("kind", RIGS)
every_byte_pipe = pytest.mark.parametrize("kind", BYTE_PIPES)
Story = Callable[[Rig], Awaitable[None]]


def play(kind: str, story: Story) -> None:
    """Play a story with a path of a kind."""

    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE_S), RIGS.get(kind, one_way_rig)() as rig:
            await story(rig)

    asyncio.run(bounded())


def parcel(seed: int, size: int = 200) -> Parcel:
    """An envelope of chance."""
    return Parcel(random.Random(seed).randbytes(size))


@every_path
def test_all_that_is_sent_comes_both_ways(kind: str) -> None:
    """PATH-73, PATH-74, PATH-85."""

    async def story(rig: Rig) -> None:
        path: Path = rig.ends[ALDER].path
        assert path.terms.name
        values = Parcel(bytes(range(256)))
        for sender in (ALDER, BIRCH):
            for message in (parcel(sender, 1), values, Want(17, 4, 9, WantReason.MISSING)):
                await rig.deliver(sender, message)
        await rig.deliver(ALDER, parcel(3, 4_000))
        assert values in rig.ends[ALDER].heard and values in rig.ends[BIRCH].heard

    play(kind, story)


@every_path
def test_junk_stops_nothing_and_is_counted(kind: str) -> None:
    """PATH-31, PATH-84."""

    async def story(rig: Rig) -> None:
        await rig.deliver(ALDER, parcel(1))
        far = rig.ends[BIRCH]
        for number in range(20):
            rig.between.inject(ALDER, random.Random(number).randbytes(300))
        await rig.deliver(ALDER, parcel(2))
        assert set(far.heard) == {parcel(1), parcel(2)}
        assert sum(far.path.counts().values()) > 0

    play(kind, story)


@every_path
def test_what_was_recorded_and_comes_again_brings_nothing_new(kind: str) -> None:
    """PATH-79."""

    async def story(rig: Rig) -> None:
        sent = await rig.deliver(ALDER, parcel(1))
        recorded = rig.between.carried[ALDER]
        for _ in range(3):
            rig.between.inject(ALDER, recorded)
        await rig.deliver(ALDER, parcel(2))
        assert set(rig.ends[BIRCH].heard) == {parcel(1), parcel(2)}
        assert rig.ends[BIRCH].heard.count(parcel(1)) <= sent

    play(kind, story)


@every_path
def test_after_silence_it_goes_on(kind: str) -> None:
    """PATH-23, PATH-85."""

    async def story(rig: Rig) -> None:
        await rig.deliver(ALDER, parcel(1))
        rig.between.air[:] = [lambda _: b"", lambda _: b""]
        before = len(rig.between.carried[BIRCH])
        sending = asyncio.create_task(rig.deliver(BIRCH, parcel(2)))
        while len(rig.between.carried[BIRCH]) < before + 200:
            await asyncio.sleep(PAUSE_S)
        assert parcel(2) not in rig.ends[ALDER].heard
        rig.between.air[:] = [lambda data: data, lambda data: data]
        # A stream that lost bytes can't be mended, only begun anew.
        rig.between.unplug()
        await sending

    play(kind, story)


@every_path
def test_what_was_cut_is_opened_again(kind: str) -> None:
    """PATH-13, PATH-85."""

    async def story(rig: Rig) -> None:
        await rig.deliver(ALDER, parcel(1))
        rig.between.unplug()
        await rig.deliver(ALDER, parcel(2))
        await rig.deliver(BIRCH, parcel(3))

    play(kind, story)


@every_byte_pipe
def test_a_modem_that_swallows_one_value_costs_only_the_units_that_hold_it(kind: str) -> None:
    """PATH-84."""

    async def story(rig: Rig) -> None:
        rig.between.air[:] = [lambda data: data.replace(b"\x7e", b"")] * 2
        for number in range(4):
            await rig.deliver(number % 2, parcel(number, 400))

    play(kind, story)


@every_byte_pipe
def test_lost_doubled_and_damaged_bytes_are_made_up_for(kind: str) -> None:
    """PATH-79, PATH-84."""
    chance = random.Random(5)

    def rough(data: bytes) -> bytes:
        place = chance.randrange(len(data)) if data else 0
        match chance.randrange(8):
            case 0:
                return data[:place] + data[place + 1 :]
            case 1:
                return data + data
            case 2:
                return data[:place]
        return data

    async def story(rig: Rig) -> None:
        rig.between.air[:] = [rough, rough]
        for number in range(6):
            await rig.deliver(number % 2, parcel(number, 500))
        for end in rig.ends:
            assert set(end.heard) <= {parcel(number, 500) for number in range(6)}

    play(kind, story)


@every_byte_pipe
def test_a_flood_without_an_end_fills_no_memory(kind: str) -> None:
    """PATH-84."""

    async def story(rig: Rig) -> None:
        await rig.deliver(ALDER, parcel(1))
        far = rig.ends[BIRCH]
        events = far.events
        for _ in range(100):
            rig.between.inject(ALDER, b"\x41" * 4_000)
            await asyncio.sleep(0)
        await rig.deliver(ALDER, parcel(2))
        # The parcel may have come more than once; the flood is no event at all.
        assert far.events - events == far.heard.count(parcel(2)) < 5

    play(kind, story)


def test_one_way_all_comes_and_nothing_goes_back() -> None:
    """PATH-60, PATH-81: of every second unit that is lost too, without a report."""
    units = 0

    def every_other(data: bytes) -> bytes:
        nonlocal units
        units += 1
        return data if units % 2 else b""

    async def story(rig: Rig) -> None:
        rig.between.air[ALDER] = every_other
        for number in range(4):
            await rig.deliver(ALDER, parcel(number, 500))
        assert rig.between.carried[BIRCH] == b""

    play("one way", story)
