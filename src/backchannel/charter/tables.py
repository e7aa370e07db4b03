"""Takes a TOML table apart, field by field, into what the charter's readers expect.

This module must not know which fields a draft has. Every refusal is a JunkError that begins with
the field's path; draft.py turns it into an OfficerError with the line (CHARTER-70, CHARTER-71).
"""

import binascii
import re
import tomllib
from collections.abc import Mapping
from typing import NamedTuple

from backchannel.charter import fields
from backchannel.errors import JunkError, OfficerError
from backchannel.wire.codec import Value
from backchannel.wire.moments import read_duration, read_moment

HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?")
KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
NONE = "none"


class Table(NamedTuple):
    """One table of a draft and its path. What has been taken is no longer in `left`."""

    path: str
    left: dict[str, object]


def load(text: str) -> dict[str, object]:
    """Return the tables of a TOML text. Raises OfficerError("not-toml") that names the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise OfficerError("not-toml", f"{fault}; mend the draft there") from None


def under(path: str, name: str) -> str:
    """Return the path of a field in a table."""
    return f"{path}.{name}" if path else name


def take(table: Table, name: str) -> object:
    """Return a field that must be there. Raises JunkError("missing-field")."""
    if name not in table.left:
        raise JunkError("missing-field", f"{under(table.path, name)}: missing; write it")
    return table.left.pop(name)


def take_list(table: Table, name: str) -> tuple[Table, ...]:
    """Return the tables of a list, perhaps none. Raises JunkError("wrong-type")."""
    value = table.left.pop(name, [])
    if not isinstance(value, list):
        raise wrong_type(under(table.path, name), value, f"tables headed [[{name}]]")
    return tuple(
        as_table(each, f"{under(table.path, name)}[{n}]") for n, each in enumerate(value, 1)
    )


def as_table(value: object, path: str) -> Table:
    """Return a value as a table. Raises JunkError("wrong-type")."""
    if not isinstance(value, dict):
        raise wrong_type(path, value, "a table")
    return Table(path, dict(value))


def require_all_taken(table: Table) -> None:
    """Raise JunkError("unknown-field") for what nobody asked for: a typing error must not pass."""
    for name in table.left:
        raise JunkError("unknown-field", f"{under(table.path, name)}: not known; leave it out")


def wrong_type(path: str, value: object, wanted: str) -> JunkError:
    """Return the refusal of a value of another type."""
    return JunkError("wrong-type", f"{path}: got {type(value).__name__} {value!a}, wanted {wanted}")


def plain(value: object, path: str) -> Value:
    """Return a text, a whole number or a list of them as it is. Raises JunkError("wrong-type")."""
    if isinstance(value, list):
        return tuple(plain(each, path) for each in value)
    if type(value) is str or type(value) is int:
        return value
    raise wrong_type(path, value, "a text, a whole number or a list")


def written(value: object, path: str) -> str:
    """Return a text. Raises JunkError("wrong-type")."""
    if not isinstance(value, str):
        raise wrong_type(path, value, "a text in quotes")
    return value


def written_list(value: object, path: str) -> tuple[str, ...]:
    """Return a list of texts. Raises JunkError("wrong-type")."""
    if not isinstance(value, list):
        raise wrong_type(path, value, "a list of texts")
    return tuple(written(each, path) for each in value)


def yes_no(value: object, path: str) -> Value:
    """Return true or false as 1 or 0. Raises JunkError("wrong-type")."""
    if not isinstance(value, bool):
        raise wrong_type(path, value, "true or false")
    return int(value)


def duration(value: object, path: str) -> Value:
    """Return the seconds of a text like 24 h. Raises JunkError."""
    text = written(value, path)
    with fields.named(path):
        return read_duration(text)


def duration_or_none(value: object, path: str) -> Value:
    """Return seconds, or None for the text none. Raises JunkError."""
    return None if value == NONE else duration(value, path)


def moment(value: object, path: str) -> Value:
    """Return the seconds UTC of a text like 2026-12-01T00:00:00Z. Raises JunkError."""
    text = written(value, path)
    with fields.named(path):
        return read_moment(text)


def text_or_none(value: object, path: str) -> Value:
    """Return a text, or None for the text none. Raises JunkError."""
    text = written(value, path)
    return None if text == NONE else text


def from_hex(value: object, path: str) -> bytes:
    """Return the bytes of a text in hexadecimal digits. Raises JunkError("bad-hex")."""
    text = written(value, path)
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise JunkError("bad-hex", f"{path}: wanted pairs of hexadecimal digits") from None


def from_base64(value: object, path: str) -> bytes:
    """Return the bytes of a text in base64 over several lines. Raises JunkError("bad-base64")."""
    text = "".join(written(value, path).split())
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        raise JunkError("bad-base64", f"{path}: wanted base64, whole") from None


def code(value: object, path: str, choices: Mapping[str, int]) -> int:
    """Return the number behind a word. Raises JunkError("unknown-word") that lists the words."""
    text = written(value, path)
    if text not in choices:
        raise JunkError("unknown-word", f"{path}: got {text!a}, wanted one of {list(choices)}")
    return choices[text]


def line_of(text: str, path: str) -> int | None:
    """Return the line of a draft that a path such as party[2].root[1].ed25519 points at."""
    counts: dict[tuple[str, ...], int] = {}
    where = ""
    for number, line in enumerate(text.splitlines(), 1):
        header, key = HEADER.fullmatch(line), KEY.match(line)
        if header:
            names = tuple(each.strip(" \"'") for each in header[2].split("."))
            if header[1] == "[[":
                counts = {k: n for k, n in counts.items() if k == names or k[: len(names)] != names}
                counts[names] = counts.get(names, 0) + 1
            where = dotted(names, counts)
        if (header and where == path) or (key and under(where, key[1]) == path):
            return number
    return None


def dotted(names: tuple[str, ...], counts: Mapping[tuple[str, ...], int]) -> str:
    """Return the path of a header, each list of tables with the place it has reached."""
    parts = []
    for depth, name in enumerate(names, 1):
        place = counts.get(names[:depth])
        parts.append(f"{name}[{place}]" if place else name)
    return ".".join(parts)
