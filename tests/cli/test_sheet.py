"""The monthly sheet at a terminal: both rooms sign the same figures, and no others."""

from pathlib import Path

import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_linetest import practised, word_of
from tests.cli.test_say import refused
from tests.station.house import agreed, run

from backchannel.wire.moments import print_moment

pytestmark = pytest.mark.usefixtures("quick_seals")


def two(desk: Desk) -> tuple[object, ...]:
    """The options of two officers."""
    return ("--officer", desk.key("first"), "--officer", desk.key("second"))


def test_both_rooms_sign_the_same_figures(tmp_path: Path) -> None:
    """NOTICE-170 to NOTICE-172: of a month that is over; what differs is not signed."""

    async def story() -> None:
        async with desks(tmp_path, practised()) as (alder, birch):
            month = print_moment(alder.room.clock.now())[:7]
            called = (await alder.acts("test", "call"))["entry"]
            said = (await alder.acts("say", "Good evening.", "--reply", "ack"))["entry"]
            await agreed(alder.room, birch.room)
            answer = ("test", "answer", called, "--word", await word_of(birch, called))
            await birch.done(*answer, "--officer", birch.key("marsh"))
            await birch.acts("ack", said)
            await agreed(alder.room, birch.room)
            await refused(alder, "month-not-over", "sheet", "show", month)
            await refused(alder, "bad-month", "sheet", "show", "November")
            for room in (alder.room, birch.room):
                room.clock.later_s = 35 * 86_400
            shown = [
                (await desk.told("sheet", "show", month))["figures"] for desk in (alder, birch)
            ]
            assert shown[0] == shown[1]
            codes = {each["code"]: each["value"] for each in shown[0]}
            assert codes["test.scheduled-human.direct-1.p1.good"] == 1
            assert (codes["ack.ROUTINE.p1.wanted"], codes["ack.ROUTINE.p1.given"]) == (1, 1)
            sent = (await alder.told("sheet", "send", month, *two(alder)))["entry"]
            await agreed(alder.room, birch.room)
            signed = (await birch.told("sheet", "sign", sent, *two(birch)))["entry"]
            await agreed(alder.room, birch.room)
            found = await alder.told("show", signed)
            assert found["line"]["verdict"]["word"] == "valid"
            assert "relation: confirm" in await alder.done("show", signed)
            await refused(birch, "no-sheet", "sheet", "sign", said, *two(birch))

    run(story())


def test_a_sheet_with_another_figure_is_not_signed(tmp_path: Path) -> None:
    """NOTICE-172: the figure is named."""

    async def story() -> None:
        async with desks(tmp_path, practised()) as (alder, birch):
            month = print_moment(alder.room.clock.now())[:7]
            for room in (alder.room, birch.room):
                room.clock.later_s = 35 * 86_400
            form = tmp_path / "sheet.toml"
            form.write_text(
                'form = "T20"\n[fields]\n1 = "health-sheet"\n'
                f'2 = "{month}-01T00:00:00Z to unknown"\n3 = "{month}"\n6 = "Sign it."\n'
                '11 = [["ack.FLASH.p0.given", "9 x"]]\n'
            )
            sent = (await alder.told("notice", form, *two(alder)))["entry"]
            await agreed(alder.room, birch.room)
            said = await refused(birch, "figures-differ", "sheet", "sign", sent, *two(birch))
            assert "ack.FLASH.p0.given: none here, 9 x there" in " ".join(said.split())

    run(story())
