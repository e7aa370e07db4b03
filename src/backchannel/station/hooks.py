"""Hooks: where this room's own systems take copies of notices, as the settings name them.

    hooks = ["map geojson /srv/maps/incoming", "alarms cap http://127.0.0.1:8125/cap"]

A hook is a folder of this machine, or an address of this machine or of its own network, written as
a number: a name could lead anywhere. This module must not decide what is handed on. Clause:
NOTICE-117.
"""

import contextlib
import http.client
import re
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from backchannel.errors import BackchannelError, OfficerError
from backchannel.notice.copies.formats import FORMATS
from backchannel.station.files import replace
from backchannel.station.limits import HOOK_ANSWER_BYTES_MAX, HOOK_SECONDS_MAX, HOOKS_MAX

HOOK = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,31}) (\S+) (\S.*)", re.ASCII)
PATH = re.compile(r"[!-~]*", re.ASCII)
WANTED = 'wanted "NAME FORMAT /FOLDER" or "NAME FORMAT http://127.0.0.1:PORT/PATH"'


class Address(NamedTuple):
    """Where a webhook listens."""

    host: str
    port: int
    path: str


class Hook(NamedTuple):
    """A place that takes copies in one format. `place` is it as the settings have it."""

    name: str
    format: str
    place: str
    target: Path | Address


class Copy(NamedTuple):
    """A copy that is handed on: its bytes, their SHA-256 as digits, mode and entry."""

    body: bytes
    digest: str
    mode: str
    entry: str


def read_hooks(texts: Sequence[str]) -> tuple[Hook, ...]:
    """Return the hooks of the settings. Raises OfficerError("bad-hook")."""
    hooks = tuple(map(read_hook, texts))
    if len({each.name for each in hooks}) != len(hooks) or len(hooks) > HOOKS_MAX:
        raise bad_hook(f"wanted at most {HOOKS_MAX} hooks, each name once")
    return hooks


def read_hook(text: str) -> Hook:
    """Return one hook. Raises OfficerError("bad-hook")."""
    found = HOOK.fullmatch(text)
    if found is None or found[2] not in FORMATS:
        raise bad_hook(f"got {text!a}, {WANTED}; formats: {', '.join(FORMATS)}")
    name, format_name, place = found.groups()
    target = Path(place) if place.startswith("/") else read_address(place)
    return Hook(name, format_name, place, target)


def read_address(text: str) -> Address:
    """Return an address on this machine or its own network. Raises OfficerError("bad-hook")."""
    try:
        parts = urlsplit(text)
        number = ip_address(parts.hostname or "")
        port = parts.port or 80
    except ValueError:
        raise bad_hook(f"got {text!a}, {WANTED}; the host is a number") from None
    local = number.is_loopback or (number.is_private and not number.is_unspecified)
    if not local or parts.scheme != "http" or parts.username is not None or parts.fragment:
        raise bad_hook(
            f"got {text!a}: a hook is on this machine or its own network, by plain http; {WANTED}"
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not PATH.fullmatch(path):
        raise bad_hook(f"got {text!a}: the path holds what no address does")
    return Address(str(number), port, path)


def bad_hook(text: str) -> OfficerError:
    """Return the error for a hook that is none."""
    return OfficerError("bad-hook", f"hooks: {text}")


# --- Handing over ---------------------------------------------------------------------------------


def drop(hook: Hook, folder: Path, copy: Copy) -> None:
    """Put a copy into a folder whole, under a name that says its mode (NOTICE-119).

    The same copy again changes nothing. Raises OfficerError("hook-folder").
    """
    name = f"{copy.mode}-{copy.entry[:16]}-{copy.digest[:8]}.{FORMATS[hook.format].ending}"
    try:
        replace(folder / name, copy.body)
    except BackchannelError as fault:
        raise OfficerError("hook-folder", f"{hook.name}: {fault.text}") from None


def connection_to(address: Address) -> http.client.HTTPConnection:
    """Return a connection, not made yet."""
    return http.client.HTTPConnection(address.host, address.port, timeout=HOOK_SECONDS_MAX)


def post(connection: http.client.HTTPConnection, hook: Hook, address: Address, copy: Copy) -> None:
    """Give a copy to a webhook. It has taken it when it answers 200 to 299 (NOTICE-119).

    It is told the same name each time, so that it can tell a repeat. Raises OfficerError:
    "hook-unreachable", "hook-refuses".
    """
    headers = {
        "content-type": FORMATS[hook.format].media,
        "connection": "close",
        "idempotency-key": f"{copy.entry}-{copy.digest}",
        "x-backchannel-mode": copy.mode,
        "x-backchannel-statement": copy.entry,
        "x-backchannel-sha256": copy.digest,
    }
    try:
        with contextlib.closing(connection):
            connection.request("POST", address.path, copy.body, headers)
            answer = connection.getresponse()
            answer.read(HOOK_ANSWER_BYTES_MAX)
    except (OSError, http.client.HTTPException) as fault:
        said = getattr(fault, "strerror", None) or type(fault).__name__
        raise OfficerError(
            "hook-unreachable", f"{hook.name}: nothing answers at {hook.place}: {said}"
        ) from None
    if not 200 <= answer.status < 300:
        raise OfficerError(
            "hook-refuses", f"{hook.name}: it answers {answer.status}; look at that system"
        )
