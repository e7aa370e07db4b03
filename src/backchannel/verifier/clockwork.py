"""The beacon log of a span: which of its openings witnesses hold fast, and what these open to.

The leaves of all openings between the minutes are put into the log's tree in order, so none can be
left out, put in or exchanged under a checkpoint that a quorum has cosigned. This module must not
say what is proven, or believe the log's own station. Clauses: PROOF-177 to PROOF-180.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from backchannel.verifier.beacon import OPENING, Said, read_said
from backchannel.verifier.bundle import Disclosure, Entry
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.crypto import tagged
from backchannel.verifier.evidence import Evidence, payload_of
from backchannel.verifier.stretches import AUTHORITIES, Place
from backchannel.verifier.trees import roots_at
from backchannel.verifier.witnesses import (
    Line,
    Note,
    Policy,
    met_by,
    met_since,
    read_policy,
    times,
)

ORIGIN_BYTES = 16


@dataclass(frozen=True)
class Cosigned:
    """A checkpoint of the log that a quorum has cosigned: by when, and who (PROOF-66)."""

    size: int
    time: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Opening:
    """An opening in its slot, and the latest time after which it was made, None if unknown."""

    entry: Entry
    said: Said
    since: int | None


@dataclass(frozen=True)
class Mark:
    """An opening that witnesses hold fast, and how far it says that each journal stood."""

    opening: Opening
    rows: dict[int, tuple[int, bytes]]
    cosigned: Cosigned


class Clockwork:
    """One log, from the earlier minute of a span to the later. Raises Refusal where it is none.

    `sizes` says from where to where each journal goes.
    """

    def __init__(self, given: Disclosure, evidence: Evidence, sizes: dict[int, Place]) -> None:
        self.given = given
        self.evidence = evidence
        self.sizes = sizes
        self.policy = policy_in(given)
        if given.log is None or given.log[0] < AUTHORITIES or given.log[0] not in sizes:
            raise Refusal("no-beacon", "the file opens no beacon log between its minutes")
        self.no, self.start, peaks = given.log
        self.openings = self.read_openings()
        leaves = [leaf for each in self.openings for leaf in each.said.leaves]
        notes = self.notes()
        wanted = {each.size for each in notes}
        self.cosigned = self.read_cosigned(roots_at(self.start, peaks, leaves, wanted))
        self.marks = [
            mark for each in self.openings for mark in [self.mark(each)] if mark is not None
        ]

    def origin(self) -> str:
        """Return the name of the log (PROOF-63)."""
        journal = self.evidence.writer(self.no).journal
        return f"backchannel/beacon/{tagged('beacon-log', journal)[:ORIGIN_BYTES].hex()}"

    def notes(self) -> list[Note]:
        """Return the checkpoints of the log that the file holds."""
        origin = self.origin()
        return [each for each in self.given.notes.values() if each.origin == origin]

    def read_openings(self) -> list[Opening]:
        """Return all openings of the journal between the minutes. Raises Refusal (PROOF-177)."""
        start, end = self.sizes[self.no]
        found: list[Opening] = []
        quoted = self.quotable()
        entries = [
            each
            for each in self.given.entries.values()
            if each.header.no == self.no
            and each.header.type == OPENING
            and start <= each.header.seq < end
        ]
        size, period = self.start, -1
        if start == 0 and size:
            raise Refusal("beacon-number", "a log begins with its journal")
        for each in sorted(entries, key=lambda entry: entry.header.seq):
            said = read_said(payload_of(each))
            where = f"slot {each.header.seq} of journal {self.no}"
            if said.n != size:
                raise Refusal("beacon-number", f"{where}: leaf {said.n} after {size} leaves")
            if said.first <= period:
                raise Refusal("beacon-period", f"{where}: period {said.first} after {period}")
            size, period = said.end, said.period
            found.append(Opening(each, said, self.made_after(said, quoted)))
        return found

    # --- Witnesses --------------------------------------------------------------------------------

    def quotable(self) -> dict[bytes, tuple[Note, Line]]:
        """Return every line under a checkpoint of the log, by the hash that quotes it."""
        return {
            tagged("witnessed", line.text.encode()): (note, line)
            for note in self.notes()
            for line in note.lines
        }

    def made_after(self, said: Said, known: dict[bytes, tuple[Note, Line]]) -> int | None:
        """Return the latest time after which an opening was made, by what it quotes (PROOF-78)."""
        lines: dict[int, tuple[Note, list[Line]]] = {}
        for each in said.quotes & known.keys():
            note, line = known[each]
            lines.setdefault(note.size, (note, []))[1].append(line)
        since = [met_since(self.policy, times(self.policy, *each)) for each in lines.values()]
        return max((each for each in since if each is not None), default=None)

    def read_cosigned(self, roots: dict[int, bytes]) -> list[Cosigned]:
        """Return the checkpoints that a quorum has cosigned, by size. Raises Refusal.

        One of which no quorum knows takes nothing away; one of another root that a quorum has
        cosigned shows another log than witnesses were shown (PROOF-177).
        """
        found: list[Cosigned] = []
        fault = Refusal("no-witnesses", "the file holds no checkpoint of the log")
        for note in sorted(self.notes(), key=lambda each: each.size):
            said = times(self.policy, note, note.lines)
            try:
                time = met_by(self.policy, said)
            except Refusal as wrong:
                fault = wrong
                continue
            if note.size not in roots:
                fault = Refusal("no-witnesses", "no checkpoint is of the leaves that are shown")
                continue
            if roots[note.size] != note.root:
                text = f"the openings lead to another root at size {note.size} than was cosigned"
                raise Refusal("beacon-log", text)
            found.append(Cosigned(note.size, time, tuple(sorted(said))))
        if not found:
            raise fault
        return found

    def mark(self, opening: Opening) -> Mark | None:
        """Return an opening with what it hides, if that is shown, lies between the minutes, and a
        quorum has cosigned all its leaves. Raises Refusal("beacon-opening")."""
        words = self.given.words.get(opening.entry.header.id)
        later = [each for each in self.cosigned if each.size >= opening.said.end]
        if words is None or not later:
            return None
        if words.leaves != opening.said.leaves:
            where = f"slot {opening.entry.header.seq} of journal {self.no}"
            raise Refusal("beacon-opening", f"{where}: the words do not open its leaves")
        rows = {no: (size, root) for no, size, root in words.rows}
        reached = ((no, rows[no][0] if no in rows else 0) for no in self.sizes)
        if not all(self.sizes[no][0] <= size <= self.sizes[no][1] for no, size in reached):
            return None
        return Mark(opening, rows, min(later, key=lambda each: (each.time, each.size)))

    # --- Times of entries -------------------------------------------------------------------------

    def brackets(self, entries: list[Entry]) -> dict[bytes, tuple[int | None, int | None]]:
        """Return after when each entry was made and by when it stood, as far as witnesses say.

        The entries are those of all stretches (PROOF-179).
        """
        quoting = [(each.entry.header.seq, each.since) for each in self.openings if each.since]
        slots = [slot for slot, _ in quoting]
        latest = list(accumulate((since for _, since in quoting), max))
        covered = self.covered()
        reached: dict[int, int] = {}
        found = {}
        for entry in sorted(entries, key=lambda each: each.header.seq):
            no, seq = entry.header.no, entry.header.seq
            # How far it comes after the log's journal: by its own slot, or by what it has seen.
            named = [slot for other, slot, _ in entry.header.seen if other == self.no]
            reached[no] = seq if no == self.no else max([reached.get(no, -1), *named])
            before = bisect_right(slots, reached[no])
            sizes, times_of = covered.get(no, ([], []))
            at = bisect_right(sizes, seq)
            found[entry.header.id] = (
                latest[before - 1] if before else None,
                times_of[at] if at < len(sizes) else None,
            )
        return found

    def covered(self) -> dict[int, tuple[list[int], list[int]]]:
        """Return for each journal the sizes that marks cover, ascending, and for each of them by
        when a quorum had seen so much or more."""
        found: dict[int, list[tuple[int, int]]] = {}
        for mark in self.marks:
            for no, (size, _) in mark.rows.items():
                found.setdefault(no, []).append((size, mark.cosigned.time))
        made = {}
        for no, rows in found.items():
            rows.sort()
            earliest = list(accumulate((time for _, time in reversed(rows)), min))[::-1]
            made[no] = [size for size, _ in rows], earliest
        return made


def policy_in(given: Disclosure) -> Policy:
    """Return the policy of the charter. Raises Refusal for one that nobody has to meet."""
    assert given.charter is not None, "a charter that names witnesses"
    policy = read_policy(given.charter.witnesses)
    if policy.meets(frozenset()):
        raise Refusal("no-quorum", "the charter's policy asks for no witness")
    return policy


def rule_of(policy: Policy) -> str:
    """Return in words what a quorum is: "both: 2 of w0, w1"."""
    if policy.quorum not in policy.groups:
        return policy.quorum
    least, members = policy.groups[policy.quorum]
    return f"{policy.quorum}: {least} of {', '.join(members)}"
