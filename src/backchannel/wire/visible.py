"""Text from outside with every character to be seen: what steers, turns or hides is spelled out.

This module must not know where the text goes: a terminal spells an escape, a sheet draws a box.
"""

import unicodedata

# What steers a terminal, turns the direction of text or cannot be seen (NT66). The joiners stay:
# Persian and the scripts of India are not written without them.
ESCAPED = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
JOINERS = {"\u200c", "\u200d"}


def is_unseen(character: str) -> bool:
    """Say whether a character would not be seen as itself."""
    return unicodedata.category(character) in ESCAPED and character not in JOINERS


def visible(text: str) -> str:
    """Return text from outside as one line in which every character can be seen."""
    return "".join(map(visible_character, text))


def visible_lines(text: str) -> str:
    """Return text from outside in its own lines, everything else made visible."""
    return "\n".join(visible(line) for line in text.split("\n"))


def visible_character(character: str) -> str:
    """Return a character, or its escape. A backslash is doubled, so that none can be forged."""
    if character == "\\":
        return "\\\\"
    if not is_unseen(character):
        return character
    number = ord(character)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
