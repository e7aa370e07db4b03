"""A terminal for tests: the desk's own process behind a real pty, and an emulator behind that."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte

from backchannel.clock import SystemClock

# A bound on failure only: what works is done in a fraction of it.
PATIENCE_S = 60.0
LOOK_S = 0.05
COLUMNS, LINES = 80, 24


class Glasses:
    """What an officer sees and presses."""

    def __init__(self, master: int, process: "subprocess.Popen[bytes]") -> None:
        self.screen = pyte.Screen(COLUMNS, LINES)
        self.bells = 0
        self.screen.bell = self._bell  # type: ignore[method-assign]
        self.sent = bytearray()
        self._stream = pyte.ByteStream(self.screen)
        self._master = master
        self.process = process

    def _bell(self, *_: object) -> None:
        self.bells += 1

    def look(self, seconds: float = LOOK_S) -> None:
        """Take in what the desk has sent."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if ready:
            with contextlib.suppress(OSError):
                got = os.read(self._master, 65_536)
                self.sent += got
                self._stream.feed(got)

    @property
    def rows(self) -> list[str]:
        """The rows of the screen."""
        return [row.rstrip() for row in self.screen.display]

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.rows)

    def inverse(self, row: int) -> bool:
        """Say whether a row is drawn inverse."""
        return bool(self.screen.buffer[row][2].reverse)

    def until(self, met: Callable[[], bool] | str, *, without: str = "\0") -> str:
        """Look until something is met, or a text is on the screen; return the screen."""
        clock = SystemClock()
        end = clock.running() + PATIENCE_S
        wanted = met if callable(met) else lambda: met in self.text and without not in self.text
        while not wanted():
            assert clock.running() < end, f"waited for {met}, saw\n{self.text}"
            self.look()
        return self.text

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            os.write(self._master, key.encode())
            self.look(0.01)


@contextlib.contextmanager
def sitting(folder: Path, *options: object, term: str = "vt220") -> Iterator[Glasses]:
    """An officer who sits at a terminal desk."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    environ = {**os.environ, "TERM": term, "LC_ALL": "C.UTF-8"}
    environ.pop("BACKCHANNEL_PASSPHRASE", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "backchannel", "tui", "--station", str(folder), *map(str, options)],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environ,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Glasses(master, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
        os.close(master)
