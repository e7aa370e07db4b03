"""A page in a real browser: printed as it is, and unable to ask anything of a network."""

import http.server
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.oversight.packs import ARABIC, pack_in, page_of
from tests.station.spanned import PROMISE, Span, promised
from tools import needed

from backchannel.errors import OfficerError
from backchannel.oversight.printing import find_browser, printed


@pytest.fixture(scope="module")
def chromium() -> Path:
    """The browser that prints."""
    assert needed.browser() is not None, "there is no Chromium: run python tools/needed.py"
    return find_browser(None)


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine: its address, and what was asked of it."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that the library calls
            seen.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def opened(page: str, chromium: Path, folder: Path) -> str:
    """A page as the browser has it after loading, with a network and nothing forbidden to it."""
    path = folder / "page.html"
    path.write_text(page)
    done = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000",
         f"--user-data-dir={folder / 'profile'}", "--dump-dom", path.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


def test_a_page_is_printed_in_both_directions(tmp_path: Path, chromium: Path) -> None:
    """PROOF-122: on A4, with its language, its title and marks for readers who cannot see."""
    span = Span()
    entry = span.talk.say(0, PROMISE)
    span.talk.translate(entry, ARABIC)
    span.minute()
    raw = printed(page_of(pack_in(tmp_path, span)).encode(), chromium)
    assert raw.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", raw)) >= 2
    assert b"/Title (REAL: oversight pack of Alder" in raw and b"/Lang (en)" in raw
    assert b"/MarkInfo" in raw and b"/JavaScript" not in raw


def test_a_page_asks_nothing_even_if_markup_got_into_it(
    tmp_path: Path, chromium: Path, asked: tuple[str, list[str]]
) -> None:
    """PROOF-122: the policy closes it a second time; without the policy the request is seen."""
    address, seen = asked
    span, _ = promised()
    page = page_of(pack_in(tmp_path, span))
    hostile = (
        f'<img src="{address}/image"><link rel="stylesheet" href="{address}/style">'
        f'<iframe src="{address}/frame"></iframe><style>body {{ background: url({address}/b) }}'
        f'</style><script>document.title = "ran"; fetch("{address}/fetch")</script>'
    )
    planted = page.replace("<main>", f"<main>{hostile}")
    assert planted != page
    found = opened(planted, chromium, tmp_path)
    assert seen == [] and "<title>ran</title>" not in found and PROMISE in found
    without = re.sub(r"<meta http-equiv[^>]*>", "", planted)
    assert "<title>ran</title>" in opened(without, chromium, tmp_path)
    assert {"/image", "/style"} <= set(seen)


def test_a_page_keeps_its_style_under_its_own_policy(tmp_path: Path, chromium: Path) -> None:
    """PROOF-122: the hash in the policy is that of the style as the browser reads it."""
    span, _ = promised()
    page = page_of(pack_in(tmp_path, span))
    probe = '<p style="color: red">inline</p>'
    found = opened(page.replace("<main>", f"<main>{probe}"), chromium, tmp_path)
    assert "@top-center" in found and "inline" in found
    with_style = printed(page.encode(), chromium)
    without = printed(re.sub(r"sha256-[^']*", "sha256-AAAA", page).encode(), chromium)
    # Without its style the page has no boxes to draw: the same text in a smaller file.
    assert len(with_style) > len(without)


def test_without_a_browser_there_is_no_pdf(tmp_path: Path) -> None:
    """PROOF-120: the error names what to do."""
    with pytest.raises(OfficerError, match="no-browser"):
        find_browser(tmp_path / "none")


NO_PDF = 'for a; do case $a in --print-to-pdf=*) echo no > "${a#*=}";; esac; done'


@pytest.mark.parametrize("script", ["exit 3", "exit 0", NO_PDF])
def test_a_browser_that_does_not_print_is_named(tmp_path: Path, script: str) -> None:
    """PROOF-120."""
    path = tmp_path / "chromium"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    with pytest.raises(OfficerError, match="not-printed"):
        printed(b"<!doctype html>", find_browser(path))
    path.write_text("no program")
    with pytest.raises(OfficerError, match="not-printed"):
        printed(b"<!doctype html>", path)
