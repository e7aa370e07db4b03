"""Hybrid signatures, and the list of signatures under a charter (CHARTER-20 to CHARTER-23).

This module must not count one half as a signature.
"""

from collections.abc import Sequence

from backchannel.verifier.cbor import Refusal, Value
from backchannel.verifier.charter import PARTIES, Charter, Root
from backchannel.verifier.crypto import (
    ED25519,
    ML_DSA_65,
    NO_MODE,
    SIGNATURE_BYTES,
    covered,
    require_ed25519,
    require_ml_dsa,
)
from backchannel.verifier.shapes import COUNT_END, integer, listing, octets, places

RootLists = tuple[tuple[Root, ...], tuple[Root, ...]]
RootSignature = tuple[int, int, bytes, bytes]


def require_hybrid(
    root: Root, halves: tuple[bytes, bytes], purpose: str, line: bytes, payload: bytes
) -> None:
    """Raise Refusal unless both halves of a signature hold."""
    require_ed25519(root[0], halves[0], covered(purpose, line, NO_MODE, ED25519, payload))
    message = covered(purpose, line, NO_MODE, ML_DSA_65, payload)
    require_ml_dsa(ML_DSA_65, root[1], halves[1], message)


def read_root_signatures(value: Value) -> list[RootSignature]:
    """Return the signatures under a charter. Raises Refusal (CHARTER-21)."""
    found: list[RootSignature] = []
    for each in listing(value, 0, PARTIES * 16, "signatures"):
        party, index, one, other = places(each, 4, "signature")
        found.append((
            integer(party, 0, PARTIES - 1, "signature"),
            integer(index, 0, COUNT_END, "signature"),
            octets(one, 64, "signature"),
            octets(other, SIGNATURE_BYTES[ML_DSA_65], "signature"),
        ))  # fmt: skip
    order = [(party, index) for party, index, _, _ in found]
    if order != sorted(set(order)):
        raise Refusal("signatures-order")
    return found


def require_in_force(
    raw: bytes, charter: Charter, signatures: list[RootSignature], line: bytes
) -> None:
    """Raise Refusal unless k roots of every party have signed a first charter (CHARTER-20)."""
    if charter.predecessor is not None:
        raise Refusal("not-first-charter", "this version proves nothing of amended charters")
    lists: list[RootLists] = [((), party.roots) for party in charter.parties]
    signed = require_signatures(raw, lists, signatures, line)
    for index, party in enumerate(charter.parties):
        if len(signed[index]) < party.threshold:
            raise Refusal("not-in-force", f"{len(signed[index])} roots of {party.name} signed")


def require_signatures(
    raw: bytes,
    lists: Sequence[RootLists],
    signatures: list[RootSignature],
    line: bytes,
) -> list[set[Root]]:
    """Return the roots of each party that signed; one false signature refuses all (CHARTER-22)."""
    signed: list[set[Root]] = [set() for _ in lists]
    for party, index, one, other in signatures:
        roots = lists[party][0] + lists[party][1] if party < len(lists) else ()
        if index >= len(roots):
            raise Refusal("unknown-root", f"party {party} has no root {index}")
        require_hybrid(roots[index], (one, other), "charter", line, raw)
        signed[party].add(roots[index])
    return signed
