"""The header: nine places, one encoding, numbers in their ranges (RECORD-1, RECORD-2, RECORD-5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.wire.shapes import H32, reason_of, spoilt, with_place

from backchannel.errors import JunkError
from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import (
    Header,
    pack_header,
    parse_header,
    parse_heads,
    require_counts,
    require_key_number,
    require_number,
)

HEADER = Header(17, 3, H32, ((0, 4, H32), (16, 2, H32)), 1_795_355_000, 2, 1, H32)
RAW = pack_header(HEADER)
FIELDS = decode(RAW)
assert isinstance(FIELDS, tuple)

COUNTS = st.integers(0, 2**48)
NUMBERS = st.integers(0, 65_535)
HASHES = st.binary(min_size=32, max_size=32)
HEADS = st.lists(st.tuples(NUMBERS, COUNTS, HASHES), unique_by=lambda head: head[0]).map(
    lambda heads: tuple(sorted(heads))
)


@given(
    st.builds(Header, NUMBERS, COUNTS, HASHES, HEADS, COUNTS, COUNTS, COUNTS, HASHES),
)
def test_a_header_is_parsed_as_it_was_packed(header: Header) -> None:
    """RECORD-1."""
    assert parse_header(pack_header(header)) == header


@pytest.mark.parametrize("fields", list(spoilt(FIELDS)), ids=str)
def test_a_place_of_another_kind_is_refused(fields: tuple[object, ...]) -> None:
    """RECORD-1, RECORD-2."""
    with pytest.raises(JunkError):
        parse_header(encode(fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "new", "reason"),
    [
        (0, 2, "header-version"),
        (0, True, "header-version"),
        (1, 65_536, "journal-number"),
        (2, 2**48 + 1, "count-range"),
        (2, -1, "count-range"),
        (3, bytes(31), "hash-length"),
        (4, ((16, 1, H32), (16, 2, H32)), "heads-order"),
        (4, ((17, 1, H32), (16, 2, H32)), "heads-order"),
        (4, ((16, 1),), "heads-shape"),
        (4, ((65_536, 1, H32),), "journal-number"),
        (5, 2**48 + 1, "count-range"),
        (8, bytes(33), "hash-length"),
    ],
)
def test_a_header_is_refused_for_its_reason(place: int, new: object, reason: str) -> None:
    """NT67: another version or an unknown suite is junk. RECORD-2, RECORD-5."""
    raw = encode(with_place(FIELDS, place, new))  # type: ignore[arg-type]
    assert reason_of(lambda: parse_header(raw)) == reason


def test_a_header_has_nine_places() -> None:
    """RECORD-1."""
    for fields in (FIELDS[:-1], (*FIELDS, 0), 7):
        raw = encode(fields)
        assert reason_of(lambda raw=raw: parse_header(raw)) == "header-shape"  # type: ignore[misc]


def test_an_unknown_type_is_parsed() -> None:
    """RECORD-3: types of later versions are kept."""
    assert parse_header(encode(with_place(FIELDS, 7, 4_711))).type == 4_711


def test_heads_may_be_empty_and_ascend() -> None:
    """RECORD-5."""
    assert parse_heads(()) == ()
    assert parse_heads(((0, 0, H32), (1, 0, H32))) == ((0, 0, H32), (1, 0, H32))


def test_ranges_include_their_ends() -> None:
    """RECORD-2, KEYS-2."""
    require_counts(0, 2**48)
    require_number(65_535)
    require_key_number(2**32 - 1)
    for number in (0, 2**32, True, None):
        assert reason_of(lambda n=number: require_key_number(n)) == "key-number"  # type: ignore[misc]
