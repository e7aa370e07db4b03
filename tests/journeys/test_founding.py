"""Two rooms found a line: every step by the real commands, each in a process of its own.

Nothing is replaced here: keys are sealed at their full cost, and everything moves by files.
RECORD-110 to RECORD-113, CHARTER-20, CHARTER-34, NT94.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PASSPHRASE = "six words that nobody would guess"
WINDOW = "2026-01-01T00:00:00Z/2126-01-01T00:00:00Z"


class Room:
    """One party's machine for the office and for the station: its own folder and nothing else."""

    def __init__(self, folder: Path, name: str, port: int) -> None:
        self.folder = folder / name.lower()
        self.folder.mkdir()
        self.name = name
        self.address = f"127.0.0.1:{port}"

    def run(self, *words: object, code: int = 0) -> str:
        """What a command prints as data; it must end with this exit code."""
        program = "from backchannel.cli.main import run; run()"
        result = subprocess.run(
            [sys.executable, "-c", program, *map(str, words)],
            cwd=self.folder,
            env={**os.environ, "BACKCHANNEL_PASSPHRASE": PASSPHRASE},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == code, f"{words}\n{result.stderr}"
        return result.stdout

    def give(self, file: str, other: "Room") -> None:
        """Carry a file over by hand."""
        (other.folder / file).write_bytes((self.folder / file).read_bytes())

    def make_office(self) -> None:
        """Step 1: roots and section."""
        self.run(
            "party", "new", "office", "--name", self.name, "--roots", 2, "--threshold", 2,
            "--contact", "in person", "--language", "en",
        )  # fmt: skip
        section = (self.folder / "office" / "section.toml").read_text()
        (self.folder / f"{self.name}.toml").write_text(section)

    def enrol(self) -> None:
        """Step 3: a post, an officer, a station; the office issues them in two entries' time."""
        self.run("party", "open", "office", "line.charter")
        self.run("party", "post", "office", "duty officer", "--yes")
        self.run("party", "authority", "office", "--out", "posts.authority")
        self.run(
            "officer", "new", "okafor.key", "--name", f"{self.name} Okafor",
            "--charter", "posts.authority", "--post", "duty officer",
        )  # fmt: skip
        self.run(
            "station", "new", "one", "--charter", "line.charter", "--party", self.name,
            "--listen", self.address,
        )  # fmt: skip
        requests = ("okafor.request", "one/station.request")
        self.run("party", "issue", "office", *requests, "--yes")

    def introduce(self) -> None:
        """Step 4: the station's first entries, and the founding file."""
        self.run("party", "authority", "office", "--out", f"{self.name}.authority")
        self.run("station", "join", "one", "--authority", f"{self.name}.authority")
        station, out = "one/station.frames", f"{self.name}.founding"
        self.run("party", "founding", "office", "--station", station, "--out", out)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Room, Room]:
    """Alder and Birch after the whole ceremony."""
    folder = tmp_path_factory.mktemp("founding")
    alder, birch = Room(folder, "Alder", 7001), Room(folder, "Birch", 7002)
    for room in (alder, birch):
        room.make_office()
    birch.give("Birch.toml", alder)
    alder.run(
        "charter", "draft", "--section", "Alder.toml", "--section", "Birch.toml",
        "--name", "Alder and Birch", "--exercise", WINDOW, "--out", "line.toml",
    )  # fmt: skip
    sign = ("--office", "office", "--yes")
    alder.run("charter", "sign", "line.toml", "--out", "line.charter", *sign)
    alder.give("line.charter", birch)
    birch.run("charter", "show", "line.charter", code=1)
    birch.run("charter", "countersign", "line.charter", *sign)
    birch.give("line.charter", alder)
    for room in (alder, birch):
        room.enrol()
        room.introduce()
    alder.run("station", "courier", "line.courier", "--charter", "line.charter")
    alder.give("line.courier", birch)
    for room, other in ((alder, birch), (birch, alder)):
        other.give(f"{other.name}.founding", room)
    return alder, birch


def test_both_stations_hold_the_whole_line(founded: tuple[Room, Room]) -> None:
    told = []
    for room, other in (founded, founded[::-1]):
        files = (f"{other.name}.founding", "--courier", "line.courier")
        told.append(json.loads(room.run("station", "import", "one", *files, "--json")))
    assert told[0] == told[1]
    assert (told[0]["courier"], told[0]["lacking"]) == (1, [])


def test_both_rooms_see_one_charter_in_force(founded: tuple[Room, Room]) -> None:
    shown = [json.loads(room.run("charter", "show", "line.charter", "--json")) for room in founded]
    assert shown[0] == shown[1]
    assert shown[0]["in_force"] and shown[0]["signed"] == {"Alder": [2, 2], "Birch": [2, 2]}


def test_the_offices_hold_what_they_issued(founded: tuple[Room, Room]) -> None:
    for index, room in enumerate(founded):
        value = json.loads(room.run("party", "show", "office", "--json"))
        kinds = [each["kind"] for each in value["credentials"]]
        assert kinds == ["post", "officer", "station real", "station exercise", "station test"]
        assert value["credentials"][2]["journals"] == [16 * k + index for k in range(1, 9)]


def test_no_file_that_was_carried_holds_a_secret(founded: tuple[Room, Room]) -> None:
    """The seals are opened here, and none of what is inside is in a file that others hold."""
    from backchannel.station.keyring import open_officer, open_root, open_station

    alder, birch = founded
    office = alder.folder / "office"
    roots = [open_root(office / f"root-{n}.key", PASSPHRASE) for n in (1, 2)]
    officer = open_officer(alder.folder / "okafor.key", PASSPHRASE)
    station = open_station(alder.folder / "one" / "station.key", PASSPHRASE)
    pairs = [*roots, officer.keys, *station.keys.values()]
    secrets = [secret for pair in pairs for secret in (pair.secret[:32], pair.pq_seed)]
    secrets += [station.wrap_key, station.private_key]
    carried = [path for path in birch.folder.iterdir() if path.is_file()]
    assert alder.folder.joinpath("Alder.founding").read_bytes() in [
        path.read_bytes() for path in carried
    ]
    for path in carried:
        raw = path.read_bytes()
        assert not [secret for secret in secrets if secret in raw], path.name


def test_only_the_owner_may_read_any_of_it(founded: tuple[Room, Room]) -> None:
    for room in founded:
        for path in (room.folder / "office", room.folder / "one"):
            assert path.stat().st_mode & 0o077 == 0
            assert [p.name for p in path.iterdir() if p.stat().st_mode & 0o077] == []
