"""Files that somebody has changed: one bit of them, or the set that they show. A stranger must see.

This module must not know whose files they are, or what they prove.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, cast  # Any: a report for programs is nested lists and maps

import msgspec

from backchannel.proof.disclosure import KIND, NUMBERS, AuthorityPiece, EntryPiece
from backchannel.proof.note import note_text, parse_note
from backchannel.proof.witnessed import NotePiece
from backchannel.sim.faults import Chance
from backchannel.sim.stranger import Verdict, ask
from backchannel.sim.witnesses import QUORUM
from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import Header, pack_header, parse_header
from backchannel.wire.envelope import pack_frame, parse_frame
from backchannel.wire.files import magic, pack_file, parse_file

BITS = 24
CHANGES = 8


class Change(NamedTuple):
    """What was done to a set, and the file that shows it so."""

    what: str
    raw: bytes


def turned(raw: bytes, bit: int) -> bytes:
    """Return bytes with one bit changed."""
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def i20_bits_cannot_be_changed(raw: bytes, roots: str, chance: Chance) -> Iterator[str]:
    """I20: whatever bit of a file is changed, a stranger does not hear the same of it, and nothing
    is proven to him that the whole file does not prove."""
    raw = lean(raw)
    before = ask(raw, roots)
    for _ in range(BITS):
        bit = chance.between(0, 8 * len(raw) - 1)
        found = ask(turned(raw, bit), roots)
        if found == before:
            yield f"bit {bit} of {len(raw)} bytes can be changed unnoticed"
        if found.good() - before.good():
            yield f"with bit {bit} changed it proves {sorted(found.good() - before.good())}"


def lean(raw: bytes) -> bytes:
    """Return a disclosure whose notes have as many lines of witnesses as are a quorum: a line more
    proves nothing more, and one that does not verify takes nothing away (PROOF-77)."""
    if not raw.startswith(magic(KIND)):
        return raw
    return pack_file(KIND, map(lean_piece, parse_file(KIND, raw)))


def lean_piece(piece: bytes) -> bytes:
    """Return a piece of a disclosure; of a note, with the lines of a quorum."""
    match decode(piece):
        case (int(number), bytes(raw)) if number == NUMBERS[NotePiece]:
            note = parse_note(raw)
            some = msgspec.structs.replace(note, signatures=note.signatures[:QUORUM])
            return encode((number, note_text(some).encode()))
    return piece


# --- Sets -----------------------------------------------------------------------------------------


def i9_sets_cannot_be_changed(raw: bytes, roots: str, chance: Chance) -> Iterator[str]:
    """I9: of a drawn few of all single changes of a span, none leaves every claim standing."""
    before = ask(raw, roots)
    for change in chance.shuffled(list(changes_of(raw, before, chance)))[:CHANGES]:
        if ask(change.raw, roots).good() >= before.good():
            yield f"no claim falls, {change.what}"


def changes_of(raw: bytes, before: Verdict, chance: Chance) -> Iterator[Change]:
    """Yield, for each entry between the minutes of a span: the file without it, with a bit of it
    changed, with it twice, and with another one in its slot."""
    objects = parse_file(KIND, raw)
    for n, each in enumerate(objects):
        found = entry_in(each) if n else None
        if found is None or not is_between(found, before):
            continue
        name = f"journal {found.no}, slot {found.seq}"
        bit = chance.between(0, 8 * len(each) - 1)
        first, rest = objects[:n], objects[n + 1 :]
        for what, here in (
            ("left out", ()),
            (f"bit {bit} changed", (turned(each, bit),)),
            ("twice", (each, each)),
            ("another one beside it", (each, like(each, found))),
        ):
            yield Change(f"{name}: {what}", pack_file(KIND, (*first, *here, *rest)))


def is_between(found: Header, before: Verdict) -> bool:
    """Say whether an entry lies between the minutes, as a stranger is told."""
    rows = cast(dict[str, Any], before.told["span"])["journals"]  # of a report
    return any(n["journal"] == found.no and n["from"] <= found.seq < n["below"] for n in rows)


def entry_in(piece: bytes) -> Header | None:
    """Return the header of the entry that a piece holds, None for what is no entry."""
    match decode(piece):
        case (int(number), bytes(header), _, _) if number == NUMBERS[EntryPiece]:
            return parse_header(header)
        case (int(number), bytes(frame)) if number == NUMBERS[AuthorityPiece]:
            return parse_header(parse_frame(frame).header)
    return None


def like(piece: bytes, found: Header) -> bytes:
    """Return a piece with an entry for the same slot that claims to be a second younger."""
    header = pack_header(msgspec.structs.replace(found, time=found.time + 1))
    match decode(piece):
        case (int(number), bytes(frame)):
            other = msgspec.structs.replace(parse_frame(frame), header=header)
            return encode((number, pack_frame(other)))
        case (int(number), _, signature, payload):
            return encode((number, header, signature, payload))
    raise AssertionError("an entry is in a piece of two shapes")
