"""The encoding of every object, read strictly: one value, one spelling (WIRE-1 to WIRE-6).

This module must not know what a value means. Its work is bounded by the bytes that are there.
"""

from typing import NoReturn

Value = int | bytes | str | bool | None | list["Value"] | dict[int, "Value"]

OBJECT_BYTES = 65_536
ITEMS = 1_024
TEXT_BYTES = 32_768
DEPTH = 8

UINT, NEGATIVE, BSTR, TEXT, ARRAY, MAP, TAG = range(7)
CONSTANTS: dict[int, bool | None] = {0xF4: False, 0xF5: True, 0xF6: None}
WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}


class Refusal(Exception):
    """What was read is not what it should be. The only error of this package.

    `reason` is a slug of the specification; `text` says more to a person.
    """

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(f"{reason}: {text}" if text else reason)
        self.reason = reason
        self.text = text


def decode(raw: bytes) -> Value:
    """Return the one value that the bytes hold. Raises Refusal (WIRE-1)."""
    if len(raw) > OBJECT_BYTES:
        raise Refusal("object-too-long", f"{len(raw)} bytes, at most {OBJECT_BYTES}")
    value, at = read(raw, 0, 0)
    if at != len(raw):
        raise Refusal("trailing-bytes", f"{len(raw) - at} after the value")
    return value


def split(raw: bytes) -> list[bytes]:
    """Return the exact bytes of each item of an array. Raises Refusal (WIRE-6).

    Hashes and signatures are taken over these, and never over an encoding made anew.
    """
    if len(raw) > OBJECT_BYTES:
        raise Refusal("object-too-long", f"{len(raw)} bytes, at most {OBJECT_BYTES}")
    if raw[:1] and raw[0] >> 5 != ARRAY:
        decode(raw)
        raise Refusal("not-an-array")
    _, count, at = read_head(raw, 0)
    if count > ITEMS:
        raise Refusal("array-too-long", f"{count} items, at most {ITEMS}")
    parts = []
    for _ in range(count):
        _, end = read(raw, at, 1)
        parts.append(raw[at:end])
        at = end
    if at != len(raw):
        raise Refusal("trailing-bytes", f"{len(raw) - at} after the value")
    return parts


def read(raw: bytes, at: int, depth: int) -> tuple[Value, int]:
    """Return the value that begins at a place, and where it ends. `depth` stand around it."""
    if raw[at : at + 1] and raw[at] in CONSTANTS:
        return CONSTANTS[raw[at]], at + 1
    kind, argument, at = read_head(raw, at)
    if kind == UINT:
        return argument, at
    if kind == NEGATIVE:
        return -1 - argument, at
    if kind in (BSTR, TEXT):
        return read_string(raw, at, kind, argument)
    if argument > ITEMS:
        raise Refusal("array-too-long", f"{argument} items, at most {ITEMS}")
    if depth >= DEPTH:
        raise Refusal("too-deep", f"more than {DEPTH} arrays and maps inside each other")
    if kind == MAP:
        return read_map(raw, at, argument, depth + 1)
    items: list[Value] = []
    for _ in range(argument):
        item, at = read(raw, at, depth + 1)
        items.append(item)
    return items, at


def read_head(raw: bytes, at: int) -> tuple[int, int, int]:
    """Return kind, argument, and where the head ends. Refuses what is outside of the subset."""
    if at >= len(raw):
        raise Refusal("truncated", "a value is missing")
    kind, low = raw[at] >> 5, raw[at] & 31
    if kind >= TAG or low > 27:
        refuse_head(kind, low)
    at += 1
    if low < 24:
        return kind, low, at
    width = WIDTHS[low]
    if at + width > len(raw):
        raise Refusal("truncated", "the end lies within a head")
    argument = int.from_bytes(raw[at : at + width], "big")
    if argument < (24 if width == 1 else 1 << (4 * width)):
        raise Refusal("non-minimal-integer" if kind <= NEGATIVE else "non-minimal-length")
    return kind, argument, at + width


def refuse_head(kind: int, low: int) -> NoReturn:
    """Raise the Refusal for a first byte without a place in the subset (WIRE-1)."""
    if 28 <= low <= 30:
        raise Refusal("reserved-head")
    if low == 31:
        if kind == 7:
            raise Refusal("unexpected-break")
        raise Refusal("indefinite-length" if BSTR <= kind <= MAP else "reserved-head")
    if kind == TAG:
        raise Refusal("tag")
    if low in (25, 26, 27):
        raise Refusal("float")
    raise Refusal("undefined" if low == 23 else "simple-value")


def read_string(raw: bytes, at: int, kind: int, length: int) -> tuple[bytes | str, int]:
    """Return a byte string or a text, and where it ends (WIRE-3, WIRE-5)."""
    if kind == TEXT and length > TEXT_BYTES:
        raise Refusal("text-too-long", f"{length} bytes, at most {TEXT_BYTES}")
    end = at + length
    if end > len(raw):
        raise Refusal("truncated", "a string is longer than the object")
    if kind == BSTR:
        return raw[at:end], end
    try:
        return raw[at:end].decode("utf-8", "strict"), end
    except UnicodeDecodeError:
        raise Refusal("bad-utf8") from None


def read_map(raw: bytes, at: int, count: int, depth: int) -> tuple[dict[int, Value], int]:
    """Return a map, and where it ends (WIRE-4)."""
    found: dict[int, Value] = {}
    before = -1
    for _ in range(count):
        if raw[at : at + 1] and raw[at] in CONSTANTS:
            raise Refusal("map-key")
        kind, key, at = read_head(raw, at)
        if kind != UINT:
            raise Refusal("map-key", "a key is no unsigned integer")
        if key <= before:
            raise Refusal("duplicate-key" if key == before else "unsorted-map")
        found[key], at = read(raw, at, depth)
        before = key
    return found, at


def encode(value: Value) -> bytes:
    """Return the encoding of what this package builds itself: no maps, no negatives (WIRE-2)."""
    if value is None:
        return b"\xf6"
    if isinstance(value, bytes):
        return head(BSTR, len(value)) + value
    if isinstance(value, str):
        utf8 = value.encode()
        return head(TEXT, len(utf8)) + utf8
    if isinstance(value, list):
        return head(ARRAY, len(value)) + b"".join(map(encode, value))
    assert isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return head(UINT, value)


def head(kind: int, argument: int) -> bytes:
    """Return the shortest head."""
    first = kind << 5
    if argument < 24:
        return bytes([first | argument])
    for low, width in WIDTHS.items():
        if argument < 1 << (8 * width):
            return bytes([first | low]) + argument.to_bytes(width, "big")
    raise AssertionError("nothing of that size is ever built")
