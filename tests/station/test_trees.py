"""The trees of a station: grown from its store, a part at a time, and never from anything else."""

from pathlib import Path

import pytest
from tests.store import samples as s

from backchannel.limits import LEAVES_AT_ONCE, TREES_KEPT_MAX
from backchannel.proof.merkle import Range, root_of
from backchannel.station.trees import Trees
from backchannel.store import sqlite
from backchannel.store.lines import commit, create_line

SIZE = LEAVES_AT_ONCE + 10


def grown(trees: Trees, size: int) -> tuple[Range, int]:
    """The tree at a size, and how many turns it took."""
    for turns in range(1, 9):
        tree = trees.grow(s.OURS, size)
        if tree is not None:
            return tree, turns
    raise AssertionError("the tree does not grow")


def test_a_tree_is_that_of_the_record_at_every_size_asked_for(tmp_path: Path) -> None:
    """PROOF-1, PROOF-12: larger, smaller, the same again; each turn reads a bounded part."""
    with sqlite.open(tmp_path / "station.db") as database:
        create_line(database, s.FOUNDED, wrap_key=s.WRAP_KEY, core=s.core(0), secrets=s.secrets(0))
        rows = [s.entry(s.OURS, seq) for seq in range(SIZE)]
        commit(
            database,
            s.LINE,
            wrap_key=s.WRAP_KEY,
            core=s.core(1),
            secrets=s.secrets(1),
            rows=rows,
        )
        leaves = [row.entry for row in rows]
        trees = Trees(database, s.LINE)
        for size, turns_wanted in ((9, 1), (SIZE, 2), (SIZE, 1), (5, 1), (SIZE - 1, 1)):
            tree, turns = grown(trees, size)
            assert (tree.size, tree.root()) == (size, root_of(leaves[:size]))
            assert turns == turns_wanted
        for size in range(1, 3 * TREES_KEPT_MAX):
            assert grown(trees, size)[0].root() == root_of(leaves[:size])
        with pytest.raises(AssertionError, match="the store lacks slot"):
            trees.grow(s.OURS, SIZE + 1)
            trees.grow(s.OURS, SIZE + 1)


def test_a_tree_that_is_handed_out_does_not_grow() -> None:
    tree = Range()
    tree.append(b"one")
    twin = tree.copy()
    twin.append(b"two")
    assert (tree.size, tree.root()) == (1, root_of([b"one"]))
    assert twin.root() == root_of([b"one", b"two"])
