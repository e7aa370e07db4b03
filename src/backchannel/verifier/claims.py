"""The claims of a disclosure, each PROVEN or NOT PROVEN with a reason (PROOF-41 to PROOF-54).

This module must not say that a disclosure is valid. It prints nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from backchannel.verifier.answering import require_answer
from backchannel.verifier.bundle import Disclosure, Entry, Opened, Pieces
from backchannel.verifier.cbor import Refusal, encode
from backchannel.verifier.crypto import fingerprint, tagged
from backchannel.verifier.evidence import Evidence, Said
from backchannel.verifier.moments import moment
from backchannel.verifier.record import STATEMENT
from backchannel.verifier.signing import require_in_force
from backchannel.verifier.signoffs import claim_signed_off
from backchannel.verifier.terms import KINDS, MODES
from backchannel.verifier.witnessed import claim_bracketed

ACK, READBACK = 3, 4
REVOCATIONS = {1: "replaced", 2: "withdrawn", 3: "key lost", 4: "key compromised"}


@dataclass
class Finding:
    """What became of one claim. `reason` is empty if and only if it is proven."""

    name: str
    clause: str
    reason: str
    text: str
    notes: list[str] = field(default_factory=list)

    @property
    def proven(self) -> bool:
        """Whether the claim is proven."""
        return not self.reason


@dataclass
class Case:
    """A disclosure under examination, and what the reader brought."""

    given: Disclosure
    evidence: Evidence
    roots: Sequence[tuple[str, str]]
    notes: list[str] = field(default_factory=list)

    @property
    def entry(self) -> Entry:
        """The entry that is disclosed. Raises Refusal."""
        no, seq, entry = self.given.place
        found = self.given.entries.get(entry)
        if found is None:
            raise Refusal("statement-missing", "the file does not hold the entry that it names")
        if (found.header.no, found.header.seq) != (no, seq):
            raise Refusal(
                "statement-missing", "the entry stands in another slot than the file says"
            )
        return found

    def said(self) -> Said:
        """Return the statement that is disclosed. Raises Refusal."""
        return self.evidence.said(self.entry)


def claim_charter(case: Case) -> str:
    """PROOF-41: the charter is that of the line, in force, and of the roots that were brought."""
    return charter_of(case.given, case.roots, case.notes)


def charter_of(given: Pieces, roots: Sequence[tuple[str, str]], notes: list[str]) -> str:
    """Return who signed the charter of a file. Raises Refusal where it is not proven (PROOF-41)."""
    if given.charter is None:
        raise Refusal("charter-missing", "the file holds no charter")
    if tagged("charter", given.charter_raw) != given.line:
        raise Refusal("other-charter", "it is not the one that the line is named after")
    require_in_force(given.charter_raw, given.charter, given.signatures, given.line)
    brought = {digits: label for label, digits in roots}
    for party in given.charter.parties:
        prints = [fingerprint(line, list(party.roots)) for line in (given.line, None)]
        known = [each for each in prints if each in brought]
        if not known:
            shown = " ".join(prints[0][n : n + 5] for n in range(0, 60, 5))
            text = f"those of {party.name} are not among the roots that you brought: {shown}"
            raise Refusal("roots-not-given", text)
        if brought[known[0]] and brought[known[0]] != party.name:
            notes.append(f"what you call {brought[known[0]]} is {party.name} in the charter")
    signed = (f"{p.name} ({p.threshold} of {len(p.roots)})" for p in given.charter.parties)
    return f"signed by the roots that you brought: {', '.join(signed)}"


def claim_authority(case: Case) -> str:
    """PROOF-42: the authority journals hold, and the head by which to judge is among them."""
    evidence = case.evidence
    if evidence.fault is not None:
        raise evidence.fault
    header = case.entry.header
    head = evidence.head(header.no, header.seq)
    journal = evidence.journals[evidence.writer(header.no).party]
    for slot, reason in journal.faults:
        case.notes.append(f"the entry in slot {slot} has no effect: {reason}")
    newest = len(journal.heads) - 1
    return (
        f"judged by head {head} of {evidence.party_name(journal.party)}; the file goes to {newest}"
    )


def claim_statement(case: Case) -> str:
    """PROOF-43: the officers named signed these bytes."""
    said = case.said()
    return f"signed by {', '.join(it.name for it in said.signers)}"


def claim_release(case: Case) -> str:
    """PROOF-44: enough officers signed, with the mandates that it takes."""
    said = case.said()
    how = case.evidence.release(said)
    rule = case.evidence.journals[said.writer.party].rules_at(said.head)[said.statement.category]
    if how != "full":
        raise Refusal("emergency-release", f"released in an emergency, as {rule.name} allows")
    return f"by {len(said.signers)} as {rule.name} asks, at the time that the entry claims"


def claim_mode(case: Case) -> str:
    """PROOF-45: station, journal and signers are of the mode that the file names."""
    header = case.entry.header
    writer = case.evidence.writer(header.no)
    if writer.mode != case.given.mode:
        text = f"the journal is {MODES[writer.mode]}, the file says {MODES[case.given.mode]}"
        raise Refusal("other-mode", text)
    _, statement, _ = case.evidence.statement(case.entry)
    journal = case.evidence.journals[writer.party]
    for who in statement.signers:
        it = journal.known(who, case.evidence.head(header.no, header.seq)).credential
        if writer.mode not in it.modes:
            raise Refusal("mode-outside-mandate", it.name)
    return MODES[writer.mode]


def claim_entry(case: Case) -> str:
    """PROOF-46: the station entered it in its journal."""
    entry = case.entry
    writer = case.evidence.standing(entry)
    head = case.evidence.head(entry.header.no, entry.header.seq)
    case.evidence.journals[writer.party].known(writer.credential.id, head)
    for other in case.given.entries.values():
        same = (other.header.no, other.header.seq) == (entry.header.no, entry.header.seq)
        if same and other.header.id != entry.header.id and case.evidence.stands(other):
            raise Refusal("fork", "the station has signed another entry for the same slot")
    return f"by {writer.credential.name}, {entry.header.place}"


def claim_fields(case: Case) -> str:
    """PROOF-47: the fields that are opened are those that were committed to."""
    if case.given.place[2] not in case.given.opened:
        raise Refusal("no-fields", "no field of the statement is opened")
    for entry, opened in case.given.opened.items():
        found = case.given.entries.get(entry)
        if found is None:
            raise Refusal("fields", "fields are opened of an entry that is not in the file")
        require_fields(opened, case.evidence.statement(found)[1].croot)
    opened = case.given.opened[case.given.place[2]]
    if not opened.fields:
        raise Refusal("no-fields", "no field of the statement is opened")
    return f"labels {', '.join(str(each.label) for each in opened.fields)}"


def require_fields(opened: Opened, croot: bytes) -> None:
    """Raise Refusal unless opened fields are those of a content (RECORD-25)."""
    labels = [each.label for each in opened.fields]
    if len(set(labels)) != len(labels):
        raise Refusal("fields", "a label stands twice")
    for each in opened.fields:
        if each.label > len(opened.commitments):
            raise Refusal("fields", f"the content has no label {each.label}")
        if tagged("field", each.raw) != opened.commitments[each.label - 1]:
            raise Refusal("fields", f"label {each.label} is not what was committed to")
    if tagged("content", encode(list(opened.commitments))) != croot:
        raise Refusal("fields", "the commitments are not those of the statement")


def claim_place(case: Case) -> str:
    """PROOF-48: the station has sealed the prefix that holds the entry."""
    writer = case.evidence.writer(case.entry.header.no)
    cosigners = case.evidence.cosigners(case.entry, writer)
    if writer.credential.id not in cosigners:
        raise Refusal("no-checkpoint", "the journal's own station has cosigned none that holds it")
    _, checkpoint = cosigners[writer.credential.id]
    return f"in a checkpoint of {checkpoint.size} entries that its own station cosigned"


def claim_delivery(case: Case) -> str:
    """PROOF-49: each addressee's station has signed that it holds the entry."""
    evidence, entry = case.evidence, case.entry
    writer = evidence.writer(entry.header.no)
    try:
        cosigners = evidence.cosigners(entry, writer)
    except Refusal:
        cosigners = {}
    covering = evidence.covering(entry, writer)
    told = []
    for party in evidence.addressees(evidence.statement(entry)[1]):
        name = evidence.party_name(party)
        by = [who for who, (of, _) in cosigners.items() if of == party]
        headers = [each for other, each in covering if other.party == party]
        if not by and not headers:
            raise Refusal("not-held", f"no station of {name} has signed that it holds the entry")
        how = "cosigned a checkpoint that holds it" if by else "cites it"
        told.append(f"{name} {how}")
        upto = moment(evidence.journals[party].time)
        case.notes.append(f"{name}: the newest entry of its office in the file is of {upto}")
    return "; ".join(told)


