"""What belongs into a disclosure: which checkpoint, whose word on delivery, which entries.

This module must not read a store: it chooses among what is put before it. Clauses: PROOF-31,
PROOF-48, PROOF-49, PROOF-51.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from backchannel.limits import LINKS_MAX
from backchannel.proof.disclosure import CheckpointPiece
from backchannel.wire.ids import CredentialId
from backchannel.wire.payload import Happening

# What a station says of statements. Where it can be reached is for nobody else to know.
TOLD_TO_STRANGERS = frozenset(
    (
        *(Happening.SENT, Happening.SHOWN, Happening.UNOPENED, Happening.ESCALATED),
        *(Happening.NUMBER_VOID, Happening.DISCLOSED, Happening.SPAN_DISCLOSED),
    )
)
Slot = tuple[int, int]
Slots = dict[Slot, bool]
"""Entries of stations by number and slot, and whether each goes in with its payload."""


class Held(NamedTuple):
    """An entry of another party by which it holds a journal up to a slot, and its time."""

    holder: Slot
    upto: int
    time: int


class Cited(NamedTuple):
    """An entry of another party, the slot of the writer's journal that names it, and its time."""

    slot: Slot
    by: int
    time: int


def choose_checkpoint(
    no: int,
    cosigned: Iterable[tuple[int, bytes, CredentialId, bytes]],
    writer: CredentialId,
    addressees: Sequence[frozenset[CredentialId]],
) -> CheckpointPiece | None:
    """Return the smallest checkpoint that the journal's own station has cosigned, and as many of
    the parties addressed as ever did at one size; None if it has cosigned none (PROOF-48).

    What is cosigned is size, root, credential and signature. `addressees` are the credentials of
    each party's stations; of each party one is taken.
    """
    by_root: dict[tuple[int, bytes], dict[CredentialId, bytes]] = {}
    for size, root, credential, signature in cosigned:
        by_root.setdefault((size, root), {})[credential] = signature
    found: list[tuple[int, int, CheckpointPiece]] = []
    for (size, root), signatures in by_root.items():
        if writer not in signatures:
            continue
        firsts = [min(party & signatures.keys(), default=None) for party in addressees]
        others = [each for each in firsts if each is not None]
        chosen = tuple((each, signatures[each]) for each in dict.fromkeys((writer, *others)))
        found.append((-len(others), size, CheckpointPiece(no, size, root, chosen)))
    return min(found, key=lambda each: each[:2])[2] if found else None


def choose_delivery(seq: int, held: Iterable[Held]) -> Held | None:
    """Return the entry from which the fewest links lead back to a slot; None if there is none, or
    if it takes more links than a disclosure has room for (PROOF-49)."""
    near = [each for each in held if each.upto - seq <= LINKS_MAX]
    return min(near, key=lambda each: (each.upto, each.holder), default=None)


def choose_earlier(seq: int, cited: Iterable[Cited], until: int) -> Cited | None:
    """Return the newest entry of another party that a statement can be shown to come after; None
    if there is none, or if it takes more links than a disclosure has room for (PROOF-51).

    One with a time above `until`, when the first party held it, would cross: clocks differ.
    """
    near = [each for each in cited if seq - each.by <= LINKS_MAX and each.time <= until]
    return max(near, key=lambda each: (each.time, each.by, each.slot), default=None)


def with_links(slots: Slots, no: int, seq: int, held: Held) -> None:
    """Add what proves a delivery: the holder's entry, and the links up to what it names."""
    for slot in (held.holder, *((no, n) for n in range(seq + 1, held.upto + 1))):
        slots.setdefault(slot, False)


def with_citation(slots: Slots, no: int, seq: int, cited: Cited) -> None:
    """Add what proves that a slot came after another party's entry: that one, and the links from
    the slot that names it."""
    for slot in (cited.slot, *((no, n) for n in range(cited.by, seq + 1))):
        slots.setdefault(slot, False)


def with_kept(slots: Slots, no: int, last: int) -> None:
    """Add what shows that words of a journal stand before the last entry of it that its office lets
    count: the links up to that one, as many as a disclosure has room for (PROOF-49)."""
    first = min(seq for other, seq in slots if other == no)
    for seq in range(max(first, last - LINKS_MAX), last + 1):
        slots.setdefault((no, seq), False)


def with_firsts(slots: Slots) -> Slots:
    """Return the slots ascending, the first entry of each of their journals with its payload
    (PROOF-31)."""
    whole = {**slots, **{(no, 0): True for no, _ in slots}}
    return dict(sorted(whole.items()))
