"""What a stranger concludes from a disclosure, in as few lines as the product's own rules allow.

It follows docs/spec/proof.md, section 5, and raises where a claim is not proven. The verifier
that is shipped imports nothing of the product; this one is here to hold what is made against it.
"""

from dataclasses import dataclass, field

from backchannel.charter.authority import apply_entry, open_authority
from backchannel.charter.release import require_addressed, require_released, require_signers
from backchannel.charter.roster import Authority, known_at
from backchannel.charter.signatures import line_id_of, require_in_force
from backchannel.proof.checkpoint import Checkpoint, origin_of
from backchannel.proof.cosignature import cosigner_of, require_cosignature
from backchannel.proof.disclosure import (
    AuthorityPiece,
    CharterPiece,
    CheckpointPiece,
    Disclosure,
    EntryPiece,
    FieldsPiece,
    InclusionPiece,
    parse_disclosure,
)
from backchannel.proof.merkle import leaf_hash, require_inclusion
from backchannel.wire.codec import Value, encode
from backchannel.wire.entry import Header, parse_header
from backchannel.wire.envelope import parse_frame
from backchannel.wire.ids import CredentialId, JournalId, entry_id, journal_id, payload_hash
from backchannel.wire.payload import Opening, parse_succession
from backchannel.wire.primitives import tagged_hash
from backchannel.wire.signing import Context, Mode, Purpose, require_signature
from backchannel.wire.statement import Statement, parse_signed, parse_statement, root_of


