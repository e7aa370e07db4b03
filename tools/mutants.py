"""Take out each check of the product in turn; some test must notice every time.

    python tools/mutants.py [--only PART] [--jobs 2] [--list]

A check is an `if` whose body ends by raising one of our errors. Each is switched off alone, in a
copy of the source, and the tests nearest to its module are run first, then those of its package,
then all. A check that nobody misses is printed at the end: a test lacks, or the check is useless.
This tool must not change the source tree.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "backchannel"
COPIES = ROOT / "build" / "mutants"
ERRORS = {"JunkError", "BreachError", "OfficerError", "CustodyError", "ProofError"}
RUN_SECONDS_MAX = 600
# Tests about the tree itself: they see the source, not the copy.
ABOUT_THE_TREE = ("tests/test_docs.py", "tests/test_tidy.py", "tests/test_imports.py")


@dataclass(frozen=True)
class Check:
    """One check: the file, the lines of its condition, and the reason it raises."""

    file: Path
    start: tuple[int, int]
    end: tuple[int, int]
    reason: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.start[0]} {self.reason}"


def raised(node: ast.If) -> ast.Call | None:
    """Return the error that an `if` ends by raising, if it is one of ours."""
    last = node.body[-1]
    if isinstance(last, ast.Raise) and isinstance(last.exc, ast.Call):
        name = last.exc.func
        if isinstance(name, ast.Name) and name.id in ERRORS:
            return last.exc
    return None


def checks_of(file: Path) -> Iterator[Check]:
    """Yield the checks of one file, from top to bottom."""
    for node in ast.walk(ast.parse(file.read_text())):
        call = raised(node) if isinstance(node, ast.If) else None
        if call is None or not isinstance(node, ast.If):
            continue
        reason = ast.unparse(call.args[0]).strip("'") if call.args else "?"
        test = node.test
        assert test.end_lineno is not None and test.end_col_offset is not None
        start, end = (test.lineno, test.col_offset), (test.end_lineno, test.end_col_offset)
        yield Check(file, start, end, reason)


def all_checks(only: str) -> list[Check]:
    """Return the checks of all files whose path contains `only`."""
    files = sorted(f for f in SOURCE.rglob("*.py") if only in str(f.relative_to(SOURCE)))
    return [check for file in files for check in checks_of(file)]


def without(check: Check) -> str:
    """Return the text of a file with the condition of one check made False."""
    lines = check.file.read_bytes().splitlines(keepends=True)
    (first, from_column), (last, to_column) = check.start, check.end
    before, after = lines[first - 1][:from_column], lines[last - 1][to_column:]
    kept = [*lines[: first - 1], before + b"False" + after, *lines[last:]]
    return b"".join(kept).decode()


def tests_near(check: Check) -> list[list[str]]:
    """Return which tests to run, the likeliest first."""
    package, name = check.file.relative_to(SOURCE).parts[0], check.file.stem
    own = [str(p.relative_to(ROOT)) for p in sorted(ROOT.glob(f"tests/{package}/test_{name}*.py"))]
    stages = [own] if own else []
    if (ROOT / "tests" / package).is_dir():
        stages.append([f"tests/{package}"])
    return [*stages, ["tests"]]


def is_missed(check: Check, copy: Path) -> bool:
    """Run the tests against a copy without the check; say whether one of them failed."""
    target = copy / check.file.relative_to(SOURCE.parent)
    whole = target.read_text()
    target.write_text(without(check))
    try:
        return any(fails(stage, copy) for stage in tests_near(check))
    finally:
        target.write_text(whole)


def fails(tests: list[str], copy: Path) -> bool:
    """Say whether these tests fail against a copy of the source."""
    left_out = [f"--ignore={each}" for each in ABOUT_THE_TREE]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [*command, *left_out, *tests],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            timeout=RUN_SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def main() -> int:
    """Take out every check; return 1 if one is not missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="part of a path, as wire/codec")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="print the checks and stop")
    asked = parser.parse_args()
    checks = all_checks(asked.only)
    if asked.list:
        print(*checks, sep="\n")
        return 0
    copies: SimpleQueue[Path] = SimpleQueue()
    shutil.rmtree(COPIES, ignore_errors=True)
    for job in range(asked.jobs):
        copy = COPIES / str(job)
        shutil.copytree(SOURCE, copy / "backchannel", ignore=shutil.ignore_patterns("__pycache__"))
        copies.put(copy)

    def take_out(check: Check) -> bool:
        copy = copies.get()
        try:
            missed = is_missed(check, copy)
        finally:
            copies.put(copy)
        print("missed  " if missed else "NOBODY  ", check, flush=True)
        return missed

    with ThreadPoolExecutor(asked.jobs) as pool:
        missed = list(pool.map(take_out, checks))
    useless = [check for check, was in zip(checks, missed, strict=True) if not was]
    print(f"{len(checks)} checks, {len(useless)} that nobody misses", *useless, sep="\n  ")
    return 1 if useless else 0


if __name__ == "__main__":
    sys.exit(main())
