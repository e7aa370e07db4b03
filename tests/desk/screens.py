"""Take pictures of the desk: two rooms that run, officers who act, a real Chromium.

    python -m tests.desk.screens

All pictures go into build/screens; the one that the README shows goes into docs/images. Everything
on them is made by the product, with the cast of the tests. Somebody looks at them: no test does.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.cli.desks import PASSPHRASE
from tests.desk.windows import Served, Window, web_desks
from tests.station.house import agreed

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "screens"
SHOWN = ROOT / "docs" / "images" / "desk-flash.jpg"
SHOWN_BYTES = 150_000
LARGE = {"width": 1366, "height": 768}
CALM = "Our ships leave the harbour at 0900Z and keep 22 km south of the line."
ANSWER = "Reçu. Nous restons au port jusqu'à 1200Z."
RENDERING = "Received. We stay in port until 1200Z."
FLASH = (
    "Un missile d'entraînement est tombé hors de sa zone à 1401Z près de 59.93750N 030.30860E. "
    "Ce n'était pas une attaque."
)
FLASH_RENDERING = (
    "A training missile fell outside its area at 1401Z near 59.93750N 030.30860E. "
    "It was not an attack."
)


async def talk(alder: Served, birch: Served, mode: str) -> None:
    """Let both rooms speak until a FLASH waits at Alder."""
    here, there = alder.typed, birch.typed
    second = ("--officer", there.key("second"))
    for desk, level in ((here, "watch-officer"), (there, "commander")):
        await desk.acts("watch", "on", "--mode", mode, "--level", level, by="marsh")
    await here.acts("say", CALM, "--mode", mode)
    await agreed(here.room, there.room)
    await there.acts("ack", name_of("ALDER", mode, 2), by="marsh")
    await there.acts("readback", name_of("ALDER", mode, 2), CALM, by="marsh")
    await there.acts("say", ANSWER, "--mode", mode)
    await there.acts("translate", name_of("BIRCH", mode, 2), RENDERING, "--language", "en")
    await agreed(here.room, there.room)
    await here.acts("ack", name_of("BIRCH", mode, 2), by="marsh")
    await there.acts("say", FLASH, "--mode", mode, "--precedence", "flash", *second)
    flash = name_of("BIRCH", mode, 3)
    await there.acts("translate", flash, FLASH_RENDERING, "--language", "en", *second)
    await agreed(here.room, there.room)


def name_of(party: str, mode: str, number: int) -> str:
    """How a statement is spoken of."""
    return f"{party} {'EX ' if mode == 'exercise' else ''}{number:04}"


async def looks(window: Window, theme: str, language: str) -> None:
    """Choose a theme and a language, on the page of signing in or that of settings."""
    await window.page.goto(window.start)
    if await window.page.locator("#theme").count() == 0:
        await window.page.goto(window.page.url.split("/m/")[0] + "/settings")
    await window.page.select_option("#theme", theme)
    await window.page.select_option("#language", language)
    await window.page.click("form[action='/look'] button")


async def picture(window: Window, name: str, *, whole: bool = False) -> None:
    """Take one picture."""
    await window.page.wait_for_timeout(400)
    await window.page.screenshot(path=BUILD / f"{name}.png", full_page=whole)
    sys.stdout.write(f"{BUILD / name}.png\n")


async def pictures(folder: Path) -> None:
    """Take all pictures."""
    async with web_desks(folder) as (alder, birch):
        window = await alder.window(expected=("400 (Bad Request)",))
        await looks(window, "day", "en")
        await picture(window, "sign-in")
        await window.sign_in("marsh")
        await picture(window, "calm-empty")
        await talk(alder, birch, "real")
        await window.sees("acknowledge", ".alarm")
        await picture(window, "flash")
        await window.page.screenshot(path=SHOWN, type="jpeg", quality=66)
        entry = await window.value("document.querySelector('#go').pathname")
        base = window.start.split("/?")[0]
        for name, path in (
            ("readback", f"{entry}/readback"),
            ("decide", f"{entry}/decide"),
            ("print", f"{entry}/print"),
            ("write", "/real/write"),
            ("forms", "/real/new"),
            ("notice", "/real/new/T06"),
            ("settings", "/real/settings"),
        ):
            await window.page.goto(base + path)
            await picture(window, name, whole=name in ("notice", "print"))
        await window.page.goto(f"{base}/real/new/T06")
        await window.page.fill("#passphrase", PASSPHRASE)
        await window.page.click("button[name=send]")
        await picture(window, "notice-errors")
        await window.page.goto(f"{base}/real")
        await window.page.set_viewport_size({"width": 390, "height": 844})
        await picture(window, "flash-phone", whole=True)
        await window.page.set_viewport_size(LARGE)
        for theme in ("dark", "night"):
            await looks(window, theme, "en")
            await window.page.goto(f"{base}/real")
            await picture(window, f"flash-{theme}")
        for language in LANGUAGES:
            await looks(window, "day", language)
            await window.page.goto(f"{base}/real")
            await picture(window, f"flash-{language}")
        await looks(window, "day", "en")
        await talk(alder, birch, "exercise")
        await window.page.click(".quietbtn")
        await window.sign_in("marsh", "EXERCISE")
        await picture(window, "exercise")
        await window.close()


LANGUAGES = ("fr", "es", "ru", "zh", "ar")


def main() -> None:
    """Take the pictures, and look that the one that is shown is small."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    SHOWN.parent.mkdir(exist_ok=True)
    os.environ["BACKCHANNEL_PASSPHRASE"] = PASSPHRASE
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(pictures(Path(folder)))
    size = SHOWN.stat().st_size
    if size > SHOWN_BYTES:
        raise SystemExit(f"{SHOWN} has {size} bytes, wanted at most {SHOWN_BYTES}")


if __name__ == "__main__":
    main()
