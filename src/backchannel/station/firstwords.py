"""The first entries of a new station, and the file in which they reach its office.

Each mode's journal opens, publishes a prekey and says where the station is reached. This module
must not touch a disk, and must not be used for a station that has spoken before.

    station file = objects: [1, line id, party], then the frames, each journal in its order
"""

from collections.abc import Sequence

import msgspec

from backchannel.charter.charter import Charter
from backchannel.charter.paths import PathKind
from backchannel.clock import Clock
from backchannel.errors import JunkError
from backchannel.line.events import Moment
from backchannel.line.founding import empty_state, open_own
from backchannel.line.requests import next_prekey
from backchannel.line.rows import Row
from backchannel.line.speak import tell
from backchannel.line.state import LineState
from backchannel.line.step import step
from backchannel.line.work import Work
from backchannel.station.authorities import AuthorityFile
from backchannel.station.keyring import StationSecret
from backchannel.station.mailboxes import said_of
from backchannel.station.signer import Question, sign_prekey
from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import LineId
from backchannel.wire.payload import Happening, LineEvent
from backchannel.wire.primitives import sha256

KIND = "station"
VERSION = 1
# The number of the direct path where the charter names none.
DIRECT = 1
FIRST_TYPES = (EntryType.SUCCESSION, EntryType.PREKEY, EntryType.LINE_EVENTS)


class StationFile(msgspec.Struct, frozen=True):
    """The first entries of one station, for its office."""

    line: LineId
    party: int
    frames: tuple[bytes, ...]


def first_entries(
    file: AuthorityFile, secret: StationSecret, *, addresses: Sequence[str], clock: Clock
) -> tuple[LineState, tuple[Row, ...]]:
    """Return the state of a station that has written its first entries, and all rows to keep.

    Nothing waits to be sent: the entries travel in the founding file. Raises OfficerError
    ("not-certified", "not-in-force") and JunkError.
    """
    state = empty_state(file.charter, file.signatures, file.party)
    at = Moment(clock.now(), 0, clock.entropy())
    state, rows = open_own(state, secret.keys, authority=file.frames, at=at)
    kept = [*rows]
    for mode in sorted(state.core.own):
        state, rows = publish_prekey(state, mode, clock)
        kept += rows
        path = direct_path(state.charter)
        said = (*((path, text) for text in addresses), *said_of(state.charter, secret))
        state, rows = announce(state, mode, said, sha256(secret.certificate), clock)
        kept += rows
    core = msgspec.structs.replace(state.core, unsealed={})
    return msgspec.structs.replace(state, core=core), tuple(kept)


def publish_prekey(state: LineState, mode: int, clock: Clock) -> tuple[LineState, tuple[Row, ...]]:
    """Return the state after the first prekey of a mode (KEYS-5)."""
    request = next_prekey(Work(state), mode, clock.now())
    at = Moment(clock.now(), 0, clock.entropy())
    return step(state, sign_prekey(request, Question(at, state, clock.entropy(), b"")))


def announce(
    state: LineState, mode: int, said: Sequence[tuple[int, str]], pin: bytes, clock: Clock
) -> tuple[LineState, tuple[Row, ...]]:
    """Return the state after a line event that says where the station is reached, and its pin:
    numbers of paths, and a text for each."""
    work = Work(state)
    work.begin(Moment(clock.now(), 0, clock.entropy()))
    tell(work, mode, *(LineEvent(Happening.ADDRESS, (*each, pin)) for each in said))
    return work.freeze(), tuple(work.rows)


def direct_path(charter: Charter) -> int:
    """Return the number of the charter's direct path, or the usual one if it names none."""
    return next((path.id for path in charter.paths if path.kind == PathKind.DIRECT), DIRECT)


def pack_station(file: StationFile) -> bytes:
    """Return the bytes of a station file."""
    return pack_file(KIND, (encode((VERSION, file.line, file.party)), *file.frames))


def parse_station(raw: bytes) -> StationFile:
    """Return what a station file holds; its office tries the frames out. Raises JunkError."""
    first, *frames = parse_file(KIND, raw) or (b"",)
    match decode(first):
        case (1, bytes(line), int(party)):
            return StationFile(LineId(line), party, tuple(frames))
        case _:
            raise JunkError("station-file-shape", "a station file begins with its line and party")
