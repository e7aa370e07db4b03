"""A statement in the words of the other room's language, from forms to the ladder."""

import json
from pathlib import Path

import msgspec
import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_wording import clock, silence
from tests.station.house import run

from backchannel.cli.phrased import phrased_lines
from backchannel.notice.phrasebook import PDI, RLI, TAGS, phrasebook
from backchannel.station.reports import Judgement, StatementReport
from backchannel.wire.codec import decode

NOTICE = """\
form = "T06-S"
[fields]
1 = "a hospital\u202e"
2 = "59.93750N 030.30860E within 50m gnss"
3 = "2026-12-01T10:00:00Z"
4 = ["duty officer", "likely"]
5 = "30 min"
"""

pytestmark = pytest.mark.usefixtures("quick_seals")


async def sent(alder: Desk, birch: Desk, folder: Path, *options: object) -> str:
    """A stop request that Birch has, in English."""
    file = folder / "stop.toml"
    file.write_text(NOTICE)
    words = ("notice", file, "--language", "en", "--precedence", "immediate", *options)
    told = await alder.acts(*words, "--officer", alder.key("second"))
    entry = str(told["entry"])
    await birch.room.shows(entry)
    return entry


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_notice_in_english_reads_in_french(tmp_path: Path) -> None:
    """NOTICE-49, NOTICE-50: codes and labels in words, free text as it was, with its language."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await sent(alder, birch, tmp_path)
            text = plain(await birch.done("show", entry, "--in", "fr"))
            lines = text.splitlines()
            assert {line.split()[0] for line in lines} == {"REAL"}
            assert "RÉEL (REAL)  IMMÉDIAT (IMMEDIATE)  notification  ALDER 0001" in lines[0]
            assert "de Alder à Birch" in lines[1]
            signed = next(line for line in lines if "anglais, original, signé par " in line)
            assert "first" in signed and "second" in signed
            assert "T06-S/1  Demande d'arrêt ou de suspension" in text
            assert r"1 ce que vous frappez : [anglais] a hospital\u202e" in text
            assert "    - probable" in text
            assert "5 demande de suspendre : 30 minutes (signé : 30 min)" in text
            assert "Birch : autorisé à l'émission, " in text
            assert "Birch : accusé de réception attendu avant le 20" in text

    run(story())


def test_it_reads_in_every_language_and_the_mode_stays(tmp_path: Path) -> None:
    """NOTICE-50: the mode in front is the code, which is the same on every screen."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await sent(alder, birch, tmp_path, "--mode", "exercise")
            await birch.acts("ack", entry)
            for tag in TAGS:
                book = phrasebook(tag)
                text = await birch.done("show", entry, "--in", tag)
                lines = text.splitlines()
                assert {line.split()[0] for line in lines} == {"EXERCISE"}
                assert book.modes["EXERCISE"] in lines[0]
                assert book.titles["T06-S"] in text and book.rungs["acknowledged"] in text
                for line in lines:
                    opened = sum(map(line.count, "\u2066\u2067\u2068"))
                    assert opened == line.count(PDI), line
                    assert (RLI in line) == (book.direction == "rtl"), line

    run(story())


def test_a_translation_hangs_from_it_with_stage_and_translator(tmp_path: Path) -> None:
    """NOTICE-49: sight, rough and official are told apart, and a machine's is not to be quoted."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await sent(alder, birch, tmp_path)
            words = ("translate", entry, "Больница.", "--language", "ru")
            for stage in ("machine", "sight", "rough", "official"):
                await birch.acts(*words, "--stage", stage, by="second")
            text = await birch.done("show", entry, "--in", "ru")
            stages = [line for line in text.splitlines() if "перевод" in line]
            assert [line.split("(")[1].split(")")[0] for line in stages] == [
                "машинный, не цитировать", "с листа", "черновой", "официальный",
            ]  # fmt: skip
            assert all("русский, перевод" in line and "second, Birch" in line for line in stages)
            assert text.count("| Больница.") == 4
            assert "[английский] a hospital" in text

    run(story())


def test_messages_and_answers_are_said_too(tmp_path: Path) -> None:
    """NOTICE-50: the text of a message stays; the fields of an answer have the names of T10."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = (await alder.acts("say", "Good morning.", "--language", "en"))["entry"]
            await birch.room.shows(entry)
            text = await alder.done("show", entry, "--in", "es")
            assert "REAL  RUTINA (ROUTINE)  mensaje  ALDER 0001" in text
            assert "inglés, original, firmado por first" in text and "| Good morning." in text
            ack = (await birch.acts("ack", "ALDER 0001"))["entry"]
            text = await birch.done("show", ack, "--in", "es")
            assert "acuse de recibo" in text and "sobre ALDER 0001" in text
            assert "nivel: acuse de recibo dado (acknowledged)" in text

    run(story())


