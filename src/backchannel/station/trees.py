"""The trees over journals as this station's own record has them (PROOF-1).

Trees are kept while the station runs, so an hourly minute costs what has come since the last. What
is accepted in a slot stays there: branches are kept beside the record, and a database that was put
back is another run. This module must not take a root from anybody else (PROOF-12).
"""

from backchannel.limits import LEAVES_AT_ONCE, TREES_KEPT_MAX
from backchannel.proof.merkle import Range
from backchannel.store.queries import leaves
from backchannel.store.sqlite import Database
from backchannel.wire.ids import LineId


class Trees:
    """The trees of one line's journals, grown from the store."""

    def __init__(self, database: Database, line: LineId) -> None:
        self._database = database
        self._line = line
        self._kept: dict[int, tuple[Range, ...]] = {}

    def grow(self, no: int, size: int) -> Range | None:
        """Return a journal's tree at a size that the store holds, or None while it is not there
        yet: each call reads a part, so that nothing else waits for long."""
        tree = self._nearest(no, size)
        if tree.size < size:
            most = min(size - tree.size, LEAVES_AT_ONCE)
            some = leaves(self._database, self._line, no, from_seq=tree.size, limit=most)
            assert some, f"the store lacks slot {tree.size} of journal {no}"
            tree = tree.copy()
            for leaf in some:
                tree.append(leaf)
            self._keep(no, tree)
        return tree if tree.size == size else None

    def _nearest(self, no: int, size: int) -> Range:
        """Return the largest tree at hand that is not beyond a size."""
        fitting = [tree for tree in self._kept.get(no, ()) if tree.size <= size]
        return max(fitting, key=size_of, default=Range())

    def _keep(self, no: int, tree: Range) -> None:
        """Keep the largest trees of a journal, and the one that has just grown."""
        others = sorted(self._kept.get(no, ()), key=size_of)[-TREES_KEPT_MAX + 1 :]
        self._kept[no] = (*others, tree)


def size_of(tree: Range) -> int:
    """Return how many leaves a tree has."""
    return tree.size
