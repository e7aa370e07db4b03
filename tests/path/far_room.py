"""Birch in a process of its own: prints where it listens, and sends every parcel back.

Run as `python -m tests.path.far_room PORT`; 0 is any free port.
"""

import asyncio
import sys

from tests.path.rooms import ALDER, BIRCH, LOOPBACK, identity_of

from backchannel.clock import SystemClock
from backchannel.path import Contact, Heard
from backchannel.path.direct import DirectPath


async def echo(port: int) -> None:
    """Serve until the process is ended."""
    path = DirectPath(
        "loopback", identity_of(BIRCH), listen=((LOOPBACK, port),), clock=SystemClock()
    )
    path.set_contacts({ALDER: Contact(frozenset({identity_of(ALDER).pin}))})
    await path.start()
    sys.stdout.write(f"{path.addresses()[0][1]}\n")
    sys.stdout.flush()
    while True:
        for event in await path.events(256):
            if isinstance(event, Heard):
                await path.send(ALDER, event.message, 4)


if __name__ == "__main__":
    asyncio.run(echo(int(sys.argv[1])))
