"""Tests of proof.merkle, against the vectors of others and against its own proofs, changed."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.errors import ProofError
from backchannel.proof.merkle import (
    EMPTY_ROOT,
    Range,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    pair_hash,
    require_consistency,
    require_inclusion,
    root_of,
)

PUBLISHED = Path(__file__).parents[3] / "shared" / "vectors" / "merkle"


def published(name: str) -> list[dict[str, Any]]:
    path = PUBLISHED / f"{name}.json"
    return [each["case"] for each in json.loads(path.read_text())] if path.exists() else []


def plain(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(bytes([n])).digest() for n in range(count)]


def verdict(check: Any, *given: Any) -> bool:
    """Return whether a check refuses."""
    try:
        check(*given)
    except ProofError:
        return True
    return False


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published vectors are not here")
def test_published_proofs_have_their_published_verdicts() -> None:
    """PROOF-2, PROOF-3: 98 of each."""
    for case in published("inclusion"):
        proof = [plain(each) for each in case["proof"] or ()]
        place = (plain(case["leafHash"]), case["leafIdx"], case["treeSize"], proof)
        refused = verdict(require_inclusion, *place, plain(case["root"]))
        assert refused == case["wantErr"], case["desc"]
    for case in published("consistency"):
        proof = [plain(each) for each in case["proof"] or ()]
        roots = plain(case["root1"]), plain(case["root2"])
        refused = verdict(require_consistency, case["size1"], case["size2"], proof, *roots)
        assert refused == case["wantErr"], case["desc"]


def test_a_root_is_made_of_its_leaves_and_of_nothing_else() -> None:
    """PROOF-1: the first trees, written out."""
    a, b, c = leaves(3)
    assert root_of(()) == EMPTY_ROOT == Range().root() == hashlib.sha256(b"").digest()
    assert root_of([a]) == leaf_hash(a) == hashlib.sha256(b"\x00" + a).digest()
    pair = pair_hash(leaf_hash(a), leaf_hash(b))
    assert pair == hashlib.sha256(b"\x01" + leaf_hash(a) + leaf_hash(b)).digest()
    assert root_of([a, b, c]) == pair_hash(pair, leaf_hash(c))


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_of_a_tree_is_proved_in_its_place_alone(size: int) -> None:
    """PROOF-2: every place of every small tree; other places, sizes and proofs are refused."""
    some = leaves(size)
    root = root_of(some)
    for index in range(size):
        proof, hashed = inclusion_proof(some, index), leaf_hash(some[index])
        require_inclusion(hashed, index, size, proof, root)
        for wrong in (-1, index + 1, size):
            assert verdict(require_inclusion, hashed, wrong, size, proof, root)
        assert verdict(require_inclusion, hashed, index, size, (*proof, root), root)
        assert verdict(require_inclusion, hashed, index, size, proof, leaf_hash(root))
        for n in range(len(proof)):
            cut = (*proof[:n], *proof[n + 1 :])
            assert verdict(require_inclusion, hashed, index, size, cut, root)


@pytest.mark.parametrize("size", range(1, 34))
def test_every_tree_is_proved_to_begin_with_each_earlier_one(size: int) -> None:
    """PROOF-3: from every size to every size; cut, longer and other proofs are refused."""
    some = leaves(size)
    root = root_of(some)
    for earlier in range(1, size + 1):
        proof, before = consistency_proof(some, earlier), root_of(some[:earlier])
        require_consistency(earlier, size, proof, before, root)
        assert verdict(require_consistency, earlier, size, (*proof, root), before, root)
        assert verdict(require_consistency, earlier, size, proof, leaf_hash(root), root)
        assert verdict(require_consistency, earlier, size, proof, before, leaf_hash(root))
        if proof:
            assert verdict(require_consistency, earlier, size, proof[:-1], before, root)
    assert verdict(require_consistency, 0, size, (), EMPTY_ROOT, root)
    assert verdict(require_consistency, size + 1, size, (), root, root)


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_a_tree_that_grew_is_the_tree_that_was_built_at_once(some: list[bytes]) -> None:
    """PROOF-1."""
    grown = Range()
    for at, leaf in enumerate(some):
        assert grown.size == at
        grown.append(leaf)
    assert grown.root() == root_of(some)
