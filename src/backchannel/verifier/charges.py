"""What evidence proves: that one key signed what no honest station signs (PROOF-82 to PROOF-91,
PROOF-185).

Two signatures of the accused convict him, and nothing that others say. This module must not say who
held a key, or which of two things is the true one. It prints nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from backchannel.verifier.accusation import Accusation
from backchannel.verifier.authority import Issued, Journal
from backchannel.verifier.beacon import OPENING, Said, read_said
from backchannel.verifier.bundle import Entry
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.claims import REVOCATIONS, Finding, charter_of, settle
from backchannel.verifier.crypto import ED25519, covered, require_ed25519, tagged
from backchannel.verifier.evidence import Evidence, payload_of
from backchannel.verifier.minutes import read_cosigning, read_proposal
from backchannel.verifier.moments import moment
from backchannel.verifier.record import MINUTE, Header
from backchannel.verifier.terms import MODES
from backchannel.verifier.trees import root_of


@dataclass
class Charge:
    """Evidence under examination, and what the reader brought."""

    given: Accusation
    evidence: Evidence
    roots: Sequence[tuple[str, str]]
    notes: list[str] = field(default_factory=list)

    def office(self) -> Journal:
        """Return the authority journal of the accused party. Raises Refusal (PROOF-83)."""
        for journal in self.evidence.journals:
            if journal.party == self.given.accused or self.given.accused in journal.issued:
                return journal
        raise Refusal("unknown-credential", "no office in the file has issued the credential")

    def station(self) -> Issued:
        """Return the accused station. Raises Refusal (PROOF-83)."""
        assert isinstance(self.given.accused, bytes)
        issued = self.office().issued[self.given.accused]
        if not issued.credential.station_mode or issued.credential.key is None:
            raise Refusal("not-a-station", issued.credential.name)
        return issued

    def who(self) -> str:
        """Return the accused in words. Raises Refusal."""
        journal = self.office()
        party = self.evidence.party_name(journal.party)
        if isinstance(self.given.accused, int):
            return f"the office of {party}"
        return f"station {self.station().credential.name} of {party}"

    def entry(self, entry: bytes) -> Entry:
        """Return an entry of the file that the accused station has signed. Raises Refusal.

        The number was granted to its credential, and to no other (CHARTER-39): so no first entry
        is needed to know whose journal it is (PROOF-84).
        """
        found = self.given.entries.get(entry)
        if found is None:
            raise Refusal("entry-missing", "the file lacks an entry that it accuses of")
        it = self.station().credential
        if found.header.no not in it.journals:
            raise Refusal("number-not-granted", f"{it.name} may not write {found.header.no}")
        message = covered("entry", self.given.line, it.station_mode, ED25519, found.header.raw)
        require_ed25519(it.key or b"", found.signature, message)
        return found

    def two(self) -> tuple[Entry, Entry]:
        """Return the two entries that contradict each other, of the accused. Raises Refusal."""
        first, second = (self.entry(each) for each in self.given.pair)
        if first.header.id == second.header.id:
            raise Refusal("no-contradiction", "it is one entry, named twice")
        return first, second

    def of_one_journal(self) -> tuple[Entry, Entry]:
        """Return the two entries, if they are of one journal. Raises Refusal."""
        first, second = self.two()
        if first.header.no != second.header.no:
            raise Refusal("no-contradiction", "the two entries are of different journals")
        return first, second

    def in_order(self) -> tuple[Entry, Entry]:
        """Return the two entries, if the second stands in a later slot. Raises Refusal."""
        first, second = self.of_one_journal()
        if first.header.seq >= second.header.seq:
            raise Refusal("no-contradiction", "the second entry stands in no later slot")
        return first, second


def claim_charter(charge: Charge) -> str:
    """PROOF-82: the charter is that of the line, in force, and of the roots that were brought."""
    return charter_of(charge.given, charge.roots, charge.notes)


def claim_accused(charge: Charge) -> str:
    """PROOF-83: the key that is accused is a station's, or that of an office, by its own papers."""
    if charge.evidence.fault is not None:
        raise charge.evidence.fault
    journal = charge.office()
    who = charge.who()
    ended = journal.revoked.get(charge.given.accused) if isinstance(
        charge.given.accused, bytes
    ) else None  # fmt: skip
    if ended is not None:
        why = REVOCATIONS[ended.reason]
        charge.notes.append(f"its credential was revoked: {why}, entered {moment(ended.time)}")
    return f"{who}, mode {word_of_accused(charge)}"


