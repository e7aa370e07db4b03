"""Bytes that really cross the wire: what the kernel has counted on this process's TCP connections.

TLS records are in it, the headers of TCP and IP are not. This module must not look inside them.
"""

import asyncio
import os
import socket
import struct
from pathlib import Path
from typing import NamedTuple

from backchannel.wire.statement import Precedence
from pair import Pair

# Where Linux keeps bytes acked and bytes received in its tcp_info, 64 bits each.
TCP_INFO_BYTES, COUNTS_AT = 136, 120
COUNTS = struct.Struct("=QQ")
TRIES = 4
# By then the line event that says it was sent has left too, and the record rests.
REST_S = 2.2


class Crossed(NamedTuple):
    """Bytes of one message and its receipt, and of the line event that says it was sent."""

    out: int
    back: int
    told: int


def crossed() -> tuple[int, int]:
    """Return the bytes sent and received so far on all TCP connections of this process."""
    sent = received = 0
    for descriptor in tuple(Path("/proc/self/fd").iterdir()):
        try:
            if not str(descriptor.readlink()).startswith("socket:"):
                continue
            with socket.socket(fileno=os.dup(int(descriptor.name))) as each:
                if each.family != socket.AF_INET or each.type != socket.SOCK_STREAM:
                    continue
                info = each.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_BYTES)
        except OSError:
            continue  # it was closed meanwhile
        one, other = COUNTS.unpack_from(info, COUNTS_AT)
        sent, received = sent + one, received + other
    return sent, received


async def measure(pair: Pair, size: int) -> Crossed:
    """Return what a message with a text of so many bytes costs, the least of some tries: in the
    others a heartbeat was among it."""
    found = []
    for _ in range(TRIES):
        await asyncio.sleep(REST_S)
        before = crossed()
        await pair.until_held(await pair.say("x" * size, Precedence.ROUTINE))
        # The kernel counts what the other side has confirmed; that takes a moment.
        await asyncio.sleep(0.05)
        held = crossed()
        await asyncio.sleep(REST_S)
        told = crossed()
        found.append(Crossed(held[0] - before[0], held[1] - before[1], told[0] - held[0]))
    return Crossed(*map(min, zip(*found, strict=True)))
