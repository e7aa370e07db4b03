"""What the parties agreed to practise: the catalogue of forms, tests of the line, who answers.

A charter of version 2 has it in its policy, one of version 1 has none. This module must not know a
form, a test or who fills a post. Layout: CHARTER-18.

    practice = [catalogue h32, test s, calls in a month, proof s, [[subject, post]]]
"""

from typing import NamedTuple

import msgspec

from backchannel.charter import fields
from backchannel.limits import (
    CALLS_MAX,
    DURATION_SECONDS_MAX,
    NAME_CHARACTERS_MAX,
    SUBJECTS_MAX,
)
from backchannel.wire.codec import Value

CATALOGUE_BYTES = 32
DAY_S = 86_400


class Subject(NamedTuple):
    """A matter on which somebody may have to be reached, and the post that answers for it in each
    party."""

    name: str
    post: str


class Practice(msgspec.Struct, frozen=True):
    """What is practised (CHARTER-18): `catalogue` is the hash of the forms that both rooms use.

    Officers test each path every `test_s`, and call `calls` times a month unannounced. What a post
    has proved by answering holds for `proof_s`.
    """

    catalogue: bytes
    test_s: int = DAY_S
    calls: int = 4
    proof_s: int = 31 * DAY_S
    subjects: tuple[Subject, ...] = ()


def practice_row(practice: Practice) -> tuple[Value, ...]:
    """Return a practice as it travels in a policy (CHARTER-18)."""
    return (*msgspec.structs.astuple(practice)[:4], tuple(map(tuple, practice.subjects)))


def read_practice(value: Value, path: str) -> Practice:
    """Return a practice. Raises JunkError that names the field (CHARTER-18)."""
    catalogue, test, calls, proof, subjects = fields.row(value, path, 5)
    found = tuple(
        Subject(*(fields.text(each, f"{path}.subjects", NAME_CHARACTERS_MAX) for each in pair))
        for row in fields.rows(subjects, f"{path}.subjects", 0, SUBJECTS_MAX)
        for pair in [fields.row(row, f"{path}.subjects", 2)]
    )
    fields.each_once(tuple(each.name for each in found), f"{path}.subjects")
    return Practice(
        fields.octets(catalogue, f"{path}.catalogue", CATALOGUE_BYTES),
        fields.whole(test, f"{path}.test_every", 1, DURATION_SECONDS_MAX),
        fields.whole(calls, f"{path}.calls_a_month", 0, CALLS_MAX),
        fields.whole(proof, f"{path}.proof", 1, DURATION_SECONDS_MAX),
        found,
    )
