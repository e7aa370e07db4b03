"""What the pieces of a disclosure show together: who writes a journal, who said and who held what.

This module must not say what is proven: it answers single questions, or raises why it cannot.
"""

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from backchannel.verifier.authority import Issued, Journal
from backchannel.verifier.bundle import Checkpoint, Entry, Pieces
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.credentials import Credential
from backchannel.verifier.crypto import ED25519, covered, require_ed25519, tagged
from backchannel.verifier.record import (
    STATEMENT,
    SUCCESSION,
    Head,
    Statement,
    read_opening,
    read_signed,
    read_statement,
)
from backchannel.verifier.release import require_addressees, require_release
from backchannel.verifier.trees import cosigned_bytes, require_cosignature, require_inclusion


@dataclass(frozen=True)
class Writer:
    """Who writes a journal of a station: party, credential, mode, and the journal's id."""

    party: int
    issued: Issued
    mode: int
    journal: bytes

    @property
    def credential(self) -> Credential:
        """The station's credential."""
        return self.issued.credential


@dataclass(frozen=True)
class Said:
    """A statement with its signers, whose signatures hold, and the head by which it is judged."""

    entry: Entry
    statement: Statement
    writer: Writer
    head: int
    signers: tuple[Credential, ...]


class Evidence:
    """The pieces of a file, and what has been found out about them so far."""

    def __init__(self, given: Pieces) -> None:
        """Fold the authority journals as far as they hold (CHARTER-47)."""
        self.given = given
        charter = given.charter
        parties = charter.parties if charter else ()
        assert charter or not parties
        self.journals = [
            Journal(given.line, n, charter, charter, tagged("charter", given.charter_raw))
            for n in range(len(parties))
            if charter is not None
        ]
        self.fault: Refusal | None = None
        self.modes: dict[int, int] = {}
        self.trails: dict[int, list[tuple[int, int, int | None]]] = {}
        self.writers: dict[int, Writer | Refusal] = {}
        self.checked: dict[bytes, Writer | Refusal] = {}
        self.kept: dict[bytes, frozenset[bytes]] = {}
        self.firsts: dict[int, list[Entry]] = {}
        for each in given.entries.values():
            if each.header.seq == 0:
                self.firsts.setdefault(each.header.no, []).append(each)
        self.fold()

    def fold(self) -> None:
        """Take the entries of pieces 2 in order; a party's journal ends at its first fault."""
        ended: set[int] = set()
        for frame in self.given.authority.values():
            party = frame.header.no
            try:
                if party >= len(self.journals):
                    raise Refusal("other-journal", "of no party of this charter")
                if party not in ended:
                    self.journals[party].apply(frame, self.journals)
            except Refusal as fault:
                ended.add(party)
                text = f"journal {party}, slot {frame.header.seq}: {fault.text or fault.reason}"
                self.fault = self.fault or Refusal(fault.reason, text)
        for journal in self.journals:
            for issued in journal.issued.values():
                it = issued.credential
                self.modes |= dict.fromkeys(it.journals, it.station_mode)

    def party_name(self, party: int) -> str:
        """Return a party's name, or its index if there is no charter."""
        charter = self.given.charter
        if charter and party < len(charter.parties):
            return charter.parties[party].name
        return f"party {party}"

    def writer(self, no: int) -> Writer:
        """Return who writes a journal. Raises Refusal (RECORD-4, PROOF-46)."""
        if no not in self.writers:
            try:
                self.writers[no] = self.find_writer(no)
            except Refusal as fault:
                self.writers[no] = fault
        found = self.writers[no]
        if isinstance(found, Refusal):
            raise found
        return found

    def find_writer(self, no: int) -> Writer:
        """Read the first entry of a journal and find its station."""
        firsts = self.firsts.get(no, [])
        if len(firsts) != 1:
            reason = "journal-twice" if firsts else "first-entry-missing"
            raise Refusal(reason, f"{len(firsts)} first entries of journal {no}")
        first, header, party = firsts[0], firsts[0].header, no % 16
        if header.type != SUCCESSION:
            raise Refusal("first-entry", f"that of journal {no} opens no journal")
        if party >= len(self.journals):
            raise Refusal("party-unknown", f"journal {no}")
        nonce, credential = read_opening(payload_of(first))
        authority = self.journals[party]
        issued = authority.known(credential, len(authority.heads))
        it = issued.credential
        if not it.station_mode or it.key is None:
            raise Refusal("not-a-station", it.name)
        if no not in it.journals:
            raise Refusal("number-not-granted", f"{it.name} may not write journal {no}")
        place = self.given.line + bytes([party, it.station_mode]) + it.key + nonce
        writer = Writer(party, issued, it.station_mode, tagged("journal", place))
        if header.prev != writer.journal:
            raise Refusal("first-prev", f"journal {no}")
        self.require_signed(first, writer)
        return writer

    def require_signed(self, entry: Entry, writer: Writer) -> None:
        """Raise Refusal unless a station has signed a header (RECORD-3)."""
        message = covered("entry", self.given.line, writer.mode, ED25519, entry.header.raw)
        require_ed25519(writer.credential.key or b"", entry.signature, message)

    def standing(self, entry: Entry) -> Writer:
        """Return the writer of an entry that stands in its journal. Raises Refusal (PROOF-46)."""
        key = entry.header.id
        if key not in self.checked:
            try:
                writer = self.writer(entry.header.no)
                self.require_signed(entry, writer)
                self.checked[key] = writer
            except Refusal as fault:
                self.checked[key] = fault
        found = self.checked[key]
        if isinstance(found, Refusal):
            raise found
        return found

    def stands(self, entry: Entry) -> Writer | None:
        """Return the writer of an entry, or None if it does not stand."""
        with suppress(Refusal):
            return self.standing(entry)
        return None

    def head(self, no: int, seq: int) -> int:
        """Return the slot of the authority journal by which an entry is judged (PROOF-42)."""
        if no not in self.trails:
            self.trails[no] = self.find_trail(no)
        trail = self.trails[no]
        before = bisect_right(trail, seq, key=lambda step: step[0])
        if before == 0:
            raise Refusal("no-head", f"no entry of journal {no} names a head of it")
        _, best, missing = trail[before - 1]
        if missing is not None:
            raise Refusal("head-not-shown", f"journal {no} names head {missing} of it")
        return best

    def find_trail(self, no: int) -> list[tuple[int, int, int | None]]:
        """Return, by slots of a journal that name a head: the slot, the highest head named so far,
        and the first one that the file does not hold.
        """
        party = self.writer(no).party
        heads = self.journals[party].heads
        named = [
            (each.header.seq, slot, entry)
            for each in self.given.entries.values()
            if each.header.no == no and self.stands(each)
            for number, slot, entry in each.header.seen
            if number == party
        ]
        trail: list[tuple[int, int, int | None]] = []
        best, missing = -1, None
        for seq, slot, entry in sorted(named):
            if slot < len(heads) and heads[slot] == entry:
                best = max(best, slot)
            elif missing is None:
                missing = slot
            trail.append((seq, best, missing))
        return trail

    def statement(self, entry: Entry) -> tuple[bytes, Statement, tuple[bytes, ...]]:
        """Return a statement as it was entered: bytes, what they say, signatures."""
        if entry.header.type != STATEMENT:
            raise Refusal("no-statement", f"the entry is of type {entry.header.type}")
        raw, signatures = read_signed(payload_of(entry))
        return raw, read_statement(raw), signatures

    def said(self, entry: Entry) -> Said:
        """Return a statement whose signatures hold. Raises Refusal (PROOF-43)."""
        raw, statement, signatures = self.statement(entry)
        writer = self.writer(entry.header.no)
        head = self.head(entry.header.no, entry.header.seq)
        if len(signatures) != len(statement.signers):
            raise Refusal("bad-signature", "not as many signatures as signers")
        message = covered("statement", self.given.line, writer.mode, ED25519, raw)
        signers = []
        for who, signature in zip(statement.signers, signatures, strict=True):
            it = self.journals[writer.party].known(who, head).credential
            if it.key is None:
                raise Refusal("bad-signature", f"{it.name} has no key")
            require_ed25519(it.key, signature, message)
            signers.append(it)
        return Said(entry, statement, writer, head, tuple(signers))

    def release(self, said: Said) -> str:
        """Return "full" or "emergency". Raises Refusal for what binds nobody (PROOF-44)."""
        authority = self.journals[said.writer.party]
        require_addressees(said.statement, said.writer.party, len(self.journals))
        for it in said.signers:
            if it.id in authority.revoked and authority.revoked[it.id].seq <= said.head:
                raise Refusal("revoked", f"{it.name} was revoked before")
        return require_release(
            said.statement,
            authority.rules_at(said.head),
            said.signers,
            mode=said.writer.mode,
            time=said.entry.header.time,
        )

    def addressees(self, statement: Statement) -> list[int]:
        """Return the parties that a statement is addressed to."""
        return [n for n in range(16) if statement.to >> n & 1]

    def holds(self, it: Issued, party: int, at: Entry | None) -> None:
        """Raise Refusal if a station's word does not count, being revoked (RECORD-8, PROOF-49).

        `at` is the entry with the word, if it stands in one.
        """
        ended = self.journals[party].revoked.get(it.credential.id)
        if ended is None:
            return
        if at and ended.last and at.header.id in self.kept_by(ended.last):
            return
        raise Refusal("revoked", f"{it.credential.name} is revoked")

    def kept_by(self, last: Head) -> frozenset[bytes]:
        """Return the last entry that an office lets count, and those that links lead to from it. A
        slot alone says nothing: whoever has the key can sign another entry for it."""
        no, seq, entry = last
        found = self.given.entries.get(entry)
        if found is None or (found.header.no, found.header.seq) != (no, seq):
            return frozenset()
        if entry not in self.kept:
            self.kept[entry] = frozenset(each.header.id for each in self.before(found))
        return self.kept[entry]

    def cosigners(self, entry: Entry, writer: Writer) -> dict[bytes, tuple[int, Checkpoint]]:
        """Return the stations that cosigned a checkpoint holding an entry (PROOF-48).
        Raises Refusal if there is none, for the nearest to one, and if a cosignature does not hold.
        """
        found: dict[bytes, tuple[int, Checkpoint]] = {}
        fault = Refusal("no-checkpoint", "the file has none that holds the entry")
        for each in self.given.checkpoints.values():
            header = entry.header
            path = self.given.paths.get((header.no, header.seq, each.size))
            if each.no != header.no or path is None:
                continue
            try:
                require_inclusion(header.id, header.seq, size=each.size, path=path, root=each.root)
            except Refusal as wrong:
                fault = wrong
                continue
            for who, signature in each.cosignatures:
                # One that does not hold has no business here, even if others would do.
                party = self.require_cosigned(
                    each, writer.mode, writer.journal, who=who, signature=signature
                )
                try:
                    if party != writer.party:
                        self.holds(self.journals[party].issued[who], party, None)
                    found[who] = party, each
                except Refusal as wrong:
                    fault = wrong
        if not found:
            raise fault
        return found

    def require_cosigned(
        self, checkpoint: Checkpoint, mode: int, name: bytes, *, who: bytes, signature: bytes
    ) -> int:
        """Return the party of a station that cosigned a checkpoint of the journal with this id.

        Raises Refusal (PROOF-11).
        """
        for journal in self.journals:
            it = journal.issued.get(who)
            if it is None or it.second_key is None:
                continue
            if it.credential.station_mode != mode:
                raise Refusal("not-a-station", f"{it.credential.name} is none of this mode")
            message = cosigned_bytes(
                self.given.line, who, name, size=checkpoint.size, root=checkpoint.root
            )
            require_cosignature(it.second_key, signature, message)
            return journal.party
        raise Refusal("unknown-credential", "a cosigner is not known")

    def before(self, entry: Entry) -> Iterator[Entry]:
        """Yield an entry, and those before it in its journal, as far as no link is missing."""
        entries = self.given.entries
        here: Entry | None = entry
        while here is not None:
            yield here
            seq = here.header.seq - 1
            here = entries.get(here.header.prev)
            if here is not None and (here.header.seq != seq or not self.stands(here)):
                return

    def following(self, entry: Entry) -> Iterator[Entry]:
        """Yield the entries that an entry was made after: those before it in its journal, and those
        before what one of them names, as far as no link is missing (PROOF-78)."""
        found = {each.header.id: each for each in self.before(entry)}
        for each in list(found.values()):
            for no, seq, named in each.header.seen:
                other = self.given.entries.get(named)
                if other is None or (other.header.no, other.header.seq) != (no, seq):
                    continue
                # What stands before one that was found already was found with it.
                for earlier in self.before(other) if self.stands(other) else ():
                    if earlier.header.id in found:
                        break
                    found[earlier.header.id] = earlier
        yield from found.values()

    def covering(self, entry: Entry, writer: Writer) -> list[tuple[Writer, Entry]]:
        """Return the headers of other parties whose `seen` covers an entry (PROOF-49)."""
        entries = self.given.entries.values()
        links: dict[bytes, list[Entry]] = {}
        for each in entries:
            if each.header.no == entry.header.no and self.stands(each):
                links.setdefault(each.header.prev, []).append(each)
        reached = {(entry.header.seq, entry.header.id)}
        waiting = [entry.header]
        while waiting:
            last = waiting.pop()
            for each in links.get(last.id, ()):
                here = each.header.seq, each.header.id
                if each.header.seq == last.seq + 1 and here not in reached:
                    reached.add(here)
                    waiting.append(each.header)
        found = []
        for each in entries:
            named = {(s, h) for no, s, h in each.header.seen if no == entry.header.no}
            other = self.stands(each) if named & reached else None
            if other is None or other.party == writer.party or other.mode != writer.mode:
                continue
            if self.receipt(each, other):
                found.append((other, each))
        return found

    def receipt(self, entry: Entry, writer: Writer) -> bool:
        """Return whether the `seen` of an entry is a receipt (RECORD-6, RECORD-8)."""
        for no, _, _ in entry.header.seen:
            if no == entry.header.no or no % 16 >= len(self.journals):
                return False
            if self.modes.get(no, writer.mode) != writer.mode:
                return False
        return self.counts(entry, writer)

    def counts(self, entry: Entry, writer: Writer) -> bool:
        """Return whether the word of an entry's station counts (PROOF-49, PROOF-51)."""
        with suppress(Refusal):
            self.holds(writer.issued, writer.party, entry)
            return True
        return False


def payload_of(entry: Entry) -> bytes:
    """Return the payload of an entry. Raises Refusal unless it is the one that it names."""
    if entry.payload is None:
        raise Refusal("payload-missing", entry.header.place)
    if tagged("payload", entry.payload) != entry.header.payload:
        raise Refusal("payload-hash", entry.header.place)
    return entry.payload
