"""Copies from a terminal: printed, written, handed on, and files that fill in a form."""

import hashlib
import json
from pathlib import Path

import pytest
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.notice.copies.originals import CIRCLE, HARBOUR, LAUNCH, TRIANGLE, WINDOW, drill
from tests.notice.copies.test_capin import cap
from tests.station.house import agreed, run
from tests.station.takers import notified, taker
from typer.testing import CliRunner

from backchannel.charter.handling import Handling
from backchannel.cli.blank import read_filled
from backchannel.cli.main import app
from backchannel.notice.catalogue import form_named
from backchannel.notice.copies.formats import write_copy
from backchannel.notice.filling import fill
from backchannel.station.hooks import read_hooks

pytestmark = pytest.mark.usefixtures("quick_seals")

SITE_FORM = """form = "T03"
[fields]
1 = ["Relief", "agency"]
2 = "KX-17"
3 = "hospital"
4 = ["15.50000N 032.56000E within 20m survey"]
5 = ["duty officer", "survey", "2026-12-01T09:00:00Z"]
10 = ["2026-12-01T10:00:00Z to 2026-12-01T14:00:00Z"]
11 = "duty officer"
"""


async def sent(alder: Desk, birch: Desk, *words: str) -> str:
    """Alder sends a notice of a site from its desk; the entry."""
    file = alder.folder / "site.toml"
    file.write_text(SITE_FORM)
    second = ("--officer", alder.key("second"))
    told = await alder.acts("notice", file, "--yes", *second, *words)
    await agreed(alder.room, birch.room)
    return str(told["entry"])


def test_a_notice_is_printed_or_written_in_another_format(tmp_path: Path) -> None:
    """NOTICE-100: by its number, as data."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await sent(alder, birch, "--handling", "green")
            printed = await birch.done("convert", "ALDER 0001", "--as", "geojson")
            assert len(json.loads(printed)["features"]) == 1
            out = tmp_path / "site.kml"
            words = ("convert", "ALDER 0001", "--as", "kml", "-o", out)
            assert await birch.done(*words) == f"{out}\n"
            assert out.read_bytes().startswith(b"<?xml")
            await refused(birch, "file-exists", *words)
            told = await birch.told("convert", "ALDER 0001", "--as", "ical")
            digest = hashlib.sha256(told["text"].encode()).hexdigest()
            assert (told["format"], told["sha256"]) == ("ical", digest)
            out.unlink()
            assert (await birch.told(*words))["file"] == str(out)
            assert "lane and handling: TLP:GREEN" in await birch.done("show", "ALDER 0001")

    run(story())


def test_what_has_no_copy_is_refused_with_its_reason(tmp_path: Path) -> None:
    """NOTICE-102, NOTICE-104: and nothing is written."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            await sent(alder, birch)
            out = tmp_path / "site"
            words = ("convert", "ALDER 0001", "-o", out, "--as")
            await refused(birch, "handling-whom", *words, "kml")
            await refused(birch, "no-copy-of-form", *words, "cap", "--to", "our map")
            await refused(birch, "unknown-format", *words, "xlsx", "--to", "our map")
            by = ("--officer", alder.key("first"), "--handling", "white")
            await refused(alder, "unknown-handling", "say", "x", *by)
            assert not out.exists()
            await birch.done(*words, "kml", "--to", "our map")
            assert b"Given to: our map." in out.read_bytes()

    run(story())


def test_an_officer_hands_on_what_he_has_seen(tmp_path: Path) -> None:
    """NOTICE-118: the preview names hook, size and hash, and both logs say so."""

    async def story() -> None:
        maps = tmp_path / "maps"
        maps.mkdir()
        async with desks(tmp_path, hooks=read_hooks((f"map geojson {maps}",))) as (alder, birch):
            await sent(alder, birch)
            assert await birch.done("hooks") == f"map  geojson to {maps}\n"
            words = ("hand-on", "ALDER 0001", "--to", "map", "--officer", birch.key("marsh"))
            result = await birch.type(*words, "--yes")
            assert result.exit_code == 0, result.output
            assert "REAL ALDER 0001 T03/1 of Alder\n" in result.stderr
            assert f"to the hook map: geojson, {maps}\n" in result.stderr
            (file,) = maps.iterdir()
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            assert f"SHA-256 {digest}\n" in result.stderr
            assert result.stdout == f"ALDER 0001 as geojson {digest[:12]}  taken by map\n"
            await agreed(alder.room, birch.room)
            for desk in (alder, birch):
                assert f"Birch handed on to map geojson {digest[:12]} at " in await desk.done("log")
                assert "handed on  Birch had it taken by map as geojson" in await desk.done(
                    "show", "ALDER 0001"
                )
            await refused(birch, "no-such-hook", "hand-on", "ALDER 0001", "--to", "gone")

    run(story())


