"""Alder and Birch as their offices see them: roots, a charter, and an authority journal to write.

All keys come from seeds, so a failing test repeats. Signatures of ML-DSA differ from run to run.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

from msgspec.structs import replace

from backchannel.charter.authority import apply_entry, open_authority
from backchannel.charter.charter import Charter, pack_charter
from backchannel.charter.credentials import Credential, CredentialKind, pack_body
from backchannel.charter.events import pack_issue
from backchannel.charter.parties import Party, Root, RootSet
from backchannel.charter.possession import Possession, prove_possession
from backchannel.charter.powers import Power
from backchannel.charter.roster import Authority
from backchannel.charter.signatures import RootSignature, sign_charter, sign_hybrid
from backchannel.wire.entry import EntryType, Head, Header, pack_header
from backchannel.wire.envelope import Attachment, AttachmentKind, AuthoritySignature, Frame
from backchannel.wire.ids import (
    CredentialId,
    LineId,
    charter_id,
    credential_id,
    key_id,
    payload_hash,
)
from backchannel.wire.keys import (
    OfficerKeys,
    RootKeys,
    StationKeys,
    officer_from_seed,
    root_from_seed,
    station_from_seed,
)
from backchannel.wire.signing import Alg, Context, Mode, Purpose

NOW = 1_800_000_000
YEAR = 365 * 86_400
ALDER, BIRCH, CEDAR = 0, 1, 2
NAMES = ("Alder", "Birch", "Cedar")
LANGUAGES = (("en",), ("fr", "en"), ("es",))

Result = TypeVar("Result")
Keys = OfficerKeys | StationKeys
Signers = Sequence[tuple[int | CredentialId, RootKeys | OfficerKeys]]


def seed(text: str) -> bytes:
    """32 bytes named by a text."""
    return hashlib.sha256(text.encode()).digest()


@cache
def root(party: int, index: int) -> RootKeys:
    return root_from_seed(seed(f"{NAMES[party]}/root/{index}"))


@cache
def officer(name: str, alg: Alg = Alg.ML_DSA_44) -> OfficerKeys:
    return officer_from_seed(seed(f"officer/{name}"), alg)


@cache
def station(name: str, mode: Mode = Mode.REAL) -> StationKeys:
    return station_from_seed(seed(f"station/{name}"), mode)


def public_root(keys: RootKeys) -> Root:
    return Root(keys.public, keys.pq_public)


def root_set(party: int, *indexes: int, threshold: int = 2) -> RootSet:
    return RootSet(tuple(public_root(root(party, n)) for n in indexes), threshold)


def party(number: int, roots: RootSet | None = None) -> Party:
    found = roots or root_set(number, 0, 1, 2)
    return Party(NAMES[number], found, "watch room, ring twice", LANGUAGES[number])


def make_charter(**changes: object) -> Charter:
    """The line of Alder and Birch: three roots each, of which two sign."""
    usual = Charter(
        name="Alder-Birch",
        parties=(party(ALDER), party(BIRCH)),
        since=NOW - YEAR,
        until=NOW + 5 * YEAR,
        nonce=seed("Alder-Birch")[:16],
    )
    return replace(usual, **changes)


CHARTER = make_charter()
RAW = pack_charter(CHARTER)
LINE = LineId(charter_id(RAW))


def signatures_of(
    raw: bytes, line: LineId, signers: Sequence[tuple[int, int, RootKeys]]
) -> tuple[RootSignature, ...]:
    """Signatures by (party, index in the list of CHARTER-22, keys)."""
    return tuple(sign_charter(line, raw, party=p, root=n, keys=keys) for p, n, keys in signers)


TWO_OF_EACH = tuple((p, n, root(p, n)) for p in (ALDER, BIRCH) for n in (0, 2))


class Office:
    """Alder's office, or another's: its journal so far, and how its next entry is written."""

    def __init__(
        self, number: int = ALDER, charter: Charter = CHARTER, line: LineId = LINE
    ) -> None:
        self.number = number
        self.authority: Authority = open_authority(line, number, charter)
        self.roots: Signers = [(n, root(number, n)) for n in (0, 1)]
        self.roots_of_others: dict[int, RootSet] = {}

    def header(self, payload: bytes, **changes: object) -> Header:
        """The header of the next entry."""
        usual = Header(
            self.number,
            self.authority.seq + 1,
            self.authority.head,
            (),
            NOW,
            1,
            EntryType.AUTHORITY,
            payload_hash(payload),
        )
        return replace(usual, **changes)

    def frame(
        self,
        header: Header,
        payload: bytes,
        signers: Signers | None = None,
        attachments: tuple[Attachment, ...] = (),
    ) -> Frame:
        """The frame of an entry with the signatures of some roots or credentials."""
        raw = pack_header(header)
        context = Context(Purpose.AUTHORITY, self.authority.line_id, Mode.NONE)
        signatures = tuple(
            AuthoritySignature(who, *sign_hybrid(keys, context, raw))
            for who, keys in (self.roots if signers is None else signers)
        )
        return Frame(raw, signatures, payload, None, attachments)

    def enter(
        self,
        payload: bytes,
        signers: Signers | None = None,
        *,
        attachments: tuple[Attachment, ...] = (),
        **changes: object,
    ) -> Authority:
        """Apply the next entry and return the journal, which the office keeps."""
        header = self.header(payload, **changes)
        frame = self.frame(header, payload, signers, attachments)
        self.authority = apply_entry(
            self.authority, header, frame=frame, roots_of_others=self.roots_of_others
        )
        return self.authority

    def issue(
        self, credential: Credential, keys: Keys | None = None, signers: Signers | None = None
    ) -> CredentialId:
        """Issue a credential with its proof, and return its id."""
        body = pack_body(credential)
        self.enter(
            pack_issue(body, proof_of(credential, keys, self.authority.line_id)),
            signers,
            attachments=key_beside(body, keys),
        )
        return credential_id(body)

    def reason(self) -> str | None:
        """Why the newest entry has no effect, or None."""
        refusal = self.authority.refused.get(self.authority.seq)
        return None if refusal is None else refusal.reason


def proof_of(credential: Credential, keys: Keys | None, line: LineId = LINE) -> Possession:
    if keys is None:
        return Possession()
    body = pack_body(credential)
    return prove_possession(
        line, body, credential=credential, secret=keys.secret, pq_seed=keys.pq_seed
    )


def key_beside(body: bytes, keys: Keys | None) -> tuple[Attachment, ...]:
    if keys is None:
        return ()
    return ((AttachmentKind.PQ_PUBLIC_KEY, credential_id(body), keys.pq_public),)


def post(name: str = "duty officer", **changes: object) -> Credential:
    usual = Credential(
        CredentialKind.POST,
        name,
        NOW - YEAR,
        NOW + YEAR,
        powers=int(Power.INFORM | Power.ACKNOWLEDGE),
        classes=(0, 1),
        modes=(Mode.REAL, Mode.EXERCISE),
    )
    return replace(usual, **changes)


def officer_credential(keys: OfficerKeys, name: str = "first", **changes: object) -> Credential:
    usual = Credential(
        CredentialKind.OFFICER,
        name,
        NOW - YEAR,
        NOW + YEAR,
        ed25519=keys.public,
        pq_hash=key_id(keys.pq_public),
        powers=int(Power.INFORM | Power.ACKNOWLEDGE),
        classes=(0, 1),
        modes=(Mode.REAL, Mode.EXERCISE),
    )
    return replace(usual, **changes)


def issuer_credential(keys: OfficerKeys, name: str = "issuer", **changes: object) -> Credential:
    powers = Power.ISSUE | Power.REVOKE | Power.INFORM | Power.ACKNOWLEDGE
    wide = {"powers": int(powers), "classes": (0, 1, 5), "modes": (1, 2, 3), "depth": 2}
    return officer_credential(keys, name, **{**wide, **changes})


def station_credential(keys: StationKeys, name: str = "room", **changes: object) -> Credential:
    usual = Credential(
        CredentialKind(CredentialKind.STATION_REAL + keys.mode - Mode.REAL),
        name,
        NOW - YEAR,
        NOW + YEAR,
        ed25519=keys.public,
        pq_hash=key_id(keys.pq_public),
        powers=int(Power.READ | Power.WRITE),
        modes=(int(keys.mode),),
        journals=(16, 32),
    )
    return replace(usual, **changes)


def head(no: int, seq: int) -> Head:
    return (no, seq, seed(f"{no}/{seq}"))


def reason_of(call: Callable[[], object], *errors: type[Exception]) -> str:
    """The reason with which a call is refused by an error of one of these classes."""
    try:
        call()
    except errors as refused:
        return getattr(refused, "reason", "")
    raise AssertionError("nothing was refused")
