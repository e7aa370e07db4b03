"""Files of evidence for the tests of the verifier, made with the liar's real keys.

Birch's station lies unless a test says otherwise; Alder's honest papers are around it.
"""

from dataclasses import dataclass, replace
from typing import Any

from tests.cast import BIRCH, NOW
from tests.verifier.making import Book, Piece, Scene, set_scene

from backchannel.verifier.__main__ import verify
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.files import pack_file
from backchannel.wire.ids import entry_id
from backchannel.wire.primitives import tagged_hash
from backchannel.wire.signing import Mode

RECEIPT = b"\x80"


@dataclass(frozen=True)
class Brief:
    """Evidence before it is packed: its head, and its pieces in order."""

    line: bytes
    kind: int
    accused: bytes | int
    matter: Piece
    pieces: tuple[Piece, ...]
    version: int = 1

    def pack(self) -> bytes:
        """The file."""
        head = (self.version, self.line, self.kind, self.accused, self.matter, NOW + 900)
        return pack_file("evidence", [encode(head), *map(encode, self.pieces)])

    def without(self, piece: Piece) -> "Brief":
        """The same without a piece."""
        return replace(self, pieces=tuple(each for each in self.pieces if each != piece))

    def having(self, kind: int, *pieces: Piece) -> "Brief":
        """The same with other pieces of one kind."""
        kept = [each for each in self.pieces if each[0] != kind]
        return replace(self, pieces=tuple(sorted((*kept, *pieces), key=lambda p: p[0])))

    def of(self, kind: int) -> list[Piece]:
        """The pieces of one kind."""
        return [each for each in self.pieces if each[0] == kind]


def papers(scene: Scene) -> list[Piece]:
    """The charter and both authority journals."""
    charter: Piece = (1, scene.charter, tuple(map(tuple, scene.signatures)))
    return [charter, *((2, frame) for office in scene.offices for frame in office.frames)]


def brief(scene: Scene, kind: int, matter: Piece, *pieces: Piece, by: int = BIRCH) -> Brief:
    """Evidence against a party's station."""
    accused = scene.books[by].credential
    return Brief(scene.line, kind, accused, matter, (*papers(scene), *pieces))


def of_pair(scene: Scene, kind: int, first: Piece, second: Piece) -> Brief:
    """Evidence that two entries are."""
    return brief(scene, kind, (entry_id(first[1]), entry_id(second[1])), first, second)


def fork(scene: Scene, payload: bytes = b"\x81\x00", **changes: Any) -> Piece:
    """Birch signs another entry in the slot of its newest; piece 3 of it."""
    book = scene.books[BIRCH]
    kept, time = list(book.entries), book.time
    del book.entries[-1]
    book.write(payload, EntryType.RECEIPT, **changes)
    made = book.piece(len(kept) - 1)
    book.entries[:], book.time = kept, time
    return made


def propose(book: Book, n: int, *sizes: tuple[int, int]) -> Piece:
    """A proposal of a minute in the next entry; piece 3 of it."""
    book.write(encode((0, n, (), tuple(sorted(sizes)))), EntryType.MINUTE)
    return book.piece(-1)


def cosign(book: Book, *rows: tuple[Book, int, bytes]) -> Piece:
    """A minute that cosigns roots of journals; piece 3 of it."""
    signed = ((of.no, size, root, book.cosign(of, size, root)[1]) for of, size, root in rows)
    payload = encode((1, tagged_hash("entry", b"a minute"), tuple(signed)))
    book.write(payload, EntryType.MINUTE)
    return book.piece(-1)


def links(book: Book, upto: int) -> list[Piece]:
    """Pieces 3 without payload, from the first slot to one."""
    return [book.piece(seq, payload=False) for seq in range(upto + 1)]


def lying_scene(mode: Mode = Mode.REAL) -> Scene:
    """A line on which Alder has written a little, and Birch has a receipt in slot 1."""
    scene = set_scene(mode)
    alder, birch = scene.books
    for _ in range(4):
        alder.write(RECEIPT, EntryType.RECEIPT)
    birch.write(RECEIPT, EntryType.RECEIPT, (alder.head(3),))
    return scene


def told(made: Brief | bytes, roots: str) -> dict[str, str]:
    """What became of each claim: its reason, "" where it is proven."""
    raw = made.pack() if isinstance(made, Brief) else made
    _, report, _ = verify(raw, roots)
    claims = report["claims"]
    assert isinstance(claims, list) and len(claims) == 3
    for each in claims:
        assert (each["verdict"] == "PROVEN") == (each["reason"] == "")
    return {each["claim"]: each["reason"] for each in claims}
