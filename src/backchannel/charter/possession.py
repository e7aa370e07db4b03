"""Proof that the subject of a credential holds its keys, and admission of those keys.

This module must not know who issues. Layout: CHARTER-34, CHARTER-35.

    possession = [Ed25519 64 / null, ML-DSA / null], each over the body, type "possession"
"""

from typing import NamedTuple

from backchannel.charter import fields
from backchannel.charter.credentials import HOLDERS_OF_SHARES, Credential, pq_alg
from backchannel.errors import JunkError
from backchannel.wire.codec import Value
from backchannel.wire.ed25519 import admit_key
from backchannel.wire.ids import LineId, key_id
from backchannel.wire.primitives import (
    MLDSA_SIGNATURE_BYTES,
    require_mldsa_public,
    require_xwing_public,
)
from backchannel.wire.signing import (
    MLDSA_SETS,
    Context,
    Mode,
    Purpose,
    require_pq,
    require_signature,
    sign,
    sign_pq,
)

ED25519_BYTES = 64


class Possession(NamedTuple):
    """The subject's own signatures over its body; None where it has no such key."""

    ed25519: bytes | None = None
    mldsa: bytes | None = None


def possession_context(line_id: LineId) -> Context:
    """Return what a proof of possession is bound to (CHARTER-34)."""
    return Context(Purpose.POSSESSION, line_id, Mode.NONE)


def prove_possession(
    line_id: LineId, body: bytes, *, credential: Credential, secret: bytes, pq_seed: bytes
) -> Possession:
    """Return the proof of an officer or a station. Draws the ML-DSA library's randomness."""
    context = possession_context(line_id)
    return Possession(
        sign(secret, context, body), sign_pq(pq_alg(credential), pq_seed, context, body)
    )


def prove_holder(line_id: LineId, body: bytes, *, secret: bytes) -> Possession:
    """Return the proof of a custodian or trustee, whose second key cannot sign (CHARTER-34)."""
    return Possession(sign(secret, possession_context(line_id), body), None)


def read_possession(value: Value, credential: Credential) -> Possession:
    """Return the proof in a decoded pair of the right lengths. Raises JunkError (NT9)."""
    classical, post_quantum = fields.row(value, "possession", 2)
    if credential.ed25519 is None:
        if classical is not None or post_quantum is not None:
            raise JunkError("possession-of-kind", "possession: a post holds no key")
        return Possession()
    ed25519 = fields.octets(classical, "possession.ed25519", ED25519_BYTES)
    if credential.kind in HOLDERS_OF_SHARES:
        if post_quantum is not None:
            raise JunkError("possession-of-kind", "possession: an X-Wing key cannot sign")
        return Possession(ed25519, None)
    length = MLDSA_SIGNATURE_BYTES[MLDSA_SETS[pq_alg(credential)]]
    return Possession(ed25519, fields.octets(post_quantum, "possession.ml_dsa", length))


def require_named_key(credential: Credential, pq_public: bytes | None) -> None:
    """Raise JunkError unless the key beside an entry is the one that the body names (CHARTER-35).

    Nobody signed what lies beside an entry: a wrong key says nothing about the credential.
    """
    if credential.pq_hash is None:
        return
    if pq_public is None:
        raise JunkError(
            "subject-key-missing", f"{credential.name}: wanted its ML-DSA or X-Wing key beside it"
        )
    if key_id(pq_public) != credential.pq_hash:
        raise JunkError("subject-key-mismatch", f"{credential.name}: this is not the key named")


def require_possession(
    line_id: LineId,
    body: bytes,
    *,
    credential: Credential,
    proof: Possession,
    pq_public: bytes | None,
) -> None:
    """Raise JunkError unless each key may be enrolled and its holder signed the body (NT7, NT9)."""
    if credential.ed25519 is None:
        return
    admit_key(credential.ed25519)
    context = possession_context(line_id)
    # An absent signature is an empty one here, so that none is ever passed over.
    require_signature(credential.ed25519, proof.ed25519 or b"", context, body)
    if credential.kind in HOLDERS_OF_SHARES:
        require_xwing_public(pq_public or b"")
        return
    alg = pq_alg(credential)
    require_mldsa_public(MLDSA_SETS[alg], pq_public or b"")
    require_pq(alg, pq_public or b"", proof.mldsa or b"", context, body)
