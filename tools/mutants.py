"""Take out each check of the product in turn; some test must notice every time.

    python tools/mutants.py [--only PART] [--jobs 2] [--left] [--list]

A check is an `if` whose body ends by raising one of our errors, or such a `raise` that stands
elsewhere, as after an `except`. A copy of the source gets a switch at every check. One run of the
tests, all switches on, writes down which test meets which check; then each check is switched off
alone and the tests that meet it are run, the nearest first, until one fails. No other test can
notice. First the tests of the packages asked for do this, then, for the checks that are left, all
others. A check that nobody misses is printed at the end: a test lacks, or the check is useless.
The results stand in build/mutants/results, and --left takes up what nobody missed there. This tool
must not change the source tree.
"""

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "backchannel"
WORK = ROOT / "build" / "mutants"
SEEN = WORK / "seen"
RESULTS = WORK / "results"
ERRORS = {"JunkError", "BreachError", "OfficerError", "CustodyError", "ProofError", "Refusal"}
NOBODY = "-"
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
# Tests about the tree itself: they see the source, not the copy. And one that measures.
LEFT_OUT = ("docs", "tidy", "imports", "bench")

Met = dict[str, list[str]]


@dataclass(frozen=True)
class Check:
    """One check: the file, where its condition or its `raise` stands, and the reason it gives."""

    file: Path
    start: tuple[int, int]
    end: tuple[int, int]
    reason: str
    is_condition: bool

    def __str__(self) -> str:
        return f"{self.file.relative_to(SOURCE)}:{self.start[0]} {self.reason}"


def reason_of(node: ast.stmt) -> str:
    """Return the reason that a statement raises, or nothing if it raises no error of ours."""
    if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
        return ""
    name = ast.unparse(node.exc.func)
    # An error has a capital; a function that makes one of ours has none.
    if name not in ERRORS and not name.islower():
        return ""
    arguments = node.exc.args
    return ast.unparse(arguments[0]).strip("'") if arguments and name in ERRORS else name


