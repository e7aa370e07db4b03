"""The vectors of disclosures through the verifier in Python; the page reads the same ones."""

import re

import pytest
from tests.verifier.published import FILE, Published, cases

from backchannel.verifier.__main__ import verify
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.claims import NAMES

SPEC = FILE.parents[2] / "docs" / "spec"
CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_disclosure_gets_the_verdicts_that_it_states(case: Published) -> None:
    """PROOF-30, PROOF-40 to PROOF-54."""
    try:
        _, report, _ = verify(case.raw, case.roots)
    except Refusal as refused:
        assert refused.reason == case.result
        return
    claims = report["claims"]
    assert isinstance(claims, list)
    assert (case.result, case.mode) == ("accept", report["mode"])
    assert {each["claim"]: each["reason"] for each in claims if each["reason"]} == case.not_proven


def test_every_claim_fails_somewhere_and_one_file_proves_them_all() -> None:
    rows = [row for case in CASES for row in case.not_proven.items()]
    assert {claim for claim, why in rows if not why.startswith("rests-on-")} == set(NAMES)
    assert any(case.result == "accept" and not case.not_proven for case in CASES)


def test_reasons_and_clauses_are_those_of_the_pages() -> None:
    text = "".join(path.read_text() for path in sorted(SPEC.glob("*.md")))
    explained = set(re.findall(r"`([a-z0-9-]+)`", text))
    reasons = {why for case in CASES for why in case.not_proven.values()}
    reasons |= {case.result for case in CASES if case.result != "accept"}
    assert {each for each in reasons if not each.startswith("rests-on-")} <= explained
    assert {case.clause for case in CASES} <= set(re.findall(r"\*\*(PROOF-\d+)\*\*", text))
    assert len({case.name for case in CASES}) == len(CASES)
