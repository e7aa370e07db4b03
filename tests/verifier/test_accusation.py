"""What is no evidence is refused as a whole, with the reason."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.verifier.accusing import Brief, lying_scene
from tests.verifier.judging import refusal
from tests.verifier.test_charges import OTHER, two_decrees, two_entries

from backchannel.wire.codec import decode, encode
from backchannel.wire.files import pack_file

Change = Callable[[Brief], Any]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda made: replace(made, version=2), "evidence-head"),
        (lambda made: replace(made, line=b"x" * 31), "evidence-head"),
        (lambda made: replace(made, kind=0), "evidence-head"),
        (lambda made: replace(made, kind=9), "evidence-head"),
        (lambda made: replace(made, accused=1), "evidence-head"),
        (lambda made: replace(made, kind=7), "evidence-head"),
        (lambda made: replace(made, matter=made.matter[:1]), "evidence-head"),
        (lambda made: replace(made, matter=(*made.matter, 1, 2)), "evidence-head"),
        (lambda made: replace(made, matter=(made.matter[0], b"x")), "evidence-head"),
        (lambda made: replace(made, pieces=made.pieces[::-1]), "disclosure-order"),
        (lambda made: made.having(5, (5, 16, 1, OTHER, ())), "disclosure-piece"),
        (lambda made: made.having(7, (7, b"", 0)), "disclosure-piece"),
        (lambda made: made.having(7, (7, 0)), "disclosure-piece"),
        (lambda made: made.having(3, *made.of(3), made.of(3)[0]), "disclosure-twice"),
    ],
)
def test_what_is_no_evidence_is_refused_as_a_whole(change: Change, reason: str) -> None:
    """PROOF-80, PROOF-81."""
    made: Brief = change(two_entries(lying_scene()))
    assert refusal(made.pack()) == reason


def test_a_rival_stands_once_and_has_no_content() -> None:
    """PROOF-81."""
    made = two_decrees(lying_scene())
    ((_, rival),) = made.of(7)
    assert refusal(made.having(7, (7, rival), (7, rival)).pack()) == "disclosure-twice"
    frame = list(decode(rival))  # type: ignore[arg-type]
    frame[4] = b"words"
    assert refusal(made.having(7, (7, encode(tuple(frame)))).pack()) == "disclosure-piece"


def test_an_empty_file_and_one_of_another_kind() -> None:
    """PROOF-80."""
    assert refusal(pack_file("evidence", [])) == "evidence-head"
    assert refusal(pack_file("evidence", [b"\xff"])) == "evidence-head"
    assert refusal(pack_file("founding", [])) == "file-kind"
