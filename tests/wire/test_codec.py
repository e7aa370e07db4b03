"""BC-CBOR, both ways: what is accepted has one encoding, and every refusal has its own reason."""

import json
import tracemalloc
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import NamedTuple

import pytest

from backchannel.errors import JunkError
from backchannel.limits import ARRAY_ITEMS_MAX, DEPTH_MAX, OBJECT_BYTES_MAX, TEXT_BYTES_MAX
from backchannel.wire.codec import (
    Value,
    bytes_head,
    decode,
    decode_array,
    encode,
    encode_array,
)

SHARED = Path(__file__).parents[3] / "shared" / "vectors"

ACCEPTED = [
    ("00", 0),
    ("17", 23),
    ("1818", 24),
    ("18ff", 255),
    ("190100", 256),
    ("19ffff", 65_535),
    ("1a00010000", 65_536),
    ("1affffffff", 2**32 - 1),
    ("1b0000000100000000", 2**32),
    ("1bffffffffffffffff", 2**64 - 1),
    ("20", -1),
    ("37", -24),
    ("3818", -25),
    ("3bffffffffffffffff", -(2**64)),
    ("40", b""),
    ("43010203", b"\x01\x02\x03"),
    ("5818" + "aa" * 24, b"\xaa" * 24),
    ("590100" + "aa" * 256, b"\xaa" * 256),
    ("60", ""),
    ("65416c646572", "Alder"),
    ("64c3b6c3b6", "öö"),
    ("f4", False),
    ("f5", True),
    ("f6", None),
    ("80", ()),
    ("8301820203820405", (1, (2, 3), (4, 5))),
    ("a0", {}),
    ("a201020304", {1: 2, 3: 4}),
    ("a300f51818f4190100f6", {0: True, 24: False, 256: None}),
]

# NT60 and its neighbours: bytes, the reason that names what is wrong with them.
REFUSED = [
    ("", "truncated"),
    ("18", "truncated"),
    ("1901", "truncated"),
    ("1a000001", "truncated"),
    ("1b00000000000001", "truncated"),
    ("4201", "truncated"),
    ("626c", "truncated"),
    ("8101" + "80", "trailing-bytes"),
    ("8201", "truncated"),
    ("a1", "truncated"),
    ("a101", "truncated"),
    ("a118", "truncated"),
    ("0000", "trailing-bytes"),
    ("f6f6", "trailing-bytes"),
    ("80ff", "trailing-bytes"),
    ("1800", "non-minimal-integer"),
    ("1817", "non-minimal-integer"),
    ("190000", "non-minimal-integer"),
    ("1900ff", "non-minimal-integer"),
    ("1a0000ffff", "non-minimal-integer"),
    ("1b00000000ffffffff", "non-minimal-integer"),
    ("3817", "non-minimal-integer"),
    ("3900ff", "non-minimal-integer"),
    ("a1180000", "non-minimal-integer"),
    ("5800", "non-minimal-length"),
    ("580100", "non-minimal-length"),
    ("7800", "non-minimal-length"),
    ("59000100", "non-minimal-length"),
    ("9800", "non-minimal-length"),
    ("b800", "non-minimal-length"),
    ("9a00000000", "non-minimal-length"),
    ("5f4100ff", "indefinite-length"),
    ("7f6161ff", "indefinite-length"),
    ("9fff", "indefinite-length"),
    ("bfff", "indefinite-length"),
    ("8201ff", "unexpected-break"),
    ("ff", "unexpected-break"),
    ("1c", "reserved-head"),
    ("3d", "reserved-head"),
    ("5e", "reserved-head"),
    ("9c", "reserved-head"),
    ("1f", "reserved-head"),
    ("3f", "reserved-head"),
    ("fc", "reserved-head"),
    ("fe", "reserved-head"),
    ("c001", "tag"),
    ("c249010000000000000000", "tag"),
    ("d818" + "4100", "tag"),
    ("df", "tag"),
    ("f90000", "float"),
    ("f97e00", "float"),
    ("f97c00", "float"),
    ("fa47c35000", "float"),
    ("fb3ff199999999999a", "float"),
    ("f7", "undefined"),
    ("e0", "simple-value"),
    ("f0", "simple-value"),
    ("f3", "simple-value"),
    ("f8ff", "simple-value"),
    ("f814", "simple-value"),
    ("61ff", "bad-utf8"),
    ("62c328", "bad-utf8"),
    ("62c080", "bad-utf8"),
    ("63eda080", "bad-utf8"),
    ("64f4908080", "bad-utf8"),
    ("a201000100", "duplicate-key"),
    ("a202000100", "unsorted-map"),
    ("a218180017" + "00", "unsorted-map"),
    ("a12000", "map-key"),
    ("a1613100", "map-key"),
    ("a1413100", "map-key"),
    ("a1f500", "map-key"),
    ("a18000", "map-key"),
]


class Number(IntEnum):
    ONE = 1
    THOUSAND = 1_000


class Name(StrEnum):
    ALDER = "Alder"


class Place(NamedTuple):
    no: int
    head: bytes