def claim_receipts(case: Case) -> str:
    """PROOF-50: an officer of each addressee has acknowledged, or read back."""
    evidence, entry = case.evidence, case.entry
    mode = evidence.writer(entry.header.no).mode
    answered: dict[int, str] = {}
    faults: dict[int, Refusal] = {}
    for each in case.given.entries.values():
        if each.header.type != STATEMENT or each is entry or each.payload is None:
            continue
        try:
            if entry.header.id not in evidence.statement(each)[1].refs:
                continue
            said = require_answer(evidence, each, mode)
        except Refusal as wrong:
            faults[each.header.no % 16] = wrong
            continue
        writer = said.writer
        kind = KINDS.get(said.statement.kind, f"kind {said.statement.kind}")
        names = ", ".join(it.name for it in said.signers)
        text = f"{evidence.party_name(writer.party)}: {kind} by {names}, {moment(each.header.time)}"
        case.notes.append(text)
        if said.statement.kind in (ACK, READBACK):
            answered.setdefault(writer.party, kind)
    for party in evidence.addressees(evidence.statement(entry)[1]):
        if party not in answered:
            name = evidence.party_name(party)
            text = f"no acknowledgement or readback of {name}"
            fault = faults.get(party, Refusal("no-receipt"))
            raise Refusal(fault.reason, f"{text}; {fault.text}" if fault.text else text)
    return "; ".join(f"{evidence.party_name(n)}: {kind}" for n, kind in answered.items())


