"""Founding a station by files alone: nothing is signed twice, nothing taken in parts (NT94)."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.ceremony import (  # noqa: F401
    NOW,
    PASSPHRASE,
    FixedClock,
    ask,
    issue,
    line_of,
    quick_seals,
    two_offices,
)

from backchannel.errors import JunkError, OfficerError
from backchannel.line.epochs import courier_keys
from backchannel.line.founding import pack_founding
from backchannel.line.state import LineState
from backchannel.station import founding, keyring
from backchannel.station import office as offices
from backchannel.station.authorities import pack_authority
from backchannel.station.enrolment import Request
from backchannel.station.office import Office
from backchannel.station.runner import load_state
from backchannel.station.settings import Settings
from backchannel.store import sqlite

pytestmark = pytest.mark.usefixtures("quick_seals")
WANTED = founding.Wanted()


def make(folder: Path, name: str, papers: bytes, wanted: founding.Wanted = WANTED) -> Request:
    """A station of a party, made but not yet certified."""
    settings = Settings(f"{name} one", name, ("127.0.0.1:7001",))
    return founding.make_station(
        folder, settings, wanted=wanted, papers=papers, ask=ask, clock=FixedClock(str(folder))
    )


def authority_of(office: Office) -> bytes:
    """The authority file of an office."""
    assert office.file is not None
    return pack_authority(office.file)


def found(folder: Path, office: Office) -> tuple[Office, Path, bytes]:
    """An office that has certified a station, that station's folder, and its founding file."""
    station = folder / f"station-{office.section.name.lower()}"
    papers = (folder / "line.charter").read_bytes()
    office = issue(office, make(station, office.section.name, papers))
    founding.join(station, authority_of(office), ask=ask, clock=FixedClock("join"))
    file = offices.founding_of(office, [(station / founding.FRAMES).read_bytes()], NOW)
    return office, station, pack_founding(file)


def take_in(
    station: Path, files: Sequence[bytes] = (), package: keyring.Package | None = None
) -> LineState:
    """Take files in at a station that does not run."""
    with founding.at_rest(station, ask) as custody:
        return founding.take_in(custody, files, package, FixedClock("import"))


def state_of(station: Path) -> LineState:
    """What lies in a station's database."""
    with founding.at_rest(station, ask) as custody:
        return load_state(custody)


def test_two_stations_take_each_others_files(tmp_path: Path) -> None:
    alder, birch = two_offices(tmp_path)
    alder, one, of_alder = found(tmp_path, alder)
    birch, other, of_birch = found(tmp_path, birch)
    assert founding.lacking_parties(state_of(one)) == ("Birch",)
    for station, file in ((one, of_birch), (other, of_alder)):
        state = take_in(station, [file])
        assert founding.lacking_parties(state) == ()
        assert sorted(state.core.journals) == [16, 17, 144, 145, 272, 273]
        assert [a.seq for a in state.authorities.values()] == [2, 2]
        assert state_of(station) == state


def test_nothing_is_signed_while_files_are_taken_in(tmp_path: Path) -> None:
    """RECORD-70: this disk may be an old one; the station asks before it signs."""
    alder, birch = two_offices(tmp_path)
    alder, one, _ = found(tmp_path, alder)
    birch, _, of_birch = found(tmp_path, birch)
    before = {no: state_of(one).core.journals[no].seq for no in (16, 144, 272)}
    state = take_in(one, [of_birch])
    assert {no: state.core.journals[no].seq for no in (16, 144, 272)} == before
    assert sorted(state.core.asking) == [1, 2, 3]


# --- Making a station -----------------------------------------------------------------------------


def test_a_station_needs_a_party_and_addresses_that_exist(tmp_path: Path) -> None:
    two_offices(tmp_path)
    papers = (tmp_path / "line.charter").read_bytes()
    with pytest.raises(OfficerError, match="unknown-party"):
        make(tmp_path / "s", "Cedar", papers)
    for address in ("127.0.0.1", ":7001", "127.0.0.1:0", "127.0.0.1:port"):
        settings = Settings("Alder one", "Alder", (address,))
        with pytest.raises(OfficerError, match="address-text"):
            founding.make_station(
                tmp_path / "s",
                settings,
                wanted=WANTED,
                papers=papers,
                ask=ask,
                clock=FixedClock(),
            )
    assert not (tmp_path / "s").exists()


