"""What a log submits to a witness: an old size, a proof, and a signed checkpoint.

    old <size>
    <hash in base64>        0 to 63 lines
    <empty line>
    <checkpoint note>

Parsed strictly, printed canonically. This module must not judge it. Source: C2SP tlog-witness.
Clause: PROOF-70.
"""

import base64

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import PROOF_HASHES_MAX, WITNESS_REQUEST_BYTES_MAX
from backchannel.proof.checkpoint import (
    Checkpoint,
    parse_checkpoint,
    parse_root,
    parse_size,
)
from backchannel.proof.note import Note, note_text, parse_note

OLD = "old "


class Submission(msgspec.Struct, frozen=True):
    """A request: the size that the log believes to be cosigned, the proof from there, the note as
    it came, and what it says."""

    old: int
    proof: tuple[bytes, ...]
    raw: bytes
    note: Note
    checkpoint: Checkpoint


def pack_submission(old: int, proof: tuple[bytes, ...], note: Note) -> bytes:
    """Return the body of a request (PROOF-70)."""
    hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in proof)
    return f"{OLD}{old}\n{hashes}\n{note_text(note)}".encode()


def parse_submission(body: bytes) -> Submission:
    """Return a request taken apart. Raises JunkError: "submission-shape", "note-shape",
    "checkpoint-shape" (PROOF-70)."""
    if len(body) > WITNESS_REQUEST_BYTES_MAX:
        raise JunkError("submission-shape", f"wanted at most {WITNESS_REQUEST_BYTES_MAX} bytes")
    head, blank, raw = body.partition(b"\n\n")
    try:
        old, *hashes = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise JunkError("submission-shape", "sizes and hashes are ASCII") from None
    if not blank or not old.startswith(OLD):
        raise JunkError("submission-shape", "wanted an old size, a proof, an empty line, a note")
    if len(hashes) > PROOF_HASHES_MAX:
        raise JunkError("submission-shape", f"a proof has at most {PROOF_HASHES_MAX} hashes")
    size = parse_size(old.removeprefix(OLD))
    proof = tuple(map(parse_root, hashes))
    note = parse_note(raw)
    if "\n\n" in note.text:
        raise JunkError("checkpoint-shape", "a checkpoint has no empty line")
    return Submission(size, proof, raw, note, parse_checkpoint(note.text))
