"""A PostgreSQL server of the tests' own, and relays' databases of both kinds."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from tools import needed

SUPERUSER = "postgres"


class Server:
    """A PostgreSQL server in a folder of its own, which nobody reaches but by its socket."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        found = needed.postgres()
        assert found is not None, "there is no PostgreSQL: run python tools/needed.py"
        self._programs = found
        self._databases = 0
        if os.geteuid() == 0:
            # It refuses to run as root.
            shutil.chown(folder, SUPERUSER, SUPERUSER)
        self._run("initdb", "-D", "data", "-U", SUPERUSER, "--auth=trust", "--no-instructions",
                  "--no-sync")  # fmt: skip

    def start(self) -> None:
        """Start it, or start it again."""
        words = f"-c listen_addresses= -c unix_socket_directories={self._folder}"
        self._run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", words)

    def kill(self, *words: str) -> None:
        """End it as a power cut would."""
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", "data", *words)

    def new_database(self) -> str:
        """Return the place of a new, empty database."""
        self._databases += 1
        name = f"relay{self._databases}"
        with psycopg.connect(self._place("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._place(name)

    @contextmanager
    def set(self, setting: str, value: str) -> Iterator[None]:
        """Have another value of a setting for a while."""
        with psycopg.connect(self._place("postgres"), autocommit=True) as connection:
            before = connection.execute(f"SHOW {setting}".encode()).fetchone()
            for command, wanted in ((f"SET {setting} = {value}", (value,)), ("RESET ALL", before)):
                connection.execute(f"ALTER SYSTEM {command}".encode())
                connection.execute("SELECT pg_reload_conf()")
                while connection.execute(f"SHOW {setting}".encode()).fetchone() != wanted:
                    pass
                if wanted != before:
                    yield

    def _place(self, name: str) -> str:
        return f"postgresql://{SUPERUSER}@/{name}?host={self._folder}"

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), *words]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid", SUPERUSER, "--regid", SUPERUSER, "--clear-groups",
                       *command]  # fmt: skip
        # Not captured: the server inherits what `pg_ctl` writes to.
        done = subprocess.run(
            command,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, command


@contextmanager
def postgres_server() -> Iterator[Server]:
    """A server that runs, and is killed afterwards."""
    # Not a folder of pytest's: those are closed to the superuser of the database.
    with tempfile.TemporaryDirectory(prefix="backchannel-pg-", ignore_cleanup_errors=True) as made:
        server = Server(Path(made))
        server.start()
        try:
            yield server
        finally:
            server.kill("--no-wait")
