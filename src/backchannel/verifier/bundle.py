"""A disclosure file, taken apart strictly (PROOF-30 to 32, 40, 100 to 102, 175).

This module must not judge: a file that it accepts has the shape of a disclosure and proves nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from backchannel.verifier.beacon import LEAVES, Leaf, Words, read_rows
from backchannel.verifier.cbor import OBJECT_BYTES, Refusal, Value, decode, split
from backchannel.verifier.charter import Charter, read_charter
from backchannel.verifier.crypto import ML_DSA_44, SIGNATURE_BYTES
from backchannel.verifier.record import (
    JOURNAL_END,
    Frame,
    Head,
    Header,
    hash_of,
    number,
    read_frame,
    read_head_of,
    read_header,
)
from backchannel.verifier.shapes import COUNT_END
from backchannel.verifier.signing import RootSignature, read_root_signatures
from backchannel.verifier.witnesses import Note, read_note

OBJECTS = 100_000
FILE_BYTES = 67_108_864
LABELS = 64
PATH = 64
PEAKS = 48
SALT_BYTES = 16


@dataclass(frozen=True)
class Entry:
    """A station's entry as it was signed (piece 3)."""

    header: Header
    signature: bytes = field(repr=False)
    payload: bytes | None = field(repr=False)


@dataclass(frozen=True)
class Field:
    """An opened field: its label and value, and the bytes that were committed to."""

    label: int
    value: Value
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """What is opened of one content (piece 4)."""

    entry: bytes
    fields: tuple[Field, ...]
    commitments: tuple[bytes, ...]


@dataclass(frozen=True)
class Checkpoint:
    """A journal's tree at a size, and who cosigned it (piece 5)."""

    no: int
    size: int
    root: bytes
    cosignatures: tuple[tuple[bytes, bytes], ...] = field(repr=False)


@dataclass(kw_only=True)
class Pieces:
    """All pieces of a file, by what they are."""

    line: bytes
    made: int
    charter: Charter | None = None
    charter_raw: bytes = b""
    signatures: list[RootSignature] = field(default_factory=list)
    authority: dict[bytes, Frame] = field(default_factory=dict)
    entries: dict[bytes, Entry] = field(default_factory=dict)
    opened: dict[bytes, Opened] = field(default_factory=dict)
    checkpoints: dict[tuple[int, int, bytes], Checkpoint] = field(default_factory=dict)
    paths: dict[tuple[int, int, int], tuple[bytes, ...]] = field(default_factory=dict)
    ranges: dict[int, tuple[int, tuple[bytes, ...]]] = field(default_factory=dict)
    rivals: dict[bytes, Frame] = field(default_factory=dict)
    signed_off: dict[bytes, tuple[int, tuple[bytes, ...]]] = field(default_factory=dict)
    notes: dict[tuple[str, int, bytes], Note] = field(default_factory=dict)
    leaves: dict[tuple[str, int, int], Leaf] = field(default_factory=dict)
    words: dict[bytes, Words] = field(default_factory=dict)
    log: tuple[int, int, tuple[bytes, ...]] | None = None


@dataclass(kw_only=True)
class Disclosure(Pieces):
    """A disclosure: its pieces, and the mode and slot of the statement.

    Of a span `place` is the later minute and `since` the earlier one, if there is one.
    """

    mode: int
    place: Head
    spans: bool = False
    since: Head | None = None


def read_file(kind: str, raw: bytes) -> list[bytes]:
    """Return the objects of a file. Raises Refusal (RECORD-111)."""
    if len(raw) > FILE_BYTES:
        raise Refusal("file-too-long", f"{len(raw)} bytes, at most {FILE_BYTES}")
    magic = b"backchannel/1/" + kind.encode() + b"\0"
    if not raw.startswith(magic):
        raise Refusal("file-kind", f"not a file of the kind {kind}")
    objects: list[bytes] = []
    at = len(magic)
    while at < len(raw):
        if at + 4 > len(raw):
            raise Refusal("file-truncated", "the file ends within a length")
        end = at + 4 + int.from_bytes(raw[at : at + 4], "big")
        if end - at - 4 > OBJECT_BYTES:
            raise Refusal("file-object", "an object is too long")
        if end > len(raw):
            raise Refusal("file-truncated", "the file ends within an object")
        if len(objects) == OBJECTS:
            raise Refusal("file-objects", f"more than {OBJECTS}")
        objects.append(raw[at + 4 : end])
        at = end
    return objects


def read_disclosure(raw: bytes) -> Disclosure:
    """Return a disclosure. Raises Refusal for everything that is none (PROOF-30, PROOF-40)."""
    objects = read_file("disclosure", raw)
    if not objects:
        raise Refusal("disclosure-head", "the file is empty")
    made = read_opening_words(decode(objects[0]))
    take_pieces(made, objects[1:], SPAN_READERS if made.spans else READERS)
    return made


