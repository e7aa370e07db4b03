"""Levels: the same roots and proofs as those of the plain tree, at every size."""

import pytest

from backchannel.proof.levels import Levels
from backchannel.proof.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    require_consistency,
    require_inclusion,
    root_of,
)

LEAVES = [bytes((n,)) * 32 for n in range(70)]
LEVELS = Levels(LEAVES)


@pytest.mark.parametrize("size", range(71))
def test_a_root_is_that_of_the_leaves_so_far(size: int) -> None:
    """PROOF-1."""
    assert LEVELS.root(size) == root_of(LEAVES[:size]) == Levels(LEAVES[:size]).root(size)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 64, 65, 70])
def test_proofs_are_those_of_the_plain_tree(size: int) -> None:
    """PROOF-2, PROOF-3."""
    for index in range(size):
        proof = LEVELS.inclusion(index, size)
        assert proof == inclusion_proof(LEAVES[:size], index)
        require_inclusion(leaf_hash(LEAVES[index]), index, size, proof, LEVELS.root(size))
    assert LEVELS.consistency(0, size) == ()
    for earlier in range(1, size + 1):
        proof = LEVELS.consistency(earlier, size)
        assert proof == consistency_proof(LEAVES[:size], earlier)
        require_consistency(earlier, size, proof, LEVELS.root(earlier), LEVELS.root(size))
