"""Handing on: by an officer's order, entered before it leaves, tried until it is taken.

Birch has two hooks: a folder, and a real server on loopback.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cast import NOW, OFFICER_POWERS, YEAR, Cast, found_cast
from tests.station.house import Room, agreed, reference, rooms, run
from tests.station.takers import Taker, notified, taker

from backchannel.charter.handling import Handling
from backchannel.charter.policy import Policy, Window
from backchannel.charter.powers import Power
from backchannel.errors import BackchannelError, JunkError
from backchannel.line.drafting import Reason, recall_body
from backchannel.line.state import Asking
from backchannel.station import handing
from backchannel.station.asked import CopyQuery, Entered, Order
from backchannel.station.disclosing import sign_wanted
from backchannel.station.handing import Handing
from backchannel.station.handorders import HandOn, pack_hand_on, parse_hand_on
from backchannel.station.hookreports import Handed
from backchannel.station.hooks import read_hooks
from backchannel.wire.codec import encode
from backchannel.wire.ids import EntryId
from backchannel.wire.primitives import sha256
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again at once: no test waits for real time."""
    monkeypatch.setattr(handing, "HOOK_PAUSE_SECONDS_MIN", 0.01)


def cast_with_clerk() -> Cast:
    """Birch's office has issued an officer who may not take a notice in."""
    cast = found_cast()
    cast.offices[1].enrol_officer("clerk", powers=int(OFFICER_POWERS & ~Power.ACKNOWLEDGE))
    return cast


@asynccontextmanager
async def hooked(folder: Path, server: Taker | str) -> AsyncIterator[tuple[Room, Room, Path]]:
    """Alder and Birch, and Birch's folder of maps."""
    maps = folder / "maps"
    maps.mkdir()
    address = server if isinstance(server, str) else server.address
    hooks = read_hooks((f"map geojson {maps}", f"alarms cap {address}"))
    async with rooms(folder, cast_with_clerk(), hooks) as (alder, birch):
        yield alder, birch, maps


def wanted_of(room: Room, said: Entered, hook: str, form: str) -> HandOn:
    """What officers of a room order now, in the mode of the notice."""
    mode = Mode.EXERCISE if " EX " in said.number else Mode.REAL
    nonce = bytes.fromhex(room.station.desk(mode).nonce)
    copy = room.handing.copy(said.entry, CopyQuery(form, hook))
    return HandOn(mode, nonce, EntryId(bytes.fromhex(said.entry)), hook, sha256(copy))


def signed_by(room: Room, raw: bytes, *names: str) -> Order:
    """An order signed by officers of a room."""
    people = [room.cast.offices[room.party].officers[name] for name in names]
    return Order(
        raw.hex(),
        tuple((c.hex(), sign_wanted(room.cast.line, raw, k.secret).hex()) for c, k in people),
    )


async def ordered(room: Room, wanted: HandOn, *names: str) -> Handed:
    """How far a copy came."""
    return await room.handing.hand_on(signed_by(room, pack_hand_on(wanted), *(names or ("first",))))


async def refused(room: Room, wanted: HandOn, *names: str) -> str:
    """Why nothing is handed on; and nothing is entered."""
    before = {j.no: j.seq for j in room.core.journals.values()}
    with pytest.raises(BackchannelError) as caught:
        await ordered(room, wanted, *names)
    assert {j.no: j.seq for j in room.core.journals.values()} == before
    return caught.value.reason


async def handed_on(room: Room, said: Entered, words: str) -> tuple[str, ...]:
    """Wait until a record says something of a copy; all that it says of them."""
    while True:
        found = (await room.station.show(said.entry)).line.handed_on
        if any(words in each for each in found):
            return found
        await asyncio.sleep(0.005)


def test_a_notice_goes_to_a_folder_and_to_an_address_and_both_records_say_so(
    tmp_path: Path,
) -> None:
    """NOTICE-118, NOTICE-119: what was taken has the hash that is entered."""

    async def story() -> None:
        with taker() as server:
            async with hooked(tmp_path, server) as (alder, birch, maps):
                said = await notified(alder, birch)
                for hook, form in (("map", "geojson"), ("alarms", "cap")):
                    found = await ordered(birch, wanted_of(birch, said, hook, form))
                    assert (found.taken, found.fault, found.number) == (True, "", "ALDER 0001")
                    assert found.hook == hook and found.format == form
                (file,) = maps.iterdir()
                ((_, headers, body),) = server.taken
                assert file.name.startswith(f"REAL-{said.entry[:16]}-")
                for room in (alder, birch):
                    lines = await handed_on(room, said, "had it taken by alarms as cap")
                    digests = [hashlib.sha256(raw).hexdigest() for raw in (file.read_bytes(), body)]
                    assert [line.split(" at ")[0] for line in lines] == [
                        f"Birch handed on to map geojson {digests[0][:12]}",
                        f"Birch had it taken by map as geojson {digests[0][:12]}",
                        f"Birch handed on to alarms cap {digests[1][:12]}",
                        f"Birch had it taken by alarms as cap {digests[1][:12]}",
                    ]
                assert headers["x-backchannel-sha256"] == digests[1]
                assert b"Given to: alarms." in body
                assert [each.waiting for each in birch.handing.hooks().hooks] == [(), ()]

    run(story())


