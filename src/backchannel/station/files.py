"""Files that people keep and carry: read within a bound, written whole, never over another file.

This module must not know what a file holds. What it writes only its owner may read, and a name
appears on the disk together with all of its bytes.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from backchannel.errors import CustodyError, JunkError, OfficerError
from backchannel.limits import HAND_FILE_BYTES_MAX

LOCK = "lock"


def read_file(path: Path) -> bytes:
    """Return what a file holds. Raises OfficerError, JunkError("file-too-large"), CustodyError."""
    with faults(path), path.open("rb") as stream:
        raw = stream.read(HAND_FILE_BYTES_MAX + 1)
    if len(raw) > HAND_FILE_BYTES_MAX:
        raise JunkError("file-too-large", f"{path}: wanted at most {HAND_FILE_BYTES_MAX} bytes")
    return raw


def read_text(path: Path) -> str:
    """Return the text of a file. Raises JunkError("file-not-text") and as `read_file` does."""
    try:
        return read_file(path).decode()
    except UnicodeDecodeError:
        raise JunkError("file-not-text", f"{path}: wanted a text in UTF-8") from None


def require_absent(path: Path) -> None:
    """Raise OfficerError("file-exists") rather than write over what somebody may need."""
    if os.path.lexists(path):
        raise OfficerError("file-exists", f"{path} is there already; give another name or move it")


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet. Raises OfficerError("file-exists"), CustodyError."""
    require_absent(path)
    replace(path, data)


def replace(path: Path, data: bytes) -> None:
    """Write a file whole in the place of the one before: after a power cut it is the old or new.

    Raises OfficerError for a place that cannot be written, CustodyError if the disk failed.
    """
    with faults(path):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(path)
        except OSError:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone. Raises OfficerError("file-exists"), CustodyError."""
    require_absent(folder)
    with faults(folder):
        folder.mkdir(mode=0o700)


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Hold a folder against a second command. Raises OfficerError("folder-in-use")."""
    with faults(folder):
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OfficerError(
                "folder-in-use", f"another command works in {folder}; wait until it has ended"
            ) from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Turn what the system reports of a file into our errors, by whose fault it is."""
    try:
        yield
    except FileNotFoundError:
        raise OfficerError("file-missing", f"there is no file {path}; check the path") from None
    except (PermissionError, IsADirectoryError, NotADirectoryError) as fault:
        raise OfficerError(
            "file-unreachable", f"{path}: {fault.strerror}; check the path and its rights"
        ) from None
    except OSError as fault:
        raise CustodyError(
            "file-failed", f"{path}: {fault.strerror}; make room or try another disk"
        ) from None
