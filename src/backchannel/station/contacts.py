"""Who can be reached where, as the record says it: stations by the certificate they announced.

This module must not know what a path does with an address, and lets none through that no resolver
takes: others write them. Clause: PATH-12, RECORD-56.
"""

import re
from collections.abc import Collection
from ipaddress import ip_address

from backchannel.charter.paths import PathKind
from backchannel.errors import OfficerError
from backchannel.line.state import Journal, LineState
from backchannel.path import Address, Contact, StationName
from backchannel.station.mailboxes import read_mailbox

# A name as resolvers take it: labels of at most 63 characters, so none is empty or too long.
NAME = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
PORT = re.compile(r"[0-9]{1,5}")


def stations_of(state: LineState) -> dict[StationName, tuple[Journal, ...]]:
    """Return the journals of each other live station, by the hash of its newest certificate.

    The modes of one station share a certificate; a revoked station is spoken to no more. Who
    announces our own certificate cannot have its key, and is no contact (PATH-12).
    """
    credentials = {hand.credential for hand in state.secrets.hands.values()}
    journals = state.core.journals.values()
    own = {a.certificate for j in journals if j.credential in credentials for a in j.addresses}
    found: dict[StationName, tuple[Journal, ...]] = {}
    for journal in journals:
        revoked = journal.credential in state.authorities[journal.party].revocations
        if not journal.addresses or revoked or journal.addresses[-1].certificate in own:
            continue
        name = StationName(journal.addresses[-1].certificate)
        found[name] = (*found.get(name, ()), journal)
    return found


def contacts_of(state: LineState) -> dict[StationName, Contact]:
    """Return how each other station is known and found on the direct path."""
    elsewhere = {path.id for path in state.charter.paths if path.kind != PathKind.DIRECT}
    return {
        name: contact_of(name, journals, elsewhere) for name, journals in stations_of(state).items()
    }


def contact_of(
    name: StationName, journals: tuple[Journal, ...], elsewhere: Collection[int]
) -> Contact:
    """Return the addresses that a station announced under its newest certificate, but for those of
    paths `elsewhere`: they are none of the direct path."""
    texts = dict.fromkeys(
        address.text
        for journal in journals
        for address in journal.addresses
        if address.certificate == name and address.text and address.path not in elsewhere
    )
    addresses = tuple(a for t in texts if (a := readable(t)))
    # Of each path the newest counts: a new key file brings a new key.
    mailboxes = {
        address.path: key
        for journal in journals
        for address in journal.addresses
        if address.path in elsewhere and (key := read_mailbox(address.text))
    }
    pins = frozenset((bytes(name),))
    return Contact(pins, addresses, journals[0].party, tuple(sorted(mailboxes.items())))


def readable(text: str) -> Address | None:
    """Return an announced address, or None for what nobody can dial: others wrote it."""
    try:
        return parse_address(text)
    except OfficerError:
        return None


def parse_address(text: str) -> Address:
    """Return host and port of "host:port" or "[v6]:port" (RECORD-56). Raises OfficerError."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not is_host(host) or not PORT.fullmatch(port) or not 0 < int(port) < 65_536:
        raise OfficerError("address-text", f"got {text!a}, wanted host:port, as 192.0.2.7:7001")
    return host, int(port)


def is_host(text: str) -> bool:
    """Tell an IP address or a name that a resolver takes from what would make it fail."""
    if NAME.fullmatch(text):
        return True
    try:
        ip_address(text)
    except ValueError:
        return False
    return text.isascii() and text.isprintable()
