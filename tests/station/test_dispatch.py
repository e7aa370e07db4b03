"""Between the line and its path: what one room says, the other holds, once."""

from tests.cast import found_cast, seed
from tests.station.house import (
    LOOPBACK,
    SteadyClock,
    free_ports,
    furnish,
    introduce,
    open_room,
    rooms,
    run,
    start,
    stop,
)

from backchannel.line.events import Arrived
from backchannel.path.direct import DirectPath
from backchannel.station.correspondent import Correspondent
from backchannel.station.runner import Custody, Runner
from backchannel.store import queries, sqlite
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


def test_what_a_former_run_left_is_sent_without_being_asked_for(tmp_path, monkeypatch):
    """PATH-50, RECORD-63: the first commit of a start comes before the paths carry."""
    monkeypatch.setattr(Correspondent, "want", lambda *_: None)
    cast = found_cast()
    ports = free_ports()
    identities = introduce(cast, ports)

    async def story() -> None:
        alder = open_room(tmp_path, cast, 0, identities[0], ports[0])
        birch = open_room(tmp_path, cast, 1, identities[1], ports[1])
        start(alder)
        await alder.speaks()
        said = await alder.say("before the stop")
        await stop(alder)
        custody = Custody(sqlite.open(alder.database), cast.line, seed("wrap/0"))
        clock = SteadyClock()
        path = DirectPath("direct", identities[0], listen=((LOOPBACK, ports[0]),), clock=clock)
        alder = furnish(0, cast, Runner(custody, clock), (path,))
        start(alder)
        start(birch)
        try:
            await birch.shows(said.entry)
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


def test_copies_are_kept_by_path_with_their_times(tmp_path):
    """PATH-63: where a statement went, where it came from, and by which path its receipt came."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            again: list[bytes] = []
            birch.runner.hear_arrivals(lambda event, _: again.append(event.envelope))
            said = await alder.say("the gate is open")
            await alder.reaches(said.entry, "held")
            await birch.shows(said.entry)
            # Every envelope that was opened comes once more, by another path.
            count = len(again)
            for envelope in tuple(again):
                event = Arrived(at=birch.runner.moment(), path=7, envelope=envelope)
                birch.runner.post(event)
            await birch.until(lambda: birch.runner.refused["box-spent"] + len(again) >= 2 * count)
            for room in (alder, birch):
                room.dispatch.copies.keep()
            sent = await alder.station.show(said.entry)
            assert [(c.number, c.came) for c in sent.copies] == [(1, False)]
            assert {(r.party, c.number, c.came) for r in sent.receipts for c in r.copies} == {
                ("Birch", 1, True)
            }
            came = await birch.station.show(said.entry)
            assert [(c.number, c.came, c.copies) for c in came.copies] == [
                (1, True, 1),
                (7, True, 1),
            ]
            paths = alder.station.status().paths
            assert [(p.number, p.name, p.latency, p.up) for p in paths] == [
                (1, "direct", "fast", ("Birch",))
            ]

    run(story())
