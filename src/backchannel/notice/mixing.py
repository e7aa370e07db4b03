"""A text that contradicts its mode: one that calls itself a drill in REAL, or real in a drill.

It is looked for in every language of the books, whatever a text says of its own. This module must
not hold anything back, or change a word. Clause: NOTICE-92.
"""

import tomllib
from functools import cache
from importlib.resources import files

from backchannel.wire.codec import Value
from backchannel.wire.signing import Mode

FILE = files("backchannel.notice") / "modewords.toml"


@cache
def words_against(mode: Mode) -> tuple[str, ...]:
    """Return the words that contradict a mode, in every language."""
    found: dict[str, dict[str, list[str]]] = tomllib.loads(FILE.read_text("utf-8"))
    chosen = found["drill" if mode == Mode.REAL else "real"]
    return tuple(text.casefold() for texts in chosen.values() for text in texts)


def contradiction(mode: Mode, values: tuple[Value, ...]) -> str | None:
    """Return the first words in any text of some values that contradict a mode, or None."""
    for text in texts_in(values):
        plain = " ".join(text.casefold().replace("\u2019", "'").split())
        for words in words_against(mode):
            if words in plain:
                return words
    return None


def texts_in(value: Value) -> tuple[str, ...]:
    """Return all texts in a value, however deep."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, tuple):
        return tuple(text for each in value for text in texts_in(each))
    return ()
