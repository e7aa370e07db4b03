"""Test texts and words: what officers send to test a line, approved by both rooms.

They stand in one file of the catalogue, which the charter names. This module must not know who
tests whom, or what came of it. Clauses: NOTICE-130, NOTICE-131.
"""

import tomllib
from functools import cache

import msgspec

from backchannel.notice.catalogue import TEST_TEXTS

USUAL = "en"
JOINT = "+"


class Approved(msgspec.Struct, frozen=True):
    """The words in their order, and a text for each language."""

    words: tuple[str, ...]
    texts: dict[str, str]


@cache
def approved() -> Approved:
    """Return what both rooms approve."""
    return msgspec.convert(tomllib.loads(TEST_TEXTS.read_text("utf-8")), Approved)


def text_for(languages: tuple[str, ...]) -> tuple[str, str]:
    """Return the code and the text of a test in the scripts of some languages, each once; English
    stands for a language that has none (NOTICE-130)."""
    known = approved().texts
    tags = [tag.partition("-")[0] for tag in languages]
    chosen = dict.fromkeys(tag if tag in known else USUAL for tag in tags)
    return JOINT.join(chosen), "\n".join(known[tag] for tag in chosen)


def is_approved(code: str, text: str) -> bool:
    """Say whether a text came as it was approved (NOTICE-130)."""
    return text_for(tuple(code.split(JOINT))) == (code, text)


def answer_to(word: str) -> str | None:
    """Return the word that answers a challenge: the one after it, after the last the first; None
    for what is no challenge (NOTICE-131)."""
    words = approved().words
    return words[(words.index(word) + 1) % len(words)] if word in words else None
