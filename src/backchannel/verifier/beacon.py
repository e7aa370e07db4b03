"""Between which times an entry was made, as witnesses say who know nothing of it.

A leaf of a beacon hides how far journals stood; witnesses cosigned the log that holds it. This
module must not believe the log's own station: it asks what holds without its word. Clauses:
PROOF-76 to PROOF-78, PROOF-175.
"""

from dataclasses import dataclass, field

from backchannel.verifier.cbor import Refusal, Value, decode, encode
from backchannel.verifier.crypto import tagged
from backchannel.verifier.record import JOURNAL_END, hash_of, number
from backchannel.verifier.shapes import COUNT_END
from backchannel.verifier.trees import require_inclusion
from backchannel.verifier.witnesses import Note, Policy, met_by, met_since, times

OPENING = 14
LEAVES = 512
ROWS = 256
QUOTES = 32

Row = tuple[int, int, bytes]


@dataclass(frozen=True)
class Leaf:
    """An opened leaf of a log at a size (piece 10): index, blind, what it hides, and its path."""

    origin: str
    size: int
    index: int
    blind: bytes = field(repr=False)
    rows: tuple[Row, ...]
    path: tuple[bytes, ...] = field(repr=False)

    @property
    def hash(self) -> bytes:
        """The leaf (PROOF-61)."""
        return leaf_of(self.blind, self.rows)


@dataclass(frozen=True)
class Words:
    """What opens the leaves of an opening: a blind for each, and what they hide (piece 12)."""

    blinds: tuple[bytes, ...] = field(repr=False)
    rows: tuple[Row, ...]

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """The leaves that these words open (PROOF-61)."""
        return tuple(leaf_of(each, self.rows) for each in self.blinds)


@dataclass(frozen=True)
class Said:
    """What an opening says to all: the index of its first leaf, the period of its last, the leaves,
    and the hashes of cosignatures that it quotes."""

    n: int
    period: int
    leaves: tuple[bytes, ...]
    quotes: frozenset[bytes]

    @property
    def end(self) -> int:
        """The size of the log with these leaves."""
        return self.n + len(self.leaves)

    @property
    def first(self) -> int:
        """The period of the first leaf."""
        return self.period - len(self.leaves) + 1


def leaf_of(blind: bytes, rows: tuple[Row, ...]) -> bytes:
    """Return the leaf that hides a vector behind a blind (PROOF-61)."""
    values: list[Value] = [list(row) for row in rows]
    return tagged("beacon", blind + encode(values))


def read_rows(value: Value) -> tuple[Row, ...]:
    """Return a vector. Raises Refusal (PROOF-61)."""
    if not isinstance(value, list) or len(value) > ROWS:
        raise Refusal("beacon-shape", "no vector")
    found: list[Row] = []
    for each in value:
        if not isinstance(each, list) or len(each) != 3:
            raise Refusal("beacon-shape", "no row of a vector")
        no = number(each[0], JOURNAL_END, "journal-number")
        size = number(each[1], COUNT_END, "count-range")
        if not size or (found and no <= found[-1][0]):
            raise Refusal("beacon-shape", "rows do not ascend")
        found.append((no, size, hash_of(each[2])))
    return tuple(found)


def read_said(payload: bytes) -> Said:
    """Return what an opening says. Raises Refusal (PROOF-60)."""
    quotes = read_quotes(payload)
    value = decode(payload)
    assert isinstance(value, list) and isinstance(value[2], list)
    n, period = (number(each, COUNT_END, "count-range") for each in value[:2])
    return Said(n, period, tuple(hash_of(each) for each in value[2]), quotes)


def read_quotes(payload: bytes) -> frozenset[bytes]:
    """Return what an opening quotes. Raises Refusal (PROOF-60)."""
    value = decode(payload)
    if not isinstance(value, list) or len(value) != 4:
        raise Refusal("beacon-shape", "no opening")
    leaves, quotes = value[2], value[3]
    if not isinstance(leaves, list) or not 0 < len(leaves) <= LEAVES:
        raise Refusal("beacon-shape", "no leaves")
    if not isinstance(quotes, list) or len(quotes) > QUOTES:
        raise Refusal("beacon-shape", "no quotes")
    return frozenset(hash_of(each) for each in quotes)


def stood_by(
    place: tuple[int, int, bytes],
    leaves: list[Leaf],
    notes: list[Note],
    paths: dict[tuple[int, int, int], tuple[bytes, ...]],
    policy: Policy,
) -> int:
    """Return the earliest time by which a quorum had seen a leaf that covers an entry.

    `place` is its journal, slot and id. Raises Refusal, with what is wrong with the last one tried
    (PROOF-77).
    """
    no, seq, entry = place
    found: list[int] = []
    fault = Refusal("no-beacon", "the file opens no leaf that covers the entry")
    covering = ((a, s, r) for a in leaves for n, s, r in a.rows if n == no and s > seq)
    for leaf, size, root in covering:
        try:
            path = paths.get((no, seq, size))
            if path is None:
                raise Refusal("no-beacon", "nothing leads from the entry to what the leaf covers")
            require_inclusion(entry, seq, size=size, path=path, root=root)
            under = notes_of(leaf, notes)
        except Refusal as wrong:
            fault = wrong
            continue
        # One checkpoint too many, of another root, takes nothing away.
        for note in under:
            try:
                require_inclusion(
                    leaf.hash, leaf.index, size=note.size, path=leaf.path, root=note.root
                )
                found.append(met_by(policy, times(policy, note, note.lines)))
            except Refusal as wrong:
                fault = wrong
    if not found:
        raise fault
    return min(found)


def notes_of(leaf: Leaf, notes: list[Note]) -> list[Note]:
    """Return the checkpoints that a leaf says it lies under. Raises Refusal if there is none."""
    some = [each for each in notes if (each.origin, each.size) == (leaf.origin, leaf.size)]
    if not some:
        raise Refusal("no-witnesses", "the checkpoint of the leaf's log is not in the file")
    return some


def made_after(openings: list[bytes], notes: list[Note], policy: Policy) -> int | None:
    """Return the latest time after which something was made, given the payloads of openings that
    it comes after, or None where they quote no quorum (PROOF-78).

    What is quoted is a signature that nobody could know before it was made.
    """
    found: list[int] = []
    for payload in openings:
        try:
            quoted = read_quotes(payload)
        except Refusal:
            continue
        for note in notes:
            lines = [
                line for line in note.lines if tagged("witnessed", line.text.encode()) in quoted
            ]
            since = met_since(policy, times(policy, note, lines)) if lines else None
            if since is not None:
                found.append(since)
    return max(found, default=None)
