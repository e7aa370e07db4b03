"""One request to a witness over HTTP or HTTPS, within bounded time and bytes.

The library's calls block, so each runs in a thread of its own, and what takes too long is cut off
from here. This module must not know what is asked or answered. Source: C2SP tlog-witness.
"""

import asyncio
import contextlib
import http.client
import socket
from concurrent.futures import Executor
from typing import NamedTuple
from urllib.parse import urlsplit

from backchannel.errors import OfficerError
from backchannel.limits import WITNESS_ANSWER_BYTES_MAX, WITNESS_SECONDS_MAX

CALL = "/add-checkpoint"
HEADERS = {"content-type": "text/plain; charset=utf-8", "connection": "close"}


class Answer(NamedTuple):
    """What a server answered: its status, and the body, cut off at its bound."""

    status: int
    body: bytes


def connection_to(url: str) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection, not made yet, and the path of the call. Raises OfficerError.

    `url` is a submission prefix: http or https, a host, perhaps a port and a path.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise not_an_address(url) from None
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    kind = kinds.get(parts.scheme)
    if kind is None or not host or parts.query or parts.fragment or parts.username is not None:
        raise not_an_address(url)
    return kind(host, port, timeout=WITNESS_SECONDS_MAX), parts.path.rstrip("/") + CALL


def not_an_address(url: str) -> OfficerError:
    """Return the error for an address that nobody can be asked at."""
    return OfficerError("witness-address", f"got {url!a}, wanted http:// or https:// and a host")


def exchange(connection: http.client.HTTPConnection, path: str, body: bytes) -> Answer:
    """Send a request and read its answer. Raises OSError, HTTPException."""
    with contextlib.closing(connection):
        connection.request("POST", path, body, HEADERS)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(WITNESS_ANSWER_BYTES_MAX))


async def submit(url: str, body: bytes, threads: Executor) -> Answer:
    """Return what the server at a submission prefix answers.

    Raises OfficerError: "witness-address", "witness-unreachable", "witness-slow".
    """
    connection, path = connection_to(url)
    loop = asyncio.get_running_loop()
    asking = loop.run_in_executor(threads, exchange, connection, path, body)
    # Nobody else waits for it: what it raises after its time is up is heard by nobody.
    asking.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        # Not `wait_for`: it can lose a cancellation that comes together with the answer.
        async with asyncio.timeout(WITNESS_SECONDS_MAX):
            return await asyncio.shield(asking)
    except TimeoutError:
        raise OfficerError("witness-slow", f"no answer in {WITNESS_SECONDS_MAX:.0f} s") from None
    except (OSError, http.client.HTTPException) as fault:
        said = getattr(fault, "strerror", None) or type(fault).__name__
        raise OfficerError("witness-unreachable", str(said)) from None
    finally:
        cut_off(connection)


def cut_off(connection: http.client.HTTPConnection) -> None:
    """End a request that is under way: its thread wakes up and ends."""
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
