"""Frame and envelope: one entry with what belongs to it, and the same sealed as it travels.

This module must not hold keys or decide which key is used. Layouts: RECORD-40 to RECORD-44 for
the frame, KEYS-20 to KEYS-26 for the envelope.

    frame    = [1, header, signature, payload / null, content / null, [attachment]]
    envelope = [0, no, e, i, box] | [1, no, payload, box] | [2, no, [[no, n, seal]], box]
             | [3, no, g, i, box]
"""

from enum import IntEnum
from typing import NamedTuple

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import (
    ATTACHMENTS_MAX,
    FRAME_BYTES_MAX,
    GENERATION_MAX,
    OBJECT_BYTES_MAX,
    STATION_JOURNALS_MAX,
)
from backchannel.wire.codec import Value, bytes_head, decode, encode
from backchannel.wire.entry import (
    require_counts,
    require_hash,
    require_key_number,
    require_number,
)
from backchannel.wire.ids import LineId
from backchannel.wire.primitives import gcm_siv_open, gcm_siv_seal

FRAME_VERSION = 1
SIGNATURE_BYTES = 64
PQ_SIGNATURE_BYTES = 3309
SEAL_BYTES = 1168
NONCE_BYTES = 12


class AttachmentKind(IntEnum):
    """What rides beside an entry and is verified alone."""

    OFFICER_PQ_SIGNATURE = 1
    PQ_PUBLIC_KEY = 2
    WEBAUTHN_ASSERTION = 3


class Form(IntEnum):
    """The four forms of an envelope."""

    EPOCH = 0
    OFFER = 1
    DIRECT = 2
    EPOCH_ZERO = 3


class AuthoritySignature(NamedTuple):
    """One signer of an authority entry: a root's index, or a credential's id."""

    signer: int | bytes
    ed25519: bytes
    mldsa65: bytes


Signature = bytes | tuple[AuthoritySignature, ...]
Attachment = tuple[int, bytes, bytes]


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One entry with its signature, payload, content and attachments, as bytes."""

    header: bytes
    signature: Signature
    payload: bytes | None
    content: bytes | None
    attachments: tuple[Attachment, ...] = ()


class Seal(NamedTuple):
    """One recipient's copy of a key: journal number, prekey number, HPKE seal of 1168 bytes."""

    no: int
    n: int
    sealed: bytes


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """One sealed frame. `epoch` is e, or g for epoch 0; `index` is i; unused ones are 0."""

    form: int
    no: int
    box: bytes
    epoch: int = 0
    index: int = 0
    payload: bytes = b""
    seals: tuple[Seal, ...] = ()


def pack_frame(frame: Frame) -> bytes:
    """Return the bytes of a frame (RECORD-40)."""
    return encode(
        (
            FRAME_VERSION,
            frame.header,
            frame.signature,
            frame.payload,
            frame.content,
            frame.attachments,
        )
    )


def parse_frame(raw: bytes) -> Frame:
    """Return the frame in `raw`. Raises JunkError (RECORD-40 to RECORD-43)."""
    if len(raw) > FRAME_BYTES_MAX:
        raise JunkError("frame-too-long", f"got {len(raw)} bytes, at most {FRAME_BYTES_MAX}")
    fields = decode(raw)
    if type(fields) is not tuple or len(fields) != 6:
        raise JunkError("frame-shape", "a frame is an array of six")
    version, header, signature, payload, content, attachments = fields
    if type(version) is not int or version != FRAME_VERSION:
        raise JunkError("frame-version", f"got version {version!r}, this line speaks 1")
    if type(header) is not bytes:
        raise JunkError("frame-header", "a frame holds its header as bytes")
    if not (payload is None or type(payload) is bytes):
        raise JunkError("frame-payload", "a payload is bytes or null")
    if not (content is None or type(content) is bytes):
        raise JunkError("frame-content", "content is bytes or null")
    return Frame(
        header, parse_signature(signature), payload, content, parse_attachments(attachments)
    )


def parse_signature(value: Value) -> Signature:
    """Return a station's signature, or the ascending list of an authority entry (RECORD-41).

    Raises JunkError.
    """
    if type(value) is bytes:
        if len(value) != SIGNATURE_BYTES:
            raise JunkError("signature-length", "a station's signature is 64 bytes")
        return value
    if type(value) is not tuple or not value:
        raise JunkError("signature-shape", "a signature is 64 bytes or a list of signers")
    return tuple(parse_signer(each) for each in value)


def pack_signature(signature: Signature) -> bytes:
    """Return the bytes of a signature as it stands in a frame (RECORD-41)."""
    if type(signature) is bytes:
        return bytes_head(len(signature)) + signature
    return encode(signature)


def parse_signer(value: Value) -> AuthoritySignature:
    """Return one signer of an authority entry; both halves must be there. Raises JunkError."""
    if type(value) is not tuple or len(value) != 3:
        raise JunkError("signer-shape", "a signer is [root or credential, Ed25519, ML-DSA-65]")
    signer, classical, post_quantum = value
    if type(signer) is bytes:
        require_hash(signer)
    else:
        require_counts(signer)
    if type(classical) is not bytes or len(classical) != SIGNATURE_BYTES:
        raise JunkError("signature-length", "the Ed25519 half is 64 bytes")
    if type(post_quantum) is not bytes or len(post_quantum) != PQ_SIGNATURE_BYTES:
        raise JunkError("half-signature", "the ML-DSA-65 half is 3309 bytes and may not be absent")
    return AuthoritySignature(signer, classical, post_quantum)  # type: ignore[arg-type]


