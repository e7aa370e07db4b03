"""The archive of a day: its seal, type 7, and the opening, type 10, that a warrant orders.

Parsing and printing, and what keys and shares are bound to. This module must not judge who may open
what. Layouts: PROOF-130 to PROOF-136.

    seal    = [n, day, key check, [circle], [[no, seq, wrap 48]]]
    circle  = [role, M, [[key id, share commitment, sealed share 1168]]]      places count from 1
    opening = [warrant, [signature], content]
"""

from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import FIELDS_MAX, READERS_MAX, REASON_CHARACTERS_MAX, SEAL_WRAPS_MAX
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import require_counts, require_hash, require_key_number, require_number
from backchannel.wire.ids import EntryId, JournalId, LineId
from backchannel.wire.primitives import (
    HPKE_OVERHEAD_BYTES,
    NONCE_BYTES,
    gcm_siv_open,
    gcm_siv_seal,
    tagged_hash,
)
from backchannel.wire.shamir import SECRET_BYTES
from backchannel.wire.statement import Content, Kind, Label, Statement, parse_content

SEALED_SHARE_BYTES = SECRET_BYTES + HPKE_OVERHEAD_BYTES
WRAP_BYTES = 48
DAY_S = 86_400
# A day travels as u32 (PROOF-134).
DAY_LAST = (1 << 32) - 1
# What a warrant names, from the first label of its own on (PROOF-135).
FIRST_DAY, LAST_DAY, LABELS, PURPOSE = range(Label.BODY, Label.BODY + 4)


class Role(IntEnum):
    """What a holder of a share is for."""

    TRUSTEE = 0
    CUSTODIAN = 1


class SealedShare(NamedTuple):
    """One holder's share: whose key it is sealed to, what it must hash to, and its HPKE seal."""

    key_id: bytes
    commitment: bytes
    sealed: bytes


class Circle(NamedTuple):
    """The holders of one role in the order of the charter, and how many of them open."""

    role: int
    threshold: int
    shares: tuple[SealedShare, ...]


class Wrapped(NamedTuple):
    """A content key of the entry in a slot, under the archive key: 48 bytes."""

    no: int
    seq: int
    wrap: bytes


class Seal(msgspec.Struct, frozen=True):
    """The n-th archive seal of its journal: contents of one UTC day, counted from 1970."""

    n: int
    day: int
    check: bytes
    circles: tuple[Circle, ...]
    wraps: tuple[Wrapped, ...]


class ArchiveOpening(msgspec.Struct, frozen=True):
    """An opening that was entered: the warrant as trustees signed it, and its plain content."""

    warrant: bytes
    signatures: tuple[bytes, ...]
    content: bytes


class Order(NamedTuple):
    """What a warrant names: UTC days with the last, labels (none means all), and the purpose."""

    first: int
    last: int
    labels: tuple[int, ...]
    purpose: str


class Place(NamedTuple):
    """One share of one seal: what its seal, its commitment and an answer are bound to."""

    line: LineId
    journal: JournalId
    n: int
    role: int
    place: int


# --- What keys and shares are bound to ------------------------------------------------------------


def key_check(line: LineId, journal: JournalId, n: int, key: bytes) -> bytes:
    """Return what the archive key of the n-th seal of a journal hashes to (PROOF-133)."""
    return tagged_hash("archive", line + journal + n.to_bytes(4, "big") + key)


def bound(at: Place) -> bytes:
    """Return the bytes that name the place of a share."""
    return at.line + at.journal + at.n.to_bytes(4, "big") + bytes((at.role, at.place))


def share_commitment(at: Place, share: bytes) -> bytes:
    """Return what a share hashes to (PROOF-133)."""
    return tagged_hash("share", bound(at) + share)


def share_info(at: Place) -> bytes:
    """Return the HPKE info of a sealed share (PROOF-133)."""
    return b"bc/share" + bound(at)


def wrap_aad(line: LineId, day: int, entry: EntryId) -> bytes:
    """Return what a wrapped content key is bound to (PROOF-134)."""
    return b"bc/wrap" + line + day.to_bytes(4, "big") + entry


def wrap_key(key: bytes, line: LineId, day: int, *, entry: EntryId, content_key: bytes) -> bytes:
    """Return a content key under an archive key, 48 bytes (PROOF-134)."""
    return gcm_siv_seal(key, entry[:NONCE_BYTES], content_key, wrap_aad(line, day, entry))


def unwrap_key(key: bytes, line: LineId, day: int, *, entry: EntryId, wrap: bytes) -> bytes:
    """Return a content key of 32 bytes. Raises JunkError("not-authentic") (PROOF-134)."""
    return gcm_siv_open(key, entry[:NONCE_BYTES], wrap, wrap_aad(line, day, entry))


# --- The seal -------------------------------------------------------------------------------------


def pack_seal(seal: Seal) -> bytes:
    """Return the payload of a type 7 entry (PROOF-130)."""
    return encode((seal.n, seal.day, seal.check, seal.circles, seal.wraps))


