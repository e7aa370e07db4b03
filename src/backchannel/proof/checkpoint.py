"""A checkpoint: that a journal's tree had a root at a size, as text that tools of C2SP can read.

The format is that of tlog-checkpoint, without lines of its own. This module must not know whether
what a checkpoint says is true. Clause: PROOF-10.
"""

import base64
import binascii

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import SEQUENCE_MAX
from backchannel.wire.ids import JournalId, LineId
from backchannel.wire.primitives import tagged_hash

ROOT_BYTES = 32
NAME_BYTES = 8
LOG_NAME_BYTES = 16


class Checkpoint(msgspec.Struct, frozen=True):
    """A tree of `size` leaves whose root is `root`; `origin` names the journal."""

    origin: str
    size: int
    root: bytes


def origin_of(line: LineId, journal: JournalId) -> str:
    """Return the name of a journal in its checkpoints (PROOF-10)."""
    return f"backchannel/{line[:NAME_BYTES].hex()}/{journal[:NAME_BYTES].hex()}"


def log_origin_of(journal: JournalId) -> str:
    """Return the name of a journal's beacon log, which tells nobody the line (PROOF-63)."""
    return f"backchannel/beacon/{tagged_hash('beacon-log', journal)[:LOG_NAME_BYTES].hex()}"


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """Return the text of a checkpoint: origin, size and root, a line each (PROOF-10)."""
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint of a text; what stands below the root is left alone.

    Raises JunkError for another shape or another spelling (PROOF-10).
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1]:
        raise JunkError("checkpoint-shape", "a checkpoint is origin, size and root, a line each")
    origin, size, root = lines[:3]
    if not origin:
        raise JunkError("checkpoint-shape", "a checkpoint names its origin")
    return Checkpoint(origin, parse_size(size), parse_root(root))


def parse_size(text: str) -> int:
    """Return the size of a tree, written in decimal without zeros before it. Raises JunkError."""
    if not text.isascii() or not text.isdigit() or (text[0] == "0" and text != "0"):
        raise JunkError("checkpoint-shape", "a size is a whole number in decimal")
    # Counted first: a number of a million digits would take long to read.
    if len(text) > len(str(SEQUENCE_MAX)) or int(text) > SEQUENCE_MAX:
        raise JunkError("checkpoint-shape", "no tree has more than 2^48 leaves")
    return int(text)


def parse_root(text: str) -> bytes:
    """Return the root of a tree, written in base64 in the one spelling. Raises JunkError."""
    root = plain_base64(text, "checkpoint-shape")
    if len(root) != ROOT_BYTES:
        raise JunkError("checkpoint-shape", f"a root has {ROOT_BYTES} bytes, got {len(root)}")
    return root


def plain_base64(text: str, reason: str) -> bytes:
    """Return the bytes of a base64 text. Raises JunkError(reason) for every other spelling."""
    try:
        plain = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise JunkError(reason, "this is no base64") from None
    if base64.b64encode(plain).decode() != text:
        raise JunkError(reason, "base64 has one spelling for the same bytes")
    return plain
