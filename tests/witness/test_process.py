"""A witness as people run it: its folder, its commands, and a power cut."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.witness.logs import Log

from backchannel.errors import OfficerError
from backchannel.proof.note import parse_line
from backchannel.proof.vkey import parse_key, require_signed
from backchannel.witness.folder import logs_of, memory_of, tell_of

LOG = Log()
NAME = "witness.example/1"
PASSPHRASE = "six words that nobody would guess"


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "backchannel", "witness", *map(str, words)]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    environment = {**os.environ, "BACKCHANNEL_PASSPHRASE": PASSPHRASE}
    return subprocess.run(
        command(*words), env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@contextmanager
def running(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A witness process, and the port that it says it listens on."""
    environment = {**os.environ, "BACKCHANNEL_PASSPHRASE": PASSPHRASE}
    process = subprocess.Popen(
        command("run", "--folder", folder, *words),
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", said)
        assert found is not None, said
        yield process, int(found[1])
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def post(port: int, body: bytes) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/add-checkpoint", body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A witness that was told of a log, made by its commands."""
    made = run("init", "--folder", tmp_path / "w", "--name", NAME)
    assert made.returncode == 0, made.stderr
    assert parse_key(made.stdout.strip()).name == NAME
    told = run("tell", LOG.key.text(), "--folder", tmp_path / "w")
    assert (told.returncode, told.stdout) == (0, f"{LOG.origin}\n"), told.stderr
    return tmp_path / "w"


def free_port_words() -> tuple[str, str]:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return "--listen", f"127.0.0.1:{asking.getsockname()[1]}"


def test_what_was_answered_outlives_a_kill(folder: Path) -> None:
    """PROOF-71: after kill -9 there is no way back, and the same checkpoint is cosigned again."""
    key = parse_key(run("state", "--folder", folder).stdout.splitlines()[0])
    with running(folder, *free_port_words()) as (process, port):
        status, line = post(port, LOG.submission(0, 9))
        assert status == 200
        text = LOG.note(9).text
        assert require_signed(key, parse_line(line[:-1]), text, LOG.checkpoint(9)) > 0
        process.send_signal(signal.SIGKILL)
        process.wait()
    with running(folder, *free_port_words()) as (process, port):
        assert post(port, LOG.submission(0, 9)) == (409, "9\n")
        assert post(port, LOG.submission(5, 9)) == (409, "9\n")
        assert post(port, LOG.submission(9, 9))[0] == 200
        # It can be looked at while it runs.
        state = run("state", "--folder", folder)
        assert f"{LOG.origin}: size 9, cosigned 2 times" in state.stdout
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_witness_without_its_memory_does_not_go_on(folder: Path) -> None:
    """PROOF-71: it would cosign what contradicts what it cosigned."""
    (folder / "witness.db").unlink()
    with pytest.raises(OfficerError, match="witness-memory"):
        memory_of(folder)


def test_the_list_of_logs_is_read_strictly(folder: Path) -> None:
    """PROOF-64."""
    assert logs_of(folder) == (LOG.key,)
    with pytest.raises(OfficerError, match="log-known"):
        tell_of(folder, LOG.key.text())
    for word in ("x", LOG.key.text()[:-4], LOG.key.text().replace("log.", "lug.")):
        with pytest.raises(OfficerError, match="log-list"):
            tell_of(folder, word)
    (folder / "logs.txt").write_text(f"# note\n\n{LOG.key.text()}\nnonsense\n")
    with pytest.raises(OfficerError, match="line 4"):
        logs_of(folder)
    refused = run("state", "--folder", folder)
    assert (refused.returncode, "log-list" in refused.stderr) == (2, True)


def test_state_is_also_for_programs(folder: Path) -> None:
    found = run("state", "--folder", folder, "--json")
    assert json.loads(found.stdout) == {LOG.origin: {}}
    (folder / "witness.toml").write_text("name = 3\n")
    refused = run("run", "--folder", folder)
    assert (refused.returncode, "witness-settings" in refused.stderr) == (2, True)
