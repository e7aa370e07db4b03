"""What a page looks like: the rules of accessibility on every page and theme, and a drill that
cannot pass as real."""

import hashlib
from pathlib import Path

import pytest
from tests.cli.desks import quick_seals  # noqa: F401
from tests.desk.windows import Window, web_desks
from tests.station.house import agreed, run

from backchannel.desk.words import TAGS

pytestmark = pytest.mark.usefixtures("quick_seals")

VENDOR = Path(__file__).parent / "vendor"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOUND = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules });
  return violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.html.slice(0, 160)}`));
}"""
# Colours that mean alarm: a drill has none of them, in any theme.
ALARM_COLOURS = """() => {
  const style = getComputedStyle(document.documentElement);
  const probe = document.createElement("i");
  const wanted = ["#A3061C", "#F08A00", "#FFDB4A"].map((colour) => {
    probe.style.setProperty("color", colour);
    return probe.style.color;
  });
  return [...document.querySelectorAll("body *")].filter((each) => {
    const { backgroundColor, color, borderTopColor } = getComputedStyle(each);
    return [backgroundColor, color, borderTopColor].some((found) => wanted.includes(found));
  }).map((each) => each.outerHTML.slice(0, 120));
}"""

# Letters of a precedence that are drawn in the colour of what lies beneath them.
BLANK = """() => {
  const beneath = (each) => {
    const { backgroundColor } = getComputedStyle(each);
    return backgroundColor === "rgba(0, 0, 0, 0)" ? beneath(each.parentElement) : backgroundColor;
  };
  return [...document.querySelectorAll(".prec i span")].filter((each) =>
    getComputedStyle(each).color === beneath(each)
  ).map((each) => each.closest(".prec").outerHTML);
}"""


def axe() -> str:
    """The rules, as published."""
    for line in (VENDOR / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
    return (VENDOR / "axe.min.js").read_text()


async def breaches(window: Window) -> list[str]:
    """The rules that a page breaks; they are run past its policy, which forbids foreign scripts."""
    session = await window.page.context.new_cdp_session(window.page)
    await session.send("Runtime.evaluate", {"expression": AXE})
    found: list[str] = await window.page.evaluate(FOUND, RULES)
    return found


AXE = axe()


async def chooses(window: Window, theme: str, language: str = "en") -> None:
    """Choose a theme and a language on the page of settings."""
    start = window.page.url
    await window.page.goto(start.split("/m/")[0].rstrip("/") + "/settings")
    await window.page.select_option("#theme", theme)
    await window.page.select_option("#language", language)
    await window.page.click("form[action='/look'] button")


def test_no_page_breaks_a_rule_of_accessibility(tmp_path: Path) -> None:
    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            both = ("--officer", alder.typed.key("second"))
            await alder.typed.acts("say", "Sound the horn.", "--precedence", "flash", *both)
            await alder.typed.acts("say", "Please hold.")
            await agreed(alder.typed.room, birch.typed.room)
            theirs = await birch.window(expected=("400 (Bad Request)",))
            await theirs.page.goto(theirs.start)
            assert await breaches(theirs) == []
            await theirs.sign_in("marsh")
            await theirs.sees("ALDER 0001", ".alarm")
            found = {}
            for theme in ("dark", "night", "day"):
                await chooses(theirs, theme)
                await theirs.sees("ALDER 0001", ".alarm")
                found[theme] = await breaches(theirs)
            for language in TAGS[1:]:
                await chooses(theirs, "day", language)
                await theirs.sees("ALDER 0001", ".alarm")
                found[language] = await breaches(theirs)
            assert await theirs.value("document.dir") == "rtl"
            assert await theirs.value("document.documentElement.scrollWidth <= innerWidth")
            await chooses(theirs, "day")
            here = theirs.page.url
            entry = await theirs.value("document.querySelector('#flow a.no').pathname")
            pages = ("/write", "/new", "/new/T06", "/settings")
            acts = ("/readback", "/decide", "/translate", "/print")
            base = here.split("/real")[0]
            for path in (*(f"/real{each}" for each in pages), *(f"{entry}{each}" for each in acts)):
                await theirs.page.goto(base + path)
                found[path] = await breaches(theirs)
            await theirs.page.goto(f"{base}/real/new/T06")
            await theirs.page.fill("#passphrase", "not looked at before the fields")
            await theirs.page.click("button[name=send]")
            await theirs.sees("There is a problem", ".summary")
            assert await theirs.page.locator("[aria-invalid]").count() > 2
            found["errors"] = await breaches(theirs)
            assert {where: each for where, each in found.items() if each} == {}
            await theirs.close()

    run(story())


def test_a_drill_has_a_frame_and_words_and_no_colour_of_an_alarm(tmp_path: Path) -> None:
    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            both = ("--officer", alder.typed.key("second"), "--mode", "exercise")
            for precedence in ("routine", "priority", "flash"):
                await alder.typed.acts("say", "A drill.", "--precedence", precedence, *both)
            await agreed(alder.typed.room, birch.typed.room)
            theirs = await birch.window()
            await theirs.sign_in("marsh", "EXERCISE")
            await theirs.sees("ALDER EX 0003", ".alarm")
            assert await theirs.value(ALARM_COLOURS) == []
            assert "EXERCISE" in await theirs.page.title()
            for where in (".top .mode", ".alarm", "#flow .msg header", "#flow .endword", "#ack"):
                assert "EXERCISE" in await theirs.page.inner_text(where), where
            frame = "getComputedStyle(document.querySelector('.desk')).borderTopWidth"
            assert await theirs.value(frame) == "14px"
            assert await breaches(theirs) == []
            assert await theirs.value(BLANK) == []

            real = ("--officer", alder.typed.key("second"), "--precedence", "flash")
            await alder.typed.acts("say", "This is no drill.", *real)
            await theirs.sees("REAL ALDER 0001", ".alarm")
            red = "getComputedStyle(document.querySelector('.alarm')).backgroundColor"
            assert await theirs.value(red) == "rgb(163, 6, 28)", "what is real goes over the drill"
            assert await theirs.value(BLANK) == []
            badge = "getComputedStyle(document.querySelector('.alarm .prec')).borderTopColor"
            assert await theirs.value(badge) == "rgb(255, 255, 255)"
            await theirs.close()

    run(story())