def parse_attachments(value: Value) -> tuple[Attachment, ...]:
    """Return attachments [kind, object id, bytes]; unknown kinds are kept (RECORD-42).

    Raises JunkError.
    """
    if value == () and type(value) is tuple:
        return ()
    if type(value) is not tuple or len(value) > ATTACHMENTS_MAX:
        raise JunkError("attachments", f"attachments are a list of at most {ATTACHMENTS_MAX}")
    for each in value:
        if type(each) is not tuple or len(each) != 3 or type(each[2]) is not bytes:
            raise JunkError("attachment-shape", "an attachment is [kind, object id, bytes]")
        require_counts(each[0])
        require_hash(each[1])
    return value  # type: ignore[return-value]


def outside(envelope: Envelope) -> tuple[Value, ...]:
    """Return what stands outside the box, in order: an envelope without its last element."""
    if envelope.form in (Form.EPOCH, Form.EPOCH_ZERO):
        return (int(envelope.form), envelope.no, envelope.epoch, envelope.index)
    if envelope.form == Form.OFFER:
        return (int(envelope.form), envelope.no, envelope.payload)
    return (int(envelope.form), envelope.no, envelope.seals)


def additional_data(line_id: LineId, envelope: Envelope) -> bytes:
    """Return the aad of a box: it binds the line and all that stands outside (KEYS-24)."""
    return b"bc/env" + line_id + encode(outside(envelope))


def nonce(index: int) -> bytes:
    """Return the nonce of box i: the index as 12 bytes (KEYS-24)."""
    return index.to_bytes(NONCE_BYTES, "big")


def seal_envelope(line_id: LineId, key: bytes, empty: Envelope, frame: bytes) -> bytes:
    """Return the bytes of an envelope: `empty` says all but the box (KEYS-24)."""
    before = encode(outside(empty))
    box = gcm_siv_seal(key, nonce(empty.index), frame, b"bc/env" + line_id + before)
    # An envelope is what stands outside, in an array with one element more, and then the box.
    whole = bytes((before[0] + 1,)) + before[1:] + bytes_head(len(box)) + box
    if len(whole) > OBJECT_BYTES_MAX:
        raise AssertionError(f"envelope of {len(whole)} bytes, at most {OBJECT_BYTES_MAX}")
    return whole


def open_envelope(line_id: LineId, key: bytes, envelope: Envelope) -> bytes:
    """Return the frame's bytes. Raises JunkError("not-authentic") (KEYS-24)."""
    aad = additional_data(line_id, envelope)
    return gcm_siv_open(key, nonce(envelope.index), envelope.box, aad)


def parse_envelope(raw: bytes) -> Envelope:
    """Return the envelope in `raw`, still sealed. Raises JunkError (KEYS-20 to KEYS-23)."""
    fields = decode(raw)
    if type(fields) is not tuple or len(fields) < 4:
        raise JunkError("envelope-shape", "an envelope is an array of four or five")
    form, no, *between, box = fields
    require_counts(form)
    require_number(no)
    if type(box) is not bytes:
        raise JunkError("envelope-box", "the box of an envelope is bytes")
    if form in (Form.EPOCH, Form.EPOCH_ZERO) and len(between) == 2:
        require_counts(between[1])
        if form == Form.EPOCH:
            require_key_number(between[0])
            if not between[1]:
                raise JunkError("envelope-index", "boxes of an epoch count from 1")
        else:
            require_generation(between[0])
        return Envelope(form, no, box, epoch=between[0], index=between[1])  # type: ignore[arg-type]
    if form == Form.OFFER and len(between) == 1 and type(between[0]) is bytes:
        return Envelope(form, no, box, payload=between[0])  # type: ignore[arg-type]
    if form == Form.DIRECT and len(between) == 1:
        return Envelope(form, no, box, seals=parse_seals(between[0]))  # type: ignore[arg-type]
    raise JunkError("envelope-form", f"got form {form!r}, wanted 0 to 3 in its own shape")


def parse_seals(value: Value) -> tuple[Seal, ...]:
    """Return seals [journal no, prekey no, seal], ascending by number (KEYS-12).

    Raises JunkError.
    """
    if type(value) is not tuple or not 0 < len(value) <= STATION_JOURNALS_MAX:
        raise JunkError("seals-shape", "seals are a list of one or more recipients")
    before = -1
    for each in value:
        if type(each) is not tuple or len(each) != 3:
            raise JunkError("seal-shape", "a seal is [journal no, prekey no, bytes]")
        no, n, sealed = each
        require_number(no)
        require_key_number(n)
        if type(sealed) is not bytes or len(sealed) != SEAL_BYTES:
            raise JunkError("seal-length", "an HPKE seal of 32 bytes is 1168 bytes")
        if no <= before:  # type: ignore[operator]
            raise JunkError("seals-order", "seals ascend by journal number, each number once")
        before = no  # type: ignore[assignment]
    return tuple(Seal(*each) for each in value)  # type: ignore[misc]


def require_generation(value: Value) -> None:
    """Raise JunkError unless the value numbers a courier package, 0 to 65,535 (KEYS-11)."""
    if type(value) is not int or not 0 <= value <= GENERATION_MAX:
        raise JunkError("generation-range", "generations lie between 0 and 65535")
