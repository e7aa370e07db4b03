"""What officers do at the desks of two rooms, in a real browser: each a journey from end to end."""

from pathlib import Path

import pytest
from tests.cli.desks import PASSPHRASE, quick_seals  # noqa: F401
from tests.desk.windows import Served, Window, web_desks
from tests.station.house import agreed, run

from backchannel.desk.pages import challenge

pytestmark = pytest.mark.usefixtures("quick_seals")

FLASH = "A training missile fell outside its area at 1401Z. It was not an attack."


async def writes(window: Window, text: str, *, precedence: str, second: str = "") -> None:
    """Write a message on the page for it, and sign it."""
    page = window.page
    await page.keyboard.press("/")
    await page.fill("#text", text)
    await page.select_option("#precedence", precedence)
    if second:
        option = page.locator("#second option", has_text=second).first
        await page.select_option("#second", await option.get_attribute("value"))
    await window.sign(".page button.go")


async def releases(desk: Served, name: str, letter: str) -> Window:
    """Read a draft as a second officer: type what it asks for, and sign it."""
    window = await desk.window()
    await window.sign_in(name)
    await window.page.click(f"#now a:has-text('draft {letter}')")
    await window.page.fill("#typed", challenge(desk.room.box.get(letter))[2])
    await window.sign("form.box button.go")
    return window


def test_a_flash_is_released_by_two_rings_and_is_acknowledged_by_two_keys(tmp_path: Path) -> None:
    """The whole way: two people release, the other room's horn rings, one officer silences it and
    acknowledges; the first room sees his name without having touched anything."""

    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            theirs = await birch.window()
            await theirs.sign_in("marsh")
            await theirs.page.keyboard.press("Shift")
            await theirs.sees("Nothing waits for you.", "#now")
            ours = await alder.window()
            await ours.sign_in("first")
            await writes(ours, FLASH, precedence="FLASH", second="second")
            await ours.sees("Not sent. Waits for a second signature.")
            assert (await birch.typed.told("log"))["lines"] == [], "a draft has not left"
            second = await releases(alder, "second", "A")
            await second.sees("ALDER 0001", "#flow")

            await theirs.sees("ALDER 0001 from Alder: acknowledge", ".alarm")
            await theirs.until("window.played >= 20")
            into_view = "document.querySelector('#flow .msg.sel').getBoundingClientRect().top"
            assert 0 < await theirs.value(into_view) < 500
            await theirs.page.keyboard.press("s")
            await theirs.sees("Horn silenced by marsh", ".alarm")
            await theirs.until("document.querySelector('#horn').dataset.ring === '[]'")
            await theirs.page.keyboard.press("a")
            await theirs.until("document.activeElement.id === 'ack-passphrase'")
            await theirs.page.keyboard.type(PASSPHRASE)
            await theirs.page.keyboard.press("Enter")
            await theirs.sees("Nothing waits for you.", "#now")
            assert await theirs.page.locator(".alarm").count() == 0
            await second.sees("Acknowledged marsh", "#flow .rail")
            found = await alder.typed.told("show", "ALDER 0001")
            (ladder,) = found["line"]["ladders"]
            assert ladder["top"] == "acknowledged"
            for window in (theirs, ours, second):
                await window.close()

    run(story())


def test_one_officer_cannot_release_what_takes_two(tmp_path: Path) -> None:
    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            ours = await alder.window(expected=("400 (Bad Request)",))
            await ours.sign_in("first")
            await writes(ours, FLASH, precedence="FLASH")
            await ours.sees("second-officer", "#fault")
            assert await ours.page.input_value("#text") == FLASH, "what was typed is kept"
            assert (await ours.page.title()).startswith("Error:")
            assert await ours.value("document.activeElement.id") == "fault"
            await ours.sign(".page button.go", "a wrong passphrase")
            await ours.sees("wrong-passphrase", "#fault")
            assert (await birch.typed.told("log"))["lines"] == []
            await ours.close()

    run(story())


