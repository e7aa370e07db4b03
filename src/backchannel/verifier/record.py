"""Headers, frames, statements and first entries of journals, read strictly (RECORD-1 to RECORD-51).

This module must not judge: what it returns is what the bytes say, and nothing is believed yet.
"""

from dataclasses import dataclass, field
from itertools import pairwise

from backchannel.verifier.cbor import Refusal, Value, decode
from backchannel.verifier.crypto import ML_DSA_65 as HYBRID
from backchannel.verifier.crypto import SIGNATURE_BYTES, tagged
from backchannel.verifier.shapes import COUNT_END, HASH_BYTES

Head = tuple[int, int, bytes]
Signer = tuple[int | bytes, bytes, bytes]

STATEMENT, AUTHORITY, MINUTE, SUCCESSION, AMENDMENT = 1, 5, 6, 8, 13
JOURNAL_END = 65_535
HEADS = 1_024
FRAME_BYTES = 64_000
SECOND_KEY = 2


@dataclass(frozen=True)
class Header:
    """A header with the id of its entry (RECORD-1)."""

    raw: bytes = field(repr=False)
    id: bytes
    no: int
    seq: int
    prev: bytes
    seen: tuple[Head, ...]
    time: int
    type: int
    payload: bytes

    @property
    def place(self) -> str:
        """Where the entry stands, in words."""
        return f"journal {self.no}, slot {self.seq}"


@dataclass(frozen=True)
class Frame:
    """An entry of an authority journal with what belongs to it (RECORD-40)."""

    header: Header
    signatures: tuple[Signer, ...] | None
    payload: bytes | None
    keys: dict[bytes, bytes]


@dataclass(frozen=True)
class Statement:
    """What officers sign (RECORD-20)."""

    kind: int
    form: str | None
    to: int
    precedence: int
    category: int
    drafted: int
    signers: tuple[bytes, ...]
    refs: tuple[bytes, ...]
    croot: bytes


def is_number(value: Value) -> bool:
    """Return whether a value is an integer; a boolean is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def number(value: Value, end: int, reason: str) -> int:
    """Return a number from 0 to an end."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= end:
        raise Refusal(reason)
    return value


def hash_of(value: Value) -> bytes:
    """Return a hash of 32 bytes."""
    if not isinstance(value, bytes) or len(value) != HASH_BYTES:
        raise Refusal("hash-length")
    return value


def row(value: Value, count: int, reason: str) -> list[Value]:
    """Return an array of so many places."""
    if not isinstance(value, list) or len(value) != count:
        raise Refusal(reason)
    return value


def read_heads(value: Value) -> tuple[Head, ...]:
    """Return heads, ascending by number (RECORD-5)."""
    if not isinstance(value, list):
        raise Refusal("heads-shape")
    heads = tuple(read_head_of(each) for each in value)
    for before, after in pairwise(heads):
        if before[0] >= after[0]:
            raise Refusal("heads-order")
    return heads


def read_head_of(value: Value) -> Head:
    """Return one head: journal number, slot, id."""
    no, seq, entry = row(value, 3, "heads-shape")
    journal = number(no, JOURNAL_END, "journal-number")
    return journal, number(seq, COUNT_END, "count-range"), hash_of(entry)


def read_header(raw: bytes) -> Header:
    """Return a header. Raises Refusal (RECORD-1, RECORD-2)."""
    version, no, seq, prev, seen, time, uncertainty, kind, payload = row(
        decode(raw), 9, "header-shape"
    )
    if version is True or version != 1:
        raise Refusal("header-version")
    journal = number(no, JOURNAL_END, "journal-number")
    counts = [number(n, COUNT_END, "count-range") for n in (seq, time, uncertainty, kind)]
    return Header(
        raw,
        tagged("entry", raw),
        journal,
        counts[0],
        hash_of(prev),
        read_heads(seen),
        counts[1],
        counts[3],
        hash_of(payload),
    )


def read_frame(raw: bytes) -> Frame:
    """Return a frame. Raises Refusal (RECORD-40 to RECORD-43)."""
    if len(raw) > FRAME_BYTES:
        raise Refusal("frame-too-long")
    version, header, signature, payload, content, beside = row(decode(raw), 6, "frame-shape")
    if version is True or version != 1:
        raise Refusal("frame-version")
    if not isinstance(header, bytes):
        raise Refusal("frame-header")
    if payload is not None and not isinstance(payload, bytes):
        raise Refusal("frame-payload")
    if content is not None and not isinstance(content, bytes):
        raise Refusal("frame-content")
    signatures = read_signatures(signature)
    return Frame(read_header(header), signatures, payload, read_attachments(beside))