def test_an_exercise_is_handed_on_as_one(tmp_path: Path) -> None:
    """NOTICE-103, NOTICE-118: entered in its own mode."""

    async def story() -> None:
        async with hooked(tmp_path, "http://127.0.0.1:1/") as (alder, birch, maps):
            said = await notified(alder, birch, mode=Mode.EXERCISE)
            wanted = wanted_of(birch, said, "map", "geojson")
            real = wanted._replace(mode=Mode.REAL)
            assert await refused(birch, real) == "order-old"
            nonce = bytes.fromhex(birch.station.desk(Mode.REAL).nonce)
            assert await refused(birch, real._replace(nonce=nonce)) == "other-mode"
            assert (await ordered(birch, wanted)).taken
            (file,) = maps.iterdir()
            assert file.name.startswith("EXERCISE-")
            assert b'"name": "EXERCISE: ALDER EX 0001' in file.read_bytes()

    run(story())


def test_who_may_not_order_it_is_refused_and_nothing_is_entered(tmp_path: Path) -> None:
    """NOTICE-118."""

    async def story() -> None:
        async with hooked(tmp_path, "http://127.0.0.1:1/") as (alder, birch, maps):
            said = await notified(alder, birch)
            wanted = wanted_of(birch, said, "map", "geojson")
            assert await refused(birch, wanted, "clerk") == "may-not-hand-on"
            assert await refused(birch, wanted, "first", "clerk") == "may-not-hand-on"
            assert await refused(birch, wanted._replace(digest=bytes(32))) == "hand-on-differs"
            assert await refused(birch, wanted._replace(hook="alarms")) == "hand-on-differs"
            assert await refused(birch, wanted._replace(hook="gone")) == "no-such-hook"
            assert await refused(birch, wanted._replace(nonce=b"n")) == "order-old"
            other = wanted._replace(entry=EntryId(bytes(32)))
            assert await refused(birch, other) == "not-held"
            unsigned = pack_hand_on(wanted)
            with pytest.raises(BackchannelError, match="order-unsigned"):
                await birch.handing.hand_on(Order(unsigned.hex(), ()))
            assert list(maps.iterdir()) == []

    run(story())


def test_outside_its_windows_a_mode_hands_nothing_on(tmp_path: Path) -> None:
    """NOTICE-118: a drill that is over is on no screen."""

    async def story() -> None:
        ends = (Window(Mode.EXERCISE, NOW - YEAR, NOW + 3_600), Window(Mode.TEST, 0, None))
        cast, hooks = found_cast(2, Policy(windows=ends)), read_hooks((f"map geojson {tmp_path}",))
        async with rooms(tmp_path, cast, hooks) as (alder, birch):
            said = await notified(alder, birch, mode=Mode.EXERCISE)
            wanted = wanted_of(birch, said, "map", "geojson")
            birch.clock.later_s = 7_200
            assert await refused(birch, wanted) == "window-closed"

    run(story())


def test_what_has_the_label_red_is_not_handed_on(tmp_path: Path) -> None:
    """NOTICE-102."""

    async def story() -> None:
        async with hooked(tmp_path, "http://127.0.0.1:1/") as (alder, birch, _):
            said = await notified(alder, birch, handling=Handling.RED)
            nonce = bytes.fromhex(birch.station.desk(Mode.REAL).nonce)
            entry = EntryId(bytes.fromhex(said.entry))
            assert await refused(birch, HandOn(Mode.REAL, nonce, entry, "map", bytes(32))) == (
                "handling-red"
            )

    run(story())


def test_what_is_not_taken_is_tried_until_it_is(tmp_path: Path) -> None:
    """NOTICE-119: the officer is told, a lamp says why, and the same copy goes again."""

    async def story() -> None:
        with taker(503, 503, 204) as server:
            async with hooked(tmp_path, server) as (alder, birch, _):
                said = await notified(alder, birch)
                found = await ordered(birch, wanted_of(birch, said, "alarms", "cap"))
                assert not found.taken and "it answers 503" in found.fault
                await handed_on(birch, said, "had it taken by alarms")
                assert len({(h["idempotency-key"], body) for _, h, body in server.taken}) == 1
                assert len(server.taken) == 3
                assert [each.slug for each in birch.handing.lamps()] == []

    run(story())


