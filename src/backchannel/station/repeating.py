"""Readbacks of a statement, each held against the words that its writer had before him.

This module must never call a text a match: an officer compares. Clauses: NOTICE-32, NOTICE-66.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from backchannel.line.drafting import Reference
from backchannel.line.opened import language_of, rekeyed_of, text_of
from backchannel.line.verdicts import VectorAt
from backchannel.notice.catalogue import known_form
from backchannel.notice.filling import print_value
from backchannel.notice.readback import Difference, differences
from backchannel.notice.rekeying import compare
from backchannel.station.judging import (
    Record,
    judgement,
    opened,
    reference,
    said_of,
    signer_names,
    verdict_of,
)
from backchannel.station.placing import Correction, text_now, undoes, values_now
from backchannel.station.reports import Departure, Repeated
from backchannel.store.queries import Stated
from backchannel.wire.statement import Content, Kind


class Original(NamedTuple):
    """What a readback repeats: a statement, its words, and what its own party changed of them."""

    stated: Stated
    content: Content
    corrections: Sequence[Correction]


def readbacks(
    record: Record,
    stated: Stated,
    answers: Iterable[Stated],
    made: Sequence[Correction],
    vector_at: VectorAt,
) -> tuple[Repeated, ...]:
    """Return the readbacks of these very words, each held against them (NT31)."""
    about = Reference(stated.said.entry, stated.said.croot)
    original = opened(record, stated)
    if original is None:
        return ()
    return tuple(
        repeated(record, each, Original(stated, original, made), vector_at)
        for each in answers
        if each.said.kind == Kind.READBACK and reference(record, each) == about
    )


def repeated(record: Record, stated: Stated, about: Original, vector_at: VectorAt) -> Repeated:
    """Return one readback with the places where it departs from what it says it had before it."""
    said = said_of(record, stated)
    content = opened(record, stated)
    assert content is not None, "only an opened readback names its words"
    named = [each for each in about.corrections if each.stated.said.entry in stated.said.refs]
    found = held_against(about._replace(corrections=named), content)
    return Repeated(
        entry=stated.said.entry.hex(),
        text=readback_text(about.stated, content),
        fields=about.stated.said.kind == Kind.NOTICE,
        outdated=any(
            each not in named and undoes(about.stated, each.change, each.content)
            for each in about.corrections
        ),
        language=language_of(content),
        by=" and ".join(signer_names(record, said)),
        time=stated.time,
        verdict=judgement(verdict_of(record, said, vector_at)),
        departures=tuple(Departure(*each) for each in found),
    )


def held_against(about: Original, readback: Content) -> tuple[Difference, ...]:
    """Return where a readback departs from the words as they were corrected by what it names: the
    fields of a notice, the words of all else (NT31, NOTICE-66)."""
    said = about.stated.said
    if said.kind != Kind.NOTICE:
        text = text_now(text_of(said.kind, about.content), about.corrections)
        return differences(text, text_of(Kind.READBACK, readback))
    form = known_form(said.form or "")
    if form is None:
        return (Difference(0, said.form or "", "a form that this station does not know"),)
    return compare(form, values_now(about.content, about.corrections), rekeyed_of(readback))


def readback_text(stated: Stated, readback: Content) -> str:
    """Return what a readback says: its words, or the fields of a notice, a line each."""
    if stated.said.kind != Kind.NOTICE:
        return text_of(Kind.READBACK, readback)
    form = known_form(stated.said.form or "")
    rows = (print_value(form, no, value) for no, value in rekeyed_of(readback).items())
    return "\n".join(f"{name}: {text}" for name, text in rows)