def claim_time(case: Case) -> str:
    """PROOF-51: the entry lies between two times that another party has signed."""
    evidence, entry = case.evidence, case.entry
    writer = evidence.writer(entry.header.no)
    cited = {place for each in evidence.before(entry) for place in each.header.seen}
    earlier = []
    for each in case.given.entries.values():
        place = each.header.no, each.header.seq, each.header.id
        other = evidence.stands(each) if place in cited else None
        theirs = other and other.party != writer.party and other.mode == writer.mode
        if other and theirs and evidence.counts(each, other):
            earlier.append(each.header.time)
    later = [each.header.time for _, each in evidence.covering(entry, writer)]
    if not earlier:
        raise Refusal("no-time-before", "no header of another party is shown that it cites")
    if not later:
        raise Refusal("no-time-after", "no header of another party is shown that cites it")
    low, high = max(earlier), min(later)
    if low > high:
        raise Refusal("time-crossed", f"{moment(low)} is after {moment(high)}")
    return f"between {moment(low)} and {moment(high)}, by the word of other parties"


def claim_revocation(case: Case) -> str:
    """PROOF-52: as far as the file goes, nobody who signed was revoked."""
    evidence, entry = case.evidence, case.entry
    writer = evidence.writer(entry.header.no)
    journal = evidence.journals[writer.party]
    for who in (writer.credential.id, *evidence.statement(entry)[1].signers):
        ended = journal.revoked.get(who)
        if ended is not None:
            it = journal.issued[who].credential
            text = f"{it.name}, {REVOCATIONS[ended.reason]}, entered {moment(ended.time)}"
            raise Refusal("revoked", text)
    if journal.fresh is not None:
        return f"none up to {moment(journal.fresh)}, as the office says"
    return f"none up to {moment(journal.time)}, the newest entry of the office in the file"


def claim_post_quantum(case: Case) -> str:
    """PROOF-53: the seals would hold if Ed25519 did not."""
    evidence, entry = case.evidence, case.entry
    cosigners = evidence.cosigners(entry, evidence.writer(entry.header.no))
    parties = {party for party, _ in cosigners.values()}
    for party in evidence.addressees(evidence.statement(entry)[1]):
        if party not in parties:
            name = evidence.party_name(party)
            raise Refusal("no-checkpoint", f"{name} has cosigned none that holds the entry")
    return "charter, authority and place; the officers' own signatures are Ed25519"


def claim_sign_off(case: Case) -> str:
    """PROOF-99: its officers have signed it once more, with keys of their own."""
    return claim_signed_off(case.given, case.evidence, case.entry)


