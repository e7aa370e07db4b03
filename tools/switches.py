"""The switches that tools/mutants.py builds into a copy of the source, one at each check.

`holds` stands beside the condition of a check and is asked only where that condition is true. It
writes down which test got there (CHECKS_SEEN names the folder), and says no for the one check that
is switched off (CHECK_OFF). As a plugin of pytest this module lets only the tests run that are
listed in the file CHECK_TESTS, in that order. It must not be part of the product.
"""

import os
from pathlib import Path

import pytest

OFF = os.environ.get("CHECK_OFF", "")
FOLDER = os.environ.get("CHECKS_SEEN", "")
LISTED = os.environ.get("CHECK_TESTS", "")

_seen: set[tuple[str, str]] = set()


def holds(check: str) -> bool:
    """Say whether a check whose condition is true may raise."""
    if FOLDER:
        # Set by pytest for each phase of a test, and inherited by the processes a test starts.
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
        if test and (check, test) not in _seen:
            _seen.add((check, test))
            # The lowest layer: a test may have put something in the place of the others.
            file = os.open(f"{FOLDER}/{os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.write(file, f"{check}\t{test}\n".encode())
            os.close(file)
    return check != OFF


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that are listed, in the order of the list."""
    if LISTED:
        found = {item.nodeid.replace("\x00", "(null)"): item for item in items}
        kept = [found[name] for name in Path(LISTED).read_text().splitlines() if name in found]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept
