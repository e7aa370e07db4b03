"""The cast of the tests: Alder and Birch, their people, and a line between them.

Everything is made from seeds, so a failing test repeats. Cedar is the stranger, or the third party
of a line of three.
"""

import hashlib
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from functools import cache

import msgspec
from msgspec.structs import replace

from backchannel.charter.authority import open_authority
from backchannel.charter.charter import Charter, pack_charter
from backchannel.charter.credentials import STATION_OF_MODE, Credential, CredentialKind, pack_body
from backchannel.charter.events import pack_issue
from backchannel.charter.office import Signer, Writing, write_entry
from backchannel.charter.oversight import Oversight
from backchannel.charter.parties import Party, Root, RootSet
from backchannel.charter.paths import Path
from backchannel.charter.policy import Policy, Window
from backchannel.charter.possession import Possession, prove_possession
from backchannel.charter.powers import Power
from backchannel.charter.roster import Authority
from backchannel.charter.signatures import RootSignature, sign_charter
from backchannel.line.events import Moment, PrekeySigned
from backchannel.line.founding import Founding, admit_founding, empty_state, frames_of, open_own
from backchannel.line.requests import next_prekey
from backchannel.line.rows import EntryRow, Row
from backchannel.line.state import LineState
from backchannel.line.step import step
from backchannel.line.wanted import SignPrekey
from backchannel.line.work import Work
from backchannel.wire.codec import Value
from backchannel.wire.envelope import AttachmentKind, pack_frame
from backchannel.wire.ids import (
    CredentialId,
    LineId,
    charter_id,
    credential_id,
    key_id,
)
from backchannel.wire.keys import (
    OfficerKeys,
    RootKeys,
    StationKeys,
    officer_from_seed,
    prekey_from_seed,
    root_from_seed,
    station_from_seed,
)
from backchannel.wire.payload import Prekey, prekey_signed_bytes
from backchannel.wire.primitives import xwing_public
from backchannel.wire.signing import Alg, Context, Mode, Purpose, sign, sign_pq
from backchannel.wire.statement import (
    Content,
    Kind,
    Precedence,
    Statement,
    content_root,
    pack_content,
    pack_statement,
)

NOW = 1_795_355_000
YEAR = 365 * 86_400
ALDER, BIRCH, CEDAR = 0, 1, 2
NAMES = ("Alder", "Birch", "Cedar", "Dogwood")
LANGUAGES = ("en", "fr", "ru", "ar")
STATION_MODES = (Mode.REAL, Mode.EXERCISE, Mode.TEST)
OPEN_WINDOWS = (Window(Mode.EXERCISE, NOW - YEAR, NOW + YEAR), Window(Mode.TEST, 0, None))
POLICY = Policy(windows=OPEN_WINDOWS)
OFFICER_POWERS = (
    Power.INFORM | Power.ACKNOWLEDGE | Power.DECIDE | Power.COMMIT | Power.RECALL | Power.INTERPRET
)


def seed(text: str) -> bytes:
    """32 bytes named by a text."""
    return hashlib.sha256(text.encode()).digest()


@cache
def root_keys(name: str, index: int) -> RootKeys:
    return root_from_seed(seed(f"{name}/root/{index}"))


@cache
def officer_keys(name: str, officer: str) -> OfficerKeys:
    return officer_from_seed(seed(f"{name}/{officer}"), Alg.ML_DSA_44)


@cache
def station_keys(name: str, station: str, mode: Mode) -> StationKeys:
    return station_from_seed(seed(f"{name}/station/{station}"), mode)


