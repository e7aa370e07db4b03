"""How secrets lie in the database: sealed under the station's wrap key, each kind under its own.

This module must not keep a key, or decide when one goes. All boxes are AES-256-GCM-SIV under a key
of 32 bytes that HKDF-Expand makes of the wrap key, so that a nonce of one kind never meets a nonce
of another:

    secrets of a line   nonce 12 | box   nonce given by the database, never the same twice
    key of an entry's content            nonce = first 12 bytes of the entry id
    content of a frame not accepted      nonce = first 12 bytes of the entry id
"""

from collections.abc import Iterable

import msgspec

from backchannel.errors import CustodyError, JunkError, OfficerError
from backchannel.line.effects import CONTENT_NONCE
from backchannel.line.state import Secrets
from backchannel.wire.envelope import Frame, pack_frame, parse_frame
from backchannel.wire.ids import LineId
from backchannel.wire.primitives import (
    gcm_siv_open,
    gcm_siv_seal,
    gcm_siv_seal_each,
    hkdf_expand,
    sha256,
)

SECRETS = b"bc/store/secrets"
CONTENT_KEY = b"bc/store/content-key"
FRAME_CONTENT = b"bc/store/frame-content"
NONCE_BYTES = 12

pack_secrets = msgspec.msgpack.Encoder().encode
parse_secrets = msgspec.msgpack.Decoder(Secrets).decode


class Wrap(msgspec.Struct, frozen=True):
    """The keys that one wrap key makes. Lives for one call."""

    line: LineId
    secrets: bytes
    content_key: bytes
    frame_content: bytes


def wrap_of(line: LineId, wrap_key: bytes) -> Wrap:
    """Return the keys of a wrap key of 32 bytes."""
    return Wrap(
        line,
        hkdf_expand(wrap_key, SECRETS),
        hkdf_expand(wrap_key, CONTENT_KEY),
        hkdf_expand(wrap_key, FRAME_CONTENT),
    )


def secrets_aad(line: LineId, version: int, core: bytes) -> bytes:
    """Return what a box of secrets is bound to: it opens beside the core of its own commit only."""
    return line + version.to_bytes(8, "big") + sha256(core)


def seal_secrets(wrap: Wrap, secrets: Secrets, nonce: bytes, *, version: int, core: bytes) -> bytes:
    """Return the nonce and the sealed secrets of one commit."""
    aad = secrets_aad(wrap.line, version, core)
    return nonce + gcm_siv_seal(wrap.secrets, nonce, pack_secrets(secrets), aad)


def open_secrets(wrap: Wrap, box: bytes, *, version: int, core: bytes) -> Secrets:
    """Return the secrets of one commit. Raises CustodyError("secrets-unopened")."""
    nonce, sealed = box[:NONCE_BYTES], box[NONCE_BYTES:]
    aad = secrets_aad(wrap.line, version, core)
    try:
        return parse_secrets(gcm_siv_open(wrap.secrets, nonce, sealed, aad))
    except JunkError:
        raise CustodyError(
            "secrets-unopened",
            "the keys in the database do not open: this is not the wrap key that sealed them, or "
            "the file was changed. Check the key file; if it is the right one, restore the station",
        ) from None


def wrap_content_keys(wrap: Wrap, keys: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """Return the keys of contents, given as (entry id, key), each sealed: 48 bytes."""
    line = wrap.line
    return gcm_siv_seal_each(
        wrap.content_key, ((entry[:NONCE_BYTES], key, line + entry) for entry, key in keys)
    )


def content_key(wrap: Wrap, entry: bytes, wrapped: bytes) -> bytes:
    """Return the key of an entry's content. Raises CustodyError("content-unopened")."""
    try:
        return gcm_siv_open(wrap.content_key, entry[:NONCE_BYTES], wrapped, wrap.line + entry)
    except JunkError:
        raise content_unopened(entry) from None


def open_content(wrap: Wrap, entry: bytes, *, box: bytes, wrapped: bytes | None) -> bytes:
    """Return the plain content of an entry.

    Raises OfficerError("words-sealed") if its key was erased, CustodyError("content-unopened").
    """
    if wrapped is None:
        raise words_sealed(entry)
    key = content_key(wrap, entry, wrapped)
    try:
        return gcm_siv_open(key, CONTENT_NONCE, box, entry)
    except JunkError:
        raise content_unopened(entry) from None


def split_frame(wrap: Wrap, entry: bytes, raw: bytes) -> tuple[bytes, bytes]:
    """Return a frame without its content, and that content sealed, b"" if there is none."""
    frame = parse_frame(raw)
    if frame.content is None:
        return raw, b""
    nonce = entry[:NONCE_BYTES]
    sealed = gcm_siv_seal(wrap.frame_content, nonce, frame.content, wrap.line + entry)
    return pack_frame(msgspec.structs.replace(frame, content=None)), sealed


def join_frame(wrap: Wrap, entry: bytes, *, bare: bytes, sealed: bytes) -> bytes:
    """Return the frame that was split. Raises CustodyError("content-unopened")."""
    if not sealed:
        return bare
    try:
        nonce = entry[:NONCE_BYTES]
        content = gcm_siv_open(wrap.frame_content, nonce, sealed, wrap.line + entry)
    except JunkError:
        raise content_unopened(entry) from None
    return pack_frame(with_content(parse_frame(bare), content))


def with_content(frame: Frame, content: bytes) -> Frame:
    """Return a frame that holds its content."""
    return msgspec.structs.replace(frame, content=content)


def words_sealed(entry: bytes) -> OfficerError:
    """Return the error for content whose key was erased after the hot window (RECORD-122)."""
    return OfficerError(
        "words-sealed",
        f"the words of entry {entry.hex()[:12]} are sealed in the archive: trustees or custodians "
        "of this party open them, under a warrant",
    )


def content_unopened(entry: bytes) -> CustodyError:
    """Return the error for content that its stored key does not open."""
    return CustodyError(
        "content-unopened",
        f"the stored words of entry {entry.hex()[:12]} do not open: this is not the wrap key that "
        "sealed them, or the file was changed",
    )
