"""Units: bursts of symbols with a tag, reports and marks, all masked (docs/spec/symbols.md).

    burst  = b0 tag[2] K i0 ‖ symbols i0, i0+1, ...           5 + 24 n bytes
    report = b0 tag[2] state quality[2] mac[8]                14 bytes
    mark   = b0 counter[8] mac[8]                             17 bytes

This module must not keep what it has read; a tag is tried against counters that the caller names.
"""

from collections.abc import Iterable
from typing import NamedTuple

from backchannel.errors import JunkError
from backchannel.path.erasure import INDEXES
from backchannel.path.limits import SYMBOLS_MAX
from backchannel.path.symbols import COUNTER_BYTES, SYMBOL_BYTES, LinkKeys
from backchannel.wire.primitives import blake2s

VERSION = 1
HEAD_BYTES = 5
TAG_BYTES = 2
MAC_BYTES = 8
REPORT_BYTES = 14
MARK_BYTES = 17
MASKED_BYTES = 16
COMPLETE = 0xFF
UNKNOWN = 0xFF


class Burst(NamedTuple):
    """A burst: whose object, its rank, K, the first index, the symbols, is it the last."""

    counter: int
    rank: int
    k: int
    first: int
    symbols: tuple[bytes, ...]
    end: bool = False


class Report(NamedTuple):
    """What a receiver says of an object: 0xff complete, else how many symbols it still lacks, and
    the part of bursts lost, in 255ths. It is the word of a path."""

    counter: int
    state: int
    loss: int = UNKNOWN


class Mark(NamedTuple):
    """How far a sender has counted: the number of its next object. It is the sign of life too."""

    counter: int


Unit = Burst | Report | Mark


def burst_bytes(n: int) -> int:
    """Return the size of a burst of n symbols (PATH-76)."""
    return HEAD_BYTES + n * SYMBOL_BYTES


def pack_burst(keys: LinkKeys, burst: Burst) -> bytes:
    """Return the bytes of a burst (PATH-76)."""
    b0 = VERSION << 6 | burst.rank << 3 | burst.end
    body = b"".join(burst.symbols)
    head = bytes((b0, burst.k, burst.first))
    tag = tag_of(keys, burst.counter, head, body)
    masked = xor(head, blake2s(keys.mask, body[:MASKED_BYTES], len(head)))
    return masked[:1] + tag + masked[1:] + body


def tag_of(keys: LinkKeys, counter: int, head: bytes, body: bytes) -> bytes:
    """Return the tag of a burst (PATH-76)."""
    return blake2s(keys.tag, counter.to_bytes(COUNTER_BYTES, "big") + head + body, TAG_BYTES)


def pack_report(keys: LinkKeys, report: Report) -> bytes:
    """Return the bytes of a report (PATH-77)."""
    said = bytes((VERSION << 6 | 2, report.state, UNKNOWN, report.loss))
    whole = mac_of(keys, b"report", report.counter, said)
    tag, mac = whole[:TAG_BYTES], whole[TAG_BYTES:]
    masked = xor(said, blake2s(keys.mask, mac, len(said)))
    return masked[:1] + tag + masked[1:] + mac


def mac_of(keys: LinkKeys, label: bytes, counter: int, said: bytes) -> bytes:
    """Return what authenticates a report, ten bytes, or of which a mark takes the last eight."""
    number = counter.to_bytes(COUNTER_BYTES, "big")
    return blake2s(keys.tag, label + number + said, TAG_BYTES + MAC_BYTES)


def pack_mark(keys: LinkKeys, mark: Mark) -> bytes:
    """Return the bytes of a mark (PATH-78)."""
    number = mark.counter.to_bytes(COUNTER_BYTES, "big")
    mac = mac_of(keys, b"mark", mark.counter, b"")[TAG_BYTES:]
    said = bytes((VERSION << 6,)) + number
    return xor(said, blake2s(keys.mask, mac, len(said))) + mac


def read_unit(
    keys: LinkKeys, raw: bytes, *, theirs: Iterable[int], reported: Iterable[int]
) -> Unit:
    """Return what a unit holds. `theirs` are the counters of the sender's objects that are open
    here, `reported` those of our own that it may report on. Raises JunkError (PATH-76 to PATH-78).
    """
    if len(raw) == REPORT_BYTES:
        return read_report(keys, raw, reported)
    if len(raw) == MARK_BYTES:
        return read_mark(keys, raw)
    n, rest = divmod(len(raw) - HEAD_BYTES, SYMBOL_BYTES)
    if rest or not 0 < n <= INDEXES:
        raise JunkError("unit-size", f"{len(raw)} bytes are no burst, no report and no mark")
    return read_burst(keys, raw, theirs)


def read_burst(keys: LinkKeys, raw: bytes, theirs: Iterable[int]) -> Burst:
    """Return a burst, tried against open counters. Raises JunkError (PATH-76)."""
    body = raw[HEAD_BYTES:]
    head = xor(
        raw[:1] + raw[3:HEAD_BYTES], blake2s(keys.mask, body[:MASKED_BYTES], HEAD_BYTES - TAG_BYTES)
    )
    b0, k, first = head
    if b0 >> 6 != VERSION or b0 & 6 or not 0 < k <= SYMBOLS_MAX:
        raise JunkError("unit-head", "the head of a burst says what this version does not know")
    for counter in theirs:
        if tag_of(keys, counter, head, body) == raw[1 : 1 + TAG_BYTES]:
            symbols = tuple(
                body[at : at + SYMBOL_BYTES] for at in range(0, len(body), SYMBOL_BYTES)
            )
            return Burst(counter, b0 >> 3 & 7, k, first, symbols, bool(b0 & 1))
    raise JunkError("unit-tag", "the tag of a burst fits no object that is open")


def read_report(keys: LinkKeys, raw: bytes, reported: Iterable[int]) -> Report:
    """Return a report on one of our objects. Raises JunkError (PATH-77)."""
    mac = raw[-MAC_BYTES:]
    said = xor(raw[:1] + raw[3:6], blake2s(keys.mask, mac, 4))
    for counter in reported:
        if mac_of(keys, b"report", counter, said) == raw[1:3] + mac:
            return Report(counter, said[1], said[3])
    raise JunkError("report-mac", "a report is on no object of ours that is open")


def read_mark(keys: LinkKeys, raw: bytes) -> Mark:
    """Return a mark. Raises JunkError (PATH-78)."""
    mac = raw[-MAC_BYTES:]
    said = xor(raw[:-MAC_BYTES], blake2s(keys.mask, mac, 1 + COUNTER_BYTES))
    counter = int.from_bytes(said[1:], "big")
    if said[0] != VERSION << 6 or mac_of(keys, b"mark", counter, b"")[TAG_BYTES:] != mac:
        raise JunkError("mark-mac", "a mark was not made with the keys of this line")
    return Mark(counter)


def xor(one: bytes, two: bytes) -> bytes:
    """Return two strings of the same length, added bit by bit."""
    return bytes(a ^ b for a, b in zip(one, two, strict=True))
