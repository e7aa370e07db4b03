"""A line that talked under minutes and under witnesses, on a shelf, for the tests of spans.

The beacon is the real one, and so are its leaves and quotes; two witnesses cosign its checkpoints
with real keys whenever a test lets them.
"""

from collections.abc import Sequence
from pathlib import Path

from tests.cast import ALDER
from tests.exchange import open_line
from tests.station.spanned import Span
from tests.station.test_witnessing import OTHER
from tests.witness.logs import WITNESS

from backchannel.proof.checkpoint import Checkpoint, log_origin_of
from backchannel.proof.levels import Levels
from backchannel.proof.note import NoteSignature, note_line
from backchannel.proof.vkey import cosign_at, witness_key
from backchannel.station.judging import Record
from backchannel.station.keyring import WitnessSecret
from backchannel.store.witnessed import Witnessed, keep_witnessed
from backchannel.wire.beacon import parse_beat, quote_of
from backchannel.wire.entry import EntryType

PERIOD_S = 600
BOTH = (WITNESS, OTHER)
POLICY = (
    "".join(
        f"witness w{n} {witness_key(each.name, each.seed).text()}\n" for n, each in enumerate(BOTH)
    )
    + "group both all w0 w1\nquorum both\n"
)


class WatchedSpan(Span):
    """A talk beside which a beacon beats, and witnesses see the log of one party."""

    def __init__(self, policy: str = POLICY, party: int = ALDER) -> None:
        super().__init__(open_line(witnesses=policy))
        self.party = party
        self.cosigned: list[Witnessed] = []
        self.cosign()

    def leaves(self) -> list[bytes]:
        """The leaves of the party's log, in order."""
        station = self.exchange.stations[self.party]
        own = sorted((seq, row) for (no, seq), row in station.entries.items()
                     if no == station.own().no)  # fmt: skip
        rows = [row for _, row in own if row.type == EntryType.BEACON_OPENING]
        return [leaf for row in rows for leaf in parse_beat(row.payload or b"").leaves]

    def checkpoint(self) -> Checkpoint:
        """The newest checkpoint of the log."""
        levels = Levels(self.leaves())
        journal = self.exchange.stations[self.party].own()
        return Checkpoint(log_origin_of(journal.id), levels.size, levels.root(levels.size))

    def cosign(self, *by: WitnessSecret) -> None:
        """Have witnesses cosign the newest checkpoint, all of them if none is named; what a quorum
        signed is quoted next."""
        checkpoint = self.checkpoint()
        made: list[Witnessed] = []
        for each in by or BOTH:
            key = witness_key(each.name, each.seed)
            body = cosign_at(each.seed, each.name, checkpoint, self.exchange.clock.now)
            line = NoteSignature(each.name, key.key_id(), body)
            made.append(Witnessed(checkpoint.size, line))
        self.cosigned += made
        if len(made) == len(BOTH):
            lines = sorted(quote_of(note_line(each.line)) for each in made)
            self.exchange.stations[self.party].quotes = tuple(lines)

    def periods(self, count: int = 1, by: Sequence[WitnessSecret] | None = BOTH) -> None:
        """Let periods pass, each with a leaf that some witnesses cosign; None for no witness."""
        for _ in range(count):
            self.exchange.pass_time(PERIOD_S)
            if by is not None:
                self.cosign(*by)

    def record(self, folder: Path, party: int = ALDER) -> Record:
        found = super().record(folder, party)
        if party == self.party:
            custody, no = found.custody, self.exchange.stations[party].own().no
            for each in self.cosigned:
                keep_witnessed(custody.database, custody.line, no, each)
        return found
