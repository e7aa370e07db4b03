"""Who takes part in a simulated line: offices, officers, and founded stations on images of disks.

It must not run a station. All keys come from names, so a line of one shape is founded once in a
process and copied for every run; founding happens under the stand-ins of the libraries.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from backchannel.charter.authority import open_authority
from backchannel.charter.charter import Charter, pack_charter
from backchannel.charter.credentials import (
    STATION_OF_MODE,
    Credential,
    CredentialKind,
    pack_body,
)
from backchannel.charter.events import pack_issue
from backchannel.charter.office import Signer, Writing, write_entry
from backchannel.charter.parties import Party, Root, RootSet
from backchannel.charter.policy import Policy, Window
from backchannel.charter.possession import prove_possession
from backchannel.charter.powers import Power
from backchannel.charter.roster import Authority
from backchannel.charter.signatures import (
    RootSignature,
    line_id_of,
    pack_signatures,
    sign_charter,
)
from backchannel.line.events import Moment
from backchannel.line.founding import Founding, admit_founding, empty_state, frames_of, open_own
from backchannel.line.rows import Row
from backchannel.line.state import LineState
from backchannel.line.step import step
from backchannel.path import StationName
from backchannel.sim.disk import Disk, Snapshot
from backchannel.sim.faults import CALM, Chance
from backchannel.sim.loop import BEGINNING_UTC_S, Loop, LoopClock
from backchannel.sim.stand_ins import Libraries, digest, replaced
from backchannel.station.firstwords import DIRECT, announce, publish_prekey
from backchannel.store import sqlite
from backchannel.store.lines import Founded, create_line
from backchannel.wire.entry import Head
from backchannel.wire.envelope import Attachment, AttachmentKind, pack_frame
from backchannel.wire.ids import CredentialId, LineId, credential_id, key_id
from backchannel.wire.keys import (
    OfficerKeys,
    RootKeys,
    StationKeys,
    officer_from_seed,
    root_from_seed,
    station_from_seed,
)
from backchannel.wire.signing import Alg, Mode

PARTIES = ("Alder", "Birch", "Cedar", "Dogwood")
OFFICERS = ("first", "second", "third")
MODES = (Mode.REAL, Mode.EXERCISE)
DATABASE = Path("station.db")
# Beyond every step that a simulated clock takes: what a false clock does to mandates is not the
# question here, and credentials that end are tested elsewhere.
FOR_EVER = 1 << 33
JOURNALS_EACH = 24
# Out of step with the looks at whether a world has come to rest.
PERIOD_S = 13

WINDOWS = (Window(Mode.EXERCISE, 0, FOR_EVER),)
POLICIES = {
    "usual": Policy(windows=WINDOWS),
    # Keys that are used up and grow old within the minutes of a run.
    "brisk": Policy(windows=WINDOWS, epoch_s=60, epoch_envelopes=32, prekey_s=45),
    # A quota that a flood reaches and honest stations do not.
    "narrow": Policy(windows=WINDOWS, epoch_envelopes=32, quota_entries=100),
}


class Shape(NamedTuple):
    """What a line looks like: how many stations each party has, the name of its policy, and the
    policy of the witnesses that its charter names, if any."""

    stations: tuple[int, ...]
    policy: str
    witnesses: str = ""


class Office(msgspec.Struct):
    """A party's office: its roots, its authority journal, and the keys of its people."""

    party: int
    roots: RootKeys
    authority: Authority
    frames: tuple[bytes, ...] = ()
    officers: tuple[tuple[CredentialId, OfficerKeys], ...] = ()

    def enter(
        self,
        payload: bytes,
        *,
        attachments: tuple[Attachment, ...] = (),
        seen: tuple[Head, ...] = (),
    ) -> bytes:
        """Write the next entry of the authority journal and return its frame."""
        writing = Writing(payload, BEGINNING_UTC_S, attachments=attachments, seen=seen)
        self.authority, frame = write_entry(self.authority, writing, [Signer(0, self.roots)])
        packed = pack_frame(frame)
        self.frames = (*self.frames, packed)
        return packed

    def issue(self, credential: Credential, keys: OfficerKeys | StationKeys) -> CredentialId:
        """Enter a credential and return its id."""
        body = pack_body(credential)
        made = credential_id(body)
        possession = prove_possession(
            self.authority.line_id,
            body,
            credential=credential,
            secret=keys.secret,
            pq_seed=keys.pq_seed,
        )
        key = (AttachmentKind.PQ_PUBLIC_KEY, made, keys.pq_public)
        self.enter(pack_issue(body, possession), attachments=(key,))
        return made

    def enrol_officer(self, name: str) -> CredentialId:
        """Make an officer's keys and credential."""
        keys = officer_from_seed(named(PARTIES[self.party], "officer", name), Alg.ML_DSA_44)
        powers = Power.INFORM | Power.ACKNOWLEDGE | Power.DECIDE | Power.COMMIT
        powers |= Power.RECALL | Power.INTERPRET
        credential = Credential(
            kind=CredentialKind.OFFICER,
            name=name,
            since=0,
            until=FOR_EVER,
            ed25519=keys.public,
            pq_hash=key_id(keys.pq_public),
            powers=int(powers),
            classes=(0, 1, 2, 3, 4, 5),
            modes=tuple(int(mode) for mode in MODES),
        )
        made = self.issue(credential, keys)
        self.officers = (*self.officers, (made, keys))
        return made

    def enrol_station(self, name: str, mode: Mode, first: int) -> StationKeys:
        """Make a station's keys and credential of one mode, with numbers from `first` on."""
        keys = station_from_seed(named(name, "station"), mode)
        credential = Credential(
            kind=STATION_OF_MODE[mode],
            name=f"{name} {mode.name}",
            since=0,
            until=FOR_EVER,
            ed25519=keys.public,
            pq_hash=key_id(keys.pq_public),
            powers=int(Power.READ | Power.WRITE),
            modes=(int(mode),),
            journals=tuple(16 * k + self.party for k in range(first, first + JOURNALS_EACH)),
        )
        self.issue(credential, keys)
        return keys

    def copy(self) -> "Office":
        """Return an office of its own for one run."""
        return msgspec.structs.replace(self)


