"""The paths of a line that the parties agreed on, as data. Parsing and printing.

This module must not know whether a path is up. Layout: CHARTER-7.

    path = [id, kind, [sending party], cell bytes, tick ms, profile, latency, travel s]
"""

from enum import IntEnum

import msgspec

from backchannel.charter import fields
from backchannel.limits import (
    CELL_BYTES_MAX,
    DURATION_SECONDS_MAX,
    JOURNAL_NUMBER_MAX,
    PATHS_MAX,
    TICK_MS_MAX,
)
from backchannel.wire.codec import Value

PATH_FIELDS = 8


class PathKind(IntEnum):
    """How a path carries envelopes."""

    DIRECT = 1
    RELAY = 2
    SERIAL = 3
    RADIO = 4
    MAIL = 5
    COURIER = 6


class Profile(IntEnum):
    """When a path sends: always at one rate, or when something is due."""

    CONSTANT = 1
    CONSTANT_FLASH_BREAKS_COVER = 2
    BURST = 3
    CAPSULES = 4


class Latency(IntEnum):
    """Which column of the held clocks counts for a path."""

    FAST = 1
    SLOW = 2
    MAIL = 3
    COURIER = 4


class Path(msgspec.Struct, frozen=True):
    """One agreed way between the parties. `senders` are party indexes; 0 cells or ticks: none."""

    id: int
    kind: int
    senders: tuple[int, ...]
    cell_bytes: int = 0
    tick_ms: int = 0
    profile: int = Profile.BURST
    latency: int = Latency.FAST
    travel_s: int = 0


def path_row(path: Path) -> tuple[Value, ...]:
    """Return a path as it travels (CHARTER-7)."""
    head = (path.id, int(path.kind), path.senders, path.cell_bytes, path.tick_ms)
    return (*head, int(path.profile), int(path.latency), path.travel_s)


def read_paths(value: Value, parties: int) -> tuple[Path, ...]:
    """Return the paths, ascending by id. Raises JunkError (CHARTER-7)."""
    taken = fields.rows(value, "path", 0, PATHS_MAX)
    paths = tuple(read_path(each, f"path[{n}]", parties) for n, each in enumerate(taken, 1))
    fields.ascending(tuple(path.id for path in paths), "path")
    return paths


def read_path(value: Value, path: str, parties: int) -> Path:
    """Return one path. Raises JunkError (CHARTER-7)."""
    taken = fields.row(value, path, PATH_FIELDS)
    number, kind, senders, cell_bytes, tick_ms, profile, latency, travel = taken
    sending = fields.rows(senders, f"{path}.senders", 1, parties)
    return Path(
        id=fields.whole(number, f"{path}.id", 1, JOURNAL_NUMBER_MAX),
        kind=fields.whole(kind, f"{path}.kind", PathKind.DIRECT, PathKind.COURIER),
        senders=fields.numbers(sending, f"{path}.senders", 0, parties - 1, most=parties),
        cell_bytes=fields.whole(cell_bytes, f"{path}.cell_bytes", 0, CELL_BYTES_MAX),
        tick_ms=fields.whole(tick_ms, f"{path}.tick_ms", 0, TICK_MS_MAX),
        profile=fields.whole(profile, f"{path}.profile", Profile.CONSTANT, Profile.CAPSULES),
        latency=fields.whole(latency, f"{path}.latency", Latency.FAST, Latency.COURIER),
        travel_s=fields.whole(travel, f"{path}.travel", 0, DURATION_SECONDS_MAX),
    )
