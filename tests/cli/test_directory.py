"""The directory at a terminal: entered, proved by a test, lapsed, and urgent words to deputies."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cast import POLICY, Cast, found_cast
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_linetest import word_of
from tests.station.house import agreed, run

from backchannel.charter.practice import Practice, Subject
from backchannel.notice.catalogue import catalogue_hash

pytestmark = pytest.mark.usefixtures("quick_seals")
DAY_S = 86_400


def practised() -> Cast:
    """Two rooms whose duty officers answer for boats."""
    subjects = (Subject("boats adrift", "duty officer"),)
    practice = Practice(catalogue_hash(), proof_s=DAY_S, subjects=subjects)
    return found_cast(policy=replace(POLICY, practice=practice))


def two(desk: Desk) -> tuple[object, ...]:
    """The options of two officers."""
    return ("--officer", desk.key("first"), "--officer", desk.key("second"))


async def states(desk: Desk) -> dict[tuple[str, str], str]:
    """How each post stands, as a desk sees it."""
    found = (await desk.told("directory", "show"))["posts"]
    return {(each["party"], each["post"]): each["state"] for each in found}


def test_a_post_is_entered_proved_and_lapses(tmp_path: Path) -> None:
    """NOTICE-160 to NOTICE-163, in both rooms."""

    async def story() -> None:
        async with desks(tmp_path, practised()) as (alder, birch):
            assert set((await states(alder)).values()) == {"missing"}
            ways = ("--deputy", "chief of watch", "--call-sign", "KITE", "--subject", "weather")
            await birch.done("directory", "enter", "duty officer", *ways, *two(birch))
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                assert (await states(desk))["Birch", "duty officer"] == "never proved"
                slugs = [each["slug"] for each in (await desk.told("status"))["lamps"]]
                assert slugs.count("post-not-proved") == 2
            result = await alder.type("directory", "find", "boats adrift")
            assert result.exit_code == 1 and "THERE IS NOBODY" in result.stderr
            told = ("say", "Boats!", "--precedence", "flash", "--post", "duty officer", *two(alder))
            urgent = await alder.type(*told)
            assert "never proved; to its deputies, too" in urgent.stderr
            await agreed(alder.room, birch.room)
            assert "chief of watch" in await birch.done("show", "ALDER 0001")
            called = (await alder.acts("test", "call", "--kind", "random-human"))["entry"]
            await agreed(alder.room, birch.room)
            answer = ("test", "answer", called, "--word", await word_of(birch, called))
            await birch.done(*answer, "--officer", birch.key("marsh"))
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                assert (await states(desk))["Birch", "duty officer"] == "proved"
                text = await desk.done("directory", "find", "Weather")
                assert "Birch: duty officer" in text
            again = await alder.type(*told)
            assert "deputies" not in again.stderr
            for room in (alder.room, birch.room):
                room.clock.later_s = DAY_S + 60
            assert (await states(alder))["Birch", "duty officer"] == "lapsed"
            await birch.done("directory", "withdraw", "duty officer", *two(birch))
            await agreed(alder.room, birch.room)
            assert (await states(alder))["Birch", "duty officer"] == "missing"

    run(story())
