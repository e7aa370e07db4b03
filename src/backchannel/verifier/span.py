"""The claims of a span: that nothing is left out between two minutes, and who said what in it.

This module must not say that a span is valid. It prints nothing. Clauses: PROOF-110 to PROOF-118.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from backchannel.verifier.bundle import Disclosure, Entry, Opened
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.claims import (
    Case,
    Claim,
    Finding,
    claim_charter,
    judge_each,
    require_fields,
)
from backchannel.verifier.evidence import Evidence
from backchannel.verifier.moments import moment
from backchannel.verifier.record import STATEMENT, Statement
from backchannel.verifier.stretches import AUTHORITIES, Minute, Place, Stretches

NAMES = ("charter", "authority", "minutes", "complete", "statements", "words", "post-quantum")
CONFIRM = 5
# Of faulty statements so many are named in a claim; the list of all has each with its reason.
NAMED = 16


@dataclass(frozen=True)
class Holder:
    """By which entry a party first says that it holds a statement."""

    party: int
    entry: Entry


@dataclass
class Told:
    """One statement of a span: what is known of it, and why it is not proven, if it is not."""

    entry: Entry
    statement: Statement | None = None
    words: Opened | None = None
    released: str = ""
    fault: Refusal | None = None
    held: list[Holder] = field(default_factory=list)


class Span:
    """A span under examination."""

    def __init__(self, given: Disclosure, evidence: Evidence) -> None:
        self.given = given
        self.evidence = evidence
        self.stretches = Stretches(given, evidence)
        self.told: list[Told] = []
        self.earlier: Minute | None = None
        self.later: Minute | None = None
        self.fault: Refusal | None = None
        try:
            self.earlier, self.later = self.stretches.minutes()
        except Refusal as fault:
            self.fault = fault
        self.told = self.tell()

    def minutes(self) -> tuple[Minute | None, Minute]:
        """Return both minutes. Raises Refusal (PROOF-113)."""
        if self.later is None:
            raise self.fault or Refusal("minute-missing")
        return self.earlier, self.later

    def sizes(self) -> dict[int, Place]:
        """Return from where to where each journal goes; nothing if there is no later minute."""
        if self.later is None:
            return {}
        before = self.earlier.sizes if self.earlier else {}
        return {no: (before.get(no, 0), end) for no, end in self.later.sizes.items()}

    def shown(self) -> list[Entry]:
        """Return the entries of stations that lie in the span, by time, journal and slot."""
        sizes = self.sizes()
        found = [
            each
            for each in self.given.entries.values()
            if sizes.get(each.header.no, (0, 0))[0]
            <= each.header.seq
            < sizes.get(each.header.no, (0, 0))[1]
        ]
        return sorted(found, key=lambda n: (n.header.time, n.header.no, n.header.seq))

    def tell(self) -> list[Told]:
        """Return what is known of each statement of the span (PROOF-115)."""
        told = []
        receipts = Receipts(self.given, self.evidence)
        for each in self.shown():
            if each.header.type == STATEMENT:
                one = Told(each, words=self.given.opened.get(each.header.id))
                told.append(one)
                if each.payload is not None:
                    self.judge_one(one)
                    one.held = receipts.of(each, one.statement)
        return told

    def judge_one(self, one: Told) -> None:
        """Find out what of a statement is proven (PROOF-43, PROOF-44).

        Release asks for the mode of every signer (PROOF-45).
        """
        try:
            if self.evidence.writer(one.entry.header.no).mode != self.given.mode:
                raise Refusal("other-mode", "its journal is not of the mode that the file names")
            one.statement = self.evidence.statement(one.entry)[1]
            said = self.evidence.said(one.entry)
            one.released = self.evidence.release(said)
        except Refusal as fault:
            one.fault = fault


class Receipts:
    """Which header of another journal first names a slot, found once for all slots."""

    def __init__(self, given: Disclosure, evidence: Evidence) -> None:
        self.evidence = evidence
        self.named: dict[Place, list[tuple[int, int, Entry]]] = {}
        entries = sorted(given.entries.values(), key=lambda each: each.header.seq)
        for each in entries:
            for no, seq, _ in each.header.seen:
                row = self.named.setdefault((no, each.header.no), [])
                if not row or row[-1][0] < seq:
                    row.append((seq, each.header.seq, each))

    def of(self, entry: Entry, statement: Statement | None) -> list[Holder]:
        """Return the first receipt of each party that a statement is to, as far as shown."""
        found = []
        for party in self.evidence.addressees(statement) if statement else []:
            firsts: list[Entry] = []
            for (no, by), row in self.named.items():
                if no != entry.header.no or by % AUTHORITIES != party:
                    continue
                at = bisect_left(row, entry.header.seq, key=lambda step: step[0])
                if at < len(row) and self.evidence.stands(row[at][2]):
                    firsts.append(row[at][2])
            if firsts:
                found.append(Holder(party, min(firsts, key=lambda each: each.header.time)))
        return found


# --- The claims -----------------------------------------------------------------------------------


def claim_authority(span: Span, case: Case) -> str:
    """PROOF-112: the authority journals hold."""
    evidence = case.evidence
    if evidence.fault is not None:
        raise evidence.fault
    for journal in evidence.journals:
        name = evidence.party_name(journal.party)
        for slot, reason in journal.faults:
            case.notes.append(f"{name}: the entry in slot {slot} has no effect: {reason}")
    newest = (
        f"{evidence.party_name(each.party)} to slot {len(each.heads) - 1}, {moment(each.time)}"
        for each in evidence.journals
    )
    return "; ".join(newest)


def claim_minutes(span: Span, case: Case) -> str:
    """PROOF-113: every party has cosigned all that both minutes name."""
    earlier, later = span.minutes()
    for minute in (later, earlier):
        for no in minute.sizes if minute else ():
            span.stretches.cosigned_root(minute, no)  # type: ignore[arg-type]
    names = ", ".join(case.evidence.party_name(n) for n in range(len(case.evidence.journals)))
    since = minute_words(span, earlier) if earlier else "the beginning of the line"
    if earlier is not None:
        case.notes += officers_of(span, earlier)
    return f"from {since} to {minute_words(span, later)}, cosigned by {names}"


def officers_of(span: Span, minute: Minute) -> Iterator[str]:
    """Yield of each party who has signed the earlier minute, as far as its stretches show; what
    was signed of the later one stands behind it, and in no span that it ends (PROOF-174)."""
    signed: dict[int, str] = {}
    for each in span.told:
        its = each.statement
        confirms = its and its.kind == CONFIRM and its.refs == (minute.entry.header.id,)
        if confirms and not each.fault and each.released == "full":
            said = span.evidence.said(each.entry)
            names = ", ".join(it.name for it in said.signers)
            signed.setdefault(said.writer.party, f"{names}, {moment(each.entry.header.time)}")
    for party in range(len(span.evidence.journals)):
        who = signed.get(party, "no officer, as far as this file shows")
        yield f"the earlier minute is signed for {span.evidence.party_name(party)} by {who}"


def minute_words(span: Span, minute: Minute) -> str:
    """Return how a minute is spoken of; its time is its writer's word."""
    header = minute.entry.header
    party = span.evidence.party_name(header.no % AUTHORITIES)
    return f"the minute of {party} at {moment(header.time)} ({header.place})"