def parse_seal(payload: bytes) -> Seal:
    """Return the archive seal in a payload. Raises JunkError (PROOF-130)."""
    n, day, check, circles, wraps = array_of_length(decode(payload), 5, "seal-shape")
    require_key_number(n)
    require_day(day)
    require_hash(check)
    read = tuple(parse_circle(each) for each in bounded_list(circles, len(Role), "seal-circles"))
    if any(before.role >= after.role for before, after in pairwise(read)):
        raise JunkError("seal-circles", "circles ascend by their role, each once")
    rows = tuple(parse_wrapped(each) for each in bounded_list(wraps, SEAL_WRAPS_MAX, "seal-wraps"))
    if any(before[:2] >= after[:2] for before, after in pairwise(rows)):
        raise JunkError("seal-wraps", "wrapped keys ascend by journal and slot, each once")
    return Seal(n, day, check, read, rows)  # type: ignore[arg-type]


def parse_circle(value: Value) -> Circle:
    """Return the holders of one role. Raises JunkError (PROOF-130)."""
    role, threshold, shares = array_of_length(value, 3, "seal-circles")
    require_counts(role, threshold)
    if role not in (Role.TRUSTEE, Role.CUSTODIAN):
        raise JunkError("seal-circles", f"got role {role!r}, wanted 0 or 1")
    read = tuple(parse_share(each) for each in bounded_list(shares, READERS_MAX, "seal-circles"))
    if not 1 <= threshold <= len(read):  # type: ignore[operator]
        raise JunkError("seal-circles", f"{threshold!r} of {len(read)} holders open nothing")
    return Circle(role, threshold, read)  # type: ignore[arg-type]


def parse_share(value: Value) -> SealedShare:
    """Return one sealed share. Raises JunkError (PROOF-130)."""
    key_id, commitment, sealed = array_of_length(value, 3, "seal-share")
    require_hash(key_id)
    require_hash(commitment)
    if type(sealed) is not bytes or len(sealed) != SEALED_SHARE_BYTES:
        raise JunkError("seal-share", f"a sealed share has {SEALED_SHARE_BYTES} bytes")
    return SealedShare(key_id, commitment, sealed)  # type: ignore[arg-type]


def parse_wrapped(value: Value) -> Wrapped:
    """Return one wrapped content key. Raises JunkError (PROOF-130)."""
    no, seq, wrap = array_of_length(value, 3, "seal-wraps")
    require_number(no)
    require_counts(seq)
    if type(wrap) is not bytes or len(wrap) != WRAP_BYTES:
        raise JunkError("seal-wraps", f"a wrapped key has {WRAP_BYTES} bytes")
    return Wrapped(no, seq, wrap)  # type: ignore[arg-type]


# --- The opening ----------------------------------------------------------------------------------


def pack_archive_opening(opening: ArchiveOpening) -> bytes:
    """Return the payload of a type 10 entry (PROOF-136)."""
    return encode((opening.warrant, opening.signatures, opening.content))


def parse_archive_opening(payload: bytes) -> ArchiveOpening:
    """Return the opening in a payload, not yet judged. Raises JunkError (PROOF-136)."""
    warrant, signatures, content = array_of_length(decode(payload), 3, "opening-shape")
    parts = signatures if type(signatures) is tuple else (None,)
    if not all(type(each) is bytes for each in (warrant, content, *parts)):
        raise JunkError("opening-shape", "an opening is [warrant, [signature], content]")
    return ArchiveOpening(warrant, signatures, content)  # type: ignore[arg-type]


def order_values(order: Order) -> tuple[Value, ...]:
    """Return the values of a warrant's content (PROOF-135)."""
    common: tuple[Value, ...] = (None,) * (Label.BODY - 1)
    return (*common, order.first, order.last, order.labels or None, order.purpose)


def parse_order(statement: Statement, raw: bytes) -> Order:
    """Return what a warrant names, from its plain content. Raises JunkError (PROOF-135)."""
    content: Content = parse_content(raw)
    if statement.kind != Kind.WARRANT or len(content.values) != PURPOSE:
        raise JunkError("warrant-shape", "a warrant names first day, last day, labels and purpose")
    first, last, labels, purpose = (
        content.field(each) for each in (FIRST_DAY, LAST_DAY, LABELS, PURPOSE)
    )
    require_day(first)
    require_day(last)
    if first > last:  # type: ignore[operator]
        raise JunkError("warrant-days", "the last day of a warrant is not before its first")
    named = () if labels is None else bounded_list(labels, FIELDS_MAX, "warrant-labels")
    require_counts(*named)
    if any(before >= after for before, after in pairwise(named)):  # type: ignore[operator]
        raise JunkError("warrant-labels", "labels ascend, each once")
    if type(purpose) is not str or not 0 < len(purpose) <= REASON_CHARACTERS_MAX:
        raise JunkError("warrant-purpose", f"1 to {REASON_CHARACTERS_MAX} characters")
    return Order(first, last, named, purpose)  # type: ignore[arg-type]


def require_day(value: Value) -> None:
    """Raise JunkError unless the value is a UTC day as a count since 1970."""
    require_counts(value)
    if value > DAY_LAST:  # type: ignore[operator]
        raise JunkError("archive-day", f"a day is at most {DAY_LAST}")


def array_of_length(value: Value, length: int, reason: str) -> tuple[Value, ...]:
    """Return the value if it is an array of a length. Raises JunkError(reason)."""
    if type(value) is not tuple or len(value) != length:
        raise JunkError(reason, f"wanted an array of {length}")
    return value


def bounded_list(value: Value, most: int, reason: str) -> tuple[Value, ...]:
    """Return the value if it is a list of 1 to `most`. Raises JunkError(reason)."""
    if type(value) is not tuple or not 0 < len(value) <= most:
        raise JunkError(reason, f"wanted a list of 1 to {most}")
    return value
