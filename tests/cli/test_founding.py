"""The commands that found a station."""

from pathlib import Path

import pytest
from tests.ceremony import PASSPHRASE, printed, quick_seals, run, two_offices  # noqa: F401

from backchannel.station.settings import load_settings

pytestmark = pytest.mark.usefixtures("quick_seals")


def make(room: Path, name: str, *more: object, code: int = 0) -> str:
    """What making a station prints."""
    return run(
        "station", "new", room / f"{name.lower()}-one", "--charter", room / "line.charter",
        "--party", name, "--listen", "127.0.0.1:7001", *more, code=code,
    ).output  # fmt: skip


def found(room: Path, name: str) -> Path:
    """A station that its office has certified; its founding file lies in the room."""
    office, station = room / name.lower(), room / f"{name.lower()}-one"
    make(room, name)
    run("party", "issue", office, station / "station.request", "--yes")
    run("party", "authority", office, "--out", room / f"{name}.authority")
    run("station", "join", station, "--authority", room / f"{name}.authority")
    words = ("--station", station / "station.frames", "--out", room / f"{name}.founding")
    run("party", "founding", office, *words)
    return station


def test_a_station_is_told_what_its_settings_say(tmp_path: Path) -> None:
    two_offices(tmp_path)
    more = ("--announce", "192.0.2.7:7001", "--name", "two", "--run-mark", "/mnt/mark")
    said = make(tmp_path, "Birch", *more, "--numbers", 33)
    assert "station real Birch two: REAL; read,write; journals 33 to 145; " in said
    settings = load_settings(tmp_path / "birch-one")
    assert (settings.name, settings.announce) == ("Birch two", ("192.0.2.7:7001",))
    assert (settings.listen, settings.run_mark) == (("127.0.0.1:7001",), "/mnt/mark")


def test_two_stations_are_introduced_by_files(tmp_path: Path) -> None:
    two_offices(tmp_path)
    alder = found(tmp_path, "Alder")
    found(tmp_path, "Birch")
    assert run("station", "import", alder).stdout == ("still lacking: the founding file of Birch\n")
    package = tmp_path / "line.courier"
    run("station", "courier", package, "--charter", tmp_path / "line.charter", "--generation", 2)
    value = printed("station", "import", alder, tmp_path / "Birch.founding", "--courier", package)
    assert (value["courier"], value["lacking"]) == (2, [])
    assert run("station", "import", alder).stdout == "every party's founding file is here\n"


def test_a_package_may_have_a_passphrase_of_its_own(tmp_path: Path) -> None:
    two_offices(tmp_path)
    alder = found(tmp_path, "Alder")
    (tmp_path / "spoken").write_text("other words than the station's\n")
    (tmp_path / "own").write_text(PASSPHRASE)
    package = tmp_path / "line.courier"
    spoken = ("--passphrase-file", tmp_path / "spoken")
    run("station", "courier", package, "--charter", tmp_path / "line.charter", *spoken)
    words = ("station", "import", alder, "--courier", package)
    assert "wrong-passphrase" in run(*words, code=2).stderr
    own = ("--passphrase-file", tmp_path / "own")
    run(*words, *own, "--package-passphrase-file", tmp_path / "spoken")


def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    """NT94."""
    two_offices(tmp_path)
    alder = found(tmp_path, "Alder")
    (tmp_path / "letter").write_text("Dear Birch,")
    assert "file-kind" in run("station", "import", alder, tmp_path / "letter", code=2).stderr
    cut = tmp_path / "cut.founding"
    cut.write_bytes((tmp_path / "Alder.founding").read_bytes()[:-1])
    assert "file-truncated" in run("station", "import", alder, cut, code=2).stderr


def test_what_goes_wrong_before_leaves_no_folder(tmp_path: Path) -> None:
    two_offices(tmp_path)
    assert "unknown-party" in make(tmp_path, "Cedar", code=2)
    assert "address-text" in make(tmp_path, "Alder", "--announce", "nowhere", code=2)
    assert not (tmp_path / "alder-one").exists()
    assert "not-certified" in join_uncertified(tmp_path)


def join_uncertified(room: Path) -> str:
    """What joining prints while the office has not certified the station."""
    make(room, "Alder")
    run("party", "authority", room / "alder", "--out", room / "early.authority")
    words = ("station", "join", room / "alder-one", "--authority", room / "early.authority")
    return run(*words, code=2).stderr
