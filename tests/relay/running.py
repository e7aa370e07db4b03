"""A relay as people run it: the process, and requests to it over real sockets."""

import http.client
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.relay.boxes import WORD

Answer = tuple[int, bytes]


class Relay(NamedTuple):
    """A relay that runs: its process, and where stations and its operator find it."""

    process: subprocess.Popen[str]
    port: int
    watch: int

    def ask(self, method: str, path: str, body: bytes | None = None, *, port: int = 0) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def key(self) -> bytes:
        """The relay key of this start."""
        return self.ask("GET", "/v1/key")[1]

    def page(self, name: str) -> str:
        """A page for the operator."""
        return self.ask("GET", f"/{name}", port=self.watch)[1].decode()


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "backchannel", "relay", *map(str, words)]


def make_folder(folder: Path, **settings: object) -> Path:
    """The folder of a relay with the pass of the tests."""
    made = subprocess.run(
        command("init", "--folder", folder), capture_output=True, text=True, check=True, timeout=60
    )
    path = folder / "relay.toml"
    text = path.read_text().replace(made.stdout.strip(), WORD.hex())
    for name, value in settings.items():
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
    path.write_text(text)
    return folder


@contextmanager
def running(folder: Path, *, port: int = 0) -> Iterator[Relay]:
    """A relay process, and the ports that it says it listens on."""
    words = ("--listen", f"127.0.0.1:{port}", "--watch", "127.0.0.1:0")
    process = subprocess.Popen(
        command("run", "--folder", folder, *words), stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline(), process.stderr.readline()
        found = [re.search(r"http://127\.0\.0\.1:(\d+)", line) for line in said]
        assert found[0] and found[1], said
        yield Relay(process, int(found[0][1]), int(found[1][1]))
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
