"""The first entries of a station: complete, in order, and nothing left waiting (KEYS-5)."""

from pathlib import Path

import msgspec
import pytest
from tests.ceremony import (  # noqa: F401
    DAY_S,
    NOW,
    PASSPHRASE,
    FixedClock,
    issue,
    line_of,
    quick_seals,
    two_offices,
)

from backchannel.charter.paths import Path as LinePath
from backchannel.charter.paths import PathKind
from backchannel.errors import JunkError, OfficerError
from backchannel.line.rows import EntryRow, OutgoingRow, Row
from backchannel.line.state import LineState
from backchannel.station import firstwords
from backchannel.station.enrolment import ask_for_station, station_wanted
from backchannel.station.firstwords import StationFile
from backchannel.station.keyring import StationSecret, new_station
from backchannel.station.office import Office
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.files import pack_file
from backchannel.wire.ids import LineId
from backchannel.wire.primitives import sha256

pytestmark = pytest.mark.usefixtures("quick_seals")
ADDRESSES = ("192.0.2.7:7001", "[2001:db8::7]:7001")


def certified(folder: Path) -> tuple[Office, StationSecret]:
    """Alder's office that has certified a station, and that station's secrets."""
    alder, _ = two_offices(folder)
    secret = new_station(folder / "station.key", PASSPHRASE, FixedClock("station"))
    wanted = station_wanted("Alder one", first=16, valid=(NOW, NOW + DAY_S), issuer=None)
    return issue(alder, ask_for_station(line_of(alder), wanted, secret.keys)), secret


def first_entries(folder: Path) -> tuple[LineState, tuple[Row, ...], StationSecret]:
    """What a station begins with."""
    alder, secret = certified(folder)
    assert alder.file is not None
    clock = FixedClock("first")
    state, rows = firstwords.first_entries(alder.file, secret, addresses=ADDRESSES, clock=clock)
    return state, rows, secret


def test_each_mode_opens_publishes_and_says_where_it_is(tmp_path: Path) -> None:
    state, rows, secret = first_entries(tmp_path)
    assert state.core.own == {1: 16, 2: 144, 3: 272}
    types = {
        no: [row.type for row in rows if isinstance(row, EntryRow) and row.no == no]
        for no in (0, *state.core.own.values())
    }
    assert types.pop(0) == [EntryType.AUTHORITY] * 3
    expected = [EntryType.SUCCESSION, EntryType.PREKEY, EntryType.LINE_EVENTS]
    assert list(types.values()) == [expected] * 3
    for no in state.core.own.values():
        journal = state.core.journals[no]
        assert [each.text for each in journal.addresses] == list(ADDRESSES)
        assert {each.certificate for each in journal.addresses} == {sha256(secret.certificate)}
        assert journal.prekey is not None and journal.prekey.n == 1


def test_nothing_waits_to_be_sent(tmp_path: Path) -> None:
    """They travel in the founding file; a second copy on a path would be sealed to nobody."""
    state, rows, _ = first_entries(tmp_path)
    assert state.core.unsealed == {}
    assert not [row for row in rows if isinstance(row, OutgoingRow)]


def test_every_draw_of_chance_is_used_once(tmp_path: Path) -> None:
    state, _, _ = first_entries(tmp_path)
    privates = [hand.prekeys[0].private for hand in state.secrets.hands.values()]
    journals = {state.core.journals[no].id for no in state.core.own.values()}
    assert len(set(privates)) == len(journals) == 3


def test_without_its_office_a_station_says_nothing(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    secret = new_station(tmp_path / "station.key", PASSPHRASE, FixedClock("station"))
    assert alder.file is not None
    with pytest.raises(OfficerError, match="not-certified"):
        firstwords.first_entries(alder.file, secret, addresses=ADDRESSES, clock=FixedClock("first"))


def test_the_direct_path_has_the_number_of_the_charter(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    assert alder.authority is not None
    charter = alder.authority.standings[-1].charter
    assert firstwords.direct_path(charter) == 1
    paths = (LinePath(2, PathKind.RELAY, (0, 1)), LinePath(5, PathKind.DIRECT, (0, 1)))
    assert firstwords.direct_path(msgspec.structs.replace(charter, paths=paths)) == 5


def test_a_station_file_says_again_what_was_packed() -> None:
    file = StationFile(LineId(b"l" * 32), 1, (b"first", b"second"))
    assert firstwords.parse_station(firstwords.pack_station(file)) == file


@pytest.mark.parametrize("first", [encode((2, b"l" * 32, 1)), encode((1, 1, 1)), encode(())])
def test_a_station_file_of_another_shape_is_refused(first: bytes) -> None:
    with pytest.raises(JunkError, match="station-file-shape"):
        firstwords.parse_station(pack_file("station", [first, b"frame"]))
