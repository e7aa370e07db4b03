"""The commands of the charter, and what they refuse (NT94)."""

from pathlib import Path

import pytest
from tests.ceremony import PASSPHRASE, make_office, printed, quick_seals, run  # noqa: F401

pytestmark = pytest.mark.usefixtures("quick_seals")
WINDOW = "2026-11-01T00:00:00Z/2026-12-01T00:00:00Z"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A folder with the offices of Alder and Birch and a draft."""
    sections = []
    for name in ("Alder", "Birch"):
        office = make_office(tmp_path, name)
        sections += ["--section", str(office.folder / "section.toml")]
    run(
        "charter", "draft", *sections, "--name", "Alder and Birch",
        "--exercise", WINDOW, "--out", tmp_path / "line.toml",
    )  # fmt: skip
    return tmp_path


def sign(room: Path, *more: object, code: int = 0, answers: str | None = None) -> str:
    """What signing as Alder prints on both streams."""
    return run(
        "charter", "sign", room / "line.toml", "--office", room / "alder",
        "--out", room / "line.charter", *more, code=code, answers=answers,
    ).output  # fmt: skip


def countersign(room: Path, code: int = 0) -> str:
    """What countersigning as Birch prints."""
    words = ("charter", "countersign", room / "line.charter", "--office", room / "birch", "--yes")
    return run(*words, code=code).output


def test_a_draft_is_for_people_and_says_everything(room: Path) -> None:
    text = (room / "line.toml").read_text()
    assert 'name = "Alder and Birch"' in text and "2026-11-01T00:00:00Z" in text
    assert text.count("[[party]]") == 2 and text.count("[[policy.rule]]") == 6
    page = run("charter", "show", room / "line.toml").stdout
    assert "none yet: this is a draft" in page and page.count("    fingerprint ") == 2


def test_a_draft_may_be_changed_before_it_is_signed(room: Path) -> None:
    draft = room / "line.toml"
    draft.write_text(draft.read_text().replace('max_skew = "5 min"', 'max_skew = "60 s"'))
    assert "1 min" in run("charter", "show", draft).stdout
    draft.write_text(draft.read_text() + "colour = 1\n")
    result = run("charter", "show", draft, code=2)
    assert "unknown-field" in result.stderr


def test_the_page_is_seen_before_anything_is_signed(room: Path) -> None:
    said = sign(room, code=2, answers="n\n")
    assert "CHARTER OF THE LINE Alder and Birch" in said and "not-confirmed" in said
    assert not (room / "line.charter").exists()
    assert "NOT IN FORCE: signatures lack of Birch" in sign(room, answers="y\n")


def test_a_charter_of_one_side_is_shown_as_not_in_force(room: Path) -> None:
    """NT94."""
    sign(room, "--yes")
    shown = run("charter", "show", room / "line.charter", code=1).stdout
    assert shown.endswith("NOT IN FORCE: signatures lack of Birch\n")
    value = printed("charter", "show", room / "line.charter", code=1)
    assert value["in_force"] is False and value["signed"] == {"Alder": [1, 1], "Birch": [0, 1]}
    for command in (("party", "open", room / "alder"), ()):
        words = command or ("officer", "new", room / "o.key", "--name", "O", "--charter")
        assert "not-in-force" in run(*words, room / "line.charter", code=2).stderr
    assert not (room / "o.key").exists()


def test_a_charter_that_all_signed_is_in_force(room: Path) -> None:
    first = sign(room, "--yes")
    assert countersign(room).rstrip().endswith("IN FORCE")
    shown = printed("charter", "show", room / "line.charter")
    assert shown["in_force"] is True and f"line {shown['line']}" in first


def test_a_file_cut_short_or_altered_is_refused(room: Path) -> None:
    """NT94: the message says that it is damaged, and no traceback is printed."""
    sign(room, "--yes")
    file = room / "line.charter"
    raw = file.read_bytes()
    for broken in (raw[:-1], raw[:50], raw[:2000] + b"\x00" + raw[2001:], b""):
        file.write_bytes(broken)
        assert "Traceback" not in countersign(room, code=2)
        result = run("charter", "show", file, code=2)
        assert result.stdout == "" and result.stderr.startswith("backchannel: ")


def test_what_another_wrote_of_us_is_not_signed(room: Path) -> None:
    """NT94."""
    draft = room / "line.toml"
    draft.write_text(draft.read_text().replace('contact = "in person"', 'contact = "them"', 1))
    assert "section-changed" in sign(room, "--yes", code=2)


def test_a_signed_charter_is_not_written_over(room: Path) -> None:
    sign(room, "--yes")
    assert "file-exists" in sign(room, "--yes", code=2)


def test_a_wrong_passphrase_signs_nothing(room: Path) -> None:
    (room / "wrong").write_text(PASSPHRASE + "!")
    assert "wrong-passphrase" in sign(room, "--yes", "--passphrase-file", room / "wrong", code=2)
    assert not (room / "line.charter").exists()


def test_an_amendment_is_drafted_signed_and_entered(room: Path) -> None:
    """CHARTER-23, CHARTER-45."""
    sign(room, "--yes")
    countersign(room)
    for name in ("alder", "birch"):
        run("party", "open", room / name, room / "line.charter")
    run("charter", "amend", room / "line.charter", "--out", room / "second.toml")
    draft = room / "second.toml"
    draft.write_text(draft.read_text().replace('"Alder and Birch"', '"Second"', 1))
    run(
        "charter", "sign", draft, "--office", room / "alder",
        "--out", room / "second.charter", "--yes",
    )  # fmt: skip
    run("charter", "countersign", room / "second.charter", "--office", room / "birch", "--yes")
    known = ("--before", room / "line.charter")
    assert printed("charter", "show", room / "second.charter", *known)["in_force"] is True
    assert "predecessor-missing" in run("charter", "show", room / "second.charter", code=2).stderr
    run("party", "amend", room / "alder", room / "second.charter")
    assert printed("party", "show", room / "alder")["entries"] == 1
