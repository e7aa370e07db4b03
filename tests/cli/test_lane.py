"""Lanes at a terminal: suspended, refused in, marked where it came all the same, resumed."""

from pathlib import Path

import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import agreed, run

from backchannel.line.events import Released
from backchannel.station.lamps import WARNING
from backchannel.wire.signing import Mode

pytestmark = pytest.mark.usefixtures("quick_seals")


def two(desk: Desk) -> tuple[object, ...]:
    """The options of two officers."""
    return ("--officer", desk.key("first"), "--officer", desk.key("second"))


def test_a_suspended_lane_carries_nothing_and_life_safety_goes_on(tmp_path: Path) -> None:
    """NOTICE-140, NOTICE-141, NOTICE-143."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            who = ("--officer", birch.key("first"))
            assert "All lanes are open" in (await birch.type("lane", "show")).stderr
            await refused(birch, "unknown-lane", "say", "Rain.", "--lane", "weather", *who)
            before = await birch.acts("say", "About the talks.", "--lane", "political")
            order = ("lane", "suspend", "political", "--what", "Wait for us.")
            await alder.done(*order, *two(alder))
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                assert "REAL     political, by Alder: SUSPENDED since" in await desk.done(
                    "lane", "show"
                )
                lamps = (await desk.told("status"))["lamps"]
                assert ("lane-suspended", WARNING) in [(e["slug"], e["level"]) for e in lamps]
                by = ("--officer", desk.key("first"))
                political = ("say", "About the talks.", "--lane", "political", *by)
                await refused(desk, "lane-suspended", *political)
                await refused(desk, "lane-unnamed", "say", "About anything.", *by)
            boats = await birch.acts("say", "Two boats adrift.", "--lane", "life-safety")
            await birch.acts("say", "In a drill.", "--mode", "exercise")
            await agreed(alder.room, birch.room)
            await alder.acts("ack", boats["entry"])
            await alder.acts("ack", before["entry"])
            for entry in (before, boats):
                assert "SUSPENDED LANE" not in await alder.done("show", entry["entry"])
            resumed = ("lane", "resume", "political", "--what", "Go on.", *two(alder))
            await alder.done(*resumed)
            await agreed(alder.room, birch.room)
            await birch.acts("say", "About anything.")

    run(story())


def test_life_safety_closes_by_a_second_notice_only(tmp_path: Path) -> None:
    """NOTICE-142: the first one announces."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            order = ("lane", "suspend", "life-safety", "--what", "Ring.", *two(alder))
            await alder.done(*order)
            await agreed(alder.room, birch.room)
            assert "OPEN until a second notice" in await birch.done("lane", "show")
            await birch.acts("say", "Boats.", "--lane", "life-safety")
            await alder.done(*order)
            await agreed(alder.room, birch.room)
            assert "to be suspended from" in await birch.done("lane", "show")
            await birch.acts("say", "Boats again.", "--lane", "life-safety")
            for room in (alder.room, birch.room):
                room.clock.later_s = 4 * 86_400
            by = ("--officer", birch.key("first"))
            late = ("say", "Boats.", "--lane", "life-safety", *by)
            await refused(birch, "lane-suspended", *late)

    run(story())


def test_what_came_in_a_suspended_lane_is_marked(tmp_path: Path) -> None:
    """NOTICE-143: a station that does not keep to it is shown, with the mark."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await alder.done("lane", "suspend", "political", "--what", "Wait.", *two(alder))
            await agreed(alder.room, birch.room)
            alder.room.clock.later_s = birch.room.clock.later_s = 60
            room = birch.room
            signed = room.sign(room.plan("About the talks.", lane="political"))
            event = Released(
                at=room.runner.moment(),
                mode=Mode.REAL,
                statement=bytes.fromhex(signed.statement),
                signatures=tuple(bytes.fromhex(each) for each in signed.signatures),
                content=bytes.fromhex(signed.content),
            )
            entry = await room.runner.submit(event)
            assert isinstance(entry, bytes)
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                text = await desk.done("show", entry.hex()[:12])
                assert "IN A SUSPENDED LANE: political, suspended by Alder" in text
                assert "About the talks." in text

    run(story())
