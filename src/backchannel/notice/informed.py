"""Who was told of a statement inside a party: posts, when they were told, when they acknowledged.

It is the party's own word, in whatever statement it chooses to carry it. This module must not know
who is speaking. Clause: NOTICE-72.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backchannel.errors import JunkError, OfficerError
from backchannel.limits import ITEMS_MAX
from backchannel.notice.kinds import Bounds
from backchannel.notice.words import read_text
from backchannel.wire.codec import Value
from backchannel.wire.moments import read_moment

BETWEEN = "; "


class Informed(NamedTuple):
    """A post, when it was told and when it acknowledged, in seconds UTC; None for not stated."""

    post: str
    told: int | None
    acknowledged: int | None


def read_informed(texts: list[str] | tuple[str, ...]) -> Value:
    """Return the rows of `POST; TOLD; ACKNOWLEDGED`, the moments as far as they are known.

    Raises OfficerError.
    """
    if len(texts) > ITEMS_MAX:
        raise OfficerError("informed-too-many", f"got {len(texts)} posts, at most {ITEMS_MAX}")
    return tuple(map(read_row, texts)) or None


def read_row(text: str) -> Value:
    """Return one row. Raises OfficerError."""
    post, *moments = text.split(BETWEEN)
    try:
        if len(moments) > 2:
            raise JunkError("field-value", "two moments at most")
        told, acknowledged = (*map(read_moment, moments), None, None)[:2]
        row = (read_text(post, Bounds()), told, acknowledged)
    except JunkError as fault:
        raise OfficerError(
            fault.reason, f"{text!a}: wanted POST; TOLD; ACKNOWLEDGED ({fault.text})"
        ) from None
    if told is not None and acknowledged is not None and acknowledged < told:
        raise OfficerError("informed-order", f"{text!a}: acknowledged before it was told")
    return row


def informed_in(value: Value) -> Iterator[Informed]:
    """Yield the rows of an informed list; what has no such shape is left to be shown raw."""
    for row in value if isinstance(value, tuple) else ():
        match row:
            case (str(post), int() | None as told, int() | None as acknowledged):
                yield Informed(post, told, acknowledged)