def test_papers_of_another_office_are_refused(tmp_path: Path) -> None:
    _, birch = two_offices(tmp_path)
    with pytest.raises(OfficerError, match="other-office"):
        make(tmp_path / "s", "Alder", authority_of(birch))
    assert not (tmp_path / "s").exists()


def test_a_second_station_asks_for_the_numbers_after_the_first(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder, _, _ = found(tmp_path, alder)
    second = make(tmp_path / "second", "Alder", authority_of(alder))
    alder = issue(alder, second)
    assert len(offices.opened(alder).granted) == 48
    third = make(tmp_path / "third", "Alder", authority_of(alder), founding.Wanted(first=1600))
    assert 1600 in offices.opened(issue(alder, third)).granted


# --- Joining --------------------------------------------------------------------------------------


def test_a_station_joins_once(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder, station, _ = found(tmp_path, alder)
    frames = (station / founding.FRAMES).read_bytes()
    with pytest.raises(OfficerError, match="file-exists"):
        founding.join(station, authority_of(alder), ask=ask, clock=FixedClock("again"))
    assert (station / founding.FRAMES).read_bytes() == frames


def test_a_crash_before_the_file_was_written_makes_no_second_journal(tmp_path: Path) -> None:
    """The slots are signed in the database; a second set would be a fork (E2)."""
    alder, _ = two_offices(tmp_path)
    alder, station, _ = found(tmp_path, alder)
    frames = (station / founding.FRAMES).read_bytes()
    (station / founding.FRAMES).unlink()
    founding.join(station, authority_of(alder), ask=ask, clock=FixedClock("other chance"))
    assert (station / founding.FRAMES).read_bytes() == frames


def test_a_station_joins_with_its_own_offices_file_alone(tmp_path: Path) -> None:
    alder, birch = two_offices(tmp_path)
    papers = (tmp_path / "line.charter").read_bytes()
    make(tmp_path / "s", "Alder", papers)
    with pytest.raises(OfficerError, match="other-office"):
        founding.join(tmp_path / "s", authority_of(birch), ask=ask, clock=FixedClock())
    with pytest.raises(OfficerError, match="not-certified"):
        founding.join(tmp_path / "s", authority_of(alder), ask=ask, clock=FixedClock())
    (tmp_path / "elsewhere").mkdir()
    cedar, _ = two_offices_of_another_line(tmp_path / "elsewhere")
    with pytest.raises(OfficerError, match="other-line"):
        founding.join(tmp_path / "s", authority_of(cedar), ask=ask, clock=FixedClock())
    assert not (tmp_path / "s" / "station.db").exists()


def two_offices_of_another_line(folder: Path) -> tuple[Office, Office]:
    """Offices whose roots are other ones, hence another line."""
    return two_offices(folder, roots=2)


def test_before_it_joined_a_station_takes_nothing_in(tmp_path: Path) -> None:
    two_offices(tmp_path)
    make(tmp_path / "s", "Alder", (tmp_path / "line.charter").read_bytes())
    with pytest.raises(OfficerError, match="not-joined"):
        take_in(tmp_path / "s")
    assert not (tmp_path / "s" / "station.db").exists()
    sqlite.open(tmp_path / "s" / "station.db").close()
    with pytest.raises(OfficerError, match="not-joined"):
        take_in(tmp_path / "s")


# --- Taking files in ------------------------------------------------------------------------------


def test_a_file_altered_or_cut_short_leaves_no_trace(tmp_path: Path) -> None:
    """NT94."""
    alder, birch = two_offices(tmp_path)
    alder, one, _ = found(tmp_path, alder)
    birch, _, of_birch = found(tmp_path, birch)
    before = state_of(one)
    altered = bytearray(of_birch)
    altered[-100] ^= 1
    with pytest.raises((JunkError, OfficerError)):
        take_in(one, [bytes(altered)])
    for raw in (of_birch[:-1], of_birch[: len(of_birch) // 2], b"", b"text"):
        for files in ([raw], [of_birch, raw]):
            with pytest.raises((JunkError, OfficerError)):
                take_in(one, files)
    assert state_of(one) == before


def test_a_file_of_another_kind_is_told_what_was_wanted(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    _, one, _ = found(tmp_path, alder)
    with pytest.raises(JunkError, match="a founding file or an authority file"):
        take_in(one, [(tmp_path / "line.charter").read_bytes()])


def test_a_file_of_another_line_is_refused(tmp_path: Path) -> None:
    """NT94."""
    alder, _ = two_offices(tmp_path)
    _, one, _ = found(tmp_path, alder)
    (tmp_path / "elsewhere").mkdir()
    _, cedar = two_offices_of_another_line(tmp_path / "elsewhere")
    cedar, _, of_cedar = found(tmp_path / "elsewhere", cedar)
    with pytest.raises(OfficerError, match="other-charter"):
        take_in(one, [of_cedar])
    with pytest.raises(OfficerError, match="other-line"):
        take_in(one, [authority_of(cedar)])


def test_a_founding_file_without_the_credential_is_not_made(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    later, station, _ = found(tmp_path, alder)
    with pytest.raises(OfficerError, match="authority-cut-short"):
        offices.founding_of(alder, [(station / founding.FRAMES).read_bytes()], NOW)
    assert offices.opened(later).seq == 2


def test_a_later_authority_file_brings_the_news(tmp_path: Path) -> None:
    alder, birch = two_offices(tmp_path)
    alder, one, _ = found(tmp_path, alder)
    signers = offices.root_signers(alder, (), ask)
    alder = offices.enter(alder, [offices.say_fresh(NOW + 1)], signers)
    state = take_in(one, [authority_of(alder), authority_of(birch)])
    assert state.authorities[0].fresh == NOW + 1
    assert take_in(one, [authority_of(alder)]).authorities[0] == state.authorities[0]


def test_a_station_that_runs_is_left_alone(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    _, one, _ = found(tmp_path, alder)
    with (
        founding.at_rest(one, ask),
        pytest.raises(OfficerError, match="station-running"),
        founding.at_rest(one, ask),
    ):
        pass


# --- The courier package --------------------------------------------------------------------------


def package(folder: Path, office: Office, name: str, generation: int = 1) -> keyring.Package:
    """A courier package of a line."""
    clock = FixedClock(name)
    path = folder / name
    keyring.new_package(path, PASSPHRASE, line=line_of(office), generation=generation, clock=clock)
    return keyring.open_package(path, PASSPHRASE)


def test_a_package_becomes_the_key_of_its_generation(tmp_path: Path) -> None:
    """KEYS-11."""
    alder, _ = two_offices(tmp_path)
    _, one, _ = found(tmp_path, alder)
    first, second = package(tmp_path, alder, "1"), package(tmp_path, alder, "2", generation=2)
    assert take_in(one, (), first).secrets.courier == {
        1: courier_keys(line_of(alder), first.secret, 1)
    }
    take_in(one, (), first)
    assert sorted(take_in(one, (), second).secrets.courier) == [1, 2]
    assert sorted(state_of(one).secrets.courier) == [1, 2]


def test_a_generation_has_one_package(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    _, one, _ = found(tmp_path, alder)
    take_in(one, (), package(tmp_path, alder, "first"))
    with pytest.raises(OfficerError, match="courier-generation-taken"):
        take_in(one, (), package(tmp_path, alder, "other"))


def test_a_package_of_another_line_is_refused(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    _, one, _ = found(tmp_path, alder)
    (tmp_path / "elsewhere").mkdir()
    cedar, _ = two_offices_of_another_line(tmp_path / "elsewhere")
    with pytest.raises(OfficerError, match="other-line"):
        take_in(one, (), package(tmp_path, cedar, "theirs"))
