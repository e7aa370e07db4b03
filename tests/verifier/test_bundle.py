"""Reading a disclosure: what is none is refused as a whole, with its reason."""

from dataclasses import replace
from typing import Any

import pytest
from tests.verifier.judging import code_of, reasons, refusal
from tests.verifier.making import SALT, Bundle, disclose, usual, usual_scene

from backchannel.verifier.bundle import FILE_BYTES, OBJECTS, read_disclosure, read_file
from backchannel.verifier.cbor import Refusal
from backchannel.wire.codec import decode, encode
from backchannel.wire.files import pack_file
from backchannel.wire.primitives import field_salts

HEAD = (1, bytes(32), 1, (16, 1, bytes(32)), 0)


def file_of(*objects: Any) -> bytes:
    return pack_file("disclosure", [encode(each) for each in objects])


HEADS: list[Any] = [
    (2, *HEAD[1:]),
    (True, *HEAD[1:]),
    HEAD[:-1],
    (*HEAD, 0),
    (1, bytes(31), *HEAD[2:]),
    (1, bytes(32), 0, *HEAD[3:]),
    (1, bytes(32), 4, *HEAD[3:]),
    (1, bytes(32), 1, (16, 1), 0),
    (1, bytes(32), 1, (16, 1, bytes(31)), 0),
    (1, bytes(32), 1, (16, 1, bytes(32)), -1),
    {1: 1},
    7,
]


@pytest.mark.parametrize("head", HEADS)
def test_a_head_of_another_shape(head: Any) -> None:
    """PROOF-30, PROOF-40."""
    assert refusal(file_of(head)) == "disclosure-head"


def test_a_file_without_a_head() -> None:
    """PROOF-30."""
    assert refusal(file_of()) == "disclosure-head"


ROOT = "A" * 43 + "="


def note(origin: str, size: str, root: str) -> bytes:
    """A checkpoint with one signature line."""
    return f"{origin}\n{size}\n{root}\n\n— w.example AAAAAAA=\n".encode()


PIECES: list[tuple[Any, str]] = [
    ((), "disclosure-piece"),
    (7, "disclosure-piece"),
    ((0, b""), "disclosure-piece"),
    ((11, b""), "disclosure-piece"),
    ((True, b"", ()), "disclosure-piece"),
    ((1, b""), "disclosure-piece"),
    ((1, 7, ()), "disclosure-piece"),
    ((1, b"", ()), "truncated"),
    ((2, None), "disclosure-piece"),
    ((2, b"\x80"), "frame-shape"),
    ((3, b"", bytes(64), None), "truncated"),
    ((3, b"\x80", bytes(64), None), "header-shape"),
    ((3, b"\x80", bytes(63), None), "signature-length"),
    ((3, b"\x80", None, None), "disclosure-piece"),
    ((3, b"\x80", bytes(64), 7), "disclosure-piece"),
    ((4, bytes(32), (), ()), "disclosure-piece"),
    ((4, bytes(31), (), (bytes(32),)), "hash-length"),
    ((4, bytes(32), (), (bytes(31),)), "hash-length"),
    ((4, bytes(32), ((1, bytes(15), 0),), (bytes(32),)), "disclosure-piece"),
    ((4, bytes(32), ((0, bytes(16), 0),), (bytes(32),)), "disclosure-piece"),
    ((4, bytes(32), ((65, bytes(16), 0),), (bytes(32),)), "disclosure-piece"),
    ((4, bytes(32), ((1, bytes(16)),), (bytes(32),)), "disclosure-piece"),
    ((4, bytes(32), (), (bytes(32),) * 65), "disclosure-piece"),
    ((5, 16, 1, bytes(32), 7), "disclosure-piece"),
    ((5, 65_536, 1, bytes(32), ()), "journal-number"),
    ((5, 16, -1, bytes(32), ()), "count-range"),
    ((5, 16, 1, bytes(31), ()), "hash-length"),
    ((5, 16, 1, bytes(32), ((bytes(32), bytes(64)),)), "signature-length"),
    ((5, 16, 1, bytes(32), ((bytes(32),),)), "disclosure-piece"),
    ((6, 16, 1, 2, 7), "disclosure-piece"),
    ((6, 16, 1, 2, (bytes(31),)), "hash-length"),
    ((6, 16, 1, 2, (bytes(32),) * 65), "disclosure-piece"),
    ((6, 16, True, 2, ()), "count-range"),
    ((9, "x"), "disclosure-piece"),
    ((9, b""), "note-shape"),
    ((9, b"\xff"), "note-shape"),
    ((9, b"o\n1\nx\n\n\x00"), "note-shape"),
    ((9, note("o", "1", ROOT)[:-1]), "note-shape"),
    ((9, note("o", "1", ROOT).replace("— ".encode(), b"- ")), "note-shape"),
    ((9, note("o", "1", ROOT).replace(b" AAAAAAA=", b" AAAAAAB=")), "note-shape"),
    ((9, note("o", "1", ROOT).replace(b" AAAAAAA=", b" AAAAAA==")), "note-shape"),
    ((9, note("o", "01", ROOT)), "checkpoint-shape"),
    ((9, note("o", "-1", ROOT)), "checkpoint-shape"),
    ((9, note("o", "9" * 17, ROOT)), "checkpoint-shape"),
    ((9, note("o", "1", ROOT[:-4])), "checkpoint-shape"),
    ((9, note("", "1", ROOT)), "checkpoint-shape"),
    ((9, note("o" * 256, "1", ROOT)), "checkpoint-shape"),
    ((10, b"o", 3, 1, bytes(32), (), ()), "disclosure-piece"),
    ((10, "o", 3, 1, bytes(32), (), (bytes(32),) * 65), "disclosure-piece"),
    ((10, "o", 3, -1, bytes(32), (), ()), "count-range"),
    ((10, "o", 3, 1, bytes(31), (), ()), "hash-length"),
    ((10, "o", 3, 1, bytes(32), 7, ()), "beacon-shape"),
    ((10, "o", 3, 1, bytes(32), ((16, 1),), ()), "beacon-shape"),
    ((10, "o", 3, 1, bytes(32), ((16, 0, bytes(32)),), ()), "beacon-shape"),
    ((10, "o", 3, 1, bytes(32), ((16, 1, bytes(32)),) * 2, ()), "beacon-shape"),
    ((10, "o", 3, 1, bytes(32), ((65_536, 1, bytes(32)),), ()), "journal-number"),
    ((10, "o", 3, 1, bytes(32), ((16, -1, bytes(32)),), ()), "count-range"),
    ((10, "o", 3, 1, bytes(32), ((16, 1, bytes(31)),), ()), "hash-length"),
]


