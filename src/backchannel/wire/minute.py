"""The minute: which journals are to be cosigned how far, and one station's cosignatures.

Parsing and printing of the payload of a type 6 entry. This module must not judge what a minute
says. Layout: PROOF-20, PROOF-22.

    minute = [0, n, [minute entry], [[no, size]]]
           | [1, minute entry, [[no, size, root, ML-DSA-44 signature]]]
"""

from itertools import pairwise

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import COSIGNATURES_MAX, MINUTE_ROWS_MAX, MINUTES_NAMED_MAX
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import require_counts, require_hash, require_number
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import MLDSA44_SIGNATURE_BYTES

Size = tuple[int, int]
"""A journal's number, and how many of its slots are meant, from 0 on."""

Cosigned = tuple[int, int, bytes, bytes]
"""A journal's number, the size and the root of its tree, and a signature over them."""


class Proposal(msgspec.Struct, frozen=True):
    """What is to be cosigned: the n-th proposal of its journal, the newest minutes of others that
    it names, and sizes ascending by journal."""

    n: int
    named: tuple[EntryId, ...]
    sizes: tuple[Size, ...]


class Cosigning(msgspec.Struct, frozen=True):
    """A station's answer to a proposal: checkpoints as its own record has them, signed."""

    minute: EntryId
    rows: tuple[Cosigned, ...]


def pack_proposal(proposal: Proposal) -> bytes:
    """Return the payload of a proposal (PROOF-20)."""
    return encode((0, proposal.n, proposal.named, proposal.sizes))


def pack_cosigning(cosigning: Cosigning) -> bytes:
    """Return the payload of an answer to a proposal (PROOF-22)."""
    return encode((1, cosigning.minute, cosigning.rows))


def parse_minute(payload: bytes) -> Proposal | Cosigning:
    """Return what a type 6 entry says. Raises JunkError (PROOF-20, PROOF-22)."""
    fields = decode(payload)
    if type(fields) is not tuple or not fields or type(fields[0]) is not int:
        raise JunkError("minute-shape", "a minute is an array that begins with its kind")
    if fields[0] not in (0, 1):
        raise JunkError("minute-kind", f"got kind {fields[0]}, wanted 0 or 1")
    if len(fields) != (3 if fields[0] else 4):
        raise JunkError("minute-shape", "a proposal is an array of four, an answer one of three")
    return parse_cosigning(fields) if fields[0] else parse_proposal(fields)


def parse_proposal(fields: tuple[Value, ...]) -> Proposal:
    """Return the proposal in the fields of a minute. Raises JunkError (PROOF-20)."""
    _, n, named, rows = fields
    require_counts(n)
    if not n:
        raise JunkError("minute-number", "proposals count from 1")
    if type(named) is not tuple or len(named) > MINUTES_NAMED_MAX:
        raise JunkError("minute-named", f"a proposal names at most {MINUTES_NAMED_MAX} minutes")
    for each in named:
        require_hash(each)
    if any(not before < after for before, after in pairwise(named)):  # type: ignore[operator]
        raise JunkError("minute-named", "named minutes ascend, each once")
    require_rows(rows, 2)
    if not rows or len(rows) > MINUTE_ROWS_MAX:  # type: ignore[arg-type]
        raise JunkError("minute-rows", f"a proposal has 1 to {MINUTE_ROWS_MAX} rows")
    return Proposal(n, named, rows)  # type: ignore[arg-type]


def parse_cosigning(fields: tuple[Value, ...]) -> Cosigning:
    """Return the cosignatures in the fields of a minute. Raises JunkError (PROOF-22)."""
    _, minute, rows = fields
    require_hash(minute)
    require_rows(rows, 4)
    if len(rows) > COSIGNATURES_MAX:  # type: ignore[arg-type]
        raise JunkError("minute-rows", f"an entry has at most {COSIGNATURES_MAX} cosignatures")
    for _, _, root, signature in rows:  # type: ignore[union-attr, misc, str-unpack]
        require_hash(root)
        if type(signature) is not bytes or len(signature) != MLDSA44_SIGNATURE_BYTES:
            raise JunkError("signature-length", "an ML-DSA-44 signature is 2420 bytes")
    return Cosigning(minute, rows)  # type: ignore[arg-type]


def require_rows(rows: Value, length: int) -> None:
    """Raise JunkError unless these are rows of a minute, ascending by journal, each once."""
    if type(rows) is not tuple:
        raise JunkError("minute-rows", "the rows of a minute are an array")
    before = -1
    for row in rows:
        if type(row) is not tuple or len(row) != length:
            raise JunkError("minute-rows", f"a row of this minute is an array of {length}")
        no, size = row[:2]
        require_number(no)
        require_counts(size)
        if not size:
            raise JunkError("minute-rows", "a tree of no entries is not cosigned")
        if no <= before:  # type: ignore[operator]
            raise JunkError("minute-rows", "rows ascend by journal number, each number once")
        before = no  # type: ignore[assignment]
