"""The verifier's command: exit codes, the file of roots, hostile text, and the packed file."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cryptography
import pytest
from tests.verifier.judging import ROOTS
from tests.verifier.making import (
    VALUES,
    Bundle,
    altered,
    disclose,
    opened,
    rendered,
    reply,
    set_scene,
    speak,
    usual,
    usual_scene,
)
from tools.verifier import NAME, pack
from typer.testing import CliRunner

from backchannel.cli.main import app
from backchannel.verifier import crypto
from backchannel.verifier.__main__ import main, read_roots, verify
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.claims import NAMES
from backchannel.verifier.record import read_header
from backchannel.verifier.report import LIMITS, visible
from backchannel.wire.signing import Mode

OUTSIDE = ("socket", "ssl", "asyncio", "sqlite3", "msgspec", "typer", "backchannel.wire")


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A disclosure and the roots that go with it, as files."""
    disclosure, roots = tmp_path / "it.bcd", tmp_path / "roots.txt"
    disclosure.write_bytes(usual().pack())
    roots.write_text(usual_scene().roots())
    return str(disclosure), str(roots)


def test_proven_and_not_proven(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """PROOF-41, PROOF-54: without roots only what rests on nothing is proven."""
    disclosure, roots = files
    assert main([disclosure, "--roots", roots]) == 0
    text = capsys.readouterr().out
    assert text.startswith("REAL") and text.count(" PROVEN ") == len(NAMES)
    assert text.rstrip().splitlines()[-4:] == [f"  {each}" for each in LIMITS]
    assert main([disclosure]) == 1
    assert main([disclosure, "--ask", "fields"]) == 0
    assert main([disclosure, "--ask", "fields", "mode"]) == 1
    assert "NOT PROVEN" in capsys.readouterr().out


def test_json_says_the_same(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """PROOF-45: the mode comes first there too."""
    disclosure, roots = files
    assert main([disclosure, "--roots", roots, "--json"]) == 0
    out = capsys.readouterr().out
    report = json.loads(out)
    assert out.isascii() and next(iter(report)) == "mode"
    assert [each["claim"] for each in report["claims"]] == list(NAMES)
    assert {each["verdict"] for each in report["claims"]} == {"PROVEN"}
    assert report["said"]["fields"][1] == {"label": 21, "name": "text", "value": VALUES[-1]}


def test_what_is_no_disclosure(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """PROOF-40: code 2 with the reason, and nothing on stdout."""
    disclosure, roots = files
    other = tmp_path / "other"
    other.write_bytes(b"\xff\xfe\x1b[2J")
    for arguments, reason in (
        ([roots], "[file-kind]"),
        ([str(tmp_path / "none")], "cannot read"),
        ([disclosure, "--roots", disclosure], "roots"),
        ([disclosure, "--roots", str(other)], "[roots-file]"),
    ):
        assert main(arguments) == 2
        said = capsys.readouterr()
        assert said.out == "" and reason in said.err


def test_an_algorithm_that_the_library_lacks(
    files: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """PROOF-40: code 3, and no claim is made at all."""
    monkeypatch.setattr(crypto, "mldsa", None)
    assert main([files[0]]) == 3
    said = capsys.readouterr()
    assert said.out == "" and "ML-DSA" in said.err
    assert crypto.CannotCheckError.__name__ not in said.err


def test_the_command_of_the_product_is_the_same(files: tuple[str, str]) -> None:
    """PROOF-41."""
    disclosure, roots = files
    runner = CliRunner()
    done = runner.invoke(app, ["verify", disclosure, "--roots", roots, "--json"])
    assert done.exit_code == 0 and json.loads(done.stdout)["mode"] == "REAL"
    done = runner.invoke(app, ["verify", disclosure, "--ask", "fields", "--ask", "mode"])
    assert done.exit_code == 1 and done.stdout.startswith("REAL")
    assert runner.invoke(app, ["verify", roots]).exit_code == 2


DIGITS = "0123456789" * 6


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("# nothing\n\n   \n", []),
        (DIGITS, [("", DIGITS)]),
        (" ".join(DIGITS[n : n + 5] for n in range(0, 60, 5)), [("", DIGITS)]),
        (f"Alder: {DIGITS} # by telephone", [("Alder", DIGITS)]),
        (f"Post 7 = {DIGITS}", [("Post 7", DIGITS)]),
        (f"Alder\t{DIGITS[:30]}\t{DIGITS[30:]}\r\n", [("Alder", DIGITS)]),
    ],
)
def test_a_file_of_roots(text: str, found: list[tuple[str, str]]) -> None:
    """PROOF-41: blanks do not count, a name may stand before the digits."""
    assert read_roots(text) == found


@pytest.mark.parametrize(
    "text",
    [DIGITS[1:], DIGITS + "0", f"12345 {DIGITS}", "Alder", f"{DIGITS} Alder", f"{DIGITS[:59]}٣"],
)
def test_a_line_that_is_no_fingerprint(text: str) -> None:
    """PROOF-41: sixty digits, ASCII, at the end of the line."""
    with pytest.raises(Refusal, match="roots-file"):
        read_roots(text)


def test_what_the_reader_calls_a_party_otherwise_is_told() -> None:
    """PROOF-41."""
    roots = usual_scene().roots().replace("Birch ", "The other side ")
    code, report, _ = verify(usual().pack(), roots)
    assert code == 0 and "what you call The other side is Birch" in str(report["claims"])


HOSTILE = "Good\u202egninrom\x1b[2J\nClaims\n  charter      PROVEN\u2028\\x41"


def test_hostile_text_is_shown_and_does_nothing() -> None:
    """NT66: no control character, no change of direction, no line that looks like ours."""
    values = (*VALUES[:-1], HOSTILE)
    scene = reply(speak(set_scene(Mode.EXERCISE), values=values))
    bundle = disclose(scene)
    bundle = bundle.having(4, opened(bundle.place[2], 2, 21, values=values))
    code, _, text = verify(bundle.pack(), scene.roots())
    assert code == 0 and text.startswith("EXERCISE")
    assert not [c for c in text if c != "\n" and visible(c) != c and c != "\\"]
    shown = [line for line in text.split("\n") if "    | " in line]
    assert shown[1] == "    | Good\\u202egninrom\\x1b[2J"
    assert shown[2:] == ["    | Claims", "    |   charter      PROVEN\\u2028\\\\x41"]
    assert text.count("\nClaims\n") == 1


def test_words_that_nobody_signed_say_so() -> None:
    """PROOF-47, PROOF-54: an altered text is not shown as if it had been said."""
    bundle = usual()
    (_, entry, rows, commitments) = bundle.of(4)[0]
    forged = (rows[0], (*rows[1][:2], "They are soldiers."))
    _, _, text = verify(bundle.having(4, (4, entry, forged, commitments)).pack(), ROOTS)
    assert "NOT PROVEN of it: fields." in text and "  21 text NOT PROVEN\n" in text
    _, _, text = verify(bundle.pack(), "")
    assert "NOT PROVEN of it: statement, release, mode, entry." in text
    _, _, text = verify(bundle.pack(), ROOTS)
    assert "NOT PROVEN" not in text


def alone(folder: Path, code: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter that finds `cryptography` and nothing else that is installed."""
    libraries = folder / "libraries"
    libraries.mkdir()
    site = Path(cryptography.__file__).parents[1]
    for found in (*site.glob("cryptography"), *site.glob("*cffi*")):
        (libraries / found.name).symlink_to(found)
    empty = folder / "empty"
    empty.mkdir()
    program = f"import sys; sys.path.append({str(libraries)!r}); {code}"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, *arguments],
        cwd=empty,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_packed_file_runs_alone(files: tuple[str, str], tmp_path: Path) -> None:
    """PROOF-40: in an empty folder, with neither the product nor a network within reach."""
    packed = pack(tmp_path / "build")
    code = (
        f"import runpy, atexit; sys.argv[0] = {str(packed)!r};"
        f"atexit.register(lambda: print(sorted(set(sys.modules) & set({OUTSIDE!r})),"
        "file=sys.stderr));"
        f"runpy.run_path({str(packed)!r}, run_name='__main__')"
    )
    done = alone(tmp_path, code, [files[0], "--roots", files[1]])
    assert (done.returncode, done.stderr) == (0, "[]\n"), done.stderr
    assert done.stdout.startswith("REAL")


def test_the_packed_file_is_the_same_each_time(tmp_path: Path) -> None:
    one, other = pack(tmp_path / "one"), pack(tmp_path / "other")
    assert one.name == NAME and one.read_bytes() == other.read_bytes()


def test_a_rendering_is_shown_with_what_it_renders() -> None:
    """PROOF-55: whichever of the two is disclosed; one that nobody signed says so."""
    bundle, roots = rendered()
    _, _, text = verify(bundle.pack(), roots)
    assert "  rendering    first\n  2 language\n    | en\n  21 text\n    | Do you hear?" in text
    opened_of = [piece[1] for piece in bundle.of(4)]
    pieces = {crypto.tagged("entry", piece[1]): piece for piece in bundle.of(3)}
    rendering = pieces.pop(opened_of[1])
    forged = (*rendering[:2], altered(rendering[2]), rendering[3])
    _, _, text = verify(bundle.having(3, *pieces.values(), forged).pack(), roots)
    assert "  rendering    first NOT PROVEN: bad-signature" in text
    header = read_header(rendering[1])  # type: ignore[arg-type]
    place = (header.no, header.seq, header.id)
    other = Bundle(bundle.line, bundle.mode, place, bundle.pieces)
    _, report, text = verify(other.pack(), roots)
    assert "  original     first\n" in text
    assert report["said"]["beside"][0]["reason"] == ""  # type: ignore[index]
