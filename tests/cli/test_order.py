"""Orders to a running station from a terminal: resume, epoch 0, files of an office."""

from pathlib import Path

import pytest
from tests.cli.desks import desks, lone_desk, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import run

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.line.founding import pack_founding
from backchannel.station.authorities import AuthorityFile, pack_authority
from backchannel.wire.signing import Mode

pytestmark = pytest.mark.usefixtures("quick_seals")


def test_two_officers_resume_and_one_opens_a_new_journal(tmp_path: Path) -> None:
    async def story() -> None:
        async with lone_desk(tmp_path) as alder:
            core = alder.room.core
            first, second = (("--officer", alder.key(name)) for name in ("first", "second"))
            await refused(alder, "two-officers", "station", "resume", *first)
            told = await alder.told("station", "resume", *first, *second)
            assert told == {"entered": True, "text": "REAL: resume done"}
            assert alder.room.core.own[Mode.REAL] == core.own[Mode.REAL]
            assert Mode.REAL not in alder.room.core.asking
            await alder.done("station", "resume", "--mode", "test", "--new-journal", *first)
            assert alder.room.core.own[Mode.TEST] > core.own[Mode.TEST]
            await refused(alder, "not-asking", "station", "resume", *first, *second)

    run(story())


def test_epoch_zero_is_refused_without_a_package(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            command = ("station", "epoch-zero", "--officer", alder.key("first"))
            await refused(alder, "no-courier-package", *command)
            await refused(alder, "no-officer", "station", "epoch-zero")

    run(story())


def test_files_of_an_office_are_handed_to_a_running_station(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            cast, office = alder.room.cast, alder.room.cast.offices[0]
            gone = office.officers["second"][0]
            office.enter(pack_revoke(Revoke(gone, RevocationReason.WITHDRAWN, None)))
            file = AuthorityFile(0, cast.charter, cast.signatures, tuple(office.frames))
            (tmp_path / "alder.authority").write_bytes(pack_authority(file))
            (tmp_path / "birch.founding").write_bytes(pack_founding(cast.founding(1)))
            (tmp_path / "letter").write_bytes(b"Dear all")
            told = await alder.told("station", "give", tmp_path / "alder.authority")
            assert told["entered"] and told["text"].startswith("1 entries of authority journals")
            told = await alder.told("station", "give", tmp_path / "birch.founding")
            assert not told["entered"]
            await refused(alder, "papers-kind", "station", "give", tmp_path / "letter")
            words = ("say", "Still here.", "--officer", alder.key("second"))
            await refused(alder, "unknown-officer", *words)

    run(story())
