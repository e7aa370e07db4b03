"""Files moved by hand: a named sequence of objects, each with its length before it.

This module must not know what the objects are, or touch a disk. Layout: RECORD-111.

    file = "backchannel/1/" kind 0x00, then for each object u32 length and the object
"""

from collections.abc import Iterable

from backchannel.errors import JunkError
from backchannel.limits import FILE_OBJECTS_MAX, OBJECT_BYTES_MAX

LENGTH_BYTES = 4


def magic(kind: str) -> bytes:
    """Return the first bytes of a file of this kind."""
    return b"backchannel/1/" + kind.encode() + b"\x00"


def pack_file(kind: str, objects: Iterable[bytes]) -> bytes:
    """Return the bytes of a file."""
    parts = [magic(kind)]
    for each in objects:
        parts += (len(each).to_bytes(LENGTH_BYTES, "big"), each)
    return b"".join(parts)


def parse_file(kind: str, raw: bytes) -> tuple[bytes, ...]:
    """Return the objects of a file. Raises JunkError: another kind, truncated, too many."""
    start = magic(kind)
    if not raw.startswith(start):
        raise JunkError("file-kind", f"this is no {kind} file of Backchannel")
    objects: list[bytes] = []
    at = len(start)
    while at < len(raw):
        size = int.from_bytes(raw[at : at + LENGTH_BYTES], "big")
        at += LENGTH_BYTES
        if at > len(raw) or at + size > len(raw):
            raise JunkError("file-truncated", f"the {kind} file ends in the middle of an object")
        if size > OBJECT_BYTES_MAX:
            raise JunkError("file-object", f"an object of {size} bytes, at most {OBJECT_BYTES_MAX}")
        if len(objects) >= FILE_OBJECTS_MAX:
            raise JunkError("file-objects", f"more than {FILE_OBJECTS_MAX} objects")
        objects.append(raw[at : at + size])
        at += size
    return tuple(objects)
