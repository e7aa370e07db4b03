"""A disclosure in which one bit is another: a claim falls, or the file is refused (I20).

All bits are `python tools/bits.py`, half an hour; here some are changed, and others after each
change of the verifier.
"""

import pytest
from tools import bits

EVERY = 1_000


def test_no_bit_can_be_changed_unnoticed() -> None:
    """PROOF-40 to PROOF-53."""
    assert bits.unnoticed(EVERY, bits.offset_of_today(EVERY)) == []


def test_the_search_finds_the_one_place_that_no_claim_covers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PROOF-30: when a file was made is the word of who made it, and the reader is told so."""
    raw, roots, made = bits.whole()
    assert len(made) == 4
    first = 8 * made.start
    assert bits.unnoticed(8 * len(raw), first) == []
    monkeypatch.setattr(bits, "whole", lambda: (raw, roots, range(0)))
    assert bits.unnoticed(8 * len(raw), first) == [first]


def test_the_offset_moves_and_stays_in_its_range() -> None:
    assert all(0 <= bits.offset_of_today(every) < every for every in (1, 7, EVERY))
