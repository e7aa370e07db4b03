"""Disclosing from a terminal: what is asked, what is written, what is refused and why."""

import json
from pathlib import Path

import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.proof.stranger import stranger
from tests.station.house import agreed, run
from tests.station.test_disclosing import cast_with_envoy

from backchannel.cli.disclose import labels_of, preview_lines
from backchannel.errors import OfficerError
from backchannel.station.reports import FieldsReport, Openable

pytestmark = pytest.mark.usefixtures("quick_seals")

REPORT = FieldsReport(
    "ab" * 32,
    "EXERCISE",
    "ALDER EX 0001",
    "Alder",
    (
        Openable(1, "duress", "", absent=False),
        Openable(2, "language", "en", absent=False),
        Openable(3, "to posts", "", absent=True),
        Openable(21, "text", "Good\x1b morning.", absent=False),
    ),
    ("Okafor",),
    "after consent",
)


async def said(alder: Desk, birch: Desk) -> str:
    """Something was said, and both rooms hold it; the entry."""
    told = await alder.acts("say", "Keep this.")
    await agreed(alder.room, birch.room)
    return str(told["entry"])


def test_an_officer_with_the_power_writes_the_file(tmp_path: Path) -> None:
    """PROOF-33: and both records say so."""

    async def story() -> None:
        async with desks(tmp_path, cast_with_envoy()) as (alder, birch):
            await said(alder, birch)
            out = tmp_path / "keep.disclosure"
            words = ("disclose", "ALDER 0001", "--out", out, "--purpose", "for the court")
            result = await alder.type(*words, "--officer", alder.key("envoy"), "--yes")
            assert result.exit_code == 0, result.output
            assert "REAL ALDER 0001 of Alder. Opened:\n  2 language: en\n" in result.stderr
            assert "  21 text: Keep this.\n" in result.stderr
            assert "Hidden:\n  1 duress\n" in result.stderr
            found = stranger(out.read_bytes())
            assert found.fields()[21] == "Keep this."
            assert 1 not in found.fields() and len(found.fields()) == 20
            assert out.stat().st_mode & 0o077 == 0
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                line = "REAL       ! Alder disclosed fields 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,"
                assert line in await desk.done("log")
                assert "disclosed  Alder disclosed fields 2, " in await desk.done(
                    "show", "ALDER 0001"
                )

    run(story())


def test_fields_are_named_by_label_or_name(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path, cast_with_envoy()) as (alder, birch):
            entry = await said(alder, birch)
            out = tmp_path / "one.disclosure"
            words = ("disclose", entry, "--out", out, "--field", "language", "--field", "1")
            told = await alder.acts(*words, "--yes", by="envoy")
            assert told == {"file": str(out), "bytes": out.stat().st_size, "labels": [1, 2]}
            assert stranger(out.read_bytes()).fields() == {1: 0, 2: "en"}

    run(story())


def test_what_is_refused_says_why_and_writes_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path, cast_with_envoy()) as (alder, birch):
            entry = await said(alder, birch)
            out = tmp_path / "none.disclosure"
            by = ("--out", out, "--officer", alder.key("envoy"), "--yes")
            await refused(alder, "no-such-entry", "disclose", "ALDER 0413", *by)
            await refused(alder, "no-such-entry", "disclose", "00" * 32, *by)
            await refused(alder, "not-an-id", "disclose", "that one", *by)
            await refused(alder, "no-such-field", "disclose", entry, *by, "--field", "body")
            await refused(alder, "no-such-field", "disclose", entry, *by, "--field", "22")
            await refused(alder, "purpose-too-long", "disclose", entry, *by, "--purpose", "x" * 201)
            await refused(alder, "no-officer", "disclose", entry, "--out", out)
            other = ("--out", out, "--officer", alder.key("first"), "--yes")
            await refused(alder, "may-not-disclose", "disclose", entry, *other)
            theirs = ("--out", out, "--officer", birch.key("first"), "--yes")
            await refused(birch, "may-not-disclose", "disclose", entry, *theirs)
            custody = alder.room.runner.custody
            with custody.database.transaction():
                custody.database.rows("DELETE FROM keeping")
                custody.database.rows("DELETE FROM content_key")
                custody.database.rows("DELETE FROM content")
            await refused(alder, "no-content", "disclose", entry, *by)
            assert not out.exists()
            out.write_bytes(b"precious")
            await refused(alder, "file-exists", "disclose", entry, *by)
            assert out.read_bytes() == b"precious"
            log = json.loads(await alder.done("log", "--json"))
            assert [line["disclosed"] for line in log["lines"]] == [[]]

    run(story())


def test_the_duress_mark_is_opened_by_its_label_alone() -> None:
    """RECORD-26: neither by default nor by its name."""
    assert labels_of(REPORT, None) == (2, 3, 21)
    assert labels_of(REPORT, ["21", "text", "1"]) == (1, 21)
    with pytest.raises(OfficerError, match="got 'duress', this statement has 1 duress, 2 language"):
        labels_of(REPORT, ["duress"])


def test_what_is_opened_and_hidden_is_shown_before_anybody_is_asked() -> None:
    assert preview_lines(REPORT, (1, 3, 21))[:8] == [
        "EXERCISE ALDER EX 0001 of Alder. Opened:",
        "  1 duress: THE DURESS MARK ITSELF",
        "  21 text: Good\\x1b morning.",
        "  and of 1 fields that they are empty",
        "Hidden:",
        "  2 language",
        preview_lines(REPORT, (1, 3, 21))[6],
        "The charter says of third parties: after consent",
    ]
    assert "  and of 1 fields whether they are empty" in preview_lines(REPORT, (2, 21))
