"""The statement and the content it commits to, field by field (RECORD-20 to RECORD-25)."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.wire.shapes import H32, OTHER, reason_of, spoilt, with_place

from backchannel.errors import JunkError
from backchannel.wire.codec import decode, encode
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.primitives import tagged_hash
from backchannel.wire.statement import (
    Content,
    Kind,
    Label,
    Precedence,
    Statement,
    content_root,
    pack_content,
    pack_signed,
    pack_statement,
    parse_content,
    parse_signed,
    parse_statement,
)

STATEMENT = Statement(
    Kind.NOTICE,
    "T06-S/1",
    0b10,
    Precedence.FLASH,
    1,
    1_795_355_000,
    (CredentialId(H32),),
    ((16, 2, H32),),
    (EntryId(OTHER),),
    H32,
)
RAW = pack_statement(STATEMENT)
FIELDS = decode(RAW)
assert isinstance(FIELDS, tuple)
SALT = bytes(range(16))


def test_a_statement_is_parsed_as_it_was_packed() -> None:
    """RECORD-20."""
    assert parse_statement(RAW) == STATEMENT
    assert parse_statement(encode(with_place(FIELDS, 1, None))).form is None


@pytest.mark.parametrize("fields", list(spoilt(FIELDS)), ids=str)
def test_a_place_of_another_kind_is_refused(fields: tuple[object, ...]) -> None:
    """RECORD-20. A form alone may be null; an empty list is right where a list stands."""
    if fields[1:2] == (None,) or (len(fields) == 10 and fields[1] == "text"):
        return
    with pytest.raises(JunkError):
        parse_statement(encode(fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "new", "reason"),
    [
        (1, "", "statement-form"),
        (1, "x" * 33, "statement-form"),
        (2, 0, "statement-to"),
        (2, 1 << 16, "statement-to"),
        (3, 0, "statement-precedence"),
        (3, 6, "statement-precedence"),
        (6, (), "statement-unsigned"),
        (6, (H32,) * 17, "id-list"),
        (6, (H32, H32), "statement-signer-twice"),
        (6, (bytes(31),), "hash-length"),
        (7, ((16, 1, H32), (16, 2, H32)), "heads-order"),
        (8, (H32,) * 65, "id-list"),
        (9, bytes(31), "hash-length"),
    ],
)
def test_a_statement_is_refused_for_its_reason(place: int, new: object, reason: str) -> None:
    """RECORD-21, RECORD-22."""
    raw = encode(with_place(FIELDS, place, new))  # type: ignore[arg-type]
    assert reason_of(lambda: parse_statement(raw)) == reason


def test_a_signed_statement_has_a_signature_of_64_bytes_for_each() -> None:
    """RECORD-23."""
    assert parse_signed(pack_signed(RAW, (bytes(64),))) == (RAW, (bytes(64),))
    for value, reason in (
        ((RAW, (bytes(63),)), "signature-length"),
        ((RAW, ("text",)), "signature-length"),
        ((RAW, bytes(64)), "signed-shape"),
        ((RAW,), "signed-shape"),
        (("text", ()), "signed-shape"),
        (7, "signed-shape"),
    ):
        raw = encode(value)
        assert reason_of(lambda raw=raw: parse_signed(raw)) == reason  # type: ignore[misc]


def test_content_is_a_salt_and_values() -> None:
    """RECORD-24."""
    content = Content(SALT, (0, "en", None, ("duty officer",)))
    assert parse_content(pack_content(content)) == content
    assert content.field(Label.TO_POSTS) is None
    assert content.field(4) == ("duty officer",)
    assert content.field(Label.BODY) is None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ((SALT, ()), "content-fields"),
        ((SALT, (0,) * 65), "content-fields"),
        ((SALT, 7), "content-fields"),
        ((SALT[:-1], (0,)), "content-shape"),
        ((SALT, (0,), 0), "content-shape"),
        (("salt", (0,)), "content-shape"),
    ],
)
def test_content_is_refused_for_its_reason(value: object, reason: str) -> None:
    """RECORD-24."""
    assert reason_of(lambda: parse_content(encode(value))) == reason  # type: ignore[arg-type]


def test_the_root_is_made_field_by_field() -> None:
    """RECORD-25, against the standard library alone."""
    values = (0, "en", None, (1, (b"x", -5)), *range(30))
    found = []
    for label, value in enumerate(values, 1):
        salt = hmac.digest(SALT, b"bc/salt" + bytes((label,)), "sha256")[:16]
        field = b"backchannel/1/field\x00" + encode((label, salt, value))
        found.append(hashlib.sha256(field).digest())
    root = hashlib.sha256(b"backchannel/1/content\x00" + encode(tuple(found))).digest()
    assert content_root(pack_content(Content(SALT, values))) == root


@given(st.lists(st.one_of(st.none(), st.integers(0, 9), st.text(max_size=4)), min_size=1))
def test_each_field_and_each_place_counts(values: list[object]) -> None:
    """RECORD-25, NT19: what differs in one field has another root."""
    values = values[:64]
    root = content_root(encode((SALT, tuple(values))))  # type: ignore[arg-type]
    for place in range(len(values)):
        other = [*values[:place], "something else", *values[place + 1 :]]
        assert content_root(encode((SALT, tuple(other)))) != root  # type: ignore[arg-type]
    if len(values) < 64:
        # An absent field at the end is committed to as well.
        assert content_root(encode((SALT, (*values, None)))) != root  # type: ignore[arg-type]


def test_the_duress_mark_changes_no_size() -> None:
    """RECORD-26, NT78: set and unset, content and statement have the same length."""
    plain = Content(SALT, (0, "en", *(None,) * 18, "hello"))
    marked = Content(SALT, (1, *plain.values[1:]))
    assert len(pack_content(plain)) == len(pack_content(marked))
    assert content_root(pack_content(plain)) != content_root(pack_content(marked))


def test_a_field_is_hashed_with_its_label() -> None:
    """RECORD-25: equal values at two places have different commitments."""
    one = tagged_hash("content", encode((tagged_hash("field", encode((1, SALT, 7))),)))
    assert content_root(encode((SALT, (7,)))) != one