def read_signatures(value: Value) -> tuple[Signer, ...] | None:
    """Return the signatures of an authority entry; None for that of a station (RECORD-41)."""
    if isinstance(value, bytes):
        if len(value) != 64:
            raise Refusal("signature-length")
        return None
    if not isinstance(value, list) or not value:
        raise Refusal("signature-shape")
    found: list[Signer] = []
    for each in value:
        who, one, other = row(each, 3, "signer-shape")
        if isinstance(who, bytes):
            hash_of(who)
        elif not is_number(who):
            raise Refusal("signer-shape")
        assert isinstance(who, int | bytes)
        if isinstance(who, int) and not 0 <= who <= COUNT_END:
            raise Refusal("count-range")
        if not isinstance(one, bytes) or not isinstance(other, bytes):
            raise Refusal("half-signature", "one half of a signature is missing")
        if len(one) != 64 or len(other) != SIGNATURE_BYTES[HYBRID]:
            raise Refusal("signature-length")
        found.append((who, one, other))
    return tuple(found)


def read_attachments(value: Value) -> dict[bytes, bytes]:
    """Return the second keys beside an entry, by credential id (RECORD-42)."""
    if not isinstance(value, list) or len(value) > 16:
        raise Refusal("attachments")
    keys: dict[bytes, bytes] = {}
    for each in value:
        kind, about, data = row(each, 3, "attachment-shape")
        number(kind, COUNT_END, "attachment-shape")
        if not isinstance(data, bytes):
            raise Refusal("attachment-shape")
        if kind == SECOND_KEY:
            keys.setdefault(hash_of(about), data)
        hash_of(about)
    return keys


def read_ids(value: Value, most: int) -> tuple[bytes, ...]:
    """Return a list of ids (RECORD-22)."""
    if not isinstance(value, list) or len(value) > most:
        raise Refusal("id-list")
    return tuple(hash_of(each) for each in value)


def read_statement(raw: bytes) -> Statement:
    """Return a statement. Raises Refusal (RECORD-20 to RECORD-22)."""
    place = row(decode(raw), 10, "statement-shape")
    kind, form, to, precedence, category, drafted, signers, basis, refs, croot = place
    counts = [number(n, COUNT_END, "count-range") for n in (kind, category, drafted)]
    if form is not None and (not isinstance(form, str) or not 1 <= len(form) <= 32):
        raise Refusal("statement-form")
    if number(precedence, 5, "statement-precedence") < 1:
        raise Refusal("statement-precedence")
    if number(to, 65_535, "statement-to") < 1:
        raise Refusal("statement-to")
    who = read_ids(signers, 16)
    if not who:
        raise Refusal("statement-unsigned")
    if len(set(who)) != len(who):
        raise Refusal("statement-signer-twice")
    read_heads(basis)
    return Statement(
        counts[0],
        form,
        number(to, 65_535, "statement-to"),
        number(precedence, 5, "statement-precedence"),
        counts[1],
        counts[2],
        who,
        read_ids(refs, 64),
        hash_of(croot),
    )


def read_signed(payload: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Return the bytes of a statement and its signatures (RECORD-23)."""
    statement, signatures = row(decode(payload), 2, "signed-shape")
    if not isinstance(statement, bytes) or not isinstance(signatures, list):
        raise Refusal("signed-shape")
    found = []
    for each in signatures:
        if not isinstance(each, bytes) or len(each) != 64:
            raise Refusal("signature-length")
        found.append(each)
    return statement, tuple(found)


def read_opening(payload: bytes) -> tuple[bytes, bytes]:
    """Return nonce and credential of the first entry of a journal (RECORD-51)."""
    value = decode(payload)
    if not isinstance(value, list) or not value or value[0] is False or value[0] != 0:
        raise Refusal("first-entry", "it opens no journal")
    _, nonce, credential, reason, ends = row(value, 5, "succession-shape")
    if not isinstance(nonce, bytes) or len(nonce) != 16:
        raise Refusal("succession-nonce")
    if not isinstance(reason, str) or len(reason) > 200:
        raise Refusal("text-shape")
    read_heads(ends)
    return nonce, hash_of(credential)
