"""The layout of a disclosure: what is packed is parsed, and every other shape is refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.cast import found_cast, seed
from tests.wire.shapes import H32, reason_of

from backchannel.errors import OfficerError
from backchannel.proof.disclosure import (
    KIND,
    AuthorityPiece,
    CharterPiece,
    CheckpointPiece,
    Disclosure,
    DisclosureHead,
    EntryPiece,
    FieldsPiece,
    InclusionPiece,
    Piece,
    open_fields,
    pack_disclosure,
    pack_piece,
    parse_disclosure,
)
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.envelope import pack_frame, parse_frame
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import CredentialId, EntryId, LineId
from backchannel.wire.primitives import field_salts, tagged_hash
from backchannel.wire.statement import Content, content_root, pack_content, root_of

CONTENT = Content(b"s" * 16, (0, "en", *(None,) * 18, "Good morning.", (1, (b"x", None))))
ENTRY = EntryId(seed("entry"))
HEAD = DisclosureHead(LineId(H32), 2, (16, 5, ENTRY), 1_795_355_000)
COSIGNED = ((CredentialId(seed("one")), bytes(2420)),)
PIECES: tuple[Piece, ...] = (
    CharterPiece(b"charter", found_cast().signatures),
    AuthorityPiece(found_cast().offices[0].frames[0]),
    EntryPiece(b"header", bytes(64), b"payload"),
    EntryPiece(b"link", bytes(64), None),
    open_fields(ENTRY, CONTENT, (2, 21, 22)),
    CheckpointPiece(16, 8, seed("root"), COSIGNED),
    InclusionPiece(16, 5, 8, (seed("a"), seed("b"), seed("c"))),
)
WHOLE = Disclosure(HEAD, PIECES)


def objects() -> tuple[bytes, ...]:
    return parse_file(KIND, pack_disclosure(WHOLE))


def read_with(place: int, value: Value) -> Callable[[], object]:
    """Reading a disclosure, one of whose objects is another."""
    changed = list(objects())
    changed[place] = encode(value)
    return lambda: parse_disclosure(pack_file(KIND, changed))


def test_a_disclosure_is_parsed_as_it_was_packed() -> None:
    """PROOF-30, PROOF-31."""
    assert parse_disclosure(pack_disclosure(WHOLE)) == WHOLE
    assert [decode(raw)[0] for raw in objects()[1:]] == [1, 2, 3, 3, 4, 5, 6]  # type: ignore[index]
    alone = Disclosure(HEAD, ())
    assert parse_disclosure(pack_disclosure(alone)) == alone


@pytest.mark.parametrize(
    "head",
    [
        (2, H32, 2, (16, 5, ENTRY), 1),
        (True, H32, 2, (16, 5, ENTRY), 1),
        (1, H32[:31], 2, (16, 5, ENTRY), 1),
        (1, H32, 0, (16, 5, ENTRY), 1),
        (1, H32, 4, (16, 5, ENTRY), 1),
        (1, H32, True, (16, 5, ENTRY), 1),
        (1, H32, 2, (65_536, 5, ENTRY), 1),
        (1, H32, 2, (16, -1, ENTRY), 1),
        (1, H32, 2, (16, 5, ENTRY[:31]), 1),
        (1, H32, 2, (16, 5), 1),
        (1, H32, 2, (16, 5, ENTRY), (1 << 48) + 1),
        (1, H32, 2, (16, 5, ENTRY)),
        (1, H32, 2, (16, 5, ENTRY), 1, None),
        1,
    ],
)
def test_another_head_is_refused(head: Value) -> None:
    """PROOF-30."""
    assert reason_of(read_with(0, head)) == "disclosure-head"


@pytest.mark.parametrize(
    "piece",
    [
        (),
        7,
        ("1", b"charter", ()),
        (True, b"charter", ()),
        (0, b"x"),
        (9, "x"),
        (11, b"x"),
        (10, b"o", 3, 1, H32, (), ()),
        (10, "o", -1, 1, H32, (), ()),
        (10, "o", 3, "1", H32, (), ()),
        (10, "o", 3, 1, H32[:31], (), ()),
        (10, "o", 3, 1, H32, ()),
        (1, b"charter"),
        (1, "charter", ()),
        (2, None),
        (2, b"frame", b"more"),
        (3, "header", bytes(64), None),
        (3, b"header", bytes(63), None),
        (3, b"header", bytes(64), "payload"),
        (3, b"header", bytes(64)),
        (4, H32[:31], (), (H32,)),
        (4, H32, ((0, bytes(16), 1),), (H32,)),
        (4, H32, ((65, bytes(16), 1),), (H32,)),
        (4, H32, ((True, bytes(16), 1),), (H32,)),
        (4, H32, ((1, bytes(15), 1),), (H32,)),
        (4, H32, ((1, bytes(16)),), (H32,)),
        (4, H32, 1, (H32,)),
        (4, H32, (1,), (H32,)),
        (4, H32, (), (H32[:31],)),
        (4, H32, (), H32),
        (4, H32, (), (H32,) * 65),
        (5, 65_536, 8, H32, ()),
        (5, 16, -1, H32, ()),
        (5, 16, 8, H32[:31], ()),
        (5, 16, 8, H32, ((H32, bytes(2419)),)),
        (5, 16, 8, H32, ((H32[:31], bytes(2420)),)),
        (6, 65_536, 5, 8, ()),
        (6, 16, "5", 8, ()),
        (6, 16, 5, 8, (H32[:31],)),
        (6, 16, 5, 8, None),
    ],
    ids=str,
)
def test_another_piece_is_refused(piece: Value) -> None:
    """PROOF-30, PROOF-31."""
    assert reason_of(read_with(-1, piece)) == "disclosure-piece"


def test_pieces_ascend_and_stand_once() -> None:
    """PROOF-30."""
    first, *rest = objects()

    def reason(*changed: bytes) -> str:
        return reason_of(lambda: parse_disclosure(pack_file(KIND, (first, *changed))))

    assert reason(*reversed(rest)) == "disclosure-order"
    assert reason(rest[0], rest[2], rest[1]) == "disclosure-order"
    assert reason(rest[0], rest[0]) == "disclosure-twice"
    assert reason(rest[2], rest[3], rest[2]) == "disclosure-twice"
    # The same thing in other words stands twice, too.
    frame = parse_frame(found_cast().offices[0].frames[0])
    bare = pack_frame(replace(frame, attachments=()))
    for first_time, again in (
        (rest[0], encode((1, b"another charter", ()))),
        (rest[1], encode((2, bare))),
        (rest[2], encode((3, b"header", bytes(64), None))),
        (rest[4], encode((4, ENTRY, (), ()))),
        (rest[5], encode((5, 16, 8, seed("root"), ()))),
        (rest[6], encode((6, 16, 5, 8, ()))),
    ):
        assert reason(first_time, again) == "disclosure-twice"
    assert reason_of(read_with(2, (2, b"no frame"))) == "truncated"
    # Within a number the order says nothing.
    parse_disclosure(pack_file(KIND, (first, rest[3], rest[2])))


def test_what_is_no_disclosure_is_refused() -> None:
    """PROOF-30: a file of another kind, an empty one, and signatures that are none."""
    assert reason_of(lambda: parse_disclosure(pack_file("founding", objects()))) == "file-kind"
    assert reason_of(lambda: parse_disclosure(pack_file(KIND, ()))) == "truncated"
    assert reason_of(read_with(1, (1, b"charter", ((0,),)))) == "wrong-length"


@given(st.data())
def test_an_opened_field_commits_to_what_stands_in_its_place(data: st.DataObject) -> None:
    """PROOF-31, PROOF-32: RECORD-25 over the values in their place; other salts are not in it."""
    count = len(CONTENT.values)
    labels = data.draw(st.sets(st.integers(1, count)))
    piece = open_fields(ENTRY, CONTENT, tuple(sorted(labels)))
    assert root_of(piece.commitments) == content_root(pack_content(CONTENT))
    for label, salt, value in piece.opened:
        made = tagged_hash("field", encode((label, salt, value)))
        assert piece.commitments[label - 1] == made and value == CONTENT.values[label - 1]
    raw = pack_piece(piece)
    assert CONTENT.salt not in raw
    salts = field_salts(CONTENT.salt, count)
    assert {n for n, salt in enumerate(salts, 1) if salt in raw} == labels


@pytest.mark.parametrize("label", [0, -1, 23, 65])
def test_a_field_that_is_not_there_is_not_opened(label: int) -> None:
    with pytest.raises(OfficerError, match="no-such-field"):
        open_fields(ENTRY, CONTENT, (label,))


def test_what_fits_into_no_object_is_said_before_anything_is_made() -> None:
    """PROOF-31: others may send words as deep and as long as one object takes."""
    deep: Value = None
    for _ in range(6):
        deep = (deep,)
    for value in (deep, b"x" * 65_500):
        opened = open_fields(ENTRY, Content(bytes(16), (value,)), (1,)).opened
        piece = FieldsPiece(ENTRY, opened, ())
        with pytest.raises(OfficerError, match="disclosure-too-large"):
            pack_disclosure(Disclosure(HEAD, (piece,)))