def claim_complete(span: Span, case: Case) -> str:
    """PROOF-114: nothing is left out, put in or altered between the two minutes."""
    earlier, later = span.minutes()
    sizes = span.sizes()
    for no, (start, end) in sizes.items():
        before = None
        if earlier is not None and no in earlier.sizes:
            before = span.stretches.cosigned_root(earlier, no)
        after = span.stretches.cosigned_root(later, no)
        span.stretches.require_whole(no, (before, after), (start, end))
    entries = span.shown()
    span.stretches.require_cited(sizes, [*entries, later.entry])
    journals = sum(no >= AUTHORITIES for no in sizes)
    first = earlier.entry.header.time if earlier else 0
    last = later.entry.header.time
    for each in [each for each in entries if not first <= each.header.time <= last][:NAMED]:
        time = moment(each.header.time)
        case.notes.append(
            f"{each.header.place} claims {time}, which is not between the two minutes"
        )
    return f"{len(entries)} entries of {journals} journals, every slot of each"


def claim_statements(span: Span, case: Case) -> str:
    """PROOF-115: every statement that is shown was signed and released as its class asks."""
    faulty = [each for each in span.told if each.fault is not None]
    for each in faulty[:NAMED]:
        assert each.fault is not None
        case.notes.append(
            f"{each.entry.header.place}: {each.fault.reason} {each.fault.text}".rstrip()
        )
    bare = [each for each in span.told if each.entry.payload is None]
    for each in bare[:NAMED]:
        case.notes.append(f"{each.entry.header.place}: not shown who said it")
    for each in span.told:
        if each.released == "emergency":
            case.notes.append(f"{each.entry.header.place}: released in an emergency")
    span.minutes()
    if faulty:
        assert faulty[0].fault is not None
        text = f"{len(faulty)} of {len(span.told)}, the first in {faulty[0].entry.header.place}"
        raise Refusal(faulty[0].fault.reason, f"{text}: {faulty[0].fault.text}".rstrip(": "))
    if bare:
        text = f"{len(bare)} of {len(span.told)}, the first in {bare[0].entry.header.place}"
        raise Refusal("payload-missing", text)
    return f"{len(span.told)}, each signed and released as its class asks"


def claim_words(span: Span, case: Case) -> str:
    """PROOF-116: the words that are shown are those that were committed to."""
    told = {each.entry.header.id: each for each in span.told}
    for entry, opened in case.given.opened.items():
        found = told.get(entry)
        if found is None:
            raise Refusal("fields", "fields are opened of what is no statement of the span")
        try:
            require_fields(opened, case.evidence.statement(found.entry)[1].croot)
        except Refusal as fault:
            raise Refusal(fault.reason, f"{found.entry.header.place}: {fault.text}") from None
    shown = sum(bool(each.words and each.words.fields) for each in span.told)
    return f"those of {shown} statements; of {len(span.told) - shown} they are hidden"


def claim_post_quantum(span: Span, case: Case) -> str:
    """PROOF-117: what is complete would stand if Ed25519 did not."""
    span.minutes()
    return "charter, authority, minutes and all between them; officers' own signatures are Ed25519"


def claims_of(span: Span) -> tuple[Claim, ...]:
    """Return the claims in their order, and what each rests on (PROOF-118)."""
    return (
        ("charter", "PROOF-111", claim_charter, ()),
        ("authority", "PROOF-112", partial(claim_authority, span), ("charter",)),
        ("minutes", "PROOF-113", partial(claim_minutes, span), ("authority",)),
        ("complete", "PROOF-114", partial(claim_complete, span), ("minutes",)),
        ("statements", "PROOF-115", partial(claim_statements, span), ("authority",)),
        ("words", "PROOF-116", partial(claim_words, span), ()),
        ("post-quantum", "PROOF-117", partial(claim_post_quantum, span), ("complete",)),
    )


def judge_span(
    span: Span, roots: Sequence[tuple[str, str]], further: tuple[Claim, ...] = ()
) -> list[Finding]:
    """Return what became of each claim, in their order, and then of further ones. `roots` are
    labels and 60 digits."""
    return judge_each((*claims_of(span), *further), span.given, span.evidence, roots)
