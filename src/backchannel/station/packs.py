"""What a station says for an oversight pack: frozen values, JSON as they stand.

This module must not compute anything. Everything here is the station's word; what can be proven of
it stands in the span beside it. Clauses: PROOF-120, PROOF-121, PROOF-182.
"""

import msgspec

from backchannel.station.accountreports import PromiseReport
from backchannel.station.asked import CheckReport, Fault
from backchannel.station.reports import HexId, Mode, Signer, StatementReport


class MinutePoint(msgspec.Struct, frozen=True):
    """A minute at one end of a span; its time is its writer's word, seconds UTC."""

    entry: HexId
    journal: int
    seq: int
    party: str
    time: int


class Stretch(msgspec.Struct, frozen=True):
    """From where to where a span goes in a journal: slots from `start` to below `end`."""

    journal: int
    party: str
    office: bool
    start: int
    end: int


class CharterVersion(msgspec.Struct, frozen=True):
    """A charter that was in force for our office from an entry on, 0 for the first charter."""

    charter: HexId
    entry: int
    time: int
    since: int
    until: int
    languages: tuple[tuple[str, ...], ...]
    third_party: str


class StationMandate(msgspec.Struct, frozen=True):
    """A station of the mode by its credential. `revoked` says when it was, None if never."""

    credential: HexId
    name: str
    party: str
    since: int
    until: int
    revoked: int | None


class Participant(msgspec.Struct, frozen=True):
    """An officer who signed something in a span, under which mandate, and how many statements."""

    party: str
    signer: Signer
    statements: int


class Packed(msgspec.Struct, frozen=True):
    """A statement of a span. Of one that is `hidden` no words stand here.

    `commits` is whether its class asks for the power to commit, `rule` how many people had to sign.
    """

    report: StatementReport
    hidden: bool
    commits: bool
    rule: str


class SpanShown(msgspec.Struct, frozen=True):
    """A span that was disclosed: by whom, when, of how many statements with words, and why."""

    party: str
    time: int
    since: HexId | None
    upto: HexId
    shown: int
    hidden: int
    purpose: str


class LeafPoint(msgspec.Struct, frozen=True):
    """A leaf of our beacon at one end: its opening, its period, who cosigned it, and between which
    times, seconds UTC by the word of witnesses."""

    entry: HexId
    slot: int
    period: int
    made_after: int | None
    stood_by: int
    cosigners: tuple[str, ...]


class Watched(msgspec.Struct, frozen=True):
    """What witnesses hold fast of a span: from a leaf, None for the beginning of the line, to a
    leaf, None where no quorum has cosigned enough of them."""

    party: str
    quorum: str
    witnesses: tuple[str, ...]
    since: LeafPoint | None
    upto: LeafPoint | None
    checkpoints: int
    leaves: int


class Pack(msgspec.Struct, frozen=True):
    """What this station can say of a period."""

    line: HexId
    name: str
    mode: Mode
    party: str
    parties: tuple[str, ...]
    made: int
    purpose: str
    ordered_by: tuple[Signer, ...]
    asked_since: int
    asked_until: int
    since: MinutePoint | None
    upto: MinutePoint
    stretches: tuple[Stretch, ...]
    charters: tuple[CharterVersion, ...]
    stations: tuple[StationMandate, ...]
    participants: tuple[Participant, ...]
    statements: tuple[Packed, ...]
    spans_disclosed: tuple[SpanShown, ...]
    check: CheckReport
    watched: Watched | None
    register: tuple[PromiseReport, ...] = ()


class PackNews(msgspec.Struct, frozen=True):
    """How far the check before a pack is; then the pack, and the span piece by piece in base64."""

    checked: int
    of: int
    pack: Pack | None = None
    piece: bytes = b""
    fault: Fault | None = None
