"""Frames and envelopes: strict shapes, and boxes bound to the line and to what stands outside."""

import pytest
from tests.wire.shapes import H32, OTHER, reason_of, spoilt, with_place

from backchannel.errors import JunkError
from backchannel.limits import FRAME_BYTES_MAX
from backchannel.wire.codec import decode, encode
from backchannel.wire.envelope import (
    AuthoritySignature,
    Envelope,
    Form,
    Frame,
    Seal,
    additional_data,
    nonce,
    open_envelope,
    pack_frame,
    parse_attachments,
    parse_envelope,
    parse_frame,
    seal_envelope,
)
from backchannel.wire.ids import LineId

LINE, KEY = LineId(H32), bytes(range(32, 64))
FRAME = Frame(b"header", bytes(64), b"payload", b"content", ((2, H32, b"key"),))
FIELDS = decode(pack_frame(FRAME))
assert isinstance(FIELDS, tuple)
SEALS = (Seal(16, 1, bytes(1168)), Seal(33, 2, bytes(1168)))
EMPTY = (
    Envelope(Form.EPOCH, 17, b"", epoch=3, index=9),
    Envelope(Form.OFFER, 17, b"", payload=b"the offer"),
    Envelope(Form.DIRECT, 17, b"", seals=SEALS),
    Envelope(Form.EPOCH_ZERO, 17, b"", epoch=1, index=0),
)


def test_a_frame_is_parsed_as_it_was_packed() -> None:
    """RECORD-40."""
    assert parse_frame(pack_frame(FRAME)) == FRAME
    bare = Frame(b"header", bytes(64), None, None)
    assert parse_frame(pack_frame(bare)) == bare


def test_an_authority_frame_has_a_list_of_signers() -> None:
    """RECORD-41."""
    signers = (
        AuthoritySignature(0, bytes(64), bytes(3309)),
        AuthoritySignature(H32, bytes(64), bytes(3309)),
    )
    frame = Frame(b"header", signers, b"payload", None)
    assert parse_frame(pack_frame(frame)) == frame


@pytest.mark.parametrize("fields", list(spoilt(FIELDS)), ids=lambda fields: str(fields)[:60])
def test_a_place_of_another_kind_is_refused(fields: tuple[object, ...]) -> None:
    """RECORD-40. Payload and content alone may be null; b"" and () are right where they stand."""
    if len(fields) == 6 and (fields[3] is None or fields[4] is None):
        return
    with pytest.raises(JunkError):
        parse_frame(encode(fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "new", "reason"),
    [
        (0, 2, "frame-version"),
        (0, True, "frame-version"),
        (1, 7, "frame-header"),
        (2, bytes(63), "signature-length"),
        (2, (), "signature-shape"),
        (2, ((0, bytes(64)),), "signer-shape"),
        (2, ((-1, bytes(64), bytes(3309)),), "count-range"),
        (2, ((bytes(31), bytes(64), bytes(3309)),), "hash-length"),
        (2, ((0, bytes(63), bytes(3309)),), "signature-length"),
        (2, ((0, bytes(64), None),), "half-signature"),
        (2, ((0, bytes(64), bytes(2420)),), "half-signature"),
        (3, "text", "frame-payload"),
        (4, "text", "frame-content"),
        (5, ((1, H32, b""),) * 17, "attachments"),
        (5, ((1, H32),), "attachment-shape"),
        (5, ((1, H32, "text"),), "attachment-shape"),
        (5, ((None, H32, b""),), "count-range"),
        (5, ((1, bytes(31), b""),), "hash-length"),
    ],
)
def test_a_frame_is_refused_for_its_reason(place: int, new: object, reason: str) -> None:
    """NT10: half a hybrid signature is none. RECORD-40 to RECORD-42."""
    raw = encode(with_place(FIELDS, place, new))  # type: ignore[arg-type]
    assert reason_of(lambda: parse_frame(raw)) == reason


def test_attachments_of_an_unknown_kind_are_kept() -> None:
    """RECORD-42."""
    assert parse_attachments(((77, OTHER, b"x"),)) == ((77, OTHER, b"x"),)
    assert reason_of(lambda: parse_attachments(None)) == "attachments"