class Place(msgspec.Struct, frozen=True):
    """A founded station at rest: what its disk holds, and the key that opens it."""

    name: str
    party: int
    wrap_key: bytes
    image: Snapshot


class Cast(msgspec.Struct, frozen=True):
    """A founded line: its offices, and its stations as they stand before the first start."""

    line: LineId
    offices: tuple[Office, ...]
    places: tuple[Place, ...]


class FirstStation(msgspec.Struct):
    """A station while the line is founded."""

    name: str
    party: int
    state: LineState
    rows: list[Row]
    frames: tuple[bytes, ...]


def named(*words: str) -> bytes:
    """Return 32 bytes that a name stands for."""
    return digest(*(word.encode() for word in words))


def name_of(station: str) -> StationName:
    """Return the hash of a certificate by which a station is known on a path."""
    return StationName(named(station, "certificate"))


@cache
def found(shape: Shape) -> Cast:
    """Return a founded line of a shape, always the same."""
    with replaced(Libraries().changes()):
        roots = [root_from_seed(named(name, "root")) for name in PARTIES[: len(shape.stations)]]
        charter = charter_of(shape, roots)
        raw = pack_charter(charter)
        line = line_id_of(raw)
        signatures = tuple(
            sign_charter(line, raw, party=party, root=0, keys=keys)
            for party, keys in enumerate(roots)
        )
        offices = [
            Office(party, keys, open_authority(line, party, charter))
            for party, keys in enumerate(roots)
        ]
        stations = [
            first
            for office, count in zip(offices, shape.stations, strict=True)
            for first in open_stations(office, count, raw, signatures)
        ]
        introduce(stations, offices, raw, signatures)
        signed = pack_signatures(signatures)
        places = tuple(place_of(each, Founded(line, each.party, raw, signed)) for each in stations)
        return Cast(line, tuple(offices), places)


