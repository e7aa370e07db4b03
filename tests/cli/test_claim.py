"""A public claim held against the record at a terminal, and shown to a stranger."""

from pathlib import Path

import pytest
from tests.cli.desks import desks, quick_seals  # noqa: F401
from tests.cli.test_readout import keys
from tests.cli.test_say import refused
from tests.station.house import agreed, run
from tests.station.test_disclosing import cast_with_envoy
from tests.verifier.judging import ROOTS

pytestmark = pytest.mark.usefixtures("quick_seals")

TEXT = "Our exercise stays south of the line. Nobody will cross it."
CLAIM = (
    *("--source", "Birch's ministry, 2 December", "--confirmed", "Nobody will cross it."),
    *("--contradicted", "They plan to cross.", "--record", "Nobody will cross it."),
    *("--not-in-record", "They apologised."),
)


def test_a_claim_is_held_against_the_record_and_a_stranger_sees_it(tmp_path: Path) -> None:
    """PROOF-164, PROOF-167 to PROOF-170."""

    async def story() -> None:
        async with desks(tmp_path, cast_with_envoy()) as (alder, birch):
            entry = (await alder.acts("say", TEXT))["entry"]
            await agreed(alder.room, birch.room)
            found = await birch.told("claim", "ALDER 0001", *CLAIM, *keys(birch))
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                text = await desk.done("log")
                assert "! found: Nobody will cross it. - confirmed by ALDER 0001\n" in text
                assert (
                    "! found: They plan to cross. - contradicted by ALDER 0001, where it says: "
                    in (text)
                )
                assert "! found: They apologised. - not-in-record by ALDER 0001\n" in text
            out, trusted = tmp_path / "claim.bcd", tmp_path / "roots.txt"
            trusted.write_text(ROOTS)
            by = ("--out", out, "--officer", alder.key("envoy"), "--yes")
            await alder.done("disclose", entry, "--beside", found["entry"], *by)
            result = await alder.type("verify", out, "--roots", trusted)
            for n, told in (
                (1, "found by Birch (first, marsh): it stands in field 21, sentence 2, of Alder"),
                (2, "that this contradicts it is the word of Birch (first, marsh)"),
                (3, "it stands nowhere in this entry; no other entry was looked at"),
            ):
                (line,) = (x for x in result.stdout.splitlines() if x.startswith(f"  finding-{n} "))
                assert "  PROVEN " in line and told in line
            asked = ("--ask", "finding-1", "finding-2")
            code = (await alder.type("verify", out, "--roots", trusted, *asked[:2])).exit_code
            assert code == 0

    run(story())


def test_what_the_words_do_not_bear_out_is_refused(tmp_path: Path) -> None:
    """PROOF-169: nothing is signed."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await alder.acts("say", TEXT)
            await agreed(alder.room, birch.room)
            about = ("claim", "ALDER 0001", *keys(birch), "--source", "a paper")
            await refused(birch, "nothing-found", *about)
            await refused(birch, "not-quoted", *about, "--confirmed", "nobody will cross it.")
            await refused(birch, "not-quoted", *about, "--confirmed", "cross it.")
            await refused(birch, "quoted", *about, "--not-in-record", "Nobody will cross it.")
            await refused(birch, "one-for-one", *about, "--contradicted", "They cross.")
            two = ("--contradicted", "They cross.", "--record", TEXT)
            await refused(birch, "one-for-one", *about, *two)
            other = ("--contradicted", "They cross.", "--record", "Nobody crossed.")
            await refused(birch, "not-quoted", *about, *other)
            assert len((await birch.told("log"))["lines"]) == 1

    run(story())
