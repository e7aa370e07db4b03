"""Why nobody answered: each state by what shows it, and never one in place of another."""

import pytest

from backchannel.watch.silence import Signs, State, classify

EVERYTHING = Signs(*(name.encode() for name in Signs._fields))


@pytest.mark.parametrize(
    ("signs", "state", "evidence"),
    [
        (EVERYTHING, State.DECLINED, b"declined"),
        (EVERYTHING._replace(declined=None), State.SUSPENDED, b"suspended"),
        (Signs(down=b"down", manned=b"manned"), State.PATH_DOWN, b"down"),
        (Signs(manned=b"manned"), State.UNDER_WAY, None),
        (Signs(held=b"held", down=b"down"), State.UNMANNED, b"held"),
        (Signs(held=b"held", shown=b"shown", left=b"left"), State.UNMANNED, b"left"),
        (Signs(held=b"held", manned=b"manned"), State.UNANSWERED, b"held"),
        (Signs(held=b"held", manned=b"manned", shown=b"shown"), State.UNANSWERED, b"shown"),
    ],
)
def test_a_silence_has_one_state_and_its_evidence(
    signs: Signs, state: State, evidence: bytes | None
) -> None:
    """NOTICE-150."""
    found = classify(signs)
    assert (found.state, found.evidence) == (state, evidence)
