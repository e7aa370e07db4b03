"""What a browser asks, taken apart, and what it is answered: before any page is drawn.

This module must not trust what a browser says of itself: the door, the session and the guard of a
form are looked at here, and each act must come from a page of this very desk.
"""

import hmac
from collections.abc import Mapping
from typing import Any  # what a template is given
from urllib.parse import parse_qs

import msgspec

from backchannel.desk.access import Access, Session
from backchannel.desk.draftbox import Draftbox
from backchannel.desk.entryforms import Typed, first
from backchannel.desk.limits import DESK_FIELDS_MAX
from backchannel.desk.live import Pulse
from backchannel.desk.words import TAGS, USUAL, Words, words_of
from backchannel.errors import OfficerError
from backchannel.station.client import Client

THEMES = ("day", "dark", "night")
MODES = ("REAL", "EXERCISE", "TEST")
GUARD = "guard"


class Room(msgspec.Struct, frozen=True):
    """What all pages of one desk share."""

    client: Client
    access: Access
    box: Draftbox
    pulse: Pulse
    opened: Any  # keeps what statements say once they are open: it never changes again
    port: int


class Asked(msgspec.Struct, frozen=True):
    """One request. `path` are its pieces after the mode; `form` is what was typed, of a POST."""

    room: Room
    mode: str
    path: tuple[str, ...]
    query: Typed
    form: Typed
    session: Session | None
    secret: str
    language: str
    theme: str

    @property
    def words(self) -> Words:
        """The words of the reader's language."""
        return words_of(self.language)

    def officer(self) -> Session:
        """Return who is signed in. Raises OfficerError("signed-out")."""
        if self.session is None:
            raise OfficerError("signed-out", "your sign-in has ended: sign in, and do it again")
        return self.session

    def typed(self, name: str) -> str:
        """Return what was typed into one input, its line ends as they are signed."""
        return first(self.form, name).replace("\r\n", "\n")

    def asked(self, name: str) -> str:
        """Return one value of the address."""
        return first(self.query, name)


class Answer(msgspec.Struct, frozen=True):
    """What a browser is sent: a template with its values, or a place to go to."""

    template: str = ""
    values: Mapping[str, Any] = {}  # what the template is given
    code: int = 200
    to: str = ""
    cookies: Mapping[str, str] = {}


def read_typed(raw: bytes) -> dict[str, list[str]]:
    """Return what a form sent. Raises OfficerError("bad-form-data")."""
    try:
        return parse_qs(
            raw.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=DESK_FIELDS_MAX,
            errors="strict",
        )
    except ValueError:
        raise OfficerError(
            "bad-form-data", "what the page sent cannot be read; try again"
        ) from None


def require_guard(asked: Asked) -> None:
    """Raise OfficerError unless a form carries what its page gave to this very session."""
    session = asked.officer()
    if not hmac.compare_digest(first(asked.form, GUARD).encode(), session.guard.encode()):
        raise OfficerError("foreign-form", "this form is not of your session: open the page anew")


def read_language(wanted: str) -> str:
    """Return a language that the desk has words of."""
    return wanted if wanted in TAGS else USUAL


def read_theme(wanted: str) -> str:
    """Return a theme that there is."""
    return wanted if wanted in THEMES else THEMES[0]
