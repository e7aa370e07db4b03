"""What goes wrong at a real station, as its officers and administrator meet it.

One founded pair of rooms, real processes, real commands. Each fault gets a sentence that says
whose it is, nothing is lost, and the line works on.
"""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backchannel.cli.demo import run_inside
from backchannel.drill.rooms import PASSPHRASE, PASSPHRASE_VARIABLE, Room, start
from backchannel.drill.story import found, make_rooms
from backchannel.drill.watching import (
    Manner,
    Station,
    checked,
    kill,
    running,
    say,
    stop,
    until,
    wait_for_voice,
)
from backchannel.errors import OfficerError
from backchannel.station.client import client_in

CALM = Manner("exercise", "routine")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with two founded rooms that nobody has started."""
    folder = tmp_path_factory.mktemp("rooms") / "drill"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
        now = time.gmtime(time.time() - 60), time.gmtime(time.time() + 86_400)
        window = "/".join(time.strftime("%Y-%m-%dT%H:%M:%SZ", each) for each in now)
        rooms = make_rooms(folder, run_inside)
        found(folder, *rooms, window, lambda line: None)
        yield folder


@pytest.fixture
def rooms(founded: Path, tmp_path: Path) -> tuple[Room, Room]:
    """Fresh copies of the two rooms, on ports of their own."""
    made = make_rooms(tmp_path / "rooms", run_inside)
    for room in made:
        source = founded / room.folder.name
        shutil.copytree(source, room.folder, dirs_exist_ok=True)
        settings = room.station / "station.toml"
        settings.write_text(settings.read_text().replace(str(founded), str(tmp_path / "rooms")))
    return _with_founded_addresses(made)


def _with_founded_addresses(made: tuple[Room, Room]) -> tuple[Room, Room]:
    """The founding files name the ports that the stations were founded with."""
    import tomllib

    found_at = []
    for room in made:
        settings = tomllib.loads((room.station / "station.toml").read_text())
        found_at.append(room._replace(address=settings["listen"][0]))
    return found_at[0], found_at[1]


def run_station(room: Room) -> "subprocess.CompletedProcess[str]":
    """Run a station that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "backchannel", "station", "run", str(room.station)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def texts(room: Room) -> list[str]:
    """The texts that a room's log shows, newest first."""
    return [line.words.text for line in client_in(room.station).log(_exercise()).lines]


def _exercise():
    from backchannel.station.asked import LogQuery

    return LogQuery(mode="EXERCISE")


def test_a_killed_station_comes_back_and_loses_nothing(rooms):
    alder, birch = rooms
    with running(alder) as first, running(birch) as second:
        wait_for_voice(first)
        wait_for_voice(second)
        for n in range(3):
            entry = say(alder, f"before {n}", CALM, alder.people[:1])
            kill(first)
            first.process = start(alder)
            wait_for_voice(first)
            until(alder, entry, "held")
        assert sorted(texts(birch)) == ["before 0", "before 1", "before 2"]
        assert checked(alder).outcome == 0


def test_an_image_put_back_goes_on_in_a_new_journal_and_proves_nothing_against_us(rooms):
    """NT38: the run mark or the other room shows the old disk; nothing is signed twice."""
    alder, birch = rooms
    with running(birch) as second:
        first = Station(alder, start(alder))
        wait_for_voice(first)
        wait_for_voice(second)
        entry = say(alder, "said before the image was taken", CALM, alder.people[:1])
        until(alder, entry, "held")
        stop(first)
        image = alder.folder.with_name("image")
        shutil.copytree(alder.station, image)
        first = Station(alder, start(alder))
        wait_for_voice(first)
        later = say(alder, "said after it", CALM, alder.people[:1])
        until(alder, later, "held")
        stop(first)
        shutil.rmtree(alder.station)
        shutil.move(image, alder.station)
        with running(alder) as restored:
            wait_for_voice(restored)
            said = client_in(alder.station).status()
            journals = {mode.mode: mode.journal for mode in said.modes}
            assert journals["EXERCISE"] != 144
            again = say(alder, "said by the restored station", CALM, alder.people[:1])
            until(alder, again, "held")
            assert not any(j.forked for j in checked(birch).journals)
            assert set(texts(birch)) >= {"said after it", "said by the restored station"}