def test_what_waits_is_handed_on_after_a_start(tmp_path: Path) -> None:
    """NOTICE-119: nothing but the record says what waits."""

    async def story() -> None:
        with taker() as server:
            async with hooked(tmp_path, "http://127.0.0.1:1/") as (alder, birch, _):
                said = await notified(alder, birch)
                found = await ordered(birch, wanted_of(birch, said, "alarms", "cap"))
                assert not found.taken and "nothing answers" in found.fault
                assert [each.slug for each in birch.station.doctor().findings].count("hook-waits")
                assert "hook-waits" in {each.slug for each in birch.station.status().lamps}
                again = Handing(birch.runner, read_hooks((f"alarms cap {server.address}",)))
                assert [each.waiting[0].number for each in again.hooks().hooks] == ["ALDER 0001"]
                running = asyncio.create_task(again.run())
                await handed_on(birch, said, "had it taken by alarms")
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                assert len(server.taken) == 1
                third = Handing(birch.runner, ())
                assert third.hooks().hooks == ()

    run(story())


def test_a_station_that_still_asks_hands_nothing_on(tmp_path: Path) -> None:
    """NOTICE-119: it could not enter that it was taken; and it goes on once it may speak."""

    async def story() -> None:
        with taker() as server:
            async with hooked(tmp_path, "http://127.0.0.1:1/") as (alder, birch, _):
                said = await notified(alder, birch)
                await ordered(birch, wanted_of(birch, said, "alarms", "cap"))
                state = birch.runner.state
                asks = {Mode.REAL: Asking(bytes(16), 0, vouched=True)}
                birch.runner.state = replace(state, core=replace(state.core, asking=asks))
                again = Handing(birch.runner, read_hooks((f"alarms cap {server.address}",)))
                running = asyncio.create_task(again.run())
                while "has just started" not in again.hooks().hooks[0].waiting[0].fault:
                    await asyncio.sleep(0.005)
                assert server.taken == [] and not running.done()
                core = replace(birch.runner.state.core, asking={})
                birch.runner.state = replace(birch.runner.state, core=core)
                await handed_on(birch, said, "had it taken by alarms")
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                assert len(server.taken) == 1

    run(story())


def test_a_hook_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    """NOTICE-119: and its copies are not forgotten."""

    async def story() -> None:
        async with hooked(tmp_path, "http://127.0.0.1:1/") as (alder, birch, _):
            said = await notified(alder, birch)
            await ordered(birch, wanted_of(birch, said, "alarms", "cap"))
            bare = Handing(birch.runner, ())
            (gone,) = bare.hooks().hooks
            assert (gone.name, gone.format, gone.place) == ("alarms", "", "")
            (lamp,) = bare.lamps()
            assert lamp.slug == "hook-waits" and "is no hook of this station" in lamp.text

    run(story())


def test_what_was_recalled_meanwhile_waits_for_a_new_order(tmp_path: Path) -> None:
    """NOTICE-119: the map gets the withdrawal, by a new order, and not what was ordered first."""

    async def story() -> None:
        with taker(503) as server:
            async with hooked(tmp_path, server) as (alder, birch, _):
                said = await notified(alder, birch)
                await ordered(birch, wanted_of(birch, said, "alarms", "cap"))
                await recall(alder, said)
                await agreed(alder, birch)
                await birch.until(lambda: "the one that was ordered" in fault(birch))
                before = len(server.taken)
                server.statuses = [204]
                found = await ordered(birch, wanted_of(birch, said, "alarms", "cap"))
                assert found.taken
                (_, _, body) = server.taken[-1]
                assert b"<msgType>Cancel</msgType>" in body
                assert len(server.taken) == before + 1

    run(story())


async def recall(room: Room, said: Entered) -> None:
    """Alder takes its notice back."""
    about = await room.station.show(said.entry)
    body = recall_body(reference(about), false_alarm=False, reason=Reason.HUMAN_ERROR, undo="all")
    both = (room.officer("first"), room.officer("second"))
    await room.answer(
        about, Kind.RECALL, body, signers=both, category=4, precedence=Precedence.IMMEDIATE
    )


def fault(room: Room) -> str:
    """What is wrong with what waits."""
    return " ".join(each.fault for hook in room.handing.hooks().hooks for each in hook.waiting)


@pytest.mark.parametrize("raw", [b"", encode(1), encode(("backchannel/1/hand-on", 1, b"", b"", 1))])
def test_bytes_that_are_no_order_are_refused(raw: bytes) -> None:
    """NOTICE-118."""
    with pytest.raises(JunkError):
        parse_hand_on(raw)


def test_an_order_is_read_as_it_was_packed() -> None:
    """NOTICE-118."""
    wanted = HandOn(Mode.TEST, b"nonce", EntryId(bytes(32)), "map", bytes(32))
    assert parse_hand_on(pack_hand_on(wanted)) == wanted