def claim_witnessed(case: Case) -> str:
    """PROOF-77, PROOF-78: witnesses saw by when it stood, and after when it was made."""
    return claim_bracketed(case.given, case.evidence, case.entry)


Judge = Callable[[Case], str]
Claim = tuple[str, str, Judge, tuple[str, ...]]
"""A claim: its name, its clause, who judges it, and what it rests on."""

# PROOF-54: the claims in their order, and what each rests on.
CLAIMS: tuple[Claim, ...] = (
    ("charter", "PROOF-41", claim_charter, ()),
    ("authority", "PROOF-42", claim_authority, ("charter",)),
    ("statement", "PROOF-43", claim_statement, ("authority",)),
    ("release", "PROOF-44", claim_release, ("statement", "entry")),
    ("mode", "PROOF-45", claim_mode, ("authority",)),
    ("entry", "PROOF-46", claim_entry, ("authority",)),
    ("fields", "PROOF-47", claim_fields, ()),
    ("place", "PROOF-48", claim_place, ("statement", "entry")),
    ("delivery", "PROOF-49", claim_delivery, ("statement", "entry")),
    ("receipts", "PROOF-50", claim_receipts, ("entry",)),
    ("time", "PROOF-51", claim_time, ("entry",)),
    ("revocation", "PROOF-52", claim_revocation, ("statement", "entry")),
    ("post-quantum", "PROOF-53", claim_post_quantum, ("charter", "authority", "place")),
)
NAMES = tuple(name for name, _, _, _ in CLAIMS)
# Made where the charter names witnesses (PROOF-77).
WITNESSED = ("witnessed", "PROOF-77", claim_witnessed, ("charter", "entry"))
# Made of a file that holds a sign-off, and of no other (PROOF-99).
SIGN_OFF = ("sign-off", "PROOF-99", claim_sign_off, ("statement", "entry", "fields"))


def judge(
    given: Disclosure,
    evidence: Evidence,
    roots: Sequence[tuple[str, str]],
    more: Sequence[Claim] = (),
) -> list[Finding]:
    """Return what became of each claim, in their order, and last of `more`; two are made where
    there is something to judge (PROOF-77, PROOF-99). `roots` are labels and 60 digits."""
    watched = given.charter is not None and given.charter.witnesses
    made = (*CLAIMS, WITNESSED) if watched else CLAIMS
    made = (*made, SIGN_OFF) if given.signed_off else made
    return judge_each((*made, *more), given, evidence, roots)


def judge_each(
    claims: Sequence[Claim],
    given: Disclosure,
    evidence: Evidence,
    roots: Sequence[tuple[str, str]],
) -> list[Finding]:
    """Return what became of each of some claims, in their order (PROOF-54)."""
    found: dict[str, Finding] = {}
    for name, clause, claim, _ in claims:
        case = Case(given, evidence, roots)
        try:
            text = claim(case)
            found[name] = Finding(name, clause, "", text, case.notes)
        except Refusal as fault:
            found[name] = Finding(name, clause, fault.reason, fault.text, case.notes)
    rests = {name: below for name, _, _, below in claims}
    settled: dict[str, Finding] = {}
    for name in sorted(rests, key=lambda each: depth(rests, each)):
        settled[name] = settle(found[name], [settled[n] for n in rests[name]])
    return [settled[name] for name in rests]


def depth(rests: Mapping[str, Sequence[str]], name: str) -> int:
    """Return how long the chain of claims below one is."""
    return 1 + max((depth(rests, each) for each in rests[name]), default=0)


def settle(own: Finding, below: list[Finding]) -> Finding:
    """Return a finding, not proven where one that it rests on is not (PROOF-54)."""
    missing = [each.name for each in below if not each.proven]
    if not own.proven or not missing:
        return own
    text = f"by itself it holds ({own.text}), but it rests on {' and '.join(missing)}"
    return Finding(own.name, own.clause, f"rests-on-{missing[0]}", text, own.notes)


def word_of_mode(given: Disclosure, evidence: Evidence) -> str:
    """Return REAL, EXERCISE or TEST: that of the journal, whatever the file says (PROOF-45)."""
    try:
        return MODES[evidence.writer(given.place[0]).mode]
    except Refusal:
        return MODES[given.mode]
