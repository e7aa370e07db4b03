"""The charter in force, and the authority journals under it, entry by entry (CHARTER-20 to 51).

This module must not fetch anything: it is given frames in an order and folds them. Entries that
take no slot raise; those that keep their slot without effect are noted.
"""

from dataclasses import dataclass, field

from backchannel.verifier.amending import (
    require_amendment,
    require_own_rules,
    require_rotation,
)
from backchannel.verifier.cbor import Refusal, Value, decode
from backchannel.verifier.charter import Charter, Circle, Root, Rule
from backchannel.verifier.credentials import (
    ISSUE,
    OFFICE,
    OFFICER,
    POST,
    READ,
    RESTORE,
    REVOKE,
    WRITE,
    Credential,
    read_credential,
    require_possession,
    require_second_key,
)
from backchannel.verifier.crypto import tagged
from backchannel.verifier.record import AMENDMENT, AUTHORITY, Frame, Head, Header, read_head_of
from backchannel.verifier.shapes import HASH_BYTES, MOMENT_END, integer, octets, places
from backchannel.verifier.signing import require_hybrid

RootSet = tuple[tuple[Root, ...], int]

KEY_LOST = 3
# Faults after which an entry waits for another copy, or for other journals (CHARTER-35, RECORD-13).
NO_SLOT = ("subject-key-missing", "subject-key-mismatch", "amendment-too-early")


@dataclass(frozen=True)
class Issued:
    """A credential with the slot that granted it and the second key that came beside it."""

    credential: Credential
    seq: int
    second_key: bytes | None


@dataclass(frozen=True)
class Revoked:
    """An end of a credential: slot, time claimed, reason, the last entry that still counts."""

    seq: int
    time: int
    reason: int
    last: Head | None


