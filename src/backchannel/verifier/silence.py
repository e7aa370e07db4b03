"""Non-answers beside a disclosed statement: how far it came before its time was up, and whose word
that is (PROOF-190, PROOF-191).

What stations of the addressee signed is proof; that an answer does not stand is the word of who
looked. This module must not say that nobody answered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from backchannel.verifier.answering import require_answer
from backchannel.verifier.bundle import Disclosure, Entry
from backchannel.verifier.cbor import Refusal, Value, decode
from backchannel.verifier.claims import Case, Claim
from backchannel.verifier.evidence import Evidence, payload_of
from backchannel.verifier.moments import moment
from backchannel.verifier.record import JOURNAL_END, STATEMENT, hash_of, number, row
from backchannel.verifier.shapes import COUNT_END

LINE_EVENTS, NON_ANSWER = 11, 15
SHOWN, PARTIES, ROWS = 2, 16, 64
NOT_DELIVERED, NOT_SHOWN, NOT_ACKNOWLEDGED = range(3)
LOST = "it cannot tell an answer that was lost from one that was held back"


@dataclass(frozen=True)
class NonAnswer:
    """What a non-answer says: what was asked of whom, when that was due, how far it came, by which
    entry, and the newest entries of theirs that its writer had."""

    asked: bytes
    addressee: int
    due: int
    finding: int
    shown: bytes | None
    life: tuple[bytes, ...]


def read_non_answer(payload: bytes) -> NonAnswer:
    """Return a non-answer. Raises Refusal (RECORD-125, RECORD-126)."""
    value = row(decode(payload), 9, "non-answer-shape")
    asked = hash_of(value[0])
    deadline, due, finding = (number(each, COUNT_END, "count-range") for each in value[1:4])
    if finding > NOT_ACKNOWLEDGED or (value[4] is None) != (finding != NOT_ACKNOWLEDGED):
        raise Refusal("non-answer-finding")
    shown = None if value[4] is None else hash_of(value[4])
    for path, event in rows_of(value[5], 2):
        number(path, COUNT_END, "count-range")
        hash_of(event)
    for no, seq, head, carrying in rows_of(value[6], 4):
        number(no, JOURNAL_END, "journal-number")
        number(seq, COUNT_END, "count-range")
        hash_of(head)
        hash_of(carrying)
    life = []
    for entry, arrived in rows_of(value[7], 2):
        life.append(hash_of(entry))
        number(arrived, COUNT_END, "count-range")
    for each in rows_of(value[8], 2):
        for count in each:
            number(count, COUNT_END, "count-range")
    return NonAnswer(asked, deadline % PARTIES, due, finding, shown, tuple(life))


def rows_of(value: Value, width: int) -> list[list[Value]]:
    """Return the rows of a list. Raises Refusal."""
    if not isinstance(value, list) or len(value) > ROWS:
        raise Refusal("non-answer-shape")
    return [row(each, width, "non-answer-shape") for each in value]


def silences(given: Disclosure) -> Iterator[Claim]:
    """Yield a claim for each non-answer that a file shows, by journal and slot (PROOF-190)."""
    some = (n for n in given.entries.values() if n.header.type == NON_ANSWER and n.payload)
    found = sorted(some, key=lambda each: (each.header.no, each.header.seq))
    for n, each in enumerate(found, 1):
        claim = partial(claim_silence, found=each)
        yield f"silence-{n}", "PROOF-190", claim, ("statement", "entry")


def claim_silence(case: Case, found: Entry) -> str:
    """PROOF-190: a non-answer is its writer's, and what it finds is borne out."""
    silence = Silence(case.given, case.evidence, case.entry, found)
    header = found.header
    due = moment(silence.said.due)
    case.notes.append(f"{header.place}: due at {due}, entered at {moment(header.time)}; {LOST}")
    return silence.found_out()


