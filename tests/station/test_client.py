"""The client of commands: what the station refused is raised here as it was raised there."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.station.house import order_by, rooms, run
from tests.station.test_local import TOKEN, served

from backchannel.errors import OfficerError
from backchannel.line.founding import pack_founding
from backchannel.station.asked import Drawn, LogQuery, SpanQuery, StreamQuery
from backchannel.station.client import Client, Loopback, client_in
from backchannel.station.orders import Action
from backchannel.station.settings import Settings, save_settings


def test_every_question_comes_back_in_its_shape(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch), served(birch, tmp_path / "s") as client:
            said = await alder.say("Good morning.")
            found = await birch.shows(said.entry)

            def questions() -> None:
                assert client.status().party == "Birch"
                assert client.doctor().findings
                assert client.desk("REAL").mode == "REAL"
                assert client.voice("REAL", 0).speaks
                (line,) = client.log(LogQuery()).lines
                assert line.entry == said.entry
                assert client.show("ALDER 0001").line.entry == said.entry
                assert client.show(said.entry[:9]).croot == found.croot
                *_, last = client.check()
                assert last.report is not None and last.report.damage is None
                raw = b"".join(client.transcript(SpanQuery("REAL", 0, 2**40)))
                assert raw.startswith(b"backchannel/1/transcript")
                assert client.backup(tmp_path / "backup").entered
                drawn = Drawn(said.entry, found.croot, birch.officer("marsh").hex())
                assert client.shown(drawn).entered
                assert not client.give(pack_founding(birch.cast.founding(0))).entered
                again = birch.sign(birch.plan("Hello."))
                assert client.release(again).number == "BIRCH 0001"
                assert client.release(again).known

            await asyncio.to_thread(questions)

    run(story())


def test_what_the_station_refuses_is_raised_here(tmp_path: Path) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), served(alder, tmp_path / "s") as client:
            order = order_by(alder, Action.RESUME, "first")
            for ask, reason in (
                (lambda: client.show("ffff"), "no-such-entry"),
                (lambda: client.order(order), "not-asking"),
                (lambda: client.give(b"nothing"), "papers-kind"),
                (lambda: list(client.transcript(SpanQuery("REAL", 0, 1))), "span-empty"),
            ):
                with pytest.raises(OfficerError) as caught:
                    await asyncio.to_thread(ask)
                assert caught.value.reason == reason

    run(story())


def test_a_client_is_found_by_the_folder_of_its_station(tmp_path: Path) -> None:
    save_settings(tmp_path, Settings(name="one", party="Alder", listen=(), socket="s"))

    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), served(alder, tmp_path / "s"):
            assert (await asyncio.to_thread(client_in(tmp_path).status)).party == "Alder"

    run(story())


def test_a_fault_in_the_middle_of_a_check_is_its_last_line(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), served(alder, tmp_path / "s") as client:
            alder.database.rename(tmp_path / "elsewhere")
            with pytest.raises(OfficerError) as caught:
                await asyncio.to_thread(list, client.check())
            assert caught.value.reason == "no-database"
            (tmp_path / "elsewhere").rename(alder.database)

    run(story())


def test_nobody_answers_where_no_station_runs(tmp_path: Path) -> None:
    for reach in (tmp_path / "nothing", Loopback(1, TOKEN)):
        with pytest.raises(OfficerError) as caught:
            Client(reach).log(LogQuery())
        assert caught.value.reason == "no-station-answers"


@contextlib.contextmanager
def another_program(path: Path, answer: bytes) -> Iterator[Path]:
    """A socket on which something answers that is no station, or dies while it does."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def serve_once() -> None:
            one, _ = listening.accept()
            with one:
                one.recv(4096)
                one.sendall(answer)

        thread = threading.Thread(target=serve_once)
        thread.start()
        yield path
        thread.join()


def test_what_is_no_station_is_not_taken_for_one(tmp_path: Path) -> None:
    answer = b"HTTP/1.1 500 Oh\r\ncontent-length: 2\r\n\r\nno"
    with another_program(tmp_path / "other", answer) as path:
        with pytest.raises(OfficerError) as caught:
            Client(path).status()
        assert caught.value.reason == "no-station-answers"


def test_an_answer_that_breaks_off_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    begun = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n"
    with another_program(tmp_path / "dying", begun) as path:
        pieces = Client(path).transcript(SpanQuery("REAL", 0, 1))
        with pytest.raises(OfficerError) as caught:
            b"".join(pieces)
        assert caught.value.reason == "answer-broken"


def test_the_stream_tells_where_the_station_is_and_what_comes_behind_a_cursor(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with rooms(tmp_path) as (alder, _), served(alder, tmp_path / "s") as client:
            said = await alder.say("Good morning.")

            def questions() -> None:
                first = next(client.stream(StreamQuery()))
                assert first.statement is None and 0 < first.commit <= client.status().commit
                missed = next(client.stream(StreamQuery(after=0)))
                assert missed.statement is not None and missed.statement.entry == said.entry
                assert missed.commit >= first.commit

            await asyncio.to_thread(questions)

    run(story())
