"""A warrant: what trustees, or custodians, must have signed before an archive is opened.

This module must not open anything, and it says no word on whether a warrant is wise. Clauses:
PROOF-135, PROOF-137.
"""

from typing import NamedTuple

from backchannel.charter.credentials import CredentialKind
from backchannel.charter.oversight import Readers, circles_of
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

ROLE_OF = {CredentialKind.TRUSTEE: Role.TRUSTEE, CredentialKind.CUSTODIAN: Role.CUSTODIAN}


class At(NamedTuple):
    """As of what a warrant is judged: the mode and the author's authority journal up to `seq`, and
    the moment in seconds UTC that the holders' mandates are held against."""

    mode: int
    seq: int
    moment: int


class Ordered(NamedTuple):
    """A warrant that holds: what it names, and the role whose holders ordered it and open."""

    order: Order
    role: int


def require_warrant(opening: ArchiveOpening, authority: Authority, at: At) -> Ordered:
    """Return what a warrant orders, if M holders of one role have signed it.

    Raises BreachError ("not-a-holder", "too-few-holders", "warrant-content",
    "warrant-signatures", and those of the roster), and JunkError for bytes of another shape or a
    signature that does not hold (PROOF-137).
    """
    statement = parse_statement(opening.warrant)
    order = parse_order(statement, opening.content)
    if content_root(opening.content) != statement.croot:
        raise BreachError("warrant-content", "these words are not those that were signed")
    if len(opening.signatures) != len(statement.signers):
        raise BreachError("warrant-signatures", "a warrant has one signature for each signer")
    signers = [known_at(authority, each, at.seq) for each in statement.signers]
    circle = circle_of(signers[0], authority, at.seq)
    context = Context(Purpose.STATEMENT, authority.line_id, Mode(at.mode))
    keys = set()
    for found, signature in zip(signers, opening.signatures, strict=True):
        require_unrevoked(authority, found, at.seq)
        require_valid(found, at.moment)
        keys.add(require_holder(found, circle))
        require_signature(found.credential.ed25519 or b"", signature, context, opening.warrant)
    if len(keys) < circle.threshold:
        raise BreachError("too-few-holders", f"{len(keys)} signed, wanted {circle.threshold}")
    return Ordered(order, circle.role)


def circle_of(found: Issued, authority: Authority, seq: int) -> Readers:
    """Return the circle of the charter in which somebody would stand. Raises BreachError."""
    charter = standing_at(authority, seq).charter
    role = ROLE_OF.get(CredentialKind(found.credential.kind))
    for each in circles_of(charter.oversight, authority.party):
        if each.role == role:
            return each
    raise not_a_holder(found)


def require_holder(found: Issued, circle: Readers) -> bytes:
    """Return the key id of a holder of a circle. Raises BreachError("not-a-holder")."""
    credential = found.credential
    kind = ROLE_OF.get(CredentialKind(credential.kind))
    if kind != circle.role or credential.pq_hash not in circle.key_ids():
        raise not_a_holder(found)
    return credential.pq_hash


def not_a_holder(found: Issued) -> BreachError:
    """Return the error for somebody whom the charter gives no share, or none of this role."""
    return BreachError(
        "not-a-holder",
        f"{found.credential.name}: the charter names no such holder among these of the party",
    )
