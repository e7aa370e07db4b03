"""The trees over journals: roots, and proofs that a leaf or an earlier tree is in one.

RFC 9162, section 2.1, with SHA-256. This module must not know what the leaves are. Clauses: PROOF-1
to PROOF-3.
"""

import hashlib
from collections.abc import Sequence

from backchannel.errors import ProofError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def pair_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Range:
    """A tree that grows by leaves, kept as the roots of its whole subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf."""
        made = leaf_hash(leaf)
        # Each set bit at the end of the size is a whole subtree that the new one completes.
        rest = self.size
        while rest & 1:
            made = pair_hash(self._peaks.pop(), made)
            rest >>= 1
        self._peaks.append(made)
        self.size += 1

    def copy(self) -> "Range":
        """Return the same tree, to grow by itself."""
        made = Range()
        made.size, made._peaks = self.size, list(self._peaks)
        return made

    def peaks(self) -> tuple[bytes, ...]:
        """Return the roots of the tree's whole subtrees, largest first (PROOF-102)."""
        return tuple(self._peaks)

    def root(self) -> bytes:
        """Return the root of the tree as it is."""
        if not self._peaks:
            return EMPTY_ROOT
        made = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            made = pair_hash(peak, made)
        return made


def require_hashes(reason: str, *hashes: bytes) -> None:
    """Raise ProofError unless each is a hash: two empty strings are equal, and prove nothing."""
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofError(reason, f"a hash has {HASH_BYTES} bytes")


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the tree of these leaves (PROOF-1)."""
    tree = Range()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def largest_power_below(n: int) -> int:
    """Return the largest power of two that is less than n; n is 2 or more."""
    return 1 << ((n - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the hashes that lead from a leaf to the root, from below (RFC 9162, 2.1.3.1)."""
    if len(leaves) == 1:
        return ()
    k = largest_power_below(len(leaves))
    if index < k:
        return (*inclusion_proof(leaves[:k], index), root_of(leaves[k:]))
    return (*inclusion_proof(leaves[k:], index - k), root_of(leaves[:k]))


def require_inclusion(
    hashed: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise ProofError unless a leaf of this hash stands at an index of a tree (PROOF-2)."""
    require_hashes("inclusion", hashed, root, *proof)
    if not 0 <= index < size:
        raise ProofError("inclusion", f"index {index} in a tree of {size}")
    made, at, last = hashed, index, size - 1
    for other in proof:
        if last == 0:
            raise ProofError("inclusion", "the proof has more hashes than the path")
        if at & 1 or at == last:
            made = pair_hash(other, made)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            made = pair_hash(made, other)
        at, last = at >> 1, last >> 1
    if last or made != root:
        raise ProofError("inclusion", "the proof does not lead to the root")


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> tuple[bytes, ...]:
    """Return the hashes that show the tree of the first `earlier` leaves in that of all of them
    (RFC 9162, 2.1.4.1)."""
    return subproof(leaves, earlier, known=True)


def subproof(leaves: Sequence[bytes], earlier: int, *, known: bool) -> tuple[bytes, ...]:
    """Return SUBPROOF of RFC 9162: `known` says whether the reader has the root of these leaves."""
    if earlier == len(leaves):
        return () if known else (root_of(leaves),)
    k = largest_power_below(len(leaves))
    if earlier <= k:
        return (*subproof(leaves[:k], earlier, known=known), root_of(leaves[k:]))
    return (*subproof(leaves[k:], earlier - k, known=False), root_of(leaves[:k]))


def require_consistency(
    earlier: int, size: int, proof: Sequence[bytes], earlier_root: bytes, root: bytes
) -> None:
    """Raise ProofError unless the later tree begins with all leaves of the earlier (PROOF-3)."""
    if not 1 <= earlier <= size:
        raise ProofError("consistency", f"from size {earlier} to {size}")
    if earlier == size:
        if proof or earlier_root != root:
            raise ProofError("consistency", "two trees of one size are one tree")
        return
    require_hashes("consistency", earlier_root, root, *proof)
    at, last = earlier - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    # A whole earlier tree is itself the first hash, and is then not in the proof.
    path = list(proof) if at else [earlier_root, *proof]
    if not path:
        raise ProofError("consistency", "the proof is empty")
    before = after = path[0]
    for other in path[1:]:
        if last == 0:
            raise ProofError("consistency", "the proof has more hashes than the path")
        if at & 1 or at == last:
            before, after = pair_hash(other, before), pair_hash(other, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = pair_hash(after, other)
        at, last = at >> 1, last >> 1
    if last or before != earlier_root or after != root:
        raise ProofError("consistency", "the proof does not join the two roots")
