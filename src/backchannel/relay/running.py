"""A relay put together: mailboxes, counter, and the sockets that lead to it.

This module must not decide anything.
"""

import socket

from backchannel.clock import Clock
from backchannel.relay.app import make_app, make_pages
from backchannel.relay.counter import RelayCounter
from backchannel.relay.mailbox import Quota
from backchannel.relay.mailstore import Mailstore
from backchannel.relay.server import Doorkeeper, make_server, serve

Doors = tuple[socket.socket, socket.socket | None]


async def serve_relay(
    store: Mailstore, passes: tuple[bytes, ...], quota: Quota, clock: Clock, doors: Doors
) -> None:
    """Serve stations at the first socket, and the operator at the second if there is one, until
    stopped by a signal or cancelled."""
    counter = RelayCounter(store, passes, clock)
    keeper = Doorkeeper()
    door, window = doors
    servers = [(make_server(make_app(counter, keeper.admit), keeper.protocol()), door)]
    if window is not None:
        pages = make_pages(counter, quota, keeper.__len__)
        servers.append((make_server(pages, Doorkeeper().protocol()), window))
    await serve(servers, counter.run(), counter.dismiss)
