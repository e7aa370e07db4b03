"""Who is dialled, where, and how often; who is known by which pin; where a path listens."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from tests.path.rooms import (
    ALDER,
    BIRCH,
    CEDAR,
    LOOPBACK,
    identity_of,
    know,
    room,
    run,
    two_rooms,
    wait_for_turns,
    wire_to,
)

from backchannel.clock import SystemClock
from backchannel.errors import OfficerError
from backchannel.path import Address, Contact, Down, StationName, Up
from backchannel.path.direct import DirectPath
from backchannel.path.session import Timing

ROUTINE = 4
CLOCK = SystemClock()


@contextlib.asynccontextmanager
async def silent_address() -> AsyncIterator[Address]:
    """An address where a connection is accepted and nothing is ever said."""
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen()
        yield listening.getsockname()


def closed_address() -> Address:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        address: Address = free.getsockname()
        return address


def test_the_second_address_serves_if_the_first_is_dead() -> None:
    """PATH-13: refused, silent, and a name that leads nowhere."""

    async def work() -> None:
        async with (
            silent_address() as silent,
            room(ALDER, timing=Timing(handshake_s=0.5)) as alder,
            room(BIRCH) as birch,
        ):
            know(birch, ALDER)
            dead = (closed_address(), silent, ("no-such-host.invalid", 1))
            know(alder, BIRCH, *dead, *birch.path.addresses())
            await alder.until(Up(BIRCH))
            assert alder.path.counts().keys() <= {"unreachable", "handshake-timeout"}
            assert alder.path.failure(BIRCH) == ""

    run(work())


def test_dialling_begins_with_the_first_address_every_time() -> None:
    """PATH-13: the order of addresses is the other station's wish."""

    async def work() -> None:
        async with room(ALDER) as alder, room(BIRCH) as birch:
            know(birch, ALDER)
            (address,) = birch.path.addresses()
            async with wire_to(address) as first, wire_to(address) as second:
                know(alder, BIRCH, first.address, second.address)
                for turns in (1, 3, 5):
                    await wait_for_turns(alder, turns)
                    first.cut()
                await wait_for_turns(alder, 7)
                assert (first.carried, second.carried) == (4, 0)

    run(work())


def test_a_failed_attempt_says_where_and_why() -> None:
    """PATH-13: for whoever asks; and dialling goes on."""

    async def work() -> None:
        async with room(ALDER) as alder:
            host, port = closed_address()
            know(alder, BIRCH, (host, port))
            while alder.path.counts().get("unreachable", 0) < 2:
                await asyncio.sleep(0.005)
            assert alder.path.failure(BIRCH).startswith(f"{host} port {port}: ")
            assert (alder.path.failure(CEDAR), alder.turns()) == ("", [])

    run(work())


def test_an_attempt_that_nobody_answers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """PATH-13: the system gives no reason of its own then."""

    async def never(*address: object, limit: int) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("asyncio.open_connection", never)

    async def work() -> None:
        async with room(ALDER, timing=Timing(handshake_s=0.02)) as alder:
            know(alder, BIRCH, ("birch.example", 4711))
            await alder.count("unreachable")
            assert alder.path.failure(BIRCH) == "birch.example port 4711: no answer"

    run(work())


def test_who_is_not_accepted_learns_it_and_dials_on() -> None:
    """PATH-13, PATH-21: the other side is there and does not know us."""

    async def work() -> None:
        async with room(CEDAR) as cedar, room(BIRCH) as birch:
            know(birch, ALDER)
            know(cedar, BIRCH, *birch.path.addresses())
            while cedar.path.counts().get("refused", 0) < 2:
                await asyncio.sleep(0.005)
            assert cedar.path.failure(BIRCH).startswith("refused: ")
            assert cedar.turns() == []

    run(work())


