"""Clocks on real stations: run out, entered, shown on both sides, met late, kept over a stop."""

import asyncio
from pathlib import Path

import msgspec
from tests.cast import POLICY, Cast, found_cast
from tests.station.house import PAUSE_S, Room, rooms, run, start

from backchannel.charter.policy import Clocks
from backchannel.station.api import Station
from backchannel.station.asked import DueQuery
from backchannel.station.dispatch import Dispatch
from backchannel.station.ladderreports import DueReport, Ladder
from backchannel.station.runner import Runner
from backchannel.station.timekeeper import Timekeeper
from backchannel.station.witnessing import Witnessing
from backchannel.wire.statement import Precedence

ACK_S = 60
SHORT = Clocks(10, 10, 10, ACK_S, ACK_S, 90, 120)


def brief() -> Cast:
    """A line whose charter gives FLASH a minute, and names whom to ask for help."""
    clocks = (SHORT, *POLICY.clocks[1:])
    return found_cast(
        policy=msgspec.structs.replace(POLICY, clocks=clocks, third_party="Cedar, by radio")
    )


def later(seconds: int, *who: Room) -> None:
    """So many seconds go by at once."""
    for room in who:
        room.clock.skipped_s += seconds


async def dues(room: Room) -> list[DueReport]:
    return list((await room.station.due(DueQuery())).clocks)


async def ladder(room: Room, entry: str) -> Ladder:
    (only,) = (await room.shows(entry)).line.ladders
    return only


async def silent(room: Room, entry: str) -> Ladder:
    """Wait until a room holds a non-answer about a statement."""
    while not (await ladder(room, entry)).non_answers:
        await asyncio.sleep(PAUSE_S)
    return await ladder(room, entry)


async def looked(room: Room) -> None:
    """Have a room look at its clocks, and wait until what it found is entered."""
    while room.timekeeper.look():
        await asyncio.sleep(0)
    await room.until(lambda: not room.runner.waits())


def test_silence_is_entered_and_shown_on_both_sides(tmp_path: Path) -> None:
    """RECORD-125, RECORD-130: both derive the same finding from the same entries."""

    async def story() -> None:
        async with rooms(tmp_path, brief()) as (alder, birch):
            said = await alder.say("Do you hear us?", precedence=Precedence.FLASH)
            await alder.reaches(said.entry, "held")
            await birch.shows(said.entry)
            for room in (alder, birch):
                (due,) = [d for d in await dues(room) if d.clock.duty == "acknowledgement"]
                assert (due.ours, due.clock.by) == (room is birch, "Birch")
                assert due.clock.left_s is not None and 0 < due.clock.left_s <= ACK_S
            later(ACK_S + 1, alder, birch)
            found = [await silent(room, said.entry) for room in (alder, birch)]
            for each in found:
                (silence,) = each.non_answers
                assert (silence.finding, silence.supported) == ("held, not shown", True)
                assert (silence.by, silence.party, silence.duty) == (
                    *("Alder", "Birch"),
                    "acknowledgement",
                )
                assert each.overdue
            assert found[0].non_answers == found[1].non_answers
            assert (await dues(birch))[0].clock.overdue

    run(story())


def test_a_late_answer_climbs_and_the_non_answer_stays(tmp_path: Path) -> None:
    """RECORD-131: what came late was late, and is an answer."""

    async def story() -> None:
        async with rooms(tmp_path, brief()) as (alder, birch):
            said = await alder.say("Do you hear us?", precedence=Precedence.FLASH)
            await alder.reaches(said.entry, "held")
            later(ACK_S + 1, alder, birch)
            await silent(alder, said.entry)
            await birch.acknowledge(await birch.shows(said.entry))
            await alder.reaches(said.entry, "acknowledged")
            for room in (alder, birch):
                await room.reaches(said.entry, "acknowledged")
                answered = await ladder(room, said.entry)
                assert [rung.rung for rung in answered.rungs if rung.late] == ["acknowledged"]
                assert [each.supported for each in answered.non_answers] == [True]
                assert not [d for d in await dues(room) if d.clock.duty == "acknowledgement"]

    run(story())


