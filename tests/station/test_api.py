"""The facade: what a face may do at a station, and that none is believed."""

import asyncio
from pathlib import Path

import pytest
from tests.cast import make_charter, seed
from tests.station.house import LOOPBACK, Room, agreed, lone_room, order_by, rooms, run

from backchannel.charter.charter import pack_charter
from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.errors import JunkError, OfficerError
from backchannel.limits import STREAMS_MAX
from backchannel.line.founding import pack_founding
from backchannel.line.rows import HappenedRow
from backchannel.station.asked import Drawn, LogQuery, Release, SpanQuery
from backchannel.station.authorities import AuthorityFile, pack_authority
from backchannel.station.orders import Action
from backchannel.store import queries
from backchannel.wire.payload import Happening
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence


def events_of(room: Room, kind: Happening, entry: str) -> list[HappenedRow]:
    """The line events of a kind that a room's own journals hold about an entry."""
    custody = room.runner.custody
    found = queries.happened(custody.database, custody.line, bytes.fromhex(entry), limit=50)
    own = room.core.own.values()
    return [each.row for each in found if each.row.kind == kind and each.row.no in own]


async def refused(work: object, reason: str) -> None:
    """Await work that must be refused for a reason."""
    with pytest.raises((OfficerError, JunkError)) as caught:
        await work  # type: ignore[misc]
    assert caught.value.reason == reason


