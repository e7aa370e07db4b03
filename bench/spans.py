"""What a span of many messages costs to make and to verify, beside the hashes and checks alone.

The floor does what no verifier can leave out: one hash of each header, payload and field, the tree,
and one check of each signature, with the same library. This module must not print.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backchannel.line.events import MinuteOrdered
from backchannel.proof.disclosure import (
    AuthorityPiece,
    CharterPiece,
    CheckpointPiece,
    EntryPiece,
    FieldsPiece,
)
from backchannel.proof.span import parse_span
from backchannel.station.cosigned import minute_report
from backchannel.station.judging import Record
from backchannel.station.spanning import Gathered, SpanWanted, span_of
from backchannel.station.threads import beside_writer
from backchannel.verifier.__main__ import verify
from backchannel.wire.primitives import (
    ed25519_keypair,
    ed25519_sign,
    mldsa_public,
    mldsa_sign,
    mldsa_verify,
)
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence
from pair import PAUSE_S, Pair

T = TypeVar("T")
UNDER_WAY_MAX = 256
HEADER_BYTES = 200


class Figures(NamedTuple):
    """What was measured: counts, bytes, seconds."""

    messages: int
    entries: int
    octets: int
    made_s: float
    verified_s: float
    floor_s: float


async def measure(pair: Pair, messages: int) -> Figures:
    """Say so many things, have them cosigned, and return what their span costs."""
    prepared = [
        pair.statement(f"message {n} " + "x" * 120, Precedence.ROUTINE) for n in range(messages)
    ]
    before = pair.slot()
    for posted, event in enumerate(prepared):
        while posted - (pair.held() - before) > UNDER_WAY_MAX:
            await asyncio.sleep(PAUSE_S)
        pair.runner.post(event)
    await pair.until_held(await pair.say("the last", Precedence.FLASH))
    await pair.runner.submit(MinuteOrdered(at=pair.runner.moment(), mode=Mode.TEST))
    while not is_cosigned(record_of(pair)):
        await asyncio.sleep(PAUSE_S)
    wanted = SpanWanted(Mode.TEST, b"", 0, record_of(pair).now, (), "")
    gathered: Gathered
    made_s, gathered = timed(lambda: beside_writer(record_of(pair), lambda r: span_of(r, wanted)))
    verified_s, (_, report, _) = timed(lambda: verify(gathered.raw, ""))
    claims = {each["claim"]: each["reason"] for each in report["claims"]}  # type: ignore[attr-defined]
    assert claims["complete"] == "rests-on-minutes" and claims["words"] == "", claims
    entries, floor_s = floor_of(gathered.raw)
    shown = len(gathered.statements)
    return Figures(shown, entries, len(gathered.raw), made_s, verified_s, floor_s)


def record_of(pair: Pair) -> Record:
    """Return Alder's record as of now."""
    return Record(pair.runner.custody, pair.runner.state, pair.runner.clock.now())


def is_cosigned(record: Record) -> bool:
    """Say whether both stations have cosigned the newest minute."""
    found = minute_report(record, Mode.TEST)
    return found is not None and all(n.signed == found.checkpoints for n in found.cosigners)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return how long something takes, and what it returns."""
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def floor_of(raw: bytes) -> tuple[int, float]:
    """Return the entries of a span, and the seconds of its hashes and signature checks alone."""
    pieces = parse_span(raw).pieces
    entries = [each for each in pieces if isinstance(each, EntryPiece)]
    fields = [each for each in pieces if isinstance(each, FieldsPiece)]
    cosigned = sum(len(n.cosignatures) for n in pieces if isinstance(n, CheckpointPiece))
    offices = sum(isinstance(each, AuthorityPiece) for each in pieces)
    roots = sum(len(each.signatures) for each in pieces if isinstance(each, CharterPiece))
    hashes = [each.header for each in entries]
    hashes += [each.payload for each in entries if each.payload is not None]
    hashes += [bytes(64) for each in fields for _ in each.opened]
    hashes += [b"".join(each.commitments) for each in fields]
    # A leaf and, all in all, one node for each entry.
    hashes += [bytes(33), bytes(65)] * len(entries)
    # An authority entry and a root have a signature of each kind; a statement has an officer's.
    spent = timed(lambda: [hashlib.sha256(each).digest() for each in hashes])[0]
    spent += ed25519_s(len(entries) + len(fields) + offices + roots)
    return len(entries), spent + mldsa_s(44, cosigned) + mldsa_s(65, offices + roots)


def ed25519_s(count: int) -> float:
    """Return the seconds of so many Ed25519 checks."""
    public, secret = ed25519_keypair(bytes(32))
    message = bytes(HEADER_BYTES)
    signature = ed25519_sign(secret, message)
    began = time.perf_counter()
    for _ in range(count):
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    return time.perf_counter() - began


def mldsa_s(size: int, count: int) -> float:
    """Return the seconds of so many checks of one kind of ML-DSA."""
    public = mldsa_public(size, bytes(32))
    message = bytes(HEADER_BYTES)
    signature = mldsa_sign(size, bytes(32), message)
    began = time.perf_counter()
    for _ in range(count):
        mldsa_verify(size, public, signature, message)
    return time.perf_counter() - began
