"""What of our beacon goes into a span: all openings between its minutes, what they hide, and the
checkpoints that witnesses cosigned.

This module must not judge: a reader puts the leaves together anew. Clauses: PROOF-176, PROOF-182.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping

from backchannel.errors import OfficerError
from backchannel.limits import SPAN_NOTES_MAX
from backchannel.line.leaves import MODE
from backchannel.proof.policy import Policy
from backchannel.proof.span import LogPiece, SpanPiece, WordsPiece
from backchannel.proof.vkey import time_in
from backchannel.station.beaconlog import cosigned_names
from backchannel.station.beacons import met_at
from backchannel.station.judging import Record, party_name
from backchannel.station.minuted import AUTHORITY_NUMBERS, Bounds
from backchannel.station.ourlog import Cosigned, OurLog, our_log
from backchannel.station.packs import LeafPoint, Watched
from backchannel.store.witnessed import Opening
from backchannel.wire.beacon import Vector
from backchannel.wire.signing import Mode

Stretches = Mapping[int, tuple[int, int]]


class SpanLog:
    """Our log and the checkpoints of it that a quorum has cosigned, the smallest first."""

    def __init__(self, record: Record, log: OurLog) -> None:
        self._record = record
        self._log = log
        self._met = tuple(filter(log.meets, log.cosigned(0)))
        last = self._met[-1][0].size if self._met else 0
        self._witnessed = [each for each in log.openings if end_of(each) <= last]

    # --- Which minutes ----------------------------------------------------------------------------

    def bounds(self, since: int, until: int) -> Bounds:
        """Return between which sizes minutes shall lie, so that the last leaf that witnesses saw
        before one time, and the first that was made after another, come into a span."""
        known = self._witnessed
        before = bisect_right(known, since, key=self._stood_by)
        behind = bisect_left(known, until, key=self._made_after)
        first = known[before - 1] if before else None
        last = known[min(behind, len(known) - 1)] if known else None
        return Bounds(
            earlier=None if first is None else self._reached(first),
            later=None if last is None else self._reached(last),
        )

    def _under(self, opening: Opening) -> Cosigned:
        """Return the first checkpoint with all leaves of an opening."""
        return self._met[bisect_left(self._met, end_of(opening), key=size_of)]

    def _stood_by(self, opening: Opening) -> int:
        """Return by when a quorum says that the leaves of an opening stood."""
        time = met_at(self._log.policy, self._under(opening))
        assert time is not None, "a quorum has a time"
        return time

    def _made_after(self, opening: Opening) -> int:
        """Return after when an opening was made, by what it quotes; -1 if it quotes nothing."""
        quoted = self._log.quoted(opening.beat)
        return min((time_in(each.line) for each in quoted), default=-1)

    def _reached(self, opening: Opening) -> dict[int, int] | None:
        """Return how far the journals of REAL and of offices stood at an opening, and our own as
        far as the leaves under its checkpoint."""
        words = self._words(opening)
        if words is None:
            return None
        journals = self._record.state.core.journals
        sizes = {
            no: size
            for no, size, _ in words.rows
            if no < AUTHORITY_NUMBERS or (no in journals and journals[no].mode == MODE)
        }
        last = bisect_left(self._log.openings, size_of(self._under(opening)), key=end_of)
        return sizes | {self._log.no: self._log.openings[last].seq + 1}

    def _words(self, opening: Opening) -> Vector | None:
        """Return what opens some leaves, None where we do not hold it any more."""
        try:
            return self._log.words(opening)
        except OfficerError:
            return None

    # --- Pieces -----------------------------------------------------------------------------------

    def between(self, stretches: Stretches) -> list[Opening]:
        """Return the openings between two minutes."""
        start, end = stretches.get(self._log.no, (0, 0))
        return [each for each in self._log.openings if start <= each.seq < end]

    def pieces(self, stretches: Stretches) -> Iterator[SpanPiece]:
        """Yield the checkpoints of the log, the words of its openings, and the log before them;
        nothing where no witness has cosigned any of these leaves (PROOF-176)."""
        inside = self.between(stretches)
        notes = self.notes(inside)
        if not notes:
            return
        for each in notes:
            yield self._log.note(each)
        for opening in inside:
            words = self._words(opening) if end_of(opening) <= size_of(notes[-1]) else None
            if words is not None:
                yield WordsPiece(opening.entry, words.blinds, words.rows)
        low = inside[0].beat.n
        yield LogPiece(self._log.no, low, self._log.log.levels.peaks(low))

    def notes(self, inside: list[Opening]) -> tuple[Cosigned, ...]:
        """Return the checkpoints of leaves that are shown: of a long log evenly fewer, of one that
        no quorum has cosigned the newest, so that the reader sees who is missing."""
        if not inside:
            return ()
        low, high = inside[0].beat.n, end_of(inside[-1])
        met = [each for each in self._met if low <= size_of(each) <= high]
        if met:
            step = -(-len(met) // SPAN_NOTES_MAX)
            # The newest one stays: counted from behind.
            return tuple(met[(len(met) - 1) % step :: step])
        some = [each for each in self._log.cosigned(low + 1) if size_of(each) <= high]
        return tuple(some[-1:])

    # --- What a pack says -------------------------------------------------------------------------

    def watched(self, stretches: Stretches) -> Watched:
        """Return what witnesses hold fast of a span, as this station knows it (PROOF-182)."""
        inside = self.between(stretches)
        notes = [each for each in self.notes(inside) if self._log.meets(each)]
        reached = size_of(notes[-1]) if notes else 0
        marks = [n for n in inside if end_of(n) <= reached and self._lies_in(n, stretches)]
        # A journal that neither minute names yet has no leaf inside.
        whole = stretches.get(self._log.no, (0, 0))[0] == 0
        first = marks[0] if marks and not whole else None
        enough = len(marks) > (0 if whole else 1)
        return Watched(
            party=party_name(self._record, self._record.state.party),
            quorum=rule_of(self._log.policy),
            witnesses=tuple(each.name for each in self._log.policy.witnesses),
            since=None if first is None or not enough else self._point(first, notes),
            upto=self._point(marks[-1], notes) if enough else None,
            checkpoints=len(notes),
            leaves=sum(len(each.beat.leaves) for each in inside),
        )

    def _lies_in(self, opening: Opening, stretches: Stretches) -> bool:
        """Say whether all that an opening hides of the span lies in it."""
        words = self._words(opening)
        if words is None:
            return False
        sizes = {no: size for no, size, _ in words.rows}
        return all(start <= sizes.get(no, 0) <= end for no, (start, end) in stretches.items())

    def _point(self, opening: Opening, notes: list[Cosigned]) -> LeafPoint:
        """Return a leaf as a face is told."""
        found = notes[bisect_left(notes, end_of(opening), key=size_of)]
        time, after = met_at(self._log.policy, found), self._made_after(opening)
        return LeafPoint(
            entry=opening.entry.hex(),
            slot=opening.seq,
            period=opening.beat.period,
            made_after=None if after < 0 else after,
            stood_by=time or 0,
            cosigners=tuple(sorted(cosigned_names(self._log.policy, found))),
        )


def span_log(record: Record, mode: Mode) -> SpanLog | None:
    """Return our log for a span; None in another mode, or where the charter names no witness."""
    log = our_log(record) if mode == MODE else None
    return None if log is None else SpanLog(record, log)


def end_of(opening: Opening) -> int:
    """Return the size of the log with the leaves of an opening."""
    return opening.beat.n + len(opening.beat.leaves)


def size_of(found: Cosigned) -> int:
    """Return the size that some cosignatures are of."""
    return found[0].size


def rule_of(policy: Policy) -> str:
    """Return in words what a quorum is."""
    group = policy.groups.get(policy.quorum)
    if group is None:
        return policy.quorum
    return f"{policy.quorum}: {group.k} of {', '.join(group.members)}"
