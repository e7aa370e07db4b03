"""Signatures of roots over a charter: k of n of every party, or it is not in force.

This module must not know what a charter says beyond its parties. Layout: CHARTER-20 to CHARTER-24.

    signatures = [[party, root index, Ed25519 64, ML-DSA-65 3309]], ascending by party and index
"""

from typing import NamedTuple

import msgspec

from backchannel.charter import fields
from backchannel.charter.charter import Charter, parse_charter
from backchannel.charter.parties import Root, RootSet
from backchannel.charter.rules import ReleaseRule
from backchannel.errors import JunkError, OfficerError
from backchannel.limits import ARRAY_ITEMS_MAX, PARTIES_MAX
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.ids import LineId, charter_id
from backchannel.wire.keys import OfficerKeys, RootKeys
from backchannel.wire.primitives import MLDSA_SIGNATURE_BYTES
from backchannel.wire.signing import (
    Alg,
    Context,
    Mode,
    Purpose,
    require_pq,
    require_signature,
    sign,
    sign_pq,
)

ED25519_BYTES = 64
MLDSA65_BYTES = MLDSA_SIGNATURE_BYTES[65]
NO_ROOTS = RootSet((), 0)


class RootSignature(NamedTuple):
    """One root's two signatures; `root` is its place in the list of CHARTER-22."""

    party: int
    root: int
    ed25519: bytes
    mldsa65: bytes


class Hybrid(NamedTuple):
    """Both halves of one signer's signature. Neither counts without the other (NT10)."""

    ed25519: bytes
    mldsa65: bytes


def pack_signatures(signatures: tuple[RootSignature, ...]) -> bytes:
    """Return a list of root signatures as bytes (CHARTER-21)."""
    return encode(tuple(tuple(each) for each in signatures))


def parse_signatures(raw: bytes) -> tuple[RootSignature, ...]:
    """Return the root signatures in `raw`. Raises JunkError (CHARTER-21)."""
    return read_signatures(decode(raw))


def read_signatures(value: Value) -> tuple[RootSignature, ...]:
    """Return root signatures, ascending, no half missing. Raises JunkError (CHARTER-21, NT10)."""
    read = []
    for n, each in enumerate(fields.rows(value, "signature", 0, ARRAY_ITEMS_MAX), 1):
        party, root, ed25519, mldsa65 = fields.row(each, f"signature[{n}]", 4)
        read.append(
            RootSignature(
                fields.whole(party, f"signature[{n}].party", 0, PARTIES_MAX - 1),
                fields.whole(root, f"signature[{n}].root", 0, ARRAY_ITEMS_MAX),
                fields.octets(ed25519, f"signature[{n}].ed25519", ED25519_BYTES),
                fields.octets(mldsa65, f"signature[{n}].ml_dsa_65", MLDSA65_BYTES),
            )
        )
    places = [(each.party, each.root) for each in read]
    if places != sorted(set(places)):
        raise JunkError("signatures-order", f"got {places}, wanted each once, ascending")
    return tuple(read)


def sign_hybrid(keys: RootKeys | OfficerKeys, context: Context, payload: bytes) -> Hybrid:
    """Return both halves of a signature. Draws the randomness of the ML-DSA library."""
    return Hybrid(
        sign(keys.secret, context, payload),
        sign_pq(Alg.ML_DSA_65, keys.pq_seed, context, payload),
    )


def require_hybrid(root: Root, halves: Hybrid, context: Context, payload: bytes) -> None:
    """Raise JunkError unless both halves hold (CHARTER-20, NT10)."""
    require_signature(root.ed25519, halves.ed25519, context, payload)
    require_pq(Alg.ML_DSA_65, root.mldsa65, halves.mldsa65, context, payload)


def sign_charter(
    line_id: LineId, raw: bytes, *, party: int, root: int, keys: RootKeys
) -> RootSignature:
    """Return one root's signature over a charter; a first charter's line id is its own id."""
    return RootSignature(party, root, *sign_hybrid(keys, charter_context(line_id), raw))


def charter_context(line_id: LineId) -> Context:
    """Return what a charter's signatures are bound to (CHARTER-20)."""
    return Context(Purpose.CHARTER, line_id, Mode.NONE)


def line_id_of(raw: bytes) -> LineId:
    """Return the id of the line that a first charter makes. Raises JunkError (CHARTER-20)."""
    if parse_charter(raw).predecessor is not None:
        raise JunkError("not-first-charter", "an amendment does not name the line; give the first")
    return LineId(charter_id(raw))