def test_a_failure_is_said_plainly(tmp_path: Path) -> None:
    """NOTICE-119: the command ends with 1, and the station goes on trying."""

    async def story() -> None:
        with taker(500) as server:
            hooks = read_hooks((f"alarms kml {server.address}",))
            async with desks(tmp_path, hooks=hooks) as (alder, birch):
                await notified(alder.room, birch.room, handling=Handling.AMBER)
                words = ("hand-on", "ALDER 0001", "--to", "alarms", "--officer", birch.key("first"))
                result = await birch.type(*words, "--yes")
                assert result.exit_code == 1
                assert "NOT TAKEN by alarms: alarms: it answers 500" in result.stdout
                assert "goes on trying" in result.stderr
                told = (await birch.told("hooks"))["hooks"]
                assert told[0]["waiting"][0]["number"] == "ALDER 0001"
                assert "NOT TAKEN by alarms" in await birch.done("hooks")
                assert "handed on to alarms, which has not taken it" in await birch.done("doctor")
                told = json.loads((await birch.type(*words, "--yes", "--json")).stdout)
                assert told["taken"] is False and "it answers 500" in told["fault"]

    run(story())


# --- Files that fill in a form --------------------------------------------------------------------


def prefilled(tmp_path: Path, form: str, raw: bytes, *options: str) -> str:
    """What the command prints for a file."""
    file = tmp_path / "from-outside"
    file.write_bytes(raw)
    result = CliRunner().invoke(app, ["form", "prefill", form, str(file), *options])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("name", ["cap", "geojson"])
def test_a_file_fills_in_places_and_the_window_and_the_officer_the_rest(
    tmp_path: Path, name: str
) -> None:
    """NOTICE-116: a form that is read as any other."""
    raw = write_copy(name, drill())
    text = prefilled(tmp_path, "T01", raw)
    assert text.startswith(
        f"# FROM A FILE, NOT VERIFIED. SHA-256 {hashlib.sha256(raw).hexdigest()}\n"
    )
    assert "EXERCISE" in text.split("form = ")[0]
    file = tmp_path / "mine.toml"
    file.write_text(text)
    form, filled = read_filled(file)
    assert form == form_named("T01") and filled[6] == [CIRCLE, TRIANGLE]
    assert filled[4] == WINDOW and filled.get(5, HARBOUR) == HARBOUR
    assert fill(form, {**LAUNCH, **filled}) == drill().values


def test_no_word_of_a_file_becomes_a_line_of_the_form(tmp_path: Path) -> None:
    """NOTICE-106, NOTICE-116."""
    hostile = 'x\n1 = "icbm"\r\n\u202e[fields]'
    info = f"<category>Met</category><event>{hostile}</event><urgency>Past</urgency>"
    raw = cap(info=info + "<severity>Minor</severity><certainty>Likely</certainty>")
    text = prefilled(tmp_path, "T01", raw)
    file = tmp_path / "mine.toml"
    file.write_text(text)
    assert read_filled(file)[1] == {}
    assert text.count("\n[fields]\n") == 1 and "\u202e" not in text


def test_what_found_no_field_is_named_and_one_of_several_is_chosen(tmp_path: Path) -> None:
    """NOTICE-115, NOTICE-116."""
    one, two = cap("<circle>1,1 1</circle>"), cap("<circle>2,2 1</circle>")
    text = prefilled(tmp_path, "T18", one)
    assert "# No field of this form took: circle 01.00000N 001.00000E 1000m\n" in text
    both = prefilled(tmp_path, "T06", b"<box>" + one + two + b"</box>", "--message", "2")
    assert '4 = "circle 02.00000N 002.00000E 1000m"\n' in both


def test_a_file_that_is_refused_prints_nothing(tmp_path: Path) -> None:
    """NOTICE-112."""
    file = tmp_path / "bomb"
    file.write_bytes(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    result = CliRunner().invoke(app, ["form", "prefill", "T01", str(file)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "[xml-document-type]" in result.stderr
