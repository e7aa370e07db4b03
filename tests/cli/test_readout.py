"""Read-outs at two terminals: proposed, signed, dissented from, refused, shown side by side."""

from pathlib import Path
from typing import Any

import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import agreed, run
from tests.station.test_disclosing import cast_with_envoy
from tests.verifier.judging import ROOTS

pytestmark = pytest.mark.usefixtures("quick_seals")

AGREED = "The two rooms spoke for twelve minutes. Neither exercise will cross the line."
OURS = "We asked about the balloon."
THEIRS = "We said that the balloon is a weather balloon."


async def proposed(desk: Desk, other: Desk, *options: object) -> str:
    """A read-out that the other room holds; its entry."""
    told = await desk.told("readout", "propose", *options, *keys(desk))
    await other.room.shows(told["entry"])
    return str(told["entry"])


def keys(desk: Desk) -> tuple[object, ...]:
    """Two officers of a room: the form asks for two in each party."""
    return ("--officer", desk.key("first"), "--officer", desk.key("marsh"))


async def standpoints(desk: Desk, entry: str) -> list[tuple[str, str, str]]:
    """Who stands how to a read-out, and what each says alone."""
    found: dict[str, Any] = await desk.told("readout", "show", entry)
    return [(each["party"], each["how"], each["own"]) for each in found["parties"]]


def test_a_read_out_is_signed_by_both_and_shown_side_by_side(tmp_path: Path) -> None:
    """PROOF-160 to PROOF-163: what is signed includes what it gives as one's own."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await alder.acts("say", "Our exercise stays south of the line.")
            own = ("--own", f"Alder={OURS}", "--own", f"Birch={THEIRS}")
            entry = await proposed(alder, birch, "--ref", "ALDER 0001", "--agreed", AGREED, *own)
            for desk in (alder, birch):
                found = await desk.told("readout", "show", "ALDER 0002")
                assert (found["signed_by_all"], found["agreed"]) == (False, AGREED)
                assert found["about"] == ["ALDER 0001"]
                assert await standpoints(desk, entry) == [
                    ("Alder", "proposed", OURS),
                    ("Birch", "", ""),
                ]
            by = ("--officer", birch.key("marsh"))
            await refused(birch, "second-officer", "readout", "agree", entry[:8], *by)
            result = await birch.type("readout", "agree", entry[:8], *keys(birch))
            assert result.exit_code == 0, result.output
            assert "PUT FORWARD, NOT AGREED BY ALL" in result.stderr
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                assert await standpoints(desk, entry) == [
                    ("Alder", "proposed", OURS),
                    ("Birch", "signed", THEIRS),
                ]
                text = await desk.done("readout", "show", entry)
                assert "REAL     AGREED by all:\nREAL       | The two rooms spoke" in text
                assert "Alder put it forward: first and marsh (duty officer), 2" in text
                assert "Birch SIGNED the agreed text: first and marsh (duty officer), 2" in text
                (row,) = [line for line in text.splitlines() if "We asked about" in line]
                assert row.index("We asked about") < row.index(" | ") < row.index("We said that")
                assert "Alder ALONE says:" in text and "Birch ALONE says:" in text
                assert "signatures or recorded dissent: party: Birch; how: signed" in (
                    await desk.done("log")
                )

    run(story())


def test_a_party_lays_its_own_text_beside_the_agreed_one(tmp_path: Path) -> None:
    """PROOF-161 to PROOF-163: what the author wrote in its name is then not its own."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            own = ("--own", f"Alder={OURS}", "--own", "Birch=We apologised.")
            entry = await proposed(alder, birch, "--agreed", AGREED, *own)
            await birch.told("readout", "dissent", "ALDER 0001", THEIRS, *keys(birch))
            await agreed(alder.room, birch.room)
            wanted = [("Alder", "proposed", OURS), ("Birch", "signed-with-dissent", THEIRS)]
            for desk in (alder, birch):
                assert await standpoints(desk, entry) == wanted
                assert (await desk.told("readout", "show", entry))["signed_by_all"] is True

    run(story())


