"""Putting what a file says into a form, for an officer to complete.

Only places and the window are put in; words stand beside the form, since what they mean is for a
person. This module must not overwrite, drop in silence, or send. Clause: NOTICE-116.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backchannel.errors import JunkError
from backchannel.limits import ITEMS_MAX
from backchannel.notice.catalogue import Field, Form, Part, parts_of
from backchannel.notice.copies.found import Found, Place
from backchannel.notice.filling import Filled, read_field

WINDOW = "utc-window"
Slots = dict[tuple[int, int], list[str]]
"""The texts that go into each part of each field: by number and by place of the part."""


class Prefilled(NamedTuple):
    """A form as far as a file fills it in, and which of its places found no field."""

    filled: dict[int, Filled]
    left: tuple[Place, ...]


def prefill(form: Form, found: Found) -> Prefilled:
    """Return a form with the places and the window of a file (NOTICE-116)."""
    slots: Slots = {}
    left = tuple(each for each in found.places if not put(form, slots, each))
    if found.window:
        put(form, slots, Place(WINDOW, found.window))
    filled = {
        field.no: text for field in form.fields if (text := text_of(field, slots)) is not None
    }
    return Prefilled(filled, left)


def put(form: Form, slots: Slots, place: Place) -> bool:
    """Put a place into the field that it names, else into the first with room; say if there was."""
    fields = [each for each in form.fields if not each.answer]
    if place.form == form.code:
        fields = [each for each in fields if each.no == place.field]
    for field, nth, part in openings(fields):
        texts = slots.setdefault((field.no, nth), [])
        room = ITEMS_MAX if part.many else 1
        if len(texts) < room and takes(field, nth, place):
            texts.append(place.text)
            return True
    return False


def openings(fields: list[Field]) -> Iterator[tuple[Field, int, Part]]:
    """Yield the parts of fields, with their places within."""
    for field in fields:
        for nth, part in enumerate(parts_of(field)):
            yield field, nth, part


def takes(field: Field, nth: int, place: Place) -> bool:
    """Say whether a part has the type of a place, and reads its text."""
    part = parts_of(field)[nth]
    if place.type not in part.types:
        return False
    try:
        read_field(field, shaped(field, {nth: [place.text] if part.many else place.text}))
    except JunkError:
        return False
    return True


def text_of(field: Field, slots: Slots) -> Filled | None:
    """Return what is filled into a field, or None."""
    parts = parts_of(field)
    given: dict[int, Filled] = {
        nth: texts if part.many else texts[0]
        for nth, part in enumerate(parts)
        if (texts := slots.get((field.no, nth)))
    }
    return shaped(field, given) if given else None


def shaped(field: Field, given: dict[int, Filled]) -> Filled:
    """Return the parts of a field as its form writes them; what is not given is left open."""
    parts = parts_of(field)
    texts = [given.get(nth, [] if part.many else "") for nth, part in enumerate(parts)]
    return texts[0] if len(texts) == 1 else texts
