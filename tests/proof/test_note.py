"""Tests of proof.note and proof.checkpoint, against the notes of others and changed ones."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from backchannel.errors import JunkError
from backchannel.limits import NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX, SEQUENCE_MAX
from backchannel.proof.checkpoint import (
    Checkpoint,
    checkpoint_text,
    origin_of,
    parse_checkpoint,
)
from backchannel.proof.note import Note, NoteSignature, note_text, parse_note
from backchannel.wire.ids import JournalId, LineId
from backchannel.wire.primitives import ed25519_verify

PUBLISHED = Path(__file__).parents[3] / "shared" / "vectors" / "c2sp" / "notes.json"
ROOT = hashlib.sha256(b"").digest()
CHECKPOINT = Checkpoint("backchannel/1111111111111111/3333333333333333", 7, ROOT)
SIGNATURE = NoteSignature("example.com/w1", b"\x01\x02\x03\x04", b"signed")
NOTE = Note("A text.\n", (SIGNATURE,))


def published(verifies: bool | None) -> list[dict[str, Any]]:
    if not PUBLISHED.exists():
        return []
    notes = json.loads(PUBLISHED.read_text())
    return [each for each in notes if each["expect"]["verifies"] is verifies]


def refused(text: str | bytes) -> str:
    with pytest.raises(JunkError) as caught:
        parse_note(text if isinstance(text, bytes) else text.encode())
    return caught.value.reason


def refused_checkpoint(text: str) -> str:
    with pytest.raises(JunkError) as caught:
        parse_checkpoint(text)
    return caught.value.reason


@pytest.mark.parametrize("case", published(True), ids=lambda case: case["file"])
def test_a_published_note_is_read_and_its_signature_holds(case: dict[str, Any]) -> None:
    note = parse_note(case["note"].encode())
    assert note.text == case["expect"]["text"]
    (signature,) = note.signatures
    assert signature.key_id.hex() == case["expect"]["key_id"]
    name, _, key = case["verifier_key"].split("+", 2)
    public = base64.b64decode(key)[1:]
    ed25519_verify(public, signature.signature, note.text.encode())
    assert signature.name == name
    assert note_text(note) == case["note"]


@pytest.mark.parametrize("case", published(None), ids=lambda case: case["file"])
def test_a_published_checkpoint_is_read_with_its_cosignatures(case: dict[str, Any]) -> None:
    """PROOF-10."""
    wanted = case["expect"]
    note = parse_note(case["note"].encode())
    checkpoint = parse_checkpoint(note.text)
    assert (checkpoint.origin, checkpoint.size) == (wanted["origin"], wanted["size"])
    assert base64.b64encode(checkpoint.root).decode() == wanted["root"]
    assert checkpoint_text(checkpoint) == note.text
    found = [(each.name, each.key_id.hex()) for each in note.signatures]
    assert found == [(each["name"], each["key_id"]) for each in wanted["signatures"]]
    assert note_text(note) == case["note"]


def test_the_origin_names_line_and_journal() -> None:
    """PROOF-10."""
    assert origin_of(LineId(b"\x11" * 32), JournalId(b"\x33" * 32)) == CHECKPOINT.origin
    text = "\n".join((CHECKPOINT.origin, "7", base64.b64encode(ROOT).decode(), ""))
    assert checkpoint_text(CHECKPOINT) == text


@pytest.mark.parametrize("size", ["", "-1", "07", "00", "1.0", "1e3", "٣", str(SEQUENCE_MAX + 1)])
def test_a_size_has_one_spelling(size: str) -> None:
    """PROOF-10."""
    text = checkpoint_text(CHECKPOINT).replace("\n7\n", f"\n{size}\n")
    assert refused_checkpoint(text) == "checkpoint-shape"


def test_a_size_of_many_digits_costs_nothing() -> None:
    """PROOF-10: it is counted before it is read."""
    text = checkpoint_text(CHECKPOINT).replace("\n7\n", "\n" + "9" * 1_000_000 + "\n")
    assert refused_checkpoint(text) == "checkpoint-shape"


@pytest.mark.parametrize(
    "root", ["", "AA==", "A" * 43, "*" * 44, base64.b64encode(ROOT[:-1]).decode()]
)
def test_a_root_is_32_bytes_of_base64(root: str) -> None:
    """PROOF-10."""
    text = f"{CHECKPOINT.origin}\n7\n{root}\n"
    assert refused_checkpoint(text) == "checkpoint-shape"


def test_a_checkpoint_has_all_three_lines() -> None:
    """PROOF-10; lines below the root are an extension of others, and left alone."""
    text = checkpoint_text(CHECKPOINT)
    assert parse_checkpoint(text + "other words\n") == CHECKPOINT
    for cut in (text[:-1], text.split("\n", 1)[1], "\n" + text.split("\n", 1)[1], ""):
        assert refused_checkpoint(cut) == "checkpoint-shape"


def test_a_note_comes_back_as_it_was() -> None:
    assert parse_note(note_text(NOTE).encode()) == NOTE
    blank = Note("One.\n\nTwo.\n", (SIGNATURE, SIGNATURE))
    assert parse_note(note_text(blank).encode()) == blank


LINE = note_text(NOTE).split("\n")[-2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A text.\n",
        "A text.\n\n",
        f"A text.\n{LINE}\n",
        f"A text.\n\n{LINE}",
        f"A text.\n\n{LINE}\n{LINE[2:]}\n",
        f"A text.\n\n\N{EM DASH} {LINE.split(' ')[2]}\n",
        f"A text.\n\n\N{EM DASH}  {LINE.split(' ')[2]}\n",
        f"A text.\n\n\N{EM DASH} a+b {LINE.split(' ')[2]}\n",
        f"A text.\n\n\N{EM DASH} a\N{NO-BREAK SPACE}b {LINE.split(' ')[2]}\n",
        f"A text.\n\n{LINE}=\n",
        f"A text.\n\n{LINE[:-1]}B\n",
        "A text.\n\n\N{EM DASH} name AQIDBA==\n",
        f"A\ttext.\n\n{LINE}\n",
        b"A \xff text.\n\n" + LINE.encode() + b"\n",
    ],
)
def test_another_shape_is_no_note(text: str | bytes) -> None:
    assert refused(text) == "note-shape"


def test_a_note_is_bounded() -> None:
    most = Note("A text.\n", (SIGNATURE,) * NOTE_SIGNATURES_MAX)
    assert parse_note(note_text(most).encode()) == most
    more = Note("A text.\n", (*most.signatures, SIGNATURE))
    assert refused(note_text(more)) == "note-shape"
    long = Note("x" * NOTE_BYTES_MAX + "\n", (SIGNATURE,))
    assert refused(note_text(long)) == "note-shape"
