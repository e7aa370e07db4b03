"""What a party's office enters in its authority journal. Parsing and printing of the payloads.

This module must not judge an event, see authority.py. Layouts: CHARTER-40 to CHARTER-46.

    type 5  = [1, body, possession] | [2, credential id, reason, [no, seq, h32] / null]
            | [3, [rule]] | [4, [root], k, [[index, Ed25519, ML-DSA-65]]] | [5, time]
    type 13 = [charter, [[party, root index, Ed25519, ML-DSA-65]]]
"""

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

import msgspec

from backchannel.charter import fields
from backchannel.charter.credentials import Credential, parse_body
from backchannel.charter.parties import RootSet, read_root_set, roots_rows
from backchannel.charter.possession import Possession, read_possession
from backchannel.charter.rules import ReleaseRule, read_rules, rules_rows
from backchannel.charter.signatures import (
    ED25519_BYTES,
    MLDSA65_BYTES,
    RootSignature,
    read_signatures,
)
from backchannel.errors import JunkError
from backchannel.limits import MOMENT_MAX, ROOTS_MAX
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import EntryType, Head, parse_heads
from backchannel.wire.ids import CredentialId

ID_BYTES = 32


class EventKind(IntEnum):
    """Kinds of authority events. Numbers are fixed for all versions."""

    ISSUE = 1
    REVOKE = 2
    POLICY = 3
    ROTATE_ROOTS = 4
    FRESH = 5


class RevocationReason(IntEnum):
    """Why a credential ends. Who lost a key cannot vouch for what it signed last."""

    REPLACED = 1
    WITHDRAWN = 2
    LOST = 3
    COMPROMISE = 4


NAMES_NO_LAST_ENTRY = (RevocationReason.LOST, RevocationReason.COMPROMISE)


class NewRootSignature(NamedTuple):
    """A new root's agreement to be one: its place among the new roots, and both halves."""

    root: int
    ed25519: bytes
    mldsa65: bytes


class Issue(msgspec.Struct, frozen=True):
    """A credential with its subject's proof. The id is made of `body`."""

    body: bytes
    credential: Credential
    possession: Possession


class Revoke(msgspec.Struct, frozen=True):
    """The end of a credential; `last` is the last entry under it that still counts."""

    credential: CredentialId
    reason: int
    last: Head | None


class OwnRules(msgspec.Struct, frozen=True):
    """A release table by which the party asks more of itself than the charter does."""

    rules: tuple[ReleaseRule, ...]


class RotateRoots(msgspec.Struct, frozen=True):
    """New roots of the party, each of the wanted number having agreed."""

    root_set: RootSet
    signatures: tuple[NewRootSignature, ...]


class Fresh(msgspec.Struct, frozen=True):
    """The office says that this journal is still current at a time."""

    time: int


class Amendment(msgspec.Struct, frozen=True):
    """A new charter of the line with the signatures of every party's roots."""

    charter: bytes
    signatures: tuple[RootSignature, ...]


Event = Issue | Revoke | OwnRules | RotateRoots | Fresh | Amendment


def pack_issue(body: bytes, possession: Possession) -> bytes:
    """Return the payload that issues a credential (CHARTER-40)."""
    return encode((int(EventKind.ISSUE), body, tuple(possession)))


def pack_revoke(revoke: Revoke) -> bytes:
    """Return the payload that ends a credential (CHARTER-41)."""
    return encode((int(EventKind.REVOKE), revoke.credential, int(revoke.reason), revoke.last))


def pack_own_rules(rules: tuple[ReleaseRule, ...]) -> bytes:
    """Return the payload that puts a party's own release table in force (CHARTER-42)."""
    return encode((int(EventKind.POLICY), rules_rows(rules)))


def pack_rotation(root_set: RootSet, signatures: tuple[NewRootSignature, ...]) -> bytes:
    """Return the payload that replaces a party's roots (CHARTER-43)."""
    rows = tuple((each.root, each.ed25519, each.mldsa65) for each in signatures)
    return encode((int(EventKind.ROTATE_ROOTS), roots_rows(root_set), root_set.threshold, rows))


def rotation_body(party: int, root_set: RootSet) -> bytes:
    """Return what each new root signs, type "possession" (CHARTER-43)."""
    rows = roots_rows(root_set)
    return encode((int(EventKind.ROTATE_ROOTS), party, rows, root_set.threshold))


