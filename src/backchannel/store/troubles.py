"""What can be wrong with a database file: each as an error that says whose it is and what to do.

This module must not look at the disk.
"""

import errno

from backchannel.errors import BackchannelError, CustodyError, OfficerError

READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_SUCH_PLACE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)


def full(path: str) -> CustodyError:
    """There is no room for what must be kept."""
    return CustodyError(
        "disk-full",
        f"no room to write {path}. Nothing of the last step was kept or sent, and what was kept "
        "before is whole. Make room; the station then goes on",
    )


def damaged(path: str, why: str) -> CustodyError:
    """The file does not hold what was written to it."""
    return CustodyError(
        "database-damaged",
        f"{path} is damaged or no database ({why}). Keep a copy of it, test the disk, and restore "
        "the station; do not go on from a backup",
    )


def failed(path: str, why: str) -> CustodyError:
    """The disk did not do what it was asked to."""
    return CustodyError(
        "disk-failed",
        f"the disk of {path} failed ({why}). Nothing of the last step was sent. Stop the station "
        "and test the disk",
    )


def running(path: str) -> OfficerError:
    """Another process writes the same file."""
    return OfficerError(
        "station-running",
        f"another process writes {path}: a station is running on it. Ask that one, or stop it",
    )


def read_only(path: str) -> OfficerError:
    """The file or its folder may not be written."""
    return OfficerError(
        "database-read-only",
        f"{path} or its folder may not be written by this account; give it the right, or mount "
        "the disk for writing",
    )


def unreachable(path: str, why: str) -> OfficerError:
    """The file can't be reached at all."""
    return OfficerError("database-unreachable", f"{path} can't be opened ({why}); check the path")


def of_the_system(path: str, fault: OSError) -> BackchannelError:
    """Return the error for what the operating system reported."""
    if fault.errno in READ_ONLY:
        return read_only(path)
    if fault.errno in NO_ROOM:
        return full(path)
    if fault.errno in NO_SUCH_PLACE:
        return unreachable(path, str(fault.strerror))
    return failed(path, str(fault.strerror))
