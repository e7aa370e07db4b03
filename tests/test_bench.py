"""The bench runs and prints every figure; what the figures are is its own affair."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIGURES = (
    "share of the floor",
    "accepted to receipt held",
    "envelope of a message of 140",
    "check of",
    "start to ready",
    "resident memory",
    "p99",
    "disclosure of a message of 140",
    "packed verifier from a cold start",
    "checkpoint of 1000 entries",
    "a span of",
    "in another language",
    "signed by two, not yet sealed",
)


def test_a_quick_run_prints_every_figure():
    done = subprocess.run(
        [sys.executable, "bench/run.py", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for figure in FIGURES:
        assert figure in done.stdout
