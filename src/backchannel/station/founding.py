"""Founding a station: its folder, its keys and request, its first entries, the others' files.

This module must not speak to anybody: everything moves by files, and the station does not run.
What others are to believe is on the disk before the file that says it is written.

    station.toml     settings              station.request  what it asks its office for
    station.key      all secrets, sealed   line.papers      charter or authority file
    station.db       the line              station.frames   its first entries, for its office
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from backchannel.charter.signatures import pack_signatures
from backchannel.clock import Clock
from backchannel.errors import JunkError, OfficerError
from backchannel.line.epochs import courier_keys
from backchannel.line.events import Event, Given, Moment, Started
from backchannel.line.founding import KIND as FOUNDING
from backchannel.line.founding import admit_founding, parse_founding
from backchannel.line.rows import Row
from backchannel.line.state import LineState
from backchannel.line.step import step
from backchannel.station.authorities import (
    AuthorityFile,
    fold,
    is_authority_file,
    issuer_named,
    parse_authority,
    party_named,
    read_papers,
)
from backchannel.station.contacts import parse_address
from backchannel.station.enrolment import (
    Request,
    ask_for_station,
    next_free,
    pack_request,
    station_wanted,
    validity,
)
from backchannel.station.files import make_folder, read_file, require_absent, write_new
from backchannel.station.firstwords import FIRST_TYPES, StationFile, first_entries, pack_station
from backchannel.station.keyring import Ask, Package, new_station, open_station
from backchannel.station.runner import Custody, load_state
from backchannel.station.settings import Settings, load_settings, save_settings
from backchannel.store import sqlite
from backchannel.store.lines import Founded, commit, create_line, line_ids
from backchannel.store.queries import entries
from backchannel.wire.envelope import pack_frame
from backchannel.wire.files import magic

PAPERS = "line.papers"
REQUEST = "station.request"
FRAMES = "station.frames"
# Three journals with an opening, a prekey and addresses each; one page is ample.
FIRST_ENTRIES = 16
STATION_DAYS = 3 * 365


class Wanted(msgspec.Struct, frozen=True):
    """What a new station asks for: how long it is to be certified, and its first journal number.

    `first` is None where the papers tell which number is free, `under` names the officer who will
    certify it, None the roots.
    """

    days: int = STATION_DAYS
    first: int | None = None
    under: str | None = None


def place(folder: Path, path: str) -> Path:
    """Return where a path of the settings lies: in the station's folder unless it begins with /."""
    return folder / path


# --- Step 1: keys and request ---------------------------------------------------------------------


def make_station(
    folder: Path,
    settings: Settings,
    *,
    wanted: Wanted,
    papers: bytes,
    ask: Ask,
    clock: Clock,
) -> Request:
    """Make a station's folder with keys of all modes, and return what it asks its office for.

    `papers` are a charter file in force or an authority file. Raises OfficerError before anything
    is made if the papers or an address are not good.
    """
    for text in (*settings.listen, *settings.announce):
        parse_address(text)
    told = read_papers(papers)
    party = party_named(told.charter, settings.party)
    if told.authority is not None and told.authority.party != party:
        raise OfficerError("other-office", f"the papers are not of the office of {settings.party}")
    first = next_free(party, told.authority) if wanted.first is None else wanted.first
    valid = validity(told.charter, clock.now(), wanted.days)
    issuer = issuer_named(told, wanted.under)
    credentials = station_wanted(settings.name, first=first, valid=valid, issuer=issuer)
    make_folder(folder)
    save_settings(folder, settings)
    write_new(folder / PAPERS, papers)
    secret = new_station(place(folder, settings.key_file), ask(settings.key_file), clock)
    request = ask_for_station(told.line, credentials, secret.keys)
    write_new(folder / REQUEST, pack_request(request))
    return request


# --- Step 2: first entries, once the office has certified the keys --------------------------------


def join(folder: Path, raw: bytes, *, ask: Ask, clock: Clock) -> tuple[bytes, ...]:
    """Write the station's first entries and return their frames, kept in its station file.

    `raw` is the office's authority file. After a crash between database and file it goes on where
    it stopped. Raises OfficerError ("not-certified", "other-office", "file-exists"), JunkError.
    """
    require_absent(folder / FRAMES)
    settings = load_settings(folder)
    file = own_file(folder, settings, raw)
    secret = open_station(place(folder, settings.key_file), ask(settings.key_file))
    addresses = settings.announce or settings.listen
    state, rows = first_entries(file, secret, addresses=addresses, clock=clock)
    with sqlite.open(place(folder, settings.database)) as database:
        if state.line not in line_ids(database):
            signatures = pack_signatures(file.signatures)
            founded = Founded(state.line, file.party, file.charter, signatures)
            create_line(
                database,
                founded,
                wrap_key=secret.wrap_key,
                core=state.core,
                secrets=state.secrets,
                rows=rows,
            )
        frames = first_frames(database, state)
    write_new(folder / FRAMES, pack_station(StationFile(state.line, file.party, frames)))
    return frames


