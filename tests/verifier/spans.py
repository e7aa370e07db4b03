"""Whole spans for the tests of the verifier, made with real keys by the hand of `making`.

Alder and Birch talk, cosign a minute, talk again and cosign another. Every piece is needed by some
claim, so whatever is taken away or altered shows.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from tests.cast import ALDER, BIRCH, NOW, Office
from tests.verifier.judging import ROOTS
from tests.verifier.making import Book, Piece, Scene, opened, reply, set_scene, speak

from backchannel.proof.merkle import Range, root_of
from backchannel.verifier.__main__ import verify
from backchannel.wire.codec import Encodable, encode
from backchannel.wire.entry import EntryType, Head, parse_header
from backchannel.wire.envelope import parse_frame
from backchannel.wire.files import pack_file
from backchannel.wire.ids import LineId, authority_journal_id, entry_id
from backchannel.wire.minute import Proposal, pack_proposal
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

NAMES = ("charter", "authority", "minutes", "complete", "statements", "words", "post-quantum")
WITHOUT = (EntryType.PREKEY, EntryType.OFFER, EntryType.MINUTE)


@dataclass
class Record:
    """An authority journal as checkpoints see it."""

    line: LineId
    office: Office

    @property
    def no(self) -> int:
        return self.office.party

    @property
    def journal(self) -> bytes:
        return authority_journal_id(self.line, self.office.party)

    def leaves(self, size: int) -> list[bytes]:
        return [entry_id(parse_frame(frame).header) for frame in self.office.frames[:size]]


@dataclass
class Unknown:
    """An authority journal of a party that the charter does not name."""

    line: LineId
    no: int

    @property
    def journal(self) -> bytes:
        return authority_journal_id(self.line, self.no)

    def leaves(self, size: int) -> list[bytes]:
        return [bytes(32)] * size


@dataclass
class Talk:
    """A scene with the minutes that were cosigned in it, and who opened which words."""

    scene: Scene
    minutes: list[tuple[Head, dict[int, int]]] = field(default_factory=list)
    statements: list[tuple[int, int]] = field(default_factory=list)

    @property
    def journals(self) -> dict[int, Book | Record]:
        records = [Record(self.scene.line, office) for office in self.scene.offices]
        return {each.no: each for each in (*records, *self.scene.books)}

    def talk(self, **changes: Any) -> "Talk":
        """Alder says something and Birch acknowledges."""
        alder, birch = self.scene.books
        reply(speak(self.scene, **changes))
        self.statements += [(alder.no, self.scene.slot), (birch.no, self.scene.answer)]
        return self

    def minute(self, party: int = ALDER, **sizes: int) -> "Talk":
        """A party proposes a minute over all that there is; `sizes` are others, as n16=3."""
        book, other = self.scene.books[party], self.scene.books[1 - party]
        book.time = max(each.time for each in self.scene.books)
        rows = {no: len(journal.office.frames) for no, journal in self.journals.items()
                if isinstance(journal, Record)}  # fmt: skip
        rows |= {each.no: len(each.entries) for each in self.scene.books}
        rows |= {int(name[1:]): size for name, size in sizes.items()}
        rows = {no: size for no, size in sorted(rows.items()) if size}
        payload = pack_proposal(Proposal(len(self.minutes) + 1, (), tuple(rows.items())))
        book.write(payload, EntryType.MINUTE, (other.head(),))
        self.minutes.append((book.head(), rows))
        return self

    def checkpoint(self, no: int, size: int, *cosigners: Book) -> Piece:
        """Piece 5 of a journal at a size."""
        journal = self.journals.get(no) or Unknown(self.scene.line, no)
        root = root_of(journal.leaves(size))
        return (5, no, size, root, tuple(each.cosign(journal, size, root) for each in cosigners))


@dataclass(frozen=True)
class SpanBundle:
    """A span before it is packed."""

    line: bytes
    mode: int
    since: Head | None
    upto: Head
    pieces: tuple[Piece, ...]

    def pack(self) -> bytes:
        """The file."""
        head: Encodable = (2, self.line, self.mode, self.since, self.upto, NOW + 900)
        ordered = sorted(self.pieces, key=lambda piece: piece[0])
        return pack_file("disclosure", [encode(head), *map(encode, ordered)])

    def of(self, kind: int) -> list[Piece]:
        """The pieces of one kind."""
        return [each for each in self.pieces if each[0] == kind]

    def without(self, *pieces: Piece) -> "SpanBundle":
        """The same without some pieces."""
        return replace(self, pieces=tuple(each for each in self.pieces if each not in pieces))

    def adding(self, *pieces: Piece) -> "SpanBundle":
        """The same with more pieces."""
        return replace(self, pieces=(*self.pieces, *pieces))

    def swapped(self, old: Piece, *new: Piece) -> "SpanBundle":
        """The same with other pieces in the place of one."""
        assert old in self.pieces
        return replace(self, pieces=(*self.without(old).pieces, *new))


def span_of(talk: Talk, first: int | None = None, last: int = -1) -> SpanBundle:
    """The span between two minutes of a talk, from the beginning if the first is None."""
    scene = talk.scene
    since, before = (None, {}) if first is None else talk.minutes[first]
    upto, after = talk.minutes[last]
    entries: dict[tuple[int, int], Piece] = {}
    ranges: list[Piece] = []
    for book in scene.books:
        start, end = before.get(book.no, 0), after.get(book.no, 0)
        entries[book.no, 0] = book.piece(0)
        for seq in range(start, min(end, len(book.entries))):
            link = parse_header(book.entries[seq][0]).type == EntryType.MINUTE
            entries[book.no, seq] = book.piece(seq, payload=not link)
        if 0 < start < end:
            tree = Range()
            for leaf in book.leaves(start):
                tree.append(leaf)
            ranges.append((11, book.no, start, tree.peaks()))
    for place in (since, upto):
        if place is not None:
            book = next(each for each in scene.books if each.no == place[0])
            entries[place[0], place[1]] = book.piece(place[1])
    rows = {*before.items(), *after.items()}
    shown = [slot for slot in talk.statements if before.get(slot[0], 0) <= slot[1]]
    pieces: list[Piece] = [(1, scene.charter, tuple(map(tuple, scene.signatures)))]
    pieces += [(2, frame) for office in scene.offices for frame in office.frames]
    pieces += [entries[slot] for slot in sorted(entries)]
    shown = [slot for slot in shown if slot[1] < after.get(slot[0], 0)]
    pieces += [opened(entry_of(scene, slot), 2, 21) for slot in shown]
    pieces += [talk.checkpoint(no, size, *scene.books) for no, size in sorted(rows)]
    pieces += ranges
    return SpanBundle(scene.line, int(scene.mode), since, upto, tuple(pieces))


def entry_of(scene: Scene, slot: tuple[int, int]) -> bytes:
    """The id of an entry of a station."""
    book = next(each for each in scene.books if each.no == slot[0])
    return book.head(slot[1])[2]


def usual_talk(mode: Mode = Mode.REAL) -> Talk:
    """Something is said under each of two minutes; the second minute is Birch's."""
    talk = Talk(set_scene(mode)).talk().minute().talk(kind=Kind.MESSAGE)
    return talk.minute(BIRCH)


