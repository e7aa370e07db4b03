"""A connection by a SOCKS proxy, such as Tor's: the proxy looks the name up, and sees nothing more.

This module must not look a name up itself, for that would tell whom we speak to. Source: RFC 1928,
without sign-in.
"""

import asyncio
import socket

from backchannel.path import Address
from backchannel.path.limits import SOCKS_NAME_BYTES_MAX

# Version 5, one way to sign in, which is none; then: connect to a name.
HELLO, WELCOME = b"\x05\x01\x00", b"\x05\x00"
CONNECT = b"\x05\x01\x00\x03"
PORT_BYTES = 2
# How long the address at the end of the proxy's answer is, by its kind.
ADDRESS_BYTES = {1: 4, 4: 16}
NAME = 3
REFUSALS = {
    1: "the proxy failed",
    2: "the proxy may not connect there",
    3: "the network is unreachable",
    4: "the host is unreachable",
    5: "nobody listens there",
    6: "it took too long",
}


async def reach(proxy: Address, host: str, port: int) -> socket.socket:
    """Return a socket that a proxy has connected to a host. Raises OSError."""
    name = host.encode("ascii", "replace")
    if len(name) > SOCKS_NAME_BYTES_MAX:
        raise OSError(None, f"a host name of {len(name)} bytes")
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(*proxy, type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = found[0]
    connected = socket.socket(family, kind, protocol)
    connected.setblocking(False)
    try:
        await loop.sock_connect(connected, address)
        await loop.sock_sendall(connected, HELLO)
        if await take(connected, len(WELCOME)) != WELCOME:
            raise OSError(None, "the proxy is no SOCKS proxy that lets everybody in")
        asked = CONNECT + bytes((len(name),)) + name + port.to_bytes(PORT_BYTES, "big")
        await loop.sock_sendall(connected, asked)
        version, said, _, place = await take(connected, 4)
        if (version, said) != (5, 0):
            raise OSError(None, REFUSALS.get(said, "the proxy refused"))
        size = ADDRESS_BYTES.get(place) or (await take(connected, 1))[0]
        await take(connected, size + PORT_BYTES)
    except BaseException:  # whatever it was, nobody uses this socket
        connected.close()
        raise
    return connected


async def take(connected: socket.socket, size: int) -> bytes:
    """Return exactly so many bytes. Raises OSError if the other side ends before."""
    loop = asyncio.get_running_loop()
    taken = b""
    while len(taken) < size:
        piece = await loop.sock_recv(connected, size - len(taken))
        if not piece:
            raise OSError(None, "the proxy hung up")
        taken += piece
    return taken
