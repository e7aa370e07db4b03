"""Whole disclosures for the tests of the verifier, made with real keys by a hand of their own.

Alder says something to Birch, whose officer acknowledges. Every piece is needed by some claim, so
whatever is taken away or altered shows. The product's packers build the parts, and judge nothing.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from msgspec.structs import replace as changed
from tests.cast import (
    ALDER,
    BIRCH,
    NAMES,
    NOW,
    Office,
    make_charter,
    root_keys,
    seed,
    sign_by_all,
    station_keys,
)

from backchannel.charter.authority import open_authority
from backchannel.charter.charter import Charter
from backchannel.charter.oversight import Oversight
from backchannel.proof.merkle import inclusion_proof, root_of
from backchannel.wire.codec import Encodable, encode
from backchannel.wire.entry import EntryType, Head, Header, pack_header
from backchannel.wire.files import pack_file
from backchannel.wire.ids import CredentialId, EntryId, LineId, charter_id, entry_id, journal_id
from backchannel.wire.ids import payload_hash as hash_payload
from backchannel.wire.keys import StationKeys, fingerprint
from backchannel.wire.payload import Opening, pack_opening
from backchannel.wire.primitives import field_salts, mldsa_sign, tagged_hash
from backchannel.wire.signing import Context, Mode, Purpose, sign
from backchannel.wire.statement import (
    Content,
    Kind,
    Precedence,
    Statement,
    content_root,
    pack_content,
    pack_signed,
    pack_statement,
)

SALT = b"s" * 16
TEXT = "Two boats left our harbour at noon. They are fishermen."
HOSTILE = (
    "\ufeffآیا می‌شنوید؟\n<img src=x onerror=alert(1)> \u202eREAL\u202c\x07\n"
    "</script><script>alert(1)</script>"
)
VALUES = (0, "en", *(None,) * 18, TEXT)
Piece = tuple[Any, ...]


@dataclass
class Book:
    """One station's journal, written entry by entry."""

    line: LineId
    no: int
    keys: StationKeys
    credential: CredentialId
    time: int = NOW
    entries: list[tuple[bytes, bytes, bytes]] = field(default_factory=list)

    @property
    def journal(self) -> bytes:
        return journal_id(
            self.line,
            self.no % 16,
            int(self.keys.mode),
            public=self.keys.public,
            nonce=seed(f"nonce {self.no}")[:16],
        )

    def open(self, *seen: Head) -> EntryId:
        opening = Opening(seed(f"nonce {self.no}")[:16], self.credential, "founding", ())
        return self.write(pack_opening(opening), EntryType.SUCCESSION, seen)

    def write(
        self, payload: bytes, kind: int, seen: tuple[Head, ...] = (), **changes: Any
    ) -> EntryId:
        """Write the next entry; `changes` are fields of the header that differ."""
        self.time += 10
        prev = entry_id(self.entries[-1][0]) if self.entries else self.journal
        hashed = hash_payload(payload)
        seq = len(self.entries)
        header = Header(self.no, seq, prev, tuple(sorted(seen)), self.time, 0, kind, hashed)
        raw = pack_header(changed(header, **changes))
        context = Context(Purpose.ENTRY, self.line, self.keys.mode)
        self.entries.append((raw, sign(self.keys.secret, context, raw), payload))
        return entry_id(raw)

    def head(self, seq: int = -1) -> Head:
        """The head at a slot, the newest if none is given."""
        at = seq % len(self.entries)
        return self.no, at, entry_id(self.entries[at][0])

    def piece(self, seq: int, *, payload: bool = True) -> Piece:
        """Piece 3 of an entry."""
        raw, signature, body = self.entries[seq]
        return (3, raw, signature, body if payload else None)

    def leaves(self, size: int) -> list[bytes]:
        """The leaves of the journal's tree at a size."""
        return [entry_id(raw) for raw, _, _ in self.entries[:size]]

    def checkpoint(self, size: int, *cosigners: "Book") -> Piece:
        """Piece 5, cosigned by the stations of some journals."""
        root = root_of(self.leaves(size))
        return (5, self.no, size, root, tuple(each.cosign(self, size, root) for each in cosigners))

    def cosign(self, other: "Book", size: int, root: bytes) -> tuple[bytes, bytes]:
        """A cosignature as C2SP lays it out."""
        line = self.line.hex()[:16]
        cosigner = f"backchannel/{line}/{self.credential.hex()[:16]}".encode()
        origin = f"backchannel/{line}/{other.journal.hex()[:16]}".encode()
        message = b"subtree/v1\n\0" + bytes([len(cosigner)]) + cosigner + bytes(8)
        message += bytes([len(origin)]) + origin + bytes(8) + size.to_bytes(8, "big") + root
        return self.credential, mldsa_sign(44, self.keys.pq_seed, message)

    def path(self, seq: int, size: int) -> Piece:
        """Piece 6."""
        return (6, self.no, seq, size, inclusion_proof(self.leaves(size), seq))


