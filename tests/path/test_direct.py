"""Two stations over real sockets: up, down, cut, replaced, and in two processes."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.path.rooms import (
    ALDER,
    BIRCH,
    LOOPBACK,
    Room,
    identity_of,
    know,
    other,
    room,
    run,
    two_rooms,
    wait_for_turns,
    wire_to,
)

from backchannel.clock import SystemClock
from backchannel.path import Address, Contact, Down, Heard, Latency, StationName, Terms, Up
from backchannel.path import Path as PathInterface
from backchannel.path.direct import DirectPath
from backchannel.path.limits import INBOX_BYTES_MAX
from backchannel.path.link import Link
from backchannel.path.messages import Heads, Message, Parcel
from backchannel.path.session import Session, Timing

ROOT = Path(__file__).parents[2]
FLASH, ROUTINE = 1, 4
CLOCK = SystemClock()


def parcels(count: int, size: int = 600) -> list[Message]:
    return [Parcel(b"%06d" % number + bytes(size)) for number in range(count)]


async def send_all(sender: Room, messages: list[Message]) -> None:
    for message in messages:
        await sender.path.send(other(sender.station), message, ROUTINE)


async def hear_all(listener: Room, count: int) -> list[Message]:
    while len(listener.heard()) < count:
        await asyncio.sleep(0.005)
    return listener.heard()


def link(of: Room) -> Link:
    return of.path._links[other(of.station)]


def test_the_direct_path_is_a_path() -> None:
    async def work() -> None:
        async with room(ALDER) as alder:
            path: PathInterface = alder.path
            assert path.terms == Terms(1, "loopback", "direct", Latency.FAST)

    run(work())


def test_two_rooms_talk_and_part() -> None:
    """PATH-22, PATH-23."""

    async def work() -> None:
        async with two_rooms() as (alder, birch):
            await alder.send(b"good morning")
            await birch.until(Heard(ALDER, Parcel(b"good morning")))
            await birch.send(b"and to you")
            await alder.until(Heard(BIRCH, Parcel(b"and to you")))
            assert alder.path.ready(BIRCH, ROUTINE)
            await birch.path.stop()
            await alder.until(Down(BIRCH, "closed"))
            assert not alder.path.ready(BIRCH, ROUTINE)
            assert alder.path.counts() == {"closed": 1}

    run(work())


def test_five_thousand_messages_arrive_in_order_both_ways() -> None:
    async def work() -> None:
        async with two_rooms() as (alder, birch):
            messages = parcels(5000)
            await asyncio.gather(send_all(alder, messages), send_all(birch, messages))
            assert await hear_all(birch, 5000) == messages
            assert await hear_all(alder, 5000) == messages

    run(work())


def test_a_flash_overtakes_hundreds_that_wait() -> None:
    """PATH-41: the line is held up, so that they do wait; then it overtakes all but few."""

    async def work() -> None:
        async with room(ALDER) as alder, room(BIRCH) as birch:
            know(birch, ALDER)
            async with wire_to(birch.path.addresses()[0]) as wire:
                know(alder, BIRCH, wire.address)
                await birch.until(Up(ALDER))
                await alder.until(Up(BIRCH))
                wire.flowing.clear()
                sent = 0
                while alder.path.ready(BIRCH, ROUTINE):
                    await alder.send(b"routine %d" % sent + bytes(1000))
                    await asyncio.sleep(0)
                    sent += 1
                await alder.send(b"flash", FLASH)
                wire.flowing.set()
                heard = await hear_all(birch, sent + 1)
                overtaken = sent - heard.index(Parcel(b"flash"))
                assert overtaken >= 500
                heard.remove(Parcel(b"flash"))
                # The others kept their order.
                assert heard == [Parcel(b"routine %d" % n + bytes(1000)) for n in range(sent)]

    run(work())


def test_who_is_not_read_fills_no_memory() -> None:
    """PATH-32: Birch's station takes nothing in; Alder is held up, and nothing is lost."""

    async def work() -> None:
        async with room(ALDER) as alder:
            birch = DirectPath(
                "slow",
                identity_of(BIRCH),
                listen=((LOOPBACK, 0),),
                clock=CLOCK,
            )
            await birch.start()
            birch.set_contacts({ALDER: Contact(frozenset({identity_of(ALDER).pin}))})
            know(alder, BIRCH, *birch.addresses())
            await alder.until(Up(BIRCH))
            sent = 0
            while not birch._inbox._size >= INBOX_BYTES_MAX or alder.path.ready(BIRCH, ROUTINE):
                if alder.path.ready(BIRCH, ROUTINE):
                    await alder.send(b"%06d" % sent + bytes(30_000))
                    sent += 1
                await asyncio.sleep(0)
            # A read more than the bound at most: what came while there was still room.
            assert birch._inbox._size < INBOX_BYTES_MAX + 200_000
            heard = 0
            while heard < sent:
                events = await birch.events(50)
                heard += sum(isinstance(event, Heard) for event in events)
            assert heard == sent
            await birch.stop()

    run(work())


