"""The files of a courier's bag on a stick: one capsule a file, whole or not there.

This module must not follow a link, believe a name, or run anything that it finds. Clauses:
RELAY-41, RELAY-42.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from backchannel.station.files import faults, replace
from backchannel.station.limits import BAG_FILES_MAX
from backchannel.wire.limits import CAPSULE_BYTES
from backchannel.wire.mailbox import capsule_hash

END = ".bcs"
NAMED = re.compile(r"[0-9a-f]{32}\.bcs")


def write_bag(folder: Path, capsules: Iterable[bytes]) -> tuple[int, int]:
    """Write capsules that are not there yet; return how many were written, and how many were there.

    Raises OfficerError for a folder that cannot be written, CustodyError if the stick failed or was
    pulled out: what was written until then is whole.
    """
    written = there = 0
    for capsule in capsules:
        path = folder / f"{capsule_hash(capsule).hex()}{END}"
        if read_capsule(path) == capsule:
            there += 1
            continue
        replace(path, capsule)
        written += 1
    return written, there


def read_bag(folder: Path) -> Iterator[bytes]:
    """Yield copies of the capsules in a folder, by name; what has no such name or size is left.

    Raises OfficerError for a folder that cannot be read.
    """
    with faults(folder):
        paths = sorted(each for each in folder.iterdir() if NAMED.fullmatch(each.name.lower()))
    for path in paths[:BAG_FILES_MAX]:
        capsule = read_capsule(path)
        if capsule is not None:
            yield capsule


def read_capsule(path: Path) -> bytes | None:
    """Return what a file holds if it is a plain one of the size of a capsule, else None."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            raw = stream.read(CAPSULE_BYTES[-1] + 1)
    except OSError:
        # A bad block, or a stick that is being pulled out: its other files may be read.
        return None
    finally:
        os.close(descriptor)
    return raw if len(raw) in CAPSULE_BYTES else None