def nested(containers: int, innermost: bytes = b"\x80") -> bytes:
    """Return so many arrays inside each other, the innermost given."""
    return b"\x81" * (containers - 1) + innermost


def refusal(data: bytes) -> str:
    with pytest.raises(JunkError) as caught:
        decode(data)
    return caught.value.reason


@pytest.mark.parametrize(("encoded", "value"), ACCEPTED, ids=[row[0][:20] for row in ACCEPTED])
def test_encoding_of_a_value_is_exact_both_ways(encoded: str, value: Value) -> None:
    """WIRE-1, WIRE-2: the bytes of the specification, and the type that comes back."""
    data = bytes.fromhex(encoded)
    assert encode(value) == data
    assert decode(data) == value
    assert type(decode(data)) is type(value)


@pytest.mark.parametrize(
    ("encoded", "reason"), REFUSED, ids=[row[0][:20] or "-" for row in REFUSED]
)
def test_nt60_every_other_encoding_is_refused_by_its_own_reason(encoded: str, reason: str) -> None:
    """NT60; WIRE-1, WIRE-2, WIRE-4, WIRE-5."""
    data = bytes.fromhex(encoded)
    assert refusal(data) == reason
    # The same fault one level down, where another loop reads it.
    if reason != "trailing-bytes":
        assert refusal(b"\x81" + data) == reason
        assert refusal(b"\xa1\x00" + data) == reason
        with pytest.raises(JunkError) as caught:
            decode_array(b"\x81" + data)
        assert caught.value.reason == reason


def test_nt61_claims_of_size_cost_nothing() -> None:
    """NT61; WIRE-3, WIRE-6: deep nesting and huge lengths are refused before memory is taken."""
    hostile = {
        b"\x81" * 100_000: "object-too-long",
        b"\x81" * OBJECT_BYTES_MAX: "too-deep",
        b"\xa1\x00" * 30_000: "too-deep",
        b"\x5b" + (2**63).to_bytes(8, "big"): "truncated",
        b"\x7b" + (2**63).to_bytes(8, "big"): "text-too-long",
        b"\x9a" + (2**32 - 1).to_bytes(4, "big"): "array-too-long",
        b"\x9b" + (2**32).to_bytes(8, "big"): "array-too-long",
        b"\xbb" + (2**64 - 1).to_bytes(8, "big"): "array-too-long",
        b"\x5a" + (OBJECT_BYTES_MAX).to_bytes(4, "big"): "truncated",
    }
    for data, reason in hostile.items():
        tracemalloc.start()
        found = refusal(data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found == reason
        assert peak < 1_000_000


def test_depth_counts_containers() -> None:
    """WIRE-3: eight inside each other are the limit, and an empty one counts like a full one."""
    assert DEPTH_MAX == 8
    assert decode(nested(8)) == ((((((((),),),),),),),)
    assert refusal(nested(9)) == "too-deep"
    assert decode(nested(8, b"\x81\x00")) != decode(nested(8))
    assert decode(nested(8, b"\xa0"))
    assert refusal(nested(9, b"\xa0")) == "too-deep"
    assert decode_array(nested(8))[1] == (nested(7),)
    with pytest.raises(JunkError, match="too-deep"):
        decode_array(nested(9))
    eight = decode(nested(8))
    assert encode(eight) == nested(8)
    with pytest.raises(AssertionError):
        encode((eight,))
    with pytest.raises(AssertionError):
        encode({0: eight})


def test_limits_are_met_exactly() -> None:
    """WIRE-3: the last accepted and the first refused size, in both directions."""
    items = (0,) * ARRAY_ITEMS_MAX
    assert decode(encode(items)) == items
    assert refusal(b"\x99\x04\x01" + bytes(1025)) == "array-too-long"
    entries = dict.fromkeys(range(ARRAY_ITEMS_MAX), 0)
    assert decode(encode(entries)) == entries
    assert refusal(b"\xb9\x04\x01" + encode(entries)[3:] + b"\x19\x04\x00\x00") == "array-too-long"
    text = "a" * TEXT_BYTES_MAX
    assert decode(encode(text)) == text
    assert refusal(b"\x79\x80\x01" + b"a" * (TEXT_BYTES_MAX + 1)) == "text-too-long"
    longest = bytes(OBJECT_BYTES_MAX - 3)
    assert decode(encode(longest)) == longest
    assert len(encode(longest)) == OBJECT_BYTES_MAX
    assert refusal(encode(longest) + b"\x00") == "object-too-long"
    assert refusal(b"\x59\xff\xfe" + bytes(OBJECT_BYTES_MAX - 2)) == "object-too-long"


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        2**64,
        -(2**64) - 1,
        bytearray(b"a"),
        {1, 2},
        Name.ALDER,
        {-1: 0},
        {"a": 0},
        {True: 0},
        {2**64: 0},
        "\ud800",
        "a" * (TEXT_BYTES_MAX + 1),
        (0,) * (ARRAY_ITEMS_MAX + 1),
        dict.fromkeys(range(ARRAY_ITEMS_MAX + 1), 0),
        bytes(OBJECT_BYTES_MAX - 2),
        object(),
    ],
    ids=lambda value: f"{type(value).__name__}-{str(value)[:12]!r}",
)
def test_what_is_outside_the_subset_is_a_bug_of_ours(value: object) -> None:
    """WIRE-1, WIRE-3: the encoder is as strict as the decoder."""
    with pytest.raises(AssertionError):
        encode(value)  # type: ignore[arg-type]
    with pytest.raises(AssertionError):
        encode([value])  # type: ignore[list-item]