@cache
def usual_span(first: int | None = 0) -> SpanBundle:
    """The span of which every claim is proven: between the minutes, or from the beginning."""
    return span_of(usual_talk(), first)


def judged(
    bundle: SpanBundle | bytes, roots: str = ROOTS, names: tuple[str, ...] = NAMES
) -> dict[str, tuple[str, str]]:
    """The claims that are not proven and do not only rest on another: reason and text."""
    raw = bundle if isinstance(bundle, bytes) else bundle.pack()
    _, report, _ = verify(raw, roots)
    claims = report["claims"]
    assert isinstance(claims, list) and tuple(each["claim"] for each in claims) == names
    return {
        each["claim"]: (each["reason"], each["text"])
        for each in claims
        if each["reason"] and not each["reason"].startswith("rests-on-")
    }


def reasons(bundle: SpanBundle | bytes, roots: str = ROOTS) -> dict[str, str]:
    """The same without texts."""
    return {name: reason for name, (reason, _) in judged(bundle, roots).items()}


def report_of(bundle: SpanBundle) -> dict[str, Any]:
    """What the verifier says to programs."""
    return verify(bundle.pack(), ROOTS)[1]


def piece_at(bundle: SpanBundle, no: int, seq: int) -> Piece:
    """Piece 3 of a slot."""
    return next(
        each
        for each in bundle.of(3)
        if (parse_header(each[1]).no, parse_header(each[1]).seq) == (no, seq)
    )


def note_of(bundle: SpanBundle, claim: str) -> list[str]:
    """What is told beside a claim."""
    return next(each["notes"] for each in report_of(bundle)["claims"] if each["claim"] == claim)
