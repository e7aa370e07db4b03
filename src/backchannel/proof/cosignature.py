"""Cosignatures: a station's ML-DSA-44 signature over a checkpoint, as C2SP lays it out.

The signed bytes are those of tlog-cosignature for algorithm 0x06, a subtree from 0 on, and no
Sig_structure. This module must not know who may cosign what. Clauses: PROOF-11, PROOF-12.
"""

from backchannel.errors import JunkError
from backchannel.proof.checkpoint import NAME_BYTES, Checkpoint
from backchannel.proof.note import KEY_ID_BYTES, NoteSignature
from backchannel.wire.ids import CredentialId, LineId
from backchannel.wire.primitives import mldsa_sign, mldsa_verify, sha256

LABEL = b"subtree/v1\n\x00"
ALGORITHM = b"\x06"
PARAMETER_SET = 44
# It would say that the tree was the largest at that time. A cosignature here says no such thing.
NO_TIMESTAMP = bytes(8)
FROM_THE_FIRST = bytes(8)
NEVER = 0


def cosigner_of(line: LineId, credential: CredentialId) -> str:
    """Return the name under which a station cosigns (PROOF-11)."""
    return f"backchannel/{line[:NAME_BYTES].hex()}/{credential[:NAME_BYTES].hex()}"


def cosigned_bytes(cosigner: str, checkpoint: Checkpoint, timestamp: int = NEVER) -> bytes:
    """Return what a cosignature covers: of a station the timestamp is 0 (PROOF-11)."""
    return (
        LABEL
        + named(cosigner)
        + timestamp.to_bytes(8, "big")
        + named(checkpoint.origin)
        + FROM_THE_FIRST
        + checkpoint.size.to_bytes(8, "big")
        + checkpoint.root
    )


def named(name: str) -> bytes:
    """Return a name with its length before it. The names of a line have 45 bytes; those of others
    are held below 256 where they are read."""
    encoded = name.encode()
    return bytes((len(encoded),)) + encoded


def key_id_of(cosigner: str, public: bytes) -> bytes:
    """Return the four bytes by which a note names the key of a cosigner (PROOF-11)."""
    return sha256(cosigner.encode() + b"\n" + ALGORITHM + public)[:KEY_ID_BYTES]


def cosign(seed: bytes, cosigner: str, checkpoint: Checkpoint) -> bytes:
    """Return a cosignature of 2420 bytes. Draws the library's randomness (PROOF-12).

    Who calls it has computed the root from his own record.
    """
    return mldsa_sign(PARAMETER_SET, seed, cosigned_bytes(cosigner, checkpoint))


def require_cosignature(
    public: bytes, signature: bytes, cosigner: str, checkpoint: Checkpoint
) -> None:
    """Raise JunkError unless a cosignature holds under an ML-DSA-44 key (PROOF-11)."""
    mldsa_verify(PARAMETER_SET, public, signature, cosigned_bytes(cosigner, checkpoint))


def cosignature_line(cosigner: str, public: bytes, signature: bytes) -> NoteSignature:
    """Return a cosignature as it stands below a checkpoint in a note (PROOF-11)."""
    return NoteSignature(cosigner, key_id_of(cosigner, public), NO_TIMESTAMP + signature)


def require_line(line: NoteSignature, public: bytes, checkpoint: Checkpoint) -> None:
    """Raise JunkError unless a line of a note is the cosignature of a key (PROOF-11)."""
    if line.key_id != key_id_of(line.name, public):
        raise JunkError("cosignature-key", "the line names another key")
    timestamp, signature = line.signature[:8], line.signature[8:]
    if timestamp != NO_TIMESTAMP:
        raise JunkError("cosignature-time", "a cosignature of a line has timestamp 0")
    require_cosignature(public, signature, line.name, checkpoint)