@dataclass
class Office:
    """A party's office: roots, authority journal, and the keys of its people."""

    party: int
    name: str
    roots: tuple[RootKeys, ...]
    authority: Authority
    frames: list[bytes] = field(default_factory=list)
    officers: dict[str, tuple[CredentialId, OfficerKeys]] = field(default_factory=dict)

    def issue(self, credential: Credential, keys: OfficerKeys | StationKeys) -> CredentialId:
        """Enter a credential, signed by all roots, and return its id."""
        body = pack_body(credential)
        possession: Possession = prove_possession(
            self.authority.line_id,
            body,
            credential=credential,
            secret=keys.secret,
            pq_seed=keys.pq_seed,
        )
        made = credential_id(body)
        beside = (AttachmentKind.PQ_PUBLIC_KEY, made, keys.pq_public)
        self.enter(pack_issue(body, possession), attachments=(beside,))
        return made

    def enter(self, payload: bytes, **changes: object) -> bytes:
        """Write one entry of the authority journal, and return its frame."""
        writing = Writing(payload, NOW)._replace(**changes)  # type: ignore[arg-type]
        signers = [Signer(n, keys) for n, keys in enumerate(self.roots)]
        self.authority, frame = write_entry(self.authority, writing, signers)
        self.frames.append(pack_frame(frame))
        return self.frames[-1]

    def enrol_officer(self, officer: str, **changes: object) -> CredentialId:
        """Issue an officer's credential; `changes` are fields that differ from the usual ones."""
        keys = officer_keys(self.name, officer)
        credential = Credential(
            kind=CredentialKind.OFFICER,
            name=officer,
            since=NOW - YEAR,
            until=NOW + YEAR,
            ed25519=keys.public,
            pq_hash=key_id(keys.pq_public),
            powers=int(OFFICER_POWERS),
            classes=(0, 1, 2, 3, 4, 5),
            modes=(1, 2, 3),
        )
        made = self.issue(replace(credential, **changes), keys)
        self.officers[officer] = (made, keys)
        return made

    def enrol_station(
        self, mode: Mode, name: str = "one", *, first: int = 1, **changes: object
    ) -> StationKeys:
        """Issue a station's credential of one mode; its eight numbers begin at k = `first`."""
        keys = station_keys(self.name, name, mode)
        base = first + 8 * (int(mode) - 1)
        credential = Credential(
            kind=STATION_OF_MODE[mode],
            name=f"{self.name} {name} {mode.name}",
            since=NOW - YEAR,
            until=NOW + YEAR,
            ed25519=keys.public,
            pq_hash=key_id(keys.pq_public),
            powers=int(Power.READ | Power.WRITE),
            modes=(int(mode),),
            journals=tuple(16 * k + self.party for k in range(base, base + 8)),
        )
        self.issue(replace(credential, **changes), keys)
        return keys


@dataclass
class Cast:
    """A founded line: charter, signatures, offices, and one station's state for each party."""

    charter: bytes
    signatures: tuple[RootSignature, ...]
    line: LineId
    offices: list[Office]
    states: list[LineState]
    station_frames: list[tuple[bytes, ...]]
    rows: list[list[Row]]

    def founding(self, party: int) -> Founding:
        """A party's founding file."""
        frames = tuple(self.offices[party].frames)
        return Founding(self.charter, self.signatures, frames, self.station_frames[party])

    def twin(self) -> "Cast":
        """The same line again, whose offices and stations may go another way."""
        made = copy(self)
        made.offices = [
            replaced(each, frames=list(each.frames), officers=dict(each.officers))
            for each in self.offices
        ]
        made.states = list(self.states)
        made.station_frames = list(self.station_frames)
        made.rows = [list(each) for each in self.rows]
        return made


def make_charter(
    parties: int = 2,
    roots: int = 1,
    policy: Policy = POLICY,
    witnesses: str = "",
    oversight: tuple[Oversight, ...] = (),
) -> tuple[Charter, list[tuple[RootKeys, ...]]]:
    """An unsigned charter of the first parties of the cast, and their root keys."""
    keys = [tuple(root_keys(name, n) for n in range(roots)) for name in NAMES[:parties]]
    charter = Charter(
        name=" and ".join(NAMES[:parties]),
        parties=tuple(
            Party(
                name,
                RootSet(tuple(Root(k.public, k.pq_public) for k in pairs), roots),
                "in person",
                (language,),
            )
            for name, pairs, language in zip(NAMES, keys, LANGUAGES, strict=False)
        ),
        since=NOW - YEAR,
        until=NOW + YEAR,
        nonce=seed("nonce")[:16],
        policy=policy,
        witness_policy=witnesses,
        oversight=oversight,
    )
    return charter, keys


def sign_by_all(
    charter: Charter, keys: Sequence[Sequence[RootKeys]]
) -> tuple[bytes, tuple[RootSignature, ...]]:
    """Charter bytes and the signatures of all roots."""
    raw = pack_charter(charter)
    line = LineId(charter_id(raw))
    return raw, tuple(
        sign_charter(line, raw, party=party, root=n, keys=pair)
        for party, pairs in enumerate(keys)
        for n, pair in enumerate(pairs)
    )