def pack_fresh(time: int) -> bytes:
    """Return the payload that says "still current" (CHARTER-44)."""
    return encode((int(EventKind.FRESH), time))


def pack_amendment(charter: bytes, signatures: tuple[RootSignature, ...]) -> bytes:
    """Return the payload of a type 13 entry (CHARTER-45)."""
    return encode((charter, tuple(tuple(each) for each in signatures)))


def parse_event(entry_type: int, payload: bytes) -> Event:
    """Return what an entry of an authority journal says. Raises JunkError (CHARTER-40 to 46)."""
    if entry_type == EntryType.AMENDMENT:
        return read_amendment(decode(payload))
    if entry_type != EntryType.AUTHORITY:
        raise JunkError("unknown-entry-type", f"got type {entry_type}, wanted 5 or 13")
    taken = fields.rows(decode(payload), "event", 1, len(EventKind))
    kind = fields.whole(taken[0], "event", 0, MOMENT_MAX)
    if kind not in READERS:
        raise JunkError("unknown-event", f"event: got kind {kind}, wanted 1 to {len(EventKind)}")
    return READERS[EventKind(kind)](taken)


def read_issue(taken: tuple[Value, ...]) -> Issue:
    """Return the credential that is issued. Raises JunkError (CHARTER-40)."""
    _, body, possession = fields.row(taken, "issue", 3)
    if type(body) is not bytes:
        raise JunkError("wrong-type", "issue.body: wanted bytes")
    credential = parse_body(body)
    return Issue(body, credential, read_possession(possession, credential))


def read_revoke(taken: tuple[Value, ...]) -> Revoke:
    """Return the revocation. Raises JunkError (CHARTER-41)."""
    _, credential, reason_value, last = fields.row(taken, "revoke", 4)
    reason = fields.whole(
        reason_value, "revoke.reason", RevocationReason.REPLACED, RevocationReason.COMPROMISE
    )
    if last is not None and reason in NAMES_NO_LAST_ENTRY:
        raise JunkError("lost-with-last", "revoke.last: wanted null where the key was lost")
    head = None if last is None else parse_heads((last,))[0]
    return Revoke(CredentialId(fields.octets(credential, "revoke", ID_BYTES)), reason, head)


def read_own_rules(taken: tuple[Value, ...]) -> OwnRules:
    """Return the party's own release table. Raises JunkError (CHARTER-42)."""
    _, rules = fields.row(taken, "policy", 2)
    return OwnRules(read_rules(rules, "rule"))


def read_rotation(taken: tuple[Value, ...]) -> RotateRoots:
    """Return new roots and their agreement. Raises JunkError (CHARTER-43)."""
    _, roots, threshold, rows = fields.row(taken, "rotate", 4)
    signatures = []
    for n, each in enumerate(fields.rows(rows, "rotate", 0, ROOTS_MAX), 1):
        root, ed25519, mldsa65 = fields.row(each, f"signature[{n}]", 3)
        signatures.append(
            NewRootSignature(
                fields.whole(root, f"signature[{n}].root", 0, ROOTS_MAX - 1),
                fields.octets(ed25519, f"signature[{n}].ed25519", ED25519_BYTES),
                fields.octets(mldsa65, f"signature[{n}].ml_dsa_65", MLDSA65_BYTES),
            )
        )
    fields.ascending(tuple(each.root for each in signatures), "signature")
    return RotateRoots(read_root_set(roots, threshold, "rotate"), tuple(signatures))


def read_fresh(taken: tuple[Value, ...]) -> Fresh:
    """Return the time at which the journal was current. Raises JunkError (CHARTER-44)."""
    _, time = fields.row(taken, "fresh", 2)
    return Fresh(fields.whole(time, "fresh.time", 0, MOMENT_MAX))


def read_amendment(value: Value) -> Amendment:
    """Return a charter's bytes and signatures, not yet held against anything. Raises JunkError."""
    charter, signatures = fields.row(value, "amendment", 2)
    if type(charter) is not bytes:
        raise JunkError("wrong-type", "amendment.charter: wanted bytes")
    return Amendment(charter, read_signatures(signatures))


READERS: dict[EventKind, Callable[[tuple[Value, ...]], Event]] = {
    EventKind.ISSUE: read_issue,
    EventKind.REVOKE: read_revoke,
    EventKind.POLICY: read_own_rules,
    EventKind.ROTATE_ROOTS: read_rotation,
    EventKind.FRESH: read_fresh,
}
