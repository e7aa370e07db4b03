"""The oversight pack from a terminal: one command, a folder, and a stranger who checks it."""

import json
from pathlib import Path

import pytest
from tests.cast import NAMES, OFFICER_POWERS, found_cast, root_keys
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import Room, agreed, run
from tests.station.test_disclosing import cast_with_envoy, minuted
from tests.station.test_witnessing import beat, free_port, report, witness
from tests.witness.logs import WITNESS
from tools import needed

from backchannel.charter.powers import Power
from backchannel.cli.oversight import gathered
from backchannel.errors import OfficerError
from backchannel.proof.vkey import witness_key
from backchannel.station import witnessing
from backchannel.station.packs import PackNews
from backchannel.wire.keys import fingerprint

pytestmark = pytest.mark.usefixtures("quick_seals")

ARABIC = "\u0646\u062d\u0646 \u0628\u0627\u0642\u0648\u0646 \u062c\u0646\u0648\u0628\u0627."


def roots_file(folder: Path) -> Path:
    """The fingerprints that were read aloud."""
    path = folder / "roots.txt"
    lines = []
    for name in NAMES[:2]:
        root = root_keys(name, 0)
        lines.append(f"{name} {fingerprint(None, [(root.public, root.pq_public)])}")
    path.write_text("\n".join(lines) + "\n")
    return path


async def talked(alder: Desk, birch: Desk) -> str:
    """A reassurance, its rendering and its acknowledgement, all under a minute; its entry."""
    told = await alder.acts("say", "We stay \u202esouth\u202c <b>of</b> the line.")
    await agreed(alder.room, birch.room)
    entry = str(told["entry"])
    await birch.acts("ack", entry)
    await birch.acts("translate", entry, ARABIC, "--language", "ar")
    await agreed(alder.room, birch.room)
    await minuted(alder.room, birch.room)
    return entry


def entered(room: Room) -> list[str]:
    """What the record of a room says was disclosed of spans."""
    rows = room.runner.custody.database.rows("SELECT body FROM happened WHERE kind = 14")
    return [bytes(row[0]).hex() for row in rows]


def test_one_command_answers_for_a_period(tmp_path: Path) -> None:
    """PROOF-104, PROOF-120: a folder whose evidence is proven, and both records say so."""

    assert needed.browser() is not None, "there is no Chromium: run python tools/needed.py"

    async def story() -> None:
        async with desks(tmp_path, cast_with_envoy()) as (alder, birch):
            entry = await talked(alder, birch)
            out = tmp_path / "pack"
            words = ("oversight", "pack", "--out", out, "--purpose", "for parliament", "--yes")
            told = await alder.acts(*words, "--pdf", by="envoy")
            assert (told["statements"], told["hidden"], told["folder"]) == (3, 0, str(out))
            assert told["witnessed"] is False
            assert sorted(p.name for p in out.iterdir()) == [
                *("pack.html", "pack.json", "pack.pdf", "span.bcd")
            ]
            assert (out / "pack.pdf").read_bytes().startswith(b"%PDF-")
            assert all(p.stat().st_mode & 0o077 == 0 for p in (out, *out.iterdir()))
            roots = roots_file(tmp_path)
            for file in ("span.bcd", "pack.html"):
                words = ("verify", out / file, "--roots", roots, "--json")
                found = json.loads(await alder.done(*words))
                assert {each["verdict"] for each in found["claims"]} == {"PROVEN"}
            data = json.loads((out / "pack.json").read_text())
            assert data["station"]["watched"] is None
            promise = data["promises"][0]
            assert promise["entry"] == entry and promise["acknowledged"]
            await agreed(alder.room, birch.room)
            assert len(entered(alder.room)) == 1 == len(entered(birch.room))
            assert entered(alder.room) == entered(birch.room)

    run(story())


def test_where_witnesses_are_named_they_hold_the_period_fast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PROOF-176 to PROOF-182: over real sockets; the person is told, and the stranger proves it."""
    monkeypatch.setattr(witnessing, "WITNESS_PAUSE_SECONDS_MIN", 0.01)

    async def story() -> None:
        port = free_port()
        key = witness_key(WITNESS.name, WITNESS.seed).text()
        cast = found_cast(witnesses=f"witness w0 {key} http://127.0.0.1:{port}\nquorum w0\n")
        cast.offices[0].enrol_officer("envoy", powers=int(OFFICER_POWERS | Power.DISCLOSE))
        async with desks(tmp_path, cast) as (alder, birch), witness(tmp_path, alder.room, port):
            await beat(alder.room, 1)
            await alder.acts("say", "We stay south of the line.")
            await beat(alder.room, 2)
            await alder.room.until(lambda: report(alder.room).witnessed == 2)
            await agreed(alder.room, birch.room)
            await minuted(alder.room, birch.room)
            out = tmp_path / "pack"
            told = await alder.acts("oversight", "pack", "--out", out, "--yes", by="envoy")
            assert told["witnessed"] is True
            words = ("verify", out / "span.bcd", "--roots", roots_file(tmp_path), "--json")
            found = json.loads(await alder.done(*words))
            assert {each["verdict"] for each in found["claims"]} == {"PROVEN"}
            assert [each["claim"] for each in found["claims"]][-2:] == ["witnessed", "clockwork"]
            assert found["witnesses"]["upto"]["cosigners"] == ["w0"]
            page = (out / "pack.html").read_text()
            assert "The charter names w0; a quorum is w0. From the beginning of the line" in page

    run(story())


@pytest.mark.parametrize("news", [[], [PackNews(1, 2)], [PackNews(1, 2, piece=b"half")]])
def test_a_pack_that_breaks_off_is_none(news: list[PackNews]) -> None:
    """PROOF-120."""
    with pytest.raises(OfficerError, match="pack-broken"):
        gathered(iter(news))


def test_what_is_refused_says_why_and_writes_nothing(tmp_path: Path) -> None:
    """PROOF-103, PROOF-104: nothing is entered, and no folder is made."""

    async def story() -> None:
        async with desks(tmp_path, cast_with_envoy()) as (alder, birch):
            out = tmp_path / "pack"
            by = ("--out", out, "--officer", alder.key("envoy"), "--yes")
            await alder.acts("say", "Good morning.")
            await refused(alder, "no-minute", "oversight", "pack", *by)
            entry = await talked(alder, birch)
            pack = ("oversight", "pack", *by)
            await refused(alder, "no-such-entry", *pack, "--hide", "ALDER 0413")
            await refused(alder, "purpose-too-long", *pack, "--purpose", "x" * 201)
            drill = await alder.acts("say", "As a drill.", "--mode", "exercise")
            await refused(alder, "other-mode", *pack, "--hide", drill["entry"])
            times = ("--from", "2026-12-02T00:00:00Z", "--to", "2026-12-01T00:00:00Z")
            await refused(alder, "span-backwards", *pack, *times)
            await refused(alder, "unknown-mode", *pack, "--mode", "war")
            await refused(alder, "no-browser", *pack, "--pdf", "--browser", tmp_path / "none")
            other = ("--out", out, "--officer", alder.key("first"), "--yes")
            await refused(alder, "may-not-disclose", "oversight", "pack", *other)
            assert not out.exists() and entered(alder.room) == []
            out.mkdir()
            await refused(alder, "file-exists", *pack, "--hide", entry)

    run(story())
