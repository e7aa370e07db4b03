"""Trustees and custodians of the cast: their keys, their places in a charter, their credentials."""

from collections.abc import Sequence
from functools import cache
from typing import Protocol

from msgspec.structs import replace
from tests.cast import NAMES, NOW, YEAR, Office, seed

from backchannel.charter.credentials import Credential, CredentialKind, pack_body
from backchannel.charter.events import pack_issue
from backchannel.charter.oversight import Oversight, Reader
from backchannel.charter.possession import prove_holder
from backchannel.charter.powers import Power
from backchannel.wire.archive import ArchiveOpening, Order, SealedShare, order_values
from backchannel.wire.codec import Value
from backchannel.wire.envelope import AttachmentKind
from backchannel.wire.ids import CredentialId, LineId, credential_id, key_id
from backchannel.wire.keys import HolderKeys, holder_from_seed
from backchannel.wire.signing import Context, Mode, Purpose, sign
from backchannel.wire.statement import (
    Content,
    Kind,
    Statement,
    content_root,
    pack_content,
    pack_statement,
)


@cache
def holder_keys(name: str, holder: str) -> HolderKeys:
    return holder_from_seed(seed(f"{name}/{holder}"))


def overseen(party: int, *, trustees: int = 3, wanted: int = 2) -> Oversight:
    """A party's trustees, `wanted` of whom open, and one custodian."""
    name = NAMES[party]
    readers = tuple(
        Reader(f"trustee {n}", holder_keys(name, f"trustee {n}").pq_public)
        for n in range(1, trustees + 1)
    )
    keeper = Reader("keeper", holder_keys(name, "keeper").pq_public)
    return Oversight(party, wanted if trustees else 0, readers, 1, (keeper,))


def enrol_trustee(office: Office, trustee: str, **changes: object) -> CredentialId:
    """Issue the credential of a trustee, whose share the charter already names."""
    keys = holder_keys(office.name, trustee)
    credential = Credential(
        kind=CredentialKind.TRUSTEE,
        name=trustee,
        since=NOW - YEAR,
        until=NOW + YEAR,
        ed25519=keys.public,
        pq_hash=key_id(keys.pq_public),
        powers=int(Power.OVERSEE),
    )
    body = pack_body(replace(credential, **changes))
    proof = prove_holder(office.authority.line_id, body, secret=keys.secret)
    made = credential_id(body)
    beside = (AttachmentKind.PQ_PUBLIC_KEY, made, keys.pq_public)
    office.enter(pack_issue(body, proof), attachments=(beside,))
    return made


DAY = NOW // 86_400
ORDER = Order(DAY - 1, DAY, (12, 21), "Committee on oversight, 2026-11")
Signer = tuple[CredentialId, bytes]


class Lined(Protocol):
    """What has a line and its offices, as a cast has."""

    line: LineId
    offices: list[Office]


def warrant(
    cast: Lined,
    signers: Sequence[Signer],
    *,
    values: Sequence[Value] = order_values(ORDER),
    mode: Mode = Mode.REAL,
    **changes: object,
) -> ArchiveOpening:
    """A warrant, signed by these."""
    content = pack_content(Content(seed("warrant")[:16], tuple(values)))
    statement = Statement(
        kind=Kind.WARRANT,
        form=None,
        to=1,
        precedence=4,
        category=0,
        drafted=NOW,
        signers=tuple(signer for signer, _ in signers),
        basis=(),
        refs=(),
        croot=content_root(content),
    )
    raw = pack_statement(replace(statement, **changes))
    context = Context(Purpose.STATEMENT, cast.line, mode)
    return ArchiveOpening(raw, tuple(sign(secret, context, raw) for _, secret in signers), content)


def enrolled(cast: Lined, party: int, *numbers: int, **changes: object) -> list[Signer]:
    """The credentials of some trustees of a party, issued now, each with the key it signs with."""
    office = cast.offices[party]
    names = [f"trustee {n}" for n in numbers]
    return [
        (enrol_trustee(office, name, **changes), holder_keys(office.name, name).secret)
        for name in names
    ]


def share(party: str, name: str) -> SealedShare:
    """A share for somebody; what is in it nobody can tell."""
    return SealedShare(key_id(holder_keys(party, name).pq_public), bytes(32), bytes(1168))
