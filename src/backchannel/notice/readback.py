"""What a readback says otherwise than the original, word by word.

This module must never call a text a match: where it finds nothing, an officer still compares.
A difference of one character is one, be it a blank (NT31).
"""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from backchannel.limits import COMPARED_WORDS_MAX

PIECES = re.compile(r"\s+|\S+")


class Difference(NamedTuple):
    """Where a readback departs: the number of the word in the original, from 1, and both texts."""

    word: int
    original: str
    repeated: str


def differences(original: str, repeated: str) -> tuple[Difference, ...]:
    """Return the places where two texts differ, in order; blanks and line ends count.

    Very long stretches that differ are given as one place.
    """
    ours, theirs = PIECES.findall(original), PIECES.findall(repeated)
    start, end = common_ends(ours, theirs)
    ours_left = ours[start : len(ours) - end]
    theirs_left = theirs[start : len(theirs) - end]
    if len(ours_left) > COMPARED_WORDS_MAX or len(theirs_left) > COMPARED_WORDS_MAX:
        spans = [(0, len(ours_left), 0, len(theirs_left))]
    else:
        matcher = SequenceMatcher(None, ours_left, theirs_left, autojunk=False)
        spans = [span for tag, *span in matcher.get_opcodes() if tag != "equal"]  # type: ignore[misc]
    return tuple(
        Difference(word_number(ours, start + a), "".join(ours_left[a:b]), "".join(theirs_left[c:d]))
        for a, b, c, d in spans
    )


def common_ends(ours: list[str], theirs: list[str]) -> tuple[int, int]:
    """Return how many pieces are alike from the start, and then from the end."""
    shorter = min(len(ours), len(theirs))
    start = next((n for n in range(shorter) if ours[n] != theirs[n]), shorter)
    left = shorter - start
    end = next((n for n in range(left) if ours[-1 - n] != theirs[-1 - n]), left)
    return start, end


def word_number(pieces: list[str], place: int) -> int:
    """Return the number of the word at or after a piece, from 1."""
    return sum(not piece.isspace() for piece in pieces[:place]) + 1
