"""What a face is told of statements and of the station: frozen values, JSON as they stand.

This module must not compute anything. Ids and bytes are lower-case hexadecimal, times whole
seconds UTC, and every text that came over the line is as its writer sent it: a face escapes it.
"""

import msgspec

from backchannel.station import matterreports
from backchannel.station.archivereports import ArchiveReport
from backchannel.station.copyreports import CopyReport, PathReport, ReceiptReport
from backchannel.station.dutyreports import DutyReport
from backchannel.station.ladderreports import DuesReport, Ladder
from backchannel.station.lanereports import LaneReport
from backchannel.station.minutereports import MinuteReport
from backchannel.station.shapes import Hex as Hex
from backchannel.station.shapes import HexId as HexId
from backchannel.station.shapes import Mode as Mode
from backchannel.station.watchreports import BeaconReport

# --- One statement --------------------------------------------------------------------------------


class Judgement(msgspec.Struct, frozen=True):
    """A verdict's word and its reason."""

    word: str
    reason: str


class Rendering(msgspec.Struct, frozen=True):
    """A translation of a statement, by whom and with how much care."""

    entry: HexId
    language: str
    stage: str
    text: str
    by: str
    party: str
    time: int
    verdict: Judgement


class Departure(msgspec.Struct, frozen=True):
    """A place where a readback says otherwise than the original."""

    word: int
    original: str
    repeated: str


class Repeated(msgspec.Struct, frozen=True):
    """A readback held against the original. No departures is not a match: an officer compares.

    `fields`: it repeats fields of a notice, and a departure names one in place of a word.
    `outdated`: it does not name a correction of what it repeats."""

    entry: HexId
    text: str
    language: str
    by: str
    time: int
    verdict: Judgement
    departures: tuple[Departure, ...]
    fields: bool = False
    outdated: bool = False


class Signer(msgspec.Struct, frozen=True):
    """An officer behind a statement, and the mandate under which he signed. `granted_by` is "roots"
    or the credential that granted his; `revoked` says since when it has ended, as known now."""

    credential: HexId
    name: str
    posts: tuple[str, ...]
    powers: tuple[str, ...]
    classes: tuple[str, ...]
    modes: tuple[Mode, ...]
    since: int
    until: int
    granted_by: str
    revoked: int | None


class Field(msgspec.Struct, frozen=True):
    """One field of the opened content, as text."""

    label: int
    name: str
    value: str


class Words(msgspec.Struct, frozen=True):
    """What statement and content alone say. `language`, `text`, `fields` are empty if unopened."""

    mode: Mode
    party: str
    ours: bool
    to: tuple[str, ...]
    kind: str
    form: str
    precedence: str
    category: str
    by: tuple[str, ...]
    language: str
    text: str
    fields: tuple[Field, ...]


class LogLine(msgspec.Struct, frozen=True):
    """One statement as a log shows it.

    `number` is how it is spoken of, "" for what has none; `arrival` its place in the order of
    acceptance, 0 for what is not accepted; `about` the statements it names, as spoken of. What
    strangers were shown of it is in `disclosed`, what own tools got in `handed_on`."""

    entry: HexId
    arrival: int
    number: str
    time: int
    arrived: int
    words: Words
    about: tuple[str, ...]
    verdict: Judgement
    marks: tuple[str, ...]
    ladders: tuple[Ladder, ...]
    renderings: tuple[Rendering, ...]
    disclosed: tuple[str, ...] = ()
    handed_on: tuple[str, ...] = ()


class Openable(msgspec.Struct, frozen=True):
    """A field that a disclosure can open. `value` is "" for the duress mark, which no list shows;
    `absent` fields have no value, and to open one proves that."""

    label: int
    name: str
    value: str
    absent: bool


class FieldsReport(msgspec.Struct, frozen=True):
    """What a disclosure of a statement can open, who of ours may order it, and what the charter
    says of third parties ("" for nothing)."""

    entry: HexId
    mode: Mode
    number: str
    party: str
    fields: tuple[Openable, ...]
    disclosers: tuple[str, ...]
    third_party: str


class ToSignOff(msgspec.Struct, frozen=True):
    """A statement that an officer signed: its slot, its entry, its bytes, his signature."""

    seq: int
    entry: HexId
    statement: Hex
    signature: Hex


class SignOffReport(msgspec.Struct, frozen=True):
    """What an officer is to sign off: [journal, first slot, last slot], and what he signed there,
    in the order of the slots."""

    line: HexId
    mode: Mode
    slots: tuple[int, int, int]
    statements: tuple[ToSignOff, ...]


class LogPage(msgspec.Struct, frozen=True):
    """Statements, newest first. `aside` are those behind a gap and on other branches of a fork,
    `minutes` those accepted in the same stretch, newest first."""

    lines: tuple[LogLine, ...]
    aside: tuple[LogLine, ...]
    before: int | None
    minutes: tuple[MinuteReport, ...] = ()


