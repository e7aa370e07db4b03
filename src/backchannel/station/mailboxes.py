"""A station's mailbox key: announced for each path of the charter that needs one, and read back.

This module must not know what lies in a mailbox. Clauses: RELAY-1, RELAY-30.
"""

import re
from collections.abc import Sequence

from backchannel.charter.charter import Charter
from backchannel.charter.paths import PathKind
from backchannel.line.events import AddressChanged
from backchannel.line.rows import Row
from backchannel.line.state import LineState
from backchannel.station.keyring import StationSecret
from backchannel.station.runner import Runner
from backchannel.wire.primitives import sha256, x25519_public

KEY = re.compile("[0-9a-f]{64}")
WITH_MAILBOXES = frozenset((PathKind.RELAY, PathKind.COURIER))


def said_of(charter: Charter, secret: StationSecret) -> tuple[tuple[int, str], ...]:
    """Return what a station announces: the numbers of paths, each with its key (RELAY-1)."""
    key = x25519_public(secret.mailbox).hex()
    return tuple((path.id, key) for path in charter.paths if path.kind in WITH_MAILBOXES)


def read_mailbox(text: str) -> bytes | None:
    """Return the mailbox key that another station announced, or None for what is none."""
    return bytes.fromhex(text) if KEY.fullmatch(text) else None


def unannounced(state: LineState, secret: StationSecret) -> tuple[tuple[int, str], ...]:
    """Return what the newest announcements of one of our journals do not say."""
    own = [state.core.journals[no] for _, no in sorted(state.core.own.items())]
    said = [{address.path: address.text for address in journal.addresses} for journal in own]
    return tuple(
        (path, text)
        for path, text in said_of(state.charter, secret)
        if any(each.get(path) != text for each in said)
    )


def keep_announcing(runner: Runner, secret: StationSecret) -> None:
    """Announce our mailbox key from now on where it is not announced: the charter has got a relay,
    or this station began before there were any. Once a start, and not before we may speak."""
    told: set[tuple[int, str]] = set()
    pin = sha256(secret.certificate)

    def committed(state: LineState, _: Sequence[Row]) -> None:
        if state.core.asking:
            return
        for path, text in unannounced(state, secret):
            if (path, text) not in told:
                told.add((path, text))
                at = runner.moment()
                runner.post(AddressChanged(at=at, path=path, text=text, certificate=pin))

    runner.listen(committed)