@dataclass(frozen=True)
class Bundle:
    """A disclosure before it is packed: its head, and its pieces in order."""

    line: bytes
    mode: int
    place: Piece
    pieces: tuple[Piece, ...]
    version: int = 1

    def pack(self) -> bytes:
        """The file."""
        head: Encodable = (self.version, self.line, self.mode, self.place, NOW + 900)
        return pack_file("disclosure", [encode(head), *map(encode, self.pieces)])

    def having(self, kind: int, *pieces: Piece) -> "Bundle":
        """The same with other pieces of one kind."""
        kept = [each for each in self.pieces if each[0] != kind]
        return replace(self, pieces=tuple(sorted((*kept, *pieces), key=lambda p: p[0])))

    def of(self, kind: int) -> list[Piece]:
        """The pieces of one kind."""
        return [each for each in self.pieces if each[0] == kind]

    def without(self, piece: Piece) -> "Bundle":
        """The same without a piece."""
        return replace(self, pieces=tuple(each for each in self.pieces if each != piece))


@dataclass
class Scene:
    """A line of two, as far as a disclosure shows it: offices, journals, the statement's slot."""

    charter: bytes
    signatures: tuple[Any, ...]
    line: LineId
    mode: Mode
    offices: list[Office]
    books: list[Book]
    slot: int = -1
    answer: int = -1

    def head_of_office(self, party: int) -> Head:
        """The newest head of a party's authority journal."""
        authority = self.offices[party].authority
        return party, authority.seq, authority.head

    def both_heads(self) -> tuple[Head, Head]:
        return self.head_of_office(ALDER), self.head_of_office(BIRCH)

    def state(
        self, party: int, values: tuple[Any, ...] = VALUES, **changes: Any
    ) -> tuple[bytes, bytes]:
        """The payload of a statement by a party's officers, and its content.

        `officers` names who signs, `signing` the mode that they sign in.
        """
        office = self.offices[party]
        officers = changes.pop("officers", ("first",))
        mode = changes.pop("signing", self.mode)
        content = pack_content(Content(SALT, values))
        usual = Statement(
            kind=Kind.MESSAGE,
            form=None,
            to=1 << (1 - party),
            precedence=Precedence.ROUTINE,
            category=0,
            drafted=NOW,
            signers=tuple(office.officers[name][0] for name in officers),
            basis=(),
            refs=(),
            croot=content_root(content),
        )
        raw = pack_statement(changed(usual, **changes))
        context = Context(Purpose.STATEMENT, self.line, mode)
        secrets = [office.officers[name][1].secret for name in officers]
        return pack_signed(raw, tuple(sign(each, context, raw) for each in secrets)), content

    def roots(self) -> str:
        """The file of roots that a reader of this line brings."""
        lines = []
        for name in NAMES[:2]:
            root = root_keys(name, 0)
            lines.append(f"{name} {fingerprint(None, [(root.public, root.pq_public)])}")
        return "# by telephone\n\n" + "\n".join(lines) + "\n"


def opened(entry: bytes, *labels: int, values: tuple[Any, ...] = VALUES) -> Piece:
    """Piece 4: the fields of some labels, and the commitments to all."""
    salts = field_salts(SALT, len(values))
    rows = [(n, salts[n - 1], value) for n, value in enumerate(values, 1)]
    commitments = tuple(tagged_hash("field", encode(row)) for row in rows)
    return (4, entry, tuple(rows[n - 1] for n in labels), commitments)


@cache
def founded(
    mode: Mode, witnesses: str = "", oversight: tuple[Oversight, ...] = ()
) -> tuple[Charter, bytes, tuple[Any, ...], tuple[Office, ...]]:
    """A charter in force, and the offices of both parties with one officer and one station."""
    charter, keys = make_charter(witnesses=witnesses, oversight=oversight)
    raw, signatures = sign_by_all(charter, keys)
    line = LineId(charter_id(raw))
    offices = []
    for party, pairs in enumerate(keys):
        office = Office(party, NAMES[party], pairs, open_authority(line, party, charter))
        office.enrol_officer("first")
        office.enrol_station(mode)
        offices.append(office)
    return charter, raw, signatures, tuple(offices)