def take_pieces(made: Pieces, objects: list[bytes], readers: "Readers") -> None:
    """Take the pieces of a file, in their order. Raises Refusal (PROOF-30)."""
    before = 0
    for each in objects:
        value = decode(each)
        if not isinstance(value, list) or not value:
            raise Refusal("disclosure-piece", "it is no array")
        kind = number(value[0], COUNT_END, "disclosure-piece")
        if kind not in readers or len(value) != len(readers[kind][0]):
            raise Refusal("disclosure-piece", "a piece of no known shape")
        if kind < before:
            raise Refusal("disclosure-order", "the pieces do not ascend")
        before = kind
        readers[kind][1](made, value, each)


def read_opening_words(value: Value) -> Disclosure:
    """Return the head of a disclosure of a statement or of a span, with no piece yet."""
    if not isinstance(value, list) or not value or value[0] is True:
        raise Refusal("disclosure-head", "another shape")
    if (value[0], len(value)) not in ((1, 5), (2, 6)):
        raise Refusal("disclosure-head", "another shape, or another version")
    line, mode, *places, made = value[1:]
    try:
        head = hash_of(line), number(mode, 3, ""), read_head_of(places[-1])
        time = number(made, COUNT_END, "")
        since = None if places[0] is None else read_head_of(places[0])
    except Refusal:
        raise Refusal("disclosure-head", "a place has another shape") from None
    if head[1] == 0:
        raise Refusal("disclosure-head", "there is no mode 0")
    found = Disclosure(line=head[0], mode=head[1], place=head[2], made=time)
    found.spans, found.since = value[0] == 2, since if value[0] == 2 else None
    return found


def require_new(key: object, known: object) -> None:
    """Raise Refusal for a piece that stands already (PROOF-30)."""
    if isinstance(known, dict) and key in known:
        raise Refusal("disclosure-twice")


def shaped(fits: bool) -> None:
    """Raise Refusal unless a piece has its shape."""
    if not fits:
        raise Refusal("disclosure-piece", "a place has another shape")


