"""The working copy of one state while a batch of events is handled.

A `Work` lives inside one call of the step and is thrown away if anything in it is refused, so a
refused event leaves nothing half-changed. It must never outlive the call.
"""

import msgspec

from backchannel.charter.roster import Authority
from backchannel.errors import CustodyError
from backchannel.limits import PARTIES_MAX
from backchannel.limits import TRAIL_MAX as TRAIL_MAX
from backchannel.line.events import Moment
from backchannel.line.readings import Readings, Stated
from backchannel.line.rows import Row
from backchannel.line.state import Core, Hand, Journal, LineState, OutEpoch, Secrets
from backchannel.wire.codec import encode
from backchannel.wire.entry import Head
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import LineEvent
from backchannel.wire.primitives import hkdf_expand
from backchannel.wire.signing import Context, Mode, Purpose


class Work:
    """A state that may be changed in place, and the rows collected so far."""

    def __init__(self, state: LineState, readings: Readings | None = None) -> None:
        self.state = state
        self.readings = readings or Readings()
        self.line = state.line
        self.party = state.party
        self.charter = state.charter
        self.core = state.core
        self.journals = dict(state.core.journals)
        self.due = dict(state.core.due)
        self.spoke = dict(state.core.spoke)
        self.accepted = dict(state.core.accepted)
        self.asking = dict(state.core.asking)
        self.consent = dict(state.core.consent)
        self.current = dict(state.core.own)
        self.starts = state.core.starts
        self.hands = dict(state.secrets.hands)
        credentials = {hand.credential for hand in self.hands.values()}
        self.ours = {j.no for j in self.journals.values() if j.credential in credentials}
        self.incoming = dict(state.secrets.incoming)
        self.minutes = dict(state.core.minutes)
        self.unmatched = state.core.unmatched
        self.beating = state.core.beating
        self.marks = state.core.marks
        self.began = state.core.began
        self.keeping = state.core.keeping
        self.unsealed = {no: dict(slots) for no, slots in state.core.unsealed.items()}
        self.authorities = dict(state.authorities)
        self.trails = dict(state.trails)
        self.pending = dict(state.pending)
        self.waiting = state.waiting
        self.compare = state.compare
        self.rows: list[Row] = []
        self.told: list[LineEvent] = []
        self.by_hand = False
        self.settles = True
        self.urgent: set[bytes] = set()
        self.closed: set[int] = set()
        self.unopened_news: set[int] = set()
        self.readers: dict[int, tuple[Journal, ...]] = {}
        self.covers: set[tuple[int, int]] = set()
        self.own_trails: set[int] = set()
        self.contexts: dict[tuple[Purpose, int], Context] = {}
        self.vectors: dict[int, tuple[dict[int, Head], bytes]] = {}
        self.branches = dict(state.branches)
        self.directly = state.directly
        self.opened: dict[bytes, bytes] = {}
        self.at = Moment(0, state.core.elapsed, b"")
        self.draws = 0
        self.judged: tuple[Authority, Context, Stated, str] | None = None
        self.mandated: set[tuple[object, ...]] = set()

    def begin(self, at: Moment) -> None:
        """Take the time and the chance of the next event; nothing of the last one is left.

        Running time never goes back.
        """
        elapsed = max(self.at.elapsed, at.elapsed)
        self.at = at if elapsed == at.elapsed else msgspec.structs.replace(at, elapsed=elapsed)
        self.draws = 0
        self.by_hand = False
        self.settles = True
        self.told = []
        self.urgent = set()
        self.closed = set()
        self.unopened_news = set()
        self.opened = {}

    def chance(self, label: bytes) -> bytes:
        """Return 32 bytes of the event's chance under a label, never the same twice (RECORD-81)."""
        self.draws += 1
        return hkdf_expand(self.at.entropy, label + self.draws.to_bytes(4, "big"))

    def context(self, purpose: Purpose, mode: int) -> Context:
        """Return what a signature of a mode is bound to: one object, however often it is asked."""
        found = self.contexts.get((purpose, mode))
        if found is None:
            found = self.contexts[purpose, mode] = Context(purpose, self.line, Mode(mode))
        return found

    def readers_changed(self, mode: int | None = None) -> None:
        """Forget who can read, in one mode or in all, and which epochs they are known to hold."""
        for changed in tuple(self.readers) if mode is None else (mode,):
            self.readers.pop(changed, None)
        self.covers.clear()

    def add(self, row: Row) -> None:
        """Keep a row for the commit."""
        self.rows.append(row)

    def own(self, mode: int) -> Journal:
        """Return our current journal of a mode. Raises CustodyError if we have none (RECORD-83)."""
        no = self.current.get(mode)
        if no is None:
            raise CustodyError("no-journal", f"this station has no journal in mode {mode}")
        return self.journals[no]

    def hand(self, mode: int) -> Hand:
        """Return our keys of a mode."""
        return self.hands[mode]

    def secrets(self) -> Secrets:
        """Return the secrets as this work has left them so far."""
        return Secrets(self.hands, self.incoming, self.state.secrets.courier)

    def trail(self, no: int) -> dict[int, bytes]:
        """Return the newest entry ids of a journal, as a dict that this work may change."""
        if no not in self.own_trails:
            self.trails[no] = dict(self.trails.get(no, {}))
            self.own_trails.add(no)
        return self.trails[no]

    def stand_at(self, journal: Journal, entry: EntryId) -> None:
        """Keep a journal whose newest slot now holds `entry`, and the trail that leads there."""
        self.journals[journal.no] = journal
        self.remember(journal.no, journal.seq, entry)

    def remember(self, no: int, seq: int, entry: EntryId) -> None:
        """Keep the id of a slot at hand; of others' journals the newest TRAIL_MAX."""
        trail = self.trail(no)
        trail[seq] = entry
        if no not in self.ours and len(trail) > TRAIL_MAX:
            del trail[next(iter(trail))]

    def vector(self, journal: Journal) -> bytes:
        """Return a journal's folded seen, encoded {no: seq}: made anew only where it has moved."""
        seen, encoded = self.vectors.get(journal.no, (None, b""))
        if seen is not journal.seen:
            encoded = encode({no: head[1] for no, head in journal.seen.items()})
            self.vectors[journal.no] = (journal.seen, encoded)
        return encoded

    def head_of(self, no: int) -> Head | None:
        """Return the head we hold of a journal, or None while we hold nothing of it."""
        if no < PARTIES_MAX:
            authority = self.authorities.get(no)
            return (no, authority.seq, authority.head) if authority and authority.seq >= 0 else None
        journal = self.journals.get(no)
        return (no, journal.seq, journal.head) if journal and journal.seq >= 0 else None

    def set_hand(self, mode: int, **changes: object) -> None:
        """Change fields of our keys of a mode."""
        self.hands[mode] = msgspec.structs.replace(self.hands[mode], **changes)

    def spend(self, mode: int, epoch: OutEpoch) -> None:
        """Keep an epoch of ours with its next index spent."""
        hand = self.hands[mode]
        epochs = tuple([epoch if e.epoch == epoch.epoch else e for e in hand.epochs])
        self.hands[mode] = msgspec.structs.replace(hand, epochs=epochs)

    def freeze(self, version: int | None = None) -> LineState:
        """Return the state after all that was done, one version on."""
        core = Core(
            version=self.state.core.version + 1 if version is None else version,
            elapsed=self.at.elapsed,
            starts=self.starts,
            journals=self.journals,
            own=self.current,
            due=self.due,
            spoke=self.spoke,
            asking=self.asking,
            consent=self.consent,
            accepted=self.accepted,
            unsealed=self.unsealed,
            minutes=self.minutes,
            unmatched=self.unmatched,
            beating=self.beating,
            marks=self.marks,
            began=self.began,
            keeping=self.keeping,
        )
        return msgspec.structs.replace(
            self.state,
            charter=self.charter,
            core=core,
            secrets=self.secrets(),
            authorities=self.authorities,
            trails=self.trails,
            pending=self.pending,
            waiting=self.waiting,
            compare=self.compare,
            branches=self.branches,
            directly=self.directly,
        )
