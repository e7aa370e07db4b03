"""The words of the desk itself, one file for each language, and how a value stands in a sentence.

What is said on the line has its words in the phrasebooks of `notice`; here are buttons, headings
and hints alone. This module must not fall back to another language word by word: a file is whole,
or the desk does not start.
"""

import string
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import msgspec
from markupsafe import Markup, escape

from backchannel.notice.phrasebook import Phrasebook, book_of

TEXTS = files("backchannel.desk") / "texts"
USUAL = "en"
TAGS = ("en", "fr", "es", "ru", "zh", "ar")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language: its tag, its own name, and a sentence for each key."""

    language: str
    name: str
    words: dict[str, str]

    @property
    def book(self) -> Phrasebook:
        """The phrasebook of the same language."""
        return book_of(self.language)

    @property
    def direction(self) -> str:
        """How the language is written: "ltr" or "rtl"."""
        return self.book.direction

    def say(self, key: str, **values: object) -> Markup:
        """Return a sentence with its holes filled, each value escaped and isolated."""
        filled = {name: Markup("<bdi>{}</bdi>").format(each) for name, each in values.items()}
        return Markup(escape(self.words[key]).format(**filled))


@cache
def words_of(tag: str) -> Words:
    """Return the words of a language that there is a file of."""
    text = (TEXTS / f"{tag}.toml").read_text("utf-8")
    found = msgspec.convert(tomllib.loads(text), Words)
    faults = list(faults_of(found)) if tag != USUAL else []
    assert not faults, f"{tag}: {'; '.join(faults)}"
    return found


def faults_of(found: Words) -> Iterator[str]:
    """Yield where a language has other keys or other holes than English."""
    wanted = words_of(USUAL).words
    yield from (f"{key} is missing" for key in sorted(wanted.keys() - found.words.keys()))
    yield from (f"nothing asks for {key}" for key in sorted(found.words.keys() - wanted.keys()))
    for key in sorted(wanted.keys() & found.words.keys()):
        if holes_in(found.words[key]) != holes_in(wanted[key]):
            yield f"{key}: its holes are not {sorted(holes_in(wanted[key]))}"


def holes_in(sentence: str) -> set[str]:
    """Return the names between braces."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
