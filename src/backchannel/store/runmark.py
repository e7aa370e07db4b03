"""The run mark: a small file outside the database that shows when a disk is older than its station.

This module must not decide what an old disk means. The file holds how often the station started
and the newest slot of each journal that it writes; it is written after the commit that made the
slot and before anything of it leaves. Hence it is never ahead of a database that was not put back.

    file   = two pages of 4,096 bytes; a write goes to the one that holds the older mark
    page   = sha256 of the rest, 32 | "bc/mark1" | generation u64 | line id 32 | starts u64
             | count u16 | count times (journal no u32, seq u64) | zeros

Numbers are big-endian. A write that was torn spoils one page: the other holds the mark before it,
and what the torn one would have justified was not sent.
"""

import os
import struct
from contextlib import ExitStack
from pathlib import Path

import msgspec

from backchannel.errors import CustodyError
from backchannel.store.sqlite import faults, sync
from backchannel.wire.ids import ID_BYTES, LineId
from backchannel.wire.primitives import HASH_BYTES, sha256

PAGE_BYTES = 4_096
PAGES = 2
MAGIC = b"bc/mark1"
HEAD = struct.Struct(f">8sQ{ID_BYTES}sQH")
JOURNAL = struct.Struct(">IQ")
JOURNALS_IN_PAGE = (PAGE_BYTES - HASH_BYTES - HEAD.size) // JOURNAL.size
EMPTY = bytes(PAGE_BYTES)


class RunMark(msgspec.Struct, frozen=True):
    """What a station had done at least: its starts, and the newest slot of each own journal."""

    line: LineId
    starts: int
    newest: dict[int, int]


# --- The format: bytes alone ----------------------------------------------------------------------


def pack_page(mark: RunMark, generation: int) -> bytes:
    """Return the page of a mark. More than JOURNALS_IN_PAGE journals are our own bug."""
    assert len(mark.newest) <= JOURNALS_IN_PAGE, f"{len(mark.newest)} journals in a run mark"
    head = HEAD.pack(MAGIC, generation, mark.line, mark.starts, len(mark.newest))
    journals = b"".join(JOURNAL.pack(no, seq) for no, seq in sorted(mark.newest.items()))
    rest = (head + journals).ljust(PAGE_BYTES - HASH_BYTES, b"\x00")
    return sha256(rest) + rest


def parse_page(page: bytes) -> tuple[int, RunMark] | None:
    """Return the generation and mark of a page, or None if it was not written whole."""
    rest = page[HASH_BYTES:]
    if len(page) != PAGE_BYTES or sha256(rest) != page[:HASH_BYTES]:
        return None
    magic, generation, line, starts, count = HEAD.unpack_from(rest)
    if magic != MAGIC or count > JOURNALS_IN_PAGE:
        return None
    end = HEAD.size + count * JOURNAL.size
    newest = dict(JOURNAL.iter_unpack(rest[HEAD.size : end]))
    return generation, RunMark(LineId(line), starts, newest)


def newest_mark(raw: bytes) -> tuple[int, RunMark | None]:
    """Return the newer whole mark in a file's bytes and its generation; (0, None) if it has none.

    Raises CustodyError("run-mark-damaged") if pages were written and none of them is whole.
    """
    pages = [raw[at : at + PAGE_BYTES] for at in range(0, PAGES * PAGE_BYTES, PAGE_BYTES)]
    found = [parsed for page in pages if (parsed := parse_page(page)) is not None]
    if found:
        return max(found, key=generation_of)
    # The first write of all may be torn: nothing had been sent by then.
    if EMPTY in pages or not any(pages):
        return 0, None
    raise CustodyError(
        "run-mark-damaged",
        "both copies in the run mark are damaged: it cannot say whether this disk is the newest. "
        "Test the medium it lies on. To go on without it, move the file away: the station then "
        "starts as if it had none",
    )


def generation_of(parsed: tuple[int, RunMark]) -> int:
    """Return the count of writes at which a page was written."""
    return parsed[0]


# --- The file -------------------------------------------------------------------------------------


class RunMarkFile:
    """The open file of one line. One process writes it: the one that holds the database."""

    def __init__(self, path: Path, descriptor: int, generation: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._generation = generation

    def write(self, mark: RunMark) -> None:
        """Replace the older of the two marks, durably. Raises CustodyError if the medium failed.

        The count goes up only after success: what is tried again goes to the same page.
        """
        generation = self._generation + 1
        page = pack_page(mark, generation)
        with faults(str(self.path)):
            written = os.pwrite(self._descriptor, page, generation % PAGES * PAGE_BYTES)
            if written != PAGE_BYTES:
                raise CustodyError("disk-full", f"no room to write {self.path}; make room")
            os.fdatasync(self._descriptor)
        self._generation = generation

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def open_run_mark(path: Path, line: LineId) -> tuple[RunMarkFile, RunMark | None]:
    """Open the run mark of a line, made if it is missing; return it and what it says, if anything.

    Raises CustodyError: "run-mark-damaged", "run-mark-foreign" if it is another line's, and the
    errors of a disk.
    """
    with ExitStack() as closing, faults(str(path)):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        closing.callback(os.close, descriptor)
        raw = os.pread(descriptor, PAGES * PAGE_BYTES, 0)
        generation, mark = newest_mark(raw)
        if mark is not None and mark.line != line:
            raise foreign(path, mark)
        if len(raw) < PAGES * PAGE_BYTES:
            os.ftruncate(descriptor, PAGES * PAGE_BYTES)
            os.fsync(descriptor)
            sync(path.parent)
        closing.pop_all()
        return RunMarkFile(path, descriptor, generation), mark


def foreign(path: Path, mark: RunMark) -> CustodyError:
    """Return the error for a run mark of another line."""
    return CustodyError(
        "run-mark-foreign",
        f"{path} is the run mark of line {mark.line.hex()[:12]}; check the path in the settings",
    )
