"""The first thing a newcomer runs: the demo tells its story to the end, and the README shows it."""

import re
import subprocess
import sys
from pathlib import Path

from tests.verifier.browser import opened
from tests.verifier.test_page_agrees import expected

README = Path(__file__).parents[2] / "README.md"
VARYING = re.compile(r"\d+")


def alike(line: str) -> str:
    """A line without what differs from run to run: numbers and times."""
    return VARYING.sub("#", line.strip())


def readme_lines() -> list[str]:
    """The lines of the demo's output that the README shows."""
    block = README.read_text().split("<!-- demo -->")[1].split("<!-- /demo -->")[0]
    lines = [line for line in block.splitlines() if line.strip() and not line.startswith("```")]
    return [alike(line) for line in lines if line.strip() not in ("$ make demo", "...")]


def test_the_demo_plays_to_its_end_and_is_what_the_readme_shows(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "backchannel", "demo", "--folder", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [alike(line) for line in done.stdout.splitlines()]
    shown = readme_lines()
    assert len(shown) >= 8
    positions = [told.index(line) for line in shown]
    assert positions == sorted(positions)
    for room in ("alder", "birch"):
        assert (tmp_path / "demo" / room / "station" / "station.db").is_file()
        log = (tmp_path / "demo" / room / "station.log").read_text()
        assert "Traceback" not in log
    require_notice(done.stdout)
    assert not (tmp_path / "demo" / "courier.package").exists()
    roots = (tmp_path / "demo" / "roots.txt").read_text()
    with opened(tmp_path) as page:
        for name in ("promise.disclosure", "altered.disclosure"):
            raw = (tmp_path / "demo" / name).read_bytes()
            assert page.shows(raw, roots) == expected(raw, roots)
            assert ("We will not cross it." in page.tab.inner_text(".words")) == (name[0] == "p")


def require_notice(told: str) -> None:
    """NOTICE-8, NOTICE-9, NOTICE-31, NOTICE-34: a digit that was keyed wrongly is 5,560 m, and is
    never confirmed; the same fields keyed rightly are."""
    assert "5 launch place: 59.93750N 030.30860E within 50m gnss" in told
    assert "field 5: 59.98750N 030.30860E within 50m gnss (5560 m off, bearing 0)" in told
    assert "[readback-differs]" in told
    assert "Okafor confirms." in told.split("[readback-differs]")[1]


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path):
    (tmp_path / "precious.txt").write_text("keep me")
    done = subprocess.run(
        [sys.executable, "-m", "backchannel", "demo", "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "was not made by a demo" in done.stderr
    assert (tmp_path / "precious.txt").read_text() == "keep me"
