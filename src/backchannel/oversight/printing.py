"""A sheet on paper: printed into a PDF by a browser that is on this machine, without a network.

This module must not install or fetch a browser, and must not hand it anything but the sheet.
Clause: PROOF-122.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from backchannel.errors import OfficerError
from backchannel.station.files import faults

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE_S = 300
PDF = b"%PDF-"
# A page that is closed by its own policy needs none of these; a browser asks for some by itself.
ALONE = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)


def find_browser(given: Path | None) -> Path:
    """Return the browser that prints. Raises OfficerError("no-browser")."""
    wanted = [str(given)] if given is not None else BROWSERS
    for each in wanted:
        found = shutil.which(each)
        if found is not None:
            return Path(found)
    raise OfficerError(
        "no-browser",
        f"got none of {', '.join(wanted)}, wanted Chromium or Chrome to print with; install one, "
        "name it with --browser, or open the page and print it yourself",
    )


def printed(page: bytes, browser: Path) -> bytes:
    """Return a page as a PDF. Raises OfficerError("not-printed")."""
    with tempfile.TemporaryDirectory(prefix="backchannel-") as made:
        folder = Path(made)
        source, target = folder / "sheet.html", folder / "sheet.pdf"
        with faults(source):
            source.write_bytes(page)
        command = [
            str(browser),
            *ALONE,
            # Chromium has no sandbox for root; for everybody else it keeps it.
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={target}",
            source.as_uri(),
        ]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S,
                check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise not_printed(browser, type(fault).__name__) from None
        raw = target.read_bytes() if target.is_file() else b""
        if done.returncode != 0 or not raw.startswith(PDF):
            raise not_printed(browser, f"it ended with {done.returncode} and no PDF")
        return raw


def not_printed(browser: Path, why: str) -> OfficerError:
    """Return the error for a browser that did not print."""
    return OfficerError(
        "not-printed", f"{browser}: {why}; try another with --browser, or print the page yourself"
    )
