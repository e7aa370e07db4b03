"""The paths of a station, as its settings name them and the charter allows.

    paths = ["3 serial tcp:192.0.2.7:4001 300"]

A path is named by its number in the charter, its kind, its place, and what its kind needs beside
that. The direct path is always there. This module must not start a path.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from backchannel.charter.charter import Charter
from backchannel.charter.paths import Path as Agreed
from backchannel.charter.paths import PathKind
from backchannel.errors import OfficerError
from backchannel.limits import PATHS_MAX
from backchannel.path import Direction
from backchannel.path.limits import RATE_MAX, RATE_MIN
from backchannel.path.pipes import require_place
from backchannel.path.relayed import RelayPlace
from backchannel.path.request import parse_server
from backchannel.station.contacts import parse_address

NAMED = re.compile(r"([1-9][0-9]{0,4}) ([a-z]+) (\S+)((?: \S+)*)", re.ASCII)
WANTED = 'wanted "NUMBER KIND PLACE ...", as "3 serial tcp:192.0.2.7:4001 300"'
PASS = re.compile("[0-9a-f]{64}")
VIA = "via="
HALF_DUPLEX = "half-duplex"
# Up to which rate, in bits per second, a burst holds how many symbols (PATH-86).
SYMBOLS_OF_RATE = ((299, 1), (1_199, 2), (9_599, 6), (RATE_MAX, 20))


class Named(NamedTuple):
    """A path that the settings name."""

    number: int
    kind: str
    place: str
    options: tuple[str, ...]


def read_paths(texts: Sequence[str]) -> tuple[Named, ...]:
    """Return the paths that the settings name. Raises OfficerError("bad-path")."""
    if len(texts) > PATHS_MAX:
        raise bad_path(f"got {len(texts)} paths, at most {PATHS_MAX}")
    named = tuple(map(read_path, texts))
    numbers = [each.number for each in named]
    if len(set(numbers)) < len(numbers):
        raise bad_path("each path has a number of its own, which the charter gave it")
    return named


def read_path(text: str) -> Named:
    """Return one path. Raises OfficerError("bad-path")."""
    found = NAMED.fullmatch(text)
    if found is None:
        raise bad_path(f"got {text!a}, {WANTED}")
    number, kind, place, options = found.groups()
    if kind not in READERS:
        raise bad_path(f"got {text!a}: kind {kind} is none of {', '.join(READERS)}")
    named = Named(int(number), kind, place, tuple(options.split()))
    READERS[kind](named)
    return named


class SerialOptions(NamedTuple):
    """What a byte pipe carries: bits a second, symbols a burst, one side at a time or both."""

    rate_bps: int
    n: int
    half_duplex: bool


def read_serial(named: Named) -> SerialOptions:
    """Return the options of a byte pipe. Raises OfficerError("bad-path")."""
    require_place(named.place)
    rate, *words = named.options or ("",)
    if not rate.isdecimal() or not RATE_MIN <= int(rate) <= RATE_MAX:
        raise bad_path(
            f"path {named.number}: wanted its bits per second behind the place, {RATE_MIN} to "
            f"{RATE_MAX}"
        )
    if words not in ([], [HALF_DUPLEX]):
        raise bad_path(f"path {named.number}: behind the rate stands {HALF_DUPLEX}, or nothing")
    n = next(n for most, n in SYMBOLS_OF_RATE if int(rate) <= most)
    return SerialOptions(int(rate), n, bool(words))


def agreed(charter: Charter, named: Named) -> Agreed:
    """Return what the charter says of a path. Raises OfficerError("path-not-agreed")."""
    for path in charter.paths:
        if path.id == named.number and path.kind == PathKind[named.kind.upper()]:
            return path
    raise OfficerError(
        "path-not-agreed",
        f"paths: the charter has no {named.kind} path {named.number}; leave it out, or agree on it "
        "in an amendment",
    )


def direction(path: Agreed, party: int) -> Direction:
    """Return which way a path of the charter carries for a party (PATH-60)."""
    others = [each for each in path.senders if each != party]
    if party not in path.senders:
        return Direction.IN
    return Direction.BOTH if others else Direction.OUT


def read_relay(named: Named) -> RelayPlace:
    """Return a relay that the settings name: "2 relay https://relay.example PASS", and perhaps
    "via=127.0.0.1:9050" for a proxy. Raises OfficerError: "bad-path", "server-address"."""
    match named.options:
        case (word,):
            proxy = None
        case (word, via) if via.startswith(VIA):
            proxy = parse_address(via.removeprefix(VIA))
        case _:
            raise bad_path(f"relay {named.number}: wanted its URL, its pass, and perhaps {VIA}...")
    if not PASS.fullmatch(word):
        raise bad_path(f"relay {named.number}: a pass is a word of 64 hexadecimal digits")
    return RelayPlace(named.number, parse_server(named.place, proxy), bytes.fromhex(word))


def bad_path(text: str) -> OfficerError:
    """Return the error for a path that is named wrongly."""
    return OfficerError("bad-path", f"paths: {text}")


READERS: dict[str, Callable[[Named], SerialOptions | RelayPlace]] = {
    "serial": read_serial,
    "relay": read_relay,
}