def test_a_disagreement_is_recorded_with_both_texts(tmp_path: Path) -> None:
    """PROOF-162: refused is not agreed, and the first answer counts."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            own = ("--own", f"Alder={OURS}", "--own", "Birch=We apologised.")
            entry = await proposed(alder, birch, "--agreed", AGREED, *own)
            await birch.told("readout", "refuse", entry, *keys(birch))
            await agreed(alder.room, birch.room)
            assert await standpoints(alder, entry) == [
                ("Alder", "proposed", OURS),
                ("Birch", "refused", ""),
            ]
            text = await alder.done("readout", "show", entry)
            assert "PUT FORWARD, NOT AGREED BY ALL" in text
            assert "in its name, which it has not signed:\nREAL         | We apologised." in text
            assert "Alder ALONE says:" in text and "Birch ALONE says:" not in text
            assert "Birch REFUSED the agreed text" in text
            await refused(birch, "already-answered", "readout", "agree", entry, *keys(birch))
            bare = await proposed(birch, alder, "--own", f"Birch={THEIRS}", "--ref", entry)
            await refused(alder, "no-agreed-text", "readout", "agree", bare, *keys(alder))
            await alder.told("readout", "refuse", bare, OURS, *keys(alder))
            text = await alder.done("readout", "show", bare)
            assert "NO AGREED TEXT" in text and "We asked about the balloon." in text

    run(story())


def test_what_is_no_read_out_is_refused(tmp_path: Path) -> None:
    """PROOF-160."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            entry = (await alder.acts("say", "A message."))["entry"]
            await birch.room.shows(entry)
            await refused(birch, "no-readout", "readout", "show", entry)
            await refused(birch, "no-readout", "readout", "agree", entry, *keys(birch))
            own = ("readout", "propose", "--own", f"Cedar={OURS}")
            await refused(alder, "own-text", *own, *keys(alder))
            mine = await proposed(alder, birch, "--agreed", AGREED)
            await refused(alder, "whose-statement", "readout", "agree", mine, *keys(alder))
            form = tmp_path / "t01.toml"
            form.write_text('form = "T01"\n[fields]\n')
            await refused(alder, "form-differs", "readout", "propose", form, *keys(alder))
            form.write_text(f'form = "T19"\n[fields]\n6 = "nothing"\n7 = "{AGREED}"\n')
            filled = await alder.told("readout", "propose", form, *keys(alder))
            found = await alder.told("show", filled["entry"])
            values = {each["name"]: each["value"] for each in found["line"]["words"]["fields"]}
            assert (values["6 not agreed"], values["5 promises"]) == ("nothing", "unknown")

    run(story())


def test_a_stranger_sees_which_text_was_agreed_and_what_one_alone_says(tmp_path: Path) -> None:
    """PROOF-164 to PROOF-168: a file of two fields and the answer, which both records tell of."""

    async def story() -> None:
        async with desks(tmp_path, cast_with_envoy()) as (alder, birch):
            own = ("--own", f"Alder={OURS}", "--own", "Birch=We apologised.")
            entry = await proposed(alder, birch, "--agreed", AGREED, *own)
            answer = await birch.told("readout", "dissent", entry, THEIRS, *keys(birch))
            await agreed(alder.room, birch.room)
            await alder.acts("minute")
            await agreed(alder.room, birch.room)
            out, trusted = tmp_path / "readout.bcd", tmp_path / "roots.txt"
            by = ("--out", out, "--officer", alder.key("envoy"), "--yes")
            await refused(alder, "not-beside", "disclose", answer["entry"], "--beside", entry, *by)
            told = await alder.type("readout", "disclose", entry, "--purpose", "press", *by)
            assert told.exit_code == 0, told.output
            assert (
                "Beside it entry " in told.stderr
                and f"how: signed-with-dissent; text: {THEIRS}" in told.stderr
            )
            trusted.write_text(ROOTS)
            quotes = ("--quote", AGREED, "--quote", "We apologised.")
            result = await alder.type("verify", out, "--roots", trusted, *quotes)
            assert "agreed       PROVEN      PROOF-165" in result.stdout
            assert "signed by Alder (first, marsh) and by Birch (first, marsh)" in result.stdout
            assert "own-words    PROVEN      PROOF-166" in result.stdout
            assert f"also: Alder alone: {OURS}" in result.stdout
            assert f"also: Birch alone: {THEIRS}" in result.stdout
            assert "Birch alone: We apologised." not in result.stdout
            assert (
                "quote-2      PROVEN      PROOF-168  it stands in field 27, sentence 2, of Alder"
                in (result.stdout)
            )
            assert (
                "it stands in field 28, place 2, place 2 (Birch), sentence 1, of Alder ("
                in result.stdout
            )
            assert "what stays hidden" in result.stdout.lower() and "25 promises" in result.stdout
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                assert "Alder disclosed fields 2, 27, 28 at" in await desk.done("show", entry)
                text = await desk.done("show", answer["entry"])
                assert "Alder disclosed fields 2, 29 at" in text and ": press" in text

    run(story())
