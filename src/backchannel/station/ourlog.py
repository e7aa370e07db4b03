"""Our own beacon log as it is shown to a stranger: its openings, their words, its checkpoints.

This module must not judge: what it finds was verified when it came, and a reader checks it anew.
Clauses: PROOF-76, PROOF-78, PROOF-176.
"""

from collections.abc import Iterator
from itertools import islice

from backchannel.limits import QUOTES_SOUGHT_MAX
from backchannel.line.leaves import MODE
from backchannel.proof.checkpoint import checkpoint_text
from backchannel.proof.note import Note, note_line, note_text
from backchannel.proof.policy import Policy
from backchannel.proof.witnessed import NotePiece
from backchannel.station.beaconlog import BeaconLog, cosigned_names, policy_of
from backchannel.station.judging import Record
from backchannel.store import queries
from backchannel.store.witnessed import Opening, Witnessed, openings, sizes_below, sizes_from
from backchannel.store.witnessed import witnessed_at as cosigned_at
from backchannel.wire.beacon import Beat, Vector, parse_vector, quote_of

Cosigned = tuple[Witnessed, ...]
"""All cosignatures that are kept of one size of our log."""


class OurLog:
    """The log of our REAL journal with all its openings, and the policy of the charter."""

    def __init__(self, record: Record, no: int, policy: Policy) -> None:
        self._record = record
        self.no = no
        self.policy = policy
        self.log = BeaconLog(record.custody.database, record.custody.line, no)
        self.log.grow()
        self.openings = tuple(self._all())

    @property
    def origin(self) -> str:
        """The name under which witnesses know the log."""
        return self.log.checkpoint(self._record.state, 0).origin

    def _all(self) -> Iterator[Opening]:
        """Yield the openings of our journal, in order."""
        custody, after = self._record.custody, -1
        while page := openings(custody.database, custody.line, self.no, after_seq=after):
            yield from page
            after = page[-1].seq

    def words(self, opening: Opening) -> Vector:
        """Return what opens some leaves. Raises OfficerError("no-content"), CustodyError."""
        custody = self._record.custody
        return parse_vector(
            queries.content(
                custody.database, custody.line, opening.entry, wrap_key=custody.wrap_key
            )
        )

    def meets(self, found: Cosigned) -> bool:
        """Say whether some cosignatures are a quorum."""
        return self.policy.meets(cosigned_names(self.policy, found))

    def cosigned(self, from_size: int) -> Iterator[Cosigned]:
        """Yield what is kept of each size from one on, the smallest first."""
        custody = self._record.custody
        for size in sizes_from(custody.database, custody.line, self.no, from_size):
            yield cosigned_at(custody.database, custody.line, self.no, size)

    def quoted(self, beat: Beat) -> Cosigned:
        """Return the cosignatures of one size that an opening quotes, if they are a quorum: of a
        size that the log had before it."""
        custody = self._record.custody
        below = sizes_below(custody.database, custody.line, self.no, beat.n + 1)
        for size in islice(below, QUOTES_SOUGHT_MAX):
            found = cosigned_at(custody.database, custody.line, self.no, size)
            some = tuple(each for each in found if quote_of(note_line(each.line)) in beat.quotes)
            if some and self.meets(some):
                return some
        return ()

    def note(self, found: Cosigned) -> NotePiece:
        """Return a checkpoint with the lines of witnesses under it."""
        checkpoint = self.log.checkpoint(self._record.state, found[0].size)
        note = Note(checkpoint_text(checkpoint), tuple(each.line for each in found))
        return NotePiece(note_text(note).encode())


def our_log(record: Record) -> OurLog | None:
    """Return our log, or None where we keep none or the policy cannot be read."""
    no, policy = record.state.core.own.get(MODE), policy_of(record.state)
    if no is None or policy is None or not record.state.charter.witness_policy:
        return None
    return OurLog(record, no, policy)
