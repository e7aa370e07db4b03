"""Signed notes of C2SP: a text, a blank line, and a line for each signature over it.

This module must not check a signature: which bytes one covers, its algorithm says.

    — name base64(key id 4 || signature)
"""

import base64

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX
from backchannel.proof.checkpoint import plain_base64

KEY_ID_BYTES = 4
DASH = "\N{EM DASH} "


class NoteSignature(msgspec.Struct, frozen=True):
    """One signature line: who signed, the id of the key, and what follows it."""

    name: str
    key_id: bytes
    signature: bytes


class Note(msgspec.Struct, frozen=True):
    """A text that ends with a line feed, and its signatures in order."""

    text: str
    signatures: tuple[NoteSignature, ...]


def note_line(signature: NoteSignature) -> str:
    """Return the line of one signature, with its line feed (PROOF-11)."""
    encoded = base64.b64encode(signature.key_id + signature.signature).decode()
    return f"{DASH}{signature.name} {encoded}\n"


def note_text(note: Note) -> str:
    """Return a note as it is passed on."""
    return note.text + "\n" + "".join(map(note_line, note.signatures))


def parse_note(raw: bytes) -> Note:
    """Return the text and the signatures of a note. Raises JunkError("note-shape").

    The last blank line divides them, so a text may hold blank lines of its own.
    """
    if len(raw) > NOTE_BYTES_MAX:
        raise JunkError("note-shape", f"{len(raw)} bytes, at most {NOTE_BYTES_MAX}")
    try:
        whole = raw.decode()
    except UnicodeDecodeError:
        raise JunkError("note-shape", "a note is UTF-8") from None
    if any(ord(each) < 0x20 and each != "\n" for each in whole):
        raise JunkError("note-shape", "a note has no control characters but line feeds")
    text, blank, signed = whole.rpartition("\n\n")
    if not blank or not signed.endswith("\n"):
        raise JunkError("note-shape", "a note is a text, a blank line, and lines of signatures")
    lines = signed.removesuffix("\n").split("\n")
    if len(lines) > NOTE_SIGNATURES_MAX:
        raise JunkError("note-shape", f"{len(lines)} signatures, at most {NOTE_SIGNATURES_MAX}")
    return Note(text + "\n", tuple(map(parse_line, lines)))


def parse_line(line: str) -> NoteSignature:
    """Return one signature of a note. Raises JunkError("note-shape")."""
    if not line.startswith(DASH):
        raise JunkError("note-shape", "a signature line begins with a dash and a blank")
    name, blank, encoded = line.removeprefix(DASH).partition(" ")
    if not blank or not name or "+" in name or any(map(str.isspace, name)):
        raise JunkError("note-shape", "a signature line is dash, name, base64")
    both = plain_base64(encoded, "note-shape")
    if len(both) <= KEY_ID_BYTES:
        raise JunkError("note-shape", "a signature follows the id of its key")
    return NoteSignature(name, both[:KEY_ID_BYTES], both[KEY_ID_BYTES:])
