"""What a non-answer in the record must cite, ours or another's.

A finding is not believed here or anywhere: it is recomputed from what it cites each time it is
shown. This module must not judge a finding. Clauses: RECORD-125 to RECORD-129.
"""

from backchannel.errors import BreachError
from backchannel.limits import NON_ANSWER_ROWS_MAX, PARTIES_MAX
from backchannel.line.rows import NonAnswerRow
from backchannel.line.state import Journal
from backchannel.line.work import Work
from backchannel.wire.entry import Head, Header
from backchannel.wire.ids import EntryId
from backchannel.wire.nonanswer import parse_non_answer


def newest_of(vector: dict[int, Head], party: int) -> tuple[EntryId, ...]:
    """Return the newest entries of a party's stations in a vector, ascending by journal: those of
    the highest numbers, if there are too many (RECORD-127)."""
    numbers = sorted(no for no in vector if no >= PARTIES_MAX and no % PARTIES_MAX == party)
    return tuple(EntryId(vector[no][2]) for no in numbers[-NON_ANSWER_ROWS_MAX:])


def take_non_answer(
    work: Work, journal: Journal, header: Header, payload: bytes, content: bytes | None
) -> None:
    """Index a non-answer by what it asks about. Raises BreachError (RECORD-129, NT79).

    Its life is the newest that its writer has signed to have seen: who cites less, so that an
    answer lies behind it, contradicts himself in one entry.
    """
    said = parse_non_answer(payload)
    party = said.addressee
    if party >= len(work.charter.parties) or party == journal.party:
        raise BreachError("non-answer-party", f"party {party} owes its writer no answer")
    if tuple(each.entry for each in said.life) != newest_of(journal.seen, party):
        raise BreachError(
            "non-answer-life", "it cites other entries as newest than its writer has seen by then"
        )
    work.add(
        NonAnswerRow(
            header.no, header.seq, EntryId(journal.head), said.asked, said.deadline, said.due
        )
    )
