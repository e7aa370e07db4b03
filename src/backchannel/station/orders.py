"""Orders of officers to their own station: to go on after a start, to allow epoch 0, a minute.

An order never leaves the station. It is signed as proof of possession of the officer's key, over
bytes that no credential can have, and names something new, so that it cannot be given twice. This
module must not carry an order out.

    order = ["backchannel/1/order", action, mode, nonce]
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from backchannel.charter.credentials import CredentialKind
from backchannel.charter.roster import Issued, known_at, require_unrevoked, require_valid
from backchannel.errors import BreachError, JunkError, OfficerError
from backchannel.line.events import Consented, Event, MinuteOrdered, Moment, ResumeOrdered
from backchannel.line.state import LineState
from backchannel.wire.codec import decode, encode
from backchannel.wire.ids import CredentialId, LineId
from backchannel.wire.signing import Context, Mode, Purpose, require_signature, sign

TITLE = "backchannel/1/order"
STARTS_BYTES = 8


class Action(StrEnum):
    """What may be ordered."""

    RESUME = "resume"
    NEW_JOURNAL = "new-journal"
    EPOCH_ZERO = "epoch-zero"
    MINUTE = "minute"


class Ordered(msgspec.Struct, frozen=True):
    """An order, as its bytes say."""

    action: Action
    mode: Mode
    nonce: bytes


Signed = tuple[CredentialId, bytes]


def order_nonce(state: LineState, mode: int) -> bytes:
    """Return what an order must name: our question while we ask, else our journal and this start.

    So an order holds for what its giver saw, and not for a later start.
    """
    asking = state.core.asking.get(mode)
    if asking is not None:
        return asking.nonce
    journal = state.core.journals[state.core.own[mode]]
    return journal.id + state.core.starts.to_bytes(STARTS_BYTES, "big")


def pack_order(ordered: Ordered) -> bytes:
    """Return the bytes that officers sign."""
    return encode((TITLE, str(ordered.action), int(ordered.mode), ordered.nonce))


def parse_order(raw: bytes) -> Ordered:
    """Return the order in `raw`. Raises JunkError("order-shape")."""
    match decode(raw):
        case ("backchannel/1/order", str(action), (1 | 2 | 3) as mode, bytes(nonce)):
            if action in list(Action):
                return Ordered(Action(action), Mode(mode), nonce)
    raise JunkError("order-shape", "an order is [title, action, mode, nonce]")


def sign_order(line: LineId, raw: bytes, secret: bytes) -> bytes:
    """Return an officer's signature over an order."""
    return sign(secret, Context(Purpose.POSSESSION, line, Mode.NONE), raw)


def require_ordered(
    state: LineState, raw: bytes, signed: Sequence[Signed], now: int
) -> tuple[Ordered, tuple[CredentialId, ...]]:
    """Return an order and the different people who gave it.

    Raises OfficerError("order-old") for one that was made for another start or journal,
    OfficerError or JunkError for who may not give it.
    """
    ordered = parse_order(raw)
    if ordered.mode not in state.core.own:
        raise OfficerError("no-such-mode", f"this station does not speak in {ordered.mode.name}")
    if ordered.nonce != order_nonce(state, ordered.mode):
        raise OfficerError("order-old", "the station has moved on since; give the order again")
    people = require_officers(state, ordered.mode, raw, signed, now)
    return ordered, tuple(each.id for each in people)


def require_officers(
    state: LineState, mode: Mode, raw: bytes, signed: Sequence[Signed], now: int
) -> tuple[Issued, ...]:
    """Return the different people of ours who signed an order. Raises OfficerError, JunkError."""
    people: dict[bytes | None, Issued] = {}
    for each in signed:
        found = require_officer(state, mode, each, raw, now)
        people[found.credential.ed25519] = found
    if not people:
        raise OfficerError("order-unsigned", "an order needs an officer; name a key file")
    return tuple(people.values())


def require_officer(state: LineState, mode: Mode, signed: Signed, raw: bytes, now: int) -> Issued:
    """Return the officer of ours who signed an order. Raises OfficerError, JunkError."""
    credential, signature = signed
    authority = state.authorities[state.party]
    try:
        found = known_at(authority, credential, authority.seq)
        require_unrevoked(authority, found, authority.seq)
        require_valid(found, now)
    except BreachError as fault:
        raise OfficerError(fault.reason, fault.text) from None
    key = found.credential.ed25519
    officer = found.credential.kind == CredentialKind.OFFICER
    if key is None or not officer or mode not in found.credential.modes:
        raise OfficerError(
            "no-mandate", f"{found.credential.name} is no officer in mode {mode.name}"
        )
    require_signature(key, signature, Context(Purpose.POSSESSION, state.line, Mode.NONE), raw)
    return found


def event_of(ordered: Ordered, officers: tuple[CredentialId, ...], at: Moment) -> Event:
    """Return the event that carries an order out."""
    if ordered.action == Action.EPOCH_ZERO:
        return Consented(at=at, mode=ordered.mode, credential=officers[0])
    if ordered.action == Action.MINUTE:
        return MinuteOrdered(at=at, mode=ordered.mode)
    return ResumeOrdered(
        at=at,
        mode=ordered.mode,
        officers=officers,
        new_journal=ordered.action == Action.NEW_JOURNAL,
    )
