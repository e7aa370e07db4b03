"""An archive that was sealed by a real station, and the people who may open it."""

import asyncio
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from tests.cast import ALDER, BIRCH, NOW, POLICY, Cast, found_cast
from tests.holders import Signer, enrolled, overseen, warrant
from tests.station.house import Room, agreed, rooms, run

from backchannel.charter.policy import DAY_S
from backchannel.charter.roster import Authority, Issued
from backchannel.line.draftfile import Draft, pack_draft
from backchannel.store import archive
from backchannel.wire.archive import ArchiveOpening, Order, order_values
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import CredentialId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import parse_statement

DAY = NOW // DAY_S
TEXTS = ("The convoy leaves at dawn.", "It has left.")
OVERSIGHT = (overseen(ALDER), overseen(BIRCH, trustees=0))


class Vault(NamedTuple):
    """Two days of Alder's words, the archive file of an opening of the first, and of both."""

    cast: Cast
    signers: tuple[Signer, ...]
    first_day: bytes
    both_days: bytes

    @property
    def authority(self) -> Authority:
        return self.cast.offices[ALDER].authority

    def holder(self, place: int) -> Issued:
        """The credential of a trustee."""
        return self.authority.credentials[CredentialId(self.signers[place - 1][0])]


def draft_of(cast: Cast, opening: ArchiveOpening) -> bytes:
    """A warrant as the file that goes from holder to holder."""
    listed = parse_statement(opening.warrant).signers
    signatures = dict(zip(listed, opening.signatures, strict=True))
    return pack_draft(Draft(cast.line, Mode.REAL, opening.warrant, opening.content, signatures))


async def taken(room: Room, signers: tuple[Signer, ...], days: int) -> bytes:
    """The archive file of an opening of so many days, from the first on."""
    order = Order(DAY, DAY + days - 1, (21,), "Committee on oversight")
    opening = warrant(room.cast, signers[:2], values=order_values(order))
    told = await room.station.files.opening(draft_of(room.cast, opening))
    assert told.entered
    again = await room.station.files.opening(draft_of(room.cast, opening))
    assert (again.entered, again.text) == (False, told.text)
    return b"".join([each async for each in room.station.files.archive(told.text[:12])])


async def seals_of(room: Room, count: int) -> None:
    """Wait until a room has made so many archive seals."""
    custody = room.runner.custody
    while True:
        found = archive.archive_entries(
            custody.database, custody.line, EntryType.ARCHIVE_SEAL, party=room.party
        )
        if len(list(found)) >= count:
            return
        room.clock.skipped_s += 61
        await asyncio.sleep(0.05)


@cache
def vault() -> Vault:
    """Two days of Alder's words, sealed by Alder's station and opened by warrants.

    The store gives a seal or an opening at a time: what does not ask on leaves out the second.
    """
    cast = found_cast(policy=POLICY, oversight=OVERSIGHT)
    signers = tuple(enrolled(cast, ALDER, 1, 2, 3))
    made: list[bytes] = []

    async def story(folder: Path) -> None:
        async with rooms(folder, cast) as (alder, birch):
            for n, text in enumerate(TEXTS, 1):
                await alder.say(text)
                await agreed(alder, birch)
                alder.clock.skipped_s += DAY_S
                await seals_of(alder, n)
            made.extend([await taken(alder, signers, n) for n in (1, 2)])

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "ARCHIVE_ENTRIES_AT_ONCE", 1)
        run(story(Path(folder)))
    return Vault(cast, signers, made[0], made[1])
