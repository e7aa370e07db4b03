"""The vectors of minutes through the verifier's own reader: two readers, one verdict."""

import json
from pathlib import Path
from typing import Any

import pytest

from backchannel.verifier.cbor import Refusal
from backchannel.verifier.minutes import Cosigning, Proposal, read_cosigning, read_proposal

VECTORS = Path(__file__).parents[2] / "vectors" / "proof" / "minutes.json"
CASES = json.loads(VECTORS.read_text())["cases"]


def reasons(raw: bytes) -> list[str]:
    """What each reader says of a payload: its refusal, or nothing."""
    found = []
    for read in (read_proposal, read_cosigning):
        try:
            said = read(raw)
        except Refusal as refused:
            found.append(refused.reason)
        else:
            assert isinstance(said, Proposal | Cosigning)
            found.append("")
    return found


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_minute_is_read_by_one_reader_or_refused_by_both(case: dict[str, Any]) -> None:
    """PROOF-20, PROOF-22: for the reason that the vector states."""
    found = reasons(bytes.fromhex(case["hex"]))
    if case["result"] == "accept":
        assert sorted(map(bool, found)) == [False, True]
    else:
        assert all(found) and case["result"] in found