def test_both_dial_at_once_and_one_session_is_left() -> None:
    """PATH-24: nobody goes down, nothing is lost, and both keep the same connection."""

    async def work() -> None:
        async with room(ALDER) as alder, room(BIRCH) as birch:
            address_of_alder, address_of_birch = (r.path.addresses() for r in (alder, birch))
            know(alder, BIRCH, *address_of_birch)
            know(birch, ALDER, *address_of_alder)
            await asyncio.gather(alder.until(Up(BIRCH)), birch.until(Up(ALDER)))
            messages = parcels(300, size=50)
            await asyncio.gather(send_slowly(alder, messages), send_slowly(birch, messages))
            for one in (alder, birch):
                heard = await hear_all(one, len(messages))
                assert sorted(map(repr, heard)) == sorted(map(repr, messages))
                assert len(one.turns()) == 1
            while not len(link(alder)._open) == len(link(birch)._open) == 1:
                await asyncio.sleep(0.005)
            assert ends_of(link(alder)) == ends_of(link(birch))[::-1]

    for _ in range(10):
        run(work())


async def send_slowly(sender: Room, messages: list[Message]) -> None:
    """Send so that some go before, some while, and some after sessions replace each other."""
    for message in messages:
        await sender.path.send(other(sender.station), message, ROUTINE)
        await asyncio.sleep(0)


def ends_of(link: Link) -> tuple[Address, Address]:
    """The two ends of the connection in use, ours first."""
    writer = link._open[-1].stream._writer
    return writer.get_extra_info("sockname"), writer.get_extra_info("peername")


@pytest.mark.parametrize("restarted", [ALDER, BIRCH])
def test_a_restarted_station_is_not_kept_waiting_by_its_own_past(restarted: StationName) -> None:
    """PATH-24: its old connection is dead and only the other one does not know; either pin."""
    staying = other(restarted)

    async def work() -> None:
        async with room(staying) as stays, room(restarted) as before:
            know(stays, restarted)
            async with wire_to(stays.path.addresses()[0]) as wire:
                know(before, staying, wire.address)
                await stays.until(Up(restarted))
                # The power goes: nothing comes any more, and nobody says goodbye.
                wire.flowing.clear()
                before.path.set_contacts({})
                async with room(restarted) as after:
                    know(after, staying, *stays.path.addresses())
                    await after.until(Up(staying))
                    await stays.send(b"flash", FLASH)
                    while len(link(stays)._open) < 1 or not after.heard():
                        await stays.send(b"again", FLASH)
                        await asyncio.sleep(0.01)
                    assert stays.turns() == [Up(restarted)]

    run(work())


def test_a_cut_line_comes_back() -> None:
    """PATH-13, PATH-23."""

    async def work() -> None:
        async with room(ALDER) as alder, room(BIRCH) as birch:
            know(birch, ALDER)
            async with wire_to(birch.path.addresses()[0]) as wire:
                know(alder, BIRCH, wire.address)
                for times in range(1, 4):
                    await wait_for_turns(alder, 2 * times - 1)
                    await wait_for_turns(birch, 2 * times - 1)
                    text = b"after %d" % times
                    await alder.send(text)
                    await birch.until(Heard(ALDER, Parcel(text)))
                    wire.cut()
                await wait_for_turns(alder, 6)
                assert alder.turns()[:6] == [Up(BIRCH), Down(BIRCH, "cut")] * 3

    run(work())


def test_silence_is_a_dead_line_and_heads_are_not_silence() -> None:
    """PATH-23: as long as heads come, the line is up; then it is held up, and both notice."""
    timing = Timing(idle_s=1.0)

    async def work() -> None:
        async with room(ALDER, timing=timing) as alder, room(BIRCH, timing=timing) as birch:
            know(birch, ALDER)
            async with wire_to(birch.path.addresses()[0]) as wire:
                know(alder, BIRCH, wire.address)
                await birch.until(Up(ALDER))
                for _ in range(30):
                    await alder.path.send(BIRCH, Heads(0, ()), ROUTINE)
                    await birch.path.send(ALDER, Heads(0, ()), ROUTINE)
                    await asyncio.sleep(0.1)
                assert (alder.turns(), birch.turns()) == ([Up(BIRCH)], [Up(ALDER)])
                wire.flowing.clear()
                await alder.until(Down(BIRCH, "idle"))
                await birch.until(Down(ALDER, "idle"))

    run(work())


def test_a_bug_in_the_path_reaches_the_station(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(session: Session) -> None:
        raise ZeroDivisionError("a bug")

    async def work() -> None:
        async with room(BIRCH) as birch:
            know(birch, ALDER)
            alder = DirectPath("broken", identity_of(ALDER), listen=(), clock=CLOCK)
            alder.set_contacts(
                {BIRCH: Contact(frozenset({identity_of(BIRCH).pin}), birch.path.addresses())}
            )
            monkeypatch.setattr(alder._links[BIRCH], "greeted", broken)
            await alder.start()
            with pytest.raises(ZeroDivisionError):
                await alder.events(1)
            await alder.stop()

    run(work())


@contextlib.asynccontextmanager
async def far_process(port: int = 0) -> AsyncIterator[tuple[asyncio.subprocess.Process, Address]]:
    """Birch in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.path.far_room", str(port)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        yield process, (LOOPBACK, int(await process.stdout.readline()))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def test_two_processes_talk_and_one_is_killed_and_comes_back() -> None:
    """PATH-13, PATH-23: 5,000 parcels there and back; then the same again in a new process."""

    async def work() -> None:
        async with room(ALDER) as alder:
            async with far_process() as (process, address):
                know(alder, BIRCH, address)
                await alder.until(Up(BIRCH))
                messages = parcels(5000)
                await send_all(alder, messages)
                assert await hear_all(alder, 5000) == messages
                process.kill()
                await wait_for_turns(alder, 2)
            async with far_process(address[1]):
                await wait_for_turns(alder, 3)
                await alder.send(b"back again")
                await alder.until(Heard(BIRCH, Parcel(b"back again")))

    run(work())
