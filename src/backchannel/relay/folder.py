"""The folder of a relay: its settings, and by default its database.

This module must not serve, and must not print a pass but where its operator asks for it.
"""

import tomllib
from contextlib import closing
from pathlib import Path

import msgspec

from backchannel.clock import Clock
from backchannel.errors import OfficerError
from backchannel.limits import PORT_MAX
from backchannel.relay.mailbox import Quota
from backchannel.relay.mailstore import Database, Mailstore
from backchannel.relay.sqlite import SqliteDatabase
from backchannel.wire.limits import CAPSULE_BYTES
from backchannel.wire.mailbox import PASS_BYTES

SETTINGS = "relay.toml"
DATABASE = "relay.db"
POSTGRES = ("postgresql://", "postgres://")
TEXT = """\
# Settings of a relay. docs/guide/relay.md explains each of them.
listen = {listen}
# Where its operator finds /health and /metrics; empty: nowhere.
watch = {watch}
# One word of 64 hexadecimal digits for all who may use it; a second one while they change.
passes = [{word}]
# Empty: the file relay.db in this folder. Or as "postgresql:///relay?host=/run/postgresql".
database = ""
box_capsules = 4096
box_mib = 64
all_mib = 4096
keep_days = 14
"""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a relay is told."""

    listen: str
    passes: tuple[str, ...]
    watch: str = ""
    database: str = ""
    box_capsules: int = 4_096
    box_mib: int = 64
    all_mib: int = 4_096
    keep_days: int = 14


def make_relay(folder: Path, *, listen: str, watch: str, clock: Clock) -> str:
    """Make the folder of a new relay; return its pass. Raises OfficerError."""
    for address in (listen, watch):
        if address:
            parse_listen(address)
    word = clock.entropy().hex()
    toml = {"listen": listen, "watch": watch, "word": word}
    text = TEXT.format(**{name: msgspec.json.encode(v).decode() for name, v in toml.items()})
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / SETTINGS
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(text)
    except FileExistsError:
        raise OfficerError("file-exists", f"{folder / SETTINGS} is there already") from None
    except OSError as fault:
        raise OfficerError("relay-folder", f"{folder}: {fault.strerror}") from None
    return word


def load_settings(folder: Path) -> Settings:
    """Return the settings of a relay. Raises OfficerError("relay-settings")."""
    path = folder / SETTINGS
    try:
        settings = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Settings)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as fault:
        raise OfficerError("relay-settings", f"{path}: {fault}") from None
    except OSError as fault:
        text = f"{path}: {fault.strerror}; relay init makes one"
        raise OfficerError("relay-settings", text) from None
    if min(settings.box_capsules, settings.box_mib, settings.all_mib, settings.keep_days) < 1:
        raise OfficerError("relay-settings", f"{path}: every bound is 1 or more")
    return settings


def passes_of(settings: Settings) -> tuple[bytes, ...]:
    """Return the passes that a relay accepts. Raises OfficerError("relay-settings")."""
    try:
        words = tuple(map(bytes.fromhex, settings.passes))
    except ValueError:
        words = ()
    if not words or any(len(word) != PASS_BYTES for word in words):
        raise OfficerError("relay-settings", "passes: wanted words of 64 hexadecimal digits")
    return words


def quota_of(settings: Settings) -> Quota:
    """Return how much a relay holds at most."""
    mib = 1_024 * 1_024
    box = max(settings.box_mib * mib, CAPSULE_BYTES[-1])
    return Quota(settings.box_capsules, box, settings.all_mib * mib, settings.keep_days)


def open_store(folder: Path, settings: Settings) -> "closing[Mailstore]":
    """Return the mailboxes of a relay. Raises OfficerError, CustodyError."""
    return closing(Mailstore(open_database(folder, settings), quota_of(settings)))


def open_database(folder: Path, settings: Settings) -> Database:
    """Return the database that the settings name. Raises OfficerError, CustodyError."""
    if not settings.database:
        return SqliteDatabase(folder / DATABASE)
    if not settings.database.startswith(POSTGRES):
        raise OfficerError("relay-settings", f"database: wanted nothing, or {POSTGRES[0]}...")
    try:
        # Only here: who keeps a file needs no client of a server.
        from backchannel.relay.postgres import PostgresDatabase
    except ImportError as fault:
        text = f"{fault}; install psycopg, as requirements/relay.txt has it"
        raise OfficerError("relay-postgres", text) from None
    return PostgresDatabase(settings.database)


def parse_listen(text: str) -> tuple[str, int]:
    """Return host and port of "host:port" or "[v6]:port". Raises OfficerError("relay-listen")."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or int(port) > PORT_MAX:
        raise OfficerError("relay-listen", f"got {text!a}, wanted host:port, as 127.0.0.1:8470")
    return host, int(port)
