"""Answers by field from a terminal: what a form leaves to the other party, numbered questions."""

from pathlib import Path

import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.forms import QUERY, SITE, STRIKE, Fields, learns, sent, two, write
from tests.cli.test_say import refused
from tests.station.house import run, rungs

pytestmark = pytest.mark.usefixtures("quick_seals")

LISTED: Fields = {15: "yes", 16: "NL-204", 17: "2026-11-22T12:00:00Z"}


def answering(desk: Desk, form: str, fields: Fields) -> tuple[object, ...]:
    """The command that answers ALDER 0001 by fields."""
    file = write(desk.folder / "answer.toml", form, fields)
    return ("answer", "ALDER 0001", "--fields", file)


async def asked(alder: Desk, birch: Desk) -> str:
    """A query of Alder that Birch holds; its entry."""
    entry = str((await sent(alder, "T09", QUERY))["entry"])
    await birch.room.shows(entry)
    return entry


def test_a_form_is_answered_in_its_own_fields(tmp_path: Path) -> None:
    """NOTICE-69: one officer lists the site; both rooms see both columns of the form."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            said = await sent(alder, "T03", SITE)
            await birch.room.shows(said["entry"])
            blank = await birch.done("answer", "ALDER 0001", "--blank")
            assert "# 15 listed" in blank and "# 3 function now" not in blank
            told = await birch.acts(*answering(birch, "T03", LISTED), by="marsh")
            there = await learns(alder, said["entry"], told["entry"])
            (reply,) = there.matter.replies
            assert (reply.form, reply.verdict) == ("T03/1", "valid")
            assert reply.fields == (
                ("15 listed", "yes"),
                ("16 list reference", "NL-204"),
                ("17 passed to operating level at", "2026-11-22T12:00:00Z"),
            )
            assert "decided" in rungs(there.line)
            shown = await alder.done("show", "ALDER 0001")
            assert "answered   T03/1 by marsh (duty officer), Birch" in shown
            assert "15 listed: yes" in await alder.done("log")

    run(story())


def test_what_a_form_asks_under_a_condition_is_asked_for(tmp_path: Path) -> None:
    """NOTICE-68: listed needs its reference, not listed the reason."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            said = await sent(alder, "T03", SITE)
            await birch.room.shows(said["entry"])
            officer = ("--officer", birch.key("marsh"))
            for fields, missing in (({**LISTED, 16: ""}, 16), ({15: "no", 17: LISTED[17]}, 18)):
                words = answering(birch, "T03", fields)
                told = await refused(birch, "field-missing", *words, *officer)
                assert f"T03/1 field {missing} " in told

    run(story())


def test_a_query_is_answered_by_its_numbers_and_a_part_says_so(tmp_path: Path) -> None:
    """NOTICE-70, NOTICE-71: partial is partial on both screens until the rest has come."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await asked(alder, birch)
            blank = await birch.done("answer", "ALDER 0001", "--blank")
            assert "# question 2: Where does it go?" in blank
            assert '1 = ["", ["1", "2", "5"]]' in blank
            part: Fields = {
                1: ["", ["1"]],
                2: ["partial", "The second brigade."],
                5: [["2", "We ask our command."]],
                6: "2026-11-23T10:00:00Z",
            }
            told = await birch.told(*answering(birch, "T17", part), *two(birch))
            there = await learns(alder, entry, told["entry"])
            (left,) = there.matter.unanswered
            assert left.questions == ((2, "We ask our command."), (5, ""))
            assert "decided" not in rungs(there.line)
            shown = await alder.done("show", "ALDER 0001")
            assert "partial    Birch: 2, 5 not answered" in shown
            assert "2: We ask our command." in shown and "5: no reason given" in shown
            assert '1 = ["", ["2", "5"]]' in await birch.done("answer", "ALDER 0001", "--blank")
            rest: Fields = {2: ["answer", "North, until noon."]}
            told = await birch.told(*answering(birch, "T17", rest), *two(birch))
            there = await learns(alder, entry, told["entry"])
            assert there.matter.replies[1].answered == (2, 5)
            assert there.matter.unanswered[0].questions == ()
            assert "decided" in rungs(there.line)
            assert "not answered" not in await alder.done("show", "ALDER 0001")

    run(story())


def test_a_full_answer_decides_and_a_declined_question_is_told(tmp_path: Path) -> None:
    """NOTICE-70, NOTICE-71."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await asked(alder, birch)
            full: Fields = {2: ["answer", "The second brigade, north, until noon."]}
            told = await birch.told(*answering(birch, "T17", full), *two(birch))
            there = await learns(alder, entry, told["entry"])
            assert "decided" in rungs(there.line)
            assert there.matter.replies[0].answered == (1, 2, 5)
            no: Fields = {2: ["decline", "We do not speak of units."]}
            told = await alder.told("say", "Thank you.", "--officer", alder.key("first"))
            await birch.room.shows(told["entry"])
            file = write(birch.folder / "no.toml", "T17", no)
            told = await birch.told("answer", "ALDER 0002", "--fields", file, *two(birch))
            there = await learns(alder, entry, told["entry"])
            entry = await asked_again(alder, birch)
            told = await birch.told("answer", "ALDER 0003", "--fields", file, *two(birch))
            there = await learns(alder, entry, told["entry"])
            assert there.matter.unanswered[0].declined == (1, 2, 5)
            assert "declined   Birch: 1, 2, 5" in await alder.done("show", "ALDER 0003")

    run(story())


