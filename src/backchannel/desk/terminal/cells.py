"""Text in the cells of a terminal: how wide it is, and how it is cut into rows.

A row never holds more than it should, whatever came over the line: what steers or hides is spelled
out, wide characters count twice, marks that pile up on a letter are spelled out too. This module
must not shorten a text: what does not fit into a row goes on in the next.

>>> list(cut(Glass(), "a convoy of six", 8))
['a convoy', 'of six']
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from backchannel.desk.limits import MARKS_ON_A_LETTER_MAX
from backchannel.wire.visible import visible_character

COLUMNS, LINES = 80, 24
PIECES = re.compile(r"\s+|\S+")
WIDE = ("W", "F")
COMBINING = ("Mn", "Me")
JOINERS = ("\u200c", "\u200d")
# Vowels and finals of Hangul that stand beneath the consonant before them.
HANGUL_UNDER = range(0x1160, 0x1200)


class Look(Enum):
    """How a row is drawn. None of them is a colour."""

    PLAIN = 0
    BOLD = 1
    INVERSE = 2


class Row(NamedTuple):
    """One row of the screen."""

    text: str = ""
    look: Look = Look.PLAIN


class Glass(NamedTuple):
    """What a terminal can show: columns, lines, and whether it has only the letters of ASCII."""

    columns: int = COLUMNS
    lines: int = LINES
    ascii: bool = False


def said(glass: Glass, text: str) -> str:
    """Return text from outside, in one line, as this terminal can draw it."""
    return "".join(letters(glass, text))


def letters(glass: Glass, text: str) -> Iterator[str]:
    """Yield what stands for each character of a text; never a control character."""
    # A mark that nothing stands before would be drawn upon a label of ours.
    marks = MARKS_ON_A_LETTER_MAX
    for character in text:
        marks = marks + 1 if is_mark(character) else 0
        yield letter(glass, character, marks)


def letter(glass: Glass, character: str, marks: int = 0) -> str:
    """Return what stands for one character; `marks` is how many pile up on a letter with it."""
    plain = (not glass.ascii or character.isascii()) and marks <= MARKS_ON_A_LETTER_MAX
    return visible_character(character) if plain else spelled_out(character)


def spelled_out(character: str) -> str:
    """Return a character by its number."""
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def is_mark(character: str) -> bool:
    """Say whether a character takes no cell of its own."""
    return (
        unicodedata.category(character) in COMBINING
        or character in JOINERS
        or ord(character) in HANGUL_UNDER
    )


def width(text: str) -> int:
    """Return how many cells a drawn text takes."""
    return sum(
        0 if is_mark(each) else 2 if unicodedata.east_asian_width(each) in WIDE else 1
        for each in text
    )


def cut(glass: Glass, text: str, columns: int) -> Iterator[str]:
    """Yield text from outside in rows of so many cells, broken at blanks where that goes. One blank
    at the end of a row is spent on the break; all other characters are there."""
    for line in text.split("\n"):
        row, used = "", 0
        for piece in PIECES.findall(said(glass, line)):
            size = width(piece)
            if used + size <= columns:
                row, used = row + piece, used + size
                continue
            if piece == " ":
                yield row
                row, used = "", 0
                continue
            if row and not piece.isspace() and size <= columns:
                yield row.removesuffix(" ")
                row, used = piece, size
                continue
            for each in clusters(piece):
                if used + width(each) > columns:
                    yield row
                    row, used = "", 0
                row, used = row + each, used + width(each)
        yield row


def clusters(text: str) -> Iterator[str]:
    """Yield letters with the marks upon them."""
    held = ""
    for character in text:
        if held and not is_mark(character):
            yield held
            held = ""
        held += character
    if held:
        yield held


def fitted(text: str, columns: int) -> str:
    """Return a label of ours cut or filled to so many cells; a message is never cut so."""
    kept, used = "", 0
    for each in clusters(text):
        if used + width(each) > columns:
            break
        kept, used = kept + each, used + width(each)
    return kept + " " * (columns - used)


def labelled(
    glass: Glass, text: str, first: str, later: str, columns: int, look: Look = Look.PLAIN
) -> Iterator[Row]:
    """Yield text from outside behind a label, and its further rows behind another."""
    head = first
    for row in cut(glass, text, columns - len(first)):
        yield Row(head + row, look)
        head = later
