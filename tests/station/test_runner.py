"""Load, step, commit: nothing leaves before it is kept, and nothing kept is lost."""

import asyncio
import os

import pytest
from tests.cast import found_cast, write_message
from tests.station.house import SteadyClock, kept, rooms, run

from backchannel.errors import CustodyError, OfficerError
from backchannel.line.beacon import next_due
from backchannel.line.events import Released
from backchannel.line.rows import EntryRow, OutgoingRow
from backchannel.station.runner import Runner, load_state
from backchannel.store.runmark import open_run_mark


def released(runner: Runner, cast, text: str = "hello", **changes) -> Released:
    """A released message of the first party."""
    statement, signatures, content = write_message(cast, 0, text, **changes)
    return Released(
        at=runner.moment(), mode=1, statement=statement, signatures=signatures, content=content
    )


def test_what_is_loaded_is_what_was_founded(tmp_path):
    cast = found_cast()
    state = load_state(kept(tmp_path, cast, 0))
    assert state.core == cast.states[0].core
    assert state.secrets == cast.states[0].secrets
    assert state.authorities == cast.states[0].authorities
    assert state.trails == cast.states[0].trails


def test_an_entry_is_on_the_disk_before_its_sender_hears_of_it(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            entry = await alder.runner.submit(released(alder.runner, alder.cast))
            again = load_state(alder.runner.custody)
            own = again.core.journals[again.core.own[1]]
            assert entry in again.trails[own.no].values()

    run(story())


def test_listeners_hear_after_the_commit_and_of_every_row(tmp_path):
    heard = []

    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):

            def listen(state, rows):
                stored = load_state(alder.runner.custody)
                heard.append((stored.core.version == state.core.version, rows))

            alder.runner.listen(listen)
            await alder.runner.submit(released(alder.runner, alder.cast))

    run(story())
    assert heard and all(same for same, _ in heard)
    kinds = {type(row) for _, rows in heard for row in rows}
    assert {EntryRow, OutgoingRow} <= kinds


def test_a_refused_event_is_told_to_its_sender_and_changes_nothing(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            version = alder.core.version
            event = released(alder.runner, alder.cast)
            broken = Released(
                at=event.at,
                mode=1,
                statement=event.statement,
                signatures=(bytes(64),),
                content=event.content,
            )
            with pytest.raises(OfficerError, match="bad-signature"):
                await alder.runner.submit(broken)
            assert alder.runner.refused["bad-signature"] == 1
            assert alder.core.journals[alder.core.own[1]].seq >= 0
            assert load_state(alder.runner.custody).core.version >= version

    run(story())


def test_a_full_disk_refuses_what_it_cannot_keep_and_the_line_goes_on_when_there_is_room(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            database = alder.runner.custody.database
            pages = database.row("PRAGMA page_count")[0]
            database.rows(f"PRAGMA max_page_count = {pages}")
            seq = alder.core.journals[alder.core.own[1]].seq
            with pytest.raises(CustodyError, match="disk-full"):
                while True:
                    await alder.runner.submit(released(alder.runner, alder.cast, "x" * 20_000))
            assert alder.runner.failure is not None
            stored = load_state(alder.runner.custody)
            assert stored.core.journals[stored.core.own[1]].seq >= seq
            database.rows("PRAGMA max_page_count = 1000000")
            entry = await alder.runner.submit(released(alder.runner, alder.cast, "after"))
            assert alder.runner.failure is None
            await birch.shows(entry.hex())

    run(story())


def test_a_lone_tick_is_not_written(tmp_path):
    cast = found_cast()

    async def story() -> None:
        runner = Runner(kept(tmp_path, cast, 0), SteadyClock())
        runner.begin(clean=True, mark=None)
        task = asyncio.create_task(runner.run())
        while not runner.state.core.starts:
            await asyncio.sleep(0.01)
        while runner.state.core.asking:
            await asyncio.sleep(0.1)
        await asyncio.sleep(1.5)  # what the start has made due is written
        version = runner.state.core.version
        await asyncio.sleep(2.5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert runner.state.core.version == version
        runner.custody.database.close()

    run(story())


def test_running_time_is_added_up_over_starts(tmp_path):
    cast = found_cast()
    first = Runner(kept(tmp_path, cast, 0), SteadyClock())
    assert first.elapsed() >= first.state.core.elapsed
    assert first.moment().elapsed >= 0
    first.custody.database.close()


def test_a_run_mark_that_cannot_be_written_stops_the_station(tmp_path):
    """What was kept and not marked may not leave: a later start asks before it signs."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            assert alder.runner.custody.mark is not None
            os.close(alder.runner.custody.mark._descriptor)
            heard = []
            alder.runner.listen(lambda state, rows: heard.append(rows))
            alder.runner.post(released(alder.runner, alder.cast))
            running = alder.tasks[0]
            await asyncio.wait([running], timeout=20)
            with pytest.raises(CustodyError):
                running.result()
            assert not heard
            alder.runner.custody.mark._descriptor = os.open(os.devnull, os.O_RDWR)
            alder.tasks.remove(running)

    run(story())


def test_the_run_mark_follows_every_commit(tmp_path):
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _):
            await alder.runner.submit(released(alder.runner, alder.cast))
            file, mark = open_run_mark(alder.database.with_suffix(".mark"), alder.cast.line)
            file.close()
            assert mark is not None
            own = alder.core.own[1]
            assert mark.newest[own] == alder.core.journals[own].seq
            assert mark.starts == alder.core.starts

    run(story())


def test_a_leaf_has_a_timer_of_its_own_that_nothing_said_moves(tmp_path):
    """I16, PROOF-62: were it left to the next tick or receipt, traffic would bring it forward."""

    async def story() -> None:
        async with rooms(tmp_path, found_cast(witnesses="quorum none\n")) as (alder, birch):
            runner = alder.runner

            def is_set() -> bool:
                due = next_due(runner.state)
                if due is None or runner._beat is None:
                    return False
                wait = runner._beat.when() - asyncio.get_running_loop().time()
                return abs(wait * 1000 - (due - runner.elapsed())) < 500

            await alder.until(is_set)
            due = next_due(runner.state)
            said = await birch.say("crisis")
            await alder.shows(said.entry)
            assert is_set() and next_due(runner.state) == due

    run(story())