def checks_of(file: Path) -> Iterator[Check]:
    """Yield the checks of one file."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    conditions = {node.body[-1]: node.test for node in nodes if isinstance(node, ast.If)}
    for node in nodes:
        if isinstance(node, ast.Raise) and (reason := reason_of(node)):
            place = conditions.get(node, node)
            assert place.end_lineno is not None and place.end_col_offset is not None
            start, end = (place.lineno, place.col_offset), (place.end_lineno, place.end_col_offset)
            yield Check(file, start, end, reason, node in conditions)


def all_checks(only: str) -> list[Check]:
    """Return the checks of all files whose path contains `only`, in the order of the files."""
    files = sorted(f for f in SOURCE.rglob("*.py") if only in str(f.relative_to(SOURCE)))
    return [c for f in files for c in sorted(checks_of(f), key=lambda check: check.start)]


def switched(text: bytes, checks: Sequence[Check]) -> bytes:
    """Return the text of a file with a switch beside the condition of each check."""
    lines = text.splitlines(keepends=True)
    for check in sorted(checks, key=lambda each: each.start, reverse=True):
        (first, from_column), (last, to_column) = check.start, check.end
        switch = f'__import__("switches").holds({str(check)!r})'.encode()
        before, after = b"if " + switch + b": ", b""
        if check.is_condition:
            before, after = b"(", b") and " + switch
        lines[last - 1] = lines[last - 1][:to_column] + after + lines[last - 1][to_column:]
        lines[first - 1] = lines[first - 1][:from_column] + before + lines[first - 1][from_column:]
    return b"".join(lines)


def copy_with_switches() -> None:
    """Make the copy of the source."""
    shutil.copytree(SOURCE, WORK / "backchannel", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tools" / "switches.py", WORK)
    for file in sorted(SOURCE.rglob("*.py")):
        target = WORK / "backchannel" / file.relative_to(SOURCE)
        target.write_bytes(switched(file.read_bytes(), list(checks_of(file))))
    with (WORK / "backchannel" / "__init__.py").open("a") as first:
        # Early: a test that goes on as somebody else may find no module any more.
        first.write("\nimport switches\n")


def run_tests(tests: Sequence[str], folder: str, *options: str, **variables: str) -> str:
    """Run tests against the copy, with a folder for their files; return what the run printed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "switches"]
    # The same examples each time: what met a check in the first run meets it in the second.
    command += ["--hypothesis-seed=0", f"--basetemp={folder}", "-rfE", "--tb=line"]
    command += [f"--ignore=tests/test_{name}.py" for name in LEFT_OUT]
    cache = str(WORK / "bytecode")
    place = {"PYTHONPATH": str(WORK), "PYTHONPYCACHEPREFIX": cache}
    environment = {**os.environ, **place, **variables}
    done = subprocess.run(
        [*command, "-o", "tmp_path_retention_policy=none", *options, *tests],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def survey(tests: Sequence[str], jobs: int) -> Met:
    """Run tests with all switches on; return the tests that meet each check."""
    SEEN.mkdir()
    # Some tests go on as somebody else.
    SEEN.chmod(0o777)
    with tempfile.TemporaryDirectory() as folder:
        said = run_tests(tests, f"{folder}/t", "-n", str(jobs), CHECKS_SEEN=str(SEEN))
    # Who complains with every check in place is no witness.
    failed = set(FAILED.findall(said))
    print(said.splitlines()[-1], *sorted(failed), sep="\n  ", file=sys.stderr, flush=True)
    met: Met = {}
    for file in sorted(SEEN.iterdir()):
        for line in file.read_text().splitlines():
            check, _, test = line.partition("\t")
            if test not in failed:
                met.setdefault(check, []).append(test)
    shutil.rmtree(SEEN)
    return {check: sorted(set(names)) for check, names in met.items()}


def nearness(check: Check, test: str) -> int:
    """Return 0 for a test of the check's module, 1 for one of its package, 2 for any other."""
    package, name = check.file.relative_to(SOURCE).parts[0], check.file.stem
    if not test.startswith(f"tests/{package}/"):
        return 2
    return 0 if test.startswith(f"tests/{package}/test_{name}") else 1


def take_out(checks: Sequence[Check], met: Met, jobs: int) -> dict[Check, str]:
    """Switch each check off alone; return who noticed those that somebody missed."""
    answers = WORK / "answers"
    answers.write_text("")
    by_name = {str(check): check for check in checks if str(check) in met}

    def some(job: int) -> str:
        listed = WORK / f"list{job}"
        files: set[str] = set()
        with listed.open("w") as out, tempfile.TemporaryDirectory() as folder:
            for name, check in list(by_name.items())[job::jobs]:
                near = sorted(met[name], key=lambda test: nearness(check, test))
                files |= {test.partition("::")[0] for test in near}
                print(answers, name, *near, sep="\t", file=out, flush=True)
            return run_tests(sorted(files), f"{folder}/t", CHECKS_TO_TAKE_OUT=str(listed))

    with ThreadPoolExecutor(jobs) as pool:
        said = list(pool.map(some, range(min(jobs, len(by_name)))))
    told = [line.partition("\t") for line in answers.read_text().splitlines()]
    if len(told) < len(by_name):
        sys.exit("\n".join(["mutants: the tests broke off", *said]))
    return {by_name[name]: who for name, _, who in told}


def places(checks: Sequence[Check]) -> tuple[list[str], list[str]]:
    """Return the tests of the packages of these checks, and all others."""
    packages = {check.file.relative_to(SOURCE).parts[0] for check in checks}
    tests = [*ROOT.glob("tests/*/"), *ROOT.glob("tests/test_*.py")]
    names = sorted(path for path in tests if any(path.rglob("test_*.py")) or path.is_file())
    near = [str(path.relative_to(ROOT)) for path in names if path.name in packages]
    return near, [str(p.relative_to(ROOT)) for p in names if p.name not in packages]


def report(noticed: dict[Check, str], seconds: float) -> int:
    """Print and keep who noticed; return 1 if a check is missed by nobody."""
    RESULTS.write_text("".join(f"{check}\t{who}\n" for check, who in noticed.items()))
    missed = Counter(nearness(c, who) for c, who in noticed.items() if who != NOBODY)
    print(
        f"{len(noticed)} checks in {seconds:.0f} s: missed by the tests of the module {missed[0]}, "
        f"of the package {missed[1]}, by others {missed[2]}"
    )
    useless = [check for check, who in noticed.items() if who == NOBODY]
    print(f"{len(useless)} that nobody misses", *useless, sep="\n  ")
    return 1 if useless else 0


def main() -> int:
    """Take out every check; return 1 if one is not missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="part of a path, as wire/codec")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--left", action="store_true", help="those that nobody missed last time")
    parser.add_argument("--list", action="store_true", help="print the checks and stop")
    asked = parser.parse_args()
    checks = all_checks(asked.only)
    if asked.left:
        results = RESULTS.read_text().splitlines()
        left = {line.partition("\t")[0] for line in results if line.endswith(f"\t{NOBODY}")}
        checks = [check for check in checks if str(check) in left]
    if asked.list:
        print(*checks, sep="\n")
        return 0
    start = time.monotonic()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    copy_with_switches()
    noticed = dict.fromkeys(checks, NOBODY)
    for tests in places(checks):
        left_over = [check for check, who in noticed.items() if who == NOBODY]
        if left_over and tests:
            noticed |= take_out(left_over, survey(tests, asked.jobs), asked.jobs)
    return report(noticed, time.monotonic() - start)


if __name__ == "__main__":
    sys.exit(main())
