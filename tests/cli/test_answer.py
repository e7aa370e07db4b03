"""Answers from a terminal, from acknowledgement to the end of a matter."""

from pathlib import Path

import msgspec
import pytest
from tests.cast import ALDER, BIRCH
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.exchange import open_line
from tests.line.hostile import Hostile
from tests.station.house import run, rungs
from tests.station.shelf import lines, report, shelve

from backchannel.cli.answer import enter
from backchannel.errors import OfficerError
from backchannel.station.reports import StatementReport
from backchannel.wire.entry import EntryType
from backchannel.wire.statement import pack_signed

pytestmark = pytest.mark.usefixtures("quick_seals")

TEXT = "Corner 3 at 35 54 N.\nNo launch is planned."


async def said(alder: Desk, birch: Desk, text: str = TEXT, *options: object) -> str:
    """A message of Alder that Birch holds; its entry."""
    entry = (await alder.acts("say", text, *options))["entry"]
    await birch.room.shows(entry)
    return entry


def test_a_matter_is_carried_to_its_end(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await said(alder, birch)
            await birch.acts("ack", "ALDER 0001", by="marsh")
            await birch.acts("readback", entry[:8], "-", by="marsh", stdin=TEXT + "\n")
            await alder.room.reaches(entry, "read back")
            await alder.acts("confirm", "ALDER 0001")
            await birch.acts("passed", entry[:8], "--remark", "told the battery", by="marsh")
            await birch.acts("decide", entry[:8], "will-comply", by="marsh")
            await alder.room.reaches(entry, "decided")
            await alder.acts("close", entry[:8])
            there = await birch.room.reaches(entry, "closed")
            assert rungs(there.line) >= {
                "held", "acknowledged", "read back", "confirmed", "passed", "decided", "closed",
            }  # fmt: skip
            by = {step.rung: step.by for step in there.line.ladders[0].rungs}
            assert (by["acknowledged"], by["confirmed"]) == ("marsh (duty officer)", "first")
            assert all(each.verdict.word == "valid" for each in there.answers)

    run(story())


def test_the_words_are_printed_before_they_are_answered(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await said(alder, birch, TEXT, "--mode", "exercise")
            result = await birch.type("ack", "ALDER EX 0001", "--officer", birch.key("first"))
            assert "EXERCISE   | Corner 3 at 35 54 N." in result.stderr
            assert result.stdout.startswith("EXERCISE ack ")

    run(story())


def test_a_readback_that_differs_is_shown_on_both_sides_and_not_confirmed_unasked(
    tmp_path: Path,
) -> None:
    """NT31."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await said(alder, birch)
            wrong = TEXT.replace("54", "45")
            result = await birch.type(
                "readback", "ALDER 0001", wrong, "--officer", birch.key("marsh")
            )
            assert 'DIFFERS at word 5: original "54", read back "45"' in result.stderr
            readback = result.stdout.split()[-1]
            await alder.room.reaches(entry, "read back")
            told = await refused(
                alder, "differs", "confirm", "ALDER 0001", "--officer", alder.key("first")
            )
            assert "DIFFERS at word 5" in told
            assert "confirmed" not in rungs((await alder.room.station.show(entry)).line)
            await birch.acts("readback", "ALDER 0001", TEXT, by="marsh")
            await alder.room.until(lambda: True)
            while len((await alder.room.station.show(entry)).readbacks) < 2:
                await alder.room.line(entry)
            result = await alder.type("confirm", "ALDER 0001", "--officer", alder.key("first"))
            assert "sees no difference in the letters. Compare it yourself" in result.stderr
            assert "match" not in result.output
            await alder.acts("confirm", readback[:12], "--yes", by="second")

    run(story())


def test_a_difference_that_no_eye_sees_is_spelled_out(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await said(alder, birch)
            keyed = TEXT.replace("Corner", "C\u043erner").replace("No launch", "No\u00a0launch")
            result = await birch.type(
                "readback", "ALDER 0001", "-", "--officer", birch.key("first"), stdin=keyed
            )
            assert "U+006F against U+043E" in result.stderr
            assert "U+00A0" in result.stderr

    run(story())


def test_our_own_words_are_answered_by_the_other_room(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await said(alder, birch)
            for command in (
                ("ack", "ALDER 0001"),
                ("readback", "ALDER 0001", TEXT),
                ("passed", "ALDER 0001"),
                ("decide", "ALDER 0001", "refused"),
            ):
                await refused(alder, "whose-statement", *command, "--officer", alder.key("first"))
            for command in (
                ("correct", "ALDER 0001", "54", "45"),
                ("recall", "ALDER 0001"),
                ("confirm", "ALDER 0001"),
            ):
                await refused(birch, "whose-statement", *command, "--officer", birch.key("first"))

    run(story())


class Lookout(msgspec.Struct):
    """An act at a station that shows one statement and is asked nothing else."""

    shown: StatementReport

    def client(self) -> "Lookout":
        return self

    def show(self, named: str) -> StatementReport:
        return self.shown


def test_words_that_have_not_come_are_not_answered(tmp_path: Path) -> None:
    """RECORD-58: an entry whose words did not come stands among the unopened."""
    exchange = open_line()
    hostile = Hostile(exchange)
    event = exchange.released(BIRCH, "Hidden.")
    payload = pack_signed(event.statement, event.signatures)
    hostile.send(hostile.frame(payload, EntryType.STATEMENT))
    (line,) = lines(record := shelve(tmp_path, exchange, ALDER))
    act = Lookout(report(record, line.entry))
    with pytest.raises(OfficerError) as caught:
        enter("BIRCH 0001", act, of_others=True)  # type: ignore[arg-type]
    assert caught.value.reason == "unopened"


def test_words_are_corrected_where_they_stand(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await said(alder, birch)
            two = ("--officer", alder.key("first"), "--officer", alder.key("second"))
            await refused(alder, "old-words", "correct", "ALDER 0001", "55", "56", *two)
            await refused(alder, "old-words", "correct", "ALDER 0001", "n", "m", *two)
            await refused(
                *(alder, "unknown-reason-word", "correct", "ALDER 0001", "54", "45", *two),
                *("--reason", "whim"),
            )
            await refused(
                *(alder, "second-officer", "correct", "ALDER 0001", "54", "45"),
                *("--officer", alder.key("first")),
            )
            await alder.told("correct", "ALDER 0001", "54", "45", *two)
            line = await birch.room.line(entry)
            while line is None or not line.marks:
                line = await birch.room.line(entry)
            assert line.marks[0].startswith("CORRECTED")
            log = await birch.done("log")
            assert 'correction: "54" is now "45"' in log

    run(story())


def test_a_recall_says_so_beside_the_words(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await said(alder, birch)
            two = ("--officer", alder.key("first"), "--officer", alder.key("second"))
            await alder.told("recall", "ALDER 0001", "--false-alarm", *two)
            await birch.room.reaches(entry, "recalled")
            log = await birch.done("log")
            assert "! RECALLED: disregard these words" in log
            assert "| Corner 3 at 35 54 N." in log

    run(story())


def test_stand_by_names_its_time_and_moves_no_clock_without(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await said(alder, birch)
            officer = ("--officer", birch.key("marsh"))
            decide = ("decide", "ALDER 0001")
            await refused(birch, "unknown-action", *decide, "maybe", *officer)
            await refused(birch, "decision-time", *decide, "decision-by", *officer)
            await refused(birch, "bad-moment", *decide, "decision-by", "--by", "noon", *officer)
            await birch.done(*decide, "decision-by", "--by", "2026-11-22T14:30:00Z", *officer)
            assert "action: decision-by, 2026-11-22T14:30:00Z" in await birch.done("log")

    run(story())


def test_nobody_can_confirm_what_was_not_read_back(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await said(alder, birch)
            officer = ("--officer", alder.key("first"))
            await refused(alder, "no-readback", "confirm", "ALDER 0001", *officer)

    run(story())