def take_charter(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 1."""
    if made.charter is not None:
        raise Refusal("disclosure-twice", "two charters")
    _, charter, signatures = value
    shaped(isinstance(charter, bytes))
    assert isinstance(charter, bytes)
    made.charter, made.charter_raw = read_charter(charter), charter
    made.signatures = read_root_signatures(signatures)


def take_authority(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 2. Content has no place in an authority journal, and its salt none here."""
    packed = value[1]
    shaped(isinstance(packed, bytes))
    assert isinstance(packed, bytes)
    frame = bare_frame(packed)
    require_new(frame.header.id, made.authority)
    made.authority[frame.header.id] = frame


def bare_frame(packed: bytes) -> Frame:
    """Return a frame of an authority journal, in which content has no place."""
    frame = read_frame(packed)
    inner = decode(packed)
    shaped(isinstance(inner, list) and inner[4] is None)
    return frame


def take_rival(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 7, which only evidence has (PROOF-81)."""
    packed = value[1]
    shaped(isinstance(packed, bytes))
    assert isinstance(packed, bytes)
    frame = bare_frame(packed)
    require_new(frame.header.id, made.rivals)
    made.rivals[frame.header.id] = frame


def take_entry(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 3."""
    _, header, signature, payload = value
    shaped(isinstance(header, bytes) and isinstance(signature, bytes))
    shaped(payload is None or isinstance(payload, bytes))
    assert isinstance(header, bytes) and isinstance(signature, bytes)
    assert payload is None or isinstance(payload, bytes)
    if len(signature) != 64:
        raise Refusal("signature-length")
    read = read_header(header)
    require_new(read.id, made.entries)
    made.entries[read.id] = Entry(read, signature, payload)


def take_fields(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 4. Its rows are, byte for byte, what RECORD-25 commits to."""
    _, entry, rows, commitments = value
    shaped(isinstance(rows, list) and isinstance(commitments, list))
    assert isinstance(rows, list) and isinstance(commitments, list)
    shaped(len(rows) <= LABELS and 1 <= len(commitments) <= LABELS)
    fields = []
    for each, exact in zip(rows, split(split(raw)[2]), strict=True):
        shaped(isinstance(each, list) and len(each) == 3)
        assert isinstance(each, list)
        label = number(each[0], LABELS, "disclosure-piece")
        shaped(label > 0 and isinstance(each[1], bytes) and len(each[1]) == SALT_BYTES)
        fields.append(Field(label, each[2], exact))
    opened = Opened(hash_of(entry), tuple(fields), tuple(hash_of(n) for n in commitments))
    require_new(opened.entry, made.opened)
    made.opened[opened.entry] = opened


def take_checkpoint(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 5."""
    _, no, size, root, rows = value
    shaped(isinstance(rows, list))
    assert isinstance(rows, list)
    found = []
    for each in rows:
        shaped(isinstance(each, list) and len(each) == 2 and isinstance(each[1], bytes))
        assert isinstance(each, list) and isinstance(each[1], bytes)
        if len(each[1]) != SIGNATURE_BYTES[ML_DSA_44]:
            raise Refusal("signature-length")
        found.append((hash_of(each[0]), each[1]))
    key = number(no, JOURNAL_END, "journal-number"), number(size, COUNT_END, "count-range")
    require_new((*key, hash_of(root)), made.checkpoints)
    made.checkpoints[*key, hash_of(root)] = Checkpoint(*key, hash_of(root), tuple(found))


def take_path(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 6."""
    _, no, seq, size, path = value
    shaped(isinstance(path, list) and len(path) <= PATH)
    assert isinstance(path, list)
    counts = number(seq, COUNT_END, "count-range"), number(size, COUNT_END, "count-range")
    key = (number(no, JOURNAL_END, "journal-number"), *counts)
    require_new(key, made.paths)
    made.paths[key] = tuple(hash_of(n) for n in path)


def take_range(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 11 (PROOF-102)."""
    no, size, peaks = read_tree(value)
    require_new(no, made.ranges)
    made.ranges[no] = size, peaks


def read_tree(value: list[Value]) -> tuple[int, int, tuple[bytes, ...]]:
    """Return a journal, a size, and the roots of the whole subtrees of a tree."""
    _, no, size, peaks = value
    shaped(isinstance(peaks, list) and len(peaks) <= PEAKS)
    assert isinstance(peaks, list)
    key = number(no, JOURNAL_END, "journal-number")
    count = number(size, COUNT_END, "count-range")
    return key, count, tuple(hash_of(n) for n in peaks)


def take_words(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 12: what opens the leaves of an opening (PROOF-175)."""
    _, entry, blinds, rows = value
    shaped(isinstance(blinds, list) and len(blinds) <= LEAVES)
    assert isinstance(blinds, list)
    key = hash_of(entry)
    require_new(key, made.words)
    made.words[key] = Words(tuple(hash_of(n) for n in blinds), read_rows(rows))


def take_log(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 13: the beacon log of a journal before the stretch (PROOF-175)."""
    if made.log is not None:
        raise Refusal("disclosure-twice", "two beacon logs")
    made.log = read_tree(value)


def take_sign_off(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 8: a sign-off, and the way from the statement to its root (PROOF-99)."""
    _, entry, index, path = value
    shaped(isinstance(path, list) and len(path) <= PATH)
    assert isinstance(path, list)
    require_new(hash_of(entry), made.signed_off)
    place = number(index, COUNT_END, "count-range")
    made.signed_off[hash_of(entry)] = place, tuple(hash_of(n) for n in path)


def take_note(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 9 (PROOF-76)."""
    shaped(isinstance(value[1], bytes))
    assert isinstance(value[1], bytes)
    note = read_note(value[1])
    require_new((note.origin, note.size, note.root), made.notes)
    made.notes[note.origin, note.size, note.root] = note


def take_leaf(made: Pieces, value: list[Value], raw: bytes) -> None:
    """Take piece 10 (PROOF-76)."""
    _, origin, size, index, blind, rows, path = value
    shaped(isinstance(origin, str) and isinstance(path, list) and len(path) <= PATH)
    assert isinstance(origin, str) and isinstance(path, list)
    counts = number(size, COUNT_END, "count-range"), number(index, COUNT_END, "count-range")
    require_new((origin, *counts), made.leaves)
    hashes = tuple(hash_of(n) for n in path)
    made.leaves[origin, *counts] = Leaf(origin, *counts, hash_of(blind), read_rows(rows), hashes)


Readers = dict[int, tuple[tuple[str, ...], Callable[[Pieces, list[Value], bytes], None]]]

# PROOF-31, by the number that a piece begins with: the names of its places, and who takes it.
READERS: Readers = {
    1: (("1", "charter", "signatures"), take_charter),
    2: (("2", "frame"), take_authority),
    3: (("3", "header", "signature", "payload"), take_entry),
    4: (("4", "entry", "fields", "commitments"), take_fields),
    5: (("5", "no", "size", "root", "cosignatures"), take_checkpoint),
    6: (("6", "no", "seq", "size", "path"), take_path),
    8: (("8", "entry", "index", "path"), take_sign_off),
    9: (("9", "note"), take_note),
    10: (("10", "origin", "size", "index", "blind", "rows", "path"), take_leaf),
}
# PROOF-101: a tree is rebuilt from its entries, so none of them brings a way to a root.
SPAN_READERS: Readers = {
    **{kind: reader for kind, reader in READERS.items() if kind < 6},
    9: READERS[9],
    11: (("11", "no", "size", "peaks"), take_range),
    12: (("12", "entry", "blinds", "rows"), take_words),
    13: (("13", "no", "size", "peaks"), take_log),
}
