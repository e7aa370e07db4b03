"""Objects: a message cut into symbols of 24 bytes, and put together again (docs/spec/symbols.md).

    object = lead ‖ bytes ‖ zeros, K symbols in all, under a veil

This module must not choose symbols, and must not look into an envelope. Chance and time are not
needed: an object follows from its message, its counter and the keys.
"""

from enum import IntFlag

import msgspec

from backchannel.errors import JunkError
from backchannel.path.erasure import INDEXES
from backchannel.path.limits import PART_BYTES_MAX, SYMBOLS_MAX
from backchannel.wire.primitives import blake2s, hkdf_expand

SYMBOL_BYTES = 24
CHECK_BYTES = 4
VEIL_BYTES = 32
COUNTER_BYTES = 8
PADDING = 0x1F
STEP = 37


class Lead(IntFlag):
    """What the first byte of an object says beside the number of zeros at its end."""

    ENVELOPE = 0
    SECOND_BOX = 0x20
    MESSAGE = 0x40
    PART = 0x80


class LinkKeys(msgspec.Struct, frozen=True):
    """The keys of one party's words on paths of symbols (PATH-70)."""

    tag: bytes
    mask: bytes
    veil: bytes


def link_keys(courier: bytes, generation: int, party: int) -> LinkKeys:
    """Return the keys of a sending party, from K_g of a courier package (PATH-70)."""
    suffix = generation.to_bytes(2, "big") + bytes((party,))
    key = hkdf_expand(courier, b"link" + suffix)
    return LinkKeys(*(hkdf_expand(key, label) for label in (b"tag", b"mask", b"veil")))


def count_symbols(size: int) -> int:
    """Return K of an object that holds so many bytes (PATH-73)."""
    return -(-(1 + size) // SYMBOL_BYTES)


def pack_object(keys: LinkKeys, counter: int, kind: Lead, held: bytes) -> tuple[bytes, ...]:
    """Return the source symbols of an object (PATH-73)."""
    k = count_symbols(len(held))
    assert k <= SYMBOLS_MAX, f"{k} symbols are cut into parts first"
    zeros = k * SYMBOL_BYTES - 1 - len(held)
    raw = bytes((zeros | kind,)) + held + bytes(zeros)
    veiled = veil(keys, counter, raw)
    return tuple(veiled[at : at + SYMBOL_BYTES] for at in range(0, len(veiled), SYMBOL_BYTES))


def open_object(keys: LinkKeys, counter: int, sources: tuple[bytes, ...]) -> tuple[Lead, bytes]:
    """Return what an object is and what it holds. Raises JunkError (PATH-73)."""
    raw = veil(keys, counter, b"".join(sources))
    lead, zeros = Lead(raw[0] & ~PADDING), raw[0] & PADDING
    if zeros >= SYMBOL_BYTES or raw[len(raw) - zeros :].strip(b"\x00"):
        raise JunkError("object-padding", "an object ends in as many zeros as its lead says")
    if lead not in (Lead.ENVELOPE, Lead.MESSAGE, Lead.PART, Lead.PART | Lead.MESSAGE):
        raise JunkError("object-lead", f"got {raw[0]:#04x}, which no object of this version has")
    return lead, raw[1 : len(raw) - zeros]


def veil(keys: LinkKeys, counter: int, raw: bytes) -> bytes:
    """Return bytes under the veil of an object, or from under it (PATH-73)."""
    number = counter.to_bytes(COUNTER_BYTES, "big")
    blocks = -(-len(raw) // VEIL_BYTES)
    stream = b"".join(
        blake2s(keys.veil, number + place.to_bytes(2, "big"), VEIL_BYTES) for place in range(blocks)
    )
    whole = int.from_bytes(raw, "big") ^ int.from_bytes(stream[: len(raw)], "big")
    return whole.to_bytes(len(raw), "big")


def cut(keys: LinkKeys, number: int, held: bytes) -> tuple[bytes, ...]:
    """Return what is too long for one object in parts, each with a check of its own (PATH-74)."""
    pieces = [held[at : at + PART_BYTES_MAX] for at in range(0, len(held), PART_BYTES_MAX)]
    parts = []
    for place, piece in enumerate(pieces):
        body = bytes((number % INDEXES, place, len(pieces))) + piece
        parts.append(blake2s(keys.tag, b"part" + body, CHECK_BYTES) + body)
    return tuple(parts)


class Part(msgspec.Struct, frozen=True):
    """One part of what was cut: its number is common to all, `place` counts from 0."""

    number: int
    place: int
    parts: int
    piece: bytes


def open_part(keys: LinkKeys, held: bytes) -> Part:
    """Return one part. Raises JunkError (PATH-74)."""
    body = held[CHECK_BYTES:]
    check = blake2s(keys.tag, b"part" + body, CHECK_BYTES)
    if len(body) < len("npq") or check != held[:CHECK_BYTES]:
        raise JunkError("part-check", "the check of a part does not fit its bytes")
    return Part(body[0], body[1], body[2], body[3:])


def first_index(path: int) -> int:
    """Return the index at which a path begins with the symbols of an object (PATH-75)."""
    return path * STEP % INDEXES
