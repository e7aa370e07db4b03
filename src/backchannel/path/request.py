"""Requests over HTTP on one kept connection, made anew where it was cut; by a SOCKS proxy or not.

This module must not know what is asked, follow where an answer points, or take more than a bounded
answer. A request may be made twice: what it asks must be so that this does no harm. Source: RFC
9112.
"""

import asyncio
from typing import NamedTuple
from urllib.parse import urlsplit

import h11

from backchannel.errors import JunkError, OfficerError
from backchannel.path import Address
from backchannel.path.limits import HANDSHAKE_SECONDS_MAX, READ_BYTES_MAX, RELAY_ANSWER_BYTES_MAX
from backchannel.path.socks import reach

PORTS = {"http": 80, "https": 443}


class Server(NamedTuple):
    """Where requests go: scheme, host and port, what stands before every path, and a proxy."""

    scheme: str
    host: str
    port: int
    prefix: str
    proxy: Address | None


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    body: bytes


def parse_server(url: str, proxy: Address | None) -> Server:
    """Return the server that a URL names. Raises OfficerError("server-address")."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORTS.get(parts.scheme)
    except ValueError:
        host = port = None
    extra = not host or parts.query or parts.fragment or parts.username is not None
    if port is None or host is None or extra or not url.isascii():
        raise OfficerError("server-address", f"got {url!a}, wanted http:// or https:// and a host")
    return Server(parts.scheme, host, port, parts.path.rstrip("/"), proxy)


class Requests:
    """One connection to a server, for one request after the other."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._writer: asyncio.StreamWriter | None = None
        self._reader: asyncio.StreamReader | None = None
        self._http = h11.Connection(h11.CLIENT)

    async def ask(self, method: str, path: str, body: bytes = b"", *, within_s: float) -> Answer:
        """Return the answer to a request.

        Raises JunkError("no-answer") if nobody is there, or what comes is no answer; the next
        request then begins with a new connection.
        """
        kept = self._writer is not None
        try:
            async with asyncio.timeout(within_s):
                try:
                    return await self._exchange(method, path, body)
                except (OSError, h11.RemoteProtocolError):
                    if not kept:
                        raise
                # A server may close what nobody uses just when we do.
                self.close()
                return await self._exchange(method, path, body)
        except (OSError, h11.RemoteProtocolError) as fault:
            # A TimeoutError is an OSError.
            self.close()
            said = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
            raise JunkError("no-answer", said) from None
        except BaseException:  # cancelled: what comes later would be taken for another answer
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection."""
        if self._writer is not None:
            self._writer.close()
        self._writer = self._reader = None

    async def _exchange(self, method: str, path: str, body: bytes) -> Answer:
        server = self._server
        if self._writer is None:
            async with asyncio.timeout(HANDSHAKE_SECONDS_MAX):
                self._reader, self._writer = await connect(server)
            self._http = h11.Connection(h11.CLIENT)
        headers = [("host", server.host), ("content-length", str(len(body)))]
        http, writer = self._http, self._writer
        request = h11.Request(method=method, target=server.prefix + path, headers=headers)
        for part in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(http.send(part) or b"")
        await writer.drain()
        answer = await self._answer()
        if http.our_state is h11.DONE and http.their_state is h11.DONE:
            http.start_next_cycle()
        else:
            self.close()
        return answer

    async def _answer(self) -> Answer:
        assert self._reader is not None
        status, body = 0, bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(READ_BYTES_MAX))
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > RELAY_ANSWER_BYTES_MAX:
                    raise OSError(None, "the answer is too long")
            elif isinstance(event, h11.EndOfMessage):
                return Answer(status, bytes(body))
            elif isinstance(event, h11.ConnectionClosed):
                raise OSError(None, "the connection was cut")


async def connect(server: Server) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection to a server, by its proxy if it has one. Raises OSError."""
    tls = True if server.scheme == "https" else None
    if server.proxy is None:
        return await asyncio.open_connection(server.host, server.port, ssl=tls)
    connected = await reach(server.proxy, server.host, server.port)
    name = server.host if tls else None
    return await asyncio.open_connection(sock=connected, ssl=tls, server_hostname=name)