def test_json_has_both_and_holds_no_duress_mark(tmp_path: Path) -> None:
    """NOTICE-50: what a face gets to say it in words of its own has null where the mark stands."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await sent(alder, birch, tmp_path)
            told = await birch.told("show", entry, "--in", "uk")
            assert told["reads"] == (await birch.done("show", entry, "--in", "uk")).splitlines()
            assert "reads" not in await birch.told("show", entry)
            duress, language, *_ = decode(bytes.fromhex(told["content"]))
            assert (duress, language) == (None, "en")

    run(story())


def test_the_drafter_sees_how_it_reads_before_he_signs(tmp_path: Path) -> None:
    """NOTICE-51: on stderr, as all that is shown before a release."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            file = tmp_path / "stop.toml"
            file.write_text(NOTICE)
            words = ("notice", file, "--precedence", "immediate", "--draft", tmp_path / "draft")
            result = await alder.type(
                *(*words, "--in", "ru", "--language", "en", "--officer", alder.key("first")),
                *("--second", "second"),
            )
            assert result.exit_code == 0, result.output
            assert "Как это читается; язык: русский" in result.stderr
            assert "REAL       1 по чему вы бьёте: [английский] a hospital" in result.stderr
            assert "русский" not in result.stdout

    run(story())


def test_a_language_without_a_book_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    """NOTICE-43: in every command alike."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            for words in (("show", "ALDER 0001"), ("form", "show", "T01"), ("form", "list")):
                result = await alder.type(*words, "--in", "tlh")
                assert result.exit_code == 2 and "[no-phrasebook]" in result.stderr

    run(story())


def test_forms_are_shown_and_filled_in_in_the_words_of_a_language(tmp_path: Path) -> None:
    """NOTICE-51: what is filled in is the same in every language; what explains it is not."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            shown = plain(await alder.done("form", "show", "T06", "--in", "fr"))
            assert "urgence habituelle FLASH" in shown and "      strike (frappe), " in shown
            told = await alder.told("form", "show", "T06", "--in", "fr")
            assert told["language"] == "fr"
            assert told["fields"][0]["words"]["strike"] == "frappe"
            assert "T06    Préavis de frappe" in await alder.done("form", "list", "--in", "fr")
            blank = await alder.done("form", "blank", "T06-S", "--readback", "--in", "ar")
            filled = [line[2:] for line in blank.splitlines() if " = " in line and RLI not in line]
            assert len(filled) == 4 and filled[1:] == [
                '1 = "words"', '2 = "59.93750N 030.30860E within 50m gnss"', '5 = "30 min"',
            ]  # fmt: skip
            file = tmp_path / "blank.toml"
            file.write_text(blank.replace("# 5 = ", "5 = "))
            result = await alder.type("notice", file, "--officer", alder.key("first"))
            assert "[field-missing]" in result.stderr

    run(story())


def test_a_notice_without_its_values_loses_no_field(tmp_path: Path) -> None:
    """NOTICE-50: what waits behind a gap is shown as the station words it."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await sent(alder, birch, tmp_path)
            told = json.dumps(await birch.told("show", entry))
            found = msgspec.json.decode(told, type=StatementReport)
            bare = msgspec.structs.replace(found, content="")
            text = plain("\n".join(phrased_lines(bare, phrasebook("fr"))))
            assert "1 what you are hitting : a hospital" in text
            assert "5 please hold : 30 min" in text

    run(story())


def test_no_clock_and_no_silence_is_lost_in_another_language(tmp_path: Path) -> None:
    """NOTICE-50: what the station words stays English, and stays."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await sent(alder, birch, tmp_path)
            told = json.dumps(await birch.told("show", entry))
            found = msgspec.json.decode(told, type=StatementReport)
            (ladder,) = found.line.ladders
            waits = msgspec.structs.replace(clock(-90), duty="readback")
            ladder = msgspec.structs.replace(
                ladder, clocks=(waits,), non_answers=(silence(supported=False),)
            )
            line = msgspec.structs.replace(
                found.line, ladders=(ladder,), handed_on=("Alder handed on to cop",)
            )
            late = msgspec.structs.replace(found, line=line)
            text = plain("\n".join(phrased_lines(late, phrasebook("fr"))))
            assert "READBACK OVERDUE by 1 min 30 s" in text
            assert "HELD, NOT SHOWN" in text and "NOT SUPPORTED" in text
            assert "Alder handed on to cop" in text

    run(story())


def test_what_does_not_bind_says_so_in_every_language(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await sent(alder, birch, tmp_path)
            told = json.dumps(await birch.told("show", entry))
            found = msgspec.json.decode(told, type=StatementReport)
            bad = msgspec.structs.replace(found.line, verdict=Judgement("invalid", "no-release"))
            false = msgspec.structs.replace(found, line=bad)
            for tag in TAGS:
                book = phrasebook(tag)
                text = "\n".join(phrased_lines(false, book))
                assert book.words["does not bind"] in text and "no-release" in text

    run(story())
