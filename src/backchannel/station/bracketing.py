"""What of our beacon brackets a statement: the leaf that covers it, the witnesses under it, and an
opening before it that quotes them.

This module must not judge: what it finds was verified when it came, and a reader checks it anew.
Clauses: PROOF-76 to PROOF-78.
"""

from bisect import bisect_left
from collections.abc import Iterator

from backchannel.limits import LINKS_MAX, QUOTES_SOUGHT_MAX
from backchannel.proof.disclosure import InclusionPiece, Piece
from backchannel.proof.merkle import inclusion_proof
from backchannel.proof.selecting import Slots
from backchannel.proof.witnessed import LeafPiece
from backchannel.station.judging import Record
from backchannel.station.ourlog import Cosigned, OurLog, our_log
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.store.witnessed import Opening, Witnessed


class Bracketing:
    """Our beacon log and what witnesses signed of it, looked through for one statement."""

    def __init__(self, record: Record, stated: Stated) -> None:
        self._record = record
        self._no, self._seq = stated.said.no, stated.said.seq
        self._log = our_log(record)
        self._quoted: Cosigned = ()

    def add_quote(self, slots: Slots) -> None:
        """Add the newest opening of ours that a statement of our own REAL journal comes after and
        that quotes a quorum, and the links from there (PROOF-78)."""
        log = self._log
        if log is None or self._no != log.no:
            return
        near = [o for o in log.openings if self._seq - LINKS_MAX <= o.seq < self._seq]
        quoting = [o for o in reversed(near) if o.beat.quotes]
        for opening in quoting[:QUOTES_SOUGHT_MAX]:
            found = log.quoted(opening.beat)
            if found:
                self._quoted = found
                slots[self._no, opening.seq] = True
                for seq in range(opening.seq + 1, self._seq + 1):
                    slots.setdefault((self._no, seq), False)
                return

    def pieces(self) -> Iterator[Piece]:
        """Yield the notes and the leaf, and what leads from the statement to what the leaf covers
        (PROOF-77); nothing where no quorum has cosigned such a leaf."""
        log = self._log
        opening = None if log is None else self._first_covering(log)
        if log is None or opening is None:
            return
        found = next(filter(log.meets, log.cosigned(opening.beat.n + 1)), ())
        if not found:
            return
        vector, size = log.words(opening), found[0].size
        covered = next(s for no, s, _ in vector.rows if no == self._no)
        custody = self._record.custody
        leaves = queries.leaves(custody.database, custody.line, self._no, from_seq=0, limit=covered)
        path = inclusion_proof(leaves, self._seq)
        yield InclusionPiece(self._no, self._seq, covered, path)
        notes = {size: found}
        if self._quoted:
            both = {*notes.get(self._quoted[0].size, ()), *self._quoted}
            notes[self._quoted[0].size] = tuple(sorted(both, key=line_of))
        for each in sorted(notes):
            yield log.note(notes[each])
        hashes = log.log.levels.inclusion(opening.beat.n, size)
        blind = vector.blinds[0]
        yield LeafPiece(log.origin, size, opening.beat.n, blind, vector.rows, hashes)

    def _first_covering(self, log: OurLog) -> Opening | None:
        """Return the first opening whose vector covers the statement: what vectors cover grows."""

        def covers(opening: Opening) -> bool:
            rows = log.words(opening).rows
            return any(no == self._no and size > self._seq for no, size, _ in rows)

        at = bisect_left(log.openings, True, key=covers)
        return log.openings[at] if at < len(log.openings) else None


def line_of(found: Witnessed) -> tuple[str, bytes]:
    """Return by what lines are sorted."""
    return found.line.name, found.line.key_id
