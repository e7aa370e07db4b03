"""Handling labels: how far what is said on a line may go (TLP 2.0, FIRST).

    TLP:RED             the people it is addressed to, and nobody else
    TLP:AMBER+STRICT    their own organisation, who needs to know it
    TLP:AMBER           the same, and its clients
    TLP:GREEN           their community, no place that is open to everybody
    TLP:CLEAR           everybody

A statement names its label at label 14, as [lane / null, handling / null]. This module must not
know what is to leave, or by which way. Clauses: NOTICE-101, NOTICE-102.
"""

from enum import StrEnum

from backchannel.errors import OfficerError
from backchannel.limits import REASON_CHARACTERS_MAX
from backchannel.wire.codec import Value
from backchannel.wire.visible import is_unseen


class Handling(StrEnum):
    """How far something may go."""

    RED = "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER"
    GREEN = "TLP:GREEN"
    CLEAR = "TLP:CLEAR"


# What nobody has labelled is for those who were told, and those who act for them.
UNLABELLED = Handling.AMBER
TO_THE_NAMED = frozenset((Handling.AMBER_STRICT, Handling.AMBER))


def read_handling(word: str) -> Handling:
    """Return a label by its word, with or without `TLP:`. Raises OfficerError."""
    text = f"TLP:{word.upper().removeprefix('TLP:')}"
    if text not in list(Handling):
        raise OfficerError("unknown-handling", f"got {word!a}, wanted {', '.join(Handling)}")
    return Handling(text)


def lane_value(lane: str | None, handling: Handling | None) -> Value:
    """Return what stands at label 14 of a statement (NOTICE-101)."""
    return (lane, None if handling is None else str(handling))


def lane_in(value: Value) -> str | None:
    """Return the lane that label 14 names, None for none."""
    match value:
        case (str(lane), _):
            return lane
    return None


def handling_in(value: Value) -> Handling | None:
    """Return the label at label 14, None where a statement has none (NOTICE-101).

    A label of another scheme, or none that can be read, is taken for the strictest.
    """
    match value:
        case None | (_, None):
            return None
        case (_, str(text)) if text in list(Handling):
            return Handling(text)
    return Handling.RED


def require_may_leave(handling: Handling, whom: str) -> None:
    """Raise OfficerError unless what has this label may be copied for `whom`, "" for nobody named
    (NOTICE-102)."""
    if handling == Handling.RED:
        raise OfficerError(
            "handling-red",
            f"its label is {handling}: it is for the eyes of those it is addressed to, and no "
            "copy is made of it. Ask the sender for another label, or tell people by word",
        )
    if not whom and handling in TO_THE_NAMED:
        raise OfficerError(
            "handling-whom", f"its label is {handling}: say for whom the copy is, with --to WHO"
        )
    if len(whom) > REASON_CHARACTERS_MAX or any(map(is_unseen, whom)):
        raise OfficerError(
            "whom-not-a-line",
            f"for whom is one line of at most {REASON_CHARACTERS_MAX} characters; shorten it",
        )
