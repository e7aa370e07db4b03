"""Desks in a real Chromium: two rooms that run, each with its desk served, and officers' windows.

A request for anything but the desk itself, a line on the console, a breach of the policy or an
error in a script is collected, and closing the window fails on it. Time is the cast's, so that what
is due is due in the test, too.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, TimeoutError, async_playwright
from tests.cast import Cast
from tests.cli.desks import PASSPHRASE, desks
from tests.cli.desks import Desk as Typed
from tests.verifier.browser import QUIET, ROOT
from tools import needed

from backchannel.desk.app import address, room_of, serve_desk
from backchannel.desk.asking import Room

PATIENCE_MS = 10_000
# Counts what the horn plays: an oscillator for each harmonic of each tone.
COUNTED = """
window.played = 0;
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  window.played += 1;
  return make.call(this);
};
"""


@dataclass
class Window:
    """One window of a browser, and what went wrong in it."""

    page: Page
    start: str
    wrong: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    async def sign_in(self, name: str, mode: str = "REAL") -> None:
        """Open the door, and sign in as an officer of this room."""
        await self.page.goto(self.start)
        await self.page.check(f"input[name=officer][value={name}]")
        await self.page.check(f"input[name=mode][value={mode}]")
        await self.page.fill("#passphrase", PASSPHRASE)
        await self.page.click("main form:first-of-type button")
        await self.page.wait_for_url(f"**/{mode.lower()}")

    async def sign(self, button: str, passphrase: str = PASSPHRASE) -> None:
        """Type the passphrase into the form of a button, and press it."""
        pressed = self.page.locator(button).first
        form = pressed.locator("xpath=ancestor::form")
        await form.locator("input[name=passphrase]").fill(passphrase)
        await pressed.click()

    async def sees(self, text: str, where: str = "body") -> None:
        """Wait until a text stands somewhere."""
        try:
            found = self.page.locator(where).filter(has_text=text).first
            await found.wait_for(timeout=PATIENCE_MS)
        except TimeoutError as fault:
            shown = await self.page.inner_text("body")
            raise AssertionError(f"{text!r} in {where}; it says:\n{shown}") from fault

    async def value(self, script: str) -> Any:
        """What a script of the test sees."""
        return await self.page.evaluate(script)

    async def until(self, script: str) -> None:
        """Wait until a script of the test sees something."""
        await self.page.wait_for_function(script, timeout=PATIENCE_MS)

    def noted(self, what: str) -> None:
        """Note what must not happen, unless the test said that it would."""
        if not any(each in what for each in self.expected):
            self.wrong.append(what)

    async def close(self) -> None:
        """Close the window, and fail if anything went wrong in it."""
        await self.page.close()
        assert self.wrong == []


@dataclass
class Served:
    """The desk of one room, and the commands that are typed there."""

    typed: Typed
    room: Room
    browser: Browser

    async def window(self, *, expected: tuple[str, ...] = (), **settings: Any) -> Window:
        """A window of a browser of its own, at the door of this desk."""
        wanted = {"viewport": {"width": 1366, "height": 768}, **settings}
        context: BrowserContext = await self.browser.new_context(**wanted)
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(COUNTED)
        page = await context.new_page()
        window = Window(page, address(self.room), expected=expected)
        own = f"http://127.0.0.1:{self.room.port}/"
        page.on("console", lambda message: window.noted(f"console: {message.text}"))
        page.on("pageerror", lambda error: window.noted(f"error: {error}"))
        page.on(
            "request",
            lambda request: None if request.url.startswith(own) else window.noted(request.url),
        )
        return window


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    path = needed.browser()
    assert path is not None, "there is no Chromium: run python tools/needed.py"
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=QUIET + ROOT)
        yield started
        await started.close()


@contextlib.asynccontextmanager
async def served(typed: Typed, started: Browser) -> AsyncIterator[Served]:
    """One room's desk, served on a port of loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        room = room_of(typed.folder, typed.folder, port, typed.room.clock)
        serving = asyncio.create_task(serve_desk(room, listening))
        try:
            yield Served(typed, room, started)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


@contextlib.asynccontextmanager
async def web_desks(folder: Path, cast: Cast | None = None) -> AsyncIterator[tuple[Served, Served]]:
    """The desks of Alder and Birch in a browser."""
    async with (
        chromium() as started,
        desks(folder, cast) as (alder, birch),
        served(alder, started) as one,
        served(birch, started) as two,
    ):
        yield one, two