def own_file(folder: Path, settings: Settings, raw: bytes) -> AuthorityFile:
    """Return our office's authority file. Raises OfficerError for another line's or party's."""
    file = parse_authority(raw)
    authority, told = fold(file), read_papers(read_file(folder / PAPERS))
    if authority.line_id != told.line:
        raise OfficerError("other-line", "the authority file is of another line than this station")
    if file.party != party_named(told.charter, settings.party):
        raise OfficerError("other-office", f"the file is not of the office of {settings.party}")
    return file


def first_frames(database: sqlite.Database, state: LineState) -> tuple[bytes, ...]:
    """Return the entries with which our journals begin, as they lie in the database."""
    frames = []
    for no in sorted(state.core.own.values()):
        for each in entries(database, state.line, no, from_seq=0, limit=FIRST_ENTRIES):
            if each.type not in FIRST_TYPES:
                break
            frames.append(pack_frame(each.frame))
    return tuple(frames)


# --- Step 3: the others' files, and the courier package -------------------------------------------


@contextmanager
def at_rest(folder: Path, ask: Ask) -> Iterator[Custody]:
    """Open the line of a station that does not run.

    Raises OfficerError: "station-running", "not-joined", "wrong-passphrase"; CustodyError.
    """
    settings = load_settings(folder)
    path = place(folder, settings.database)
    if not path.is_file():
        raise not_joined(folder)
    secret = open_station(place(folder, settings.key_file), ask(settings.key_file))
    with sqlite.open(path) as database:
        lines = line_ids(database)
        if not lines:
            raise not_joined(folder)
        yield Custody(database, lines[0], secret.wrap_key)


def not_joined(folder: Path) -> OfficerError:
    """Return the error for a station that has no line."""
    return OfficerError("not-joined", f"{folder} holds no line yet: station join comes first")


def take_in(
    custody: Custody, files: Sequence[bytes], package: Package | None, clock: Clock
) -> LineState:
    """Take founding files, authority files and a courier package, all of them or none.

    The station asks before it signs when it starts, so nothing is signed here even if this disk
    is an old one (RECORD-70). Raises OfficerError, JunkError, CustodyError.
    """
    before = load_state(custody)
    at = moment(before, clock)
    state, rows = step(before, Started(at=at, clean=False, mark=None))
    kept: list[Row] = [*rows]
    for raw in files:
        state, rows = step(state, given(state, raw, moment(before, clock)))
        kept += rows
    if package is not None:
        state = with_package(state, package)
    core = msgspec.structs.replace(state.core, version=before.core.version + 1)
    commit(
        custody.database,
        custody.line,
        wrap_key=custody.wrap_key,
        core=core,
        secrets=state.secrets,
        rows=kept,
    )
    return msgspec.structs.replace(state, core=core)


def moment(state: LineState, clock: Clock) -> Moment:
    """Return the time and fresh chance for one event of a station that does not run."""
    return Moment(clock.now(), state.core.elapsed, clock.entropy())


def given(state: LineState, raw: bytes, at: Moment) -> Event:
    """Return the event by which a file is taken in. Raises OfficerError, JunkError (NT94)."""
    if raw.startswith(magic(FOUNDING)):
        return admit_founding(state, parse_founding(raw), at)
    if not is_authority_file(raw):
        raise JunkError("file-kind", "wanted a founding file or an authority file of Backchannel")
    file = parse_authority(raw)
    if fold(file).line_id != state.line:
        raise OfficerError("other-line", "the authority file is of another line than this station")
    return Given(at=at, frames=file.frames)


def with_package(state: LineState, package: Package) -> LineState:
    """Return the state with the keys of a courier package (KEYS-11). Raises OfficerError."""
    if package.line != state.line:
        raise OfficerError("other-line", "the courier package was made for another line")
    key = courier_keys(state.line, package.secret, package.generation)
    known = state.secrets.courier
    if known.get(package.generation, key) != key:
        raise OfficerError(
            "courier-generation-taken",
            f"another package of generation {package.generation} is here; make the next one",
        )
    secrets = msgspec.structs.replace(state.secrets, courier={**known, package.generation: key})
    return msgspec.structs.replace(state, secrets=secrets)


def lacking_parties(state: LineState) -> tuple[str, ...]:
    """Return the parties of which no station is known yet: their founding files are awaited."""
    known = {journal.party for journal in state.core.journals.values()}
    return tuple(p.name for n, p in enumerate(state.charter.parties) if n not in known)
