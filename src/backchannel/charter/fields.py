"""Takes decoded values apart: each reader names the field, what it got and what it wanted.

This module must not know what a charter or a credential is. Every refusal is a JunkError whose
text begins with the path of the field, so that a draft can point at its line (CHARTER-2).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from backchannel.errors import JunkError
from backchannel.wire.codec import Value

# Control, bidirectional and invisible characters: a name must look like what it is (CHARTER-4).
UNSAFE_TEXT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def whole(value: Value, path: str, low: int, high: int) -> int:
    """Return a whole number from low to high. Raises JunkError (wrong-type, out-of-range)."""
    if type(value) is not int:
        raise JunkError("wrong-type", f"{path}: got {kind_of(value)}, wanted a whole number")
    if not low <= value <= high:
        raise JunkError("out-of-range", f"{path}: got {value}, wanted {low} to {high}")
    return value


def flag(value: Value, path: str) -> bool:
    """Return a yes or no that travels as 1 or 0. Raises JunkError."""
    return whole(value, path, 0, 1) == 1


def octets(value: Value, path: str, length: int) -> bytes:
    """Return bytes of this length. Raises JunkError (wrong-type, wrong-length)."""
    if type(value) is not bytes:
        raise JunkError("wrong-type", f"{path}: got {kind_of(value)}, wanted {length} bytes")
    if len(value) != length:
        raise JunkError("wrong-length", f"{path}: got {len(value)} bytes, wanted {length}")
    return value


def text(value: Value, path: str, characters_max: int) -> str:
    """Return one line of plain text, not empty. Raises JunkError (CHARTER-4)."""
    if type(value) is not str:
        raise JunkError("wrong-type", f"{path}: got {kind_of(value)}, wanted a text")
    if not 0 < len(value) <= characters_max:
        raise JunkError(
            "wrong-length", f"{path}: got {len(value)} characters, wanted 1 to {characters_max}"
        )
    if UNSAFE_TEXT.search(value) or value != value.strip(" "):
        raise JunkError(
            "unsafe-text",
            f"{path}: got {value!a}, wanted no control, direction or invisible "
            "character and no space at either end",
        )
    return value


def rows(value: Value, path: str, low: int, high: int) -> tuple[Value, ...]:
    """Return a list of low to high elements. Raises JunkError (wrong-type, wrong-length)."""
    if type(value) is not tuple:
        raise JunkError("wrong-type", f"{path}: got {kind_of(value)}, wanted a list")
    if not low <= len(value) <= high:
        raise JunkError("wrong-length", f"{path}: got {len(value)}, wanted {low} to {high}")
    return value


def row(value: Value, path: str, length: int) -> tuple[Value, ...]:
    """Return an array of exactly this length. Raises JunkError (wrong-type, wrong-length)."""
    return rows(value, path, length, length)


def keyed(value: Value, path: str, count: int) -> tuple[Value, ...]:
    """Return the values of a map with keys 1 to count, in order. Raises JunkError (CHARTER-2)."""
    if type(value) is not dict:
        raise JunkError("wrong-type", f"{path}: got {kind_of(value)}, wanted a map")
    wanted = range(1, count + 1)
    for key in value:
        if key not in wanted:
            raise JunkError("unknown-key", f"{path}: got key {key}, wanted 1 to {count}")
    for key in wanted:
        if key not in value:
            raise JunkError("missing-key", f"{path}: key {key} is missing")
    return tuple(value[key] for key in wanted)


def ascending(values: tuple[int, ...], path: str) -> tuple[int, ...]:
    """Return the numbers if each is greater than the one before. Raises JunkError."""
    if any(later <= earlier for earlier, later in pairwise(values)):
        raise JunkError("not-ascending", f"{path}: got {list(values)}, wanted each once, ascending")
    return values


def numbers(value: Value, path: str, low: int, high: int, *, most: int) -> tuple[int, ...]:
    """Return an ascending list of at most so many numbers from low to high. Raises JunkError."""
    taken = rows(value, path, 0, most)
    return ascending(tuple(whole(each, path, low, high) for each in taken), path)


def each_once(names: tuple[str, ...], path: str) -> tuple[str, ...]:
    """Return the names if no two are equal. Raises JunkError("twice")."""
    if len(set(names)) != len(names):
        raise JunkError("twice", f"{path}: got {list(names)}, wanted each name once")
    return names


@contextmanager
def named(path: str) -> Iterator[None]:
    """Put the path of a field in front of what a check below says about its value."""
    try:
        yield
    except JunkError as fault:
        raise JunkError(fault.reason, f"{path}: {fault.text}") from None


def kind_of(value: Value) -> str:
    """Return a word for the type of a decoded value, for error texts."""
    words = {type(None): "null", bool: "true or false", int: "a number", bytes: "bytes"}
    return {**words, str: "text", tuple: "a list", dict: "a map"}[type(value)]
