"""Shared pieces of the tests of the key ceremony: a clock that repeats, offices, the commands.

Sealing a key costs a fifth of a second on purpose. `quick_seals` puts a cheap function in the place
of Argon2id for a test that seals many; tests/wire and tests/journeys run the real one.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import typer.testing

from backchannel.charter.parties import Party, RootSet
from backchannel.charter.policy import Window
from backchannel.cli.main import app
from backchannel.station import charters, enrolment
from backchannel.station import office as offices
from backchannel.station.charters import SignedCharter
from backchannel.station.files import read_file
from backchannel.station.keyring import OfficerSecret, new_officer
from backchannel.station.office import Office
from backchannel.wire.ids import LineId
from backchannel.wire.signing import Mode

NOW = 1_795_355_000
DAY_S = 86_400
PASSPHRASE = "six words that nobody would guess"


class FixedClock:
    """A clock that stands still and draws the same chance in every run."""

    def __init__(self, name: str = "ceremony", now: int = NOW) -> None:
        self._name = name
        self._now = now
        self._draws = 0

    def now(self) -> int:
        return self._now

    def running(self) -> float:
        return 0.0

    def entropy(self) -> bytes:
        self._draws += 1
        return hashlib.sha256(f"{self._name}/{self._draws}".encode()).digest()


def ask(what: str) -> str:
    """The passphrase of everything in these tests."""
    return PASSPHRASE


@pytest.fixture
def quick_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seal under a passphrase without Argon2id's cost."""

    def cheap(passphrase: bytes, salt: bytes, **cost: int) -> bytes:
        return hashlib.sha256(salt + passphrase).digest()

    monkeypatch.setattr("backchannel.wire.keys.argon2id", cheap)


def party(name: str, threshold: int = 1) -> Party:
    """A party before it has roots."""
    return Party(name, RootSet((), threshold), "in person", ("en",))


def make_office(folder: Path, name: str, *, roots: int = 1, threshold: int = 1) -> Office:
    """An office with its roots."""
    return offices.make_office(
        folder / name.lower(), party(name, threshold), roots=roots, ask=ask, clock=FixedClock(name)
    )


def draft_of(rooms: Sequence[Office]) -> SignedCharter:
    """A charter of some offices that nobody has signed."""
    sections = [(room.folder / offices.SECTION).read_text() for room in rooms]
    drafted = charters.draft_charter(
        "Alder and Birch",
        sections,
        windows=(
            Window(Mode.EXERCISE, NOW - DAY_S, NOW + DAY_S),
            Window(Mode.TEST, 0, None),
        ),
        valid=(NOW - DAY_S, NOW + 1000 * DAY_S),
        chance=FixedClock("charter").entropy(),
    )
    return charters.unsigned(drafted, None)


def two_offices(folder: Path, *, roots: int = 1, threshold: int = 1) -> tuple[Office, Office]:
    """The offices of Alder and Birch, with a charter in force and their journals open."""
    rooms = [make_office(folder, n, roots=roots, threshold=threshold) for n in ("Alder", "Birch")]
    signed = draft_of(rooms)
    for room in rooms:
        signed = offices.sign(room, signed, (), ask)
    (folder / "line.charter").write_bytes(charters.pack_charter_file(signed))
    alder, birch = (offices.open_line(room, signed) for room in rooms)
    return alder, birch


def line_of(office: Office) -> LineId:
    """The line of an office that has one."""
    return offices.opened(office).line_id


def enrol_officer(
    office: Office, file: Path, name: str, powers: str = enrolment.USUAL_POWERS
) -> tuple[Office, OfficerSecret]:
    """An officer with keys of his own and a credential from the roots."""
    charter = offices.opened(office).standings[-1].charter
    mandate = enrolment.read_mandate(
        charter, NOW, powers=powers, classes="", modes="real,exercise,test", days=100
    )
    wanted = enrolment.officer_wanted(name, mandate, posts=(), issuer=None)
    secret = new_officer(
        file, PASSPHRASE, name=name, alg=enrolment.alg_for(mandate.powers), clock=FixedClock(name)
    )
    request = enrolment.ask_for_officer(line_of(office), wanted, secret.keys)
    return issue(office, request), secret


def issue(office: Office, request: enrolment.Request) -> Office:
    """The office after its roots have entered what a request asks for."""
    signers = offices.root_signers(office, (), ask)
    return offices.enter(office, offices.issues(office, request, NOW), signers)


def run(*words: object, code: int = 0, answers: str | None = None) -> typer.testing.Result:
    """What a command does, which must end with this exit code."""
    result = typer.testing.CliRunner().invoke(
        app,
        [str(word) for word in words],
        input=answers,
        env={"BACKCHANNEL_PASSPHRASE": PASSPHRASE},
        prog_name="backchannel",
    )
    assert result.exit_code == code, f"{words}: {result.exit_code}\n{result.output}"
    return result


def printed(*words: object, code: int = 0) -> dict[str, Any]:
    """The JSON that a command prints."""
    value: dict[str, Any] = json.loads(run(*words, "--json", code=code).stdout)
    return value


def copy(source: Path, target: Path) -> Path:
    """A file carried elsewhere."""
    target.write_bytes(read_file(source))
    return target
