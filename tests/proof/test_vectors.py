"""The vectors under vectors/proof: each has the outcome that it states."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backchannel.errors import BackchannelError, JunkError
from backchannel.proof.checkpoint import origin_of, parse_checkpoint
from backchannel.proof.cosignature import cosigner_of, require_line
from backchannel.proof.merkle import Range, root_of
from backchannel.proof.note import note_text, parse_note
from backchannel.proof.policy import parse_policy
from backchannel.proof.span import pack_span, parse_span
from backchannel.wire.beacon import (
    pack_beat,
    pack_vector,
    parse_beat,
    parse_vector,
    require_opens,
)
from backchannel.wire.ids import CredentialId, JournalId, LineId
from backchannel.wire.minute import Proposal, pack_cosigning, pack_proposal, parse_minute

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "vectors" / "proof"
PAGE = "".join(
    (ROOT / "docs" / "spec" / f"{name}.md").read_text() for name in ("proof", "beacon", "oversight")
)
OTHER_PAGES = "".join(
    (ROOT / "docs" / "spec" / f"{name}.md").read_text() for name in ("wire", "record")
)
ACCEPT = "accept"

Case = dict[str, Any]  # what a JSON file holds


def run_minute(case: Case) -> None:
    raw = bytes.fromhex(case["hex"])
    said = parse_minute(raw)
    packed = pack_proposal(said) if isinstance(said, Proposal) else pack_cosigning(said)
    assert packed == raw


def run_note(case: Case) -> None:
    note = parse_note(case["note"].encode())
    line = LineId(bytes.fromhex(case["line_id"]))
    checkpoint = parse_checkpoint(note.text)
    (signature,) = note.signatures
    assert checkpoint.origin == origin_of(line, JournalId(bytes.fromhex(case["journal_id"])))
    assert signature.name == cosigner_of(line, CredentialId(bytes.fromhex(case["credential"])))
    require_line(signature, bytes.fromhex(case["public"]), checkpoint)
    assert note_text(note) == case["note"]


def run_opening(case: Case) -> None:
    raw = bytes.fromhex(case["payload"])
    beat = parse_beat(raw)
    assert pack_beat(beat) == raw
    if case["content"] is not None:
        words = bytes.fromhex(case["content"])
        vector = parse_vector(words)
        require_opens(vector, beat)
        assert pack_vector(vector) == words


def run_policy(case: Case) -> None:
    if not parse_policy(case["policy"]).meets(case["cosigned"]):
        raise JunkError("not-met")


def run_span(case: Case) -> None:
    raw = bytes.fromhex(case["hex"])
    assert pack_span(parse_span(raw)) == raw


RUNS: dict[str, Callable[[Case], None]] = {
    "minute": run_minute,
    "note": run_note,
    "opening": run_opening,
    "policy": run_policy,
    "span": run_span,
}
FILES = {path.name: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
# A file of another kind is read by the test of what it holds.
OURS = {name: document for name, document in FILES.items() if document["kind"] in RUNS}
EVERY = [(document["kind"], case) for document in OURS.values() for case in document["cases"]]


@pytest.mark.parametrize(("kind", "case"), EVERY, ids=[f"{k}-{case['name']}" for k, case in EVERY])
def test_a_vector_has_the_outcome_it_states(kind: str, case: Case) -> None:
    """PROOF-10, PROOF-11, PROOF-20, PROOF-22, PROOF-60, PROOF-61, PROOF-64, PROOF-66, PROOF-100,
    PROOF-102: each case under the clause that it names."""
    try:
        RUNS[kind](case)
    except BackchannelError as refused:
        assert refused.reason == case["result"]
        return
    assert case["result"] == ACCEPT


def test_most_vectors_are_refusals() -> None:
    accepted = [case for _, case in EVERY if case["result"] == ACCEPT]
    assert 0 < len(accepted) <= 0.4 * len(EVERY)


def test_clauses_and_reasons_of_the_vectors_are_those_of_the_pages() -> None:
    assert {case["clause"] for _, case in EVERY} <= set(re.findall(r"\*\*(PROOF-\d+)\*\*", PAGE))
    explained = set(re.findall(r"`([a-z0-9-]+)`", PAGE + OTHER_PAGES))
    assert {case["result"] for _, case in EVERY} - {ACCEPT, "not-met"} <= explained


@pytest.mark.parametrize(
    "case", FILES["ranges.json"]["cases"], ids=[c["name"] for c in FILES["ranges.json"]["cases"]]
)
def test_a_tree_has_the_subtrees_of_the_vector_and_grows_to_its_root(case: Case) -> None:
    """PROOF-102: what a maker writes; the verifier's test reads the same file."""
    known = [bytes([n + 1]) * 32 for n in range(case["size"])]
    tree = Range()
    for leaf in known:
        tree.append(leaf)
    same = [each.hex() for each in tree.peaks()] == case["peaks"]
    root = root_of([*known, *map(bytes.fromhex, case["leaves"])]).hex()
    assert (same and root == case["root"]) == (case["result"] == ACCEPT)


@pytest.mark.parametrize("name", OURS)
def test_the_cases_of_a_file_have_names_of_their_own(name: str) -> None:
    names = [case["name"] for case in OURS[name]["cases"]]
    assert len(set(names)) == len(names)
