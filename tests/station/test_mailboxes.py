"""Mailbox keys: announced in the founding file, or later over another path; relays in settings."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from tests.cast import found_cast, seed
from tests.station.house import kept, rooms, run
from tests.station.relayed import PATHS

from backchannel.clock import SystemClock
from backchannel.errors import OfficerError
from backchannel.path import Direction
from backchannel.station.contacts import contacts_of
from backchannel.station.keyring import StationSecret
from backchannel.station.laying import make_paths
from backchannel.station.mailboxes import keep_announcing, read_mailbox, said_of, unannounced
from backchannel.station.runner import Runner
from backchannel.station.settings import parse_settings
from backchannel.station.ways import read_path, read_relay
from backchannel.wire.primitives import make_certificate, x25519_public

WORD = "ab" * 32
SETTINGS = 'name = "Alder one"\nparty = "Alder"\nlisten = ["127.0.0.1:1"]\n'
SECRET = StationSecret({}, bytes(32), *make_certificate(seed("certificate/0")), seed("mailbox/0"))
KEY = x25519_public(seed("mailbox/0"))


def test_a_relay_that_came_into_the_charter_later_gets_its_key_announced(tmp_path: Path) -> None:
    """RELAY-1, RELAY-30: over the direct path, once."""

    async def story() -> None:
        async with rooms(tmp_path, found_cast(paths=PATHS)) as (alder, birch):
            assert [each.mailboxes for each in contacts_of(birch.runner.state).values()] == [()]
            keep_announcing(alder.runner, SECRET)
            await alder.say("Something is committed.")
            wanted = ((2, KEY), (3, KEY), (4, KEY))
            await birch.until(
                lambda: [c.mailboxes for c in contacts_of(birch.runner.state).values()] == [wanted]
            )
            assert unannounced(alder.runner.state, SECRET) == ()
            # It is no address of the direct path.
            (contact,) = contacts_of(birch.runner.state).values()
            assert len(contact.addresses) == 1

    run(story())


@pytest.mark.parametrize("text", ["", "ab" * 31, "AB" * 32, "ab" * 33, "zz" * 32, f"{WORD}\n"])
def test_what_is_no_key_is_none(text: str) -> None:
    """RELAY-1."""
    assert read_mailbox(text) is None
    assert read_mailbox(WORD) == bytes.fromhex(WORD)


def test_a_station_lays_the_relays_of_its_settings(tmp_path: Path) -> None:
    """RELAY-30: those that the charter has, and no other."""
    cast = found_cast(paths=PATHS)
    assert said_of(cast.states[0].charter, SECRET) == tuple((path, KEY.hex()) for path in (2, 3, 4))
    custody = kept(tmp_path, cast, 0)
    with closing(custody.database):
        runner = Runner(custody, SystemClock())
        settings = parse_settings(f'{SETTINGS}paths = ["3 relay https://relay.example {WORD}"]\n')
        _, relay = make_paths(settings, SECRET, SystemClock(), runner)
        terms = relay.terms
        assert (terms.number, terms.kind, terms.direction) == (3, "relay", Direction.BOTH)
        for wrong in ("4 relay http://x", "1 relay http://x"):
            other = msgspec.structs.replace(settings, paths=(f"{wrong} {WORD}",))
            with pytest.raises(OfficerError, match="path-not-agreed"):
                make_paths(other, SECRET, SystemClock(), runner)


def test_a_relay_is_named_by_its_url_and_its_pass() -> None:
    """RELAY-12."""
    place = read_relay(read_path(f"2 relay http://relay.onion {WORD} via=127.0.0.1:9050"))
    assert (place.number, place.word.hex(), place.server.proxy) == (2, WORD, ("127.0.0.1", 9050))
    for text, reason in (
        ("2 relay http://x", "bad-path"),
        (f"2 relay http://x {WORD} {WORD}", "bad-path"),
        (f"2 relay http://x {WORD[:-1]}", "bad-path"),
        (f"2 relay x {WORD}", "server-address"),
        (f"2 relay http://x {WORD} via=127.0.0.1", "address-text"),
    ):
        with pytest.raises(OfficerError, match=reason):
            read_relay(read_path(text))