def word_of_accused(charge: Charge) -> str:
    """Return REAL, EXERCISE or TEST, or OFFICE for an authority journal, which has no mode."""
    if isinstance(charge.given.accused, int):
        return "OFFICE"
    try:
        return MODES[charge.station().credential.station_mode]
    except Refusal:
        return "UNKNOWN"


def claim_two_entries(charge: Charge) -> str:
    """PROOF-85, E1: two different entries for one slot."""
    first, second = charge.of_one_journal()
    if first.header.seq != second.header.seq:
        raise Refusal("no-contradiction", "the two entries stand in different slots")
    slot = f"slot {first.header.seq} of journal {first.header.no}"
    return f"{charge.who()} signed two different entries for {slot}"


def claim_broken_chain(charge: Charge) -> str:
    """PROOF-86, E2: two neighbours that do not join."""
    first, second = charge.of_one_journal()
    if second.header.seq != first.header.seq + 1 or second.header.prev == first.header.id:
        raise Refusal("no-contradiction", "the second entry does not contradict the first")
    slot = f"slot {second.header.seq} of journal {first.header.no}"
    return f"{charge.who()} signed {slot} as the next of another entry than the one it signed"


def claim_two_roots(charge: Charge) -> str:
    """PROOF-87, E3: two roots of one journal and size, in two minutes of one station."""
    first, second = (cosigned(each) for each in charge.two())
    for no, size in sorted(first.keys() & second.keys()):
        if first[no, size] != second[no, size]:
            return f"{charge.who()} cosigned two roots of journal {no} at {size} entries"
    raise Refusal("no-contradiction", "the two minutes name no checkpoint with two roots")


def cosigned(entry: Entry) -> dict[tuple[int, int], bytes]:
    """Return the roots that a minute cosigns. Raises Refusal."""
    require_minute(entry)
    return read_cosigning(payload_of(entry)).roots


def require_minute(entry: Entry) -> None:
    """Raise Refusal unless an entry is a minute."""
    if entry.header.type != MINUTE:
        raise Refusal("no-minute", f"the entry is of type {entry.header.type}")


def claim_other_root(charge: Charge) -> str:
    """PROOF-88, E3: a root that the very entries have not which the station wrote, or says to hold.

    So is shown who rewrites what he has sealed, or puts an entry in late.
    """
    assert charge.given.checkpoint is not None
    no, size = charge.given.checkpoint
    minute, carrier = (charge.entry(each) for each in charge.given.pair)
    root = cosigned(minute).get((no, size))
    if root is None:
        raise Refusal("no-contradiction", "the minute cosigns no such checkpoint")
    chain = chain_of(charge, carrier.header, no)
    if not 0 < size <= len(chain):
        raise Refusal("no-contradiction", f"the chain has {len(chain)} entries, not {size}")
    if root_of(chain[:size]) == root:
        raise Refusal("no-contradiction", "the root is that of the entries")
    how = "wrote" if carrier.header.no == no else "says to hold"
    return (
        f"{charge.who()} cosigned journal {no} at {size} entries with a root that those which it "
        f"{how} do not have"
    )


def chain_of(charge: Charge, carrier: Header, no: int) -> list[bytes]:
    """Return the ids of a journal's entries, from its first slot to the one that the accused's
    entry stands in, or names in `seen`. Raises Refusal where one lacks (PROOF-88)."""
    if carrier.no == no:
        here, slot = carrier.id, carrier.seq
    else:
        named = [(seq, entry) for other, seq, entry in carrier.seen if other == no]
        if not named:
            raise Refusal("no-contradiction", f"the entry names no head of journal {no}")
        slot, here = named[0]
    headers = {each.header.id: each.header for each in charge.given.entries.values()}
    headers |= {each.header.id: each.header for each in charge.given.authority.values()}
    found: list[bytes] = []
    for seq in range(slot, -1, -1):
        header = headers.get(here)
        if header is None or (header.no, header.seq) != (no, seq):
            raise Refusal("entry-missing", f"the chain of journal {no} lacks slot {seq}")
        found.append(here)
        here = header.prev
    return found[::-1]


def claim_two_proposals(charge: Charge) -> str:
    """PROOF-89, E4: a proposal of a minute that counts or reaches less than an earlier one."""
    pair = charge.in_order()
    for each in pair:
        require_minute(each)
    first, second = (read_proposal(payload_of(each)) for each in pair)
    place = f"journal {pair[0].header.no}"
    if second.n <= first.n:
        return f"{charge.who()} proposed minute {second.n} of {place} after minute {first.n}"
    for no, size in sorted(second.sizes.items()):
        if size < first.sizes.get(no, 0):
            return (
                f"{charge.who()} proposed {size} entries of journal {no} after "
                f"{first.sizes[no]}, in {place}"
            )
    raise Refusal("no-contradiction", "the second proposal goes on from the first")


