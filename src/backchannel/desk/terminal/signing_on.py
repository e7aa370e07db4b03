"""Who sits here: an officer signs on with his key file, which is opened once and let go.

This module must not keep a key, and must not let a name stand that no key was opened for.
"""

from pathlib import Path

from backchannel.desk.terminal.asking import Asking, Line
from backchannel.desk.terminal.releasing import opened
from backchannel.desk.terminal.session import Officer, Session


def sign_on(session: Session, key_file: Path | None = None) -> None:
    """Ask for key file and passphrase; sign off whoever has signed on already."""
    if session.officer is not None:
        name, session.officer = session.officer.name, None
        session.note = f"{name} has signed off. Nobody can sign or silence here now."
        return
    lines = (Line("Key file", text=str(key_file or "")), Line("Passphrase", hidden=True))
    why = "The key is opened to see that it is yours, and closed. Each release asks again."
    asking = Asking("Sign on at this terminal", lines, signed_on, why=why)
    session.open(asking if key_file is None else asking.at(1))


def signed_on(session: Session, typed: tuple[str, ...]) -> None:
    """See whose key it is, and put the name into the frame."""
    path, mode = Path(typed[0]).expanduser(), session.mode

    def look() -> Officer:
        person = opened(session.client.desk(mode), path, typed[1])
        return Officer(person.name, person.credential.hex(), path)

    def take(officer: Officer) -> None:
        session.officer = officer
        session.home(f"{officer.name} has signed on.")

    session.start(look, take, "Opening the key...")