class Silence:
    """One non-answer under examination. Raises Refusal for one that its writer may not enter."""

    def __init__(self, given: Disclosure, evidence: Evidence, asked: Entry, found: Entry) -> None:
        self.given, self.evidence, self.asked, self.found = given, evidence, asked, found
        self.writer = evidence.writer(asked.header.no)
        other = evidence.standing(found)
        if (other.party, other.mode) != (self.writer.party, self.writer.mode):
            raise Refusal("other-writer", "it is not by the party that asked, in that mode")
        evidence.holds(other.issued, other.party, found)
        self.said = read_non_answer(payload_of(found))
        if self.said.asked != asked.header.id:
            raise Refusal("other-statement", "it is about another statement than the disclosed one")
        if self.said.addressee not in evidence.addressees(evidence.statement(asked)[1]):
            raise Refusal("non-answer-party", "the statement is not to that party")
        if found.header.time < self.said.due:
            raise Refusal("not-due", f"it was entered before {moment(self.said.due)}")
        self.life = dict(self.find_life())
        self.require_whole()

    @property
    def name(self) -> str:
        """Who did not answer."""
        return self.evidence.party_name(self.said.addressee)

    def find_life(self) -> Iterator[tuple[int, Entry]]:
        """Yield by journal the newest entries of the addressee that the writer had."""
        for each in self.said.life:
            entry = self.given.entries.get(each)
            if entry is None:
                raise Refusal("life-missing", "an entry that it had seen is not in the file")
            of = self.evidence.standing(entry)
            if (of.party, of.mode) != (self.said.addressee, self.writer.mode):
                raise Refusal("non-answer-life", "it names an entry that is not of the addressee")
            yield entry.header.no, entry

    def require_whole(self) -> None:
        """Raise Refusal if the writer's own headers name more of the addressee (RECORD-129)."""
        for each in self.given.entries.values():
            behind = each.header.no != self.found.header.no or (
                each.header.seq > self.found.header.seq
            )
            if behind or not self.evidence.stands(each):
                continue
            for no, seq, _ in each.header.seen:
                theirs = no >= PARTIES and no % PARTIES == self.said.addressee
                if theirs and (no not in self.life or self.life[no].header.seq < seq):
                    text = f"its writer had seen slot {seq} of journal {no}"
                    raise Refusal("non-answer-life", text)

    def lies_within(self, entry: Entry) -> bool:
        """Return whether an entry is one of the addressee's that the writer had by then."""
        last = self.life.get(entry.header.no)
        of = self.evidence.stands(entry) if last is not None else None
        return last is not None and of is not None and entry.header.seq <= last.header.seq

    def found_out(self) -> str:
        """Return what is proven of the finding, and whose word the rest is. Raises Refusal."""
        self.require_unanswered()
        covering = self.evidence.covering(self.asked, self.writer)
        held = [each for _, each in covering if self.lies_within(each)]
        shown = [each for each in self.given.entries.values() if self.shows(each)]
        until = ", ".join(f"journal {no} slot {n.header.seq}" for no, n in self.life.items())
        until = until or "no entry of theirs"
        asker = self.evidence.party_name(self.writer.party)
        rest = f"up to {until} is the word of {asker}, whom one up to there would convict"
        if self.said.finding == NOT_DELIVERED:
            for last in self.life.values():
                self.require_unheld(last)
            text = f"not delivered: no entry of {self.name} is a receipt up to {until}"
            return f"{text}, which is all that {asker} says it had"
        if not held:
            raise Refusal("not-held", f"no entry of {self.name} up to then is a receipt")
        if self.said.finding == NOT_SHOWN:
            if shown:
                raise Refusal("shown", f"{shown[0].header.place}: a desk of theirs had drawn it")
            text = f"held by {self.name} ({held[0].header.place}), and not shown"
            return f"{text}; that no desk had drawn it {rest}"
        if self.said.shown not in {each.header.id for each in shown}:
            raise Refusal("not-shown", "no entry is shown by which a desk of theirs has drawn it")
        text = f"shown by {self.name} ({shown[0].header.place}), and not acknowledged"
        return f"{text}; that no officer had answered {rest}"

    def require_unanswered(self) -> None:
        """Raise Refusal if the writer had an answer that is shown here: E5 (RECORD-131)."""
        for each in self.given.entries.values():
            if each.header.type != STATEMENT or each.payload is None or not self.lies_within(each):
                continue
            try:
                named = self.asked.header.id in self.evidence.statement(each)[1].refs
                if named:
                    require_answer(self.evidence, each, self.writer.mode)
            except Refusal:
                continue
            if named:
                raise Refusal("answered", f"{each.header.place}: its writer had this answer")

    def shows(self, entry: Entry) -> bool:
        """Return whether an entry within life says that a desk has drawn the words."""
        if entry.header.type != LINE_EVENTS or entry.payload is None or not self.lies_within(entry):
            return False
        try:
            events = decode(payload_of(entry))
            croot = self.evidence.statement(self.asked)[1].croot
        except Refusal:
            return False
        some = events if isinstance(events, list) else []
        return any(
            isinstance(each, list) and len(each) > 2 and each[0] == SHOWN and each[2] == croot
            for each in some
        )

    def require_unheld(self, last: Entry) -> None:
        """Raise Refusal unless the links lead from the newest entry of a journal back to one that
        cannot know the statement, and none of them is a receipt for it (PROOF-191)."""
        known = {head for each in self.evidence.before(self.asked) for head in each.header.seen}
        no, seq = self.asked.header.no, self.asked.header.seq
        for each in self.evidence.before(last):
            here = each.header
            if any(other == no and slot >= seq for other, slot, _ in here.seen):
                raise Refusal("held", f"{each.header.place}: it says that they hold the statement")
            if here.seq == 0 or (here.no, here.seq, here.id) in known:
                return
        raise Refusal("life-gap", f"journal {here.no}: slot {here.seq - 1} is not in the file")
