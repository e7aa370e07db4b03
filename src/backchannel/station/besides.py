"""What is shown beside a disclosed statement: others that name it, with their words (PROOF-164).

This module must not open the duress mark, nor the words of what does not name the statement.
"""

from collections.abc import Sequence
from typing import NamedTuple

from backchannel.errors import OfficerError
from backchannel.station.judging import ID_DIGITS, Record, answers_to, opened
from backchannel.store.queries import Stated
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import Content, Label


class Beside(NamedTuple):
    """A statement that is shown beside another, its words, and the labels that are opened."""

    stated: Stated
    content: Content
    labels: tuple[int, ...]


def besides_of(record: Record, stated: Stated, entries: Sequence[EntryId]) -> tuple[Beside, ...]:
    """Return statements that are to be shown beside one, in the order in which they were named.

    Raises OfficerError: "not-beside", "beside-unopened".
    """
    if not entries:
        return ()
    answers = {each.said.entry: each for each in answers_to(record, stated)}
    return tuple(beside(record, answers.get(each), each) for each in dict.fromkeys(entries))


def beside(record: Record, stated: Stated | None, entry: EntryId) -> Beside:
    """Return one statement with the labels that are opened. Raises OfficerError."""
    if stated is None:
        raise OfficerError(
            "not-beside",
            f"{entry.hex()[:ID_DIGITS]} does not name the statement that is disclosed; what names "
            "it stands in show, under answer",
        )
    content = opened(record, stated)
    if content is None:
        raise OfficerError(
            "beside-unopened", f"the words of {entry.hex()[:ID_DIGITS]} are not held"
        )
    return Beside(stated, content, shown_labels(content))


def shown_labels(content: Content) -> tuple[int, ...]:
    """Return the language and what of the body is not absent."""
    values = enumerate(content.values, 1)
    found = (label for label, value in values if value is not None)
    return tuple(label for label in found if label == Label.LANGUAGE or label >= Label.BODY)