async def asked_again(alder: Desk, birch: Desk) -> str:
    """Another query of Alder that Birch holds."""
    entry = str((await sent(alder, "T09", QUERY))["entry"])
    await birch.room.shows(entry)
    return entry


@pytest.mark.parametrize(
    ("form", "fields", "reason"),
    [
        ("T17", {1: ["", ["1"]], 2: ["answer", "x"]}, "answer-partial"),
        ("T17", {1: ["", ["1"]], 2: ["partial", "x"]}, "field-missing"),
        ("T17", {1: ["", ["3"]], 2: ["answer", "x"]}, "unknown-question"),
        ("T17", {1: ["0" * 64, ["1"]], 2: ["answer", "x"]}, "answer-about"),
        ("T17", {1: "all", 2: ["answer", "x"]}, "answer-about"),
        ("T17", {2: ["answer", "x"], 5: [["2", "y"]]}, "question-answered"),
        ("T03", {15: "yes"}, "form-differs"),
        ("T06", {1: "strike"}, "form-differs"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(
    tmp_path: Path, form: str, fields: Fields, reason: str
) -> None:
    """NOTICE-70: nothing is signed, and the text says which question or field."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await asked(alder, birch)
            await refused(birch, reason, *answering(birch, form, fields), *two(birch))

    run(story())


def test_our_own_query_is_not_ours_to_answer(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await asked(alder, birch)
            words = answering(alder, "T17", {2: ["answer", "x"]})
            await refused(alder, "whose-statement", *words, *two(alder))
            await refused(birch, "answer-blank", "answer", "ALDER 0001", *two(birch))

    run(story())


def test_a_form_without_an_answer_is_not_complied_with(tmp_path: Path) -> None:
    """NOTICE-62: T09 has no comply; it is answered by a reply."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await asked(alder, birch)
            officer = ("--officer", birch.key("marsh"))
            words = ("decide", "ALDER 0001", "will-comply")
            told = await refused(birch, "relation-form", *words, *officer)
            assert "T09/1 has no comply" in told
            await birch.done("decide", "ALDER 0001", "decision-by", *officer,
                             "--by", "2026-11-23T10:00:00Z")  # fmt: skip

    run(story())


def test_who_was_told_is_on_the_record_of_both_rooms(tmp_path: Path) -> None:
    """NOTICE-72: post, time and acknowledgement, by the word of each party about itself."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            told = ("--told", "minister; 2026-11-22T13:00:00Z; 2026-11-22T13:05:00Z")
            said = await sent(alder, "T06", STRIKE, *told)
            there = await birch.room.shows(said["entry"])
            assert [each.post for each in there.matter.informed] == ["minister"]
            officer = ("--officer", birch.key("marsh"))
            passed = ("passed", "ALDER 0001", *officer)
            for wrong, reason in (
                (("--at", "2026-12-01T00:00:00Z"), "passed-ahead"),
                (("--told", "battery; noon"), "bad-moment"),
                (("--told", " ; 2026-11-22T13:00:00Z"), "field-value"),
                (("--told", "a; " + "; ".join(["2026-11-22T13:00:00Z"] * 3)), "field-value"),
                (("--told", "a; 2026-11-22T13:00:00Z; 2026-11-22T12:00:00Z"), "informed-order"),
                (("--told", "a") * 65, "informed-too-many"),
            ):
                await refused(birch, reason, *passed, *wrong)
            at = ("--at", "2026-11-22T13:20:00Z", "--told", "battery 3; 2026-11-22T13:20:00Z")
            await birch.done(*passed, *at)
            there = await alder.room.reaches(said["entry"], "passed")
            assert there.line.ladders[0].top == "passed"
            later = await birch.acts("inform", "ALDER 0001", "chief of staff", by="marsh")
            there = await learns(alder, said["entry"], later["entry"])
            assert [(each.party, each.post) for each in there.matter.informed] == [
                ("Alder", "minister"),
                ("Birch", "battery 3"),
                ("Birch", "chief of staff"),
            ]
            shown = " ".join((await alder.done("show", "ALDER 0001")).split())
            assert (
                "Alder, minister: told 2026-11-22T13:00:00Z, acknowledged 2026-11-22T13:05:00Z"
                in shown
            )
            assert "Birch, chief of staff: told at a time not stated, not acknowledged" in shown
            log = await alder.done("log")
            assert "informed: battery 3, told 2026-11-22T13:20:00Z" in log

    run(story())