class StatementReport(msgspec.Struct, frozen=True):
    """All there is to know of one statement. `journal` and `seq` are its slot, `content` its opened
    values by label as an array, without the duress mark; "" if it is unopened."""

    line: LogLine
    statement: HexId
    croot: HexId
    journal: int
    seq: int
    drafted: int
    refs: tuple[HexId, ...]
    signers: tuple[Signer, ...]
    authority_entry: int
    answers: tuple[LogLine, ...]
    readbacks: tuple[Repeated, ...]
    crossed: tuple[str, ...]
    repeats: tuple[HexId, ...]
    content: Hex
    matter: matterreports.Matter = matterreports.Matter()
    copies: tuple[CopyReport, ...] = ()
    receipts: tuple[ReceiptReport, ...] = ()


# --- The station ----------------------------------------------------------------------------------


class PartyReport(msgspec.Struct, frozen=True):
    """A party of the charter."""

    name: str
    ours: bool
    languages: tuple[str, ...]
    founded: bool


class ModeReport(msgspec.Struct, frozen=True):
    """One mode at this station. `asking_s` says for how long it asks before its first signature.

    `manned` is whether an officer of ours is signed on to the watch.
    """

    mode: Mode
    journal: int
    seq: int
    head: HexId
    open: bool
    asking_s: int | None
    answered: int
    receipts_owed: int
    outbox: dict[str, int]
    manned: bool
    minute: MinuteReport | None


class StationReport(msgspec.Struct, frozen=True):
    """Another station as we know it, in one mode.

    `held` is how far it holds our journal, `heard` when its newest entry came; `failure` is why
    it could not be dialled last.
    """

    name: str
    party: str
    mode: Mode
    journal: int
    seq: int
    up: bool
    failure: str
    held: int
    heard: int | None
    forked: bool
    unopened: int


class Finding(msgspec.Struct, frozen=True):
    """Something a person should know. `level` is "good", "note", "warning" or "alarm"."""

    level: str
    slug: str
    text: str
    advice: str


class Breach(msgspec.Struct, frozen=True):
    """Evidence that was kept: the journal and slot it is about, why, and when it was met."""

    journal: int
    seq: int
    reason: str
    time: int


class Proof(msgspec.Struct, frozen=True):
    """Something kept against a key: its number here, its slot, why, and when it was met. `station`
    is "" for an office; `proves` the kind of evidence that a file of it is, "" for none."""

    number: int
    journal: int
    seq: int
    reason: str
    time: int
    party: str
    station: str
    mode: str
    proves: str


class EvidenceReport(msgspec.Struct, frozen=True):
    """What is kept against keys, newest first."""

    proofs: tuple[Proof, ...]


class StatusReport(msgspec.Struct, frozen=True):
    """How the line stands at this station. `commit` counts what was ever committed here."""

    line: HexId
    name: str
    party: str
    now: int
    parties: tuple[PartyReport, ...]
    modes: tuple[ModeReport, ...]
    stations: tuple[StationReport, ...]
    lamps: tuple[Finding, ...]
    evidence: tuple[Breach, ...]
    refused: dict[str, int]
    path_counts: dict[str, int]
    paths: tuple[PathReport, ...] = ()
    beacon: BeaconReport | None = None
    watch: tuple[DutyReport, ...] = ()
    dues: DuesReport | None = None
    archive: ArchiveReport | None = None
    lanes: tuple[LaneReport, ...] = ()
    commit: int = 0


class DoctorReport(msgspec.Struct, frozen=True):
    """What works and what does not, in words, worst first."""

    findings: tuple[Finding, ...]


class Officer(msgspec.Struct, frozen=True):
    """An officer of our party whose credential stands."""

    credential: HexId
    name: str
    public: HexId
    posts: tuple[str, ...]
    modes: tuple[Mode, ...]
    until: int


class ReleaseClass(msgspec.Struct, frozen=True):
    """A class of the charter: how many people sign at FLASH to DEFERRED, who may alone."""

    name: str
    covers: tuple[tuple[int, tuple[str, ...]], ...]
    powers: int
    signatures: tuple[int, ...]
    emergency: tuple[int, ...]


class DeskReport(msgspec.Struct, frozen=True):
    """What somebody needs who drafts a statement in one mode. `basis` are the heads of the other
    stations, [journal, seq, head]; `nonce` is what an order must name to be new."""

    line: HexId
    mode: Mode
    now: int
    party: int
    parties: tuple[PartyReport, ...]
    classes: tuple[ReleaseClass, ...]
    officers: tuple[Officer, ...]
    basis: tuple[tuple[int, int, HexId], ...]
    asking: bool
    open: bool
    nonce: Hex
