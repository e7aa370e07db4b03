"""A file of evidence, taken apart strictly: whom it accuses, of what, with which pieces.

This module must not judge: a file that it accepts has the shape of evidence and proves nothing.
Clauses: PROOF-80, PROOF-81.
"""

from dataclasses import dataclass

from backchannel.verifier.bundle import READERS, Pieces, Readers, read_file, take_pieces, take_rival
from backchannel.verifier.cbor import Refusal, Value, decode
from backchannel.verifier.record import JOURNAL_END, hash_of, number
from backchannel.verifier.shapes import COUNT_END

KIND = "evidence"
MAGIC = b"backchannel/1/evidence\0"
PARTIES = 16

OTHER_ROOT, TWO_DECREES, TWO_LEAVES = 4, 7, 8


@dataclass(kw_only=True)
class Accusation(Pieces):
    """Evidence: its pieces, the number of its kind, the station's credential or the party's index,
    the two entries that contradict each other, and the checkpoint of kind 4."""

    kind: int
    accused: bytes | int
    pair: tuple[bytes, bytes]
    checkpoint: tuple[int, int] | None


def read_accusation(raw: bytes) -> Accusation:
    """Return evidence. Raises Refusal for everything that is none (PROOF-80, PROOF-81)."""
    objects = read_file(KIND, raw)
    if not objects:
        raise Refusal("evidence-head", "the file is empty")
    try:
        made = read_head(decode(objects[0]))
    except Refusal as fault:
        raise Refusal("evidence-head", fault.text or "a place has another shape") from None
    take_pieces(made, objects[1:], TAKEN)
    return made


def read_head(value: Value) -> Accusation:
    """Return the accusation that a head makes, with no piece yet. Raises Refusal (PROOF-80)."""
    if not isinstance(value, list) or len(value) != 6 or value[0] is True or value[0] != 1:
        raise Refusal("evidence-head", "another shape, or another version")
    _, line, kind, accused, matter, made = value
    which = number(kind, TWO_LEAVES, "evidence-head")
    length = 4 if which == OTHER_ROOT else 2
    if not which or not isinstance(matter, list) or len(matter) != length:
        raise Refusal("evidence-head", "another kind, or the matter of another kind")
    of_office = which == TWO_DECREES
    return Accusation(
        line=hash_of(line),
        made=number(made, COUNT_END, "evidence-head"),
        kind=which,
        accused=number(accused, PARTIES - 1, "evidence-head") if of_office else hash_of(accused),
        pair=(hash_of(matter[0]), hash_of(matter[1])),
        checkpoint=read_checkpoint(matter) if which == OTHER_ROOT else None,
    )


def read_checkpoint(matter: list[Value]) -> tuple[int, int]:
    """Return the journal and the size that a cosignature is about."""
    return (
        number(matter[2], JOURNAL_END, "evidence-head"),
        number(matter[3], COUNT_END, "evidence-head"),
    )


# PROOF-81: pieces 1 to 3 of a disclosure, and a second entry of an authority journal.
TAKEN: Readers = {n: READERS[n] for n in (1, 2, 3)} | {7: (("7", "frame"), take_rival)}
