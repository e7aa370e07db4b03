"""The verifier's page in a real Chromium: opened from the disk, without a network.

A request for anything but the page itself, a line on the console, a breach of the page's policy or
an error in its program is collected, and `Page.close` fails on it.
"""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Page as Tab
from tools import needed
from tools.page import pack

# What Chromium itself would ask its maker, and a sandbox that root cannot have.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
ROOT = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []

# Drops a file on the page as a person does, and reads what the page then shows.
DROP = """
async ({ files, roots, changes }) => {
  const raw = Uint8Array.from(atob(files[0]), (each) => each.charCodeAt(0));
  const read = () => {
    const refused = document.querySelector("[data-refused]");
    if (refused) return { refused: refused.dataset.refused };
    const rows = [...document.querySelectorAll("[data-claim]")];
    if (rows.length === 0) return null;
    const claims = rows.map(({ dataset: d }) => [d.claim, d.verdict, d.reason]);
    return { mode: document.querySelector("[data-mode]").dataset.mode, claims };
  };
  const check = (bytes) => new Promise((done, fail) => {
    const status = document.getElementById("status");
    const report = document.getElementById("report");
    const look = () => {
      if (status.textContent.includes("failed")) fail(new Error(status.textContent));
      const found = read();
      if (found) { watch.disconnect(); done(found); }
    };
    report.replaceChildren();
    const watch = new MutationObserver(look);
    watch.observe(report, { childList: true });
    watch.observe(status, { childList: true });
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], "it.disclosure"));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
  });
  document.getElementById("roots").value = roots;
  if (!changes) return [await check(raw)];
  const found = [];
  for (const [at, byte] of changes) {
    const changed = raw.slice();
    changed[at] = byte;
    found.push(await check(changed));
  }
  return found;
}
"""

Shown = dict[str, Any]  # what the page shows, as JSON


class Page:
    """One tab with the packed page, and what went wrong in it."""

    def __init__(self, context: BrowserContext, path: Path) -> None:
        self.wrong: list[str] = []
        self.path = path
        self.tab: Tab = context.new_page()
        self.tab.on("console", lambda message: self.wrong.append(f"console: {message.text}"))
        self.tab.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.tab.on("request", lambda request: self.asked(request.url))
        self.tab.goto(path.as_uri())

    def asked(self, url: str) -> None:
        """Note a request that is not for the page itself."""
        if url != self.path.as_uri():
            self.wrong.append(f"request: {url[:200]}")

    def shows(self, raw: bytes, roots: str) -> Shown:
        """What the page shows of a file that is dropped on it."""
        return self.shows_changed(raw, roots, None)[0]

    def shows_changed(
        self, raw: bytes, roots: str, changes: list[tuple[int, int]] | None
    ) -> list[Shown]:
        """The same for copies of the file, each with one byte changed: place and new byte."""
        files = [base64.b64encode(raw).decode()]
        found: list[Shown] = self.tab.evaluate(
            DROP, {"files": files, "roots": roots, "changes": changes}
        )
        return found

    def close(self) -> None:
        """Close the tab, and fail if anything went wrong in it."""
        self.tab.close()
        assert self.wrong == []


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium. There is no test of the page without one."""
    path = needed.browser()
    assert path is not None, "there is no Chromium: run python tools/needed.py"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET + ROOT)
        yield started
        started.close()


@contextmanager
def opened(folder: Path, **settings: Any) -> Iterator[Page]:
    """The packed page in a browser that has no network. `settings` are those of a context."""
    with chromium() as started:
        page = Page(started.new_context(offline=True, **settings), pack(folder))
        yield page
        page.close()
