"""Saying something from a terminal: one officer, two at two desks, and what is refused."""

import asyncio
from pathlib import Path

import msgspec
import pytest
import typer.testing
from tests.cli.desks import Desk, desks, lone_desk, quick_seals  # noqa: F401
from tests.station.house import agreed, order_by, run

from backchannel.cli.main import app
from backchannel.errors import JunkError
from backchannel.line.draftfile import pack_draft, parse_draft
from backchannel.station.asked import Voice
from backchannel.station.orders import Action
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.signing import Mode

pytestmark = pytest.mark.usefixtures("quick_seals")


async def refused(desk: Desk, reason: str, *words: object, stdin: str = "", code: int = 2) -> str:
    """Type a command that must be refused for a reason; return what it said."""
    result = await desk.type(*words, stdin=stdin)
    assert f"[{reason}]" in result.stderr, result.output
    assert result.exit_code == code
    return result.stderr


def test_a_message_is_said_by_one_officer_and_arrives(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            printed = await alder.done("say", "Good morning.", "--officer", alder.key("first"))
            mode, party, number, entry = printed.split()
            assert (mode, party, number, len(entry)) == ("REAL", "ALDER", "0001", 64)
            there = await birch.room.shows(entry)
            assert there.line.words.text == "Good morning."
            assert there.line.words.language == "en"
            told = await alder.acts("say", "And again.", "--mode", "test")
            assert (told["number"], told["known"]) == ("ALDER TEST 0001", False)

    run(story())


def test_text_is_piped_in_as_it_is(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            told = await alder.acts("say", "-", "--language", "de", stdin="zwei\r\nZeilen \n")
            found = await alder.room.station.show(told["entry"])
            assert found.line.words.text == "zwei\nZeilen "
            assert found.line.words.language == "de"

    run(story())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("bell \x07", "control-character"),
        ("\x1b]0;title\x07", "control-character"),
        ("", "empty-text"),
        ("x" * 40_000, "text-too-long"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_with_what_to_do(
    tmp_path: Path, text: str, reason: str
) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            said = await refused(
                alder, reason, "say", "-", "--officer", alder.key("first"), stdin=text
            )
            assert "\x1b" not in said and "\x07" not in said
            assert await alder.room.lines() == ()

    run(story())


def test_what_the_officer_signs_is_printed_in_full_and_escaped(tmp_path: Path) -> None:
    """NT66: a direction mark cannot turn the words round on the signer's screen."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            words = "We stay\u202e.og ton od eW\u202c"
            result = await alder.type(
                *("say", words, "--mode", "exercise", "--officer", alder.key("first"))
            )
            assert "EXERCISE | We stay\\u202e.og ton od eW\\u202c" in result.stderr
            assert all(line.startswith("EXERCISE") for line in result.stderr.splitlines())

    run(story())


def test_options_say_whom_it_is_for_and_what_is_wanted(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            first = (await birch.acts("say", "What do you see?"))["entry"]
            await alder.room.shows(first)
            told = await alder.acts(
                *("say", "Nothing.", "--to", "birch", "--post", "duty officer"),
                *("--reply", "readback", "--ref", "birch-0001", "--class", "inform"),
            )
            found = await alder.room.station.show(told["entry"])
            assert found.refs == (first,)
            fields = {each.name: each.value for each in found.line.words.fields}
            assert fields == {"to posts": "duty officer", "reply wanted": "readback"}
            for option, value, reason in (
                ("--to", "Cedar", "unknown-party"),
                ("--class", "gossip", "unknown-class"),
                ("--precedence", "soon", "unknown-precedence"),
                ("--mode", "live", "unknown-mode"),
                ("--reply", "please", "unknown-reply"),
                ("--ref", "ALDER 0099", "no-such-entry"),
            ):
                command = ("say", "x", "--officer", alder.key("first"), option, value)
                await refused(alder, reason, *command)

    run(story())


def test_two_officers_at_one_desk_release_what_wants_two(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            words = ("say", "We stay.", "--precedence", "priority", "--officer", alder.key("first"))
            assert "--draft FILE" in await refused(alder, "second-officer", *words)
            told = await alder.told(*words, "--officer", alder.key("second"))
            found = await alder.room.station.show(told["entry"])
            assert [each.name for each in found.signers] == ["first", "second"]
            assert found.line.verdict.word == "valid"

    run(story())


def test_an_emergency_release_is_told_before_and_marked_after(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            words = ("say", "Stop.", "--precedence", "flash", "--officer", alder.key("first"))
            result = await alder.type(*words)
            assert "EMERGENCY RELEASE: one officer" in result.stderr
            (line,) = await alder.room.lines()
            assert "emergency-release" in line.marks[0]

    run(story())


def test_a_draft_goes_from_desk_to_desk(tmp_path: Path) -> None:
    """Two keys, two files, the same bytes; the second officer sees all of it before he signs."""
    draft = tmp_path / "stay.draft"

    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            words = ("say", "We stay.", "--precedence", "priority", "--second", "second")
            told = await alder.acts(*words, "--draft", draft)
            assert told == {"draft": str(draft), "missing": [alder.room.officer("second").hex()]}
            assert await alder.room.lines() == ()
            await refused(alder, "draft-unfinished", "release", draft)
            await refused(alder, "not-a-signer", "sign", draft, "--officer", alder.key("marsh"))
            result = await alder.type("sign", draft, "--officer", alder.key("second"))
            assert "REAL     | We stay." in result.stderr
            assert "signed by first" in result.stderr
            told = await alder.told("release", draft)
            again = await alder.told("release", draft)
            assert (again["entry"], again["known"]) == (told["entry"], True)
            assert len(await alder.room.lines()) == 1

    run(story())


def test_a_draft_that_was_changed_is_refused(tmp_path: Path) -> None:
    """NT20."""
    draft, other = tmp_path / "stay.draft", tmp_path / "go.draft"

    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            second = ("--precedence", "priority", "--second", "second")
            await alder.acts("say", "We stay.", *second, "--draft", draft)
            await alder.acts("say", "We go.", *second, "--draft", other)
            parts = list(parse_file("draft", draft.read_bytes()))
            parts[2] = parse_file("draft", other.read_bytes())[2]
            draft.write_bytes(pack_file("draft", parts))
            await refused(alder, "draft-altered", "sign", draft, "--officer", alder.key("second"))
            with pytest.raises(JunkError):
                parse_draft(draft.read_bytes())
            parts = list(parse_file("draft", other.read_bytes()))
            parts[0] = parts[0][:-1] + b"\x02"
            other.write_bytes(pack_file("draft", parts))
            await refused(alder, "bad-signature", "sign", other, "--officer", alder.key("second"))

    run(story())


def test_a_draft_of_another_line_or_of_nobody_known_is_not_signed(tmp_path: Path) -> None:
    """Neither at the second officer's desk nor at the one that releases."""
    draft, other = tmp_path / "stay.draft", tmp_path / "go.draft"

    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            second = ("--precedence", "priority", "--second", "second")
            await alder.acts("say", "We stay.", *second, "--draft", draft)
            drafted = parse_draft(draft.read_bytes())
            (signature,) = drafted.signatures.values()
            for reason, changed in (
                ("other-line", {"line": bytes(32)}),
                ("unknown-officer", {"signatures": {bytes(32): signature}}),
            ):
                other.write_bytes(pack_draft(msgspec.structs.replace(drafted, **changed)))
                await refused(alder, reason, "sign", other, "--officer", alder.key("second"))
            other.write_bytes(pack_draft(msgspec.structs.replace(drafted, line=bytes(32))))
            await refused(alder, "other-line", "release", other)
            assert await alder.room.lines() == ()

    run(story())


def test_a_draft_needs_its_file_and_a_known_second(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            words = ("say", "We stay.", "--officer", alder.key("first"))
            await refused(alder, "draft-unnamed", *words, "--second", "second")
            await refused(alder, "unknown-officer", *words, "--second", "nobody")

    run(story())


def test_a_key_that_the_office_did_not_certify_signs_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            words = ("say", "I am one of yours.")
            await refused(alder, "unknown-officer", *words, "--officer", birch.key("first"))
            await refused(alder, "no-officer", *words)
            await refused(alder, "file-missing", *words, "--officer", alder.key("nobody"))

    run(story())


def test_a_translation_stands_beneath_the_original(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = (await alder.acts("say", "Good morning."))["entry"]
            await birch.room.shows(entry)
            words = ("translate", "ALDER 0001", "Bonjour.", "--language", "fr")
            await birch.acts(*words, "--stage", "official", by="second")
            await refused(
                *(birch, "unknown-stage", *words, "--stage", "perfect"),
                *("--officer", birch.key("second")),
            )
            (line,) = [e for e in await birch.room.lines() if e.number == "ALDER 0001"]
            assert [(e.language, e.stage, e.text) for e in line.renderings] == [
                ("fr", "official", "Bonjour.")
            ]

    run(story())


def test_a_command_waits_politely_while_the_station_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has been told once that there is no voice yet, and asks again, before anybody orders."""
    asked: list[bool] = []

    async def story() -> None:
        async with lone_desk(tmp_path) as alder:
            voice = alder.room.station.voice

            async def counted(mode: Mode, seconds: float) -> Voice:
                asked.append(True)
                return await voice(mode, 0.0 if len(asked) == 1 else seconds)

            monkeypatch.setattr(alder.room.station, "voice", counted)
            typing = asyncio.create_task(
                alder.type("say", "At last.", "--officer", alder.key("first"))
            )
            await alder.room.until(lambda: len(asked) > 1 or typing.done())
            both = order_by(alder.room, Action.RESUME, "first", "second")
            await alder.room.station.order(both)
            result = await typing
            assert result.exit_code == 0, result.output
            assert "has just started" in result.stderr
            assert result.stdout.startswith("REAL ALDER 0001")

    run(story())


def test_without_a_station_there_is_no_talk(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            nothing = ("say", "x", "--officer", alder.key("first"), "--station", tmp_path)
            await refused(alder, "file-missing", *nothing)

    run(story())
    result = typer_result("say", "x")
    assert "[no-station-named]" in result


def typer_result(*words: str) -> str:
    """What a command says where no station is named."""
    return typer.testing.CliRunner(env={"BACKCHANNEL_STATION": None}).invoke(app, words).output


def test_a_text_that_contradicts_its_mode_is_held_until_it_has_a_reason(tmp_path: Path) -> None:
    """NOTICE-92: then it goes, and both desks mark it."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            text = ("say", "Missile inbound. This is not a drill.", "--mode", "exercise")
            await refused(alder, "mode-mixed", *text, "--officer", alder.key("first"))
            said = await alder.acts(*text, "--despite", "part of the script")
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                shown = " ".join((await desk.done("show", said["entry"][:12])).split())
                assert 'CONTRADICTS ITS MODE: EXERCISE, and it says "not a drill"' in shown
                assert "they say why: part of the script" in shown
            await alder.acts("say", "This is not a drill.")

    run(story())
