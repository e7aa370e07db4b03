"""The switches that tools/mutants.py builds into a copy of the source, one at each check.

`holds` stands beside the condition of a check and is asked only where that condition is true. It
writes down which test got there (CHECKS_SEEN names the folder), and says no for the one check that
is switched off. As a plugin of pytest this module takes the collected tests and a list of checks
(CHECKS_TO_TAKE_OUT names the file) and, in a fork for each check, runs the tests of that check
until one fails. It must not be part of the product.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The product's own processes have no need of it.
    import pytest

# The processes that a test starts inherit it.
OFF = "CHECK_OFF"
FOLDER = os.environ.get("CHECKS_SEEN", "")
LIST = os.environ.get("CHECKS_TO_TAKE_OUT", "")
NOBODY = "-"

_seen: set[tuple[str, str]] = set()


def append(file: str, *words: str) -> None:
    """Add a line to a file, which others may add to at the same time."""
    # The lowest layer: a test may have put something in the place of the others.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(descriptor, ("\t".join(words) + "\n").encode())
    os.close(descriptor)


def holds(check: str) -> bool:
    """Say whether a check whose condition is true may raise."""
    if FOLDER:
        # Set by pytest for each phase of a test, and inherited like the rest.
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
        if test and (check, test) not in _seen:
            _seen.add((check, test))
            append(f"{FOLDER}/{os.getpid()}", check, test)
    return check != os.environ.get(OFF)


def pytest_runtestloop(session: "pytest.Session") -> bool | None:
    """Take out the checks of the list, each in a fork of this process that has all tests ready.

    A line of the list is the file for the answers, a check, and the tests that meet it.
    """
    if not LIST:
        return None
    found = {item.nodeid.replace("\x00", "(null)"): item for item in session.items}
    for line in Path(LIST).read_text().splitlines():
        answers, check, *names = line.split("\t")
        child = os.fork()
        if child == 0:
            os.environ[OFF] = check
            try:
                append(answers, check, who_fails(session, [found[name] for name in names]))
                os._exit(0)
            finally:
                os._exit(1)
        if os.waitpid(child, 0)[1] != 0:
            append(answers, check, "(its process broke off)")
    return True


def who_fails(session: "pytest.Session", items: Sequence["pytest.Item"]) -> str:
    """Run tests until one fails; return its name."""
    for item, after in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if session.testsfailed:
            # What it has started must not outlive it.
            session._setupstate.teardown_exact(None)
            return item.nodeid
    return NOBODY
