"""Spans with a beacon beside them, made with real keys by a hand that signs whatever a test wants:
Alder's station, both stations together, and two witnesses who cosign what they are shown.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.cast import ALDER, BIRCH, seed
from tests.station.watched import BOTH, POLICY
from tests.verifier.making import Piece, set_scene
from tests.verifier.spans import NAMES, SpanBundle, Talk, judged, span_of

from backchannel.proof.checkpoint import Checkpoint, checkpoint_text, log_origin_of
from backchannel.proof.levels import Levels
from backchannel.proof.merkle import root_of
from backchannel.proof.note import Note, NoteSignature, note_line, note_text
from backchannel.proof.vkey import cosign_at, witness_key
from backchannel.station.keyring import WitnessSecret
from backchannel.wire.beacon import Beat, Reached, leaf_of, pack_beat, quote_of
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import JournalId
from backchannel.wire.signing import Mode

WATCHED = (*NAMES, "witnessed", "clockwork")
PERIOD = 100


@dataclass
class Beats(Talk):
    """A talk with Alder's beacon: its leaves, what opens them, and the notes of witnesses."""

    levels: Levels = field(default_factory=Levels)
    period: int = PERIOD - 1
    openings: list[tuple[int, int]] = field(default_factory=list)
    words: dict[bytes, Piece] = field(default_factory=dict)
    notes: list[Piece] = field(default_factory=list)
    quotes: tuple[bytes, ...] = ()
    quoted: list[tuple[bytes, ...]] = field(default_factory=list)

    def rows(self) -> tuple[Reached, ...]:
        """How far all journals stand."""
        sizes = self.sizes()
        return tuple(
            (no, size, root_of(self.journals[no].leaves(size))) for no, size in sizes.items()
        )

    def sizes(self) -> dict[int, int]:
        books = {each.no: len(each.entries) for each in self.scene.books}
        offices = {each.party: len(each.frames) for each in self.scene.offices}
        return dict(sorted((offices | books).items()))

    def beat(self, *by: WitnessSecret, **changes: Any) -> "Beats":
        """Alder's station enters an opening; witnesses cosign it, both if none is named.

        `leaves` is how many it has, `skip` how many periods it leaves out, `rows` what it hides,
        `quotes` what it quotes, `cosigned` whether it is cosigned at all.
        """
        alder, birch = self.scene.books
        count, rows = changes.get("leaves", 1), changes.get("rows") or self.rows()
        blinds = tuple(seed(f"blind {self.levels.size + n}") for n in range(count))
        leaves = tuple(leaf_of(each, rows) for each in blinds)
        self.period += count + changes.get("skip", 0)
        n = changes.get("n", self.levels.size)
        self.quoted.append(changes.get("quotes", self.quotes))
        payload = pack_beat(Beat(n, self.period, leaves, self.quoted[-1]))
        entry = alder.write(payload, EntryType.BEACON_OPENING, (birch.head(),))
        self.openings.append((len(alder.entries) - 1, self.levels.size))
        self.words[entry] = (12, entry, blinds, rows)
        for leaf in leaves:
            self.levels.append(leaf)
        if changes.get("cosigned", True):
            self.cosign(*by or BOTH)
        return self

    def cosign(self, *by: WitnessSecret) -> None:
        """Witnesses cosign the newest checkpoint; a quorum is quoted in the next opening."""
        checkpoint = self.log_at(self.levels.size)
        lines = [self.line(each, checkpoint) for each in by]
        self.notes.append((9, note_text(Note(checkpoint_text(checkpoint), tuple(lines))).encode()))
        if len(by) == len(BOTH):
            self.quotes = tuple(sorted(quote_of(note_line(each)) for each in lines))

    def log_at(self, size: int) -> Checkpoint:
        """The checkpoint of the log at a size."""
        origin = log_origin_of(JournalId(self.scene.books[ALDER].journal))
        return Checkpoint(origin, size, self.levels.root(size))

    def line(self, by: WitnessSecret, checkpoint: Checkpoint, when: int | None = None) -> Any:
        """A witness's line, a second after what Alder wrote last."""
        key, time = witness_key(by.name, by.seed), self.scene.books[ALDER].time + 1
        body = cosign_at(by.seed, by.name, checkpoint, time if when is None else when)
        return NoteSignature(by.name, key.key_id(), body)


def watched_talk(policy: str = POLICY) -> Beats:
    """Something is said under each of two minutes, and a leaf lies on each side of it."""
    talk = Beats(set_scene(Mode.REAL, policy)).beat()
    talk.talk()
    talk.minute()
    talk.beat().talk()
    talk.beat().talk()
    talk.beat().minute(BIRCH)
    return talk


def watched_of(talk: Beats, first: int | None = 0, last: int = -1) -> SpanBundle:
    """The span between two minutes with all that it shows of the beacon."""
    alder = talk.scene.books[ALDER]
    before = {} if first is None else talk.minutes[first][1]
    start, end = before.get(alder.no, 0), talk.minutes[last][1][alder.no]
    inside = [(seq, size) for seq, size in talk.openings if start <= seq < end]
    words = [talk.words[alder.head(seq)[2]] for seq, _ in inside]
    size = inside[0][1]
    log: Piece = (13, alder.no, size, talk.levels.peaks(size))
    return span_of(talk, first, last).adding(*talk.notes, *words, log)


@cache
def usual_watched(first: int | None = 0) -> SpanBundle:
    """The span of which every claim is proven."""
    return watched_of(watched_talk(), first)


def faults(bundle: SpanBundle) -> dict[str, tuple[str, str]]:
    """The claims that are not proven by themselves: reason and text."""
    return judged(bundle, names=WATCHED)


def why(bundle: SpanBundle) -> dict[str, str]:
    """The same without texts."""
    return {name: reason for name, (reason, _) in faults(bundle).items()}
