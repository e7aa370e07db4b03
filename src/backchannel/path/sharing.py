"""What all paths of symbols of a line share: our objects, and the pools of the other parties.

This module must not choose a path, or believe that an object is whole before the station says that
its seal opened. Clauses: PATH-79, PATH-80, PATH-82.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import ENVELOPE_BYTES_MAX
from backchannel.path.bursts import COMPLETE, Burst, Mark, Report, Unit, read_unit
from backchannel.path.limits import CUT_MESSAGES_MAX, OBJECTS_OPEN_MAX
from backchannel.path.messages import Message, Parcel, parse
from backchannel.path.outgoing import Objects, Queue
from backchannel.path.pool import Candidate, Pool
from backchannel.path.symbols import Lead, LinkKeys, Part, open_part


class Counters(msgspec.Struct, frozen=True):
    """How far each party has counted, and whom to tell before a number is used or forgotten."""

    next: Mapping[int, int]
    keep: Callable[[int, int], None]


class Told(NamedTuple):
    """What came of a unit: the party that spoke, a message if one is whole, a report to give, and
    whether it was a mark."""

    party: int
    message: Message | None = None
    report: Report | None = None
    mark: bool = False


class Shared:
    """The objects of one line on all its paths of symbols."""

    def __init__(self, own: int, keys: Mapping[int, LinkKeys], counters: Counters) -> None:
        self._own = own
        self._counters = counters
        first = counters.next.get(own, 0)
        self.objects = Objects(keys[own], next_=first, count=lambda n: counters.keep(own, n))
        self._pools = {
            party: Pool(each, next_=counters.next.get(party, 0))
            for party, each in keys.items()
            if party != own
        }
        self._queues: list[Queue] = []
        self._waiting: dict[bytes, tuple[int, int, Candidate]] = {}
        self._cut: dict[tuple[int, int, int], dict[int, Part]] = {}

    def queue(self, *, n: int) -> Queue:
        """Return the queue of one more path, whose bursts hold so many symbols."""
        made = Queue(self.objects, len(self._queues), n=n)
        self._queues.append(made)
        return made

    def hear(self, path: int, raw: bytes) -> Told:
        """Take in one unit of a path. Raises JunkError for what no party of the line made."""
        party, unit = self._read(raw)
        pool = self._pools[party]
        match unit:
            case Report():
                for queue in self._queues:
                    queue.hear(unit)
            case Mark(counter=counter):
                pool.advance(counter)
                self._counters.keep(party, pool.next)
                return Told(party, mark=True)
            case Burst():
                return self._hear_burst(party, path, unit)
        return Told(party)

    def _read(self, raw: bytes) -> tuple[int, Unit]:
        """Return who made a unit, and what it holds. Raises JunkError."""
        reported = {counter for queue in self._queues for counter in queue.reported()}
        failure = JunkError("unit-stranger", "nobody else has the keys of this line")
        for party, pool in self._pools.items():
            try:
                return party, read_unit(
                    pool.keys, raw, theirs=pool.window(), reported=sorted(reported)
                )
            except JunkError as junk:
                failure = junk
        raise failure

    def _hear_burst(self, party: int, path: int, burst: Burst) -> Told:
        pool = self._pools[party]
        if pool.is_done(burst.counter):
            return Told(party, report=Report(burst.counter, COMPLETE))
        candidate = pool.add(path, burst)
        lacks = pool.missing(burst.counter)
        report = None
        if burst.end and lacks and candidate is None:
            report = Report(burst.counter, min(lacks, COMPLETE - 2), pool.loss(burst.counter, path))
        return self._deliver(party, path, candidate) or Told(party, report=report)

    def _deliver(self, party: int, path: int, candidate: Candidate | None) -> Told | None:
        """Hand out a candidate, or another one in its place; None if there is none."""
        pool = self._pools[party]
        while candidate is not None:
            try:
                return self._open(party, path, candidate)
            except JunkError:
                candidate = pool.refuse(candidate)
        return None

    def _open(self, party: int, path: int, candidate: Candidate) -> Told:
        """Return what a candidate holds. Raises JunkError if it can't have been made so."""
        if candidate.lead == Lead.ENVELOPE:
            if not 0 < len(candidate.held) <= ENVELOPE_BYTES_MAX:
                raise JunkError("envelope-size", "an object without an envelope")
            while len(self._waiting) >= OBJECTS_OPEN_MAX:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[candidate.held] = (party, path, candidate)
            return Told(party, Parcel(candidate.held))
        message = self._whole(party, candidate)
        return Told(party, message, self._accepted(party, path, candidate.counter))

    def _whole(self, party: int, candidate: Candidate) -> Message | None:
        """Return a message that is no envelope, or one of which the last part has come."""
        held = candidate.held
        if candidate.lead & Lead.PART:
            part = open_part(self._pools[party].keys, held)
            key = (party, part.number, part.parts)
            parts = self._cut.setdefault(key, {})
            parts[part.place] = part
            while len(self._cut) > CUT_MESSAGES_MAX:
                del self._cut[next(iter(self._cut))]
            if len(parts) < part.parts:
                return None
            self._cut.pop(key, None)
            held = b"".join(parts[place].piece for place in sorted(parts))
        return parse(held) if candidate.lead & Lead.MESSAGE else Parcel(held)

    def judge(self, envelope: bytes, *, good: bool) -> Told | None:
        """The station has opened an envelope, or could not: return what follows (PATH-80)."""
        if envelope not in self._waiting:
            return None
        party, path, candidate = self._waiting.pop(envelope)
        if good:
            return Told(party, report=self._accepted(party, path, candidate.counter))
        return self._deliver(party, path, self._pools[party].refuse(candidate))

    def _accepted(self, party: int, path: int, counter: int) -> Report:
        pool = self._pools[party]
        report = Report(counter, COMPLETE, pool.loss(counter, path))
        pool.accept(counter)
        return report
