"""The verifier's own reading of policies, notes and leaves, held against the vectors (I21)."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.witness.logs import WITNESS, WITNESS_KEY, Log

from backchannel.proof.note import NoteSignature, note_line, note_text
from backchannel.proof.vkey import cosign_at
from backchannel.verifier.beacon import Leaf, read_quotes, read_rows
from backchannel.verifier.cbor import Refusal, decode
from backchannel.verifier.witnesses import (
    met_by,
    met_since,
    read_line,
    read_note,
    read_policy,
    times,
)

FOLDER = Path(__file__).parents[2] / "vectors" / "proof"
POLICIES = json.loads((FOLDER / "policies.json").read_text())["cases"]
OPENINGS = json.loads((FOLDER / "openings.json").read_text())["cases"]
Case = dict[str, Any]  # what a JSON file holds


def name_of(case: Case) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", POLICIES, ids=name_of)
def test_a_policy_has_the_outcome_it_states(case: Case) -> None:
    """PROOF-64, PROOF-66."""
    try:
        met = read_policy(case["policy"]).meets(frozenset(case["cosigned"]))
        assert case["result"] == ("accept" if met else "not-met")
    except Refusal as refused:
        assert case["result"] == refused.reason


@pytest.mark.parametrize("case", [c for c in OPENINGS if c["content"]], ids=name_of)
def test_a_vector_opens_its_leaves_or_none(case: Case) -> None:
    """PROOF-61."""
    leaves = decode(bytes.fromhex(case["payload"]))[2]  # type: ignore[index]
    words = decode(bytes.fromhex(case["content"]))
    assert isinstance(words, list)
    try:
        rows = read_rows(words[1])
    except Refusal as refused:
        assert refused.reason == case["result"]
        return
    made = [Leaf("o", 1, 0, blind, rows, ()).hash for blind in words[0]]  # type: ignore[union-attr, arg-type]
    whole = len(words) == 2 and made == leaves
    assert whole == (case["result"] == "accept")


@pytest.mark.parametrize("case", OPENINGS, ids=name_of)
def test_quotes_are_read_from_openings_alone(case: Case) -> None:
    """PROOF-60, PROOF-78."""
    payload = decode(bytes.fromhex(case["payload"]))
    try:
        assert read_quotes(bytes.fromhex(case["payload"])) == frozenset(payload[3])  # type: ignore[index]
    except Refusal:
        assert case["result"] != "accept"


POLICY = read_policy(f"witness w {WITNESS_KEY.text()}\nquorum w\n")
LOG = Log()


def cosigned(*whens: int, size: int = 7) -> bytes:
    """A checkpoint with cosignatures of one witness at some times."""
    note = LOG.note(size)
    text = note_text(note)
    for when in whens:
        body = cosign_at(WITNESS.seed, WITNESS.name, LOG.checkpoint(size), when)
        text += note_line(NoteSignature(WITNESS.name, WITNESS_KEY.key_id(), body))
    return text.encode()


def test_a_witness_that_signed_twice_is_taken_at_its_earliest_word() -> None:
    """PROOF-77, PROOF-78: for both times that is the careful one."""
    note = read_note(cosigned(500, 400, 600))
    said = times(POLICY, note, note.lines)
    assert said == {"w": 400}
    assert (met_by(POLICY, said), met_since(POLICY, said)) == (400, 400)


def test_a_cosignature_without_a_time_says_nothing() -> None:
    """PROOF-65: nor one with a time that nobody can mean, nor that of the log's own station."""
    for whens in ((), (0,)):
        note = read_note(cosigned(*whens))
        assert times(POLICY, note, note.lines) == {}
        with pytest.raises(Refusal, match="no-quorum"):
            met_by(POLICY, {})
    assert met_since(POLICY, {}) is None


def test_a_line_is_read_with_its_line_feed() -> None:
    """PROOF-60: so it is quoted."""
    line = cosigned(400).decode().splitlines(keepends=True)[-1]
    assert read_line(line[:-1]).text == line