def test_a_second_process_on_the_same_folder_is_refused(rooms):
    alder, _ = rooms
    with running(alder):
        _until_served(alder)
        done = run_station(alder)
    assert done.returncode == 2
    assert "refused" in done.stderr and "station-running" in done.stderr
    assert "Traceback" not in done.stderr


def _until_served(room: Room) -> None:
    for _ in range(200):
        try:
            client_in(room.station).status()
        except OfficerError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the station does not serve")


def test_a_port_in_use_is_named(rooms):
    alder, _ = rooms
    host, _, port = alder.address.rpartition(":")
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, int(port)))
        taken.listen()
        done = run_station(alder)
    assert done.returncode == 2
    assert port in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_passphrase_opens_nothing(rooms, monkeypatch):
    alder, _ = rooms
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "not the passphrase")
    done = run_station(alder)
    assert done.returncode == 2
    assert "wrong-passphrase" in done.stderr


def test_a_folder_that_never_joined_a_line_says_so(rooms):
    alder, _ = rooms
    (alder.station / "station.db").unlink()
    done = run_station(alder)
    assert done.returncode == 2
    assert "not-joined" in done.stderr


def test_junk_on_the_port_does_not_stop_the_line(rooms):
    alder, birch = rooms
    host, _, port = alder.address.rpartition(":")
    with running(alder) as first, running(birch) as second:
        wait_for_voice(first)
        wait_for_voice(second)
        for junk in (b"GET / HTTP/1.0\r\n\r\n", bytes(100_000), b"\x16\x03\x01\xff\xff" * 50):
            with socket.create_connection((host, int(port))) as stranger:
                stranger.sendall(junk)
        entry = say(birch, "still here", CALM, birch.people[:1])
        until(birch, entry, "held")


def test_oversized_and_unprintable_text_is_refused_in_words(rooms):
    alder, birch = rooms
    with running(alder) as first, running(birch):
        wait_for_voice(first)
        with pytest.raises(OfficerError, match="refused"):
            say(alder, "x" * 40_000, CALM, alder.people[:1])
        with pytest.raises(OfficerError, match="refused"):
            say(alder, "bell \x07", CALM, alder.people[:1])
        turned = say(alder, "not \u202etxet", CALM, alder.people[:1])
        printed = alder.run("show", turned, "--station", alder.station)
        assert "\u202e" not in printed and "\\u202e" in printed


def test_a_revoked_officer_is_refused_and_the_line_goes_on(rooms):
    alder, birch = rooms
    with running(alder) as first, running(birch):
        wait_for_voice(first)
        alder.run("party", "revoke", alder.office, "Okafor", "--reason", "withdrawn", "--yes")
        papers = alder.folder / "after.authority"
        alder.run("party", "authority", alder.office, "--out", papers)
        alder.run("station", "give", papers, "--station", alder.station)
        with pytest.raises(OfficerError, match=r"revoked|standing"):
            say(alder, "too late", CALM, alder.people[:1])
        entry = say(alder, "I speak now", CALM, alder.people[1:])
        until(alder, entry, "held")


def test_a_clock_ten_years_ahead_labels_and_retires_nothing(rooms):
    """NT56, NT87: a false clock changes what is written beside an entry and nothing else."""
    alder, birch = rooms
    with running(birch) as second:
        ahead = _ahead(alder)
        try:
            wait_for_voice(Station(alder, ahead))
            wait_for_voice(second)
            entry = say(birch, "what time is it there?", CALM, birch.people[:1])
            until(birch, entry, "held")
        finally:
            ahead.terminate()
            ahead.wait(20)


def _ahead(room: Room) -> "subprocess.Popen[str]":
    """A station whose clock is ten years ahead."""
    code = (
        "import time; real = time.time; time.time = lambda: real() + 315_360_000\n"
        "from backchannel.cli.main import app\n"
        f"app(['station', 'run', {str(room.station)!r}])"
    )
    return subprocess.Popen([sys.executable, "-c", code], text=True)
