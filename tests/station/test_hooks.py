"""Hooks: which places the settings may name, and how each takes a copy."""

from pathlib import Path

import pytest
from tests.station.takers import taker

from backchannel.errors import OfficerError
from backchannel.station.hooks import (
    Address,
    Copy,
    Hook,
    connection_to,
    drop,
    post,
    read_hook,
    read_hooks,
)
from backchannel.station.limits import HOOKS_MAX
from backchannel.station.settings import parse_settings

COPY = Copy(b'{"type":"FeatureCollection"}', "ab" * 32, "EXERCISE", "cd" * 32)
SETTINGS = 'name = "Alder one"\nparty = "Alder"\nlisten = []\n'


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("map geojson /srv/map in", Path("/srv/map in")),
        ("map-2 cap http://127.0.0.1:8125/cap", Address("127.0.0.1", 8125, "/cap")),
        ("map cap http://127.0.0.1", Address("127.0.0.1", 80, "/")),
        ("map cap http://[::1]:81/a?b=c", Address("::1", 81, "/a?b=c")),
        ("map cap http://192.168.7.9:80/", Address("192.168.7.9", 80, "/")),
        ("map cap http://10.0.0.1:80/", Address("10.0.0.1", 80, "/")),
    ],
)
def test_a_hook_is_a_folder_or_an_address_nearby(text: str, target: Path | Address) -> None:
    """NOTICE-117."""
    hook = read_hook(text)
    assert hook.target == target and hook.place == text.split(" ", 2)[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "map",
        "map geojson",
        "map xlsx /srv/map",
        "two words geojson /srv/map",
        "map geojson srv/map",
        "map geojson ./map",
        "map geojson https://127.0.0.1/",
        "map geojson http://localhost:80/",
        "map geojson http://maps.example/",
        "map geojson http://8.8.8.8:80/",
        "map geojson http://0.0.0.0:80/",
        "map geojson http://[2001:4860::8888]/",
        "map geojson http://me@127.0.0.1/",
        "map geojson http://127.0.0.1:99999/",
        "map geojson http://127.0.0.1/#x",
        "map geojson http://127.0.0.1/a b",
        "map geojson http://127.0.0.1/a\r\nx: y",
        "map geojson ftp://127.0.0.1/",
    ],
)
def test_what_is_no_hook_is_refused(text: str) -> None:
    """NOTICE-117: a name could lead anywhere."""
    with pytest.raises(OfficerError, match="bad-hook"):
        read_hook(text)


def test_hooks_are_few_and_each_has_a_name_of_its_own() -> None:
    """NOTICE-117: refused where the settings are read."""
    assert [each.name for each in read_hooks(("a cap /x", "b cap /x"))] == ["a", "b"]
    many = tuple(f"h{n} cap /x" for n in range(HOOKS_MAX + 1))
    for texts in (("a cap /x", "a kml /y"), many):
        with pytest.raises(OfficerError, match="bad-hook"):
            read_hooks(texts)
    with pytest.raises(OfficerError, match="bad-hook"):
        parse_settings(SETTINGS + 'hooks = ["map geojson nowhere"]\n')
    assert parse_settings(SETTINGS + 'hooks = ["map geojson /x"]\n').hooks == ("map geojson /x",)


def test_a_folder_takes_a_copy_whole_and_once(tmp_path: Path) -> None:
    """NOTICE-119: under a name that begins with the mode; again changes nothing."""
    hook = Hook("map", "geojson", str(tmp_path), tmp_path)
    for _ in range(2):
        drop(hook, tmp_path, COPY)
    (made,) = tmp_path.iterdir()
    assert made.name == "EXERCISE-cdcdcdcdcdcdcdcd-abababab.geojson"
    assert made.read_bytes() == COPY.body
    with pytest.raises(OfficerError, match="hook-folder"):
        drop(hook, tmp_path / "gone", COPY)


def hook_at(address: str) -> tuple[Hook, Address]:
    """A webhook."""
    hook = read_hook(f"map geojson {address}")
    assert isinstance(hook.target, Address)
    return hook, hook.target


def test_an_address_takes_a_copy_and_is_told_which() -> None:
    """NOTICE-119: entry, hash and mode beside the very bytes."""
    with taker(200) as server:
        hook, address = hook_at(server.address)
        post(connection_to(address), hook, address, COPY)
        ((path, headers, body),) = server.taken
    assert (path, body) == ("/in?from=line", COPY.body)
    assert headers["content-type"] == "application/geo+json"
    assert headers["idempotency-key"] == f"{COPY.entry}-{COPY.digest}"
    assert headers["x-backchannel-mode"] == "EXERCISE"
    assert headers["x-backchannel-sha256"] == COPY.digest
    assert headers["x-backchannel-statement"] == COPY.entry


@pytest.mark.parametrize("status", [302, 400, 500])
def test_an_address_that_answers_otherwise_has_not_taken_it(status: int) -> None:
    """NOTICE-119: and nobody follows it elsewhere."""
    with taker(status) as server:
        hook, address = hook_at(server.address)
        with pytest.raises(OfficerError, match="hook-refuses"):
            post(connection_to(address), hook, address, COPY)
        assert len(server.taken) == 1


def test_an_address_where_nothing_answers_says_so() -> None:
    """NOTICE-119."""
    with taker() as server:
        hook, address = hook_at(server.address)
    with pytest.raises(OfficerError, match="hook-unreachable"):
        post(connection_to(address), hook, address, COPY)
