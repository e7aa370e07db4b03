"""A station and its witnesses, over real sockets: what is cosigned is kept, what lacks shows."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.cast import found_cast, seed
from tests.station.house import Room, rooms, run
from tests.witness.logs import WITNESS, Clock, Log

from backchannel.cli.lamps import status_lines
from backchannel.errors import OfficerError
from backchannel.proof.checkpoint import Checkpoint, checkpoint_text
from backchannel.proof.note import note_line
from backchannel.proof.vkey import parse_key, require_signed, time_in, witness_key
from backchannel.station import errand, witnessing
from backchannel.station.beaconlog import BeaconLog, log_key, quotes, signed_checkpoint
from backchannel.station.keyring import WitnessSecret
from backchannel.station.watchreports import BeaconReport
from backchannel.store.witness import latest, open_memory
from backchannel.store.witnessed import (
    Witnessed,
    openings,
    sizes_below,
    sizes_from,
    witnessed_at,
)
from backchannel.wire.beacon import quote_of
from backchannel.wire.primitives import sha256
from backchannel.witness.keeper import Keeper
from backchannel.witness.server import listen_at, serve

PERIOD_S = 600
OTHER = WitnessSecret("witness.example/2", seed("other witness"))


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def policy_text(ports: tuple[int, int], threshold: str = "any") -> str:
    """A policy of two witnesses."""
    one, two = (witness_key(each.name, each.seed).text() for each in (WITNESS, OTHER))
    return (
        f"witness w1 {one} http://127.0.0.1:{ports[0]}\n"
        f"witness w2 {two} http://127.0.0.1:{ports[1]}/prefix/\n"
        f"group both {threshold} w1 w2\n"
        "quorum both\n"
    )


@asynccontextmanager
async def witness(
    folder: Path,
    room: Room,
    port: int,
    secret: WitnessSecret = WITNESS,
    clock: Clock | None = None,
) -> AsyncIterator[Path]:
    """A witness, running, and told of the room's log; its memory outlives it."""
    key = log_key(room.runner.state)
    assert key is not None
    path = folder / f"{secret.name.replace('/', '-')}.db"
    with open_memory(path) as memory, listen_at("127.0.0.1", port) as door:
        keeper = Keeper(secret, [key], memory, clock or Clock())
        serving = asyncio.create_task(serve(keeper, door))
        try:
            yield path
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


def report(room: Room) -> BeaconReport:
    """What status says of the room's beacon."""
    found = room.station.status().beacon
    assert found is not None
    return found


def slugs(room: Room) -> set[str]:
    return {each.slug for each in room.station.status().lamps}


def all_at(room: Room, size: int) -> tuple[Witnessed, ...]:
    """What the room keeps of its log at a size."""
    custody = room.runner.custody
    return witnessed_at(custody.database, custody.line, room.core.own[1], size)


async def beat(room: Room, leaves: int) -> None:
    """Let periods go by until the log has so many leaves."""
    while report(room).leaves < leaves:
        had = report(room).leaves
        room.clock.skipped_s += PERIOD_S if had else 0
        room.runner._time_passed()
        await room.until(lambda had=had: report(room).leaves > had)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow each other at once."""
    monkeypatch.setattr(witnessing, "WITNESS_PAUSE_SECONDS_MIN", 0.01)
    monkeypatch.setattr(witnessing, "WITNESS_PAUSE_SECONDS_MAX", 0.05)


def play(
    folder: Path, story: Callable[[Room, tuple[int, int]], Awaitable[None]], threshold: str = "any"
) -> None:
    """Play a story in Alder's room on a line with two witnesses, neither of which runs yet."""

    async def told() -> None:
        ports = free_port(), free_port()
        cast = found_cast(witnesses=policy_text(ports, threshold))
        async with rooms(folder, cast) as (alder, _):
            await story(alder, ports)

    run(told())


def test_what_a_witness_cosigns_is_kept_and_told(tmp_path: Path) -> None:
    """PROOF-74, PROOF-75: one of two is the quorum; the other, which is gone, shows as gone."""

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        async with witness(tmp_path, alder, ports[0]) as memory:
            await beat(alder, 3)
            await alder.until(lambda: report(alder).witnessed == 3)
            await alder.until(lambda: report(alder).witnesses[1].fault)
            one, two = report(alder).witnesses
            assert (one.size, one.fault, two.size) == (3, "", 0)
            assert two.fault.startswith("witness-unreachable")
            assert one.time is not None and report(alder).time is not None
            assert not slugs(alder) & {"not-witnessed", "witness-contradicts"}
            lines = "\n".join(status_lines(alder.station.status()))
            assert "beacon: 3 leaves; a quorum has cosigned all, by " in lines
            custody, no = alder.runner.custody, alder.core.own[1]
            key = witness_key(WITNESS.name, WITNESS.seed)
            log = BeaconLog(custody.database, custody.line, no)
            log.grow()
            sizes = list(sizes_from(custody.database, custody.line, no, 1))
            assert sizes == [*sizes_below(custody.database, custody.line, no, 99)][::-1]
            for found in (w for n in sizes for w in all_at(alder, n)):
                checkpoint = log.checkpoint(alder.runner.state, found.size)
                text = checkpoint_text(checkpoint)
                assert require_signed(key, found.line, text, checkpoint) == time_in(found.line)
            assert memory.is_file()

    play(tmp_path, story)


