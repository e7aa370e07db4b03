"""What a file from outside says of places and times, before anybody has looked at it.

Nothing of it is believed: it fills in a form that an officer completes. This module must not know
which form. Clauses: NOTICE-113.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from typing import NamedTuple

from backchannel.errors import JunkError
from backchannel.limits import (
    COPY_WORD_CHARACTERS_MAX,
    COPY_WORDS_MAX,
    CORNERS_MAX,
    ITEMS_MAX,
    METRES_MAX,
)
from backchannel.notice.copies.original import PLACES, Placed
from backchannel.notice.kinds import Bounds
from backchannel.notice.places import HALF_TURN, POLE, SCALE, Point, print_point, require_shape
from backchannel.notice.values import TYPES
from backchannel.wire.visible import is_unseen, visible


class Place(NamedTuple):
    """A place as a form writes it, its type, and of which form and field it says that it was
    copied, "" and 0 for none."""

    type: str
    text: str
    form: str = ""
    field: int = 0


class Found(NamedTuple):
    """What a file says: places, a window as a form writes it or "", and words, line by line."""

    places: tuple[Place, ...]
    window: str
    words: tuple[str, ...]


def found(places: Sequence[Place], window: str, words: Sequence[str]) -> Found:
    """Return what a file says, each place once, words cut to what a person reads.

    Raises JunkError("copy-too-many").
    """
    each = tuple(dict.fromkeys(places))
    if len(each) > ITEMS_MAX:
        raise JunkError("copy-too-many", f"got {len(each)} places, at most {ITEMS_MAX}")
    cut = [visible(word[:COPY_WORD_CHARACTERS_MAX]) for word in words[:COPY_WORDS_MAX]]
    if len(words) > COPY_WORDS_MAX:
        cut.append(f"and {len(words) - COPY_WORDS_MAX} more")
    return Found(each, window, tuple(cut))


def own_place(form: str, no: int, kind: str, text: str) -> Placed:
    """Return a place as a copy of ours writes it beside its drawing. Raises JunkError."""
    if kind not in PLACES:
        raise JunkError("bad-place", f"got {kind!a}, wanted one of {', '.join(PLACES)}")
    if any(map(is_unseen, text)):
        raise JunkError("control-character", f"{text!a} holds what no screen shows as text")
    return Placed(no, 1, form, kind, TYPES[kind].read(text, Bounds()))


def differs(placed: Placed) -> JunkError:
    """Return the error for a drawing that does not show what stands beside it (NOTICE-114)."""
    return JunkError(
        "places-differ",
        f"the drawing does not show {placed.text}, which the file says beside it: one of them was "
        "changed, or the axes are swapped. Ask for the file anew",
    )


def coordinate(value: Decimal, most: int, name: str) -> int:
    """Return degrees as 1e-5 degree. Raises JunkError("bad-place")."""
    if not value.is_finite() or abs(value) > most // SCALE:
        hint = "; are latitude and longitude swapped?" if name == "latitude" else ""
        raise JunkError(
            "bad-place", f"a {name} of {value:.6g} lies beyond {most // SCALE} degrees{hint}"
        )
    return int((value * SCALE).to_integral_value(ROUND_HALF_EVEN))


def point(north: Decimal, east: Decimal) -> Point:
    """Return a point of degrees, to the fifth decimal (NOTICE-113). Raises JunkError."""
    return coordinate(north, POLE, "latitude"), coordinate(east, HALF_TURN, "longitude")


def require_few_corners(count: int) -> None:
    """Raise JunkError("area-corners") for a ring of more corners than an area has, before any of
    them is looked at."""
    if count - 1 > CORNERS_MAX:
        raise JunkError(
            "area-corners", f"got {count - 1} corners, wanted 3 to {CORNERS_MAX}; draw it simpler"
        )


def polygon(corners: Sequence[Point]) -> str:
    """Return a closed ring as a form writes an area; neighbours that rounding has brought together
    are one corner. Raises JunkError: "area-open", and as a form does (NOTICE-24)."""
    if len(corners) < 2 or corners[0] != corners[-1]:
        raise JunkError("area-open", "a ring ends where it begins; this one does not")
    ring = [after for before, after in pairwise(corners) if before != after]
    require_shape(ring)
    return f"polygon {', '.join(map(print_point, ring[-1:] + ring[:-1]))}"


def circle(centre: Point, radius_m: Decimal) -> str:
    """Return a circle as a form writes it; a broken metre counts whole. Raises JunkError."""
    if not radius_m.is_finite() or not 0 <= radius_m <= METRES_MAX:
        raise JunkError("bad-distance", f"a radius of {radius_m:.6g} m")
    whole = int(radius_m)
    return f"circle {print_point(centre)} {whole + (whole < radius_m)}m"
