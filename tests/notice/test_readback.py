"""Comparing a readback with the original: every difference, and never a match."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.limits import COMPARED_WORDS_MAX
from backchannel.notice.readback import Difference, differences

ORIGINAL = "Corner 3 lies at 35 54 N.\nNo launch is planned."


@pytest.mark.parametrize(
    ("repeated", "found"),
    [
        (ORIGINAL, ()),
        (ORIGINAL.replace("54", "45"), (Difference(6, "54", "45"),)),
        (ORIGINAL.replace("planned", "planed"), (Difference(11, "planned.", "planed."),)),
        (ORIGINAL.replace("\n", " "), (Difference(8, "\n", " "),)),
        (ORIGINAL.replace("No launch", "No  launch"), (Difference(9, " ", "  "),)),
        (ORIGINAL.replace("No ", ""), (Difference(8, "No ", ""),)),
        (ORIGINAL.replace("3 lies", "3 now lies"), (Difference(3, "", "now "),)),
        (ORIGINAL.replace("Corner", "C\u043erner"), (Difference(1, "Corner", "C\u043erner"),)),
        (ORIGINAL + " ", (Difference(12, "", " "),)),
    ],
)
def test_a_difference_of_one_character_is_shown(
    repeated: str, found: tuple[Difference, ...]
) -> None:
    """NT31: a figure, a letter, a blank, a letter of another script."""
    assert differences(ORIGINAL, repeated) == found


def test_each_place_is_told_by_itself() -> None:
    repeated = ORIGINAL.replace("35", "53").replace("planned", "planed")
    assert [each.word for each in differences(ORIGINAL, repeated)] == [5, 11]


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_texts_that_differ_never_look_alike(original: str, repeated: str) -> None:
    assert (differences(original, repeated) == ()) == (original == repeated)


def test_long_texts_that_differ_throughout_are_one_place_and_cost_little() -> None:
    count = 4 * COMPARED_WORDS_MAX
    original = " ".join(f"a{n}" for n in range(count))
    repeated = " ".join(f"b{n}" for n in range(count))
    began = time.monotonic()
    assert differences(original, repeated) == (Difference(1, original, repeated),)
    assert time.monotonic() - began < 2
    assert differences(original, original[:-1]) == (Difference(count, "a7999", "a799"),)