def test_an_answer_in_time_leaves_nothing_open(tmp_path: Path) -> None:
    """NOTICE-90: a statement whose clocks have all ended is looked at no more."""

    async def story() -> None:
        async with rooms(tmp_path, brief()) as (alder, birch):
            said = await alder.say("Good.", precedence=Precedence.FLASH)
            await birch.acknowledge(await birch.shows(said.entry))
            await alder.reaches(said.entry, "acknowledged")
            later(10 * ACK_S, alder, birch)
            await looked(alder)
            assert await dues(alder) == await dues(birch) == []
            assert not (await ladder(alder, said.entry)).non_answers

    run(story())


def test_what_is_not_delivered_says_so(tmp_path: Path) -> None:
    """RECORD-126: no receipt of theirs, and the newest one that there is stops before it."""

    async def story() -> None:
        async with rooms(tmp_path, brief()) as (alder, birch):
            await dark(birch)
            said = await alder.say("Are you there?", precedence=Precedence.FLASH)
            later(61, alder)
            (silence,) = (await silent(alder, said.entry)).non_answers
            assert (silence.finding, silence.duty) == ("not delivered", "receipt")
            assert silence.supported

    run(story())


def test_it_is_taken_on_step_by_step(tmp_path: Path) -> None:
    """RECORD-133: the next post at once, then every path, then the third party; each once."""

    async def story() -> None:
        async with rooms(tmp_path, brief()) as (alder, birch):
            said = await alder.say("Do you hear us?", precedence=Precedence.FLASH)
            await alder.reaches(said.entry, "held")
            wanted: list[str] = []
            for step in ("next post", "every path there is", "third party"):
                later(ACK_S + 1, alder, birch)
                wanted.append(step)
                while len((await ladder(birch, said.entry)).escalated) < len(wanted):
                    await asyncio.sleep(PAUSE_S)
                for room in (alder, birch):
                    steps = (await ladder(room, said.entry)).escalated
                    assert [each.step for each in steps] == wanted
            later(10 * ACK_S, alder, birch)
            await looked(alder)
            assert len((await ladder(alder, said.entry)).escalated) == len(wanted)
            assert len((await ladder(alder, said.entry)).non_answers) == 1

    run(story())


def test_clocks_go_on_after_a_stop_and_time_switched_off_is_none(tmp_path: Path) -> None:
    """NOTICE-87, RECORD-132: an hour in the dark is no hour of theirs."""

    async def story() -> None:
        async with rooms(tmp_path, brief()) as (alder, birch):
            said = await alder.say("Do you hear us?", precedence=Precedence.FLASH)
            await alder.reaches(said.entry, "held")
            later(ACK_S // 2, alder, birch)
            await alder.say("What is kept is as old as it is.")
            await again(alder, dark_s=3_600)
            (due,) = [d for d in await dues(alder) if d.clock.duty == "acknowledgement"]
            assert due.clock.left_s is not None
            assert ACK_S // 2 - 15 < due.clock.left_s <= ACK_S // 2
            assert not (await ladder(alder, said.entry)).non_answers
            later(ACK_S // 2 + 1, alder)
            assert (await silent(alder, said.entry)).non_answers[0].supported

    run(story())


async def dark(room: Room) -> None:
    """End a room's parts; its store stays open."""
    for task in room.tasks:
        task.cancel()
    await asyncio.gather(*room.tasks, return_exceptions=True)
    room.tasks.clear()


async def again(room: Room, *, dark_s: int) -> None:
    """Start a room's parts anew on the same store, so many seconds after they ended."""
    paths = tuple(room.dispatch.paths.values())
    await dark(room)
    room.clock.later_s += dark_s
    room.runner = Runner(room.runner.custody, room.clock)
    room.dispatch = Dispatch(room.runner, paths)
    room.witnessing, room.timekeeper = Witnessing(room.runner), Timekeeper(room.runner)
    room.station = Station(
        room.runner, room.dispatch, room.witnessing, room.handing, room.timekeeper
    )
    starts = room.core.starts
    start(room)
    await room.until(lambda: room.core.starts > starts)
    await room.speaks()


def test_a_clock_that_jumps_misses_no_deadline(tmp_path: Path) -> None:
    """RECORD-80, NT56: an hour more on the wall is no hour."""

    async def story() -> None:
        async with rooms(tmp_path, brief()) as (alder, _):
            said = await alder.say("Do you hear us?", precedence=Precedence.FLASH)
            await alder.reaches(said.entry, "held")
            alder.clock.later_s += 3_600
            await looked(alder)
            assert not (await ladder(alder, said.entry)).non_answers
            assert not [d for d in await dues(alder) if d.clock.overdue]

    run(story())