def test_a_draft_is_not_signed_unread_nor_twice_by_its_drafter(tmp_path: Path) -> None:
    async def story() -> None:
        async with web_desks(tmp_path) as (alder, _):
            ours = await alder.window()
            await ours.sign_in("first")
            await writes(ours, FLASH, precedence="FLASH", second="second")
            await ours.sees("Not sent.")
            assert await ours.page.locator("#typed").count() == 0, "he has signed it already"
            second = await alder.window(expected=("400 (Bad Request)",))
            await second.sign_in("second")
            await second.page.click("#now a:has-text('draft A')")
            await second.page.fill("#typed", "something else")
            await second.sign("form.box button.go")
            await second.sees("not-read", "#fault")
            await second.page.click("button[name=discard]")
            await second.page.wait_for_url("**/real")
            await ours.page.wait_for_url("**/real")
            assert alder.room.box.all("REAL") == ()
            await ours.close()
            await second.close()

    run(story())


def test_what_was_keyed_otherwise_is_shown_before_it_is_sent_and_then_confirmed(
    tmp_path: Path,
) -> None:
    """A readback is typed anew; where it differs the page says so; the originator confirms it."""

    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            await alder.typed.acts("say", "Hold at 5500 metres until noon.")
            await agreed(alder.typed.room, birch.typed.room)
            theirs = await birch.window()
            await theirs.sign_in("marsh")
            await theirs.sees("Hold at 5500", "#flow")
            await theirs.page.keyboard.press("b")
            await theirs.page.wait_for_url("**/readback")
            assert await theirs.page.input_value("#text") == "", "nothing is filled in"
            await theirs.page.fill("#text", "Hold at 5000 metres until noon.")
            await theirs.sign("form[data-nopaste] button.go")
            await theirs.sees("5500 / 5000", ".summary")
            assert (await alder.typed.told("show", "ALDER 0001"))["readbacks"] == []
            await theirs.page.fill("#text", "Hold at 5500 metres until noon.")
            await theirs.sign("form[data-nopaste] button.go")
            await theirs.page.wait_for_url("**/m/*")
            await agreed(alder.typed.room, birch.typed.room)
            ours = await alder.window()
            await ours.sign_in("first")
            await ours.sees("Compare the readback of ALDER 0001", "#now")
            await ours.page.click("#now a:has-text('Compare')")
            await ours.sees("Hold at 5500 metres until noon.", "#detail .compare")
            await ours.sign("#detail .compare button.go")
            await theirs.sees("Confirmed first", "#flow .rail")
            await ours.close()
            await theirs.close()

    run(story())


def test_a_statement_is_recalled_from_one_key_away(tmp_path: Path) -> None:
    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            await alder.typed.acts("say", "Everybody take cover.")
            await agreed(alder.typed.room, birch.typed.room)
            ours = await alder.window()
            await ours.sign_in("first")
            await ours.page.keyboard.press("x")
            await ours.page.wait_for_url("**/recall")
            await ours.page.check("input[value=false-alarm]")
            option = ours.page.locator("#second option", has_text="second").first
            await ours.page.select_option("#second", await option.get_attribute("value"))
            await ours.sign("form button.go")
            await ours.sees("Everybody take cover.", ".page .text")
            second = await releases(alder, "second", "A")
            await second.sees("Recalled first and second", "#flow .rail")
            await second.close()
            theirs = await birch.window()
            await theirs.sign_in("marsh")
            await theirs.sees("RECALLED", "#flow .flag")
            await theirs.sees("Everybody take cover.", "#flow .text")
            await ours.close()
            await theirs.close()

    run(story())


def test_stand_by_and_a_decision_are_signed(tmp_path: Path) -> None:
    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            await alder.typed.acts("say", "Will you hold?", "--reply", "answer")
            await agreed(alder.typed.room, birch.typed.room)
            theirs = await birch.window(expected=("400 (Bad Request)",))
            await theirs.sign_in("marsh")
            await theirs.page.keyboard.press("w")
            await theirs.page.wait_for_url("**/decide?action=decision-by")
            await theirs.page.fill("#by", "2575Z")
            await theirs.sign("form button.go")
            await theirs.sees("bad-time", "#fault")
            await theirs.page.fill("#by", "1430Z")
            await theirs.sign("form button.go")
            await theirs.page.wait_for_url("**/m/*")
            found = await alder.typed.told("show", "ALDER 0001")
            (answer,) = found["answers"]
            fields = {each["name"]: each["value"] for each in answer["words"]["fields"]}
            assert any("decision-by" in each and "14:30:00Z" in each for each in fields.values())
            await theirs.close()

    run(story())
