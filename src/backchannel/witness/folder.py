"""The folder of a witness: its settings, its key, its memory, and the list of logs it is told of.

This module must not serve. The list is a text that people may edit: a verifier key a line, and
lines that begin with # for notes.
"""

import tomllib
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from backchannel.clock import Clock
from backchannel.errors import JunkError, OfficerError
from backchannel.proof.vkey import VerifierKey, parse_key, require_name, witness_key
from backchannel.station.contacts import parse_address
from backchannel.station.files import make_folder, read_text, replace, sole_use, write_new
from backchannel.station.keyring import WitnessSecret, new_witness, open_witness
from backchannel.store.sqlite import Database
from backchannel.store.witness import Watched, open_memory, read_memory, watched

SETTINGS, KEY, LOGS, MEMORY = "witness.toml", "witness.key", "logs.txt", "witness.db"
OPENING = "# Logs that this witness cosigns: a verifier key a line. It is read at each start.\n"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a witness is told: the name under which it cosigns, its key as one word, and where it
    listens."""

    name: str
    key: str
    listen: str


def make_witness(
    folder: Path, passphrase: str, *, name: str, listen: str, clock: Clock
) -> WitnessSecret:
    """Make the folder of a new witness, and return its key. Raises OfficerError, JunkError."""
    require_name(name)
    parse_address(listen)
    make_folder(folder)
    secret = new_witness(folder / KEY, passphrase, name=name, clock=clock)
    settings = Settings(name, witness_key(name, secret.seed).text(), listen)
    lines = msgspec.structs.asdict(settings).items()
    text = "".join(f"{field} = {msgspec.json.encode(value).decode()}\n" for field, value in lines)
    write_new(folder / SETTINGS, text.encode())
    write_new(folder / LOGS, OPENING.encode())
    with open_memory(folder / MEMORY):
        return secret


def load_settings(folder: Path) -> Settings:
    """Return the settings of a witness. Raises OfficerError("witness-settings"), JunkError."""
    try:
        return msgspec.convert(tomllib.loads(read_text(folder / SETTINGS)), Settings)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise OfficerError("witness-settings", f"{folder / SETTINGS}: {fault}") from None


def open_secret(folder: Path, passphrase: str) -> WitnessSecret:
    """Return the key of a witness. Raises OfficerError, JunkError."""
    return open_witness(folder / KEY, passphrase)


def memory_of(folder: Path) -> AbstractContextManager[Database]:
    """Return the memory of a witness, which must be there: one that lost it must not go on under
    its name. Raises OfficerError("witness-memory"), CustodyError."""
    path = folder / MEMORY
    if not path.is_file():
        raise OfficerError(
            "witness-memory",
            f"{path} is gone: without it this key could cosign what contradicts what it cosigned; "
            "make a new witness with another name",
        )
    return open_memory(path)


def state_of(folder: Path) -> tuple[Watched, ...]:
    """Return how far each log is cosigned, whether the witness runs or not. Raises OfficerError."""
    with read_memory(folder / MEMORY) as memory:
        return watched(memory)


def logs_of(folder: Path) -> tuple[VerifierKey, ...]:
    """Return the keys of the logs that a witness was told of. Raises OfficerError("log-list")."""
    found = []
    for number, line in enumerate(read_text(folder / LOGS).splitlines(), 1):
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        try:
            found.append(parse_key(word))
        except JunkError as fault:
            raise OfficerError("log-list", f"{folder / LOGS}, line {number}: {fault}") from None
    return tuple(found)


def tell_of(folder: Path, word: str) -> VerifierKey:
    """Add a log to those that a witness cosigns from its next start on; return its key.

    Raises OfficerError: "log-list", "log-known".
    """
    try:
        key = parse_key(word.strip())
    except JunkError as fault:
        raise OfficerError("log-list", str(fault)) from None
    with sole_use(folder):
        if key in logs_of(folder):
            raise OfficerError("log-known", f"{key.name} is on the list already")
        path = folder / LOGS
        replace(path, f"{read_text(path).rstrip()}\n{key.text()}\n".encode())
    return key
