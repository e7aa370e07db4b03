"""Tests of proof.cosignature: the bytes as laid out, and what changes them."""

import hashlib

import msgspec
import pytest

from backchannel.errors import JunkError
from backchannel.proof.checkpoint import Checkpoint
from backchannel.proof.cosignature import (
    cosign,
    cosignature_line,
    cosigned_bytes,
    cosigner_of,
    key_id_of,
    require_cosignature,
    require_line,
)
from backchannel.wire.ids import CredentialId, LineId
from backchannel.wire.primitives import mldsa_public

SEED = b"\x07" * 32
PUBLIC = mldsa_public(44, SEED)
COSIGNER = cosigner_of(LineId(b"\x11" * 32), CredentialId(b"\x22" * 32))
ROOT = hashlib.sha256(b"root").digest()
CHECKPOINT = Checkpoint("backchannel/1111111111111111/3333333333333333", 7, ROOT)
SIGNATURE = cosign(SEED, COSIGNER, CHECKPOINT)


def test_the_signed_bytes_are_as_laid_out() -> None:
    """PROOF-11: label, names with their lengths, no timestamp, from 0 to the size, root."""
    assert COSIGNER == "backchannel/1111111111111111/2222222222222222"
    wanted = (
        b"subtree/v1\x0a\x00"
        + b"\x2dbackchannel/1111111111111111/2222222222222222"
        + bytes(8)
        + b"\x2dbackchannel/1111111111111111/3333333333333333"
        + bytes(8)
        + b"\x00\x00\x00\x00\x00\x00\x00\x07"
        + ROOT
    )
    assert cosigned_bytes(COSIGNER, CHECKPOINT) == wanted


def test_a_cosignature_holds_for_one_checkpoint_of_one_cosigner() -> None:
    """PROOF-11, PROOF-12."""
    require_cosignature(PUBLIC, SIGNATURE, COSIGNER, CHECKPOINT)
    others = (
        msgspec.structs.replace(CHECKPOINT, size=8),
        msgspec.structs.replace(CHECKPOINT, root=ROOT[::-1]),
        msgspec.structs.replace(CHECKPOINT, origin=CHECKPOINT.origin[:-1] + "4"),
    )
    for other in others:
        with pytest.raises(JunkError, match="bad-signature"):
            require_cosignature(PUBLIC, SIGNATURE, COSIGNER, other)
    with pytest.raises(JunkError, match="bad-signature"):
        require_cosignature(PUBLIC, SIGNATURE, COSIGNER[:-1] + "3", CHECKPOINT)
    with pytest.raises(JunkError, match="bad-signature"):
        require_cosignature(mldsa_public(44, bytes(32)), SIGNATURE, COSIGNER, CHECKPOINT)


def test_a_cosignature_is_a_line_of_a_note() -> None:
    """PROOF-11: the key id is of name, algorithm and key; the timestamp is 0."""
    line = cosignature_line(COSIGNER, PUBLIC, SIGNATURE)
    made_of = COSIGNER.encode() + b"\x0a\x06" + PUBLIC
    assert key_id_of(COSIGNER, PUBLIC) == hashlib.sha256(made_of).digest()[:4] == line.key_id
    assert line.signature == bytes(8) + SIGNATURE
    require_line(line, PUBLIC, CHECKPOINT)


def test_a_line_of_another_key_or_with_a_time_is_refused() -> None:
    """PROOF-11."""
    line = cosignature_line(COSIGNER, PUBLIC, SIGNATURE)
    other_key = msgspec.structs.replace(line, key_id=b"\x00" * 4)
    with pytest.raises(JunkError, match="cosignature-key"):
        require_line(other_key, PUBLIC, CHECKPOINT)
    timed = msgspec.structs.replace(line, signature=b"\x01" * 8 + SIGNATURE)
    with pytest.raises(JunkError, match="cosignature-time"):
        require_line(timed, PUBLIC, CHECKPOINT)
    short = msgspec.structs.replace(line, signature=bytes(8) + SIGNATURE[:-1])
    with pytest.raises(JunkError, match="signature-length"):
        require_line(short, PUBLIC, CHECKPOINT)
