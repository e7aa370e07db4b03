"""The questions of oversight from a terminal: an account of a statement, and the promises."""

from pathlib import Path

import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.forms import PROMISES, REASSURANCE, Fields, learns, sent, two, write
from tests.cli.test_say import refused
from tests.station.house import run

pytestmark = pytest.mark.usefixtures("quick_seals")

CROSS, CALL = PROMISES[0][0], PROMISES[1][0]


async def promised(alder: Desk, birch: Desk, *options: object) -> str:
    """A reassurance of Alder that Birch holds; its entry."""
    entry = str((await sent(alder, "T08", REASSURANCE, *options))["entry"])
    await birch.room.shows(entry)
    return entry


async def states(desk: Desk, *options: object) -> dict[str, str]:
    """What has become of each promise, by its text."""
    found = await desk.told("promises", *options)
    return {each["text"]: each["state"] for each in found["promises"]}


def test_an_account_answers_the_five_questions(tmp_path: Path) -> None:
    """NOTICE-75: words, authority, present, informed, promised; and where the record is silent."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            told = ("--told", "minister; 2026-11-22T13:00:00Z; 2026-11-22T13:05:00Z")
            entry = await promised(alder, birch, *told)
            officer = ("--officer", birch.key("marsh"))
            wrong = ("ack", "ALDER 0001", "--present", "cook", *officer)
            await refused(birch, "unknown-presence", *wrong)
            await birch.done("ack", "ALDER 0001", "--present", "minister", *officer)
            await alder.room.reaches(entry, "acknowledged")
            found = await alder.told("account", "ALDER 0001")
            assert found["authority"] == [
                "post: chief of staff; role: approved; time: 2026-11-22T10:00:00Z"
            ]
            assert [each["name"] for each in found["signers"]] == ["first", "second"]
            assert [(each["party"], each["who"]) for each in found["present"]] == [
                ("Birch", "minister")
            ]
            assert [each["rung"] for each in found["learnt"]] == ["held", "acknowledged"]
            assert [each["post"] for each in found["informed"]] == ["minister"]
            assert [each["text"] for each in found["promised"]] == [CROSS, CALL]
            assert found["silent"] == []
            page = await alder.done("account", entry[:8])
            for words in (
                "3 what we are not doing or do not intend: We do not intend to cross.",
                "AUTHORITY",
                "granted by roots",
                "Birch: minister; by the word of marsh (duty officer)",
                "Birch: acknowledged ",
                "Alder, minister: told 2026-11-22T13:00:00Z",
                "OPEN        ALDER 0001 promise 1 of Alder to Birch",
                "owner chief of watch; expires 2026-12-31T00:00:00Z",
                "may be withdrawn: by notice, 2 d ahead",
                "scope: the coast brigade",
            ):
                assert words in page, words

    run(story())


def test_an_account_says_where_the_record_is_silent(tmp_path: Path) -> None:
    """NOTICE-75: of a message nobody answered, four of five."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            told = await birch.acts("say", "We stay south of 35 54 N.")
            await birch.told("correct", told["entry"][:8], "54", "45", *two(birch))
            found = await birch.told("account", told["entry"][:8])
            assert len(found["silent"]) == 4
            page = await birch.done("account", told["entry"][:8])
            assert "| We stay south of 35 54 N." in page
            assert "as corrected since:" in page and "| We stay south of 35 45 N." in page
            assert "! CORRECTED" in page
            assert "Nobody is named as present but those who signed." in page
            await refused(alder, "no-such-entry", "account", "ALDER 0413")

    run(story())


def test_a_promise_is_open_until_it_expires(tmp_path: Path) -> None:
    """NOTICE-74."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await promised(alder, birch)
            assert await states(birch) == {CROSS: "open", CALL: "open"}
            birch.room.clock.later_s += 60 * 86_400
            assert await states(birch) == {CROSS: "expired", CALL: "open"}
            assert await states(birch, "--state", "expired") == {CROSS: "expired"}
            assert await states(birch, "--mode", "test") == {}
            await refused(birch, "unknown-state", "promises", "--state", "kept")

    run(story())


def test_a_promise_is_withdrawn_with_its_notice(tmp_path: Path) -> None:
    """NOTICE-74: two days ahead as the promise itself says; the register names the entry."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await promised(alder, birch)
            made = (await alder.told("discontinue", "ALDER 0001", *two(alder)))["entry"]
            await learns(birch, entry, made)
            assert await states(birch) == {CROSS: "open", CALL: "withdrawn"}
            page = await birch.done("promises")
            assert f"end-early at 2026-11-22T13:43:2{''}" in page
            assert f"by first and second [{made[:12]}]" in page
            assert "it holds until 2026-11-24T13:43:2" in page
            birch.room.clock.later_s += 3 * 86_400
            assert await states(birch) == {CROSS: "withdrawn", CALL: "withdrawn"}

    run(story())


def test_one_promise_is_withdrawn_by_correcting_it_away(tmp_path: Path) -> None:
    """NOTICE-73, NOTICE-74: the other stands, with a longer expiry; a third is added."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = await promised(alder, birch)
            longer = [*PROMISES[0][:2], "2027-12-31T00:00:00Z", *PROMISES[0][3:]]
            rows: Fields = {7: [longer, ["We will tell you the end.", "duty officer", "", "", ""]]}
            file = write(alder.folder / "change.toml", "T08", rows)
            words = ("correct", "ALDER 0001", "--fields", file, *two(alder))
            made = (await alder.told(*words))["entry"]
            await learns(birch, entry, made)
            assert await states(birch) == {
                CROSS: "open", CALL: "withdrawn", "We will tell you the end.": "open",
            }  # fmt: skip
            found = (await birch.told("promises"))["promises"]
            assert [each["expiry"] for each in found] == [1830211200, None, None]
            assert found[1]["ended"]["entry"] == made

    run(story())


def test_a_promise_that_is_said_anew_is_withdrawn_where_it_stood(tmp_path: Path) -> None:
    """NOTICE-74: an update supersedes the notice, and the recall after it changes no first word."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await promised(alder, birch)
            update = ("--relation", "update", "--ref", "ALDER 0001")
            entry = (await sent(alder, "T08", {**REASSURANCE, 7: "none"}, *update))["entry"]
            await birch.room.shows(entry)
            found = (await birch.told("promises"))["promises"]
            assert [each["ended"]["how"] for each in found] == ["update", "update"]
            assert found[0]["ended"]["entry"] == entry

    run(story())