@dataclass
class Stranger:
    """A disclosure whose parts have been proven, one after the other."""

    found: Disclosure
    authorities: dict[int, Authority] = field(default_factory=dict)
    headers: dict[tuple[int, int], tuple[bytes, Header]] = field(default_factory=dict)
    payloads: dict[tuple[int, int], bytes] = field(default_factory=dict)
    journals: dict[int, JournalId] = field(default_factory=dict)

    @property
    def head(self) -> tuple[int, int]:
        return self.found.head.slot[:2]

    def of(self, kind: type) -> list:  # type: ignore[type-arg]
        return [piece for piece in self.found.pieces if isinstance(piece, kind)]

    def context(self, purpose: Purpose, mode: int) -> Context:
        return Context(purpose, self.found.head.line, Mode(mode))

    def charter(self) -> None:
        """PROOF-41, but for the roots, which the reader brings."""
        (piece,) = self.of(CharterPiece)
        charter = require_in_force(piece.charter, piece.signatures)
        line = line_id_of(piece.charter)
        assert line == self.found.head.line
        for party in range(len(charter.parties)):
            self.authorities[party] = open_authority(line, party, charter)

    def authority(self) -> None:
        """PROOF-42: each entry is judged when it comes."""
        for piece in self.of(AuthorityPiece):
            frame = parse_frame(piece.frame)
            header = parse_header(frame.header)
            before = self.authorities[header.no]
            self.authorities[header.no] = apply_entry(before, header, frame=frame)

    def entries(self) -> None:
        """PROOF-46, of every piece 3."""
        pieces = {}
        for piece in self.of(EntryPiece):
            header = parse_header(piece.header)
            pieces[header.no, header.seq] = piece, header
        for (no, seq), (piece, header) in pieces.items():
            first, first_header = pieces[no, 0]
            opening = parse_succession(first.payload)
            assert isinstance(opening, Opening)
            assert payload_hash(first.payload) == first_header.payload_hash
            station = self.authorities[no % 16].credentials[opening.credential].credential
            assert no in station.journals and station.modes == (self.found.head.mode,)
            self.journals[no] = journal_id(
                self.found.head.line,
                no % 16,
                self.found.head.mode,
                public=station.ed25519 or b"",
                nonce=opening.nonce,
            )
            assert first_header.prev == self.journals[no]
            context = self.context(Purpose.ENTRY, self.found.head.mode)
            require_signature(station.ed25519 or b"", piece.signature, context, piece.header)
            self.headers[no, seq] = entry_id(piece.header), header
            if piece.payload is not None:
                assert payload_hash(piece.payload) == header.payload_hash
                self.payloads[no, seq] = piece.payload

    def statement(self, slot: tuple[int, int]) -> Statement:
        """PROOF-42, PROOF-43 and PROOF-44 of one statement."""
        no, seq = slot
        authority = self.authorities[no % 16]
        highest = max(
            (s, entry)
            for (n, at), (_, header) in self.headers.items()
            if n == no and at <= seq
            for j, s, entry in header.seen
            if j == no % 16
        )[0]
        raw, signatures = parse_signed(self.payloads[slot])
        statement = parse_statement(raw)
        context = self.context(Purpose.STATEMENT, self.found.head.mode)
        for signer, signature in zip(statement.signers, signatures, strict=True):
            credential = known_at(authority, CredentialId(signer), highest).credential
            require_signature(credential.ed25519 or b"", signature, context, raw)
        header = self.headers[slot][1]
        require_addressed(statement, party=no % 16, parties=len(self.authorities))
        mode = self.found.head.mode
        people = require_signers(
            authority, highest, statement=statement, mode=mode, moment=header.time
        )
        require_released(authority, highest, statement=statement, signers=people)
        return statement

    def fields(self) -> dict[int, Value]:
        """PROOF-47: the opened values by label."""
        (piece,) = self.of(FieldsPiece)
        assert piece.entry == self.found.head.slot[2]
        for label, salt, value in piece.opened:
            made = tagged_hash("field", encode((label, salt, value)))
            assert made == piece.commitments[label - 1]
        raw, _ = parse_signed(self.payloads[self.head])
        assert root_of(piece.commitments) == parse_statement(raw).croot
        return {label: value for label, _, value in piece.opened}

    def delivery(self, party: int) -> int:
        """PROOF-49: the time of the entry by which a party holds the one disclosed."""
        no, seq = self.head
        for (n, _), (_, header) in sorted(self.headers.items()):
            for j, upto, entry in header.seen:
                if n % 16 == party and j == no and upto >= seq:
                    self.links(no, seq, upto, entry)
                    return header.time
        raise AssertionError("not delivered")

    def links(self, no: int, seq: int, upto: int, entry: bytes) -> None:
        """A chain of headers without a gap, from a slot to the one that is named."""
        assert self.headers[no, upto][0] == entry
        for at in range(seq + 1, upto + 1):
            assert self.headers[no, at][1].prev == self.headers[no, at - 1][0]

    def earlier(self) -> int | None:
        """PROOF-51: the newest time of another party that the header, or one before it, cites."""
        no, seq = self.head
        times = []
        for (n, by), (_, header) in self.headers.items():
            for other in header.seen if n == no and by <= seq else ():
                slot = (other[0], other[1])
                if other[0] % 16 != no % 16 and self.headers.get(slot, (b"",))[0] == other[2]:
                    self.links(no, by, seq, self.found.head.slot[2])
                    times.append(self.headers[slot][1].time)
        return max(times, default=None)

    def place(self) -> set[CredentialId]:
        """PROOF-48: who has cosigned the checkpoint that the entry leads to."""
        (checkpoint,), (proof,) = self.of(CheckpointPiece), self.of(InclusionPiece)
        no, seq = self.head
        assert (proof.no, proof.seq, proof.size) == (no, seq, checkpoint.size)
        leaf = leaf_hash(self.found.head.slot[2])
        require_inclusion(leaf, seq, proof.size, proof.hashes, checkpoint.root)
        line = self.found.head.line
        said = Checkpoint(origin_of(line, self.journals[no]), proof.size, checkpoint.root)
        known = {c: i for a in self.authorities.values() for c, i in a.credentials.items()}
        for who, signature in checkpoint.cosignatures:
            public = known[who].pq_public or b""
            require_cosignature(public, signature, cosigner_of(line, who), said)
        return {who for who, _ in checkpoint.cosignatures}


def stranger(raw: bytes) -> Stranger:
    """Somebody who has read a disclosure, and found its charter, authority and entries proven."""
    made = Stranger(parse_disclosure(raw))
    made.charter()
    made.authority()
    made.entries()
    assert made.headers[made.head][0] == made.found.head.slot[2]
    return made
