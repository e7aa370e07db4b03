"""Checking the record, passing a stretch of it on, backing it up: from a terminal."""

import json
from pathlib import Path

import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import agreed, run

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.cli.keep import last_of
from backchannel.cli.lamps import check_lines
from backchannel.errors import OfficerError
from backchannel.station.asked import CheckNews, CheckReport, Damage, JournalCheck
from backchannel.station.authorities import AuthorityFile, pack_authority
from backchannel.wire.files import parse_file

pytestmark = pytest.mark.usefixtures("quick_seals")


async def settled(alder: Desk, birch: Desk) -> None:
    """Something was said, and both rooms hold it."""
    await alder.acts("say", "Keep this.")
    await agreed(alder.room, birch.room)


def test_a_whole_record_ends_with_zero_and_one_line(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await settled(alder, birch)
            printed = (await alder.done("check")).splitlines()
            assert printed[-1].startswith("whole and verified up to 2026-11-22T13:4")
            assert printed[0].startswith("journal 0: Alder AUTHORITY, 7 entries, head ")
            assert any("journal 16: Alder REAL" in line for line in printed)
            told = await alder.told("check")
            assert (told["outcome"], told["damage"]) == (0, None)

    run(story())


def test_a_damaged_record_ends_with_two_and_names_the_slot(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await settled(alder, birch)
            database = birch.room.runner.custody.database
            with database.transaction():
                database.rows("UPDATE said SET croot = zeroblob(32)")
            result = await birch.type("check")
            assert result.exit_code == 2
            assert result.stdout.splitlines()[-1].startswith("DAMAGED at journal 16, slot ")

    run(story())


def test_findings_of_others_making_end_with_one(tmp_path: Path) -> None:
    """A promise of Birch, and then Birch calls the key stolen that signed it."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await birch.acts("say", "We promise.", by="second")
            await agreed(alder.room, birch.room)
            office = birch.room.cast.offices[1]
            gone = Revoke(office.officers["second"][0], RevocationReason.COMPROMISE, None)
            office.enter(pack_revoke(gone))
            cast = birch.room.cast
            file = AuthorityFile(1, cast.charter, cast.signatures, tuple(office.frames))
            await alder.room.station.give(pack_authority(file))
            result = await alder.type("check")
            assert result.exit_code == 1, result.output
            assert "contested 1" in result.stdout
            assert result.stdout.splitlines()[-1].endswith("with findings of others' making, above")

    run(story())


def test_a_check_that_breaks_off_has_no_report() -> None:
    with pytest.raises(OfficerError) as caught:
        last_of(iter([CheckNews(checked=3, of=7)]))
    assert caught.value.reason == "check-broken"


def test_what_cannot_be_checked_ends_with_three(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            nothing = tmp_path / "nothing"
            await refused(alder, "no-database", "check", "--file", nothing, code=3)
            await refused(alder, "file-missing", "check", "--station", nothing, code=3)

    run(story())


def test_a_backup_is_written_once_and_can_be_checked_without_a_key(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await settled(alder, birch)
            target = tmp_path / "record.backup"
            assert (await alder.done("backup", target)).strip() == str(target)
            await refused(alder, "file-exists", "backup", target)
            printed = await alder.done("check", "--file", target)
            assert printed.splitlines()[-1].endswith("; its words were not opened")
            told = await alder.told("backup", tmp_path / "another")
            assert told == {"file": str(tmp_path / "another")}

    run(story())


def test_a_file_that_the_disk_has_spoiled_ends_with_two(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await settled(alder, birch)
            target = tmp_path / "record.backup"
            await alder.done("backup", target)
            raw = bytearray(target.read_bytes())
            raw[4096:] = b"\xff" * (len(raw) - 4096)
            target.write_bytes(raw)
            await refused(alder, "database-damaged", "check", "--file", target)

    run(story())


def test_a_stretch_is_written_as_frames_and_as_a_text(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await settled(alder, birch)
            await birch.acts("say", "Their words.")
            await alder.acts("say", "A drill.", "--mode", "exercise")
            while len(await alder.room.lines()) < 3:
                await agreed(alder.room, birch.room)
            folder = tmp_path / "stretch"
            told = await alder.told("export", folder)
            assert told["statements"] == 2
            raw = (folder / "transcript.bct").read_bytes()
            assert len(raw) == told["bytes"] and len(parse_file("transcript", raw)) > 10
            text = (folder / "transcript.txt").read_text()
            assert text.index("| Keep this.") < text.index("| Their words.")
            assert "A drill." not in text
            await refused(alder, "file-exists", "export", folder)
            await refused(
                *(alder, "span-empty", "export", tmp_path / "none"),
                *("--until", "2020-01-01T00:00:00Z"),
            )
            assert not (tmp_path / "none").exists()
            await refused(alder, "bad-moment", "export", tmp_path / "x", "--since", "yesterday")
            drill = json.loads(
                await alder.done("export", tmp_path / "drill", "--mode", "exercise", "--json")
            )
            assert drill["statements"] == 1

    run(story())


def check(**changes: int) -> JournalCheck:
    counts = dict.fromkeys(
        ("signed", "chained", "opened", "valid", "invalid", "contested", "regressing",
         "not_understood", "pending", "unopened"), 0,
    )  # fmt: skip
    values = {**counts, **changes}
    return JournalCheck(
        journal=17, party="Birch", mode="REAL", entries=4, head="ab" * 32, forked=True, **values
    )


def test_a_report_names_every_count_and_finding() -> None:
    report = CheckReport(
        journals=(check(signed=4, chained=4, opened=1, valid=3, invalid=1),),
        forks=("journal 17 of party 1",),
        gaps=("journal 17: slots 5 to 6 are missing",),
        repeats=("journal 16 slot 3 repeats journal 16 slot 2",),
        damage=Damage(17, 3, "RECORD-3", "bad-signature", "not \x1b[31mours"),
        words_opened=True,
        upto=0,
        summary="DAMAGED at journal 17, slot 3: not \x1b[31mours [RECORD-3, bad-signature]",
        outcome=2,
    )
    assert list(check_lines(report)) == [
        "journal 17: Birch REAL, 4 entries, head abababababab, FORKED",
        "        signed 4, chained 4, opened 1, unopened 0, pending 0",
        "        valid 3, invalid 1, contested 0, regressing 0, not understood 0",
        "fork    journal 17 of party 1",
        "gap     journal 17: slots 5 to 6 are missing",
        "repeat  journal 16 slot 3 repeats journal 16 slot 2",
        "DAMAGED at journal 17, slot 3: not \\x1b[31mours [RECORD-3, bad-signature]",
    ]
