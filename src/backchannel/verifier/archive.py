"""Archive seals and openings, read strictly: for whom a day was sealed, and who ordered it opened.

Shares and wrapped keys are bytes here, and what lies under them is nobody's to read. This module
must not judge where an entry stands. Clauses: PROOF-130, PROOF-135 to PROOF-137.
"""

import hmac
from dataclasses import dataclass
from itertools import pairwise

from backchannel.verifier.authority import Issued, Journal
from backchannel.verifier.cbor import Refusal, Value, decode, encode, split
from backchannel.verifier.charter import READERS, Circle
from backchannel.verifier.credentials import CUSTODIAN, TRUSTEE, Credential
from backchannel.verifier.crypto import ED25519, covered, require_ed25519, tagged
from backchannel.verifier.record import (
    JOURNAL_END,
    Statement,
    hash_of,
    number,
    read_statement,
    row,
)
from backchannel.verifier.shapes import COUNT_END

SEAL, OPENING = 7, 10
ROLES = {TRUSTEE: 0, CUSTODIAN: 1}
ROLE_NAMES = ("trustees", "custodians")
NUMBER_END = DAY_END = 2**32 - 1
SHARE_BYTES, WRAP_BYTES, SALT_BYTES = 1_168, 48, 16
WRAPS, LABELS, PURPOSE = 256, 64, 200
WARRANT, BODY, VALUES = 16, 21, 24


@dataclass(frozen=True)
class Seal:
    """The n-th seal of a journal: the UTC day since 1970, its circles, and the slots whose keys it
    wraps."""

    n: int
    day: int
    circles: tuple[Circle, ...]
    slots: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Order:
    """What a warrant names: the first and the last UTC day, labels (none means all), a purpose."""

    first: int
    last: int
    labels: tuple[int, ...]
    purpose: str


def rows_of(value: Value, most: int, reason: str) -> list[Value]:
    """Return a list of 1 to so many. Raises Refusal."""
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise Refusal(reason)
    return value


# --- The seal -------------------------------------------------------------------------------------


def read_seal(payload: bytes) -> Seal:
    """Return an archive seal. Raises Refusal (PROOF-130)."""
    n, day, check, circles, wraps = row(decode(payload), 5, "seal-shape")
    count = number(n, NUMBER_END, "key-number")
    if not count:
        raise Refusal("key-number")
    which = read_day(day)
    hash_of(check)
    read = tuple(read_circle(each) for each in rows_of(circles, len(ROLES), "seal-circles"))
    if any(before[0] >= after[0] for before, after in pairwise(read)):
        raise Refusal("seal-circles")
    slots = tuple(read_wrap(each) for each in rows_of(wraps, WRAPS, "seal-wraps"))
    if any(before >= after for before, after in pairwise(slots)):
        raise Refusal("seal-wraps")
    return Seal(count, which, read, slots)


def read_day(value: Value) -> int:
    """Return a UTC day since 1970. Raises Refusal (PROOF-130)."""
    return number(number(value, COUNT_END, "count-range"), DAY_END, "archive-day")


def read_circle(value: Value) -> Circle:
    """Return the holders of one role. Raises Refusal."""
    role, wanted, shares = row(value, 3, "seal-circles")
    least = number(wanted, COUNT_END, "count-range")
    if number(role, COUNT_END, "count-range") not in ROLES.values():
        raise Refusal("seal-circles")
    keys = tuple(read_share(each) for each in rows_of(shares, READERS, "seal-circles"))
    if not 1 <= least <= len(keys):
        raise Refusal("seal-circles")
    assert isinstance(role, int)
    return role, least, keys


def read_share(value: Value) -> bytes:
    """Return to whose key a share is sealed. Raises Refusal."""
    key, commitment, sealed = row(value, 3, "seal-share")
    hash_of(commitment)
    holder = hash_of(key)
    if not isinstance(sealed, bytes) or len(sealed) != SHARE_BYTES:
        raise Refusal("seal-share")
    return holder


def read_wrap(value: Value) -> tuple[int, int]:
    """Return whose content key is wrapped. Raises Refusal."""
    no, seq, wrap = row(value, 3, "seal-wraps")
    slot = number(no, JOURNAL_END, "journal-number"), number(seq, COUNT_END, "count-range")
    if not isinstance(wrap, bytes) or len(wrap) != WRAP_BYTES:
        raise Refusal("seal-wraps")
    return slot


