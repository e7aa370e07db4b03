"""The commands of an officer: one key, one request at a time."""

from pathlib import Path

import pytest
from tests.ceremony import PASSPHRASE, quick_seals, run, two_offices  # noqa: F401

from backchannel.charter.credentials import parse_body
from backchannel.station.enrolment import parse_request
from backchannel.station.keyring import open_officer
from backchannel.wire.signing import Alg

pytestmark = pytest.mark.usefixtures("quick_seals")


def ask_for(room: Path, *more: object, command: str = "new", code: int = 0) -> str:
    """What a request for a mandate prints."""
    words = ("officer", command, room / "o.key", "--charter", room / "line.charter", *more)
    return run(*words, code=code).output


def test_a_key_and_a_request_are_made_together(tmp_path: Path) -> None:
    two_offices(tmp_path)
    said = ask_for(tmp_path, "--name", "Okafor", "--modes", "test", "--days", 10)
    assert "officer Okafor: TEST" in said
    (subject,) = parse_request((tmp_path / "o.request").read_bytes()).subjects
    credential = parse_body(subject.body)
    secret = open_officer(tmp_path / "o.key", PASSPHRASE)
    assert (credential.name, credential.ed25519) == ("Okafor", secret.keys.public)
    assert secret.keys.alg == Alg.ML_DSA_44
    assert credential.until - credential.since == 10 * 86_400 + 300


def test_an_issuer_has_the_larger_key(tmp_path: Path) -> None:
    two_offices(tmp_path)
    assert "issue,revoke,restore; " in ask_for(tmp_path, "--name", "Okafor", "--issuer")
    assert open_officer(tmp_path / "o.key", PASSPHRASE).keys.alg == Alg.ML_DSA_65


def test_a_key_that_is_there_asks_again(tmp_path: Path) -> None:
    two_offices(tmp_path)
    ask_for(tmp_path, "--name", "Okafor")
    again = tmp_path / "second.request"
    assert "officer Okafor" in ask_for(tmp_path, "--out", again, command="request")
    assert parse_request(again.read_bytes()) != parse_request((tmp_path / "o.request").read_bytes())
    words = ("--out", tmp_path / "third.request", "--issuer")
    assert "key-of-other-mandate" in ask_for(tmp_path, *words, command="request", code=2)


def test_nothing_is_written_over_and_nothing_made_in_part(tmp_path: Path) -> None:
    two_offices(tmp_path)
    (tmp_path / "o.request").write_text("mine")
    assert "file-exists" in ask_for(tmp_path, "--name", "Okafor", code=2)
    assert not (tmp_path / "o.key").exists()
    (tmp_path / "o.request").unlink()
    assert "unknown-word" in ask_for(tmp_path, "--name", "O", "--powers", "shout", code=2)
    assert not (tmp_path / "o.key").exists()
    assert "posts-unknown" in ask_for(tmp_path, "--name", "O", "--post", "chief", code=2)


def test_a_name_that_steers_a_terminal_is_refused(tmp_path: Path) -> None:
    """NT66: it would be shown in both rooms; and the refusal shows it escaped."""
    two_offices(tmp_path)
    said = ask_for(tmp_path, "--name", "Oka\x1b[2Jfor", code=2)
    assert "unsafe-text" in said and "\x1b" not in said
    assert not (tmp_path / "o.key").exists()
