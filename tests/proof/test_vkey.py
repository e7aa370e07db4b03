"""Verifier keys and the three kinds of signature lines that they verify."""

import pytest
from msgspec.structs import replace
from tests.cast import NOW, seed
from tests.witness.logs import WITNESS, WITNESS_KEY, Log

from backchannel.errors import JunkError
from backchannel.proof.note import NoteSignature, parse_note
from backchannel.proof.vkey import (
    Algorithm,
    VerifierKey,
    cosign_at,
    parse_key,
    require_signed,
    timed,
)
from backchannel.wire.primitives import ed25519_keypair, ed25519_sign

LOG = Log()
NOTE = LOG.note(7)
CHECKPOINT = LOG.checkpoint(7)
# The example of C2SP signed-note.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONnc"
    "AlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def test_the_published_example_verifies() -> None:
    """PROOF-64, PROOF-65: C2SP signed-note."""
    key = parse_key(EXAMPLE_KEY)
    assert (key.text(), key.key_id().hex()) == (EXAMPLE_KEY, "530d903a")
    note = parse_note(EXAMPLE.encode())
    (line,) = note.signatures
    assert require_signed(key, line, note.text, CHECKPOINT) == 0
    with pytest.raises(JunkError, match="bad-signature"):
        require_signed(key, line, note.text + "\n", CHECKPOINT)


def test_an_ed25519_cosignature_covers_its_time_and_the_whole_text() -> None:
    """PROOF-65: what most public witnesses answer."""
    public, secret = ed25519_keypair(seed("ed"))
    key = VerifierKey("w.example", Algorithm.ED25519_COSIGNATURE, public)
    assert timed(1679315147, "x\n") == b"cosignature/v1\ntime 1679315147\nx\n"
    body = NOW.to_bytes(8, "big") + ed25519_sign(secret, timed(NOW, NOTE.text))
    line = NoteSignature(key.name, key.key_id(), body)
    assert require_signed(key, line, NOTE.text, CHECKPOINT) == NOW
    later = replace(line, signature=(NOW + 1).to_bytes(8, "big") + body[8:])
    for bad, text in ((later, NOTE.text), (line, NOTE.text + "more\n")):
        with pytest.raises(JunkError, match="bad-signature"):
            require_signed(key, bad, text, CHECKPOINT)


def test_an_mldsa_cosignature_covers_its_time_name_and_tree() -> None:
    """PROOF-65."""
    body = cosign_at(WITNESS.seed, WITNESS.name, CHECKPOINT, NOW)
    line = NoteSignature(WITNESS.name, WITNESS_KEY.key_id(), body)
    assert require_signed(WITNESS_KEY, line, NOTE.text, CHECKPOINT) == NOW
    other = replace(WITNESS_KEY, name="witness.example/2")
    renamed = NoteSignature(other.name, other.key_id(), body)
    later = replace(line, signature=(NOW + 1).to_bytes(8, "big") + body[8:])
    for key, bad, checkpoint in (
        (other, renamed, CHECKPOINT),
        (WITNESS_KEY, later, CHECKPOINT),
        (WITNESS_KEY, line, replace(CHECKPOINT, size=8)),
        (WITNESS_KEY, line, replace(CHECKPOINT, origin="log.example/2")),
    ):
        with pytest.raises(JunkError, match="bad-signature"):
            require_signed(key, bad, NOTE.text, checkpoint)


def test_a_line_of_another_key_or_time_is_refused() -> None:
    """PROOF-65: before anything is computed."""
    body = cosign_at(WITNESS.seed, WITNESS.name, CHECKPOINT, NOW)
    line = NoteSignature(WITNESS.name, WITNESS_KEY.key_id(), body)
    for bad, reason in (
        (replace(line, name="x"), "cosignature-key"),
        (replace(line, key_id=b"\x00" * 4), "cosignature-key"),
        (replace(line, signature=b"\x80" + bytes(2427)), "cosignature-time"),
        (replace(line, signature=b""), "signature-length"),
        (replace(line, signature=body[:-1]), "signature-length"),
    ):
        with pytest.raises(JunkError, match=reason):
            require_signed(WITNESS_KEY, bad, NOTE.text, CHECKPOINT)
    long = replace(CHECKPOINT, origin="o" * 256)
    with pytest.raises(JunkError, match="key-name"):
        require_signed(WITNESS_KEY, line, NOTE.text, long)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "verifier-key"),
        ("a+b", "verifier-key"),
        (EXAMPLE_KEY.replace("530d903a", "530D903A"), "verifier-key"),
        (EXAMPLE_KEY.replace("530d903a", "530d903b"), "verifier-key"),
        (EXAMPLE_KEY.replace("foo", "bar"), "verifier-key"),
        (EXAMPLE_KEY.replace("2k", "2l"), "verifier-key"),
        (EXAMPLE_KEY.replace("example.com/foo", ""), "key-name"),
        (EXAMPLE_KEY.replace("example.com/foo", "a b"), "key-name"),
        (EXAMPLE_KEY.replace("example.com/foo", "x" * 256), "key-name"),
        (EXAMPLE_KEY.replace("Aeky", "Aeky AAAA"), "verifier-key"),
        ("x+00000000+", "key-algorithm"),
        ("x+00000000+AA==", "key-algorithm"),
        ("x+00000000+AQ==", "key-length"),
    ],
)
def test_a_key_has_one_spelling(text: str, reason: str) -> None:
    """PROOF-64."""
    with pytest.raises(JunkError, match=reason):
        parse_key(text)