@cache
def found_once(
    parties: int = 2,
    policy: Policy = POLICY,
    modes: tuple[Mode, ...] = STATION_MODES,
    witnesses: str = "",
    oversight: tuple[Oversight, ...] = (),
    paths: tuple[Path, ...] = (),
) -> Cast:
    """A founded line that no test may change: `found_cast` gives copies."""
    charter, keys = make_charter(parties, policy=policy, witnesses=witnesses, oversight=oversight)
    charter = msgspec.structs.replace(charter, paths=paths)
    raw, signatures = sign_by_all(charter, keys)
    line = LineId(charter_id(raw))
    cast = Cast(raw, signatures, line, [], [], [], [])
    for party, pairs in enumerate(keys):
        office = Office(party, NAMES[party], pairs, open_authority(line, party, charter))
        office.enrol_officer("first")
        office.enrol_officer("second")
        # The first party speaks in every mode, the others in those asked for.
        spoken = STATION_MODES if party == ALDER else modes
        stations = {mode: office.enrol_station(mode) for mode in spoken}
        state, rows, frames = found_station(cast, office, stations)
        cast.offices.append(office)
        cast.states.append(state)
        cast.station_frames.append(frames)
        cast.rows.append(rows)
    for party in range(parties):
        for other in range(parties):
            if other != party:
                introduce(cast, party, other)
    return cast


def found_cast(
    parties: int = 2,
    policy: Policy = POLICY,
    modes: tuple[Mode, ...] = STATION_MODES,
    witnesses: str = "",
    oversight: tuple[Oversight, ...] = (),
    paths: tuple[Path, ...] = (),
) -> Cast:
    """A founded line whose stations have taken each other's founding files."""
    return found_once(parties, policy, modes, witnesses, oversight, paths).twin()


def found_station(
    cast: Cast, office: Office, stations: Mapping[Mode, StationKeys]
) -> tuple[LineState, list[Row], tuple[bytes, ...]]:
    """A station's state, its rows, and the frames for its founding file."""
    state = empty_state(cast.charter, cast.signatures, office.party)
    at = Moment(NOW, 0, seed(f"founding/{office.name}"))
    keys = {int(mode): pair for mode, pair in stations.items()}
    state, first = open_own(state, keys, authority=office.frames, at=at)
    rows = list(first)
    for mode in sorted(state.core.own):
        request = next_prekey(Work(state), mode, NOW)
        moment = Moment(NOW, 0, seed(f"prekey/{office.name}/{mode}"))
        state, more = step(state, sign_prekey(state, request, moment))
        rows += more
    own = [row for row in rows if isinstance(row, EntryRow) and row.no >= len(NAMES)]
    # First entries travel in the founding file, by hand: no envelope is owed for them.
    state = replace(state, core=replace(state.core, unsealed={}))
    return state, rows, frames_of(own)


def sign_prekey(state: LineState, request: SignPrekey, at: Moment) -> PrekeySigned:
    """What the signer answers to a request for a prekey, made of the moment's chance."""
    private = prekey_from_seed(at.entropy)
    bare = Prekey(request.n, xwing_public(private), request.since, request.until, b"")
    context = Context(Purpose.PREKEY, state.line, Mode(request.mode))
    signed = prekey_signed_bytes(request.journal_id, bare)
    return PrekeySigned(
        at=at,
        mode=request.mode,
        n=request.n,
        private=private,
        since=request.since,
        until=request.until,
        signature=sign_pq(
            Alg.ML_DSA_44, state.secrets.hands[request.mode].pq_seed, context, signed
        ),
    )


def introduce(cast: Cast, party: int, other: int) -> None:
    """Give one party's station the other's founding file."""
    at = Moment(NOW, 0, seed(f"introduce/{party}/{other}"))
    event = admit_founding(cast.states[party], cast.founding(other), at)
    cast.states[party], rows = step(cast.states[party], event)
    cast.rows[party] += rows


def write_message(
    cast: Cast,
    party: int,
    text: str,
    *,
    mode: Mode = Mode.REAL,
    officers: tuple[str, ...] = ("first",),
    values: tuple[Value, ...] = (),
    **changes: object,
) -> tuple[bytes, tuple[bytes, ...], bytes]:
    """Statement bytes, signatures and content of a routine message by a party's officers.

    `changes` are fields of the statement; `values` replace the text from label 21 on.
    """
    office = cast.offices[party]
    content = pack_content(Content(b"s" * 16, (0, "en", *(None,) * 18, *(values or (text,)))))
    usual = Statement(
        kind=Kind.MESSAGE,
        form=None,
        to=sum(1 << p for p in range(len(cast.offices)) if p != party),
        precedence=Precedence.ROUTINE,
        category=0,
        drafted=NOW,
        signers=tuple(office.officers[name][0] for name in officers),
        basis=(),
        refs=(),
        croot=content_root(content),
    )
    statement = pack_statement(replace(usual, **changes))
    context = Context(Purpose.STATEMENT, cast.line, mode)
    secrets = (office.officers[name][1].secret for name in officers)
    return statement, tuple(sign(secret, context, statement) for secret in secrets), content
