"""How a line starts at one station: its first journals, and the file that introduces it.

This module must not trust a founding file in parts: it is taken whole or refused with the reason.
Clauses: RECORD-110 to RECORD-116, CHARTER-20.

    founding file = objects: [1, charter, [charter signature]], then [0, authority frame] and
                    [1, station frame] in causal order
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backchannel.charter.authority import open_authority
from backchannel.charter.credentials import STATION_OF_MODE
from backchannel.charter.roster import Authority, Issued
from backchannel.charter.signatures import (
    RootSignature,
    line_id_of,
    read_signatures,
    require_in_force,
)
from backchannel.errors import BackchannelError, JunkError, OfficerError
from backchannel.line.authority import take_authority
from backchannel.line.events import Event, Given, Moment
from backchannel.line.journal import read
from backchannel.line.rows import EntryRow, Row
from backchannel.line.speak import Words, append
from backchannel.line.state import Core, Hand, Journal, LineState, Secrets
from backchannel.line.step import step
from backchannel.line.work import Work
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import Frame, pack_frame
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import journal_id
from backchannel.wire.keys import StationKeys
from backchannel.wire.payload import NONCE_BYTES, Opening, pack_opening
from backchannel.wire.signing import Mode

VERSION = 1
KIND = "founding"
AUTHORITY_FRAME, STATION_FRAME = 0, 1


class Founding(NamedTuple):
    """What a founding file holds. It has no content and no secret."""

    charter: bytes
    signatures: tuple[RootSignature, ...]
    authority: tuple[bytes, ...]
    station: tuple[bytes, ...]


def pack_founding(founding: Founding) -> bytes:
    """Return the bytes of a founding file (RECORD-110)."""
    signatures: tuple[Value, ...] = tuple(tuple(each) for each in founding.signatures)
    return pack_file(
        KIND,
        (
            encode((VERSION, founding.charter, signatures)),
            *(encode((AUTHORITY_FRAME, frame)) for frame in founding.authority),
            *(encode((STATION_FRAME, frame)) for frame in founding.station),
        ),
    )


def empty_state(charter: bytes, signatures: tuple[RootSignature, ...], party: int) -> LineState:
    """Return the state of a line at a station that holds nothing but the charter.

    Raises OfficerError("not-in-force") while a party's roots have not signed (RECORD-112).
    """
    in_force = require_in_force(charter, signatures)
    line = line_id_of(charter)
    authorities = {p: open_authority(line, p, in_force) for p in range(len(in_force.parties))}
    core = Core(version=0, elapsed=0, starts=0, journals={}, own={})
    return LineState(line, party, in_force, core, Secrets({}), authorities)


def open_own(
    state: LineState, keys: Mapping[int, StationKeys], *, authority: Sequence[bytes], at: Moment
) -> tuple[LineState, tuple[Row, ...]]:
    """Return the state with our party's authority journal and our own first entries.

    `keys` are the station's keys by mode, `authority` the frames of our office. Raises
    OfficerError if the office has not certified a key.
    """
    work = Work(state)
    work.begin(at)
    for raw in authority:
        take_authority(work, read(raw))
    for mode, pair in sorted(keys.items()):
        found = certified(work.authorities[state.party], pair)
        work.hands[mode] = Hand(
            found.id, pair.secret, pair.pq_seed, numbers=found.credential.journals
        )
        open_one(work, Mode(mode), pair, found)
    work.unsealed = {}  # first entries travel in the founding file, by hand
    return work.freeze(), tuple(work.rows)


def certified(authority: Authority, pair: StationKeys) -> Issued:
    """Return the newest standing credential of a key. Raises OfficerError (RECORD-114)."""
    wanted = STATION_OF_MODE[pair.mode]
    for found in reversed(authority.credentials.values()):
        held = found.credential.ed25519 == pair.public
        if held and found.credential.kind == wanted and found.id not in authority.revocations:
            return found
    raise OfficerError(
        "not-certified",
        f"the office has issued no credential for this station's {pair.mode.name} key; "
        "give it the station's request file, then bring its authority file here",
    )


def open_one(work: Work, mode: Mode, pair: StationKeys, found: Issued) -> None:
    """Open our first journal of a mode."""
    nonce = work.chance(b"journal")[:NONCE_BYTES]
    no = found.credential.journals[0]
    identity = journal_id(work.line, work.party, mode, public=pair.public, nonce=nonce)
    work.journals[no] = Journal(
        no=no,
        party=work.party,
        mode=mode,
        id=identity,
        public=pair.public,
        pq_public=pair.pq_public,
        credential=found.id,
        head=identity,
    )
    work.ours.add(no)
    work.current[mode] = no
    opening = Opening(nonce, found.id, "founding", ())
    append(work, mode, Words(EntryType.SUCCESSION, pack_opening(opening)))


def parse_founding(raw: bytes) -> Founding:
    """Return what a founding file holds. Raises JunkError (RECORD-110, NT94)."""
    first, *rest = parse_file(KIND, raw) or (b"",)
    match decode(first):
        case (int(version), bytes(charter), tuple(signatures)) if type(version) is int:
            require_version(version)
            read_so_far = read_signatures(signatures)
        case _:
            raise JunkError("founding-shape", "a founding file begins with its charter")
    frames: dict[int, list[bytes]] = {AUTHORITY_FRAME: [], STATION_FRAME: []}
    for each in rest:
        match decode(each):
            case (int(kind), bytes(frame)) if type(kind) is int and kind in frames:
                frames[kind].append(frame)
            case _:
                raise JunkError("founding-shape", "a frame of a founding file is [0 or 1, frame]")
    return Founding(
        charter, read_so_far, tuple(frames[AUTHORITY_FRAME]), tuple(frames[STATION_FRAME])
    )


def require_version(version: int) -> None:
    """Raise JunkError unless a founding file is of version 1."""
    if version != VERSION:
        raise JunkError("founding-version", f"got version {version}, this line speaks {VERSION}")


def admit_founding(state: LineState, founding: Founding, at: Moment) -> Event:
    """Return the event by which a station takes another's founding file whole.

    Raises OfficerError with the reason: not in force, another line's charter, an altered byte, an
    authority journal cut short of its station (RECORD-113, NT94).
    """
    try:
        require_in_force(founding.charter, founding.signatures)
        line = line_id_of(founding.charter)
    except JunkError as fault:
        raise OfficerError(fault.reason, f"the founding file's charter: {fault.text}") from None
    if line != state.line:
        raise OfficerError("other-charter", "the founding file is of another line")
    event = Given(at=at, frames=(*founding.authority, *founding.station))
    try:
        after, _ = step(state, event)
    except BackchannelError as fault:
        raise OfficerError(fault.reason, f"the founding file: {fault.text}") from None
    behind = {raw for slots in after.pending.values() for raw in slots.values()}
    if any(raw in behind or raw in after.waiting for raw in event.frames):
        raise OfficerError(
            "authority-cut-short",
            "the founding file introduces a station whose credential it does not hold; "
            "ask its office for a whole file",
        )
    return event


def frames_of(rows: Sequence[Row]) -> tuple[bytes, ...]:
    """Return the entries among rows as packed frames without content, in order (RECORD-115)."""
    return tuple(frame_of(row) for row in rows if isinstance(row, EntryRow))


def frame_of(row: EntryRow) -> bytes:
    """Return an entry as a packed frame without content."""
    signature = decode(row.signature)
    attachments = decode(row.attachments)
    return pack_frame(Frame(row.header, signature, row.payload, None, attachments))  # type: ignore[arg-type]
