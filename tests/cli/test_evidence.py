"""Evidence from a terminal: what is kept, what convicts, and the file that a stranger verifies."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cast import NAMES, root_keys
from tests.cli.desks import Desk, desks, quick_seals  # noqa: F401
from tests.cli.test_say import refused
from tests.station.house import agreed, run

from backchannel.cli.evidence import proof_lines
from backchannel.line.events import Given
from backchannel.station.reports import Proof
from backchannel.wire.entry import pack_header, parse_header
from backchannel.wire.envelope import Frame, pack_frame
from backchannel.wire.ids import payload_hash
from backchannel.wire.keys import fingerprint
from backchannel.wire.signing import Context, Mode, Purpose, sign

EMPTY_HASH = payload_hash(b"\x80")
pytestmark = pytest.mark.usefixtures("quick_seals")


async def lie(alder: Desk, birch: Desk) -> None:
    """Birch's key signs its newest entry anew, with another time, and Alder is shown it."""
    await alder.acts("say", "Keep this.")
    await agreed(alder.room, birch.room)
    state = birch.room.runner.state
    own = state.core.journals[state.core.own[Mode.REAL]]
    assert own.last is not None
    header = parse_header(own.last.header)
    raw = pack_header(replace(header, time=header.time + 1, payload_hash=EMPTY_HASH))
    context = Context(Purpose.ENTRY, state.line, Mode.REAL)
    signature = sign(state.secrets.hands[Mode.REAL].secret, context, raw)
    runner = alder.room.runner
    frame = pack_frame(Frame(raw, signature, b"\x80", None))
    await runner.submit(Given(at=runner.moment(), frames=(frame,)))
    await alder.room.until(lambda: runner.state.core.journals[own.no].forked)


def roots_file(folder: Path) -> Path:
    """The fingerprints of both parties, each of its only root."""
    lines = []
    for name in NAMES[:2]:
        root = root_keys(name, 0)
        lines.append(f"{name} {fingerprint(None, [(root.public, root.pq_public)])}\n")
    (folder / "roots.txt").write_text("".join(lines))
    return folder / "roots.txt"


def test_a_lie_is_listed_exported_and_verified(tmp_path: Path) -> None:
    """PROOF-80, PROOF-94: with three commands, and the verifier's is a program of its own."""

    async def story() -> None:
        async with desks(tmp_path) as (alder, birch):
            nothing = await alder.type("evidence", "list")
            assert nothing.exit_code == 0 and nothing.stdout == ""
            assert "Nothing is kept against any key." in nothing.stderr
            await lie(alder, birch)
            text = await alder.done("evidence", "list")
            assert "REAL station Birch one REAL of Birch, journal 17, slot " in text
            assert "a file proves: two-entries" in text
            (proof,) = (await alder.told("evidence", "list"))["proofs"]
            out = tmp_path / "lie.evidence"
            made = await alder.told("evidence", "export", proof["number"], "--out", out)
            assert made == {"file": str(out), "bytes": out.stat().st_size}
            assert out.stat().st_mode & 0o077 == 0
            roots = roots_file(tmp_path)
            told = await alder.done("verify", out, "--roots", roots, "--ask", "two-entries")
            assert "Birch one REAL of Birch signed two different entries for slot" in told
            # A disclosure's claims are not made by evidence: to ask for one is not to get it.
            assert (await alder.type("verify", out, "--roots", roots, "--ask", "fields")).exit_code
            again = ("evidence", "export", proof["number"], "--out", out)
            await refused(alder, "file-exists", *again)
            await birch_is_told_too(birch)

    run(story())


async def birch_is_told_too(birch: Desk) -> None:
    """The liar's own station hears of the proof, and keeps it as well (RECORD-77)."""
    await birch.room.until(lambda: any(j.forked for j in birch.room.core.journals.values()))
    assert "two-entries" in await birch.done("evidence", "list")


def test_a_number_that_nothing_has(tmp_path: Path) -> None:
    async def story() -> None:
        async with desks(tmp_path) as (alder, _):
            out = tmp_path / "none.evidence"
            await refused(alder, "no-such-evidence", "evidence", "export", 7, "--out", out)
            assert not out.exists()

    run(story())


def test_notes_in_words() -> None:
    """PROOF-94: what convicts nobody says so, and a name from the line cannot steer a terminal."""
    proof = Proof(3, 1, 4, "fork-e7", 1_795_355_000, "Bi\x1brch", "", "OFFICE", "two-decrees")
    first, second = proof_lines(proof)
    assert first == "   3 OFFICE the office of Bi\\x1brch, journal 1, slot 4"
    assert second.endswith("a file proves: two-decrees")
    other = proof_lines(replace(proof, station="one", mode="REAL", proves=""))
    assert other[0].startswith("   3 REAL station one of ")
    assert other[1].endswith("it convicts nobody")