def test_lists_are_arrays_and_booleans_are_no_numbers() -> None:
    assert encode([1, [2]]) == encode((1, (2,)))
    assert encode(True) != encode(1)
    assert encode({3: 0, 1: 0}) == encode({1: 0, 3: 0})
    assert decode(b"\x01") is not True


def test_named_numbers_and_named_tuples_are_encoded_as_what_they_are() -> None:
    """WIRE-1: what comes back has no name."""
    value = (Number.ONE, Place(Number.THOUSAND, b"x"))
    assert encode(value) == encode((1, (1_000, b"x")))
    assert [type(item) for item in decode(encode(value))] == [int, tuple]  # type: ignore[union-attr]


def test_bytes_head_joins_to_the_same_encoding() -> None:
    for length in (0, 1, 23, 24, 255, 256, 65_000):
        assert bytes_head(length) + bytes(length) == encode(bytes(length))


def test_decode_array_gives_the_bytes_of_each_element() -> None:
    """WIRE-6: whoever hashes an element hashes these bytes."""
    parts = (1, b"Alder" * 20, "Birch", (1, (2, b"x")), {1: (), 7: None}, None, False, -500)
    data = encode(parts)
    values, slices = decode_array(data)
    assert values == parts
    assert slices == tuple(encode(part) for part in parts)
    assert data[:1] + b"".join(slices) == data


@pytest.mark.parametrize(
    ("encoded", "reason"),
    [
        ("", "truncated"),
        ("a0", "not-an-array"),
        ("00", "not-an-array"),
        ("f6", "not-an-array"),
        ("d880", "not-an-array"),
        ("9fff", "indefinite-length"),
        ("9800", "non-minimal-length"),
        ("98", "truncated"),
        ("990401", "array-too-long"),
        ("8201", "truncated"),
        ("8000", "trailing-bytes"),
    ],
)
def test_decode_array_refuses_what_is_no_array(encoded: str, reason: str) -> None:
    with pytest.raises(JunkError) as caught:
        decode_array(bytes.fromhex(encoded))
    assert caught.value.reason == reason


def test_decode_array_refuses_a_long_object() -> None:
    with pytest.raises(JunkError, match="object-too-long"):
        decode_array(b"\x81" + encode(bytes(OBJECT_BYTES_MAX - 3)))


# --- Public vectors ------------------------------------------------------------------------------

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no public vectors beside us")
OUR_WORDS = {
    "float": {"float"},
    "indefinite": {"indefinite-length"},
    "map key not an unsigned integer": {"map-key"},
    "simple": {"simple-value"},
    "tag": {"tag"},
    "undefined": {"undefined"},
}


@needs_shared
def test_examples_of_rfc_8949() -> None:
    """Appendix A: 34 of 82 are in the subset, the others are refused for the stated reason."""
    cases = json.loads((SHARED / "cbor" / "appendix_a.json").read_text())
    expected = json.loads((SHARED / "expected.json").read_text())["cbor/appendix_a.json"]
    why = {index: reason for reason, rows in expected["refuse"].items() for index in rows}
    for index, case in enumerate(cases):
        data = bytes.fromhex(case["hex"])
        if index in expected["accept"]:
            assert encode(decode(data)) == data
        elif index in why:
            assert refusal(data) in OUR_WORDS[why[index]]
        else:
            assert index in expected["not_well_formed_since_RFC_8949"]
            assert refusal(data) == "simple-value"
    assert len(expected["accept"]) == 34


@needs_shared
def test_nothing_that_must_fail_is_decoded() -> None:
    """All 679 byte strings of the public set are refused; two for the bytes after the item only."""
    cases = json.loads((SHARED / "cbor" / "fail.json").read_text())
    expected = json.loads((SHARED / "expected.json").read_text())["cbor/fail.json"]
    reasons = [refusal(bytes.fromhex(case["hex"])) for case in cases]
    assert len(reasons) == 679
    for index in expected["refused_only_for_trailing_bytes"]:
        assert reasons[index] in ("trailing-bytes", "indefinite-length")


@pytest.mark.parametrize("values", [(), (1,), (b"Alder", (2, "Birch")), (0,) * ARRAY_ITEMS_MAX])
def test_an_array_of_what_is_encoded_is_the_array(values: tuple[Value, ...]) -> None:
    assert encode_array(tuple(map(encode, values))) == encode(values)


def test_an_array_of_what_is_encoded_keeps_the_limits() -> None:
    with pytest.raises(AssertionError):
        encode_array((encode(0),) * (ARRAY_ITEMS_MAX + 1))
    with pytest.raises(AssertionError):
        encode_array((encode(bytes(OBJECT_BYTES_MAX - 3)),))