def require_in_force(raw: bytes, signatures: tuple[RootSignature, ...]) -> Charter:
    """Return a line's first charter, signed by k roots of every party (CHARTER-20, NT94).

    Raises JunkError for a charter or signature that does not hold, and
    OfficerError("not-in-force") that names the party whose signatures lack.
    """
    line_id = line_id_of(raw)
    charter = parse_charter(raw)
    becoming = tuple(party.root_set for party in charter.parties)
    standing = (NO_ROOTS,) * len(becoming)
    signed = require_root_signatures(line_id, raw, signatures, roots_listed(standing, becoming))
    for party, roots in zip(charter.parties, signed, strict=True):
        held = len(roots)
        if held < party.root_set.threshold:
            raise OfficerError(
                "not-in-force",
                f"{party.name}: got signatures of {held} roots, wanted "
                f"{party.root_set.threshold}; nothing is sent before all have signed",
            )
    return charter


def roots_listed(
    standing: tuple[RootSet, ...], becoming: tuple[RootSet, ...]
) -> tuple[tuple[Root, ...], ...]:
    """Return for each party the roots in force, then those of the new charter (CHARTER-22)."""
    return tuple((*old.roots, *new.roots) for old, new in zip(standing, becoming, strict=True))


def require_root_signatures(
    line_id: LineId,
    raw: bytes,
    signatures: tuple[RootSignature, ...],
    listed: tuple[tuple[Root, ...], ...],
) -> tuple[frozenset[Root], ...]:
    """Return the distinct roots of each party that signed. Raises JunkError for a false one."""
    signed: list[set[Root]] = [set() for _ in listed]
    for each in signatures:
        if each.party >= len(listed) or each.root >= len(listed[each.party]):
            raise JunkError(
                "unknown-root", f"signature: party {each.party} has no root {each.root}"
            )
        root = listed[each.party][each.root]
        require_hybrid(root, Hybrid(*each[2:]), charter_context(line_id), raw)
        signed[each.party].add(root)
    return tuple(frozenset(roots) for roots in signed)


class Amended(msgspec.Struct, frozen=True):
    """What an amendment is held against: the charter before it and every party's roots by then."""

    raw_id: bytes
    charter: Charter
    standing: tuple[RootSet, ...]


def require_amendment(
    line_id: LineId, before: Amended, raw: bytes, signatures: tuple[RootSignature, ...]
) -> Charter:
    """Return the amendment in `raw`, if every party agreed to it (CHARTER-23, CHARTER-24).

    k of the roots in force of each party of the predecessor sign, and k of the roots that the
    amendment lists, be they old, new or those of a party that joins. Raises JunkError.
    """
    amendment = parse_charter(raw)
    require_successor(before, amendment)
    joining = len(amendment.parties) - len(before.standing)
    standing = (*before.standing, *(NO_ROOTS,) * joining)
    becoming = tuple(party.root_set for party in amendment.parties)
    listed = roots_listed(standing, becoming)
    signed = require_root_signatures(line_id, raw, signatures, listed)
    for n, party in enumerate(amendment.parties):
        for wanted in (standing[n], becoming[n]):
            got = len(signed[n].intersection(wanted.roots))
            if got < wanted.threshold:
                raise JunkError(
                    "below-threshold",
                    f"{party.name}: got {got} of the {wanted.threshold} roots wanted",
                )
    return amendment


def require_successor(before: Amended, amendment: Charter) -> None:
    """Raise JunkError unless parties and classes keep their numbers (CHARTER-24)."""
    if amendment.predecessor != before.raw_id:
        raise JunkError("other-predecessor", "the amendment follows another charter than ours")
    names = tuple(party.name for party in before.charter.parties)
    if tuple(party.name for party in amendment.parties[: len(names)]) != names:
        raise JunkError("parties-renumbered", f"wanted the parties to begin with {list(names)}")
    classes = rule_names(before.charter.policy.rules)
    if rule_names(amendment.policy.rules)[: len(classes)] != classes:
        raise JunkError("classes-renumbered", f"wanted the rules to begin with {list(classes)}")


def rule_names(rules: tuple[ReleaseRule, ...]) -> tuple[str, ...]:
    """Return the names of the classes in the order of their numbers."""
    return tuple(rule.name for rule in rules)
