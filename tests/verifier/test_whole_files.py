"""The vectors of whole files, through the verifier: each claim has the verdict that it must have.

They were made once by make_vectors.py. What is proven by them then must be for ever.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from backchannel.verifier.__main__ import verify
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.charges import CHARGES
from backchannel.verifier.claims import NAMES

ROOT = Path(__file__).parents[2]
FILES = {
    name: json.loads((ROOT / "vectors" / "proof" / f"{name}.json").read_text())
    for name in ("disclosures", "evidence")
}
EVERY = [(name, case) for name, document in FILES.items() for case in document["cases"]]
JUDGED = "judged"
Case = dict[str, Any]  # what a JSON file holds


def assembled(document: Case, case: Case) -> bytes:
    """The file of a case, as RECORD-111 puts it together."""
    kind = document["kind"].removesuffix("-file")
    raw = b"backchannel/1/" + kind.encode() + b"\0"
    for place in case["objects"]:
        each = bytes.fromhex(document["objects"][place])
        raw += len(each).to_bytes(4, "big") + each
    return raw[: len(raw) - case["cut"]]


@pytest.mark.parametrize(("name", "case"), EVERY, ids=[f"{n}-{c['name']}" for n, c in EVERY])
def test_every_claim_has_the_verdict_that_is_stated(name: str, case: Case) -> None:
    """PROOF-30 to PROOF-54 and PROOF-80 to PROOF-91, each case under the clause that it names."""
    document = FILES[name]
    roots = "\n".join(document["roots"][each] for each in case["roots"])
    try:
        _, report, _ = verify(assembled(document, case), roots)
    except Refusal as refused:
        assert refused.reason == case["result"]
        return
    assert case["result"] == JUDGED
    claims = report["claims"]
    assert isinstance(claims, list)
    assert {each["claim"]: each["reason"] for each in claims} == case["verdicts"]


@pytest.mark.parametrize("name", FILES)
def test_most_files_fail_in_something(name: str) -> None:
    cases = FILES[name]["cases"]
    proven = [case for case in cases if not any(case.get("verdicts", {"": "refused"}).values())]
    assert 0 < len(proven) < len(cases) / 2
    assert len({case["name"] for case in cases}) == len(cases)


def test_every_claim_is_proven_by_one_file_and_not_by_another() -> None:
    """Nothing is left out: a reader who never proves a claim, or always does, fails here."""
    judged = [case["verdicts"] for _, case in EVERY if case["result"] == JUDGED]
    names = {*NAMES, "sign-off", "accused", *CHARGES}
    assert {claim for each in judged for claim, why in each.items() if not why} == names
    assert {claim for each in judged for claim, why in each.items() if why} == names


def test_clauses_and_reasons_are_those_of_the_pages() -> None:
    pages = "".join(
        (ROOT / "docs" / "spec" / f"{name}.md").read_text()
        for name in ("proof", "evidence", "record", "wire", "charter", "path")
    )
    for _, case in EVERY:
        assert f"**{case['clause']}**" in pages
        stated = {case["result"], *case.get("verdicts", {}).values()} - {"", JUDGED}
        unknown = {
            why for why in stated if not re.match("rests-on-", why) and f"`{why}`" not in pages
        }
        assert unknown <= TOLD_BY_THE_PAGES_IN_WORDS, unknown


# What a claim lacks is told in words there; the slugs are the verifier's own.
TOLD_BY_THE_PAGES_IN_WORDS = {
    "charter-missing", "roots-not-given", "no-checkpoint", "no-receipt", "no-time-after",
    "inclusion",
}  # fmt: skip