@dataclass
class Journal:
    """What one party's authority journal says, up to the newest entry folded in."""

    line: bytes
    party: int
    first: Charter
    charter: Charter
    charter_id: bytes
    heads: list[bytes] = field(default_factory=list)
    issued: dict[bytes, Issued] = field(default_factory=dict)
    revoked: dict[bytes, Revoked] = field(default_factory=dict)
    rules: list[tuple[int, tuple[Rule, ...]]] = field(default_factory=list)
    rotated: list[tuple[int, RootSet]] = field(default_factory=list)
    amended: list[tuple[int, Charter]] = field(default_factory=list)
    time: int = 0
    fresh: int | None = None
    faults: list[tuple[int, str]] = field(default_factory=list)

    def roots_at(self, seq: int) -> RootSet:
        """Return the roots in force after a slot, and how many of them sign (CHARTER-43)."""
        found = [roots for slot, roots in self.rotated if slot <= seq]
        party = self.first.parties[self.party]
        return found[-1] if found else (party.roots, party.threshold)

    def rules_at(self, seq: int) -> tuple[Rule, ...]:
        """Return the release rules in force at a slot (CHARTER-50)."""
        found = [rules for slot, rules in self.rules if slot <= seq]
        return found[-1] if found else self.first.rules

    def circles_at(self, seq: int) -> tuple[Circle, ...]:
        """Return the holders of the party's archive in the charter in force at a slot."""
        found = [charter for slot, charter in self.amended if slot <= seq]
        return (found[-1] if found else self.first).circles.get(self.party, ())

    def known(self, credential: bytes, seq: int) -> Issued:
        """Return a credential as of a slot. Raises Refusal (CHARTER-50)."""
        found = self.issued.get(credential)
        if found is None or found.seq > seq:
            raise Refusal("unknown-credential", "not issued as of the head that is named")
        return found

    def apply(self, frame: Frame, others: list["Journal"]) -> None:
        """Fold in an entry. Raises Refusal if it takes no slot (CHARTER-47 to CHARTER-49)."""
        header = frame.header
        self.require_next(frame)
        signers = self.require_signatures(frame)
        try:
            self.take(frame, signers, others)
        except Refusal as fault:
            if fault.reason in NO_SLOT:
                raise
            self.faults.append((header.seq, fault.reason))
        self.heads.append(header.id)
        self.time = header.time

    def require_next(self, frame: Frame) -> None:
        """Raise Refusal unless an entry is the next one, with its payload (CHARTER-47)."""
        header = frame.header
        if header.no != self.party:
            raise Refusal("other-journal")
        if header.seq < len(self.heads):
            raise Refusal("seq-behind")
        if header.seq > len(self.heads):
            raise Refusal("seq-gap")
        if header.prev != (self.heads[-1] if self.heads else authority_id(self.line, self.party)):
            raise Refusal("wrong-prev")
        if frame.payload is None:
            raise Refusal("payload-missing")
        if tagged("payload", frame.payload) != header.payload:
            raise Refusal("payload-mismatch")

    def require_signatures(self, frame: Frame) -> list[Credential]:
        """Return the credentials that signed; none if roots did (CHARTER-48, first paragraph)."""
        if frame.signatures is None:
            raise Refusal("station-signature")
        roots, threshold = self.roots_at(len(self.heads))
        who = [signer for signer, _, _ in frame.signatures]
        by_root = [n for n in who if isinstance(n, int)]
        by_officer = [n for n in who if isinstance(n, bytes)]
        if by_root and by_officer:
            raise Refusal("mixed-signers")
        if by_root != sorted(set(by_root)) or by_officer != sorted(set(by_officer)):
            raise Refusal("signers-order")
        signers: list[Credential] = []
        people = set()
        for signer, one, other in frame.signatures:
            if isinstance(signer, int):
                if signer >= len(roots):
                    raise Refusal("unknown-root")
                root = roots[signer]
            else:
                signers.append(self.require_issuer(signer, frame.header))
                root = signers[-1].key or b"", self.issued[signer].second_key or b""
            require_hybrid(root, (one, other), "authority", self.line, frame.header.raw)
            people.add(root[0])
        if len(people) < threshold:
            raise Refusal("below-threshold", f"{len(people)} of {threshold}")
        return signers

    def require_issuer(self, signer: bytes, header: Header) -> Credential:
        """Return an officer of the office who signs an entry (CHARTER-48)."""
        found = self.issued.get(signer)
        if found is None:
            raise Refusal("unknown-signer")
        it = found.credential
        if it.kind != OFFICER or not it.powers & OFFICE:
            raise Refusal("not-an-issuer", it.name)
        if signer in self.revoked:
            raise Refusal("signer-revoked", it.name)
        if not it.since <= header.time < it.until:
            raise Refusal("signer-expired", it.name)
        return it

    def take(self, frame: Frame, signers: list[Credential], others: list["Journal"]) -> None:
        """Carry out what an entry says. Raises Refusal if it has no effect."""
        header, payload = frame.header, frame.payload
        assert payload is not None
        if header.type == AMENDMENT:
            if signers:
                raise Refusal("roots-only")
            self.amend(payload, header, others)
            return
        if header.type != AUTHORITY:
            raise Refusal("unknown-entry-type", f"type {header.type}")
        value = decode(payload)
        if not isinstance(value, list) or not value:
            raise Refusal("wrong-type", "event")
        kind = integer(value[0], 0, 2**64, "event")
        if kind == 1:
            self.issue(value, frame, signers)
        elif kind == 2:
            self.revoke(value, header, signers)
        elif kind in (3, 4):
            if signers:
                raise Refusal("roots-only")
            self.change(kind, value, header.seq)
        elif kind == 5:
            time = integer(places(value, 2, "fresh")[1], 0, MOMENT_END, "fresh")
            if any(not it.powers & (ISSUE | REVOKE) for it in signers):
                raise Refusal("lacks-power")
            self.fresh = time
        else:
            raise Refusal("unknown-event", f"kind {kind}")

    def issue(self, value: list[Value], frame: Frame, signers: list[Credential]) -> None:
        """Grant a credential (CHARTER-34 to CHARTER-40)."""
        _, body, proof = places(value, 3, "issue")
        raw = octets(body, None, "body")
        it = read_credential(raw)
        key = frame.keys.get(it.id)
        require_second_key(it, key)
        if it.id in self.issued:
            raise Refusal("issued-before")
        require_possession(it, raw, self.line, key=key, proof=proof)
        require_issuing_power(it, signers)
        self.require_within(it, signers)
        self.require_posts(it)
        for other in self.issued.values():
            same = it.key is not None and other.credential.key == it.key
            if same and other.credential.kind != it.kind:
                raise Refusal("key-of-another-kind")
        self.require_numbers(it)
        self.issued[it.id] = Issued(it, frame.header.seq, key)

    def require_within(self, it: Credential, signers: list[Credential]) -> None:
        """Raise Refusal unless a mandate lies within its parent's (CHARTER-36)."""
        rules = self.rules_at(len(self.heads))
        if any(n >= len(rules) for n in it.classes):
            raise Refusal("unknown-class")
        if not signers:
            if it.parent is not None:
                raise Refusal("wrong-parent", "roots are no parent")
            return
        parent = next((each for each in signers if each.id == it.parent), None)
        if parent is None:
            raise Refusal("wrong-parent")
        if it.depth >= parent.depth:
            raise Refusal("too-deep")
        extra = (READ | WRITE) if it.station_mode else 0
        if (
            it.powers & ~(parent.powers | extra)
            or not set(it.classes) <= set(parent.classes)
            or not set(it.modes) <= set(parent.modes)
            or it.since < parent.since
            or it.until > parent.until
        ):
            raise Refusal("wider-mandate")

    def require_posts(self, it: Credential) -> None:
        """Raise Refusal unless an officer's mandate lies within his posts (CHARTER-37)."""
        posts = []
        for post in it.posts:
            found = self.issued.get(post)
            if found is None:
                raise Refusal("unknown-credential")
            if found.credential.kind != POST:
                raise Refusal("not-a-post")
            if post in self.revoked:
                raise Refusal("revoked")
            posts.append(found.credential)
        if not posts:
            return
        powers = 0
        for each in posts:
            powers |= each.powers
        classes = {n for each in posts for n in each.classes}
        modes = {n for each in posts for n in each.modes}
        if it.powers & ~powers or not set(it.classes) <= classes or not set(it.modes) <= modes:
            raise Refusal("wider-mandate")

    def require_numbers(self, it: Credential) -> None:
        """Raise Refusal unless the journals are the party's, and granted once (CHARTER-39)."""
        if any(no % 16 != self.party for no in it.journals):
            raise Refusal("foreign-journal")
        granted = {no for each in self.issued.values() for no in each.credential.journals}
        if granted & set(it.journals):
            raise Refusal("journal-granted-before")

    def revoke(self, value: list[Value], header: Header, signers: list[Credential]) -> None:
        """End a credential (CHARTER-41)."""
        _, credential, reason, last = places(value, 4, "revoke")
        who = octets(credential, HASH_BYTES, "revoke")
        why = integer(reason, 1, 4, "revoke")
        upto = None if last is None else read_head_of(last)
        if why >= KEY_LOST and upto is not None:
            raise Refusal("lost-with-last")
        if any(not it.powers & REVOKE for it in signers):
            raise Refusal("lacks-power")
        if who not in self.issued:
            raise Refusal("unknown-credential")
        if who in self.revoked:
            raise Refusal("revoked-before")
        self.revoked[who] = Revoked(header.seq, header.time, why, upto)

    def change(self, kind: int, value: list[Value], seq: int) -> None:
        """Take the party's own rules, or its new roots (CHARTER-42, CHARTER-43)."""
        if kind == 3:
            self.rules.append((seq, require_own_rules(value, self.charter.rules)))
            return
        root_set = require_rotation(value, self.line, self.party, self.charter)
        self.rotated.append((seq, root_set))

    def amend(self, payload: bytes, header: Header, others: list["Journal"]) -> None:
        """Put an amendment in force for this party (CHARTER-45)."""
        in_force = []
        seen = {no: (seq, entry) for no, seq, entry in header.seen}
        for each in others:
            seq, entry = seen.get(each.party, (-1, b""))
            if seq >= len(each.heads) or (seq >= 0 and each.heads[seq] != entry):
                raise Refusal("amendment-too-early", "its writer had seen more than the file holds")
            in_force.append(each.roots_at(header.seq if each is self else seq))
        raw, charter = require_amendment(
            payload, self.line, (self.charter_id, self.charter, in_force)
        )
        self.charter, self.charter_id = charter, tagged("charter", raw)
        party = charter.parties[self.party]
        self.rules.append((header.seq, charter.rules))
        self.amended.append((header.seq, charter))
        self.rotated.append((header.seq, (party.roots, party.threshold)))


def require_issuing_power(it: Credential, signers: list[Credential]) -> None:
    """Raise Refusal unless those who sign may issue this (CHARTER-48, second paragraph)."""
    if all(each.powers & ISSUE for each in signers):
        return
    if not it.station_mode or any(not each.powers & (ISSUE | RESTORE) for each in signers):
        raise Refusal("lacks-power")
    if len({each.key for each in signers}) < 2:
        raise Refusal("restores-alone")


def authority_id(line: bytes, party: int) -> bytes:
    """Return the id of a party's authority journal (WIRE-8)."""
    return tagged("journal", line + bytes([party, 0]) + bytes(48))