def test_only_a_session_that_has_lasted_is_dialled_anew_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PATH-13: one that breaks at once counts as a failed attempt."""
    paused_after: list[int] = []

    def remember(failures: int, entropy: bytes) -> float:
        paused_after.append(failures)
        return 0.0

    monkeypatch.setattr("backchannel.path.direct.dial_pause", remember)

    async def work(lasting: float) -> list[int]:
        paused_after.clear()
        timing = Timing(handshake_s=lasting)
        async with room(ALDER, timing=timing) as alder, room(BIRCH) as birch:
            know(birch, ALDER)
            async with wire_to(*birch.path.addresses()) as wire:
                know(alder, BIRCH, wire.address)
                for turns in (1, 3, 5):
                    await wait_for_turns(alder, turns)
                    await asyncio.sleep(0.6)
                    wire.cut()
                await wait_for_turns(alder, 6)
        return paused_after[:3]

    assert run(work(30.0)) == [0, 1, 2]
    assert run(work(0.5)) == [0, 0, 0]


def test_who_is_no_longer_known_is_no_longer_dialled() -> None:
    """PATH-12."""

    async def work() -> None:
        async with room(ALDER) as alder:
            know(alder, BIRCH, closed_address())
            await alder.count("unreachable")
            dialler = alder.path._diallers[BIRCH]
            alder.path.set_contacts({})
            await asyncio.wait({dialler})
            assert dialler.cancelled()
            assert alder.path.failure(BIRCH) == ""

    run(work())


def test_who_gets_the_wrong_station_on_the_line_hangs_up() -> None:
    """PATH-12: Cedar is pinned too, but it was Birch who was called."""

    async def work() -> None:
        async with room(ALDER) as alder, room(CEDAR) as cedar:
            know(cedar, ALDER)
            alder.path.set_contacts(
                {
                    BIRCH: Contact(frozenset({identity_of(BIRCH).pin}), cedar.path.addresses()),
                    CEDAR: Contact(frozenset({identity_of(CEDAR).pin})),
                }
            )
            await alder.count("not-pinned")
            assert (alder.turns(), cedar.turns()) == ([], [])

    run(work())


def test_a_new_certificate_is_taken_and_an_old_one_dropped_while_running() -> None:
    """PATH-12."""

    async def work() -> None:
        async with two_rooms() as (_, birch):
            # Birch now knows Alder under a pin that Alder does not have.
            birch.path.set_contacts({ALDER: Contact(frozenset({identity_of(CEDAR).pin}))})
            await birch.until(Down(ALDER, "cut"))
            await birch.count("not-pinned")
            both = frozenset({identity_of(CEDAR).pin, identity_of(ALDER).pin})
            birch.path.set_contacts({ALDER: Contact(both)})
            await wait_for_turns(birch, 3)
            assert birch.turns()[-1] == Up(ALDER)
            birch.path.set_contacts({})
            await wait_for_turns(birch, 4)
            await birch.send(b"to nobody")
            assert not birch.path.ready(ALDER, ROUTINE)
            assert birch.path.failure(ALDER) == ""

    run(work())


def test_a_new_address_is_tried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """PATH-13: and not when the pause after the old ones, which may be a minute, is over."""

    def an_hour(failures: int, entropy: bytes) -> float:
        return 3600.0 if failures else 0.0

    monkeypatch.setattr("backchannel.path.direct.dial_pause", an_hour)

    async def work() -> None:
        async with room(ALDER) as alder, room(BIRCH) as birch:
            know(birch, ALDER)
            know(alder, BIRCH, closed_address())
            await alder.count("unreachable")
            know(alder, BIRCH, *birch.path.addresses())
            await alder.until(Up(BIRCH))

    run(work())


def test_dialling_begins_anew_for_new_addresses_only() -> None:
    """PATH-13: to say the same again takes no pause away."""

    async def work() -> None:
        async with room(ALDER) as alder:
            address, another = closed_address(), closed_address()
            know(alder, BIRCH, address)
            before = alder.path._diallers[BIRCH]
            know(alder, BIRCH, address)
            assert alder.path._diallers[BIRCH] is before
            know(alder, BIRCH, another)
            await asyncio.wait({before})
            assert before.cancelled()
            assert not alder.path._diallers[BIRCH].done()

    run(work())


PIN = identity_of(BIRCH).pin


@pytest.mark.parametrize(
    ("contacts", "reason"),
    [
        ({BIRCH: Contact(frozenset({PIN[:31]}))}, "pin-length"),
        ({BIRCH: Contact(frozenset({PIN})), CEDAR: Contact(frozenset({PIN}))}, "pin-shared"),
        ({BIRCH: Contact(frozenset({identity_of(ALDER).pin}))}, "pin-shared"),
    ],
)
def test_a_pin_names_one_other_station(contacts: dict[StationName, Contact], reason: str) -> None:
    """PATH-12: two stations, or we ourselves, under one pin could not be told apart."""

    async def work() -> None:
        async with room(ALDER) as alder:
            with pytest.raises(OfficerError) as refused:
                alder.path.set_contacts(contacts)
            assert refused.value.reason == reason
            assert not alder.path._links

    run(work())


def test_an_address_in_use_is_named_and_the_others_are_let_go() -> None:
    async def work() -> None:
        async with room(ALDER) as alder:
            taken = alder.path.addresses()[0]
            free = closed_address()
            birch = DirectPath("second", identity_of(BIRCH), listen=(free, taken), clock=CLOCK)
            with pytest.raises(OfficerError) as refused:
                await birch.start()
            assert refused.value.reason == "port-in-use"
            assert f"{taken[0]} port {taken[1]}" in refused.value.text
            with socket.socket() as again:
                again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                again.bind(free)

    run(work())


def test_who_stops_lets_go_of_his_address() -> None:
    async def work() -> None:
        async with room(ALDER) as alder:
            address = alder.path.addresses()[0]
            await alder.path.stop()
            assert alder.path.addresses() == ()
            async with room(BIRCH, listen=(address,)) as birch:
                assert birch.path.addresses() == (address,)

    run(work())


def test_an_address_of_another_machine_is_named() -> None:
    async def work() -> None:
        path = DirectPath("far", identity_of(BIRCH), listen=(("192.0.2.1", 0),), clock=CLOCK)
        with pytest.raises(OfficerError) as refused:
            await path.start()
        assert refused.value.reason == "cannot-listen"
        assert "192.0.2.1 port 0" in refused.value.text

    run(work())
