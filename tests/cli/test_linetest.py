"""Testing the line at a terminal: a call, its answer, the same scores in both rooms."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cast import POLICY, Cast, found_cast
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import agreed, run

from backchannel.charter.practice import Practice
from backchannel.notice.catalogue import catalogue_hash
from backchannel.notice.testing import answer_to

pytestmark = pytest.mark.usefixtures("quick_seals")
HOUR_S = 3_600


def practised() -> Cast:
    """Two rooms that agreed to test each path every hour."""
    practice = Practice(catalogue_hash(), test_s=HOUR_S, calls=2)
    return found_cast(policy=replace(POLICY, practice=practice))


def by(desk: Desk, name: str) -> tuple[object, ...]:
    """The option of an officer who acts."""
    return ("--officer", desk.key(name))


async def outcomes(desk: Desk) -> list[tuple[int, str, str]]:
    """Serial, kind and outcome of each test, as a desk sees them, the oldest first."""
    found = (await desk.told("test", "score"))["trials"]
    return [(each["serial"], each["kind"], each["outcome"]) for each in reversed(found)]


async def word_of(desk: Desk, entry: str) -> str:
    """The word that answers a test."""
    found = (await desk.told("test", "score"))["trials"]
    (challenge,) = [each["challenge"] for each in found if each["entry"] == entry]
    answer = answer_to(challenge)
    assert answer is not None
    return answer


def test_both_rooms_see_how_a_test_came_out(tmp_path: Path) -> None:
    """NOTICE-130 to NOTICE-133: good, wrong, garbled, and none, each in its own score."""

    async def story() -> None:
        async with desks(tmp_path, practised()) as (alder, birch):
            kinds = ("scheduled-human", "scheduled-human", "random-human", "random-human")
            who = by(alder, "first")
            called = [
                (await alder.told("test", "call", "--kind", kind, *who))["entry"] for kind in kinds
            ]
            await agreed(alder.room, birch.room)
            good, wrong, garbled, _ = called
            answer = ("test", "answer")
            said = ("--word", await word_of(birch, good), "--post", "duty officer")
            await birch.done(*answer, good, *said, *by(birch, "marsh"))
            await birch.done(*answer, wrong, "--word", "umbrella stand", *by(birch, "first"))
            slip = ("--word", await word_of(birch, garbled), "--garbled", "no colon")
            await birch.done(*answer, garbled, *slip, *by(birch, "first"))
            await agreed(alder.room, birch.room)
            alder.room.clock.skipped_s = birch.room.clock.skipped_s = 400
            for desk in (alder, birch):
                assert await outcomes(desk) == [
                    (1, "scheduled-human", "good"),
                    (2, "scheduled-human", "wrong-answer"),
                    (3, "random-human", "garbled"),
                    (4, "random-human", "no-answer"),
                ]
                text = await desk.done("test", "score")
                assert "Birch, scheduled-human, direct-1: 1 of 2 good, 1 wrong" in text
                assert "Birch, random-human, direct-1: 0 of 2 good, 1 garbled, 1 not" in text

    run(story())


def test_what_is_due_is_told_to_whom_it_is_due_from(tmp_path: Path) -> None:
    """NOTICE-134: a test that was made puts the lamp out, for its hour, in one room alone."""

    async def story() -> None:
        async with desks(tmp_path, practised()) as (alder, birch):
            for desk in (alder, birch):
                assert "A test of path direct-1 is due: it was never" in await desk.done("status")
            await alder.done("test", "call", *by(alder, "first"))
            await agreed(alder.room, birch.room)
            assert "test-due" not in await slugs(alder)
            assert "test-due" in await slugs(birch)
            alder.room.clock.skipped_s = HOUR_S + 1
            assert "test-due" in await slugs(alder)

    run(story())


async def slugs(desk: Desk) -> list[str]:
    """The lamps that are lit at a desk."""
    return [each["slug"] for each in (await desk.told("status"))["lamps"]]


def test_what_is_no_test_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            who = by(alder, "first")
            await refused(alder, "unknown-test", "test", "call", "--kind", "machine", *who)
            await refused(alder, "unknown-path", "test", "call", "--path", "smoke-1", *who)
            said = (await alder.acts("say", "Good evening.", "--mode", "test"))["entry"]
            await agreed(alder.room, birch.room)
            answer = ("test", "answer", said, "--word", "anchor", *by(birch, "first"))
            await refused(birch, "no-test", *answer)
            assert "anchor     bottle" in await birch.done("test", "words")
            assert (await birch.told("test", "words"))["words"][0] == "anchor"

    run(story())
