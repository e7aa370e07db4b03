"""The watch at a terminal: signed on, handed over item by item, left; both rooms see it."""

from pathlib import Path

import pytest
from tests.cast import Cast, found_cast
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import agreed, enrol_post, run

from backchannel.line.drafting import ReplyWanted

pytestmark = pytest.mark.usefixtures("quick_seals")


def cast() -> Cast:
    """Two rooms; at each north and south fill the post operations."""
    made = found_cast()
    enrol_post(made, "operations", "north", "south")
    return made


def by(desk: Desk, *names: str) -> tuple[object, ...]:
    """The options of officers who act, with no question asked."""
    return tuple(word for name in names for word in ("--officer", desk.key(name)))


async def watch(desk: Desk) -> list[tuple[str, str, str]]:
    """What a desk says of the watch: party, post, officer."""
    found = (await desk.told("watch", "show"))["watch"]
    return [(each["party"], each["post"], each["officer"]) for each in found]


def test_both_rooms_see_who_is_on_watch(tmp_path: Path) -> None:
    """NOTICE-120 to NOTICE-124: signed on with a level, signed on anew, left to nobody."""

    async def story() -> None:
        async with desks(tmp_path, cast()) as (alder, birch):
            assert "Nobody has signed on" in (await birch.type("watch", "show")).stderr
            assert "Nobody of Alder has signed on" in await birch.done("status")
            card = ("--level", "commander", "--principal-in", "30 min")
            await alder.done("watch", "on", *card, *by(alder, "north"))
            await birch.done("watch", "on", "--mode", "test", *by(birch, "marsh"))
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                assert await watch(desk) == [
                    ("Alder", "operations", "north"),
                    ("Birch", "duty officer", "marsh"),
                ]
                text = await desk.done("status")
                assert "Alder, operations: manned since 20" in text
                assert "level commander; principal in 30 min" in text
                assert "Nobody of Birch has signed on" in text, "who drills is not there for real"
            modes = {each["mode"]: each["manned"] for each in (await alder.told("status"))["modes"]}
            assert modes == {"REAL": True, "EXERCISE": False, "TEST": False}
            await alder.done("watch", "off", *by(alder, "north"))
            await agreed(alder.room, birch.room)
            assert "REAL     Alder, operations: NOT MANNED since" in await birch.done(
                "watch", "show"
            )

    run(story())


def test_a_watch_is_handed_over_item_by_item(tmp_path: Path) -> None:
    """NOTICE-123, NOTICE-124: both sign; what is open is taken over by name, or nothing is."""

    async def story() -> None:
        async with desks(tmp_path, cast()) as (alder, birch):
            await alder.done("watch", "on", *by(alder, "north"))
            order = ("watch", "hand-over", *by(alder, "north", "south"))
            told = await birch.acts("say", "Two boats adrift.", "--precedence", "flash")
            await birch.acts("say", "Good evening.")
            await agreed(alder.room, birch.room)
            said = await refused(alder, "watch-item-left", *order)
            assert "Two boats adrift." in said and "Good evening." not in said
            await refused(alder, "watch-item-left", *order, "--yes")
            assert ("Alder", "operations", "north") in await watch(alder)
            result = await alder.type(*order, "--item", told["entry"][:12])
            assert result.exit_code == 0, result.output
            await agreed(alder.room, birch.room)
            assert await watch(birch) == [("Alder", "operations", "south")]
            (line, *_) = (await birch.told("log"))["lines"]
            fields = {each["name"]: each["value"] for each in line["words"]["fields"]}
            assert fields["7 open matters handed over"] == told["entry"]

    run(story())


def test_an_answer_that_is_still_due_is_handed_over(tmp_path: Path) -> None:
    """NOTICE-124: acknowledged is not answered, and however much was said since."""

    async def story() -> None:
        async with desks(tmp_path, cast()) as (alder, birch):
            await alder.done("watch", "on", *by(alder, "north"))
            asked = await birch.room.say("Where?", reply_wanted=ReplyWanted.ANSWER)
            await alder.room.acknowledge(await alder.room.shows(asked.entry))
            await agreed(alder.room, birch.room)
            order = ("watch", "hand-over", *by(alder, "north", "south"))
            assert "Where?" in await refused(alder, "watch-item-left", *order)
            await alder.done(*order, "--item", asked.entry[:12])

    run(story())


def test_who_may_not_take_a_watch_is_told_why(tmp_path: Path) -> None:
    """NOTICE-122: a post that he does not fill, none at all, one of two, two where one acts."""

    async def story() -> None:
        async with desks(tmp_path, cast()) as (alder, _):
            await refused(alder, "watch-post", "watch", "on", *by(alder, "first"))
            other = ("--post", "duty officer")
            await refused(alder, "watch-post", "watch", "on", *other, *by(alder, "north"))
            both = by(alder, "north", "marsh")
            await refused(alder, "watch-post", "watch", "hand-over", *both)
            await refused(alder, "watch-officers", "watch", "on", *by(alder, "north", "south"))
            twice = by(alder, "north", "north")
            await refused(alder, "watch-officers", "watch", "hand-over", *twice)
            await refused(alder, "watch-officers", "watch", "hand-over", *by(alder, "north"))
            bad = ("--level", "admiral")
            await refused(alder, "unknown-code", "watch", "on", *bad, *by(alder, "north"))
            assert await watch(alder) == []

    run(story())


def test_a_watch_that_nobody_has_handed_over_is_told_to_both(tmp_path: Path) -> None:
    """NOTICE-125: the change that was due is past; before that nothing is said."""

    async def story() -> None:
        async with desks(tmp_path, cast()) as (alder, birch):
            early, past = "2999-01-01T00:00:00Z", "2020-01-01T00:00:00Z"
            for due, wanted in ((early, False), (past, True)):
                await alder.done("watch", "on", "--due", due, *by(alder, "north"))
                await agreed(alder.room, birch.room)
                for desk in (alder, birch):
                    found = await desk.told("status")
                    slugs = [each["slug"] for each in found["lamps"]]
                    assert ("long-watch" in slugs) == found["watch"][0]["long"] == wanted
                    assert ("NO HAND-OVER ENTERED" in await desk.done("watch", "show")) == wanted

    run(story())
