"""Who may see this desk: the door of the room, and the officer who is signed in.

The door is a secret in a file that the owner of the station alone can read; it is in the address
that the desk prints. A session is an officer whose key was opened here once; the key is let go of
at once, and is opened anew for each signature. This module must not keep a key or a passphrase.
"""

import hmac
from collections.abc import Iterator
from pathlib import Path

import msgspec

from backchannel.clock import Clock
from backchannel.desk.limits import DESK_SESSION_SECONDS, DESK_SESSIONS_MAX
from backchannel.errors import OfficerError
from backchannel.station.client import Client
from backchannel.station.files import make_folder, read_text, replace
from backchannel.station.keyring import open_officer
from backchannel.station.planning import Person, person_of
from backchannel.station.reports import DeskReport

DOOR = "desk.door"
KEY_FILES = "*.key"
# What may stand in a folder of keys beside officers', by its name.
STATION_KEY = "station.key"


class Session(msgspec.Struct, frozen=True):
    """An officer who is signed in: by which file, in which mode, and what his forms must carry.

    `began` is running time in seconds."""

    officer: str
    credential: str
    modes: tuple[str, ...]
    key: Path
    guard: str
    began: float


class Access:
    """The door, the key files of this room, and who is signed in now."""

    def __init__(self, folder: Path, keys: Path, clock: Clock) -> None:
        self.door = door_of(folder, clock)
        self._keys = keys
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def is_open_to(self, secret: str) -> bool:
        """Say whether somebody knows the door's secret."""
        return hmac.compare_digest(secret.encode(), self.door.encode())

    def officers(self) -> tuple[str, ...]:
        """Return the names of the key files from which one signs in."""
        return tuple(sorted(each.stem for each in self._key_files()))

    def _key_files(self) -> Iterator[Path]:
        return (each for each in self._keys.glob(KEY_FILES) if each.name != STATION_KEY)

    def key_of(self, name: str) -> Path:
        """Return the key file of a name of the list. Raises OfficerError("unknown-key-file")."""
        for each in self._key_files():
            if each.stem == name:
                return each
        raise OfficerError("unknown-key-file", f"got {name!a}, wanted a name of the list")

    def sign_in(self, client: Client, name: str, passphrase: str) -> str:
        """Open an officer's key once and return the secret of a session. Raises OfficerError."""
        self._sweep()
        if len(self._sessions) >= DESK_SESSIONS_MAX:
            raise OfficerError(
                "too-many-sessions", f"{DESK_SESSIONS_MAX} are signed in already; sign one out"
            )
        key = self.key_of(name)
        desk = client.desk("REAL")
        person = open_person(desk, key, passphrase)
        modes = next(
            each.modes for each in desk.officers if each.credential == person.credential.hex()
        )
        secret = self._clock.entropy().hex()
        self._sessions[secret] = Session(
            officer=person.name,
            credential=person.credential.hex(),
            modes=modes,
            key=key,
            guard=self._clock.entropy().hex(),
            began=self._clock.running(),
        )
        return secret

    def session(self, secret: str) -> Session | None:
        """Return who is signed in under a secret; None for nobody any more."""
        self._sweep()
        return self._sessions.get(secret)

    def sign_out(self, secret: str) -> None:
        """End a session."""
        self._sessions.pop(secret, None)

    def _sweep(self) -> None:
        oldest = self._clock.running() - DESK_SESSION_SECONDS
        for secret, each in list(self._sessions.items()):
            if each.began < oldest:
                self.sign_out(secret)


def open_person(desk: DeskReport, key: Path, passphrase: str) -> Person:
    """Open an officer's key for one act. Raises OfficerError, JunkError."""
    if not passphrase:
        raise OfficerError("empty-passphrase", "type the passphrase of your key")
    return person_of(desk, open_officer(key, passphrase), key.name)


def door_of(folder: Path, clock: Clock) -> str:
    """Return the secret of the door, made at the first start. Raises OfficerError, CustodyError."""
    path = folder / DOOR
    if not path.is_file():
        replace(path, clock.entropy().hex().encode())
    return read_text(path).strip()


def draft_folder(folder: Path) -> Path:
    """Return the folder in which drafts wait for a signature, made if it is not there."""
    path = folder / "drafts"
    if not path.is_dir():
        make_folder(path)
    return path
