"""How a command reaches the station and its officers: folder, key files, waiting, the text to send.

An officer's key is opened here, in the officer's own process, and never goes to the station. This
module must not hold a rule.
"""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from backchannel.cli.options import Keys
from backchannel.cli.output import say
from backchannel.errors import OfficerError
from backchannel.limits import TEXT_BYTES_MAX
from backchannel.station.client import Client, client_in
from backchannel.station.keyring import open_officer
from backchannel.station.planning import Person as Person
from backchannel.station.planning import person_of
from backchannel.station.reports import DeskReport

STATION_VARIABLE = "BACKCHANNEL_STATION"
WAIT_S = 2
FROM_STDIN = "-"
MODES = ("real", "exercise", "test")

Folder = Annotated[
    Path | None,
    typer.Option("--station", envvar=STATION_VARIABLE, help="Folder of the running station."),
]
KeyFiles = Annotated[
    list[Path] | None,
    typer.Option("--officer", metavar="KEYFILE", help="Key of an officer; twice for two."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Named = Annotated[
    str, typer.Argument(metavar="ID", help='Number, as "ALDER 0413", or how the entry id begins.')
]


class Look(msgspec.Struct, frozen=True):
    """What every command that only looks takes."""

    station: Folder = None
    json: AsJson = False

    def client(self) -> Client:
        """Return the station's client. Raises OfficerError."""
        return client_of(self.station)


class Act(msgspec.Struct, frozen=True):
    """What every command takes with which officers act."""

    station: Folder = None
    officer: KeyFiles = None
    passphrase_file: Annotated[
        Path | None, typer.Option(help="Read the passphrase here; else it is asked for.")
    ] = None
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: the answer is yes.")] = False
    json: AsJson = False

    def client(self) -> Client:
        """Return the station's client. Raises OfficerError."""
        return client_of(self.station)

    def confirm(self, question: str) -> None:
        """Ask a person who sits at a terminal. Raises OfficerError("not-confirmed")."""
        if self.yes or not sys.stdin.isatty() or typer.confirm(question, err=True):
            return
        raise OfficerError("not-confirmed", "you said no; nothing was sent")


def client_of(folder: Path | None) -> Client:
    """Return the client of the station in a folder. Raises OfficerError("no-station-named")."""
    if folder is None:
        raise OfficerError(
            "no-station-named", f"name the station's folder: --station, or {STATION_VARIABLE}"
        )
    return client_in(folder)


def people(act: Act, desk: DeskReport) -> tuple[Person, ...]:
    """Open the key files and return whose they are. Raises OfficerError."""
    if not act.officer:
        raise OfficerError("no-officer", "name the key file of the officer who signs: --officer")
    found = []
    for path in act.officer:
        secret = open_officer(path, Keys(act.passphrase_file).ask(path.name))
        found.append(person_of(desk, secret, path.name))
    return tuple(found)


def read_mode(word: str) -> str:
    """Return a mode as the station spells it. Raises OfficerError("unknown-mode")."""
    if word.lower() not in MODES:
        raise OfficerError("unknown-mode", f"got {word!a}, wanted {', '.join(MODES)}")
    return word.upper()


def desk_when_speaking(client: Client, mode: str) -> DeskReport:
    """Wait, with a word about it, until a mode may speak; return what a drafter has at hand."""
    told = False
    while not (voice := client.voice(mode, WAIT_S)).speaks:
        if not told:
            say(
                "The station has just started and asks the others how far its own journal went. "
                "Waiting; Ctrl-C ends it, and backchannel station resume orders it to go on."
            )
            told = True
        say(f"  {voice.asking_s} s, {voice.answered} answered")
    return client.desk(mode)


def given_text(text: str | None, invitation: str) -> str:
    """Return a text given as an argument, piped in for -, or typed at the terminal."""
    if text not in (None, FROM_STDIN):
        assert text is not None
        return text
    if text is None and sys.stdin.isatty():
        say(invitation)
    # One more than may be sent: enough to refuse it, and never more in memory.
    raw = sys.stdin.read(TEXT_BYTES_MAX + 1)
    return raw.replace("\r\n", "\n").removesuffix("\n")