def test_a_frame_has_its_longest() -> None:
    """RECORD-43: one seal always finds room beside it."""
    head = len(pack_frame(Frame(b"", bytes(64), bytes(300), None))) - 300
    longest = pack_frame(Frame(b"", bytes(64), bytes(FRAME_BYTES_MAX - head), None))
    assert len(longest) == FRAME_BYTES_MAX
    parse_frame(longest)
    sealed = seal_envelope(LINE, KEY, Envelope(Form.DIRECT, 65_535, b"", seals=SEALS[:1]), longest)
    assert open_envelope(LINE, KEY, parse_envelope(sealed)) == longest
    longer = pack_frame(Frame(b"", bytes(64), bytes(FRAME_BYTES_MAX - head + 1), None))
    assert reason_of(lambda: parse_frame(longer)) == "frame-too-long"


@pytest.mark.parametrize("empty", EMPTY, ids=lambda empty: Form(empty.form).name)
def test_an_envelope_opens_with_its_key_and_on_its_line_alone(empty: Envelope) -> None:
    """KEYS-20 to KEYS-24, NT25."""
    raw = seal_envelope(LINE, KEY, empty, b"a frame")
    found = parse_envelope(raw)
    assert open_envelope(LINE, KEY, found) == b"a frame"
    for line, key in ((LineId(OTHER), KEY), (LINE, OTHER)):
        assert reason_of(lambda a=line, b=key: open_envelope(a, b, found)) == "not-authentic"  # type: ignore[misc]


@pytest.mark.parametrize("empty", EMPTY, ids=lambda empty: Form(empty.form).name)
def test_what_stands_outside_the_box_is_bound_to_it(empty: Envelope) -> None:
    """KEYS-24, NT71: another sender, epoch, index or seal, and the box does not open."""
    fields = decode(seal_envelope(LINE, KEY, empty, b"a frame"))
    assert isinstance(fields, tuple)
    others: list[tuple[object, ...]] = [with_place(fields, 1, 33)]
    if empty.form in (Form.EPOCH, Form.EPOCH_ZERO):
        others += [with_place(fields, 2, 2), with_place(fields, 3, 8)]
    elif empty.form == Form.OFFER:
        others.append(with_place(fields, 2, b"another offer"))
    else:
        others.append(with_place(fields, 2, (tuple(SEALS[0]),)))
    for other in others:
        found = parse_envelope(encode(other))  # type: ignore[arg-type]
        assert reason_of(lambda e=found: open_envelope(LINE, KEY, e)) == "not-authentic"  # type: ignore[misc]


SEAL_ROWS = tuple(tuple(seal) for seal in SEALS)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ((0, 17, 1), "envelope-shape"),
        (7, "envelope-shape"),
        ((0, 17, 1, 1, "text"), "envelope-box"),
        ((4, 17, 1, 1, b""), "envelope-form"),
        ((True, 17, b"x", b""), "count-range"),
        ((0, 65_536, 1, 1, b""), "journal-number"),
        ((0, 17, 0, 1, b""), "key-number"),
        ((0, 17, 2**32, 1, b""), "key-number"),
        ((0, 17, 1, 0, b""), "envelope-index"),
        ((0, 17, 1, None, b""), "count-range"),
        ((0, 17, b"x", b""), "envelope-form"),
        ((1, 17, 7, b""), "envelope-form"),
        ((1, 17, b"x", b"y", b""), "envelope-form"),
        ((2, 17, (), b""), "seals-shape"),
        ((2, 17, 7, b""), "seals-shape"),
        ((2, 17, ((16, 1),), b""), "seal-shape"),
        ((2, 17, ((16, 1, bytes(1167)),), b""), "seal-length"),
        ((2, 17, ((16, 0, bytes(1168)),), b""), "key-number"),
        ((2, 17, ((65_536, 1, bytes(1168)),), b""), "journal-number"),
        ((2, 17, SEAL_ROWS[::-1], b""), "seals-order"),
        ((2, 17, SEAL_ROWS[:1] * 2, b""), "seals-order"),
        ((3, 17, 65_536, 0, b""), "generation-range"),
    ],
)
def test_an_envelope_is_refused_for_its_reason(value: object, reason: str) -> None:
    """KEYS-10, KEYS-12, KEYS-20 to KEYS-23, KEYS-26: also numbers that no key schedule holds."""
    assert reason_of(lambda: parse_envelope(encode(value))) == reason  # type: ignore[arg-type]


def test_the_nonce_is_the_index_and_the_aad_names_line_and_head() -> None:
    """KEYS-24."""
    assert nonce(9) == bytes(11) + b"\x09"
    assert additional_data(LINE, EMPTY[0]) == b"bc/env" + LINE + bytes.fromhex("8400110309")