# --- The warrant ----------------------------------------------------------------------------------


def read_archive_opening(payload: bytes) -> tuple[bytes, list[bytes], bytes]:
    """Return a warrant, its signatures, and its plain content. Raises Refusal (PROOF-136)."""
    warrant, signatures, content = row(decode(payload), 3, "opening-shape")
    if not isinstance(signatures, list):
        raise Refusal("opening-shape")
    halves = [each for each in signatures if isinstance(each, bytes)]
    whole = len(halves) == len(signatures)
    if not isinstance(warrant, bytes) or not isinstance(content, bytes) or not whole:
        raise Refusal("opening-shape")
    return warrant, halves, content


def require_warrant(
    payload: bytes, journal: Journal, *, mode: int, head: int, time: int
) -> tuple[Order, tuple[Credential, ...]]:
    """Return what an opening orders, and who signed that. Raises Refusal (PROOF-136, PROOF-137).

    `journal` is that of the author's office, judged as of the slot `head` and a time.
    """
    warrant, halves, content = read_archive_opening(payload)
    statement = read_statement(warrant)
    values, croot = read_content(content)
    order = read_order(statement, values)
    if croot != statement.croot:
        raise Refusal("warrant-content", "these words are not those that were signed")
    if len(halves) != len(statement.signers):
        raise Refusal("warrant-signatures", "not one for each signer")
    signers = [journal.known(each, head) for each in statement.signers]
    role, least, holders = circle_of(signers[0], journal.circles_at(head))
    message = covered("statement", journal.line, mode, ED25519, warrant)
    for found, signature in zip(signers, halves, strict=True):
        it = found.credential
        if it.id in journal.revoked and journal.revoked[it.id].seq <= head:
            raise Refusal("revoked", f"{it.name} was revoked before")
        if time < it.since:
            raise Refusal("not-yet-valid", it.name)
        if time >= it.until:
            raise Refusal("expired", it.name)
        if ROLES.get(it.kind) != role or it.second_hash not in holders:
            raise Refusal("not-a-holder", it.name)
        require_ed25519(it.key or b"", signature, message)
    keys = {each.credential.second_hash for each in signers}
    if len(keys) < least:
        raise Refusal("too-few-holders", f"{len(keys)} signed, wanted {least}")
    return order, tuple(each.credential for each in signers)


def circle_of(found: Issued, circles: tuple[Circle, ...]) -> Circle:
    """Return the circle of the charter in which somebody would stand. Raises Refusal."""
    for each in circles:
        if each[0] == ROLES.get(found.credential.kind):
            return each
    raise Refusal("not-a-holder", found.credential.name)


def read_content(raw: bytes) -> tuple[list[Value], bytes]:
    """Return the values of a content, and what it commits to. Raises Refusal (RECORD-24, 25)."""
    value = decode(raw)
    if not isinstance(value, list) or len(value) != 2:
        raise Refusal("content-shape")
    salt, values = value
    if not isinstance(salt, bytes) or len(salt) != SALT_BYTES:
        raise Refusal("content-shape")
    if not isinstance(values, list) or not 0 < len(values) <= LABELS:
        raise Refusal("content-fields")
    commitments: list[Value] = []
    for label, exact in enumerate(split(split(raw)[1]), 1):
        own = hmac.digest(salt, b"bc/salt" + bytes([label]), "sha256")[:SALT_BYTES]
        commitments.append(tagged("field", b"\x83" + encode(label) + encode(own) + exact))
    return values, tagged("content", encode(commitments))


def read_order(statement: Statement, values: list[Value]) -> Order:
    """Return what a warrant names. Raises Refusal (PROOF-135)."""
    if statement.kind != WARRANT or len(values) != VALUES:
        raise Refusal("warrant-shape")
    first, last, labels, purpose = values[BODY - 1 :]
    days = read_day(first), read_day(last)
    if days[0] > days[1]:
        raise Refusal("warrant-days")
    named = [] if labels is None else rows_of(labels, LABELS, "warrant-labels")
    some = tuple(number(each, COUNT_END, "count-range") for each in named)
    if any(before >= after for before, after in pairwise(some)):
        raise Refusal("warrant-labels")
    if not isinstance(purpose, str) or not 0 < len(purpose) <= PURPOSE:
        raise Refusal("warrant-purpose")
    return Order(*days, some, purpose)
