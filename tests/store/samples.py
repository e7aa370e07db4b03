"""States and rows of a line to keep, made of counted bytes: the store does not read them."""

import hashlib

from backchannel.line.effects import CONTENT_NONCE
from backchannel.line.rows import (
    BranchRow,
    ContentRow,
    CosignatureRow,
    EntryRow,
    EvidenceRow,
    HappenedRow,
    HeldRow,
    NonAnswerRow,
    OutgoingRow,
    PendingRow,
    SaidRow,
)
from backchannel.line.state import Core, Hand, Journal, OutEpoch, OwnPrekey, Secrets
from backchannel.store.lines import Founded
from backchannel.wire.codec import encode
from backchannel.wire.envelope import Frame, pack_frame
from backchannel.wire.ids import CredentialId, EntryId, JournalId, LineId, StatementId
from backchannel.wire.primitives import gcm_siv_seal
from backchannel.wire.statement import Kind, Precedence

ALDER = 0
BIRCH = 1
OURS = 16
THEIRS = 17
REAL = 1
NEW_YEAR = 1_798_761_600  # 2027-01-01T00:00:00Z


def digest(*parts: object) -> bytes:
    """Return 32 bytes that the parts name."""
    return hashlib.sha256(repr(parts).encode()).digest()


LINE = LineId(digest("line"))
WRAP_KEY = digest("wrap key")
FOUNDED = Founded(LINE, ALDER, b"charter", b"signatures")


def entry_id(no: int, seq: int) -> EntryId:
    """Return the id of the entry in a slot."""
    return EntryId(digest("entry", no, seq))


def journal(no: int, seq: int = 0) -> Journal:
    """Return what is known of a journal."""
    return Journal(
        no=no,
        party=no % 16,
        mode=REAL,
        id=JournalId(digest("journal", no)),
        public=digest("public", no),
        pq_public=digest("pq", no) * 41,
        credential=CredentialId(digest("credential", no)),
        seq=seq,
        head=digest("entry", no, seq),
        seen={33 - no: (33 - no, 4, digest("entry", 33 - no, 4))},
    )


def core(version: int) -> Core:
    """Return a state of this version."""
    return Core(
        version=version,
        elapsed=1_000 * version,
        starts=1,
        journals={OURS: journal(OURS, version), THEIRS: journal(THEIRS)},
        own={REAL: OURS},
    )


def secrets(version: int) -> Secrets:
    """Return keys that no other version has."""
    epoch = OutEpoch(1, 0, digest("chain", version), version, (THEIRS,), 0)
    prekey = OwnPrekey(1, digest("prekey", version) * 3, 0)
    hand = Hand(
        credential=CredentialId(digest("credential", OURS)),
        secret=digest("seed", version) + digest("public", OURS),
        pq_seed=digest("pq seed", version),
        prekeys=(prekey,),
        epochs=(epoch,),
    )
    return Secrets({REAL: hand}, courier={1: digest("courier", version)})


def entry(no: int, seq: int, **changes: object) -> EntryRow:
    """Return the row of an accepted entry."""
    usual: dict[str, object] = {
        "no": no,
        "seq": seq,
        "entry": entry_id(no, seq),
        "mode": REAL if no >= 16 else 0,
        "type": 1,
        "time": NEW_YEAR + seq,
        "arrived": NEW_YEAR + seq + 1,
        "header": digest("header", no, seq) * 4,
        "signature": encode(digest("signature", no, seq) * 2),
        "payload": digest("payload", no, seq) * 6,
        "attachments": encode(()),
        "vector": encode({33 - no: seq}) if no in (OURS, THEIRS) else encode({}),
        "verdict": "",
    }
    return EntryRow(**{**usual, **changes})  # type: ignore[arg-type]


def said(no: int, seq: int, **changes: object) -> SaidRow:
    """Return what is looked up of the statement in a slot."""
    usual: dict[str, object] = {
        "no": no,
        "seq": seq,
        "entry": entry_id(no, seq),
        "statement": StatementId(digest("statement", no, seq)),
        "mode": REAL,
        "kind": int(Kind.MESSAGE),
        "form": None,
        "to": 2,
        "precedence": int(Precedence.ROUTINE),
        "category": 0,
        "drafted": NEW_YEAR + seq - 5,
        "refs": (),
        "croot": digest("croot", no, seq),
        "signed": "good",
    }
    return SaidRow(**{**usual, **changes})  # type: ignore[arg-type]


def words(no: int, seq: int) -> bytes:
    """Return the plain content of the entry in a slot."""
    return b"the words of " + digest("words", no, seq) * 5


def content_key(no: int, seq: int) -> bytes:
    """Return the key under which the content in a slot is sealed."""
    return digest("content key", no, seq)


def content(no: int, seq: int) -> ContentRow:
    """Return the sealed content of the entry in a slot, as the line makes it."""
    made, key = entry_id(no, seq), content_key(no, seq)
    return ContentRow(made, gcm_siv_seal(key, CONTENT_NONCE, words(no, seq), made), key)


def outgoing(no: int, seq: int, precedence: int = Precedence.ROUTINE) -> OutgoingRow:
    """Return an envelope that waits."""
    return OutgoingRow(no, seq, int(precedence), digest("envelope", no, seq) * 19)


def message(no: int, seq: int) -> tuple[EntryRow, ContentRow, SaidRow, OutgoingRow]:
    """Return all rows of one message of ours."""
    return entry(no, seq), content(no, seq), said(no, seq), outgoing(no, seq)


def frame(no: int, seq: int, *, worded: bool = True) -> bytes:
    """Return a frame that is not accepted yet."""
    header, signature = digest("header", no, seq) * 4, digest("signature", no, seq) * 2
    text = words(no, seq) if worded else None
    return pack_frame(Frame(header, signature, digest("payload", no, seq), text))


def pending(no: int, seq: int, *, worded: bool = True) -> PendingRow:
    """Return a frame behind a gap."""
    return PendingRow(no, seq, entry_id(no, seq), frame(no, seq, worded=worded), NEW_YEAR)


def branch(no: int, seq: int) -> BranchRow:
    """Return an entry on another branch."""
    return BranchRow(no, seq, EntryId(digest("other", no, seq)), frame(no, seq), NEW_YEAR)


def held(holder: int, holder_seq: int, no: int, upto: int) -> HeldRow:
    """Return a receipt."""
    return HeldRow(holder, holder_seq, no, upto, NEW_YEAR + holder_seq)


def happened(no: int, seq: int, place: int, kind: int, subject: bytes | None) -> HappenedRow:
    """Return a line event."""
    return HappenedRow(no, seq, place, kind, subject, encode((kind, place)))


def evidence(no: int, seq: int) -> EvidenceRow:
    """Return something kept against a key."""
    return EvidenceRow(no, seq, "regressing", digest("evidence", no, seq), NEW_YEAR)


def cosignature(no: int, size: int, by: str = "their station") -> CosignatureRow:
    """Return a station's cosignature of a checkpoint."""
    cosigner = CredentialId(digest(by))
    root, signature = digest("root", no, size), digest("signature", no, size, by)
    return CosignatureRow(no, size, root, cosigner, signature, entry_id(THEIRS, size))


def non_answer(no: int, seq: int) -> NonAnswerRow:
    """Return a non-answer that stands in a slot."""
    return NonAnswerRow(no, seq, entry_id(no, seq), entry_id(no, 0), 33, NEW_YEAR)
