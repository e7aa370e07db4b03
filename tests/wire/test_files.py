"""Files moved by hand: a kind, and objects each with its length before it (RECORD-111)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.wire.shapes import reason_of

from backchannel.limits import FILE_OBJECTS_MAX, OBJECT_BYTES_MAX
from backchannel.wire.files import pack_file, parse_file


@given(st.lists(st.binary(max_size=40)))
def test_a_file_is_parsed_as_it_was_packed(objects: list[bytes]) -> None:
    """RECORD-111."""
    assert parse_file("founding", pack_file("founding", objects)) == tuple(objects)


def test_a_file_begins_with_its_kind_and_lengths_are_four_bytes() -> None:
    """RECORD-111."""
    raw = pack_file("founding", [b"abc", b""])
    assert raw == b"backchannel/1/founding\0\0\0\0\x03abc\0\0\0\0"


@pytest.mark.parametrize("cut", [1, 2, 3, 4, 6])
def test_a_file_that_ends_too_soon_is_refused(cut: int) -> None:
    """RECORD-111, NT94."""
    raw = pack_file("founding", [b"abc"])
    assert reason_of(lambda: parse_file("founding", raw[:-cut])) == "file-truncated"


def test_a_file_of_another_kind_is_refused() -> None:
    """RECORD-111."""
    for raw in (b"", pack_file("authority", [b"abc"]), b"backchannel/1/founding"):
        assert reason_of(lambda raw=raw: parse_file("founding", raw)) == "file-kind"  # type: ignore[misc]


def test_objects_have_a_bound_in_size_and_number() -> None:
    """RECORD-111."""
    assert parse_file("x", pack_file("x", [bytes(OBJECT_BYTES_MAX)]))
    long = pack_file("x", [bytes(OBJECT_BYTES_MAX + 1)])
    assert reason_of(lambda: parse_file("x", long)) == "file-object"
    many = pack_file("x", [b""] * (FILE_OBJECTS_MAX + 1))
    assert reason_of(lambda: parse_file("x", many)) == "file-objects"
