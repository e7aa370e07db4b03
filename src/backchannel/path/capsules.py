"""Capsules: frames of a path in a sealed box of one of three sizes, for relays and couriers.

This module must not wait, draw chance or know who carries a capsule. Clauses: RELAY-5, RELAY-6.

    capsule = nonce 12 || AES-256-GCM-SIV(K_capsule, nonce, [frame] || zeros, aad = "bc/capsule")

>>> capsule = seal_capsule(bytes(32), bytes(12), b"\\x00\\x00\\x00\\x01\\x80")
>>> len(capsule), list(open_capsule(bytes(32), capsule))
(4096, [b'\\x80'])
"""

from collections.abc import Iterator

from backchannel.errors import JunkError
from backchannel.path.messages import Splitter
from backchannel.wire.limits import CAPSULE_BYTES
from backchannel.wire.primitives import NONCE_BYTES, gcm_siv_open, gcm_siv_seal, hkdf_expand

TAG_BYTES = 16
OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES
ROOM_BYTES = CAPSULE_BYTES[-1] - OVERHEAD_BYTES
AAD = b"bc/capsule"


def capsule_key(root: bytes, *, sender: bytes, owner: bytes) -> bytes:
    """Return the key of all capsules of one direction; both stations by mailbox key (RELAY-5)."""
    return hkdf_expand(root, b"bc/capsule" + sender + owner)


def seal_capsule(key: bytes, nonce: bytes, frames: bytes) -> bytes:
    """Return the smallest capsule that holds some whole frames: at most ROOM_BYTES of them."""
    size = next(each for each in CAPSULE_BYTES if len(frames) + OVERHEAD_BYTES <= each)
    padded = frames.ljust(size - OVERHEAD_BYTES, b"\x00")
    return nonce + gcm_siv_seal(key, nonce, padded, AAD)


def open_capsule(key: bytes, capsule: bytes) -> Iterator[bytes]:
    """Return the messages in a capsule, without their lengths, in their order (RELAY-6).

    Raises JunkError: "capsule-size", "not-authentic"; and from the iterator "frame-too-long".
    """
    if len(capsule) not in CAPSULE_BYTES:
        raise JunkError("capsule-size", f"{len(capsule)} bytes, wanted one of {CAPSULE_BYTES}")
    frames = gcm_siv_open(key, capsule[:NONCE_BYTES], capsule[NONCE_BYTES:], AAD)
    # The zeros at the end are greetings; up to three of them are the beginning of one.
    return (message for message in Splitter().messages(frames) if message)
