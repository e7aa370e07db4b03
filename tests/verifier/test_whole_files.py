"""The vectors of whole files, through the verifier: each claim has the verdict that it must have.

They were made once by make_vectors.py. What is proven by them then must be for ever.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from backchannel.verifier.__main__ import NAMES, verify
from backchannel.verifier.cbor import Refusal

ROOT = Path(__file__).parents[2]
FILES = {
    name: json.loads((ROOT / "vectors" / "proof" / f"{name}.json").read_text())
    for name in ("disclosures", "evidence", "whole_spans")
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
    """PROOF-30 to PROOF-54, PROOF-80 to PROOF-91, PROOF-110 to PROOF-118, PROOF-177 to PROOF-189:
    each case under the clause that it names."""
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


def claimed(name: str) -> set[str]:
    """The claims that a page defines: the first word of a clause, in italics. Of numbered ones the
    name alone."""
    page = (ROOT / "docs" / "spec" / f"{name}.md").read_text()
    found = re.findall(
        r"^\*\*PROOF-[0-9]+\*\* \*([a-z0-9-]+)\*(?:[:,]| and | rests on)", page, re.MULTILINE
    )
    return {re.sub(r"-1$", "", each) for each in found}


def told(files: Iterable[str], *, proven: bool) -> set[str]:
    """The claims that are proven in some file, or not proven for a reason of their own."""
    found = set()
    for name in files:
        document = json.loads((ROOT / "vectors" / "proof" / f"{name}.json").read_text())
        for case in document["cases"]:
            for claim, why in case.get("verdicts", {}).items():
                if not why.startswith("rests-on-") and proven == (not why):
                    found.add(re.sub(r"-[0-9]+$", "", claim))
    return found


PAGES = {
    "proof": ("disclosures",),
    "evidence": ("evidence", "disclosures"),
    "beacon": ("disclosures",),
    "oversight": ("whole_spans",),
    "archive": ("whole_spans",),
    "readout": ("readouts",),
}


@pytest.mark.parametrize("page", PAGES)
def test_every_claim_of_a_page_is_proven_by_one_vector_and_falls_by_itself_in_another(
    page: str,
) -> None:
    """PROOF-40: a reader who never proves a claim, or always does, fails here."""
    claims = claimed(page)
    assert claims
    assert claims - told(PAGES[page], proven=True) == set()
    assert claims - told(PAGES[page], proven=False) == set()


def test_no_claim_of_the_verifier_is_missed_on_the_pages() -> None:
    pages = set.union(*map(claimed, PAGES))
    assert {*NAMES} - pages == set()


def test_clauses_and_reasons_are_those_of_the_pages() -> None:
    pages = "".join(
        (ROOT / "docs" / "spec" / f"{name}.md").read_text()
        for name in (*PAGES, "record", "wire", "charter", "path")
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
