"""A log that grows by leaves, kept so that its roots and proofs are quick at every size.

The tree is that of RFC 9162 (PROOF-1); what is kept are the hashes of all whole subtrees, level by
level, so that a proof costs some dozens of hashes and not all of them. This module must not know
what the leaves are.
"""

from collections.abc import Iterable

from backchannel.proof.merkle import EMPTY_ROOT, largest_power_below, leaf_hash, pair_hash


class Levels:
    """The leaves of one log; `size` of them. Level k holds the subtrees of 2^k leaves."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add a leaf."""
        made, level = leaf_hash(leaf), 0
        while True:
            if level == len(self._levels):
                self._levels.append([])
            kept = self._levels[level]
            kept.append(made)
            if len(kept) % 2:
                return
            made, level = pair_hash(kept[-2], kept[-1]), level + 1

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` leaves (PROOF-1)."""
        return self._part(0, size) if size else EMPTY_ROOT

    def peaks(self, size: int) -> tuple[bytes, ...]:
        """Return the roots of the whole subtrees at a size, largest first (PROOF-102)."""
        found, start = [], 0
        while start < size:
            count = 1 << (size - start).bit_length() - 1
            found.append(self._part(start, start + count))
            start += count
        return tuple(found)

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the proof that leads from a leaf to the root at a size (RFC 9162, 2.1.3.1)."""
        assert 0 <= index < size <= self.size, "a leaf of the log, at a size that it has reached"
        return tuple(self._path(index, 0, size))

    def consistency(self, earlier: int, size: int) -> tuple[bytes, ...]:
        """Return the proof from an earlier size to a later one (RFC 9162, 2.1.4.1). From size 0
        nothing is to be proved, and the proof is empty."""
        assert 0 <= earlier <= size <= self.size, "sizes that the log has reached"
        return tuple(self._subproof(earlier, 0, size, known=True)) if earlier else ()

    def _part(self, start: int, end: int) -> bytes:
        """Return the root of some leaves, which begin at a whole subtree as RFC 9162 divides."""
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._levels[level][start >> level]
        k = largest_power_below(count)
        return pair_hash(self._part(start, start + k), self._part(start + k, end))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        """Return the hashes beside the way to a leaf, from below."""
        if end - start == 1:
            return []
        middle = start + largest_power_below(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._part(middle, end)]
        return [*self._path(index, middle, end), self._part(start, middle)]

    def _subproof(self, earlier: int, start: int, end: int, *, known: bool) -> list[bytes]:
        """Return SUBPROOF of RFC 9162: `known` says whether the reader has the root of these."""
        if earlier == end:
            return [] if known else [self._part(start, end)]
        middle = start + largest_power_below(end - start)
        if earlier <= middle:
            return [*self._subproof(earlier, start, middle, known=known), self._part(middle, end)]
        return [
            *self._subproof(earlier, middle, end, known=False),
            self._part(start, middle),
        ]
