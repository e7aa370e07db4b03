"""Who can be reached where, as the record says it."""

import pytest
from tests.cast import NOW, found_cast, seed
from tests.station.house import introduce

from backchannel.errors import OfficerError
from backchannel.line.events import AddressChanged, Given, Moment
from backchannel.line.founding import frames_of
from backchannel.line.rows import EntryRow
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


def test_an_address_that_nobody_can_dial_is_passed_over():
    cast = found_cast()
    identities = introduce(cast, (7001, 7002))
    at = Moment(NOW, 0, seed("elsewhere"))
    event = AddressChanged(at=at, path=1, text="nowhere", certificate=identities[1].pin)
    cast.states[1], rows = step(cast.states[1], event)
    written = [r for r in cast.rows[1] + list(rows) if isinstance(r, EntryRow) and r.no >= 16]
    own = [r for r in written if r.no % 16 == 1]
    given = Given(at=Moment(NOW, 0, seed("told")), frames=frames_of(own))
    state, _ = step(cast.states[0], given)
    assert contacts_of(state)[identities[1].pin].addresses == (("127.0.0.1", 7002),)


@pytest.mark.parametrize("text", ["", "host", "host:", ":7001", "host:0", "host:65536", "host:x"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(OfficerError, match="address-text"):
        parse_address(text)


def test_addresses_of_both_families_are_read():
    assert parse_address("192.0.2.7:7001") == ("192.0.2.7", 7001)
    assert parse_address("[2001:db8::7]:7001") == ("2001:db8::7", 7001)
