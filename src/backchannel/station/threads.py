"""Work that reads much of the record: in a thread, through a reader of its own, beside the writer.

This module must not write to the record. What it hands to a thread sees one state of the store from
its first look to its last.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from pathlib import Path
from typing import TypeVar

import msgspec

from backchannel.station.judging import Record
from backchannel.store.backup import backup
from backchannel.store.sqlite import open_reader

T = TypeVar("T")


def write_backup(database: Path, target: Path) -> None:
    """Write a backup through a reader of its own. Raises OfficerError, CustodyError."""
    with open_reader(database) as reader:
        backup(reader, target)


def beside_writer(record: Record, work: Callable[[Record], T]) -> T:
    """Return what is read of a record through a reader of its own. Raises BackchannelError."""
    with open_reader(Path(record.custody.database.path)) as reader, reader.snapshot():
        custody = msgspec.structs.replace(record.custody, database=reader)
        return work(msgspec.structs.replace(record, custody=custody))


async def in_thread(work: Generator[T, None, None]) -> AsyncIterator[T]:
    """Yield what a generator yields, each piece made in a thread so that the loop goes on.

    A piece that is under way is waited for before the generator is closed, whatever happens.
    """
    nothing = object()
    piece: asyncio.Future[object] | None = None
    try:
        while True:
            piece = asyncio.ensure_future(asyncio.to_thread(next, work, nothing))
            made = await asyncio.shield(piece)
            if made is nothing:
                return
            yield made  # type: ignore[misc]
    finally:
        if piece is not None:
            await asyncio.wait((piece,))
        await asyncio.to_thread(work.close)