def test_a_statement_is_released_numbered_and_arrives(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            first = await alder.say("Good morning.")
            drill = await alder.say("This is a drill.", Mode.EXERCISE)
            test = await alder.say("Testing.", Mode.TEST)
            second = await alder.say("And again.")
            numbers = [each.number for each in (first, drill, test, second)]
            assert numbers == ["ALDER 0001", "ALDER EX 0001", "ALDER TEST 0001", "ALDER 0002"]
            there = await birch.shows(second.entry)
            assert there.line.number == "ALDER 0002"
            assert there.line.words.text == "And again."
            assert not there.line.words.ours

    run(story())


def test_the_same_statement_again_gets_the_same_answer_and_no_second_entry(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            wanted = alder.sign(alder.plan("Once."))
            first = await alder.station.release(wanted)
            again = await alder.station.release(wanted)
            assert (first.known, again.known) == (False, True)
            assert (again.entry, again.number) == (first.entry, first.number)
            assert len(await alder.lines()) == 1

    run(story())


def test_what_the_rules_refuse_is_refused_with_their_reason(tmp_path: Path) -> None:
    """NT17: one person for a class of two; NT20: words that were not signed."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            alone = alder.sign(alder.plan("Alone.", precedence=Precedence.PRIORITY))
            await refused(alder.station.release(alone), "unreleased")
            good, other = alder.sign(alder.plan("Good.")), alder.sign(alder.plan("Other."))
            swapped = Release(good.mode, good.statement, good.signatures, other.content)
            await refused(alder.station.release(swapped), "content-root")
            lifted = Release("EXERCISE", good.statement, good.signatures, good.content)
            await refused(alder.station.release(lifted), "bad-signature")
            assert await alder.lines() == ()

    run(story())


def test_shown_is_entered_once_and_only_for_words_that_are_held(tmp_path: Path) -> None:
    """NT76: another croot, an unknown entry, a stranger: no line event. Reading enters nothing."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            entry = (await alder.say("Look at this.")).entry
            found = await birch.shows(entry)
            marsh = birch.officer("marsh").hex()
            other = seed("other").hex()
            for drawn, reason in (
                (Drawn(entry, other, marsh), "other-words"),
                (Drawn(other, found.croot, marsh), "not-held"),
                (Drawn(entry, found.croot, other), "unknown-credential"),
                (Drawn(entry, found.croot, alder.officer("marsh").hex()), "unknown-credential"),
            ):
                await refused(birch.station.shown(drawn), reason)
            assert events_of(birch, Happening.SHOWN, entry) == []
            drawn = Drawn(entry, found.croot, marsh)
            assert (await birch.station.shown(drawn)).entered
            assert not (await birch.station.shown(drawn)).entered
            assert len(events_of(birch, Happening.SHOWN, entry)) == 1
            there = await alder.reaches(entry, "shown")
            assert [step.by for each in there.line.ladders for step in each.rungs][-1] == (
                "station of Birch"
            )
            ours = Drawn(entry, found.croot, alder.officer("marsh").hex())
            assert not (await alder.station.shown(ours)).entered

    run(story())


def test_a_revoked_officer_has_nothing_shown(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            found = await birch.shows((await alder.say("Look.")).entry)
            office = birch.cast.offices[1]
            event = Revoke(birch.officer("marsh"), RevocationReason.WITHDRAWN, None)
            office.enter(pack_revoke(event))
            file = AuthorityFile(1, birch.cast.charter, birch.cast.signatures, tuple(office.frames))
            told = await birch.station.give(pack_authority(file))
            assert told.text.startswith("1 entries")
            drawn = Drawn(found.line.entry, found.croot, birch.officer("marsh").hex())
            await refused(birch.station.shown(drawn), "revoked")

    run(story())


def test_files_of_offices_are_taken_whole_or_refused(tmp_path: Path) -> None:
    """NT94 at runtime: what is no file of this line changes nothing."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            cast = alder.cast
            again = await alder.station.give(pack_founding(cast.founding(1)))
            assert not again.entered
            altered = bytearray(pack_founding(cast.founding(1)))
            altered[100] ^= 1  # in the charter
            before = alder.core
            await refused(alder.station.give(b"nothing of ours"), "papers-kind")
            with pytest.raises((OfficerError, JunkError)):
                await alder.station.give(bytes(altered))
            assert alder.core.journals == before.journals

    run(story())


def test_authority_files_of_another_line_are_refused(tmp_path: Path) -> None:
    """RECORD-110."""
    charter, _ = make_charter(roots=2)
    raw = pack_authority(AuthorityFile(0, pack_charter(charter), (), ()))

    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            before = alder.core.journals
            await refused(alder.station.give(raw), "other-line")
            assert alder.core.journals == before

    run(story())


def test_a_desk_has_what_a_drafter_needs(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            entry = (await birch.say("Hello.")).entry
            await alder.shows(entry)
            desk = alder.station.desk(Mode.REAL)
            assert [each.name for each in desk.officers] == ["first", "second", "marsh"]
            assert desk.officers[2].posts == ("duty officer",)
            assert [each.name for each in desk.classes][:2] == ["inform", "notice"]
            assert [no for no, _, _ in desk.basis] == [birch.core.own[Mode.REAL]]
            journal = alder.core.journals[birch.core.own[Mode.REAL]]
            assert desk.basis[0] == (journal.no, journal.seq, journal.head.hex())
            assert not desk.asking

    run(story())


def test_a_station_that_has_just_started_says_so_and_takes_orders(tmp_path: Path) -> None:
    """Two officers resume the old journal, one may open a new one, and nobody's word twice."""

    async def story() -> None:
        async with lone_room(tmp_path) as alder:
            await refused(alder.say("Too early."), "still-asking")
            voice = await alder.station.voice(Mode.REAL, 0)
            assert not voice.speaks
            assert alder.station.desk(Mode.REAL).asking
            old = alder.core.own[Mode.REAL]
            alone = order_by(alder, Action.RESUME, "first")
            await refused(alder.station.order(alone), "two-officers")
            twice = order_by(alder, Action.RESUME, "first", "first")
            await refused(alder.station.order(twice), "two-officers")
            await refused(alder.station.order(order_by(alder, Action.RESUME)), "order-unsigned")
            both = order_by(alder, Action.RESUME, "first", "second")
            waiting = asyncio.create_task(alder.station.voice(Mode.REAL, 20))
            await alder.station.order(both)
            assert (await waiting).speaks
            assert alder.core.own[Mode.REAL] == old
            await refused(alder.station.order(both), "order-old")
            new = order_by(alder, Action.NEW_JOURNAL, "marsh", mode=Mode.TEST)
            was = alder.core.own[Mode.TEST]
            await alder.station.order(new)
            assert alder.core.own[Mode.TEST] > was

    run(story())


def test_epoch_zero_needs_a_courier_package_and_an_officer(tmp_path: Path) -> None:
    """NT68: it needs human consent, and here there is not even a package."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            asked = order_by(alder, Action.EPOCH_ZERO, "first")
            await refused(alder.station.order(asked), "no-courier-package")

    run(story())


def test_a_stream_replays_from_its_cursor_and_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            entries = [(await alder.say(f"number {n}")).entry for n in range(3)]
            stream = alder.station.stream(0)
            seen = [await anext(stream) for _ in range(3)]
            assert [each.statement and each.statement.entry for each in seen] == entries
            caught_up = await anext(stream)
            assert (caught_up.statement, caught_up.arrival) == (None, seen[2].arrival)
            late = alder.station.stream(seen[1].arrival)
            first = await anext(late)
            assert first.statement is not None and first.statement.entry == entries[2]
            new = asyncio.create_task(alder.say("number 3"))
            while (news := await anext(stream)).statement is None:
                pass
            assert news.statement.entry == (await new).entry
            await stream.aclose()  # type: ignore[attr-defined]
            await late.aclose()  # type: ignore[attr-defined]

    run(story())


def test_a_stream_without_a_cursor_begins_with_what_comes_next(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            await alder.say("before")
            stream = alder.station.stream(None)
            assert (await anext(stream)).statement is None
            await stream.aclose()  # type: ignore[attr-defined]

    run(story())


def test_streams_are_bounded(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            streams = [alder.station.stream(0) for _ in range(STREAMS_MAX)]
            for each in streams:
                await anext(each)
            await refused(anext(alder.station.stream(0)), "too-many-streams")
            await streams[0].aclose()  # type: ignore[attr-defined]
            again = alder.station.stream(0)
            await anext(again)
            for each in (*streams[1:], again):
                await each.aclose()  # type: ignore[attr-defined]

    run(story())


def test_the_whole_record_is_checked_passed_on_and_backed_up_beside_a_running_station(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            await alder.say("Keep this.")
            await agreed(alder, birch)
            reports = [each.report async for each in alder.station.files.check()]
            assert reports[-1] is not None and reports[-1].outcome == 0
            span = SpanQuery("REAL", 0, 2**40)
            pieces = [each async for each in alder.station.files.transcript(span)]
            assert b"".join(pieces).startswith(b"backchannel/1/transcript\x00")
            target = tmp_path / "record.backup"
            await alder.station.files.backup(target)
            assert target.stat().st_size > 0
            await refused(alder.station.files.backup(target), "file-exists")
            await refused(alder.station.files.backup(Path("relative")), "path-relative")

    run(story())


def test_a_transcript_that_is_given_up_holds_nobody_up(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            pieces = alder.station.files.transcript(SpanQuery("REAL", 0, 2**40))
            await anext(pieces)
            await pieces.aclose()  # type: ignore[attr-defined]
            assert (await alder.say("The station goes on.")).number == "ALDER 0001"

    run(story())


def test_a_mode_that_is_not_spoken_here_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            with pytest.raises(OfficerError) as caught:
                alder.station.desk(Mode.NONE)
            assert caught.value.reason == "no-such-mode"

    run(story())


def test_the_log_pages_and_filters(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            for n in range(5):
                await alder.say(f"real {n}")
            await alder.say("drill", Mode.EXERCISE)
            page = await alder.station.log(LogQuery("REAL", 2))
            assert [each.words.text for each in page.lines] == ["real 4", "real 3"]
            page = await alder.station.log(LogQuery("REAL", 2, page.before))
            assert [each.words.text for each in page.lines] == ["real 2", "real 1"]
            page = await alder.station.log(LogQuery("REAL", 2, page.before))
            assert [each.words.text for each in page.lines] == ["real 0"]
            assert page.before is None
            whole = await alder.station.log(LogQuery(limit=50))
            assert [each.words.mode for each in whole.lines][:2] == ["EXERCISE", "REAL"]

    run(story())


def test_status_counts_what_waits(tmp_path: Path) -> None:
    async def story() -> None:
        async with lone_room(tmp_path) as alder:
            status = alder.station.status()
            assert [each.mode for each in status.modes] == ["REAL", "EXERCISE", "TEST"]
            assert all(each.asking_s is not None for each in status.modes)
            birch = next(each for each in status.stations if each.mode == "REAL")
            assert not birch.up
            await alder.until(lambda: LOOPBACK in alder.station.status().stations[0].failure)

    run(story())


def test_an_answer_kind_has_no_number(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            found = await birch.shows((await alder.say("Acknowledge me.")).entry)
            made = await birch.acknowledge(found)
            assert made.number == ""
            assert (await birch.station.show(made.entry)).line.words.kind == Kind.ACK.name.lower()

    run(story())
