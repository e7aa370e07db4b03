"""The page of what must fail: each number has tests that name it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reference" / "negative.md").read_text()
ROWS = re.findall(r"^\| (NT[0-9]+) \|(.+)\|$", PAGE, re.MULTILINE)
# The half of a hybrid signature that is stripped, and what is about disclosures and sealed days.
WANTED = ["NT10", *(f"NT{number}" for number in range(41, 55))]


def test_every_number_stands_once_on_the_page() -> None:
    assert [name for name, _ in ROWS] == WANTED


@pytest.mark.parametrize(("number", "row"), ROWS, ids=[name for name, _ in ROWS])
def test_each_test_that_is_named_names_the_number(number: str, row: str) -> None:
    files = re.findall(r"`(tests/[\w/]+\.py)`", row)
    assert files
    assert [each for each in files if number not in (ROOT / each).read_text()] == []


@pytest.mark.parametrize(("number", "row"), ROWS, ids=[name for name, _ in ROWS])
def test_each_verdict_is_one_that_its_tests_expect(number: str, row: str) -> None:
    """A reason that no test speaks of would be a promise without a keeper."""
    texts = [(ROOT / each).read_text() for each in re.findall(r"`(tests/[\w/]+\.py)`", row)]
    reasons = [each for each in re.findall(r"`([\w-]+)`", row) if "/" not in each]
    assert [each for each in reasons if not any(f'"{each}"' in text for text in texts)] == []
