"""The order by which officers hand a copy on: its bytes, and who may give it.

    order = ["backchannel/1/hand-on", mode, nonce, entry h32, hook, SHA-256 of the copy]

This module must not carry an order out. Clause: NOTICE-118.
"""

from collections.abc import Sequence
from typing import NamedTuple

from backchannel.charter.powers import Power
from backchannel.errors import JunkError, OfficerError
from backchannel.line.state import LineState
from backchannel.line.windows import is_open
from backchannel.station.orders import Signed, order_nonce, require_officers
from backchannel.wire.codec import decode, encode
from backchannel.wire.ids import EntryId
from backchannel.wire.signing import Mode

TITLE = "backchannel/1/hand-on"


class HandOn(NamedTuple):
    """What officers order; `nonce` makes it an order of now."""

    mode: Mode
    nonce: bytes
    entry: EntryId
    hook: str
    digest: bytes


def pack_hand_on(wanted: HandOn) -> bytes:
    """Return the bytes that officers sign."""
    return encode((TITLE, *wanted))


def parse_hand_on(raw: bytes) -> HandOn:
    """Return the order in `raw`. Raises JunkError("order-shape")."""
    match decode(raw):
        case (
            "backchannel/1/hand-on",
            (1 | 2 | 3) as mode,
            bytes(nonce),
            bytes(entry),
            str(hook),
            bytes(digest),
        ):
            return HandOn(Mode(mode), nonce, EntryId(entry), hook, digest)
    raise JunkError("order-shape", "an order is [title, mode, nonce, entry, hook, hash]")


def require_hand_on(state: LineState, raw: bytes, signed: Sequence[Signed], now: int) -> HandOn:
    """Return an order of now that officers of ours have given, all of whom may acknowledge: who may
    take a notice in may pass it on in his own room (NOTICE-118). Raises OfficerError, JunkError."""
    wanted = parse_hand_on(raw)
    if wanted.mode not in state.core.own:
        raise OfficerError("no-such-mode", f"this station does not speak in {wanted.mode.name}")
    if wanted.nonce != order_nonce(state, wanted.mode):
        raise OfficerError("order-old", "the station has moved on since; give the order again")
    for each in require_officers(state, wanted.mode, raw, signed, now):
        if not each.credential.powers & Power.ACKNOWLEDGE:
            raise OfficerError(
                "may-not-hand-on",
                f"{each.credential.name} has no power to acknowledge; an officer of the watch has",
            )
    if not is_open(state.charter, wanted.mode, now):
        raise OfficerError(
            "window-closed", "no window of this mode is open now; the charter names the windows"
        )
    return wanted
