"""Who can be reached where, as the record says it."""

import pytest
from tests.cast import NOW, Cast, found_cast, seed
from tests.station.house import introduce

from backchannel.errors import OfficerError
from backchannel.line.events import AddressChanged, Given, Moment
from backchannel.line.founding import frames_of
from backchannel.line.rows import EntryRow
from backchannel.line.state import LineState
from backchannel.line.step import step
from backchannel.station.contacts import contacts_of, parse_address, stations_of


def test_a_station_is_known_by_its_certificate_and_found_at_its_address():
    cast = found_cast()
    identities = introduce(cast, (7001, 7002))
    contacts = contacts_of(cast.states[0])
    assert list(contacts) == [identities[1].pin]
    assert contacts[identities[1].pin].addresses == (("127.0.0.1", 7002),)
    assert contacts[identities[1].pin].pins == frozenset((identities[1].pin,))


def test_the_journals_of_all_modes_belong_to_one_station():
    cast = found_cast()
    identities = introduce(cast, (7001, 7002))
    journals = stations_of(cast.states[0])[identities[1].pin]
    assert {journal.mode for journal in journals} == {1, 2, 3}
    assert {journal.party for journal in journals} == {1}


def test_our_own_station_is_no_contact():
    cast = found_cast()
    identities = introduce(cast, (7001, 7002))
    assert identities[0].pin not in contacts_of(cast.states[0])


def after_announcing(cast: Cast, text: str, certificate: bytes) -> LineState:
    """Return Alder's state once Birch has entered that it is reached there, under this hash."""
    at = Moment(NOW, 0, seed("elsewhere"))
    event = AddressChanged(at=at, path=1, text=text, certificate=certificate)
    cast.states[1], rows = step(cast.states[1], event)
    written = [r for r in cast.rows[1] + list(rows) if isinstance(r, EntryRow) and r.no >= 16]
    own = [r for r in written if r.no % 16 == 1]
    given = Given(at=Moment(NOW, 0, seed("told")), frames=frames_of(own))
    state, _ = step(cast.states[0], given)
    assert text in [a.text for j in state.core.journals.values() for a in j.addresses]
    return state


# What a resolver does not refuse but fails on would end the path: others write these texts.
UNDIALLED = [
    "nowhere",
    f"{'x' * 64}:80",
    "a..b:80",
    "a\0b:80",
    ".:80",
    "b\u00fccher:80",
    "a:\u0663",
]


@pytest.mark.parametrize("text", UNDIALLED)
def test_an_address_that_nobody_can_dial_is_passed_over(text):
    """RECORD-56: it stays in the record, and is dialled by nobody."""
    cast = found_cast()
    identities = introduce(cast, (7001, 7002))
    state = after_announcing(cast, text, identities[1].pin)
    assert contacts_of(state)[identities[1].pin].addresses == (("127.0.0.1", 7002),)


def test_who_announces_our_own_certificate_is_no_contact():
    """PATH-12: a pin belongs to one station; else a signed entry of theirs would stop our path."""
    cast = found_cast()
    identities = introduce(cast, (7001, 7002))
    state = after_announcing(cast, "127.0.0.1:7001", identities[0].pin)
    assert not stations_of(state)
    assert not contacts_of(state)


@pytest.mark.parametrize(
    "text", ["", "host", "host:", ":7001", "host:0", "host:65536", "host:x", "[fe80::1%\0]:1"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(OfficerError, match="address-text"):
        parse_address(text)


def test_addresses_of_both_families_are_read():
    assert parse_address("192.0.2.7:7001") == ("192.0.2.7", 7001)
    assert parse_address("[2001:db8::7]:7001") == ("2001:db8::7", 7001)
    assert parse_address("station_1.example-2.org:7001") == ("station_1.example-2.org", 7001)
