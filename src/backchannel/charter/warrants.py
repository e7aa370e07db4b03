"""A warrant: what trustees must have signed before anything of an archive is opened.

This module must not open anything, and it says no word on whether a warrant is wise. Clauses:
PROOF-135, PROOF-137.
"""

from typing import NamedTuple

from backchannel.charter.credentials import CredentialKind
from backchannel.charter.oversight import circles_of
from backchannel.charter.roster import (
    Authority,
    Issued,
    known_at,
    require_unrevoked,
    require_valid,
    standing_at,
)
from backchannel.errors import BreachError
from backchannel.wire.archive import ArchiveOpening, Order, Role, parse_order
from backchannel.wire.signing import Context, Mode, Purpose, require_signature
from backchannel.wire.statement import content_root, parse_statement


class At(NamedTuple):
    """As of what a warrant is judged: the mode and the author's authority journal up to `seq`, and
    the moment in seconds UTC that the trustees' mandates are held against."""

    mode: int
    seq: int
    moment: int


def require_warrant(opening: ArchiveOpening, authority: Authority, at: At) -> Order:
    """Return what a warrant orders, if M trustees of the party have signed it.

    Raises BreachError ("not-a-trustee", "too-few-trustees", "warrant-content",
    "warrant-signatures", and those of the roster), and JunkError for bytes of another shape or a
    signature that does not hold (PROOF-137).
    """
    statement = parse_statement(opening.warrant)
    order = parse_order(statement, opening.content)
    if content_root(opening.content) != statement.croot:
        raise BreachError("warrant-content", "these words are not those that the trustees signed")
    if len(opening.signatures) != len(statement.signers):
        raise BreachError("warrant-signatures", "a warrant has one signature for each signer")
    context = Context(Purpose.STATEMENT, authority.line_id, Mode(at.mode))
    keys = set()
    for signer, signature in zip(statement.signers, opening.signatures, strict=True):
        found = known_at(authority, signer, at.seq)
        require_unrevoked(authority, found, at.seq)
        require_valid(found, at.moment)
        keys.add(trustee_key(found, authority, at.seq))
        require_signature(found.credential.ed25519 or b"", signature, context, opening.warrant)
    wanted, _ = trustees(authority, at.seq)
    if len(keys) < wanted:
        raise BreachError("too-few-trustees", f"{len(keys)} trustees signed, wanted {wanted}")
    return order


def trustee_key(found: Issued, authority: Authority, seq: int) -> bytes:
    """Return the key id of a trustee whom the charter names. Raises BreachError."""
    named = trustees(authority, seq)[1]
    credential = found.credential
    if credential.kind != CredentialKind.TRUSTEE or credential.pq_hash not in named:
        raise BreachError(
            "not-a-trustee", f"{credential.name}: the charter names no trustee with this key"
        )
    return credential.pq_hash


def trustees(authority: Authority, seq: int) -> tuple[int, tuple[bytes, ...]]:
    """Return how many trustees a party's warrants take, and the key ids of all of them.

    Raises BreachError("no-trustees"): who has none can order nothing.
    """
    charter = standing_at(authority, seq).charter
    for each in circles_of(charter.oversight, authority.party):
        if each.role == Role.TRUSTEE:
            return each.threshold, each.key_ids()
    raise BreachError("no-trustees", "the charter names no trustee of this party")
