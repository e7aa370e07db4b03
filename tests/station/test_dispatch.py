"""Between the line and its path: what one room says, the other holds, once."""

import asyncio

from tests.cast import found_cast
from tests.station.house import free_ports, introduce, open_room, rooms, run, start, stop

from backchannel.line.events import HappenedRow
from backchannel.path import StationName
from backchannel.path.messages import Parcel
from backchannel.store import queries
from backchannel.wire.payload import Happening


def test_a_message_arrives_and_its_receipt_comes_back(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            said = await alder.say("the gate is open")
            assert (await birch.shows(said.entry)).line.words.text == "the gate is open"
            await alder.reaches(said.entry, "HELD")

    run(story())


def test_the_journal_says_once_that_a_statement_was_sent(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            said = await alder.say("hello")
            await alder.reaches(said.entry, "SENT")
            await alder.reaches(said.entry, "HELD")
            custody = alder.runner.custody
            told = queries.happened(
                custody.database, custody.line, bytes.fromhex(said.entry), limit=10
            )
            sent = [each for each in told if each.row.kind == Happening.SENT]
            assert len(sent) == 1

    run(story())


def test_what_was_said_while_the_other_was_away_arrives_when_it_comes(tmp_path):
    cast = found_cast()
    ports = free_ports()
    identities = introduce(cast, ports)

    async def story() -> None:
        alder = open_room(tmp_path, cast, 0, identities[0], ports[0])
        start(alder)
        await alder.speaks()
        said = [await alder.say(f"number {n}") for n in range(20)]
        birch = open_room(tmp_path, cast, 1, identities[1], ports[1])
        start(birch)
        for each in said:
            await birch.shows(each.entry)
            await alder.reaches(each.entry, "HELD")
        numbers = [line.entry for line in birch.station.log(_query()).lines]
        assert sorted(numbers) == sorted(each.entry for each in said)
        await stop(alder)
        await stop(birch)

    run(story())


def _query():
    from backchannel.station.asked import LogQuery

    return LogQuery()


def test_junk_and_repeats_on_the_path_change_nothing(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            said = await alder.say("once")
            await birch.shows(said.entry)
            to = StationName(next(iter(alder.dispatch.stations_up())))
            for junk in (b"\x00", b"\x84\x00\x10\x01\x40", b"\x85\x00\x10\x01\x01\x41\x00"):
                await alder.path.send(to, Parcel(junk), 4)
            again = await alder.say("twice")
            await birch.shows(again.entry)
            await birch.until(lambda: sum(birch.runner.refused.values()) >= 3)
            texts = [line.words.text for line in birch.station.log(_query()).lines]
            assert sorted(texts) == ["once", "twice"]

    run(story())


def test_a_path_that_comes_up_is_entered(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            seen: list[HappenedRow] = []
            alder.runner.listen(
                lambda _, rows: seen.extend(r for r in rows if isinstance(r, HappenedRow))
            )
            await alder.until(lambda: bool(alder.dispatch.stations_up()))
            await asyncio.sleep(0)
            counts = queries.counts(alder.runner.custody.database, alder.runner.custody.line)
            assert sum(c.count for c in counts if c.type == 11) >= 1

    run(story())
