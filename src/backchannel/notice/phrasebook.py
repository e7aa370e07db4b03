"""Phrasebooks: the words of one language for all that a form, a ladder and a verdict can say.

A book is a file under `phrases/`. It is read once and checked whole: a phrase that is missing, one
that nothing asks for, and a sentence with another hole than its English all stop the program, and
a test before it. This module must not fall back to another language. Clauses: NOTICE-40, NOTICE-41,
NOTICE-43, NOTICE-45.
"""

import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal
from unicodedata import bidirectional

import msgspec

from backchannel.errors import OfficerError
from backchannel.notice.locales import is_right_to_left, plural_categories, plural_category
from backchannel.notice.vocabulary import PLURALS, SENTENCES, wanted

USUAL = "en"
PHRASES = files("backchannel.notice") / "phrases"
TAGS = ("en", "fr", "es", "ru", "zh", "ar", "ko", "hi", "uk")

# First strong isolate, right-to-left isolate, and what ends either (UAX 9).
FSI, RLI, PDI = "\u2068", "\u2067", "\u2069"
RIGHT_TO_LEFT = {"R", "AL"}


class Phrasebook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The phrases of one language, by section and key. `review` says which of them somebody who
    keeps watch in that language is to look at, and why (NOTICE-52); `cldr` names its rules."""

    language: str
    version: int
    name: str
    script: str
    direction: Literal["ltr", "rtl"]
    cldr: str
    titles: dict[str, str]
    fields: dict[str, str]
    columns: dict[str, str]
    codes: dict[str, str]
    notes: dict[str, str]
    units: dict[str, str]
    modes: dict[str, str]
    precedences: dict[str, str]
    kinds: dict[str, str]
    rungs: dict[str, str]
    relations: dict[str, str]
    verdicts: dict[str, str]
    stages: dict[str, str]
    labels: dict[str, str]
    words: dict[str, str]
    sentences: dict[str, str]
    plurals: dict[str, dict[str, str]]
    review: dict[str, str]

    def say(self, sentence: str, **values: str) -> str:
        """Return a sentence with its holes filled, each value isolated where it must be."""
        filled = {name: self.isolated(value) for name, value in values.items()}
        return self.sentences[sentence].format(**filled)

    def count(self, plural: str, number: int, **values: str) -> str:
        """Return a sentence in the category in which the language counts a number."""
        form = self.plurals[plural][plural_category(self.cldr, number)]
        filled = {name: self.isolated(value) for name, value in values.items()}
        return form.format(n=self.isolated(str(number)), **filled)

    def isolated(self, text: str) -> str:
        """Return a text that cannot turn what stands beside it (NOTICE-46)."""
        if self.direction == "rtl" or runs_right_to_left(text):
            return f"{FSI}{text}{PDI}"
        return text

    def line(self, text: str) -> str:
        """Return a line that runs in the direction of the language, whatever begins it."""
        return f"{RLI}{text}{PDI}" if self.direction == "rtl" else text

    def code(self, code: str, form: str) -> str | None:
        """Return a code in words; None for one that there is not."""
        return self.codes.get(f"{code}@{form}", self.codes.get(code))


@cache
def phrasebook(tag: str) -> Phrasebook:
    """Return the book of a language that there is a book of."""
    text = (PHRASES / f"{tag}.toml").read_text("utf-8")
    book = msgspec.convert(tomllib.loads(text), Phrasebook)
    found = list(faults(book))
    assert not found, f"{tag}: {'; '.join(found)}"
    return book


def book_of(tag: str) -> Phrasebook:
    """Return the book of a language tag (NOTICE-43): `fr-CH` reads `fr`; `zh-Hant` does not read
    `zh`, which is in another script. Raises OfficerError("no-phrasebook")."""
    language, *rest = tag.split("-")
    if language.lower() in TAGS:
        book = phrasebook(language.lower())
        if all(len(part) != 4 or part.title() == book.script for part in rest):
            return book
    raise OfficerError(
        "no-phrasebook",
        f"got {tag!a}, wanted one of {', '.join(TAGS)}; left away, everything is in English",
    )


def faults(book: Phrasebook) -> Iterator[str]:
    """Yield all that a book lacks, and all that it has beyond what is asked for (NOTICE-41)."""
    for section, keys in wanted().items():
        held: Mapping[str, object] = getattr(book, section)
        yield from (f"{section}: {key!a} is missing" for key in sorted(keys - held.keys()))
        yield from (f"{section}: nothing asks for {key!a}" for key in sorted(held.keys() - keys))
    for path, phrase, holes in every_phrase(book):
        if not phrase or phrase != phrase.strip():
            yield f"{path}: a phrase is not empty and has no blanks around it"
        if holes_in(phrase) != holes:
            yield f"{path}: its holes are {sorted(holes_in(phrase))}, wanted {sorted(holes)}"
    for key, forms in book.plurals.items():
        if forms.keys() != plural_categories(book.cldr):
            yield f"plurals.{key}: wanted {sorted(plural_categories(book.cldr))}"
    if (book.direction == "rtl") != is_right_to_left(book.cldr):
        yield "direction: CLDR says otherwise"
    paths = {path.partition("/")[0] for path, _, _ in every_phrase(book)}
    yield from (f"review: there is no {path}" for path in sorted(book.review.keys() - paths))


def every_phrase(book: Phrasebook) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield where each phrase stands, the phrase, and the holes that it must have."""
    for section in wanted():
        if section == "plurals":
            continue
        held: Mapping[str, str] = getattr(book, section)
        for key, phrase in held.items():
            holes = SENTENCES.get(key) if section == "sentences" else None
            yield f"{section}.{key}", phrase, holes or frozenset()
    for key, forms in book.plurals.items():
        for category, phrase in forms.items():
            yield f"plurals.{key}/{category}", phrase, PLURALS.get(key, frozenset())


def holes_in(phrase: str) -> frozenset[str]:
    """Return the names between braces."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None)


def runs_right_to_left(text: str) -> bool:
    """Say whether a text has a letter that is written from right to left."""
    return any(bidirectional(character) in RIGHT_TO_LEFT for character in text)