@pytest.mark.parametrize(("piece", "reason"), PIECES)
def test_a_piece_of_another_shape(piece: Any, reason: str) -> None:
    """PROOF-30, PROOF-31, PROOF-40."""
    assert refusal(file_of(HEAD, piece)) == reason


def test_pieces_out_of_order_or_twice() -> None:
    """PROOF-30."""
    bundle = usual()
    back = replace(bundle, pieces=bundle.pieces[::-1])
    assert refusal(back.pack()) == "disclosure-order"
    for kind in range(1, 7):
        pieces = bundle.of(kind)
        twice = bundle.having(kind, *pieces, pieces[0])
        assert refusal(twice.pack()) == "disclosure-twice", kind


def stripped(bundle: Bundle, kind: int) -> Bundle:
    """The bundle with one ML-DSA half taken away."""
    first, *others = bundle.of(kind)
    if kind == 1:
        (one, *more) = first[2]
        return bundle.having(1, (1, first[1], ((*one[:3], None), *more)))
    frame: list[Any] = list(decode(first[1]))  # type: ignore[arg-type]
    frame[2] = ((*frame[2][0][:2], None),)
    return bundle.having(2, (2, encode(tuple(frame))), *others)


def test_a_hybrid_signature_of_one_half_is_no_disclosure() -> None:
    """PROOF-40, NT10: never 'classical only'."""
    assert refusal(stripped(usual(), 1).pack()) == "wrong-type"
    assert refusal(stripped(usual(), 2).pack()) == "half-signature"


def test_an_authority_frame_with_content_is_refused() -> None:
    """PROOF-32: there is no content in an authority journal, and no salt of one here."""
    first, *others = usual().of(2)
    frame: list[Any] = list(decode(first[1]))  # type: ignore[arg-type]
    frame[4] = b"\x80"
    bundle = usual().having(2, (2, encode(tuple(frame))), *others)
    assert refusal(bundle.pack()) == "disclosure-piece"


def test_a_disclosure_has_no_salt_but_those_of_opened_fields() -> None:
    """PROOF-32, NT46: not that of the content, from which all could be derived."""
    bundle = disclose(usual_scene(), 21)
    salts = field_salts(SALT, 21)
    raw = bundle.pack()
    assert SALT not in raw and salts[20] in raw
    assert not [n for n in range(20) if salts[n] in raw]
    keys = [office.officers["first"][1] for office in usual_scene().offices]
    assert not [each for each in keys if each.secret in raw or each.pq_seed in raw]


def test_bounds() -> None:
    """PROOF-40: what is too long is refused before it is read."""
    for raw, reason in (
        (bytes(FILE_BYTES + 1), "file-too-long"),
        (pack_file("disclosure", [b""] * (OBJECTS + 1)), "file-objects"),
        (pack_file("founding", []), "file-kind"),
        (usual().pack()[:-1], "file-truncated"),
        (usual().pack() + b"\0", "file-truncated"),
    ):
        with pytest.raises(Refusal, match=reason):
            read_disclosure(raw)
    assert read_file("founding", pack_file("founding", [b"abc"])) == [b"abc"]


def test_every_prefix_of_a_disclosure_is_refused_or_proves_less() -> None:
    """PROOF-40, PROOF-54: nothing is proven by what is not there."""
    objects = read_file("disclosure", usual().pack())
    for count in range(1, len(objects)):
        assert reasons(pack_file("disclosure", objects[:count]))


def test_one_bit_changed_anywhere_is_noticed() -> None:
    """PROOF-40 to PROOF-53. `made` alone is nobody's word: it stands in the head, unsigned.

    Every byte at the beginning and the end, one in 307 of the rest.
    """
    raw = usual().pack()
    made = raw.index(encode(usual().place)) + len(encode(usual().place))
    unsigned = set(range(made, made + 5))
    small = set(range(made + 40)) | set(range(len(raw) - 80, len(raw)))
    for at in sorted(small | set(range(0, len(raw), 307))):
        changed = raw[:at] + bytes([raw[at] ^ (1 << (at * 7 % 8))]) + raw[at + 1 :]
        assert (code_of(changed) == 0) <= (at in unsigned), at


def test_what_is_overwritten_raises_nothing_else() -> None:
    """PROOF-40: hostile bytes are refused or prove less, and nothing else happens."""
    raw = usual().pack()
    for at in range(len(raw) - 8, 200, -1_499):
        for junk in (b"\xff" * 4, b"\x00" * 8, b"\x9b" * 2):
            assert code_of(raw[:at] + junk + raw[at + len(junk) :]) in (1, 2), at
