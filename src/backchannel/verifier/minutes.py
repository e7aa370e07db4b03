"""The payload of a minute: a proposal, or one station's cosignatures (PROOF-20, PROOF-22).

This module must not judge what a minute says.
"""

from dataclasses import dataclass
from itertools import pairwise

from backchannel.verifier.cbor import Refusal, Value, decode
from backchannel.verifier.crypto import ML_DSA_44, SIGNATURE_BYTES
from backchannel.verifier.record import JOURNAL_END, hash_of, number, row
from backchannel.verifier.shapes import COUNT_END

NAMED, SIZES, COSIGNED = 64, 64, 20


@dataclass(frozen=True)
class Proposal:
    """How far all are to cosign: the n-th of its journal, {journal no: size}."""

    n: int
    sizes: dict[int, int]


@dataclass(frozen=True)
class Cosigning:
    """Which roots a station cosigned: {(journal no, size): root}."""

    roots: dict[tuple[int, int], bytes]


def read_proposal(payload: bytes) -> Proposal:
    """Return a proposal. Raises Refusal (PROOF-20)."""
    kind, n, named, rows = row(decode(payload), 4, "minute-shape")
    if number(kind, 1, "minute-kind") != 0:
        raise Refusal("minute-kind", "it proposes nothing")
    if not isinstance(named, list) or len(named) > NAMED:
        raise Refusal("minute-named")
    names = [hash_of(each) for each in named]
    if any(not before < after for before, after in pairwise(names)):
        raise Refusal("minute-named")
    count = number(n, COUNT_END, "count-range")
    if count < 1:
        raise Refusal("minute-number")
    sizes = dict(slots(each) for each in listed(rows, 2, SIZES))
    if not sizes:
        raise Refusal("minute-rows")
    return Proposal(count, sizes)


def read_cosigning(payload: bytes) -> Cosigning:
    """Return a station's answer to a proposal. Raises Refusal (PROOF-22)."""
    kind, minute, rows = row(decode(payload), 3, "minute-shape")
    if number(kind, 1, "minute-kind") != 1:
        raise Refusal("minute-kind", "it cosigns nothing")
    hash_of(minute)
    roots = {}
    for each in listed(rows, 4, COSIGNED):
        signature = each[3]
        if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES[ML_DSA_44]:
            raise Refusal("signature-length")
        roots[slots(each)] = hash_of(each[2])
    return Cosigning(roots)


def listed(rows: Value, width: int, most: int) -> list[list[Value]]:
    """Return the rows of a minute, which ascend by journal number, each once."""
    if not isinstance(rows, list) or len(rows) > most:
        raise Refusal("minute-rows")
    found = [row(each, width, "minute-rows") for each in rows]
    numbers = [slots(each)[0] for each in found]
    if any(not before < after for before, after in pairwise(numbers)):
        raise Refusal("minute-rows")
    return found


def slots(place: list[Value]) -> tuple[int, int]:
    """Return the journal and the size that a row names; no tree of nothing is meant."""
    size = number(place[1], COUNT_END, "count-range")
    if not size:
        raise Refusal("minute-rows")
    return number(place[0], JOURNAL_END, "journal-number"), size
