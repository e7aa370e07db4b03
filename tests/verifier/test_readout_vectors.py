"""The vectors of read-outs, quotations and findings: each claim has the verdict that it must have.

They were made once by make_readouts.py. What is proven by them then must be for ever.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.verifier.test_whole_files import assembled

from backchannel.verifier.__main__ import verify

ROOT = Path(__file__).parents[2]
DOCUMENT = json.loads((ROOT / "vectors" / "proof" / "readouts.json").read_text())
Case = dict[str, Any]  # what a JSON file holds


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=[c["name"] for c in DOCUMENT["cases"]])
def test_every_claim_has_the_verdict_that_is_stated(case: Case) -> None:
    """PROOF-160 to PROOF-170, each case under the clause that it names."""
    roots = "\n".join(DOCUMENT["roots"][each] for each in case["roots"])
    _, report, _ = verify(assembled(DOCUMENT, case), roots, (), case["quotes"])
    claims = report["claims"]
    assert isinstance(claims, list)
    assert {each["claim"]: each["reason"] for each in claims} == case["verdicts"]


def test_clauses_and_reasons_are_those_of_the_page() -> None:
    page = (ROOT / "docs" / "spec" / "readout.md").read_text()
    page += "`unreleased`"  # of the charter page, CHARTER-62
    for case in DOCUMENT["cases"]:
        assert f"**{case['clause']}**" in page
        stated = set(case["verdicts"].values()) - {""}
        assert {why for why in stated if f"`{why}`" not in page} == set(), case["name"]
    worded = [v for c in DOCUMENT["cases"] for n, v in c["verdicts"].items() if "-" in n]
    assert "" in worded and len(set(worded)) > 5
