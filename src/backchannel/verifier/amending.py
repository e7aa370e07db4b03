"""What a party's roots change: own rules, new roots, an amended charter (CHARTER-22 to 24, 42 to
45).

This module must not decide when a change is in force; the journal does.
"""

from backchannel.verifier.cbor import Refusal, Value, decode, encode
from backchannel.verifier.charter import (
    Charter,
    Root,
    Rule,
    read_charter,
    read_roots,
    read_rules,
    read_threshold,
    require_roots_once,
)
from backchannel.verifier.crypto import ML_DSA_65, SIGNATURE_BYTES
from backchannel.verifier.shapes import integer, listing, octets, places
from backchannel.verifier.signing import read_root_signatures, require_hybrid, require_signatures

Before = tuple[bytes, Charter, list[tuple[tuple[Root, ...], int]]]


def require_own_rules(value: list[Value], charter: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return a party's own rules. Raises Refusal if they ask less than the charter (CHARTER-42)."""
    rules = read_rules(places(value, 2, "own rules")[1])
    fits = len(rules) == len(charter) and all(
        own.name == theirs.name
        and own.covers == theirs.covers
        and not theirs.powers & ~own.powers
        and all(a >= b for a, b in zip(own.people, theirs.people, strict=True))
        and set(own.emergency) <= set(theirs.emergency)
        for own, theirs in zip(rules, charter, strict=False)
    )
    if not fits:
        raise Refusal("looser-rules")
    return rules


def require_rotation(
    value: list[Value], line: bytes, party: int, charter: Charter
) -> tuple[tuple[Root, ...], int]:
    """Return new roots and their threshold, once they have agreed (CHARTER-43)."""
    _, rows, k, agreed = places(value, 4, "rotate")
    roots = read_roots(rows, "new roots")
    threshold = read_threshold(k, len(roots), "new roots")
    others = [each for n, each in enumerate(charter.parties) if n != party]
    require_roots_once([*roots, *(root for each in others for root in each.roots)])
    pairs: list[Value] = [[one, other] for one, other in roots]
    body = encode([4, party, pairs, threshold])
    before = -1
    signed = listing(agreed, 0, 8, "agreed")
    halves = []
    for each in signed:
        index, one, other = places(each, 3, "agreed")
        at = integer(index, 0, 7, "agreed")
        halves.append((at, octets(one, 64, "agreed"),
                       octets(other, SIGNATURE_BYTES[ML_DSA_65], "agreed")))  # fmt: skip
        if at <= before:
            raise Refusal("signatures-order")
        before = at
    for at, one_half, other_half in halves:
        if at >= len(roots):
            raise Refusal("unknown-root")
        require_hybrid(roots[at], (one_half, other_half), "possession", line, body)
    if len(halves) < threshold:
        raise Refusal("below-threshold", "the new roots have not agreed")
    return roots, threshold


def require_amendment(payload: bytes, line: bytes, before: Before) -> tuple[bytes, Charter]:
    """Return an amendment, bytes and charter, if enough roots signed (CHARTER-22 to CHARTER-24)."""
    charter_id, former, in_force = before
    body, rows = places(decode(payload), 2, "amendment")
    raw = octets(body, None, "amendment")
    charter, signatures = read_charter(raw), read_root_signatures(rows)
    if charter.predecessor != charter_id:
        raise Refusal("other-predecessor")
    names = [party.name for party in former.parties]
    if [party.name for party in charter.parties][: len(names)] != names:
        raise Refusal("parties-renumbered")
    rules = [rule.name for rule in former.rules]
    if [rule.name for rule in charter.rules][: len(rules)] != rules:
        raise Refusal("classes-renumbered")
    lists = [
        (in_force[n][0] if n < len(in_force) else (), party.roots)
        for n, party in enumerate(charter.parties)
    ]
    signed = require_signatures(raw, lists, signatures, line)
    for n, party in enumerate(charter.parties):
        old, k = in_force[n] if n < len(in_force) else ((), 0)
        if len(signed[n] & set(old)) < k or len(signed[n] & set(party.roots)) < party.threshold:
            raise Refusal("below-threshold", party.name)
    return raw, charter
