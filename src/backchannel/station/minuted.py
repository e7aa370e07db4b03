"""Minutes that every party has cosigned whole: how far a record can be shown to be complete.

This module must not take a root from anybody else: it computes each from the store (PROOF-12).
Clauses: PROOF-103, PROOF-113, PROOF-176.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from backchannel.charter.credentials import STATION_OF_MODE
from backchannel.charter.events import NAMES_NO_LAST_ENTRY
from backchannel.errors import OfficerError
from backchannel.proof.disclosure import CheckpointPiece
from backchannel.proof.merkle import Range
from backchannel.station.judging import Record
from backchannel.station.trees import Trees
from backchannel.store import queries
from backchannel.store.sequence import proposals, vector_of
from backchannel.wire.entry import Head
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.minute import Proposal, parse_minute
from backchannel.wire.moments import print_moment
from backchannel.wire.signing import Mode

AUTHORITY_NUMBERS = 16


class Minute(msgspec.Struct, frozen=True):
    """A proposal in its slot, the time that it claims, and how far it goes in each journal."""

    no: int
    seq: int
    entry: EntryId
    time: int
    sizes: dict[int, int]

    @property
    def head(self) -> Head:
        """Return where it stands."""
        return self.no, self.seq, self.entry


class Minutes:
    """The minutes of one mode, and which checkpoints of theirs are cosigned by whom."""

    def __init__(self, record: Record, mode: Mode) -> None:
        self._record = record
        self._mode = mode
        custody = record.custody
        self._trees = Trees(custody.database, custody.line)
        self._grown: dict[tuple[int, int], Range] = {}
        self._known: dict[tuple[int, int], CheckpointPiece | None] = {}
        self.all = tuple(self._proposals())

    def _proposals(self) -> Iterator[Minute]:
        """Yield the proposals of the mode, in the order in which they were accepted."""
        custody = self._record.custody
        for each in proposals(custody.database, custody.line, self._mode):
            said = parse_minute(each.payload)
            assert isinstance(said, Proposal), "the store looks for proposals alone"
            yield Minute(each.no, each.seq, each.entry, each.time, dict(said.sizes))

    def tree(self, no: int, size: int) -> Range:
        """Return a journal's tree at a size, as our own record has it."""
        while (no, size) not in self._grown:
            grown = self._trees.grow(no, size)
            if grown is not None:
                self._grown[no, size] = grown
        return self._grown[no, size]

    def is_whole(self, minute: Minute) -> bool:
        """Say whether all parties have cosigned all rows of a minute as we would, and no entry
        that it covers names what it does not (PROOF-114)."""
        custody, journals = self._record.custody, self._record.state.core.journals
        for no, size in minute.sizes.items():
            if no in journals and journals[no].forked:
                return False
            if self.checkpoint(no, size) is None:
                return False
            named = vector_of(custody.database, custody.line, no, size - 1)
            if any(seq >= minute.sizes.get(other, 0) for other, seq in named.items()):
                return False
        return minute.sizes.get(minute.no) == minute.seq

    def checkpoint(self, no: int, size: int) -> CheckpointPiece | None:
        """Return the checkpoint of a journal with a cosignature of each party and of its own
        station, or None where one is missing."""
        if (no, size) not in self._known:
            self._known[no, size] = self._checkpoint(no, size)
        return self._known[no, size]

    def _checkpoint(self, no: int, size: int) -> CheckpointPiece | None:
        """Look for the cosignatures of a checkpoint."""
        custody, state = self._record.custody, self._record.state
        held = state.authorities.get(no) or state.core.journals.get(no)
        if held is None or held.seq < size - 1:
            return None
        root = self.tree(no, size).root()
        rows = {
            row.credential: row.signature
            for row in queries.cosignatures(custody.database, custody.line, no, from_size=size)
            if row.size == size and row.root == root
        }
        stations = [stations_of(self._record, party, self._mode) for party in state.authorities]
        chosen = [next((each for each in some if each in rows), None) for some in stations]
        if no >= AUTHORITY_NUMBERS:
            own = CredentialId(state.core.journals[no].credential)
            known = any(own in some for some in stations)
            chosen.insert(0, own if known and own in rows else None)
        if None in chosen:
            return None
        signed = tuple((each, rows[each]) for each in dict.fromkeys(chosen) if each is not None)
        return CheckpointPiece(no, size, root, signed)

    def checkpoints(self, upto: Minute, since: Minute | None) -> Iterator[CheckpointPiece]:
        """Yield the checkpoints of whole minutes, each once, ascending (PROOF-101)."""
        rows = {*upto.sizes.items(), *(since.sizes.items() if since is not None else ())}
        for no, size in sorted(rows):
            found = self.checkpoint(no, size)
            assert found is not None, "only whole minutes are shown"
            yield found


def stations_of(record: Record, party: int, mode: int) -> tuple[CredentialId, ...]:
    """Return the credentials of a party's stations of a mode whose cosignatures count, those that
    stand first: a key that was lost may have been in other hands (PROOF-113)."""
    authority = record.state.authorities[party]
    found = [
        each.id
        for each in authority.credentials.values()
        if each.credential.kind == STATION_OF_MODE[Mode(mode)]
    ]
    ended = authority.revocations
    counting = [n for n in found if n not in ended or ended[n].reason not in NAMES_NO_LAST_ENTRY]
    return tuple(sorted(counting, key=lambda each: (each in ended, each)))


class Bounds(NamedTuple):
    """Between which sizes two minutes shall lie if such ones are whole: the earlier goes no further
    than the one in any journal, the later at least as far as the other. None asks for nothing."""

    earlier: Mapping[int, int] | None = None
    later: Mapping[int, int] | None = None


NO_BOUNDS = Bounds()


def require_minutes(
    minutes: Minutes, since: int, until: int, bounds: Bounds = NO_BOUNDS
) -> tuple[Minute | None, Minute]:
    """Return the newest whole minute before a time, None for the beginning of the line, and the
    first behind another time, or else the newest (PROOF-103, PROOF-176).

    Raises OfficerError("no-minute").
    """
    later = choose_later(minutes, since, until, bounds)
    if later is None:
        raise OfficerError(
            "no-minute",
            f"no minute behind {print_moment(since)} is cosigned by all parties; order one with "
            "backchannel minute, wait until status shows all cosigners, and try again",
        )
    before = [
        each
        for each in reversed(minutes.all)
        if each.time <= since and each.entry != later.entry and goes_before(each.sizes, later.sizes)
    ]
    within = [n for n in before if bounds.earlier and goes_before(n.sizes, bounds.earlier)]
    return next(filter(minutes.is_whole, (*within, *before)), None), later


def choose_later(minutes: Minutes, since: int, until: int, bounds: Bounds) -> Minute | None:
    """Return the first whole minute behind a time, else the newest that is not before a span."""
    behind = [each for each in minutes.all if each.time >= until]
    beyond = [n for n in behind if bounds.later and goes_before(bounds.later, n.sizes)]
    newest = [each for each in reversed(minutes.all) if each.time >= since]
    return next(filter(minutes.is_whole, (*beyond, *behind, *newest)), None)


def goes_before(earlier: Mapping[int, int], later: Mapping[int, int]) -> bool:
    """Say whether no journal goes further in some sizes than in others."""
    return all(size <= later.get(no, 0) for no, size in earlier.items())