def test_the_key_of_a_log_says_nothing_of_the_line(tmp_path: Path) -> None:
    """PROOF-63: a name that is a hash, and the station's own ML-DSA-44 key."""

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        await beat(alder, 1)
        key = parse_key(report(alder).key)
        journal = alder.core.journals[alder.core.own[1]]
        hidden = sha256(b"backchannel/1/beacon-log\x00" + journal.id)[:16].hex()
        assert key.name == f"backchannel/beacon/{hidden}"
        assert (key.algorithm, key.public) == (6, journal.pq_public)
        checkpoint = Checkpoint(key.name, 1, bytes(32))
        (line,) = signed_checkpoint(alder.runner.state, checkpoint).signatures
        assert require_signed(key, line, checkpoint_text(checkpoint), checkpoint) == 0

    play(tmp_path, story)


def test_a_quorum_that_is_not_met_is_shown_and_caught_up_in_one_step(tmp_path: Path) -> None:
    """PROOF-75: nothing is hidden while nobody answers, and nothing is lost."""

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        await beat(alder, 5)
        assert (report(alder).witnessed, report(alder).time) == (0, None)
        assert "not-witnessed" in slugs(alder)
        lines = "\n".join(status_lines(alder.station.status()))
        assert "NO QUORUM for the newest 5" in lines
        async with witness(tmp_path, alder, ports[0]) as path:
            await alder.until(lambda: report(alder).witnessed == 5)
        assert "not-witnessed" not in slugs(alder)
        with open_memory(path) as memory:
            found = latest(memory, report(alder).key.partition("+")[0])
        assert found is not None and (found.size, found.times) == (5, 1)

    play(tmp_path, story)


def test_one_witness_is_no_quorum_of_two(tmp_path: Path) -> None:
    """PROOF-66, NT43."""

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        async with witness(tmp_path, alder, ports[0]):
            await beat(alder, 3)
            await alder.until(lambda: report(alder).witnesses[0].size == 3)
        assert report(alder).witnessed == 0
        assert "not-witnessed" in slugs(alder)
        assert quotes(alder.runner.custody.database, alder.runner.state) == ()

    play(tmp_path, story, "all")


def test_an_answer_that_was_lost_is_asked_for_again(tmp_path: Path) -> None:
    """PROOF-75: the witness holds more than we know; 409 says how much."""

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        async with witness(tmp_path, alder, ports[0]):
            await beat(alder, 2)
            await alder.until(lambda: report(alder).witnessed == 2)
            alder.runner.custody.database.rows("DELETE FROM witnessed")
            await beat(alder, 3)
            await alder.until(lambda: report(alder).witnessed == 3)
            assert report(alder).witnesses[0].fault == ""

    play(tmp_path, story)


def test_the_next_opening_quotes_what_the_quorum_signed(tmp_path: Path) -> None:
    """PROOF-60: so what comes later in the journal is younger than that signature."""

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        async with witness(tmp_path, alder, ports[0]):
            await beat(alder, 1)
            await alder.until(lambda: report(alder).witnessed == 1)
            await beat(alder, 2)
        custody, no = alder.runner.custody, alder.core.own[1]
        (first,) = all_at(alder, 1)
        _, second = openings(custody.database, custody.line, no)
        assert second.beat.quotes == (quote_of(note_line(first.line)),)

    play(tmp_path, story)


async def shown_another_log(folder: Path, alder: Room, port: int, size: int) -> None:
    """Let the witness cosign so many leaves under our key that our disk does not hold."""
    key = log_key(alder.runner.state)
    assert key is not None
    other = Log(key.name)
    other.seed = alder.runner.state.secrets.hands[1].pq_seed
    other.key = key
    async with witness(folder, alder, port) as path:
        pass
    with open_memory(path) as memory:
        keeper = Keeper(WITNESS, [key], memory, Clock())
        assert keeper.answer(other.submission(0, size)).status == 200


def test_a_witness_that_holds_more_than_we_do_is_an_alarm(tmp_path: Path) -> None:
    """PROOF-75: our disk is an old one, or our key is in use elsewhere. No room is closed by it."""

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        await beat(alder, 2)
        await shown_another_log(tmp_path, alder, ports[0], 9)
        async with witness(tmp_path, alder, ports[0]):
            await alder.until(lambda: "witness-ahead" in slugs(alder))
            assert "9 leaves of our log, we have 2" in report(alder).witnesses[0].fault
        await alder.say("the line goes on")

    play(tmp_path, story)


def test_a_witness_with_another_history_is_an_alarm(tmp_path: Path) -> None:
    """PROOF-75: of the same size, and of a smaller one."""

    async def story(alder: Room, ports: tuple[int, int]) -> None:
        await beat(alder, 3)
        await shown_another_log(tmp_path, alder, ports[0], 3)
        async with witness(tmp_path, alder, ports[0]):
            await alder.until(lambda: "witness-contradicts" in slugs(alder))
            await beat(alder, 4)
            await alder.until(lambda: alder.witnessing.faults["w1"].reason == "witness-contradicts")
            assert report(alder).witnessed == 0

    play(tmp_path, story)


def test_a_policy_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """PROOF-75: it asks nobody, and says so; the beacon goes on."""

    async def told() -> None:
        async with rooms(tmp_path, found_cast(witnesses="quorum nobody\n")) as (alder, _):
            await beat(alder, 2)
            assert "witness-policy" in slugs(alder)
            assert report(alder).trouble
            assert "CANNOT BE READ" in "\n".join(status_lines(alder.station.status()))

    run(told())


NO_ADDRESSES = ("", "x", "ftp://a", "http://", "http://a:b", "http://u@a", "http://a?q")


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """PROOF-74."""
    with pytest.raises(OfficerError, match="witness-address"):
        errand.connection_to(url)
