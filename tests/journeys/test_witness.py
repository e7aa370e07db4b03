"""Two rooms and a witness as real processes: killed in turn, and no history contradicts another.

The charter names the witness, and a period of one second; everything goes by the real commands.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.witness.test_process import free_port_words

from backchannel.cli.demo import run_inside
from backchannel.drill.rooms import PASSPHRASE, PASSPHRASE_VARIABLE, Room, start
from backchannel.drill.story import found, make_rooms
from backchannel.drill.watching import checked, kill, patiently, running, wait_for_voice
from backchannel.station.client import client_in
from backchannel.station.watchreports import BeaconReport

ALARMS = {"witness-ahead", "witness-contradicts"}


def command(*words: object) -> str:
    """What a command of the witness prints."""
    done = subprocess.run(
        [sys.executable, "-m", "backchannel", "witness", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


@contextmanager
def witness(folder: Path, *listen: str) -> Iterator["subprocess.Popen[str]"]:
    """The witness, running until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "backchannel", "witness", "run", "--folder", folder, *listen],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        assert "logs are watched" in process.stderr.readline()
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


@pytest.fixture(scope="module")
def founded(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Room, Room, Path, tuple[str, str]]]:
    """Two founded rooms whose charter names a witness, its folder, and where it listens."""
    folder = tmp_path_factory.mktemp("witnessed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        listen = free_port_words()
        key = command("init", "--folder", folder / "witness", "--name", "witness.example/1").strip()
        policy = f"witness w {key} http://{listen[1]}\\nquorum w\\n"

        def run(*words: object) -> str:
            made = run_inside(*words)
            if words[:2] == ("charter", "draft"):
                draft = Path(str(words[words.index("--out") + 1]))
                text = re.sub(r"beacon_period = .*", 'beacon_period = "1 s"', draft.read_text())
                named = f'witness_policy = "{policy}"'
                draft.write_text(re.sub(r"witness_policy = .*", lambda _: named, text))
            return made

        now = time.gmtime(time.time() - 60), time.gmtime(time.time() + 86_400)
        window = "/".join(time.strftime("%Y-%m-%dT%H:%M:%SZ", each) for each in now)
        rooms = make_rooms(folder, run)
        found(folder, *rooms, window, lambda line: None)
        yield *rooms, folder / "witness", listen


def beacon(room: Room) -> BeaconReport:
    """How far a room's beacon is witnessed."""
    found = client_in(room.station).status().beacon
    assert found is not None
    return found


def until_witnessed(room: Room, size: int) -> None:
    """Wait until the quorum has cosigned so many leaves."""
    patiently(lambda: beacon(room).witnessed >= size or None, f"{size} leaves are witnessed")


def alarms(room: Room) -> set[str]:
    return ALARMS & {each.slug for each in client_in(room.station).status().lamps}


def watched(folder: Path) -> dict[str, Any]:
    """What the witness has cosigned, by origin."""
    found = json.loads(command("state", "--folder", folder, "--json"))
    assert isinstance(found, dict)
    return found


def test_kills_of_both_leave_one_history(
    founded: tuple[Room, Room, Path, tuple[str, str]],
) -> None:
    """PROOF-62, PROOF-71, PROOF-75, I14: whatever was published is a prefix of what comes back."""
    alder, birch, folder, listen = founded
    with running(alder) as first, running(birch) as second:
        wait_for_voice(first)
        wait_for_voice(second)
        for room in (alder, birch):
            key = room.run("beacon", "--station", room.station).strip()
            command("tell", key, "--folder", folder)
        with witness(folder, *listen) as cosigning:
            until_witnessed(alder, 2)
            until_witnessed(birch, 2)
            for _ in range(2):
                kill(first)
                first.process = start(alder)
                wait_for_voice(first)
                until_witnessed(alder, beacon(alder).leaves + 1)
            cosigning.kill()
            cosigning.wait()
            left = beacon(alder).leaves
        with witness(folder, *listen):
            until_witnessed(alder, left + 2)
            until_witnessed(birch, 4)
            assert not alarms(alder) | alarms(birch)
            found = watched(folder)
        assert len(found) == 2
        assert all(each["contradictions"] == 0 for each in found.values())
        for room in (alder, birch):
            origin = beacon(room).key.partition("+")[0]
            assert found[origin]["size"] >= 4
            assert checked(room).outcome == 0