def set_scene(
    mode: Mode = Mode.REAL, witnesses: str = "", oversight: tuple[Oversight, ...] = ()
) -> Scene:
    """A line whose stations have opened their journals and said nothing yet."""
    _, raw, signatures, offices = founded(mode, witnesses, oversight)
    own = [replace(o, frames=list(o.frames), officers=dict(o.officers)) for o in offices]
    scene = Scene(raw, signatures, LineId(charter_id(raw)), mode, own, [])
    for party, office in enumerate(own):
        number = 16 * (1 + 8 * (int(mode) - 1)) + party
        station = office.authority.granted[number]
        keys = station_keys(NAMES[party], "one", mode)
        scene.books.append(Book(scene.line, number, keys, station))
        scene.books[-1].open(*scene.both_heads())
    return scene


def speak(scene: Scene, **changes: Any) -> Scene:
    """Alder's message: it cites what Birch's station has written before."""
    alder, birch = scene.books
    birch.write(b"\x80", EntryType.RECEIPT, (alder.head(),))
    alder.time = birch.time
    payload, _ = scene.state(ALDER, **changes)
    alder.write(payload, EntryType.STATEMENT, (birch.head(),))
    scene.slot = len(alder.entries) - 1
    birch.time = alder.time
    return scene


def reply(scene: Scene, kind: Kind = Kind.ACK, **changes: Any) -> Scene:
    """Birch's answer, in an entry that cites Alder's."""
    alder, birch = scene.books
    entry = alder.head(scene.slot)[2]
    usual: dict[str, Any] = {"kind": kind, "category": 5, "refs": (entry,)}
    payload, _ = scene.state(BIRCH, **(usual | changes))
    birch.write(payload, EntryType.STATEMENT, (alder.head(scene.slot),))
    scene.answer = len(birch.entries) - 1
    return scene


def disclose(scene: Scene, *labels: int) -> Bundle:
    """The disclosure of Alder's message, with every piece that some claim needs and no other."""
    alder, birch = scene.books
    place = alder.head(scene.slot)
    size = scene.slot + 1
    pieces: list[Piece] = [(1, scene.charter, tuple(map(tuple, scene.signatures)))]
    pieces += [(2, frame) for office in scene.offices for frame in office.frames]
    pieces += [alder.piece(0), birch.piece(0), alder.piece(scene.slot)]
    pieces.append(birch.piece(1, payload=False))
    if scene.answer >= 0:
        pieces.append(birch.piece(scene.answer))
    pieces.append(opened(place[2], *(labels or (2, 21))))
    pieces += [alder.checkpoint(size, alder, birch), alder.path(scene.slot, size)]
    return Bundle(scene.line, int(scene.mode), place, tuple(pieces))


def usual_scene(mode: Mode = Mode.REAL) -> Scene:
    """Alder speaks, Birch acknowledges."""
    return reply(speak(set_scene(mode)))


@cache
def usual(mode: Mode = Mode.REAL) -> Bundle:
    """The disclosure of which every claim is proven."""
    return disclose(usual_scene(mode))


def altered(raw: bytes, at: int = -1) -> bytes:
    """Bytes with one bit changed."""
    at %= len(raw)
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def enter_head(scene: Scene) -> Scene:
    """Alder's station opens its journal anew, so that it cites the newest heads."""
    alder = scene.books[ALDER]
    alder.entries.clear()
    alder.open(*scene.both_heads())
    return scene


def disclosed(scene: Scene, **changes: Any) -> Bundle:
    """The disclosure of what Alder says in a scene, and Birch acknowledges."""
    return disclose(reply(speak(scene, **changes)))


def rendered() -> tuple[Bundle, str]:
    """A message in an exercise with hostile text, and Birch's rendering, both opened; roots."""
    words = [*VALUES[:1], "fa", *VALUES[2:20], HOSTILE]
    english = [*VALUES[:20], "Do you hear?", "sight"]
    scene = reply(speak(set_scene(Mode.EXERCISE), values=tuple(words)))
    reply(scene, Kind.TRANSLATE, values=tuple(english))
    alder, birch = scene.books
    original, rendering = alder.head(scene.slot)[2], birch.head(scene.answer)[2]
    bundle = disclose(scene)
    acknowledgement = birch.piece(scene.answer - 1)
    return (
        bundle.having(
            4,
            opened(original, 2, 21, values=tuple(words)),
            opened(rendering, 2, 21, 22, values=tuple(english)),
        ).having(3, *bundle.of(3), acknowledgement),
        scene.roots(),
    )
