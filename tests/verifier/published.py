"""The disclosures of vectors/proof/disclosures.json as files, each with what it must get.

All of them are made of few objects, so that the vectors stay small.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).parents[2] / "vectors" / "proof" / "disclosures.json"
MAGIC = b"backchannel/1/disclosure\0"

Document: dict[str, Any] = json.loads(FILE.read_text())  # what a JSON file holds


class Published(NamedTuple):
    """A case: the file, what the reader brings, and what he must be told."""

    name: str
    clause: str
    raw: bytes
    roots: str
    result: str
    mode: str
    not_proven: dict[str, str]


def cases() -> Iterator[Published]:
    """Every case of the file."""
    objects = [bytes.fromhex(each) for each in Document["objects"]]
    for case in Document["cases"]:
        parts = [part(objects, each) for each in case["objects"]]
        raw = MAGIC + b"".join(len(each).to_bytes(4, "big") + each for each in parts)
        yield Published(
            case["name"],
            case["clause"],
            raw,
            "\n".join(case.get("roots", Document["roots"])),
            case["result"],
            case.get("mode", ""),
            case.get("not_proven", {}),
        )


def part(objects: list[bytes], place: Any) -> bytes:
    """An object, or a copy of one with other bytes from an offset on."""
    if isinstance(place, int):
        return objects[place]
    number, at, digits = place
    changed = bytes.fromhex(digits)
    return objects[number][:at] + changed + objects[number][at + len(changed) :]
