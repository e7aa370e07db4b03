"""How a line starts: first journals, and the file by which a station is introduced."""

import pytest
from msgspec.structs import replace
from tests.cast import (
    ALDER,
    BIRCH,
    NOW,
    Cast,
    found_cast,
    found_once,
    make_charter,
    seed,
    sign_by_all,
    station_keys,
)

from backchannel.errors import JunkError, OfficerError
from backchannel.line.events import Moment
from backchannel.line.founding import (
    Founding,
    admit_founding,
    empty_state,
    frame_of,
    open_own,
    pack_founding,
    parse_founding,
)
from backchannel.line.rows import EntryRow
from backchannel.line.step import step
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.envelope import pack_frame, parse_frame
from backchannel.wire.files import pack_file
from backchannel.wire.signing import Mode

AT = Moment(NOW, 0, seed("at"))


def alder_alone(cast: Cast):  # type: ignore[no-untyped-def]
    """Alder's station before it was given Birch's file."""
    state = empty_state(cast.charter, cast.signatures, ALDER)
    keys = {int(Mode.REAL): station_keys("Alder", "one", Mode.REAL)}
    return open_own(state, keys, authority=cast.offices[ALDER].frames, at=AT)


def refusal(founding: Founding) -> str:
    state, _ = alder_alone(found_once())
    with pytest.raises(OfficerError) as refused:
        admit_founding(state, founding, AT)
    return refused.value.reason


def test_each_journal_begins_with_its_opening() -> None:
    """RECORD-4, RECORD-114, RECORD-116: nonce, credential, no end, prev = journal id."""
    state, rows = alder_alone(found_once())
    (opening,) = [row for row in rows if isinstance(row, EntryRow) and row.no == 16]
    header = parse_header(opening.header)
    assert (header.seq, header.type) == (0, EntryType.SUCCESSION)
    assert header.prev == state.core.journals[16].id
    assert [no for no, _, _ in header.seen] == [ALDER]
    assert state.core.unsealed == {}


def test_a_founding_file_is_parsed_as_it_was_packed() -> None:
    """RECORD-110."""
    founding = found_cast().founding(BIRCH)
    assert parse_founding(pack_founding(founding)) == founding
    # No word and no secret: every frame is without content.
    assert all(parse_frame(raw).content is None for raw in founding.station)


def test_a_file_taken_whole_lets_its_station_speak() -> None:
    """RECORD-113."""
    state, _ = alder_alone(found_once())
    founding = found_cast().founding(BIRCH)
    event = admit_founding(state, founding, AT)
    after, _ = step(state, event)
    assert after.core.journals[17].prekey is not None
    # Twice is once.
    again, rows = step(after, admit_founding(after, founding, AT))
    assert again.core.journals == after.core.journals and rows == ()


@pytest.mark.parametrize(
    ("objects", "wanted"),
    [
        ((), "truncated"),
        ((b"\x80",), "founding-shape"),
        ((encode((2, b"", ())),), "founding-version"),
        ((encode((True, b"", ())),), "founding-shape"),
        ((encode((1, b"", ())), encode((2, b""))), "founding-shape"),
        ((encode((1, b"", ())), encode((True, b""))), "founding-shape"),
        ((encode((1, b"", ())), encode((0, 7))), "founding-shape"),
    ],
)
def test_a_misshapen_file_is_refused(objects: tuple[bytes, ...], wanted: str) -> None:
    """RECORD-110, NT94."""
    with pytest.raises(JunkError) as refused:
        parse_founding(pack_file("founding", objects))
    assert refused.value.reason == wanted


def test_a_charter_that_one_party_has_not_signed_is_not_in_force() -> None:
    """NT94, RECORD-112: nothing is sent before all have signed."""
    founding = found_cast().founding(BIRCH)
    one_sided = founding._replace(signatures=founding.signatures[:1])
    assert refusal(one_sided) == "not-in-force"
    with pytest.raises(OfficerError, match="not-in-force"):
        empty_state(founding.charter, founding.signatures[:1], ALDER)


def test_a_false_signature_of_a_root_is_refused() -> None:
    """NT94."""
    founding = found_cast().founding(BIRCH)
    first = founding.signatures[0]
    spoilt = (first._replace(ed25519=bytes(64)), *founding.signatures[1:])
    assert refusal(founding._replace(signatures=spoilt)) in (
        "low-order-nonce-point",
        "bad-signature",
    )


def test_another_charter_is_refused() -> None:
    """NT94, RECORD-113."""
    charter, keys = make_charter()
    raw, signatures = sign_by_all(replace(charter, nonce=seed("other")[:16]), keys)
    founding = found_cast().founding(BIRCH)._replace(charter=raw, signatures=signatures)
    assert refusal(founding) == "other-charter"


def test_an_authority_journal_cut_short_of_its_station_is_refused() -> None:
    """NT94, RECORD-113."""
    founding = found_cast().founding(BIRCH)
    short = founding._replace(authority=founding.authority[:2])
    assert refusal(short) == "authority-cut-short"
    with_gap = founding._replace(authority=(founding.authority[0], *founding.authority[2:]))
    assert refusal(with_gap) == "authority-cut-short"


def test_a_station_journal_with_a_hole_is_refused() -> None:
    """NT94, RECORD-113."""
    founding = found_cast().founding(BIRCH)
    no_prekey = [raw for raw in founding.station if parse_header(parse_frame(raw).header).no == 17]
    assert len(no_prekey) == 2
    holed = tuple(raw for raw in founding.station if raw != no_prekey[0])
    assert refusal(founding._replace(station=holed)) == "authority-cut-short"


@pytest.mark.parametrize("which", ["authority", "station"])
def test_an_altered_byte_is_refused(which: str) -> None:
    """NT94, RECORD-113: wherever it stands, the file is taken whole or not at all."""
    founding = found_cast().founding(BIRCH)
    frames: tuple[bytes, ...] = getattr(founding, which)
    frame = parse_frame(frames[1])
    for altered in (
        replace(frame, header=frame.header[:-1] + bytes((frame.header[-1] ^ 1,))),
        replace(frame, payload=(frame.payload or b"")[:-1] + b"\xff"),
    ):
        raws = (frames[0], pack_frame(altered), *frames[2:])
        assert refusal(founding._replace(**{which: raws})) != ""
    signature = frame.signature
    if isinstance(signature, bytes):
        spoilt = bytes((signature[0] ^ 1,)) + signature[1:]
        raws = (frames[0], pack_frame(replace(frame, signature=spoilt)), *frames[2:])
        assert refusal(founding._replace(**{which: raws})) == "bad-signature"


def test_a_station_that_its_office_has_not_certified_opens_nothing() -> None:
    """RECORD-114."""
    cast = found_once()
    state = empty_state(cast.charter, cast.signatures, ALDER)
    keys = {int(Mode.REAL): station_keys("Alder", "unknown", Mode.REAL)}
    with pytest.raises(OfficerError, match="not-certified"):
        open_own(state, keys, authority=cast.offices[ALDER].frames, at=AT)


def test_a_row_is_given_back_as_its_frame() -> None:
    """RECORD-115."""
    state, rows = alder_alone(found_once())
    frames = {frame_of(row) for row in rows if isinstance(row, EntryRow) and row.no == ALDER}
    assert frames == set(found_once().offices[ALDER].frames)
    assert state.party == ALDER
