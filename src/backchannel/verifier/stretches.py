"""What the pieces of a span show together: two minutes, who cosigned them, all slots in between.

This module must not say what is proven: it answers single questions, or raises why it cannot.
Clauses: PROOF-113, PROOF-114.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from backchannel.verifier.bundle import Disclosure, Entry
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.crypto import tagged
from backchannel.verifier.evidence import Evidence, payload_of
from backchannel.verifier.minutes import read_proposal
from backchannel.verifier.record import MINUTE, Head
from backchannel.verifier.trees import grow, root_of

AUTHORITIES = 16
# Reasons for which a key may have been in other hands before it was revoked.
STOLEN = (3, 4)
# So many gaps of a journal are named; more of them say no more.
RUNS = 16
Place = tuple[int, int]


@dataclass(frozen=True)
class Minute:
    """A proposal that stands in its journal, and how far it goes in each."""

    entry: Entry
    sizes: dict[int, int]


class Stretches:
    """The journals of a span between its two minutes, and what has been found out about them."""

    def __init__(self, given: Disclosure, evidence: Evidence) -> None:
        self.given = given
        self.evidence = evidence
        self.slots: dict[Place, list[Entry]] = defaultdict(list)
        for each in given.entries.values():
            self.slots[each.header.no, each.header.seq].append(each)
        self.roots: dict[Place, bytes] = {}

    def minute(self, place: Head) -> Minute:
        """Return the minute that the head names. Raises Refusal (PROOF-113)."""
        no, seq, entry = place
        found = self.given.entries.get(entry)
        if found is None or (found.header.no, found.header.seq) != (no, seq):
            raise Refusal("minute-missing", "the file does not hold a minute that it names")
        writer = self.evidence.standing(found)
        if writer.mode != self.given.mode:
            raise Refusal("other-mode", "a minute is not of the mode that the file names")
        if found.header.type != MINUTE:
            raise Refusal("no-minute", f"the entry is of type {found.header.type}")
        sizes = read_proposal(payload_of(found)).sizes
        # Who proposes covers all of his own that stands before: else he could leave out its end.
        if sizes.get(no) != seq:
            raise Refusal("minute-own", f"it stops short of slot {seq} of its own journal {no}")
        return Minute(found, sizes)

    def minutes(self) -> tuple[Minute | None, Minute]:
        """Return the earlier minute, if there is one, and the later. Raises Refusal."""
        later = self.minute(self.given.place)
        if self.given.since is None:
            return None, later
        earlier = self.minute(self.given.since)
        for no, size in earlier.sizes.items():
            if size > later.sizes.get(no, 0):
                raise Refusal("minutes-cross", f"the earlier goes further in journal {no}")
        return earlier, later

    # --- Who cosigned -----------------------------------------------------------------------------

    def name_of(self, no: int) -> bytes:
        """Return the id of a journal of a station or of an office. Raises Refusal (RECORD-4)."""
        if no >= AUTHORITIES:
            return self.evidence.writer(no).journal
        if no >= len(self.evidence.journals):
            raise Refusal("party-unknown", f"journal {no}")
        return tagged("journal", self.given.line + bytes([no, 0]) + bytes(48))

    def cosigned_root(self, minute: Minute, no: int) -> bytes:
        """Return the root that every party has cosigned of a row of a minute. Raises Refusal.

        Its own station is among them (PROOF-48), and nobody has cosigned another.
        """
        size = minute.sizes[no]
        if (no, size) not in self.roots:
            self.roots[no, size] = self.find_root(minute, no, size)
        return self.roots[no, size]

    def find_root(self, minute: Minute, no: int, size: int) -> bytes:
        """Look for the root of a row among the checkpoints."""
        where = f"journal {no} at size {size}"
        found: dict[bytes, dict[int, set[bytes]]] = {}
        fault: Refusal | None = None
        for each in self.given.checkpoints.values():
            if (each.no, each.size) != (no, size):
                continue
            for who, signature in each.cosignatures:
                try:
                    party = self.evidence.require_cosigned(
                        each, self.given.mode, self.name_of(no), who=who, signature=signature
                    )
                except Refusal as wrong:
                    # One that does not hold has no business here, even if others would do.
                    raise Refusal(wrong.reason, f"{where}: {wrong.text or wrong.reason}") from None
                try:
                    self.require_counting(minute, party, who)
                except Refusal as wrong:
                    fault = Refusal(wrong.reason, f"{where}: {wrong.text or wrong.reason}")
                    continue
                found.setdefault(each.root, {}).setdefault(party, set()).add(who)
        if len(found) > 1:
            raise Refusal("two-roots", f"{where}: stations have cosigned different roots")
        for root, parties in found.items():
            try:
                self.require_all(no, parties, where)
            except Refusal as missing:
                # A cosignature that does not count says more than that one is missing.
                raise fault or missing from None
            return root
        raise fault or Refusal("not-cosigned", f"nobody has cosigned {where}")

    def require_all(self, no: int, parties: dict[int, set[bytes]], where: str) -> None:
        """Raise Refusal unless every party has cosigned, and a journal's own station."""
        for party in range(len(self.evidence.journals)):
            if party not in parties:
                name = self.evidence.party_name(party)
                raise Refusal("not-cosigned", f"no station of {name} has cosigned {where}")
        if no < AUTHORITIES:
            return
        writer = self.evidence.writer(no)
        if writer.credential.id not in parties[writer.party]:
            raise Refusal("not-cosigned", f"its own station has not cosigned {where}")

    def require_counting(self, minute: Minute, party: int, who: bytes) -> None:
        """Raise Refusal if a station was revoked before a minute, or its key was lost (PROOF-113).

        One that was replaced or withdrawn afterwards has cosigned what it had; a thief of its key
        could make a minute of any time.
        """
        ended = self.evidence.journals[party].revoked.get(who)
        if ended is None:
            return
        if ended.reason in STOLEN or ended.seq < minute.sizes.get(party, 0):
            name = self.evidence.journals[party].issued[who].credential.name
            raise Refusal("revoked", f"{name} is revoked")

    # --- What lies between ------------------------------------------------------------------------

    def entries(self, no: int, start: int, end: int) -> list[Entry]:
        """Return the entries of all slots of a stretch. Raises Refusal, naming what is missing."""
        seqs = sorted(seq for other, seq in self.slots if other == no and start <= seq < end)
        found = [each for seq in seqs for each in self.slots[no, seq]]
        if len(found) > len(seqs):
            twice = next(seq for seq in seqs if len(self.slots[no, seq]) > 1)
            raise Refusal("fork", f"journal {no}, slot {twice}: two entries")
        self.require_no_gap(no, seqs, start, end)
        for each in found:
            try:
                self.evidence.standing(each)
                if each.payload is not None and tagged("payload", each.payload) != (
                    each.header.payload
                ):
                    raise Refusal("payload-hash", "it was entered with another payload")
            except Refusal as wrong:
                text = f"journal {no}, slot {each.header.seq}: {wrong.text or wrong.reason}"
                raise Refusal(wrong.reason, text) from None
        return found

    def require_no_gap(self, no: int, seqs: list[int], start: int, end: int) -> None:
        """Raise Refusal, naming the slots from a start to below an end that are not there.

        Its work is bounded by what is there: a minute may name any size.
        """
        missing = [
            f"slot {low + 1}" if low + 2 == high else f"slots {low + 1} to {high - 1}"
            for low, high in pairwise([start - 1, *seqs, end])
            if low + 1 < high
        ]
        if missing:
            more = f" and {len(missing) - RUNS} more gaps" if len(missing) > RUNS else ""
            text = ", ".join(missing[:RUNS])
            raise Refusal("span-gap", f"journal {no}: not in the file: {text}{more}")

    def require_whole(self, no: int, roots: tuple[bytes | None, bytes], sizes: Place) -> None:
        """Raise Refusal unless the entries of a stretch lead from one root to the other.

        The first root is None for a journal that the earlier minute does not name.
        """
        start, end = sizes
        before, after = roots
        if no < AUTHORITIES:
            # Offices are shown whole, so nothing is taken from the earlier minute.
            self.require_office(no, before, start)
            self.require_office(no, after, end)
            return
        entries = self.entries(no, start, end)
        if start == end:
            return
        size, peaks = self.given.ranges.get(no, (0, ()))
        if size != start:
            raise Refusal("range", f"journal {no}: not that of its tree at size {start}")
        if before is not None and grow(size, peaks, ()) != before:
            raise Refusal("range", f"journal {no}: it leads to another root at size {start}")
        if grow(size, peaks, [each.header.id for each in entries]) != after:
            raise Refusal("span-root", f"journal {no}: its entries lead to another root")

    def require_office(self, no: int, root: bytes | None, size: int) -> None:
        """Raise Refusal unless an authority journal is what was cosigned at a size."""
        heads = self.evidence.journals[no].heads
        self.require_no_gap(no, list(range(min(size, len(heads)))), 0, size)
        if root is not None and root_of(heads[:size]) != root:
            raise Refusal("span-root", f"journal {no}: its entries lead to another root")

    def require_cited(self, sizes: dict[int, Place], entries: list[Entry]) -> None:
        """Raise Refusal if an entry names what the later minute leaves out, or what is not there.

        So a journal that another one has seen can't be left out, nor its end (PROOF-114).
        """
        for each in entries:
            for no, seq, entry in each.header.seen:
                where = each.header.place
                if self.evidence.modes.get(no, self.given.mode) != self.given.mode:
                    raise Refusal("other-mode", f"{where} names journal {no} of another mode")
                if no not in sizes:
                    text = f"{where} names journal {no}, the later minute does not"
                    raise Refusal("journal-unlisted", text)
                start, end = sizes[no]
                if seq >= end:
                    text = f"{where} names slot {seq} of journal {no}; the later minute ends before"
                    raise Refusal("cited-beyond", text)
                if self.differs(no, seq, entry, start):
                    text = f"{where} names another entry of slot {seq} of journal {no}"
                    raise Refusal("other-head", text)

    def differs(self, no: int, seq: int, entry: bytes, start: int) -> bool:
        """Return whether a slot that is shown holds another entry."""
        if no < AUTHORITIES:
            return self.evidence.journals[no].heads[seq] != entry
        return seq >= start and self.slots[no, seq][0].header.id != entry
