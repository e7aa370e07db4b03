"""What of our beacon brackets a statement: the leaf that covers it, the witnesses under it, and an
opening before it that quotes them.

This module must not judge: what it finds was verified when it came, and a reader checks it anew.
Clauses: PROOF-76 to PROOF-78.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from backchannel.limits import LINKS_MAX, QUOTES_SOUGHT_MAX
from backchannel.line.leaves import MODE
from backchannel.proof.checkpoint import checkpoint_text
from backchannel.proof.disclosure import InclusionPiece, Piece
from backchannel.proof.merkle import inclusion_proof
from backchannel.proof.note import Note, note_line, note_text
from backchannel.proof.policy import Policy
from backchannel.proof.selecting import Slots
from backchannel.proof.witnessed import LeafPiece, NotePiece
from backchannel.station.beaconlog import BeaconLog, cosigned_names, policy_of
from backchannel.station.judging import Record
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.store.witnessed import (
    Opening,
    Witnessed,
    openings,
    sizes_below,
    sizes_from,
    witnessed_at,
)
from backchannel.wire.beacon import Beat, Vector, parse_vector, quote_of


class Bracketing:
    """Our beacon log and what witnesses signed of it, looked through for one statement."""

    def __init__(self, record: Record, stated: Stated) -> None:
        self._record = record
        self._no, self._seq = stated.said.no, stated.said.seq
        own = record.state.core.own.get(MODE)
        self._policy = policy_of(record.state)
        self._log = None if own is None else self._grown(own)
        self._openings = [] if self._log is None else list(self._all(self._log.no))
        self._quoted: tuple[Witnessed, ...] = ()

    def _grown(self, no: int) -> BeaconLog:
        custody = self._record.custody
        log = BeaconLog(custody.database, custody.line, no)
        log.grow()
        return log

    def _all(self, no: int) -> Iterator[Opening]:
        """Yield the openings of our journal, in order."""
        custody, after = self._record.custody, -1
        while page := openings(custody.database, custody.line, no, after_seq=after):
            yield from page
            after = page[-1].seq

    def _words(self, opening: Opening) -> Vector:
        """Return what opens some leaves. Raises OfficerError("no-content"), CustodyError."""
        custody = self._record.custody
        return parse_vector(
            queries.content(
                custody.database, custody.line, opening.entry, wrap_key=custody.wrap_key
            )
        )

    def add_quote(self, slots: Slots) -> None:
        """Add the newest opening of ours that a statement of our own REAL journal comes after and
        that quotes a quorum, and the links from there (PROOF-78)."""
        if self._policy is None or self._log is None or self._no != self._log.no:
            return
        near = [o for o in self._openings if self._seq - LINKS_MAX <= o.seq < self._seq]
        quoting = [o for o in reversed(near) if o.beat.quotes]
        for opening in quoting[:QUOTES_SOUGHT_MAX]:
            found = self._lines_quoted(self._policy, opening.beat)
            if found:
                self._quoted = found
                slots[self._no, opening.seq] = True
                for seq in range(opening.seq + 1, self._seq + 1):
                    slots.setdefault((self._no, seq), False)
                return

    def _lines_quoted(self, policy: Policy, beat: Beat) -> tuple[Witnessed, ...]:
        """Return the cosignatures of one size that an opening quotes, if they are a quorum: of a
        size that the log had before it."""
        assert self._log is not None
        custody, no = self._record.custody, self._log.no
        below = sizes_below(custody.database, custody.line, no, beat.n + 1)
        for size in islice(below, QUOTES_SOUGHT_MAX):
            found = witnessed_at(custody.database, custody.line, no, size)
            some = tuple(each for each in found if quote_of(note_line(each.line)) in beat.quotes)
            if some and policy.meets(cosigned_names(policy, some)):
                return some
        return ()

    def _witnessed(self, from_size: int) -> Iterator[tuple[Witnessed, ...]]:
        """Yield what is kept of each size from one on, the smallest first."""
        assert self._log is not None
        custody, no = self._record.custody, self._log.no
        for size in sizes_from(custody.database, custody.line, no, from_size):
            yield witnessed_at(custody.database, custody.line, no, size)

    def pieces(self) -> Iterator[Piece]:
        """Yield the notes and the leaf, and what leads from the statement to what the leaf covers
        (PROOF-77); nothing where no quorum has cosigned such a leaf."""
        if self._policy is None or self._log is None:
            return
        opening = self._first_covering()
        if opening is None:
            return
        later = self._witnessed(opening.beat.n + 1)
        met = (g for g in later if self._policy.meets(cosigned_names(self._policy, g)))
        found = next(met, ())
        if not found:
            return
        vector, size = self._words(opening), found[0].size
        covered = next(s for no, s, _ in vector.rows if no == self._no)
        custody = self._record.custody
        leaves = queries.leaves(custody.database, custody.line, self._no, from_seq=0, limit=covered)
        path = inclusion_proof(leaves, self._seq)
        yield InclusionPiece(self._no, self._seq, covered, path)
        notes = {found[0].size: found}
        if self._quoted:
            both = {*notes.get(self._quoted[0].size, ()), *self._quoted}
            notes[self._quoted[0].size] = tuple(sorted(both, key=line_of))
        for each in sorted(notes):
            yield self._note(each, notes[each])
        origin = self._log.checkpoint(self._record.state, size).origin
        hashes = self._log.levels.inclusion(opening.beat.n, size)
        blind = vector.blinds[0]
        yield LeafPiece(origin, size, opening.beat.n, blind, vector.rows, hashes)

    def _first_covering(self) -> Opening | None:
        """Return the first opening whose vector covers the statement: what vectors cover grows."""

        def covers(opening: Opening) -> bool:
            rows = self._words(opening).rows
            return any(no == self._no and size > self._seq for no, size, _ in rows)

        at = bisect_left(self._openings, True, key=covers)
        return self._openings[at] if at < len(self._openings) else None

    def _note(self, size: int, found: tuple[Witnessed, ...]) -> NotePiece:
        """Return a checkpoint with the lines of witnesses under it."""
        assert self._log is not None
        checkpoint = self._log.checkpoint(self._record.state, size)
        note = Note(checkpoint_text(checkpoint), tuple(each.line for each in found))
        return NotePiece(note_text(note).encode())


def line_of(found: Witnessed) -> tuple[str, bytes]:
    """Return by what lines are sorted."""
    return found.line.name, found.line.key_id
