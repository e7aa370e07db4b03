"""Between the line and its path: what one room says, the other holds, once."""

from tests.cast import found_cast
from tests.station.house import free_ports, introduce, open_room, rooms, run, start, stop

from backchannel.line.events import Arrived
from backchannel.store import queries
from backchannel.wire.entry import EntryType
from backchannel.wire.payload import Happening


def test_a_message_arrives_and_its_receipt_comes_back(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            said = await alder.say("the gate is open")
            assert (await birch.shows(said.entry)).line.words.text == "the gate is open"
            await alder.reaches(said.entry, "held")

    run(story())


def test_the_journal_says_once_that_a_statement_was_sent(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            said = await alder.say("hello")
            await alder.reaches(said.entry, "sent")
            await alder.reaches(said.entry, "held")
            custody, subject = alder.runner.custody, bytes.fromhex(said.entry)
            told = queries.happened(custody.database, custody.line, subject, limit=10)
            assert [each.row.kind for each in told] == [Happening.SENT]

    run(story())


def test_what_was_said_while_the_other_was_away_arrives_when_it_comes(tmp_path):
    cast = found_cast()
    ports = free_ports()
    identities = introduce(cast, ports)

    async def story() -> None:
        alder = open_room(tmp_path, cast, 0, identities[0], ports[0])
        birch = open_room(tmp_path, cast, 1, identities[1], ports[1])
        start(alder)
        try:
            await alder.speaks()
            said = [await alder.say(f"number {n}") for n in range(20)]
            start(birch)
            for each in said:
                await birch.shows(each.entry)
                await alder.reaches(each.entry, "held")
            held = sorted(line.entry for line in await birch.lines())
            assert held == sorted(each.entry for each in said)
        finally:
            await stop(alder)
            await stop(birch)

    run(story())


def test_junk_and_repeats_change_nothing(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            kept: list[bytes] = []
            birch.runner.hear_refusals(lambda event, _: kept.append(event.envelope))  # type: ignore[attr-defined]
            said = await alder.say("once")
            await birch.shows(said.entry)
            junk = (b"\x00", b"\x84\x00\x10\x01\x40", b"\x85\x00\x10\x01\x01\x41\x00")
            for raw in junk:
                birch.runner.post(Arrived(at=birch.runner.moment(), path=1, envelope=raw))
            await birch.until(lambda: len(kept) >= len(junk))
            assert tuple(kept[: len(junk)]) == junk
            again = await alder.say("twice")
            await birch.shows(again.entry)
            assert sorted(line.words.text for line in await birch.lines()) == ["once", "twice"]

    run(story())


def test_a_path_that_comes_up_is_entered(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            await alder.until(lambda: alder.dispatch.stations_up())
            custody = alder.runner.custody

            def entered() -> bool:
                counts = queries.counts(custody.database, custody.line)
                own = alder.core.own.values()
                return any(c.type == EntryType.LINE_EVENTS and c.no in own for c in counts)

            await alder.until(entered)

    run(story())
