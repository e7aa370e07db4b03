"""The commands of an office."""

import json
from pathlib import Path

import pytest
from tests.ceremony import (  # noqa: F401
    make_office,
    printed,
    quick_seals,
    run,
    two_offices,
)

from backchannel.station.office import fingerprints

pytestmark = pytest.mark.usefixtures("quick_seals")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A folder with two offices whose line is open."""
    two_offices(tmp_path, roots=2)
    return tmp_path


def new_officer(room: Path, name: str, *more: object) -> Path:
    """The request of a new officer of Alder."""
    file = room / f"{name}.key"
    run("officer", "new", file, "--name", name, "--charter", room / "line.charter", *more)
    return file.with_suffix(".request")


def test_an_office_is_made_and_its_fingerprint_read_aloud(tmp_path: Path) -> None:
    folder = tmp_path / "alder"
    result = run(
        "party", "new", folder, "--name", "Alder", "--roots", 2, "--threshold", 2,
        "--contact", "in person", "--language", "en", "--language", "fr",
    )  # fmt: skip
    head, *rows = result.stdout.splitlines()
    assert head == "Alder, before there is a line:"
    assert [len(group) for row in rows for group in row.split()] == [5] * 12
    assert run("party", "fingerprint", folder).stdout == result.stdout
    digits = printed("party", "fingerprint", folder)
    assert digits["fingerprint"].split() == " ".join(rows).split() and not digits["bound"]
    shown = printed("party", "show", folder)
    assert (shown["roots"], shown["threshold"], shown["languages"]) == (2, 2, ["en", "fr"])
    assert shown["line"] is None and "no line yet" in run("party", "show", folder).stdout


def test_the_fingerprint_changes_when_the_line_opens(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alone, bound = fingerprints(alder)
    value = printed("party", "fingerprint", alder.folder)
    assert value == {"party": "Alder", "fingerprint": bound, "bound": True}
    assert alone != bound


def test_a_post_and_an_officer_are_issued_and_shown(room: Path) -> None:
    run("party", "post", room / "alder", "duty officer", "chief", "--classes", "inform", "--yes")
    run("party", "authority", room / "alder", "--out", room / "a.authority")
    file = room / "o.key"
    run(
        "officer", "new", file, "--name", "Okafor", "--charter", room / "a.authority",
        "--post", "duty officer", "--classes", "inform", "--modes", "real", "--powers", "inform",
    )  # fmt: skip
    run("party", "issue", room / "alder", room / "o.request", "--yes")
    value = printed("party", "show", room / "alder")
    post, chief, officer = value["credentials"]
    assert (post["kind"], chief["name"], officer["name"]) == ("post", "chief", "Okafor")
    assert officer["posts"] == [post["id"]]
    assert (officer["powers"], officer["classes"], officer["modes"]) == ("inform", [0], ["REAL"])
    assert value["entries"] == 3
    text = run("party", "show", room / "alder").stdout
    assert "officer Okafor: REAL; inform; classes 0; fills " in text


def test_an_officer_is_not_given_more_than_his_post(room: Path) -> None:
    """CHARTER-37: what the office would enter without effect it refuses before signing."""
    run("party", "post", room / "alder", "clerk", "--powers", "acknowledge", "--yes")
    run("party", "authority", room / "alder", "--out", room / "a.authority")
    run(
        "officer", "new", room / "o.key", "--name", "O", "--charter", room / "a.authority",
        "--post", "clerk", "--powers", "acknowledge,commit",
    )  # fmt: skip
    result = run("party", "issue", room / "alder", room / "o.request", "--yes", code=2)
    assert "wider-mandate" in result.stderr
    assert printed("party", "show", room / "alder")["entries"] == 1


def test_the_office_sees_what_it_enters_and_may_refuse(room: Path) -> None:
    request = new_officer(room, "Okafor")
    result = run("party", "issue", room / "alder", request, code=2, answers="n\n")
    assert "officer Okafor: REAL EXERCISE TEST; inform,acknowledge" in result.stderr
    assert printed("party", "show", room / "alder")["entries"] == 0


def test_a_request_goes_to_one_office_once(room: Path) -> None:
    request = new_officer(room, "Okafor")
    run("party", "issue", room / "alder", request, "--yes")
    result = run("party", "issue", room / "alder", request, "--yes", code=2)
    assert "issued-before" in result.stderr


def test_an_officer_with_the_power_issues_in_place_of_the_roots(room: Path) -> None:
    run("party", "issue", room / "alder", new_officer(room, "Issuer", "--issuer"), "--yes")
    run("party", "authority", room / "alder", "--out", room / "a.authority")
    run(
        "officer", "new", room / "o.key", "--name", "Okafor", "--days", 9999,
        "--charter", room / "a.authority", "--under", "Issuer",
    )  # fmt: skip
    words = ("party", "issue", room / "alder", room / "o.request", "--yes")
    assert "wrong-parent" in run(*words, code=2).stderr
    run(*words, "--issuer", room / "Issuer.key")
    issuer, officer = printed("party", "show", room / "alder")["credentials"]
    assert officer["until"] == issuer["until"]


def test_a_revocation_is_shown_asked_and_final(room: Path) -> None:
    run("party", "issue", room / "alder", new_officer(room, "Okafor"), "--yes")
    words = ("party", "revoke", room / "alder", "Okafor", "--reason", "lost")
    assert "officer Okafor" in run(*words, code=2, answers="n\n").stderr
    run(*words, "--yes")
    assert printed("party", "show", room / "alder")["credentials"] == []
    assert "nobody-named" in run(*words, "--yes", code=2).stderr


def test_the_journal_is_called_fresh_by_a_root_of_ones_choice(room: Path) -> None:
    assert "called fresh never" in run("party", "show", room / "alder").stdout
    run("party", "fresh", room / "alder", "--root", 2)
    assert printed("party", "show", room / "alder")["fresh"] > 1_700_000_000
    assert "no-such-root" in run("party", "fresh", room / "alder", "--root", 3, code=2).stderr


def test_files_for_others_are_not_written_over(room: Path) -> None:
    run("party", "authority", room / "alder", "--out", room / "a.authority")
    words = ("party", "authority", room / "alder", "--out", room / "a.authority")
    assert "file-exists" in run(*words, code=2).stderr


def test_before_there_is_a_line_nothing_is_entered(tmp_path: Path) -> None:
    make_office(tmp_path, "Alder")
    for command in ("fresh", "authority --out x", "founding --station x --out y"):
        name, *more = command.split()
        result = run("party", name, tmp_path / "alder", *more, code=2)
        assert "line-not-opened" in result.stderr or "file-missing" in result.stderr
    assert json.loads(run("party", "show", tmp_path / "alder", "--json").stdout)["entries"] == 0
