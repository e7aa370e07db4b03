"""Drafts that wait for another officer's signature, as the files that commands sign too.

A draft has a letter until its entry is written. This module must not sign, and must not keep in
memory what a file says: another desk or a command may have signed it meanwhile.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from backchannel.desk.limits import DRAFTS_MAX
from backchannel.errors import BackchannelError, OfficerError
from backchannel.line.draftfile import Draft, missing, pack_draft, parse_draft, read_words
from backchannel.line.opened import language_of, text_of
from backchannel.station.files import read_file, replace, write_new
from backchannel.wire.codec import Value
from backchannel.wire.statement import Kind, Label, Precedence, Statement

ENDING = ".draft"
NAME = re.compile(r"[A-Z]{1,2}")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Waiting(msgspec.Struct, frozen=True):
    """A draft in its file: its letter, what it says, who has signed and who has not."""

    letter: str
    draft: Draft
    statement: Statement
    language: str
    text: str
    body: tuple[Value, ...]
    signed: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def kind(self) -> str:
        """What kind of statement it would be."""
        return Kind(self.statement.kind).name.lower().replace("_", "-")

    @property
    def about(self) -> tuple[str, ...]:
        """The entries that it names."""
        return tuple(each.hex() for each in self.statement.refs)

    @property
    def mode(self) -> str:
        """The mode in which it would be released."""
        return self.draft.mode.name

    @property
    def precedence(self) -> str:
        """How fast it is to go."""
        return Precedence(self.statement.precedence).name


class Draftbox:
    """The folder of drafts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self, mode: str) -> tuple[Waiting, ...]:
        """Return the drafts of a mode by their letters; what is no draft is left alone."""
        return tuple(each for each in self._every() if each.mode == mode)

    def _every(self) -> Iterator[Waiting]:
        for path in sorted(self._folder.glob(f"*{ENDING}")):
            try:
                yield waiting(path.stem, parse_draft(read_file(path)))
            except BackchannelError:
                continue

    def get(self, letter: str) -> Waiting:
        """Return one draft. Raises OfficerError("no-such-draft"), JunkError."""
        return waiting(letter, parse_draft(read_file(self._path(letter))))

    def put(self, draft: Draft) -> str:
        """Keep a new draft and return its letter. Raises OfficerError("too-many-drafts")."""
        for letter in letters():
            path = self._folder / f"{letter}{ENDING}"
            if not path.exists():
                write_new(path, pack_draft(draft))
                return letter
        raise OfficerError("too-many-drafts", f"{DRAFTS_MAX} drafts wait already; discard some")

    def replace(self, letter: str, draft: Draft) -> None:
        """Keep a draft with one signature more. Raises OfficerError."""
        replace(self._path(letter), pack_draft(draft))

    def discard(self, letter: str) -> None:
        """Throw a draft away: it was released, or nobody wants it. Raises OfficerError."""
        self._path(letter).unlink(missing_ok=True)

    def _path(self, letter: str) -> Path:
        path = self._folder / f"{letter}{ENDING}"
        if not NAME.fullmatch(letter) or not path.is_file():
            raise OfficerError(
                "no-such-draft", f"there is no draft {letter!a}: it was released or discarded"
            )
        return path


def letters() -> Iterator[str]:
    """Yield the letters of drafts: A to Z, then AA to AZ and so on, as many as may wait."""
    pairs = (first + second for first in ("", *LETTERS) for second in LETTERS)
    return (letter for _, letter in zip(range(DRAFTS_MAX), pairs, strict=False))


def waiting(letter: str, draft: Draft) -> Waiting:
    """Return what a draft says and lacks. Raises JunkError."""
    statement, content = read_words(draft)
    return Waiting(
        letter=letter,
        draft=draft,
        statement=statement,
        language=language_of(content),
        text=text_of(statement.kind, content),
        body=content.values[Label.BODY - 1 :],
        signed=tuple(each.hex() for each in draft.signatures),
        missing=tuple(each.hex() for each in missing(draft)),
    )