def charter_of(shape: Shape, roots: list[RootKeys]) -> Charter:
    """Return the charter that the parties of a shape agree on, one root each."""
    charter = Charter(
        name="A simulated line",
        parties=tuple(
            Party(name, RootSet((Root(keys.public, keys.pq_public),), 1), "in person", ("en",))
            for name, keys in zip(PARTIES, roots, strict=False)
        ),
        since=0,
        until=FOR_EVER,
        nonce=named(*map(str, shape.stations), shape.policy)[:16],
        policy=POLICIES[shape.policy],
    )
    if not shape.witnesses:
        return charter
    return msgspec.structs.replace(
        charter, witness_policy=shape.witnesses, beacon_period_s=PERIOD_S
    )


def open_stations(
    office: Office, count: int, charter: bytes, signatures: tuple[RootSignature, ...]
) -> list[FirstStation]:
    """Enrol a party's officers and stations, and let each station write its first entries."""
    for officer in OFFICERS:
        office.enrol_officer(officer)
    names = [PARTIES[office.party].lower() + ("-two" if n else "") for n in range(count)]
    keys = {
        (name, mode): office.enrol_station(name, mode, 1 + JOURNALS_EACH * (2 * n + place))
        for n, name in enumerate(names)
        for place, mode in enumerate(MODES)
    }
    return [
        open_station(office, name, {int(m): keys[name, m] for m in MODES}, (charter, signatures))
        for name in names
    ]


def open_station(
    office: Office,
    name: str,
    keys: dict[int, StationKeys],
    charter: tuple[bytes, tuple[RootSignature, ...]],
) -> FirstStation:
    """Return a station that has opened its journals, with a prekey and an address in each."""
    clock = LoopClock(Loop(), Chance(0, "founding", name), CALM)
    state = empty_state(*charter, office.party)
    at = Moment(clock.now(), 0, clock.entropy())
    state, opened = open_own(state, keys, authority=office.frames, at=at)
    rows = list(opened)
    for mode in sorted(state.core.own):
        state, more = publish_prekey(state, mode, clock)
        rows += more
        state, more = announce(state, mode, ((DIRECT, f"{name}:7001"),), name_of(name), clock)
        rows += more
    frames = frames_of([row for row in rows if getattr(row, "no", 0) >= 16])
    return FirstStation(name, office.party, by_hand(state), rows, frames)


def by_hand(state: LineState) -> LineState:
    """Return a state that has nothing to send: its first entries travel in a founding file."""
    return msgspec.structs.replace(state, core=msgspec.structs.replace(state.core, unsealed={}))


def introduce(
    stations: list[FirstStation],
    offices: list[Office],
    charter: bytes,
    signatures: tuple[RootSignature, ...],
) -> None:
    """Give every station the founding files of all others."""
    for station in stations:
        for other in stations:
            if other is station:
                continue
            founding = Founding(charter, signatures, offices[other.party].frames, other.frames)
            at = Moment(BEGINNING_UTC_S, 0, named(station.name, "takes", other.name))
            event = admit_founding(station.state, founding, at)
            station.state, rows = step(station.state, event)
            station.rows += rows
        station.state = by_hand(station.state)


def place_of(station: FirstStation, founded: Founded) -> Place:
    """Return a station's disk as it stands before the first start."""
    disk = Disk(f"founding-{station.name}")
    wrap_key = named(station.name, "wrap key")
    with sqlite.open(DATABASE, vfs=disk.vfs, exclusive=True) as database:
        create_line(
            database,
            founded,
            wrap_key=wrap_key,
            core=station.state.core,
            secrets=station.state.secrets,
            rows=station.rows,
        )
    image = disk.snapshot()
    disk.close()
    return Place(station.name, station.party, wrap_key, image)
