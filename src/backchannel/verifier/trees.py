"""Trees over journals and the cosignatures on their checkpoints (PROOF-1, PROOF-2, PROOF-10, 11,
PROOF-102).

This module must not know whose key it is handed.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from backchannel.verifier.cbor import Refusal
from backchannel.verifier.crypto import ML_DSA_44, require_ml_dsa


def require_inclusion(
    leaf: bytes, index: int, *, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Raise Refusal unless a proof leads from a leaf to the root (RFC 9162, section 2.1.3.2)."""
    if index >= size:
        raise Refusal("inclusion", "the slot lies beyond the checkpoint")
    fn, sn = index, size - 1
    found = leaf_of(leaf)
    for each in path:
        if sn == 0:
            raise Refusal("inclusion", "the proof is too long")
        if fn & 1 or fn == sn:
            found = hashlib.sha256(b"\1" + each + found).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = hashlib.sha256(b"\1" + found + each).digest()
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Refusal("inclusion", "the proof is too short")
    if found != root:
        raise Refusal("inclusion", "the proof leads to another root")


def leaf_of(entry: bytes) -> bytes:
    """Return the hash of a leaf (PROOF-1)."""
    return hashlib.sha256(b"\0" + entry).digest()


def grow(size: int, peaks: Sequence[bytes], entries: Iterable[bytes]) -> bytes:
    """Return the root of a tree that had a size and these whole subtrees, with further leaves.

    Raises Refusal if a tree of that size has not so many (PROOF-102).
    """
    (last,) = deque(grown(size, peaks, entries), maxlen=1)
    return folded(last)


def roots_at(
    size: int, peaks: Sequence[bytes], entries: Iterable[bytes], wanted: set[int]
) -> dict[int, bytes]:
    """Return the roots of a tree at the sizes that are wanted, as far as its leaves reach.

    Raises Refusal as `grow` does.
    """
    trees = enumerate(grown(size, peaks, entries), size)
    return {at: folded(stack) for at, stack in trees if at in wanted}


def grown(size: int, peaks: Sequence[bytes], entries: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield the whole subtrees of a tree, largest first: as it is, and after each further leaf.

    It is one list that changes. Raises Refusal (PROOF-102).
    """
    if len(peaks) != size.bit_count():
        raise Refusal("range", f"a tree of {size} has {size.bit_count()} whole subtrees")
    stack = list(peaks)
    yield stack
    for entry in entries:
        made = leaf_of(entry)
        # Each set bit at the end of the size is a subtree that this leaf completes.
        rest = size
        while rest & 1:
            made = hashlib.sha256(b"\1" + stack.pop() + made).digest()
            rest >>= 1
        stack.append(made)
        size += 1
        yield stack


def folded(stack: Sequence[bytes]) -> bytes:
    """Return the root over whole subtrees, that of nothing if there is none."""
    if not stack:
        return hashlib.sha256(b"").digest()
    *rest, root = stack
    for each in reversed(rest):
        root = hashlib.sha256(b"\1" + each + root).digest()
    return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaves (RFC 9162, section 2.1.1; PROOF-1)."""
    return grow(0, (), leaves)


def cosigned_bytes(
    line: bytes, credential: bytes, journal: bytes, *, size: int, root: bytes
) -> bytes:
    """Return what a station signs when it cosigns a checkpoint (PROOF-11)."""
    cosigner = f"backchannel/{line.hex()[:16]}/{credential.hex()[:16]}".encode()
    origin = f"backchannel/{line.hex()[:16]}/{journal.hex()[:16]}".encode()
    return b"".join((
        b"subtree/v1\n\0",
        bytes([len(cosigner)]),
        cosigner,
        bytes(8),
        bytes([len(origin)]),
        origin,
        bytes(8),
        size.to_bytes(8, "big"),
        root,
    ))  # fmt: skip


def require_cosignature(key: bytes, signature: bytes, message: bytes) -> None:
    """Raise Refusal unless a cosignature holds (PROOF-11)."""
    require_ml_dsa(ML_DSA_44, key, signature, message)