def claim_seen_back(charge: Charge) -> str:
    """PROOF-90, E5: a receipt that a later entry takes back, or gives for another entry."""
    first, second = charge.in_order()
    before = {no: (seq, entry) for no, seq, entry in first.header.seen}
    for no, seq, entry in second.header.seen:
        slot, held = before.get(no, (-1, b""))
        if seq < slot:
            text = f"signed that it holds journal {no} to slot {slot}, later only to {seq}"
            return f"{charge.who()} {text}"
        if seq == slot and entry != held:
            return f"{charge.who()} signed that it holds two entries in slot {slot} of journal {no}"
    raise Refusal("no-contradiction", "no receipt of the first entry is taken back by the second")


def claim_two_decrees(charge: Charge) -> str:
    """PROOF-91, E7: an office signed an entry beside the one in its journal."""
    journal = charge.office()
    ours, theirs = charge.given.pair
    held, rival = charge.given.authority.get(ours), charge.given.rivals.get(theirs)
    if held is None or rival is None:
        raise Refusal("entry-missing", "the file lacks an entry that it accuses of")
    if {held.header.no, rival.header.no} != {journal.party}:
        raise Refusal("no-contradiction", "the two entries are not of the journal of this office")
    if ours not in journal.heads:
        raise Refusal("entry-missing", "the first entry does not stand in the journal")
    require_beside(held.header, rival.header)
    if rival.payload is None or tagged("payload", rival.payload) != rival.header.payload:
        raise Refusal("payload-hash", "the second entry lacks what it names")
    journal.require_signatures(rival)
    return f"{charge.who()} signed two entries for slot {rival.header.seq} of its journal"


def require_beside(held: Header, rival: Header) -> None:
    """Raise Refusal unless two entries of a journal cannot both stand in it (E1 or E2)."""
    twice = rival.seq == held.seq and rival.id != held.id
    torn = rival.seq == held.seq + 1 and rival.prev != held.id
    if not twice and not torn:
        raise Refusal("no-contradiction", "the second entry does not contradict the first")


def claim_two_leaves(charge: Charge) -> str:
    """PROOF-185, E6: a second leaf for a place or a period of a log that has one.

    Two sign-offs of one watch are no such thing (PROOF-186): both may be true, if the station of
    the officer has forked.
    """
    pair = charge.in_order()
    first, second = (opening_in(each) for each in pair)
    log = f"the log of journal {pair[0].header.no}"
    if second.n < first.end:
        return f"{charge.who()} gave {log} leaf {second.n} after it had {first.end} leaves"
    if second.first <= first.period:
        periods = f"period {second.first} after period {first.period}"
        return f"{charge.who()} gave {log} a leaf for {periods}"
    raise Refusal("no-contradiction", "the second opening goes on from the first")


def opening_in(entry: Entry) -> Said:
    """Return what an opening says. Raises Refusal for an entry of another type."""
    if entry.header.type != OPENING:
        raise Refusal("no-opening", f"the entry is of type {entry.header.type}")
    return read_said(payload_of(entry))


Judge = Callable[[Charge], str]

# By the number of the kind in the head: what is claimed, under which name, and its clause.
KINDS: dict[int, tuple[str, str, Judge]] = {
    1: ("two-entries", "PROOF-85", claim_two_entries),
    2: ("broken-chain", "PROOF-86", claim_broken_chain),
    3: ("two-roots", "PROOF-87", claim_two_roots),
    4: ("other-root", "PROOF-88", claim_other_root),
    5: ("two-proposals", "PROOF-89", claim_two_proposals),
    6: ("seen-back", "PROOF-90", claim_seen_back),
    7: ("two-decrees", "PROOF-91", claim_two_decrees),
    8: ("two-leaves", "PROOF-185", claim_two_leaves),
}
CHARGES = tuple(name for name, _, _ in KINDS.values())


def judge(given: Accusation, evidence: Evidence, roots: Sequence[tuple[str, str]]) -> list[Finding]:
    """Return what became of the three claims of evidence; each rests on the one before."""
    claims = (
        ("charter", "PROOF-82", claim_charter),
        ("accused", "PROOF-83", claim_accused),
        KINDS[given.kind],
    )
    findings: list[Finding] = []
    for name, clause, claim in claims:
        charge = Charge(given, evidence, roots)
        try:
            finding = Finding(name, clause, "", claim(charge), charge.notes)
        except Refusal as fault:
            finding = Finding(name, clause, fault.reason, fault.text, charge.notes)
        findings.append(settle(finding, findings[-1:]))
    return findings
