"""What a run leaves behind, as judges read it: stores, states, and the log of what was seen.

It must not judge. It reads the stores' bytes, opens with the log what was sent, and knows for each
journal number which station may write it.
"""

from collections.abc import Iterator
from functools import cached_property

import msgspec

from backchannel.errors import JunkError
from backchannel.line.state import LineState
from backchannel.path.messages import Parcel
from backchannel.sim.observed import Observed, Sent, Slot
from backchannel.sim.stand_ins import Box
from backchannel.station.runner import Custody
from backchannel.store.queries import branches, evidence, pending
from backchannel.store.sequence import Placed, entries_after
from backchannel.wire.entry import Header, parse_header
from backchannel.wire.envelope import (
    Envelope,
    Form,
    Frame,
    Signature,
    parse_envelope,
    parse_frame,
)
from backchannel.wire.ids import EntryId

ALL = 1_000_000
AUTHORITY_NUMBERS = 16


class Finding(msgspec.Struct, frozen=True):
    """An invariant that does not hold, where, and what was found."""

    invariant: str
    station: str
    text: str


Findings = Iterator[Finding]


class Entry(msgspec.Struct, frozen=True):
    """An entry in a store, its header taken apart."""

    placed: Placed
    header: Header

    @property
    def slot(self) -> Slot:
        """Journal number and seq, as its row says."""
        return self.placed.no, self.placed.seq


class Claim(msgspec.Struct, frozen=True):
    """A signed header that somebody sent or keeps."""

    slot: Slot
    header: bytes
    signature: Signature


class Remains:
    """One station after a run: its state in memory, and its store with the key that opens it."""

    def __init__(
        self, name: str, party: int, *, honest: bool, state: LineState, custody: Custody
    ) -> None:
        self.name = name
        self.party = party
        self.honest = honest
        self.state = state
        self.custody = custody

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every accepted entry, in the order of acceptance."""
        custody = self.custody
        found = entries_after(
            custody.database, custody.line, after=0, limit=ALL, wrap_key=custody.wrap_key
        )
        return tuple(Entry(each, parse_header(each.frame.header)) for each in found)

    @cached_property
    def journals(self) -> dict[int, list[Entry]]:
        """Its entries by journal, each journal in the order of its slots."""
        found: dict[int, list[Entry]] = {}
        for entry in sorted(self.entries, key=lambda e: e.slot):
            found.setdefault(entry.placed.no, []).append(entry)
        return found

    @cached_property
    def ids(self) -> dict[Slot, EntryId]:
        """The id in each slot."""
        return {entry.slot: entry.placed.entry for entry in self.entries}

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The journal numbers that were granted to this station."""
        hands = self.state.secrets.hands.values()
        return frozenset(no for hand in hands for no in hand.numbers)

    def claims(self) -> Iterator[Claim]:
        """Yield every signed header in its store, accepted or not."""
        for entry in self.entries:
            yield claim_of(entry.placed.frame)
        custody = self.custody
        for kept in (pending, branches):
            for row in kept(custody.database, custody.line, limit=ALL):
                yield claim_of(parse_frame(row.frame))

    def rows_of_evidence(self) -> list[tuple[int, int, str, bytes]]:
        """Return (journal, seq, reason, body) of all that is kept against keys."""
        custody = self.custody
        found = evidence(custody.database, custody.line, limit=ALL)
        return [(e.row.no, e.row.seq, e.row.reason, e.row.body) for e in found]


class Scene:
    """All that is left of a run."""

    def __init__(self, observed: Observed, stations: list[Remains], end_ms: int) -> None:
        self.observed = observed
        self.stations = stations
        self.end_ms = end_ms

    @property
    def honest(self) -> list[Remains]:
        """The stations that ran the product and nothing else."""
        return [each for each in self.stations if each.honest]

    def pairs(self) -> Iterator[tuple[Remains, Remains]]:
        """Yield each pair of honest stations once."""
        honest = self.honest
        for place, one in enumerate(honest):
            for other in honest[place + 1 :]:
                yield one, other

    def writer_of(self, no: int) -> Remains | None:
        """Return the station to which a journal number was granted."""
        return next((each for each in self.stations if no in each.numbers), None)

    @cached_property
    def sent_envelopes(self) -> list[tuple[Sent, Envelope, Box]]:
        """All envelopes that were put on links whole, with what their boxes were made of."""
        found = []
        for sent in self.observed.happenings:
            if isinstance(sent, Sent) and isinstance(sent.message, Parcel):
                try:
                    envelope = parse_envelope(sent.message.envelope)
                except JunkError:
                    continue
                box = self.observed.boxes.made.get(envelope.box)
                if box is not None:
                    found.append((sent, envelope, box))
        return found

    def sent_claims(self) -> Iterator[tuple[Sent, Claim]]:
        """Yield every signed header that was put on a link inside an envelope."""
        for sent, envelope, box in self.sent_envelopes:
            try:
                frame = parse_frame(box.plaintext)
                parse_header(frame.header)
            except JunkError:
                continue
            if envelope.form == Form.OFFER:
                frame = msgspec.structs.replace(frame, payload=envelope.payload)
            yield sent, claim_of(frame)


def claim_of(frame: Frame) -> Claim:
    """Return what a frame claims."""
    header = parse_header(frame.header)
    return Claim((header.no, header.seq), frame.header, frame.signature)


def slot_name(no: int, seq: int) -> str:
    """Return how a slot is spoken of."""
    return f"{no}/{seq}"


def comparable(state: LineState) -> LineState:
    """Return a state without what no disk keeps, and without what is empty."""
    return msgspec.structs.replace(
        state,
        waiting=(),
        compare=(),
        directly=frozenset(),
        trails={no: trail for no, trail in state.trails.items() if trail},
        pending={no: frames for no, frames in state.pending.items() if frames},
    )
