"""Units on a byte pipe, without the byte 00 inside and with a check (docs/spec/symbols.md).

    unit on the pipe = stuffed(unit ‖ crc[2]) ‖ 00

A pipe loses bytes, adds some, and may swallow one value for good. This module must not read what a
unit holds, nor keep more than one that is not finished.
"""

from binascii import crc_hqx
from collections.abc import Iterator

from backchannel.path.limits import PIPE_UNIT_BYTES_MAX, RUN_MAX

DELIMITER = 0
CRC_BYTES = 2
CRC_START = 0xFFFF


def stuff(raw: bytes) -> bytes:
    """Return bytes without the delimiter: each run begins with its length (PATH-84)."""
    stuffed = bytearray()
    for run in raw.split(b"\x00"):
        rest = run
        while len(rest) >= RUN_MAX:
            stuffed += bytes((RUN_MAX + 1,)) + rest[:RUN_MAX]
            rest = rest[RUN_MAX:]
        stuffed += bytes((len(rest) + 1,)) + rest
    return bytes(stuffed)


def unstuff(stuffed: bytes) -> bytes | None:
    """Return the bytes that were stuffed so, or None if that can't be (PATH-84)."""
    raw, place = bytearray(), 0
    while place < len(stuffed):
        length = stuffed[place]
        run = stuffed[place + 1 : place + length]
        if len(run) < length - 1:
            return None
        raw += run
        place += length
        if length <= RUN_MAX and place < len(stuffed):
            raw.append(DELIMITER)
    return bytes(raw)


def pack_unit(unit: bytes) -> bytes:
    """Return a unit as it goes onto a pipe (PATH-84)."""
    check = crc_hqx(unit, CRC_START).to_bytes(CRC_BYTES, "big")
    return stuff(unit + check) + bytes((DELIMITER,))


class Deframer:
    """Finds units in a pipe's bytes. What lies between two delimiters and fails is counted."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._skips = False
        self.failed = 0

    def units(self, piece: bytes) -> Iterator[bytes]:
        """Yield the units that some bytes complete (PATH-84)."""
        *ended, rest = piece.split(b"\x00")
        for run in ended:
            self._keep(run)
            if self._skips:
                self.failed += 1
            elif self._kept:
                unit = checked(bytes(self._kept))
                if unit is None:
                    self.failed += 1
                else:
                    yield unit
            self._kept.clear()
            self._skips = False
        self._keep(rest)

    def _keep(self, run: bytes) -> None:
        """Keep bytes of a unit; of one that is too long nothing."""
        self._skips = self._skips or len(self._kept) + len(run) > PIPE_UNIT_BYTES_MAX
        if not self._skips:
            self._kept += run


def checked(stuffed: bytes) -> bytes | None:
    """Return a unit whose check fits, or None."""
    raw = unstuff(stuffed)
    if raw is None or len(raw) <= CRC_BYTES:
        return None
    unit, check = raw[:-CRC_BYTES], raw[-CRC_BYTES:]
    return unit if crc_hqx(unit, CRC_START).to_bytes(CRC_BYTES, "big") == check else None
