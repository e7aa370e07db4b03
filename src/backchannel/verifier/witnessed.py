"""The claim that witnesses support: after when an entry was made, and by when it stood.

This module must not believe anybody of the line. Clauses: PROOF-77, PROOF-78.
"""

from backchannel.verifier.beacon import OPENING, made_after, stood_by
from backchannel.verifier.bundle import Entry, Pieces
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.evidence import Evidence, payload_of
from backchannel.verifier.moments import moment
from backchannel.verifier.witnesses import read_policy


def claim_bracketed(given: Pieces, evidence: Evidence, entry: Entry) -> str:
    """Return between which times an entry was made. Raises Refusal (PROOF-77, PROOF-78)."""
    assert given.charter is not None, "a charter that names witnesses"
    header, notes = entry.header, list(given.notes.values())
    policy = read_policy(given.charter.witnesses)
    if policy.meets(frozenset()):
        raise Refusal("no-quorum", "the charter's policy asks for no witness")
    place = header.no, header.seq, header.id
    high = stood_by(place, list(given.leaves.values()), notes, given.paths, policy)
    openings = [each for each in evidence.following(entry) if each.header.type == OPENING]
    low = made_after([payload_of(each) for each in openings if each.payload], notes, policy)
    by = f"by {moment(high)}, as a quorum of the charter's witnesses says"
    if low is None:
        return f"stood {by}"
    if low > high:
        raise Refusal("time-crossed", f"{moment(low)} is after {moment(high)}")
    return f"made after {moment(low)} and stood {by}"
