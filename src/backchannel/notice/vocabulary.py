"""What a phrasebook must have words for: the keys of its sections, and what stands in a sentence.

The keys of forms come from the catalogue, so that a new form asks for its words by itself. This
module must not know a language. Clauses: NOTICE-40, NOTICE-41.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from backchannel.notice.catalogue import Field, catalogue, columns_of
from backchannel.notice.shapes import DATUMS, FIXES, ORBITAL, SURFACE, UNLIMITED, WAYPOINTS
from backchannel.notice.timing import Asks
from backchannel.notice.words import CONFIDENCES, CONTACT_PARTS, YES_NO
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Label, Precedence

HOMONYMS = ("gas@T15-W", "shelter@T04", "shelter@T13", "water@T04")
"""Codes that mean something else in one form: said as CODE@FORM before CODE is looked for."""

RELATIONS = (
    *("original", "reply", "add", "update", "correct", "cancel", "discontinue", "relate"),
    *("confirm", "acknowledge", "comply", "reject", "recall"),
)
RUNGS = (
    *("drafted", "released", "sent", "held", "shown", "acknowledged", "read back", "confirmed"),
    *("passed", "decided", "closed", "recalled", "superseded"),
)
VERDICTS = ("valid", "invalid", "contested", "regressing", "not understood", "pending")
STAGES = ("machine", "sight", "rough", "official")
MARKS = (
    *("required", "required in some cases", "optional", "critical: it is read back"),
    *("the other party's", "does not bind", "unknown", "not stated", "estimated"),
)
ENDS = (SURFACE, UNLIMITED, ORBITAL)
UNITS = ("m", "m/s", "deg")

SENTENCES: Mapping[str, frozenset[str]] = {
    name: frozenset(holes.split())
    for name, holes in {
        "stated": "name value",
        **{f"due_{asks}": "when" for asks in Asks},
        "timing_at": "no",
        "timing_before": "duration no",
        "timing_after": "duration no",
        "timing_within": "duration",
        "list": "first next",
        "cells": "first next",
        "moment": "date time",
        "window": "start end",
        "window_open": "start",
        "range": "low high",
        "estimate": "count",
        "within": "distance",
        "near": "name",
        "circle": "place distance",
        "band": "low high datum",
        "waypoint_at": "waypoint moment",
        "other": "text",
        "signed": "said signed",
        "field": "no",
        "misfit": "name",
        "unknown_code": "code",
        "unknown_form": "form",
        "original": "language names",
        "translation": "language stage name party",
        "unnamed_language": "",
        "from_to": "party names",
        "about": "name",
        "rung": "party rung moment by",
        "ack_due": "party moment",
        "ack_overdue": "party moment",
        "reads_as": "language",
        "usual_precedence": "precedence",
        "relations": "relations",
        "codes": "codes",
        "blank_how": "unknown",
    }.items()
}
PLURALS: Mapping[str, frozenset[str]] = {
    name: frozenset(holes.split())
    for name, holes in {
        "duration_s": "n",
        "duration_min": "n",
        "duration_h": "n",
        "duration_d": "n",
        "polygon": "n places",
        "unstated": "n",
        "people": "n",
    }.items()
}


@cache
def wanted() -> Mapping[str, frozenset[str]]:
    """Return the keys that each section of a phrasebook must have, and no others."""
    fields = tuple(every_field())
    return {
        "titles": frozenset(catalogue()),
        "fields": frozenset(field.name for field in fields),
        "codes": frozenset((*HOMONYMS, *FIXES, *(code for each in fields for code in each.codes))),
        "columns": frozenset(name for each in fields for name, _ in columns_of(each)),
        "notes": frozenset(field.note for field in fields if field.note),
        "units": frozenset((*UNITS, *(unit for each in fields for unit in each.units))),
        "modes": frozenset(mode.name for mode in Mode if mode != Mode.NONE),
        "precedences": frozenset(each.name for each in Precedence),
        "kinds": frozenset(kind_word(kind) for kind in Kind),
        "rungs": frozenset(RUNGS),
        "relations": frozenset(RELATIONS),
        "verdicts": frozenset(VERDICTS),
        "stages": frozenset(STAGES),
        "labels": frozenset(
            label_word(label) for label in Label if label not in (Label.DURESS, Label.BODY)
        ),
        "words": frozenset(
            (*YES_NO, *CONFIDENCES, *DATUMS, *WAYPOINTS, *CONTACT_PARTS, *MARKS, *ENDS)
        ),
        "sentences": frozenset(SENTENCES),
        "plurals": frozenset(PLURALS),
    }


def every_field() -> Iterator[Field]:
    """Yield the fields of all forms."""
    for form in catalogue().values():
        yield from form.fields


def kind_word(kind: Kind) -> str:
    """Return a kind of statement as reports name it."""
    return kind.name.lower().replace("_", "-")


def label_word(label: Label) -> str:
    """Return a common field as reports name it."""
    return label.name.lower().replace("_", " ")
