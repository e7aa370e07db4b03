"""Reading the places of a value by kind and range, with the reasons of CHARTER-1 to CHARTER-4.

This module must not know what a place means; whoever reads names it.
"""

from collections.abc import Hashable, Sequence

from backchannel.verifier.cbor import Refusal, Value

HASH_BYTES = 32
COUNT_END = 2**48
MOMENT_END = 253_402_300_799
UNSEEN = (
    (0x0000, 0x001F), (0x007F, 0x009F), (0x00AD, 0x00AD), (0x061C, 0x061C), (0x180E, 0x180E),
    (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
)  # fmt: skip


def integer(value: Value, low: int, high: int, where: str) -> int:
    """Return an integer within its bounds; a boolean is none (CHARTER-2)."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal("wrong-type", f"{where}: wanted a number")
    if not low <= value <= high:
        raise Refusal("out-of-range", f"{where}: {value}, wanted {low} to {high}")
    return value


def octets(value: Value, length: int | None, where: str) -> bytes:
    """Return a byte string, of a length if one is given."""
    if not isinstance(value, bytes):
        raise Refusal("wrong-type", f"{where}: wanted bytes")
    if length is not None and len(value) != length:
        raise Refusal("wrong-length", f"{where}: {len(value)} bytes, wanted {length}")
    return value


def listing(value: Value, low: int, high: int, where: str) -> list[Value]:
    """Return a list with so many places."""
    if not isinstance(value, list):
        raise Refusal("wrong-type", f"{where}: wanted a list")
    if not low <= len(value) <= high:
        raise Refusal("wrong-length", f"{where}: {len(value)} places, wanted {low} to {high}")
    return value


def places(value: Value, count: int, where: str) -> list[Value]:
    """Return a list with exactly so many places."""
    return listing(value, count, count, where)


def mapping(value: Value, keys: int, where: str) -> dict[int, Value]:
    """Return a map with the keys from 1 on, all of them and no other (CHARTER-2)."""
    if not isinstance(value, dict):
        raise Refusal("wrong-type", f"{where}: wanted a map")
    for key in value:
        if not 1 <= key <= keys:
            raise Refusal("unknown-key", f"{where}: {key}")
    for key in range(1, keys + 1):
        if key not in value:
            raise Refusal("missing-key", f"{where}: {key}")
    return value


def plain_text(value: Value, low: int, high: int, where: str) -> str:
    """Return a text of so many characters, whatever they are."""
    if not isinstance(value, str):
        raise Refusal("wrong-type", f"{where}: wanted text")
    if not low <= len(value) <= high:
        raise Refusal("wrong-length", f"{where}: {len(value)} characters, not {low} to {high}")
    return value


def name(value: Value, low: int, high: int, where: str) -> str:
    """Return a text that people read as a name: every character can be seen (CHARTER-4)."""
    text = plain_text(value, low, high, where)
    if text != text.strip(" ") or any(a <= ord(c) <= b for c in text for a, b in UNSEEN):
        raise Refusal("unsafe-text", f"{where}: a space at an end, or a character nobody sees")
    return text


def require_ascending(values: Sequence[int], where: str) -> None:
    """Raise Refusal unless numbers ascend, each once."""
    if list(values) != sorted(set(values)):
        raise Refusal("not-ascending", where)


def integers(value: Value, most: int, low: int, high: int, where: str) -> tuple[int, ...]:
    """Return ascending integers within bounds."""
    found = [integer(each, low, high, where) for each in listing(value, 0, most, where)]
    require_ascending(found, where)
    return tuple(found)


def require_once(values: Sequence[Hashable], reason: str, where: str) -> None:
    """Raise Refusal if a value stands twice."""
    if len(set(values)) != len(values):
        raise Refusal(reason, where)
