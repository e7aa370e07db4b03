"""The settings of one station: a frozen value from one TOML file, unknown names refused.

This module must not hold anything that the parties agreed on: that stands in the charter. Each
setting is explained in docs/reference/settings.md.
"""

import tomllib
from pathlib import Path

import msgspec

from backchannel.errors import OfficerError
from backchannel.limits import PORT_MAX
from backchannel.station.files import read_text, write_new
from backchannel.station.hooks import read_hooks
from backchannel.station.ways import read_paths

SETTINGS = "station.toml"
RUN_MARK = "station.mark"
OPENING = "# Settings of a station. docs/reference/settings.md explains each of them.\n"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one station is told. A path that does not begin with / lies in the station's folder."""

    name: str
    party: str
    listen: tuple[str, ...]
    announce: tuple[str, ...] = ()
    database: str = "station.db"
    key_file: str = "station.key"
    socket: str = "station.sock"
    loopback: int = 0
    token: str = "station.token"
    run_mark: str = RUN_MARK
    clock_uncertainty_s: int = 2
    hooks: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


def parse_settings(text: str) -> Settings:
    """Return the settings in a TOML text. Raises OfficerError: "not-toml", "unknown-setting",
    "bad-setting", "bad-hook", "bad-path".
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise OfficerError("not-toml", f"{SETTINGS}: {fault}; mend the file there") from None
    for name in table:
        if name not in Settings.__struct_fields__:
            raise OfficerError(
                "unknown-setting",
                f"{SETTINGS}: {name!a} is not known; leave it out, or write one of "
                f"{', '.join(Settings.__struct_fields__)}",
            )
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as fault:
        raise OfficerError("bad-setting", f"{SETTINGS}: {fault}") from None
    if settings.clock_uncertainty_s < 0:
        raise OfficerError("bad-setting", f"{SETTINGS}: clock_uncertainty_s is 0 or more")
    if not 0 <= settings.loopback <= PORT_MAX:
        raise OfficerError("bad-setting", f"{SETTINGS}: loopback is a port, or 0 for none")
    read_hooks(settings.hooks)
    read_paths(settings.paths)
    return settings


def render_settings(settings: Settings) -> str:
    """Return the text that `parse_settings` reads as these settings, each spelled out."""
    fields = msgspec.structs.asdict(settings)
    return OPENING + "".join(f"{name} = {toml(value)}\n" for name, value in fields.items())


def toml(value: object) -> str:
    """Return a number, a text or a list of these as TOML writes it.

    JSON escapes a text as TOML's basic strings do.
    """
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def load_settings(folder: Path) -> Settings:
    """Return the settings of the station in a folder. Raises OfficerError, JunkError."""
    return parse_settings(read_text(folder / SETTINGS))


def save_settings(folder: Path, settings: Settings) -> None:
    """Write the settings of a new station. Raises OfficerError."""
    write_new(folder / SETTINGS, render_settings(settings).encode())
